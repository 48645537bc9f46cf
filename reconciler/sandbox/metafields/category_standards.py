"""Standard definitions that describe products of some categories: the attributes of the taxonomy, as lists of entries.

A template's number is 10,000 and the attribute's own; colour and pattern share one. (recorded on 2026-04; attributes:
github.com/Shopify/product-taxonomy, read 2026-11) Which categories each is for is the taxonomy's to say: here it is
bound to categories and names none. The descriptions are ours.
"""

from reconciler.sandbox.metafields.standard import Standard

NAMESPACE = "shopify"
_FIRST = 10_000
_TYPE = "list.metaobject_reference"

_ATTRIBUTES = (
    (1, "color-pattern", "Color", "What color or pattern it has"),
    (4, "material", "Material", "What it is mostly made of"),
    (5, "activity", "Activity", "The sport or activity it is for"),
    (15, "sleeve-length-type", "Sleeve length type", "How long its sleeves are"),
    (17, "cup-size", "Cup size", "The cup size of a bra"),
    (30, "age-group", "Age group", "How old those are whom it is for"),
    (32, "neckline", "Neckline", "How its neck is cut"),
    (35, "fit", "Fit", "How it is cut"),
    (37, "waist-rise", "Waist rise", "Where on the waist it sits"),
    (41, "best-uses", "Best uses", "What it is best used for"),
    (50, "accessory-size", "Accessory size", "The size of an accessory"),
    (60, "jewelry-type", "Jewelry type", "Whether jewelry is fine or imitation"),
    (73, "shape", "Shape", "Its form"),
    (77, "lens-polarization", "Lens polarization", "How its lenses are polarized"),
    (80, "closure-type", "Closure type", "How it is closed"),
    (87, "shoe-size", "Shoe size", "The size of a shoe"),
    (98, "chain-link-type", "Chain link type", "How the links of a chain look"),
    (105, "ring-size", "Ring size", "The size of a ring"),
)

CATEGORY_STANDARDS = tuple(
    Standard(_FIRST + number, NAMESPACE, key, name, description, ("PRODUCT",), _TYPE, is_for_categories=True)
    for number, key, name, description in _ATTRIBUTES
)
