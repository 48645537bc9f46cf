"""Compilation: addresses, values, origins, and every problem at its line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.mapping.check import check_rules
from reconciler.mapping.compile import Mapper
from reconciler.mapping.trace import trace
from reconciler.model.address import Address
from reconciler.model.errors import InvalidInput
from reconciler.model.kind import Kind, KindSet
from reconciler.model.origin import Origin, Place
from reconciler.model.rules import Constant, UnionRule, Unmanaged
from tests.mapping.builders import (
    KINDS,
    RULE,
    ToyProduct,
    a_mapper,
    a_price_rule,
    a_product,
    a_store,
    a_template,
    a_variant,
    an_entry,
    rules,
    values,
)

PRODUCT = Address("product", "linen-shirt")
VARIANT = Address("variant", "linen-shirt/LS-M")


def _problems(mapper: Mapper, **fields: object) -> list[str]:
    with pytest.raises(InvalidInput) as invalid:
        mapper.group(an_entry(**fields))
    return [str(problem) for problem in invalid.value.diagnostics]


IDENTITIES = [
    ([a_variant()], ["LS-M"]),
    ([a_variant(key="m")], ["m"]),
    ([{"price": "1"}], ["default"]),
    ([{"price": "1", "options": {"Size": "M", "Color": "Red"}}], ["M / Red"]),
    ([{"price": "1", "options": {"Size": "M"}}, {"price": "1", "options": {"Size": "L"}}], ["M", "L"]),
    ([a_variant(key="m", options={"Size": "M"}), {"price": "1", "options": {"Size": "L"}}], ["m", "L"]),
    ([{"price": "1", "sku": "A", "options": {"Size": "M"}}, {"price": "1", "options": {"Size": "L"}}], ["A", "L"]),
]


@pytest.mark.parametrize(("variants", "expected"), IDENTITIES)
def test_a_variant_is_addressed_by_key_then_sku_then_options(variants, expected):
    group = a_mapper(product_title="x", variant_sku="{{ variant.sku }}").group(an_entry(variants=variants))
    addresses = [PRODUCT, *(Address("variant", f"linen-shirt/{identity}") for identity in expected)]
    assert addresses == list(group.resources)


def test_option_values_are_joined_in_the_order_of_the_product():
    variants = [{"price": "1", "options": {"Color": "Red", "Size": "M"}}]
    group = a_mapper().group(an_entry(options={"Size": ["M"], "Color": ["Red"]}, variants=variants))
    assert Address("variant", "linen-shirt/M / Red") in group.resources


def test_only_what_the_catalog_gives_is_managed():
    mapper = a_mapper(product_title="{{ product.name }}", product_handle="{{ product.handle }}")
    assert {"title": "Linen Shirt"} == values(mapper, an_entry())
    assert {"title": "Linen Shirt", "handle": None} == values(mapper, an_entry(handle=None))


def test_an_unmanaged_field_and_a_constant():
    mapper = a_mapper(
        product_title=Unmanaged(RULE), product_handle=Constant(None, RULE), product_tags=Constant((), RULE)
    )
    assert {"handle": None, "tags": ()} == values(mapper, an_entry())


def test_a_price_is_picked_multiplied_and_rounded():
    mapper = a_mapper(variant_price=a_price_rule(multiply="1.1", ending="0.99"))
    assert {"price": Decimal("60.99")} == values(mapper, an_entry(), "variant")


def test_a_price_rule_may_ask_for_another_currency():
    mapper = a_mapper(variant_price=a_price_rule(currency="EUR", multiply="1.2"))
    assert {"price": Decimal("58.80")} == values(mapper, an_entry(), "variant")


def test_one_amount_is_in_whichever_currency_is_asked_for():
    mapper = a_mapper(variant_price=a_price_rule(currency="EUR"))
    assert {"price": Decimal("7.00")} == values(mapper, an_entry(variants=[a_variant(price="7")]), "variant")


@pytest.mark.parametrize(("amount", "expected"), [({}, {}), ({"cost": None}, {"price": None})])
def test_a_price_rule_passes_on_what_is_left_out_and_what_is_null(amount, expected):
    mapper = a_mapper(variant_price=a_price_rule("{{ variant.cost }}"))
    assert expected == values(mapper, an_entry(variants=[a_variant(**amount)]), "variant")


def test_a_price_may_come_from_an_attribute():
    mapper = a_mapper(variant_price=a_price_rule("{{ variant.attributes.wholesale }}", add="1"))
    entry = an_entry(variants=[a_variant(attributes={"wholesale": "20.00"})])
    assert {"price": Decimal("21.00")} == values(mapper, entry, "variant")


UNIONS = [
    ({"tags": ["Linen"]}, ("Linen", "us")),
    ({"tags": ["US", "linen", "LINEN"]}, ("US", "linen")),
    ({}, ("us",)),
    ({"tags": None}, ("us",)),
]


@pytest.mark.parametrize(("fields", "expected"), UNIONS)
def test_a_union_holds_each_member_once(fields, expected):
    union = UnionRule((a_template("{{ product.tags }}"), Constant(("us",), RULE)), RULE)
    assert {"tags": expected} == values(a_mapper(product_tags=union), an_entry(**fields))


def test_a_union_of_nothing_is_left_out_and_one_of_null_is_null():
    union = UnionRule((a_template("{{ product.tags }}"), a_template("{{ product.attributes.more }}")), RULE)
    mapper = a_mapper(product_tags=union)
    assert {} == values(mapper, an_entry())
    assert {"tags": None} == values(mapper, an_entry(tags=None))
    assert {"tags": ("a", "b")} == values(mapper, an_entry(attributes={"more": ["a", "b"]}))


PROBLEMS = [
    (
        {"variant_price": a_price_rule()},
        {"variants": [a_variant(price={"EUR": "1", "GBP": "1"})]},
        (
            "shirt.yaml.variants.0.price: price has EUR and GBP, store us sells in USD; "
            "add USD, or map it in mappings/us.yaml"
        ),
    ),
    (
        {"variant_price": "{{ variant.price }}"},
        {"variants": [a_variant(price={"EUR": "1"})]},
        "shirt.yaml.variants.0.price: price has EUR, store us sells in USD; add USD, or map it in mappings/us.yaml",
    ),
    (
        {"variant_price": a_price_rule(currency="CHF")},
        {},
        (
            "shirt.yaml.variants.0.price: price has EUR and USD, and mappings/us.yaml asks for CHF; "
            "add CHF, or change the rule"
        ),
    ),
    (
        {"variant_price": a_price_rule()},
        {"variants": [a_variant(price={"USD": "19.999"})]},
        "shirt.yaml.variants.0.price.USD: price 19.999 has more decimals than USD has (2)",
    ),
    (
        {"variant_price": a_price_rule()},
        {"variants": [a_variant(price="19.999")]},
        "shirt.yaml.variants.0.price: price 19.999 has more decimals than USD has (2)",
    ),
    (
        {"variant_price": a_price_rule(add="-60")},
        {},
        (
            "mappings/us.yaml:12:10: variant.price of variant/linen-shirt/LS-M (shirt.yaml.variants.0.price.USD): "
            "the price comes to -5.00, which is below zero"
        ),
    ),
    (
        {"variant_price": "{{ variant.price * 1.015 }}"},
        {},
        (
            "mappings/us.yaml:12:10: variant.price of variant/linen-shirt/LS-M (shirt.yaml.variants.0.price.USD): "
            "55.82500 is finer than USD goes; a price rule rounds: multiply, add, ending"
        ),
    ),
    (
        {"variant_price": a_price_rule("{{ product.name }}")},
        {},
        (
            "mappings/us.yaml:12:10: variant.price of variant/linen-shirt/LS-M (shirt.yaml.name): "
            "a price rule needs an amount, and got text: Linen Shirt"
        ),
    ),
    (
        {"product_title": "{{ product.brand }} {{ product.name }}"},
        {},
        (
            "mappings/us.yaml:12:10: product.title needs product.brand, which shirt.yaml leaves out; "
            "give it one, or write {{ product.brand | default('') }}"
        ),
    ),
    (
        {"variant_sku": "{{ variant.barcode }}-{{ variant.sku }}"},
        {},
        (
            "mappings/us.yaml:12:10: variant.sku needs variant.barcode, which shirt.yaml.variants.0 leaves out; "
            "give it one, or write {{ variant.barcode | default('') }}"
        ),
    ),
    (
        {"product_status": "{{ product.status | upper }}"},
        {"status": "archived"},
        (
            "shirt.yaml.status: status of product/linen-shirt cannot be 'ARCHIVED': "
            "input should be 'ACTIVE' or 'DRAFT'; it was made by the rule at mappings/us.yaml:12 product.status"
        ),
    ),
    (
        {"product_title": Constant(3, RULE)},
        {},
        (
            "mappings/us.yaml:12:10: title of product/linen-shirt cannot be 3: input should be a valid string; "
            "it was made by the rule at mappings/us.yaml:12 product.title"
        ),
    ),
    (
        {"variant_price": Constant("x", RULE)},
        {},
        (
            "mappings/us.yaml:12:10: price of variant/linen-shirt/LS-M: 'x' is not a plain decimal number, such as "
            "49.00; it was made by the rule at mappings/us.yaml:12 variant.price"
        ),
    ),
    (
        {"product_tags": UnionRule((a_template("{{ product.attributes.n }}"),), RULE)},
        {"attributes": {"n": [1]}},
        (
            "mappings/us.yaml:12:10: product.tags of product/linen-shirt (shirt.yaml.attributes.n): "
            "a union is made of text, and got a number: 1; quote it in the catalog"
        ),
    ),
    (
        {},
        {"variants": [a_variant(), a_variant()]},
        "shirt.yaml.variants.1: two variants of linen-shirt are called 'LS-M'; give each an own sku, or a key",
    ),
]


@pytest.mark.parametrize(("fields", "product", "expected"), PROBLEMS)
def test_a_problem_says_where_what_and_what_to_do(fields, product, expected):
    assert [expected] == _problems(a_mapper(**fields), **product)


def test_all_problems_of_a_product_are_told_together():
    mapper = a_mapper(product_title="{{ product.brand }}!", variant_price=a_price_rule(), variant_sku=Constant(1, RULE))
    assert len(_problems(mapper, variants=[a_variant(price={"EUR": "1"}), a_variant(sku="B")])) == 4


STATIC = [
    ({"product_titel": "x"}, "product.titel is not a field of a product in a store; did you mean title?"),
    ({"prodct_title": "x"}, "prodct is not a kind that rules make; did you mean product?"),
    ({"product_title": "{{ product.brnd }}"}, "product.brnd is not a field of a product; did you mean brand?"),
    ({"product_title": "{{ variant.sku }}"}, "variant is not known here; expected one of product, store"),
    ({"product_title": "a\n\n{{ product."}, "expected name or number (line 3 of the template)"),
    ({"variant_price": a_price_rule("{{ variant.prise }}")}, "variant.prise is not a field of a variant; did you mean"),
]


@pytest.mark.parametrize(("fields", "says"), STATIC)
def test_a_mistake_in_a_mapping_is_told_once_at_its_line(fields, says):
    problems = check_rules(rules(**fields), KINDS)
    assert len(problems) == 1
    assert says in str(problems[0])
    assert RULE == problems[0].place


def test_a_mistake_inside_a_union_has_the_line_of_its_part():
    part = Place("mappings/us.yaml", 14)
    union = UnionRule((a_template("{{ product.tagz }}", part), a_template("{{ product.tags }}")), RULE)
    assert [part] == [problem.place for problem in check_rules(rules(product_tags=union), KINDS)]


def test_every_mistake_of_a_mapping_is_told_before_any_product():
    with pytest.raises(InvalidInput) as invalid:
        a_mapper(product_title="{{ x }}", variant_sku="{{ y }}", variant_price=a_price_rule(ending="0.999"))
    assert len(invalid.value.diagnostics) == 3
    assert "end_with 0.999 has more decimals than USD has (2), in store us" in str(invalid.value)


def test_rules_of_a_kind_that_the_engine_lacks_are_a_mistake():
    kinds = KindSet([Kind("product", ToyProduct)])
    assert ["variant is not a kind that rules make"] == [
        problem.summary for problem in check_rules(rules(variant_sku="x"), kinds)
    ]


def test_a_kind_without_rules_still_exists():
    assert [PRODUCT, VARIANT] == list(a_mapper().group(an_entry()).resources)


ORIGINS = [
    ({"product_title": "{{ product.name }}"}, PRODUCT, "shirt.yaml.name"),
    ({"product_title": "{{ product.brand | default(product.name) }}"}, PRODUCT, "shirt.yaml.name"),
    ({"product_title": "{{ product.brand | default('x') }}"}, PRODUCT, "shirt.yaml"),
    ({"product_title": "{{ product.attributes.care[1] }}"}, PRODUCT, "shirt.yaml.attributes.care.1"),
    ({"product_title": "{{ product.variants[0].sku }}"}, PRODUCT, "shirt.yaml.variants.0.sku"),
    ({"product_title": "{{ store.name }}"}, PRODUCT, None),
    ({"product_title": Constant("x", RULE)}, PRODUCT, None),
    ({"variant_price": a_price_rule()}, VARIANT, "shirt.yaml.variants.0.price.USD"),
    ({"variant_price": a_price_rule(currency="EUR")}, VARIANT, "shirt.yaml.variants.0.price.EUR"),
    ({"variant_price": "{{ variant.price.EUR }}"}, VARIANT, "shirt.yaml.variants.0.price.EUR"),
    ({"variant_sku": "{{ product.name }}-{{ variant.sku }}"}, VARIANT, "shirt.yaml.name"),
    (
        {"variant_inventory_policy": "{{ 'DENY' if variant.barcode is defined else 'DENY' }}"},
        VARIANT,
        "shirt.yaml.variants.0",
    ),
]


@pytest.mark.parametrize(("fields", "address", "place"), ORIGINS)
def test_a_value_knows_the_line_that_it_came_from_and_its_rule(fields, address, place):
    (name,) = fields
    kind, _, field = name.partition("_")
    group = a_mapper(**fields).group(an_entry(attributes={"care": ["wash", "dry"]}))
    trail = (f"mappings/us.yaml:12 {kind}.{field}",)
    assert Origin(Place(place) if place else None, trail) == group.origin(address, field)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        (PRODUCT, "handle"),
        (VARIANT, "price"),
        (Address("variant", "linen-shirt/XXL"), "sku"),
        (Address("image", "x"), "url"),
    ],
)
def test_what_no_rule_makes_has_no_origin(address, field):
    group = a_mapper(product_title="x", variant_sku="{{ variant.sku }}").group(an_entry())
    assert group.origin(address, field) is None


def test_the_trace_of_a_price_shows_every_step():
    mapper = a_mapper(variant_price=a_price_rule(multiply="1.1", ending="0.99"))
    assert [
        ("shirt.yaml.variants.0.price.USD", "variant.price", Decimal("55.00")),
        ("mappings/us.yaml:12:10", "take the amount in USD", Decimal("55.00")),
        ("mappings/us.yaml:12:10", "multiply 1.1", Decimal("60.500")),
        ("mappings/us.yaml:12:10", "end with 0.99, nearest", Decimal("60.99")),
        ("mappings/us.yaml:12:10", "variant.price: price of {{ variant.price }}", Decimal("60.99")),
    ] == [(str(step.place), step.what, step.value) for step in trace(mapper, an_entry(), VARIANT, "price")]


TRACES = [
    ("{{ product.name | upper }}", ["Linen Shirt", "LINEN SHIRT"]),
    ("{{ product.brand }}", ["left out", "left out"]),
    ("{{ product.brand }} x", ["left out", "fails: product.brand"]),
    ("{{ product.brand | default(store.name) }}", ["left out", "us", "us"]),
    ("{{ product.attributes.n }}", [1, 1, "fails: Input should be a valid string"]),
    ("{{ product.name + 1 }}", ["Linen Shirt", "fails: + needs numbers, and got text"]),
    ("{{ product.description }}", ["*x*", "<p><em>x</em></p>"]),
]


@pytest.mark.parametrize(("text", "expected"), TRACES)
def test_a_trace_ends_in_the_value_or_in_the_reason_why_there_is_none(text, expected):
    entry = an_entry(attributes={"n": 1}, description={"markdown": "*x*"})
    steps = trace(a_mapper(product_title=text), entry, PRODUCT, "title")
    assert expected == [step.value for step in steps]


def test_a_trace_ends_in_what_the_kind_keeps_of_the_value():
    steps = trace(a_mapper(variant_price=Constant("7", RULE)), an_entry(), VARIANT, "price")
    assert [("variant.price: '7'", "7"), ("variant keeps", Decimal(7))] == [(step.what, step.value) for step in steps]


def test_a_trace_shows_one_amount_for_every_store_as_it_is_written():
    steps = trace(a_mapper(variant_price=a_price_rule()), an_entry(variants=[a_variant(price="7")]), VARIANT, "price")
    assert ("variant.price", Decimal(7)) == (steps[0].what, steps[0].value)


def test_a_trace_ends_in_the_sentence_of_the_kind_that_refuses_the_value():
    steps = trace(a_mapper(variant_price=Constant("x", RULE)), an_entry(), VARIANT, "price")
    assert "fails: 'x' is not a plain decimal number, such as 49.00" == steps[-1].value


def test_what_no_rule_makes_has_no_trace():
    assert trace(a_mapper(), an_entry(), PRODUCT, "title") == ()


NAMES = st.text(min_size=1, max_size=20).filter(str.strip)


@given(NAMES, st.lists(NAMES, max_size=4), st.decimals(min_value=0, max_value=10**6, places=2))
def test_the_same_inputs_make_the_same_group(name, tags, price):
    given_rules = rules(
        product_title="{{ product.name ~ '!' }}",
        product_tags=UnionRule((a_template("{{ product.tags }}"), Constant(("us",), RULE)), RULE),
        variant_price=a_price_rule(multiply="1.21", ending="0.95"),
    )
    groups = [
        Mapper(given_rules, store, KINDS).group(an_entry(name=name, tags=tags, variants=[a_variant(price=str(price))]))
        for store in (a_store(), a_store())
    ]
    assert list(groups[0].resources.items()) == list(groups[1].resources.items())
    assert groups[0].resources[PRODUCT].managed()["title"] == f"{name}!"


def test_compiling_reads_and_does_not_change_the_product():
    product = a_product(tags=["a"])
    before = product.model_dump_json()
    entry = an_entry(tags=["a"])
    a_mapper(product_tags="{{ product.tags + ['b'] }}").group(entry)
    assert before == entry.product.model_dump_json()
