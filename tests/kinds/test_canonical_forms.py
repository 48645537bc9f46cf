"""One value, one spelling: git's and Shopify's forms of the same field are equal, and stay as they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reconciler.kinds import CODECS, KINDS
from reconciler.kinds.product import Product
from reconciler.kinds.variant import Variant
from reconciler.model.address import Address
from reconciler.model.state import Found
from reconciler.planning.diff import differences

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
        ("collection", "sort_order", "best-selling", "BEST_SELLING"),
        ("collection", "sort_order", "newest", "CREATED_DESC"),
        ("collection", "sort_order", "ALPHA_ASC", "ALPHA_ASC"),
        ("collection", "title", " Sale ", "Sale"),
        ("collection", "description_html", None, ""),
        ("collection", "template_suffix", " ", None),
        ("collection", "conditions", {"match": "any", "rules": ()}, None),
        (
            "collection",
            "conditions",
            {"match": "any", "rules": [{"field": "tag", "relation": "is", "values": [" b ", "a", "b"]}] * 2},
            {"match": "all", "rules": [{"field": "tag", "relation": "is", "values": ["a", "b"]}]},
        ),
        (
            "collection",
            "conditions",
            {"rules": [{"field": "weight", "relation": "above", "values": ["0.50 kg"]}]},
            {"match": "all", "rules": [{"field": "weight", "relation": "above", "values": ["0.5 kg"]}]},
        ),
        ("membership", "member", True, True),
        ("product_order", "products", ["b", "a"], ["b", "a"]),
        ("collection_image", "alt", " Pots ", "Pots"),
        ("collection_image", "alt", "", None),
        ("metafield_definition", "description", " ", None),
        ("metafield_definition", "validations", {"max": 50, "choices": ["a"]}, [["choices", '["a"]'], ["max", "50"]]),
        ("metafield_definition", "validations", {}, []),
        ("publication", "publish_at", "2026-12-01T09:00:00.5+01:00", "2026-12-01T08:00:00Z"),
    ],
)
def test_canonical_form(kind, field, given_as, canonical):
    once = KINDS[kind].resource(**{field: given_as})
    assert {field: canonical} == once.spelled()
    assert once == KINDS[kind].resource(**once.spelled())


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("collection", {"title": None}, "it cannot be cleared; leave it out to leave it alone"),
        ("collection", {"sort_order": None}, "it cannot be cleared"),
        ("collection", {"handle": "On Sale"}, "would be rewritten by Shopify; write handle: on-sale"),
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
        ("product", {"handle": "two--dashes"}, "would be rewritten by Shopify; write handle: two-dashes"),
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
        ("metafield", {"type": "text", "value": "a"}, "'text' is not a type of metafields"),
        ("metafield", {"type": "boolean", "value": "maybe"}, "'maybe' is not true or false"),
        ("metafield", {"type": "boolean", "value": None}, "write null in place of the metafield to remove it"),
        ("metafield_definition", {"name": " "}, "it cannot be cleared"),
        ("metafield_definition", {"type": "text"}, "'text' is not a type of metafields"),
        ("publication", {"publish_at": "2026-12-01T09:00:00"}, "should have timezone info"),
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
        "id": "I1",
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


@pytest.mark.parametrize(("owner_type", "kind"), [("PRODUCT", "product"), ("COLLECTION", "collection")])
def test_a_live_definition_of_the_mark_says_what_it_marks(owner_type, kind):
    found = parsed("mark", {"id": "D1", "ownerType": owner_type, "type": {"name": "id"}})
    assert (kind, {"type": "id"}) == (found.mark, found.resource.spelled())


@pytest.mark.parametrize("odd", [{"vendor": ""}, {"handle": "Odd Handle"}])
def test_odd_values_of_one_live_product_do_not_keep_a_store_from_being_read(odd):
    assert "P1" == parsed("product", {**PRODUCT_NODE, **odd}).id


def a_source(number: int, *conditions: dict[str, Any], **fields: object) -> dict[str, Any]:
    usual = {"__typename": "CollectionConditionsSource", "title": "Sale", "shareable": False, "targetType": "PRODUCTS"}
    return {"id": f"S{number}", **usual, "inclusion": {"matchType": "ANY", "conditions": list(conditions)}, **fields}


def a_condition(condition_id: str, kind: str, relation: str, value: object, match: str = "ANY") -> dict[str, Any]:
    type_name = f"CollectionSourceInclusionCondition{kind[0].upper()}{kind[1:]}"
    values = {f"{kind}Relation": relation, f"{kind}Values": value, "matchType": match}
    return {"__typename": type_name, "id": condition_id, **values}


def a_collection(*sources: dict[str, Any], **fields: object) -> dict[str, Any]:
    plain = {"title": "Sale", "handle": "sale", "descriptionHtml": "", "sortOrder": "MANUAL", "templateSuffix": None}
    seo = {"title": None, "description": None}
    return {"id": "C1", **plain, "seo": seo, "metafield": None, "sources": list(sources), **fields}


def test_live_conditions_are_those_of_our_source_that_git_can_say():
    held = [
        a_condition("X1", "productTag", "TAGGED_WITH", ["b", "a"]),
        a_condition("X2", "productTag", "TAGGED_WITH", ["b", "a"], match="ALL"),
        a_condition("X3", "variantPrice", "LESS_THAN", {"amount": "20.0", "currencyCode": "EUR"}),
        a_condition("X4", "productStatus", "EQUALS", ["ACTIVE"]),
        a_condition("X5", "variantCompareAtPrice", "IS_SET", None),
        a_condition(
            "X6", "productCategory", "EQUALS", [{"category": {"id": "gid://x/1"}, "includeDescendants": False}]
        ),
        a_condition("X7", "variantWeight", "GREATER_THAN", {"unit": "KILOGRAMS", "value": 0.5}),
        a_condition("X8", "productTag", "TAGGED_WITH", ["a", "b"]),
    ]
    theirs = a_condition("Y1", "productTag", "TAGGED_WITH", ["theirs"])
    found = parsed("collection", a_collection(a_source(1, theirs), a_source(2, *held, title="Catalog")))
    rules = found.resource.spelled()["conditions"]["rules"]
    assert [
        ("compare_at_price", "is_set", []),
        ("price", "below", ["20.00 EUR"]),
        ("tag", "is", ["a", "b"]),
        ("weight", "above", ["0.5 kg"]),
    ] == [(rule["field"], rule["relation"], rule["values"]) for rule in rules]
    assert ("S2", "X1 X8") == (found.handles["source"], found.handles['condition ["tag", "is", "a", "b"]'])


@pytest.mark.parametrize(
    "other", [{"shareable": True}, {"targetType": "VARIANTS"}, {"__typename": "CollectionSubCollectionsSource"}]
)
def test_a_source_of_another_sort_is_not_ours_to_write(other):
    assert {} == parsed("collection", a_collection(a_source(1, **other))).handles


@pytest.mark.parametrize(
    ("url", "note", "image"),
    [
        ("https://cdn/front-0a1b2c3d4e.jpg?v=1", None, "front-0a1b2c3d4e"),
        ("https://cdn/front.jpg?v=1", "front-0a1b2c3d4e", "front-0a1b2c3d4e"),
        ("https://cdn/theirs.jpg?v=1", "front-0a1b2c3d4e", "theirs"),
        ("https://cdn/front-0a1b2c3d4e.jpg?v=1", "front-ffffffffff", "front-0a1b2c3d4e"),
    ],
)
def test_a_live_image_goes_by_its_note_while_its_name_agrees(url, note, image):
    read = CODECS["collection_image"].read
    assert read is not None
    assert read.parse_facets is not None
    node = {"id": "C1", "image": {"url": url, "altText": ""}, "imageNote": {"value": note} if note else None}
    (found,) = read.parse_facets(node)
    assert {"image": image, "alt": None} == found.resource.spelled()
    assert [] == list(read.parse_facets({**node, "image": None}))


LISTING: dict[str, Any] = {
    "isPublished": True,
    "publishDate": "2026-01-01T00:00:00Z",
    "publication": {"id": "gid://shopify/Publication/1"},
    "publishable": {"status": "ACTIVE"},
}


@pytest.mark.parametrize(
    ("listing", "asked", "is_so"),
    [
        ({}, {"published": True}, True),
        ({}, {"published": True, "publish_at": None}, True),
        ({}, {"published": True, "publish_at": "2026-01-01T01:00:00+01:00"}, True),
        ({}, {"published": True, "publish_at": "2026-01-01T01:00:00Z"}, False),
        ({"isPublished": False}, {"published": True}, False),
        ({"isPublished": False}, {"published": True, "publish_at": "2026-01-01T00:00:00Z"}, True),
        ({"isPublished": False, "publishable": {"status": "DRAFT"}}, {"published": True}, True),
        ({"isPublished": False, "publishable": {"status": "ARCHIVED"}}, {"published": True}, True),
        ({"isPublished": False, "publishable": {"id": "C1"}}, {"published": True}, False),
        ({"publishDate": None}, {"published": True}, True),
    ],
)
def test_a_live_publication_is_what_git_asks_for_or_not(listing, asked, is_so):
    found = parsed("publication", {**LISTING, **listing})
    assert "gid://shopify/Publication/1" == found.mark
    assert is_so == (not list(differences(KINDS["publication"].resource(**asked), found.resource)))


@pytest.mark.parametrize(("type_name", "value"), [("string", "a"), ("number_integer", "not one")])
def test_a_live_metafield_that_no_file_could_ask_for_is_kept_as_it_is(type_name, value):
    node = {"id": "M1", "namespace": "custom", "key": "a", "type": type_name, "value": value}
    found = parsed("metafield", {**node, "compareDigest": "d1", "definition": {"type": {"name": type_name}}})
    assert {"type": type_name, "value": value, "defined": type_name} == found.resource.spelled()
    assert ("custom.a", {"digest": "d1"}) == (found.mark, found.handles)


DEFINITION_NODE: dict[str, Any] = {
    "id": "D1",
    "ownerType": "PRODUCTVARIANT",
    "namespace": "custom",
    "key": "length",
    "name": "Length",
    "description": None,
    "pinnedPosition": 3,
    "type": {"name": "dimension"},
    "validations": [{"name": "max", "value": '{"value":2.0,"unit":"METERS"}'}],
    "access": {"admin": "PUBLIC_READ_WRITE", "storefront": "NONE", "customerAccount": "NONE"},
    "capabilities": {
        "adminFilterable": {"enabled": True},
        "uniqueValues": {"enabled": False},
        "smartCollectionCondition": {"enabled": False},
    },
}


def test_a_live_definition_is_named_by_owner_namespace_and_key():
    found = parsed("metafield_definition", DEFINITION_NODE)
    assert "variant.custom.length" == found.mark
    asked = {"type": "dimension", "validations": {"max": "2 m"}, "pin": True}
    wanted = KINDS["metafield_definition"].resource.model_validate(asked)
    assert [] == list(differences(wanted, found.resource))
    assert "admin" not in found.resource.managed()


def test_a_live_definition_of_a_type_of_old_times_can_be_read():
    found = parsed("metafield_definition", {**DEFINITION_NODE, "type": {"name": "string"}})
    wanted = KINDS["metafield_definition"].resource.model_validate({"type": "boolean"})
    assert "its type is another" in str(KINDS["metafield_definition"].hinders(wanted, found.resource))


def test_what_is_the_reconcilers_own_has_no_name_among_metafields():
    kind = KINDS["metafield"]
    found = [Found("metafield", mark, kind.resource(), mark=mark) for mark in ("$app:reconciler.key", "$app:own.note")]
    assert [Address("metafield", "cup/$app:own.note")] == list(kind.match(Address("product", "cup"), {}, found))
