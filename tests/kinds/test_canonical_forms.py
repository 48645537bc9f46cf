"""One value, one spelling: git's and Shopify's forms of the same field are equal, and stay as they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reconciler.kinds import CODECS, KINDS
from reconciler.kinds.product import Product
from reconciler.kinds.variant import Variant

TAG = st.text("aAbBß ,é", max_size=4)


@pytest.mark.parametrize(
    ("kind", "field", "given_as", "canonical"),
    [
        ("product", "tags", ("b", "A"), ["A", "b"]),
        ("product", "tags", (" linen ", "Linen", ""), ["linen"]),
        ("product", "tags", ("Linen", "linen"), ["Linen"]),
        ("product", "tags", ("summer, sale", "sale"), ["sale", "summer"]),
        ("product", "tags", None, []),
        ("product", "tags", (), []),
        ("product", "description_html", None, ""),
        ("product", "description_html", " <p>a</p>\r\n", "<p>a</p>"),
        ("product", "description_html", "<p>a</p>\r\n<p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("product", "options", {"Title": ["Default Title"]}, []),
        ("product", "options", None, []),
        ("product", "options", {}, []),
        ("product", "options", {"Title": ["Short"]}, [["Title", ["Short"]]]),
        ("product", "options", {"Size": ["S", "M"]}, [["Size", ["S", "M"]]]),
        ("product", "title", " Shirt ", "Shirt"),
        ("product", "vendor", " Nordlicht ", "Nordlicht"),
        ("product", "product_type", "", None),
        ("product", "product_type", "  ", None),
        ("product", "seo_title", "", None),
        ("product", "seo_description", " a ", "a"),
        ("product", "template_suffix", "", None),
        ("product", "category", "", None),
        ("product", "handle", "linen-shirt", "linen-shirt"),
        ("product", "handle", "東京", "東京"),
        ("variant", "sku", "", None),
        ("variant", "sku", " 0012 ", "0012"),
        ("variant", "barcode", "", None),
        ("variant", "option_values", {"Title": "Default Title"}, []),
        ("variant", "option_values", None, []),
        ("variant", "option_values", {"Size": "S"}, [["Size", "S"]]),
        ("variant", "price", "49", "49.00"),
        ("variant", "price", "49.000", "49.00"),
        ("variant", "price", 49, "49.00"),
        ("variant", "compare_at_price", None, None),
        ("variant", "cost", "12.0", "12.00"),
        ("variant", "cost", "12.3456", "12.3456"),
        ("variant", "weight", "250 g", "250 g"),
        ("variant", "weight", "1.200 kg", "1.2 kg"),
        ("variant", "weight", "0.0 kg", None),
        ("variant", "weight", None, None),
        ("mark", "type", "id", "id"),
    ],
)
def test_canonical_form(kind, field, given_as, canonical):
    once = KINDS[kind].resource(**{field: given_as})
    assert {field: canonical} == once.spelled()
    assert once == KINDS[kind].resource(**once.spelled())


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("product", {"title": None}, "it cannot be cleared; leave it out to leave it alone"),
        ("product", {"title": "  "}, "it cannot be cleared"),
        ("product", {"handle": None}, "it cannot be cleared"),
        ("product", {"handle": ""}, "it cannot be cleared"),
        ("product", {"vendor": None}, "it cannot be cleared"),
        ("product", {"status": None}, "it cannot be cleared"),
        (
            "product",
            {"handle": "Linen-shirt"},
            "'Linen-shirt' would be rewritten by Shopify; write handle: linen-shirt",
        ),
        ("product", {"handle": "linen  shirt!"}, "write handle: linen-shirt "),
        ("product", {"handle": "--.!"}, "write lower-case letters, digits and dashes"),
        ("product", {"handle": "two--dashes"}, "would be rewritten"),
        ("product", {"handle": "-edge"}, "would be rewritten"),
        ("product", {"status": "active"}, "Input should be 'ACTIVE'"),
        ("product", {"colour": "red"}, "Extra inputs are not permitted"),
        ("variant", {"price": None}, "it cannot be cleared; leave it out to leave it alone"),
        ("variant", {"price": 49.9}, "is not a plain decimal number"),
        ("variant", {"taxable": None}, "it cannot be cleared"),
        ("variant", {"tracked": None}, "it cannot be cleared"),
        ("variant", {"requires_shipping": None}, "it cannot be cleared"),
        ("variant", {"inventory_policy": None}, "it cannot be cleared"),
        ("variant", {"weight": "250"}, "'250' is not a weight"),
        ("variant", {"weight": "250 stone"}, "'250 stone' is not a weight"),
        ("variant", {"weight": "heavy kg"}, "'heavy kg' is not a weight"),
        ("variant", {"weight": "NaN kg"}, "'NaN kg' is not a weight"),
        ("variant", {"weight": "-1 kg"}, "'-1 kg' is not a weight"),
    ],
)
def test_refused(kind, fields, message):
    with pytest.raises(ValidationError, match=message):
        KINDS[kind].resource(**fields)


@given(st.lists(TAG, max_size=4).map(tuple))
def test_tags_have_one_form(tags):
    once = Product(tags=tags)
    assert once.tags is not None
    assert once == Product(tags=once.tags) == Product(tags=tuple(reversed(once.tags)))
    folded = [tag.casefold() for tag in once.tags]
    assert sorted(set(folded)) == folded


@given(st.decimals(0, 10**6, places=3, allow_nan=False), st.sampled_from(["g", "kg", "oz", "lb"]))
def test_weights_have_one_form(number, unit):
    once = Variant(weight=f"{number} {unit}")
    assert once == Variant(weight=once.weight) == Variant(weight=f"{number.normalize():f} {unit}")


@given(st.text(max_size=8))
def test_any_weight_is_taken_or_refused_with_a_message(text):
    try:
        once = Variant(weight=text)
    except ValidationError:
        return
    assert once == Variant(weight=once.weight)


def test_a_field_that_was_not_given_is_not_managed():
    assert {} == Product().managed()
    assert ["title", "tags"] == list(Product(tags=("a",), title="Shirt").managed())


PRODUCT_NODE: dict[str, Any] = {
    "id": "P1",
    "title": "Shirt",
    "handle": "shirt",
    "descriptionHtml": "",
    "vendor": "Nordlicht",
    "productType": "",
    "tags": ["linen"],
    "status": "ACTIVE",
    "templateSuffix": None,
    "seo": {"title": None, "description": "A shirt"},
    "category": {"id": "gid://shopify/TaxonomyCategory/aa-1-13-8"},
    "options": [
        {
            "name": "Size",
            "optionValues": [{"name": "S", "hasVariants": True}, {"name": "XXL", "hasVariants": False}],
        }
    ],
    "metafield": {"value": "shirt"},
}
VARIANT_NODE: dict[str, Any] = {
    "id": "V1",
    "sku": "A",
    "price": "49.00",
    "compareAtPrice": None,
    "barcode": "",
    "taxable": True,
    "inventoryPolicy": "DENY",
    "selectedOptions": [{"name": "Size", "value": "S"}],
    "inventoryItem": {
        "tracked": True,
        "requiresShipping": True,
        "unitCost": {"amount": "12.0"},
        "measurement": {"weight": {"unit": "KILOGRAMS", "value": 0.25}},
    },
}


def parsed(kind: str, node: dict[str, Any]) -> Any:
    read = CODECS[kind].read
    assert read is not None
    return read.parse(node)


def test_a_live_product_becomes_a_resource_with_every_field():
    found = parsed("product", PRODUCT_NODE)
    assert ("P1", "shirt") == (found.id, found.mark)
    assert {
        "title": "Shirt",
        "handle": "shirt",
        "description_html": "",
        "vendor": "Nordlicht",
        "product_type": None,
        "tags": ["linen"],
        "status": "ACTIVE",
        "seo_title": None,
        "seo_description": "A shirt",
        "category": "aa-1-13-8",
        "template_suffix": None,
        "options": [["Size", ["S"]]],
    } == found.resource.spelled()
    assert set(Product.model_fields) == set(found.resource.managed())


def test_a_live_product_without_our_mark_or_category_says_so():
    found = parsed("product", {**PRODUCT_NODE, "metafield": None, "category": None})
    assert (None, None) == (found.mark, found.resource.category)


def test_a_live_variant_becomes_a_resource_with_every_field():
    found = parsed("variant", VARIANT_NODE)
    assert ("V1", None) == (found.id, found.mark)
    assert {
        "option_values": [["Size", "S"]],
        "sku": "A",
        "price": "49.00",
        "compare_at_price": None,
        "cost": "12.00",
        "barcode": None,
        "weight": "0.25 kg",
        "taxable": True,
        "tracked": True,
        "requires_shipping": True,
        "inventory_policy": "DENY",
    } == found.resource.spelled()
    assert set(Variant.model_fields) == set(found.resource.managed())


@pytest.mark.parametrize(
    ("unit", "value", "expected"),
    [
        ("GRAMS", 250.0, "250 g"),
        ("OUNCES", 8.5, "8.5 oz"),
        ("POUNDS", 0.1, "0.1 lb"),
        ("KILOGRAMS", 0.0, None),
        ("KILOGRAMS", 1e-07, "0.0000001 kg"),
        ("GRAMS", 1e16, "10000000000000000 g"),
    ],
)
def test_a_live_weight_is_spelled_without_a_float(unit, value, expected):
    item = {**VARIANT_NODE["inventoryItem"], "measurement": {"weight": {"unit": unit, "value": value}}}
    assert expected == parsed("variant", {**VARIANT_NODE, "inventoryItem": item}).resource.weight


def test_a_live_variant_without_cost_or_weight_says_so():
    item = {**VARIANT_NODE["inventoryItem"], "unitCost": None, "measurement": {"weight": None}}
    resource = parsed("variant", {**VARIANT_NODE, "inventoryItem": item}).resource
    assert (None, None) == (resource.cost, resource.weight)


def test_a_live_definition_of_the_mark_is_the_mark_of_products():
    found = parsed("mark", {"id": "D1", "type": {"name": "id"}})
    assert ("product", {"type": "id"}) == (found.mark, found.resource.spelled())


@pytest.mark.parametrize("odd", [{"vendor": ""}, {"handle": "Odd Handle"}])
def test_odd_values_of_one_live_product_do_not_keep_a_store_from_being_read(odd):
    assert "P1" == parsed("product", {**PRODUCT_NODE, **odd}).id
