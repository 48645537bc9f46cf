"""Standard definitions: the templates under reserved names that a shop can enable.

Names, ids, types and limits are documented (shopify.dev, "List of standard metafield definitions"); the descriptions
are ours.
"""

from typing import Any

from reconciler.sandbox.metafields.category_standards import CATEGORY_STANDARDS
from reconciler.sandbox.metafields.standard import Standard

OF_CATEGORIES = range(10_001, 20_000)  # the numbers of templates for attributes of the taxonomy (recorded up to 11178)
TYPE_OF_CATEGORIES = "list.metaobject_reference"
_PRODUCTS = ("PRODUCT", "PRODUCTVARIANT")


def _rule(name: str, value: str) -> tuple[dict[str, Any], ...]:
    return ({"name": name, "value": value},)


_ISBN = r"^((\d{3})?([\-\s])?(\d{1,5})([\-\s])?(\d{1,7})([\-\s])?(\d{6})([\-\s])?(\d{1}))$"
_RECOMMENDED, _BOOSTED = "shopify--discovery--product_recommendation", "shopify--discovery--product_search_boost"
_TEXT, _LINES, _PRODUCT_LIST = "single_line_text_field", "multi_line_text_field", "list.product_reference"

STANDARDS = (
    Standard(
        1,
        "descriptors",
        "subtitle",
        "Product subtitle",
        "A short name of a product",
        _PRODUCTS,
        _TEXT,
        _rule("max", "70"),
    ),
    Standard(
        2, "descriptors", "care_guide", "Care guide", "How to take care of it", _PRODUCTS, _LINES, _rule("max", "500")
    ),
    Standard(3, "facts", "isbn", "ISBN", "The number of a book", _PRODUCTS, _TEXT, _rule("regex", _ISBN)),
    Standard(4, "facts", "upc", "UPC", "A Universal Product Code", _PRODUCTS, _TEXT),
    Standard(5, "facts", "ean", "EAN", "A European Article Number", _PRODUCTS, _TEXT),
    Standard(14, _RECOMMENDED, "related_products", "Related products", "What is like it", ("PRODUCT",), _PRODUCT_LIST),
    Standard(
        15,
        _RECOMMENDED,
        "related_products_display",
        "Related products settings",
        "How related products are shown",
        ("PRODUCT",),
        _TEXT,
    ),
    Standard(
        16,
        _BOOSTED,
        "queries",
        "Search product boosts",
        "Searches that should find it first",
        ("PRODUCT",),
        f"list.{_TEXT}",
    ),
    Standard(
        17,
        _RECOMMENDED,
        "complementary_products",
        "Complementary products",
        "What goes well with it",
        ("PRODUCT",),
        _PRODUCT_LIST,
    ),
    Standard(19, "facts", "birth_date", "Birth date", "When a customer was born", ("CUSTOMER",), "date"),
    *CATEGORY_STANDARDS,
)


def standard(owner_type: str, number: int | None) -> Standard | None:
    """Return the template with this number, if it is for such owners."""
    return next((one for one in STANDARDS if one.id == number and owner_type in one.owner_types), None)


def standard_named(owner_type: str, namespace: str, key: str) -> Standard | None:
    """Return the template of this name, if it is for such owners."""
    found = (one for one in STANDARDS if (one.namespace, one.key) == (namespace, key))
    return next((one for one in found if owner_type in one.owner_types), None)
