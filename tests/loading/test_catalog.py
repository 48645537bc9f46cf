"""What is right is loaded, exactly as it was written."""

from decimal import Decimal

from reconciler.loading.catalog import load_catalog
from reconciler.loading.source import digest
from reconciler.model.catalog import Variant, variant_key
from tests.loading.memory import Memory, a_repository

FULL = """\
key: linen-shirt
name: Linen shirt
handle: shirt-of-linen
description: {markdown: "*soft*"}
brand: null
tags: [summer, linen]
attributes: {care: {wash: 30}, origins: [PT, ES], organic: true, weave: 0.50}
channels: []
published: false
seo: {title: Linen}
taxonomy: aa-1-13-8
status: active
options: {Size: [M, S]}
variants:
  - {key: first, sku: "0012", options: {Size: S}, price: 49.00, weight: 250 g, taxable: true}
  - {key: second, sku: "0012", options: {Size: M}, price: {EUR: 49.90, USD: 55}, barcode: null}
"""
SIMPLE = "key: {key}\nname: N\nvariants: [{{price: 1}}]\n"


def load(**files):
    return load_catalog(a_repository(**files))


def test_a_product_is_read_as_it_was_written():
    product = load(a=FULL).entries["linen-shirt"].product
    assert {"Size": ("M", "S")} == product.options
    assert {"": Decimal("49.00")} == product.variants[0].price
    assert {"EUR": Decimal("49.90"), "USD": Decimal(55)} == product.variants[1].price
    assert "0012" == product.variants[0].sku
    assert {
        "care": {"wash": 30},
        "origins": ["PT", "ES"],
        "organic": True,
        "weave": Decimal("0.50"),
    } == product.attributes
    assert () == product.channels


def test_left_out_and_null_are_two_things():
    product = load(a="key: a\nname: A\nbrand: null\nvariants: [{price: 1}]\n").entries["a"].product
    assert None is product.brand
    assert "brand" in product.model_fields_set
    assert "type" not in product.model_fields_set


def test_many_products_in_one_file_and_one_in_each_come_in_the_order_of_files():
    listed = "products:\n" + "".join(f"  - {{key: {key}, name: N, variants: [{{price: 1}}]}}\n" for key in "cb")
    assert ["d", "c", "b", "a"] == list(load(a=SIMPLE.format(key="d"), many=listed, z=SIMPLE.format(key="a")).entries)


def test_folders_and_both_suffixes_are_read_and_hidden_files_are_not(tmp_path):
    files = {
        "catalog/products/shirts/a.yml": SIMPLE.format(key="a").encode(),
        "catalog/products/b.yaml": SIMPLE.format(key="b").encode(),
        "catalog/products/readme.txt": b"not YAML: [",
    }
    assert ["b", "a"] == list(load_catalog(Memory(files)).entries)


def test_the_inputs_are_the_digests_of_all_files():
    catalog = load(a=SIMPLE.format(key="a"), b=SIMPLE.format(key="b"))
    assert ["catalog/products/a.yaml", "catalog/products/b.yaml"] == list(catalog.inputs)
    assert digest(SIMPLE.format(key="b").encode()) == catalog.inputs["catalog/products/b.yaml"]


def test_a_shared_sku_is_right_where_every_variant_has_a_key():
    one = "key: a\nname: A\nvariants: [{key: x, sku: S, price: 1}]\n"
    two = "key: b\nname: B\nvariants: [{key: x, sku: S, price: 1}]\n"
    assert 2 == len(load(a=one, b=two).entries)


def test_blank_skus_are_no_skus():
    text = "key: {key}\nname: A\nvariants: [{{sku: '', price: 1}}]\n"
    assert 2 == len(load(a=text.format(key="a"), b=text.format(key="b")).entries)


def test_limits_are_reached_before_they_are_broken():
    tags = ", ".join(f'"{number:0255}"' for number in range(250))
    name = "x" * 255
    text = f"key: a\nname: A\ntags: [{tags}]\nvariants: [{{price: 0, options: {{{name}: {name}, b: b, c: c}}}}]\n"
    assert 1 == len(load(a=text).entries)


def test_a_variant_is_known_by_key_then_sku_then_option_values():
    values = {"Color": "Red", "Size": "S"}
    price = {"": Decimal(1)}
    assert "k" == variant_key(Variant(key="k", sku="s", options=values, price=price), ["Size", "Color"])
    assert "s" == variant_key(Variant(sku="s", options=values, price=price), ["Size", "Color"])
    assert "S / Red" == variant_key(Variant(options=values, price=price), ["Size", "Color"])
