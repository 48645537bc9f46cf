"""A dump of Shopify's APIs becomes products, whichever API answered, and what it holds beyond them is counted."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.loading.exported import Reading
from reconciler.loading.shopify_json import read_dump
from reconciler.loading.writer import products_text
from reconciler.loading.yaml import parse
from reconciler.model.catalog import Product
from reconciler.model.errors import InvalidInput

OPTION = {"name": "Size", "position": 1, "values": ["S", "M"]}
SMALL = {"id": 11, "position": 1, "option1": "S", "price": "49.00", "sku": "A-S", "image_id": 7}
REST = {
    "id": 1,
    "title": "Shirt",
    "handle": "shirt",
    "body_html": "<p>Soft</p>\n",
    "vendor": "Linen & Co",
    "product_type": "Shirts",
    "tags": "summer, linen, Summer",
    "status": "active",
    "published_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-02-01T00:00:00Z",
    "options": [OPTION],
    "images": [
        {"id": 8, "position": 2, "src": "https://a.b/2.png", "alt": "Back", "variant_ids": []},
        {"id": 7, "position": 1, "src": "//a.b/1.png", "alt": None, "variant_ids": []},
    ],
    "variants": [
        {
            **SMALL,
            "compare_at_price": "59.00",
            "barcode": "0012",
            "weight": 1.50,
            "weight_unit": "kg",
            "grams": 1500,
            "taxable": False,
            "requires_shipping": True,
            "inventory_policy": "continue",
            "inventory_management": "shopify",
            "inventory_quantity": -4,
        },
        {"id": 12, "position": 2, "option1": "M", "price": "50.00", "inventory_management": None},
    ],
}
GRAPHQL = {
    "id": "gid://shopify/Product/1",
    "title": "Shirt",
    "handle": "shirt",
    "descriptionHtml": "<p>Soft</p>\n",
    "vendor": "Linen & Co",
    "productType": "Shirts",
    "tags": ["summer", "linen"],
    "status": "ACTIVE",
    "publishedAt": "2026-01-01T00:00:00Z",
    "options": [{"name": "Size", "position": 1, "optionValues": [{"name": "S"}, {"name": "M"}]}],
    "media": {
        "nodes": [
            {"mediaContentType": "IMAGE", "alt": "", "image": {"url": "https://a.b/1.png"}},
            {"mediaContentType": "IMAGE", "alt": "Back", "image": {"url": "https://a.b/2.png"}},
        ]
    },
    "variants": {
        "edges": [
            {
                "node": {
                    "selectedOptions": [{"name": "Size", "value": "S"}],
                    "price": "49.00",
                    "sku": "A-S",
                    "compareAtPrice": "59.00",
                    "barcode": "0012",
                    "taxable": False,
                    "inventoryPolicy": "CONTINUE",
                    "inventoryQuantity": -4,
                    "media": {"nodes": [{"image": {"url": "https://a.b/1.png"}}]},
                    "inventoryItem": {
                        "tracked": True,
                        "requiresShipping": True,
                        "measurement": {"weight": {"value": 1.5, "unit": "KILOGRAMS"}},
                    },
                }
            },
            {
                "node": {
                    "selectedOptions": [{"name": "Size", "value": "M"}],
                    "price": "50.00",
                    "inventoryItem": {"tracked": False},
                }
            },
        ]
    },
}
SHIRT = {
    "key": "shirt",
    "name": "Shirt",
    "description": "<p>Soft</p>\n",
    "brand": "Linen & Co",
    "type": "Shirts",
    "tags": ["summer", "linen"],
    "images": [{"url": "https://a.b/1.png"}, {"url": "https://a.b/2.png", "alt": "Back"}],
    "status": "active",
    "options": {"Size": ["S", "M"]},
    "variants": [
        {
            "sku": "A-S",
            "options": {"Size": "S"},
            "price": {"": "49.00"},
            "compare_at_price": {"": "59.00"},
            "barcode": "0012",
            "weight": "1.5 kg",
            "taxable": False,
            "tracked": True,
            "requires_shipping": True,
            "sell_when_out_of_stock": True,
            "image": "https://a.b/1.png",
            "stock": {"default": {"quantity": -4}},
        },
        {"options": {"Size": "M"}, "price": {"": "50.00"}, "tracked": False},
    ],
}
HAT = {"handle": "hat", "title": "Hat", "variants": [{"price": "9.00"}]}


def a_file(folder, document, name="dump.json"):
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def read(folder, *nodes, **reading):
    return read_dump([a_file(folder, {"products": list(nodes)})], Reading(**reading))


def the_product(folder, node, **reading):
    (product,) = read(folder, node, **reading).products
    return product


def plain(product):
    return product.model_dump(mode="json", exclude_unset=True)


def refusal(folder, document):
    path = a_file(folder, document)
    with pytest.raises(InvalidInput) as refused:
        read_dump([path])
    return str(refused.value).replace(f"{folder}/", "").splitlines()


@pytest.mark.parametrize("node", [REST, GRAPHQL], ids=["rest", "graphql"])
def test_every_value_that_the_catalog_holds_is_carried_over(tmp_path, node):
    assert plain(the_product(tmp_path, node)) == SHIRT


def test_a_storefront_says_less_and_the_rest_is_left_out(tmp_path):
    node = {
        "title": "Hat",
        "handle": "hat",
        "body_html": "",
        "tags": ["felt"],
        "published_at": "2026-03-08T16:36:20+05:30",
        "options": [{"name": "Title", "position": 1, "values": ["Default Title"]}],
        "images": [{"id": 1, "src": "https://a.b/1.png", "variant_ids": [5]}],
        "variants": [
            {"id": 5, "option1": "Default Title", "price": "9.00", "grams": 250, "available": True, "sku": None}
        ],
    }
    assert {
        "key": "hat",
        "name": "Hat",
        "tags": ["felt"],
        "images": [{"url": "https://a.b/1.png"}],
        "variants": [{"price": {"EUR": "9.00"}, "weight": "250 g", "image": "https://a.b/1.png"}],
    } == plain(the_product(tmp_path, node, currency="EUR"))


WRAPPED = {
    "a list": lambda node: [node],
    "one product": lambda node: {"product": node},
    "an answer with nodes": lambda node: {"data": {"products": {"nodes": [node], "pageInfo": {}}}, "extensions": {}},
    "an answer with edges": lambda node: {"data": {"products": {"edges": [{"cursor": "x", "node": node}]}}},
}


@pytest.mark.parametrize("name", WRAPPED)
def test_products_are_found_in_whatever_an_api_wraps_them(tmp_path, name):
    (product,) = read_dump([a_file(tmp_path, WRAPPED[name](HAT))]).products
    assert "Hat" == product.name


def test_a_quantity_goes_to_the_location_that_is_named_and_only_where_it_is_counted(tmp_path):
    nodes = [
        {**HAT, "handle": name, "variants": [{"price": "1", "inventory_management": by, "inventory_quantity": 7}]}
        for name, by in (("a", "shopify"), ("b", None), ("c", "shipwire"))
    ]
    export = read(tmp_path, *nodes, location="berlin")
    stocks = [plain(product)["variants"][0].get("stock") for product in export.products]
    assert [{"berlin": {"quantity": 7}}, None, None] == stocks
    assert {"variants.inventory_quantity": 2, "variants.inventory_management": 1} == {
        lost.column: lost.values for lost in export.not_carried_over
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "active", "published_at": None}, {"status": "active", "published": False}),
        ({"status": "draft", "published_at": None}, {"status": "draft"}),
        ({"published_at": None}, {"published": False}),
        (
            {"published_at": "2026-09-01T00:00:00Z", "updated_at": "2026-08-01T00:00:00Z"},
            {"publish_at": "2026-09-01T00:00:00Z"},
        ),
    ],
)
def test_what_is_not_published_is_kept_out_unless_its_status_does_that(tmp_path, fields, expected):
    found = plain(the_product(tmp_path, {**HAT, **fields}))
    assert expected == {name: found[name] for name in ("status", "published", "publish_at") if name in found}


def test_metafields_keep_their_types(tmp_path):
    given = [
        ("custom.fit", "number_integer", "3", 3),
        ("custom.soft", "boolean", "true", True),
        ("custom.sizes", "list.single_line_text_field", '["a"]', ["a"]),
        ("custom.length", "dimension", '{"value": 2.5, "unit": "cm"}', '{"value": 2.5, "unit": "cm"}'),
        ("custom.note", "multi_line_text_field", "[a]\n", "[a]\n"),
        ("custom.ratio", "number_decimal", "1.50", "1.50"),
    ]
    rows = [
        dict(zip(["namespace", "key"], name.split("."), strict=True), type=kind, value=text)
        for name, kind, text, _ in given
    ]
    rows += [
        {"namespace": "global", "key": "title_tag", "value": "Hats", "type": "string"},
        {"namespace": "old", "key": "kind", "value": "felt", "value_type": "string"},
        {"namespace": "app--12--x", "key": "theirs", "value": "1", "type": "number_integer"},
    ]
    export = read(tmp_path, {**HAT, "metafields": rows})
    product = plain(export.products[0])
    assert {"title": "Hats"} == product["seo"]
    assert {
        **{name: {"type": kind, "value": value} for name, kind, _, value in given},
        "old.kind": {"type": "single_line_text_field", "value": "felt"},
    } == product["metafields"]
    assert ["metafields app--12--x.theirs"] == [lost.column for lost in export.not_carried_over]


def test_what_the_catalog_has_no_place_for_is_counted(tmp_path):
    node = {
        **HAT,
        "template_suffix": "wide",
        "gift_card": False,
        "category": {"full_name": "Hats"},
        "media": [{"mediaContentType": "VIDEO", "alt": "x"}],
        "variants": [{"price": "9", "fulfillment_service": "manual", "available": False, "tax_code": "X"}],
    }
    counted = {lost.column: lost.values for lost in read(tmp_path, node).not_carried_over}
    assert {
        "template_suffix": 1,
        "category": 1,
        "media VIDEO": 1,
        "variants.available": 1,
        "variants.tax_code": 1,
    } == counted


@pytest.mark.parametrize("name", ["gift_card", "isGiftCard"])
def test_a_gift_card_becomes_no_product_and_the_report_says_so(tmp_path, name):
    card = {**HAT, "handle": "card", name: True, "tax_code": "X", "variants": [{"price": "1", "sku": "A"}]}
    export = read(tmp_path, card, {**HAT, "variants": [{"price": "1", "sku": "A"}]})
    assert [("hat", None)] == [(product.key, product.variants[0].key) for product in export.products]
    (told,) = export.not_carried_over
    assert ("gift cards", 1) == (told.column, told.values)
    assert told.reason.endswith("they are left out")


def test_a_shared_sku_gives_each_of_its_variants_a_key(tmp_path):
    shirt = {**REST, "variants": [{**SMALL, "sku": "A"}, {**SMALL, "id": 12, "option1": "M", "sku": "A"}]}
    export = read(tmp_path, shirt, {**HAT, "variants": [{"price": "1", "sku": "A"}]})
    assert [["S", "M"], ["A"]] == [[variant.key for variant in product.variants] for product in export.products]


def test_amounts_that_say_their_currency_keep_it(tmp_path):
    node = {**HAT, "variants": [{"price": {"amount": "9.50", "currencyCode": "CAD"}}]}
    assert {"CAD": "9.50"} == plain(the_product(tmp_path, node))["variants"][0]["price"]
    with pytest.raises(InvalidInput, match="the amount is in CAD, and EUR was asked for"):
        read(tmp_path, node, currency="EUR")


NODES: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"title": None}, "name is empty"),
    "a title that is none": ({"title": 5}, "name is the number 5; expected text"),
    "no handle": ({"handle": ""}, "the product has no handle"),
    "no variants": ({"variants": []}, "variants is empty; expected at least one entry"),
    "variants that are none": ({"variants": [1, None]}, "this is no member of variants; expected a mapping"),
    "no list of images": ({"images": "x"}, "this is no member of images; expected a mapping"),
    "no price": ({"variants": [{"sku": "A"}]}, "the variant has no price; expected an amount"),
    "a price in words": ({"variants": [{"price": "free"}]}, 'price "free" is not a plain decimal number'),
    "a price below zero": ({"variants": [{"price": "-1"}]}, "price -1 is below zero"),
    "a SKU that is a number": ({"variants": [{"price": "1", "sku": 12}]}, "sku is the number 12; expected text"),
    "a policy of its own": (
        {"variants": [{"price": "1", "inventory_policy": "perhaps"}]},
        'inventory_policy is "perhaps"; expected deny or continue',
    ),
    "half a thing": (
        {"variants": [{"price": "1", "inventory_management": "shopify", "inventory_quantity": 1.5}]},
        "expected a whole number",
    ),
    "an unknown unit": (
        {"variants": [{"price": "1", "weight": 2, "weight_unit": "stone"}]},
        'weight "2 stone" does not',
    ),
    "an unknown status": ({"status": "gone"}, 'status "gone" is not known'),
    "tags of another kind": ({"tags": {"a": 1}}, "tags is a mapping; expected a list"),
    "an image without an address": ({"images": [{"id": 1}]}, 'images.url "" is not the address of an image'),
    "an image that is not there": (
        {"variants": [{"price": "1", "image_id": 9}]},
        "image_id 9 is none of the product's images",
    ),
    "two options of one name": (
        {"options": [{"name": "Size"}, {"name": "Size"}], "variants": [{"price": "1", "option1": "S", "option2": "M"}]},
        "two options have one name: Size, Size",
    ),
    "a value without an option": (
        {"variants": [{"price": "1", "option1": "S"}]},
        'the variant has the value "S" of an option without a name',
    ),
    "a variant without a value": (
        {"options": [OPTION], "variants": [{"price": "1"}]},
        "the variant has no value for Size",
    ),
    "prices in cents": ({"price_min": 900}, "this is a product as themes get it, with prices in cents"),
    "half a character": ({"title": "\ud83d"}, "title holds a NUL, or half a character"),
    "a NUL": ({"tags": ["a\0"]}, "holds a NUL, or half a character"),
}


@pytest.mark.parametrize("name", NODES)
def test_a_product_that_is_not_right_is_refused_at_its_place(tmp_path, name):
    fields, message = NODES[name]
    said = refusal(tmp_path, {"products": [HAT, {**HAT, "handle": "cap", **fields}]})
    assert any(message in line for line in said), said
    assert all(line.startswith("dump.json:1:") for line in said)


def test_the_place_is_that_of_the_value(tmp_path):
    nodes = [
        HAT,
        {
            "handle": "cap",
            "title": 5,
            "options": [{"name": "Size"}],
            "images": [{"position": 2, "src": "https://a.b/2.png"}, {"position": 1, "src": "nowhere"}],
            "variants": [{"price": "1", "option1": "S"}, {"price": "x", "option1": "M"}],
        },
    ]
    text = json.dumps({"products": nodes}, indent=1)
    lines = text.split("\n")
    places = [
        f"dump.json:{number}:{line.index(value) + 1}: "
        for value in ("5", '"nowhere"', '"x"')
        for number, line in enumerate(lines, 1)
        if line.rstrip(",").endswith(f": {value}")
    ]
    said = refusal(tmp_path, text)
    assert [True] * 3 == [line.startswith(place) for line, place in zip(said, places, strict=True)], said


FILES = {
    "": "1:1: this is no list of products; expected {products: [...]}, as Shopify's APIs and products.json answer",
    "null": "1:1: this is no list of products",
    '{"orders": []}': "1:1: this holds no products",
    '{"products": 5}': "1:1: this holds no products",
    '{"products": [5]}': "1:15: this is no product",
    '{"products": []}': " there are no products to import",
    '{"products": [{"title": "a"}': "1:29: this is not JSON: expecting ,; the file may be cut off",
    '{"products": [{"handle": "x", "ti': "1:31: this is not JSON: unterminated string starting at",
    '{"products": [5, ]}': "1:15: this is no product",
    '{"products": [ , {}]}': "1:16: this is not JSON: expecting value; export it again",
    '{"products": []} x': "1:18: something follows the end of the products",
    '{"products": [{"a": 1, "a": 2}]}': "1:15: this is not JSON: the key a is given twice",
    '{"products": [{"a": NaN}]}': "1:15: this is not JSON: NaN is not a number",
    '{"products": [{"a": 1e999999999}]}': "1:15: this is not JSON: the number 1e999999999 has too many digits",
    f'{{"products": [{{"a": {"9" * 5000}}}]}}': "1:15: this is not JSON: ",
    f'{{"products": [{"[" * 100_000}': "1:15: this is nested deeper than any product is",
    "{1: 2}": "1:2: this is not JSON: expecting a key in quotes",
    "Handle,Title\n": "1:1: this is no list of products",
}


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_a_file_that_is_no_dump_is_refused_with_its_place(tmp_path, text):
    assert any(line.startswith(f"dump.json:{FILES[text]}") for line in refusal(tmp_path, text))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "dump.json"
    path.write_bytes('{"products":\n["Größe"]}'.encode("latin-1"))
    with pytest.raises(InvalidInput, match=r"dump\.json:2:5: byte 0xF6 is not UTF-8; save the file as UTF-8"):
        read_dump([path])


def test_a_mark_at_the_beginning_does_not_matter(tmp_path):
    path = tmp_path / "dump.json"
    path.write_bytes(json.dumps([HAT]).encode("utf-8-sig"))
    assert 1 == len(read_dump([path]).products)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read: no such file or directory"):
        read_dump([tmp_path / "gone.json"])


def test_problems_of_all_files_are_told_and_a_handle_is_given_once(tmp_path):
    one = a_file(tmp_path, [HAT], "one.json")
    two = a_file(tmp_path, [{**HAT, "handle": "Hat"}, {**HAT, "handle": "b", "title": 1}], "two.json")
    with pytest.raises(InvalidInput) as refused:
        read_dump([one, two])
    said = str(refused.value).replace(f"{tmp_path}/", "").splitlines()
    assert "two.json:1:13: Hat is also at one.json:1:13; rename one of them, or leave it out" == said[0]
    assert 2 == len(said)


def ways_into(value, above=()):
    """Every way into a document."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*above, key)
        yield from ways_into(member, (*above, key))


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**18) | st.floats(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["src", "name", "key"]), inner),
    max_leaves=4,
)
METAFIELD = {"namespace": "custom", "key": "fit", "value": "[1]", "type": "list.number_integer"}


@pytest.mark.parametrize("node", [REST, GRAPHQL], ids=["rest", "graphql"])
@given(data=st.data())
def test_odd_values_are_refused_or_come_back_from_the_file(node, data, tmp_path_factory):
    node = copy.deepcopy({**node, "metafields": [METAFIELD]})
    for way in data.draw(st.lists(st.sampled_from(sorted(ways_into(node), key=str)), min_size=1, max_size=3)):
        at = node
        try:
            for step in way[:-1]:
                at = at[step]
            at[way[-1]] = data.draw(ODD)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier value took its place
    path = a_file(tmp_path_factory.getbasetemp(), {"products": [node]})
    try:
        products = read_dump([path]).products
    except InvalidInput:
        return
    loaded = [Product.model_validate(parse("x.yaml", products_text([product]).encode())) for product in products]
    assert list(products) == loaded
