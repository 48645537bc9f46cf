"""A mapping is three layers of rules, each with its place."""

from decimal import Decimal

from reconciler.app.repository.workspace import VOCABULARY
from reconciler.loading.mappings import BUILTIN, load_mapping
from reconciler.model.origin import Place
from reconciler.model.rules import Constant, PriceRule, Template, UnionRule, Unmanaged
from tests.loading.memory import Memory

EU = """\
product:
  tags: {union: ["{{ product.tags }}", [eu, web]]}
  vendor: {value: Linen & Co}
  product_type: null
  seo_title: {unmanaged: true}
variant:
  price:
    price: {from: "{{ variant.price }}", currency: EUR, multiply: 1.20, add: 5, end_with: 0.95, rounding: up}
  taxable: {value: true}
"""


def load(name="eu", **files):
    return load_mapping(
        Memory({f"mappings/{stem}.yaml": text.encode() for stem, text in files.items()}), name, VOCABULARY
    )


def test_the_default_that_we_ship_knows_every_field_it_names():
    rules = load(None).rules
    assert Template("{{ product.name }}", Place(BUILTIN, 5, 10)) == rules["product"]["title"]
    assert {"product", "variant", "image", "publication", "collection", "collection_publication"} == rules.keys()


def test_a_mapping_overrides_field_by_field_and_keeps_the_rest():
    rules = load(default="product: {title: D, vendor: D}\n", eu="product: {title: E}\n").rules["product"]
    assert Template("E", Place("mappings/eu.yaml", 1, 18)) == rules["title"]
    assert Template("D", Place("mappings/default.yaml", 1, 29)) == rules["vendor"]
    assert BUILTIN == rules["tags"].place.file


def test_the_repositorys_default_serves_stores_that_name_none():
    text = "product: {title: D}\n"
    assert "mappings/default.yaml" == load(None, default=text).rules["product"]["title"].place.file
    assert load(None, default=text) == load("default", default=text)


def test_every_form_of_rule_is_read():
    rules = load(eu=EU).rules
    product, variant = rules["product"], rules["variant"]
    place = Place("mappings/eu.yaml", 2, 9)
    sources = (
        Template("{{ product.tags }}", Place("mappings/eu.yaml", 2, 18)),
        Constant(("eu", "web"), Place("mappings/eu.yaml", 2, 40)),
    )
    assert UnionRule(sources, place) == product["tags"]
    assert Constant("Linen & Co", Place("mappings/eu.yaml", 3, 11)) == product["vendor"]
    assert Constant(None, Place("mappings/eu.yaml", 4, 17)) == product["product_type"]
    assert Unmanaged(Place("mappings/eu.yaml", 5, 14)) == product["seo_title"]
    assert Constant(value=True, place=Place("mappings/eu.yaml", 9, 12)) == variant["taxable"]


def test_a_price_rule_is_exact():
    rule = load(eu=EU).rules["variant"]["price"]
    assert isinstance(rule, PriceRule)
    assert "EUR" == rule.currency
    assert "up" == rule.rounding
    assert [Decimal("1.20"), Decimal(5), Decimal("0.95")] == [rule.multiply, rule.add, rule.ending]
    assert "1.20" == str(rule.multiply)


def test_what_a_price_rule_leaves_out_does_nothing():
    rule = load(None).rules["variant"]["price"]
    assert isinstance(rule, PriceRule)
    assert (None, None, None, None) == (rule.currency, rule.multiply, rule.add, rule.ending)
    assert "nearest" == rule.rounding


def test_the_inputs_are_all_files_that_it_was_made_of():
    assert [BUILTIN, "mappings/default.yaml", "mappings/eu.yaml"] == list(load(default="{}", eu="{}").inputs)
    assert [BUILTIN, "mappings/default.yaml"] == list(load(None, default="{}", eu="{}").inputs)
