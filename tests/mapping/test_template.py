"""Templates: native types, three states of a name, exact numbers."""

from decimal import Decimal

import pytest

from reconciler.mapping.refusal import Refused
from reconciler.mapping.rule import field_rule
from reconciler.mapping.template import LEFT_OUT, LeftOutUsed, Scope, Unusable, compiled
from reconciler.mapping.views import UNSEEN, Amounts, product_view, store_view, stripped, variant_view
from reconciler.model.rules import Template
from tests.mapping.builders import RULE, a_product, a_store, a_variant

ROOTS = ("variant", "product", "store")


def _value(text: str, **fields: object) -> object:
    given = {
        "tags": ["linen", "summer"],
        "attributes": {"material": "linen", "grams": 240, "care": ["wash", "dry"], "size chart": {"M": Decimal(50)}},
        "brand": None,
        "status": "active",
        "variants": [a_variant(options={"Size": "M"}, taxable=True), a_variant(sku="LS-L", options={"Size": "L"})],
        **fields,
    }
    product, store = a_product(**given), a_store()
    names = {"product": product_view(product, store), "store": store_view(store)}
    scope = Scope({**names, "variant": variant_view(product.variants[0], 0, store)})
    value = compiled(text, ROOTS).value(scope)
    return value if value is LEFT_OUT else stripped(value)


NATIVE = [
    ("Linen", "Linen"),
    ("", ""),
    ("{ not a template }", "{ not a template }"),
    ("{# only a comment #}", ""),
    ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ("{{ product.name }}", "Linen Shirt"),
    ("  {{ product.name }}\n", "Linen Shirt"),
    ("{{ product['name'] }}", "Linen Shirt"),
    ("{{ product.tags }}", ("linen", "summer")),
    ("{{ product.tags[0] }}", "linen"),
    ("{{ product.tags[-1] }}", "summer"),
    ("{{ product.name[:5] }}", "Linen"),
    ("{{ product.attributes.grams }}", 240),
    ("{{ product.attributes.care }}", ("wash", "dry")),
    ("{{ product.attributes['size chart'].M }}", Decimal(50)),
    ("{{ product.attributes | names }}", ("material", "grams", "care", "size chart")),
    ("{{ product.options }}", {"Size": ("M", "L")}),
    ("{{ product.published }}", True),
    ("{{ product.variants[1].sku }}", "LS-L"),
    ("{{ variant.taxable }}", True),
    ("{{ variant.options }}", {"Size": "M"}),
    ("{{ variant.options.Size }}", "M"),
    ("{{ variant.price }}", Decimal("55.00")),
    ("{{ variant.price.EUR }}", Decimal("49.00")),
    ("{{ store.name }} {{ store.channel }} {{ store.currency }}", "us north-america USD"),
    ("{{ product.name }} for {{ variant.price }}", "Linen Shirt for 55.00"),
    ("{{ product.name ~ ' ' ~ variant.taxable }}", "Linen Shirt true"),
    ("{% if variant.price > 50 %}dear{% else %}cheap{% endif %}", "dear"),
    ("{% for tag in product.tags %}<i>{{ tag }}</i>{% endfor %}", "<i>linen</i><i>summer</i>"),
    ("{{ 'linen' in product.tags }}", True),
    ("{{ none }}", None),
    ("{{ true }}", True),
    ("{{ product.tags + ['us'] }}", ("linen", "summer", "us")),
    ("{{ '}}' }}", "}}"),
]


@pytest.mark.parametrize(("text", "expected"), NATIVE)
def test_one_expression_keeps_its_type(text, expected):
    value = _value(text)
    assert (expected, type(expected)) == (value, type(value))


STATES = [
    # left out, in one expression: the field is not ours, whatever is done with it
    ("{{ product.type }}", LEFT_OUT),
    ("{{ product.type | upper }}", LEFT_OUT),
    ("{{ product.seo.title }}", LEFT_OUT),
    ("{{ 'CONTINUE' if variant.sell_when_out_of_stock else 'DENY' }}", LEFT_OUT),
    ("{{ product.type ~ 'x' }}", LEFT_OUT),
    ("{{ product.type == 'x' }}", LEFT_OUT),
    ("{{ 'x' == product.type }}", LEFT_OUT),
    ("{{ 'x' in product.channels }}", LEFT_OUT),
    ("{{ product.type or 'x' }}", LEFT_OUT),
    ("{{ not product.type }}", LEFT_OUT),
    ("{{ product.type is none }}", LEFT_OUT),
    ("{{ product.type[:3] }}", LEFT_OUT),
    ("{{ [product.type] }}", LEFT_OUT),
    ("{{ product.channels | join(',') }}", LEFT_OUT),
    ("{{ product.attributes.colour }}", LEFT_OUT),
    ("{{ product.attributes.colour.shade }}", LEFT_OUT),
    ("{{ variant.price.CHF }}", LEFT_OUT),
    ("{{ variant.cost * 2 }}", LEFT_OUT),
    ("{{ -variant.cost }}", LEFT_OUT),
    ("{{ variant.cost > 2 }}", LEFT_OUT),
    ("{{ variant.price > variant.cost }}", LEFT_OUT),
    # with a default it is not
    ("{{ product.type | default('Shirt') }}", "Shirt"),
    ("{{ product.type | default(none) }}", None),
    ("{{ product.type | default(product.seo.title) }}", LEFT_OUT),
    ("{{ product.type | default(product.name) | upper }}", "LINEN SHIRT"),
    ("{{ 'y' if product.type is defined else 'n' }}", "n"),
    ("{{ product.type | default('') }}!", "!"),
    # null is a value, and clears
    ("{{ product.brand }}", None),
    ("{{ product.brand | upper }}", None),
    ("{{ product.brand is none }}", True),
    ("{{ product.brand | default('x') }}", None),
    ("{{ product.brand | default('x', true) }}", "x"),
]


@pytest.mark.parametrize(("text", "expected"), STATES)
def test_left_out_and_null_are_two_things(text, expected):
    value = _value(text)
    assert (expected, type(expected)) == (value, type(value))


FULL = a_product(
    handle="linen",
    description={"markdown": "*washed*"},
    tags=["linen", "summer"],
    channels=[],
    seo={"title": "Linen", "description": None},
    attributes={"care": ["wash", ["dry"]], "grams": 240},
    publish_at="2026-12-01T08:00:00Z",
    variants=[a_variant(options={"Size": "M"}, compare_at_price=None, cost="12.00", stock={"berlin": 4})],
)
BARE = a_product(variants=[a_variant(price="55.001")])
EMPTY = a_product(**dict.fromkeys(("brand", "type", "tags", "seo", "images", "categories", "status", "options")))


@pytest.mark.parametrize("product", [FULL, BARE, EMPTY], ids=["full", "bare", "empty"])
def test_a_field_taken_as_it_is_is_what_its_view_says(product):
    store = a_store()
    names = {"product": product_view(product, store), "store": store_view(store)}
    scope = Scope({**names, "variant": variant_view(product.variants[0], 0, store)})
    fields = [f"{name}.{field}" for name in ROOTS for field in scope.names[name].known]
    for path in [*fields, "product.seo.title", "product.seo.description", "product.description.markdown"]:
        text = f"{{{{ {path} }}}}"
        try:
            rule = field_rule(Template(text, RULE), "product", "title", ROOTS)
        except Unusable:
            continue  # a record, of which there is no value
        assert rule is not None
        assert _outcome(lambda text=text: _seen(text, scope)) == _outcome(lambda rule=rule: rule.value(scope)), path


EITHER = [
    f"{{{{ {one} | default({other}) }}}}"
    for one in ("product.handle", "product.tags", "product.options", "product.seo.title", "variant.compare_at_price")
    for other in ("product.key", "product.channels", "variant.cost", "product.description")
]


@pytest.mark.parametrize("text", [*(text for text, _ in (*NATIVE, *STATES)), *EITHER])
def test_a_rule_that_remembers_makes_what_its_expression_does(text):
    rule, store = field_rule(Template(text, RULE), "product", "title", ROOTS), a_store()
    assert rule is not None
    for product in (FULL, BARE, EMPTY, FULL.model_copy(update={"brand": "x"}), BARE, EMPTY, FULL):
        for sold_out in (True, False, None):
            variant = product.variants[0].model_copy(update={"sell_when_out_of_stock": sold_out})
            names = {"product": product_view(product, store), "store": store_view(store)}
            scope = Scope({**names, "variant": variant_view(variant, 0, store)})
            fresh = _outcome(lambda scope=scope: _seen(text, scope))
            assert [fresh, fresh] == [_outcome(lambda scope=scope: rule.value(scope)) for _ in range(2)]


def _seen(text: str, scope: Scope) -> object:
    value = compiled(text, ROOTS).value(scope)
    return value if value is LEFT_OUT else stripped(value)


def _outcome(make):
    try:
        value = make()
    except Refused as refused:
        return refused.summary
    except LeftOutUsed as used:
        return str(used)
    return type(value), value


@pytest.mark.parametrize("amounts", ["55.00", "55.001", {"EUR": "1"}, {"USD": "1", "EUR": "2"}, {"USD": "1.001"}, None])
@pytest.mark.parametrize("currency", [None, "EUR", "JPY"])
def test_an_amount_taken_as_it_is_is_what_its_view_says(amounts, currency):
    product, store = a_product(variants=[a_variant(compare_at_price=amounts)]), a_store()
    view = variant_view(product.variants[0], 0, store)
    taken, seen = view.amount("compare_at_price", currency), view.field("compare_at_price")
    said = _outcome(lambda: seen.amount(currency)) if isinstance(seen, Amounts) else (type(seen), seen)
    assert said == _outcome(lambda: taken) or (taken is UNSEEN and isinstance(said, str))


def test_an_amount_that_is_left_out_is_taken_as_that():
    view = variant_view(a_product(variants=[a_variant()]).variants[0], 0, a_store())
    assert LEFT_OUT is view.amount("cost", None)


def test_null_clears_what_would_be_below_it():
    assert _value("{{ product.seo.title }}", seo=None) is None


@pytest.mark.parametrize("text", ["{{ product.type }} {{ product.name }}", "{% if product.type %}x{% endif %}"])
def test_composed_text_that_lacks_a_part_is_an_error(text):
    with pytest.raises(LeftOutUsed, match=r"product\.type"):
        _value(text)


def test_null_inside_composed_text_is_an_error():
    with pytest.raises(Refused, match="null has no place inside text"):
        _value("{{ product.brand }} {{ product.name }}")


MISTAKES = [
    ("{{ product.brnd }}", "product.brnd is not a field of a product; did you mean brand?"),
    ("{{ variant.skuu }}", "variant.skuu is not a field of a variant; did you mean sku?"),
    ("{{ product.seo.titel }}", "product.seo.titel is not a field of product.seo; did you mean title?"),
    ("{{ product.variants[0].skuu }}", "product.variants[0].skuu is not a field of product.variants[0]; did you mean"),
    ("{{ store.domain }}", "store.domain is not a field of the store; expected one of name, channel, currency"),
    ("{{ prodct.name }}", "prodct is not known here; did you mean product?"),
    ("{{ product.name.first }}", "product.name has no field 'first'"),
    ("{{ product.name | uper }}", "uper is not a filter; did you mean upper?"),
    ("{{ product.name is string }}", "string is not a test; expected one of defined, none"),
    ("{{ 'x' if product.name }}", "an if without else has no value when it is false; write `else none`"),
    ("{{ product. }}", "expected name or number"),
    ("{{ product.name", "unexpected end of template"),
    ("{% if x %}", "Unexpected end of template"),
    ("{{ product.name | upper(", "unexpected"),
    ("{{ product.name ~ '\\x00' }}", "the character U+0000 cannot stand in a text; delete it"),
    ("{{ 0.1234567890123456789 }}", "has more digits than can be kept exactly"),
    ("x" * 10_000 + "{{ product.name }}", "the template has 10018 characters; 10000 is the most"),
]


@pytest.mark.parametrize(("text", "says"), MISTAKES, ids=[says for _, says in MISTAKES])
def test_a_mistake_is_found_without_a_product(text, says):
    with pytest.raises(Unusable) as unusable:
        compiled(text, ROOTS)
    problem = unusable.value.problems[0]
    assert says in f"{problem.summary}; {problem.hint}"


def test_every_mistake_of_a_template_is_told():
    with pytest.raises(Unusable) as unusable:
        compiled("{{ product.a }}\n{{ product.b | c }}", ROOTS)
    assert [(1, "product.a"), (2, "c"), (2, "product.b")] == [
        (problem.line, problem.summary.split(" is not")[0]) for problem in unusable.value.problems
    ]


def test_a_field_of_a_loop_is_checked_when_it_runs():
    with pytest.raises(Refused, match=r"variant\.skuu is not a field of a variant"):
        _value("{% for each in product.variants %}{{ each.skuu }}{% endfor %}")


NUMBERS = [
    ("{{ 0.1 + 0.2 }}", "0.3"),
    ("{{ variant.price * 1.2 }}", "66.000"),
    ("{{ variant.price - 0.01 }}", "54.99"),
    ("{{ 2 * variant.price.EUR }}", "98.00"),
    ("{{ 1.1 * 1.1 * 1.1 }}", "1.331"),
    ("{{ 0.000001 * 1 }}", "0.000001"),
    ("{{ 1 / 4 }}", "0.25"),
    ("{{ -variant.price }}", "-55.00"),
    ("{{ +1.5 }}", "1.5"),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_arithmetic_is_exact_and_makes_no_float(text, expected):
    value = _value(text)
    assert (Decimal(expected), Decimal) == (value, type(value))


def test_whole_numbers_stay_whole():
    assert [(7, int), (3, int), (10, int), (-2, int)] == [
        (_value(text), type(_value(text))) for text in ("{{ 5 + 2 }}", "{{ 5 - 2 }}", "{{ 5 * 2 }}", "{{ -2 }}")
    ]


COMPARISONS = [
    ("variant.price == 55", True),
    ("variant.price != 55", False),
    ("variant.price < 55", False),
    ("variant.price <= 55", True),
    ("variant.price >= 55.01", False),
    ("variant.price == variant.price", True),
    ("variant.price == 'x'", False),
]


@pytest.mark.parametrize(("expression", "expected"), COMPARISONS)
def test_amounts_compare_in_the_currency_of_the_store(expression, expected):
    assert expected is _value(f"{{{{ {expression} }}}}")


FAILURES = [
    ("{{ product.name + 1 }}", "+ needs numbers, and got text"),
    ("{{ variant.taxable + 1 }}", "+ needs numbers, and got true or false"),
    ("{{ product.tags | upper }}", "upper needs text, and got a list"),
    ("{{ product.name | join }}", "join needs a list, and got text"),
    ("{{ product.name | names }}", "names needs attributes or options, and got text"),
    ("{{ product.tags[9] }}", "there is no member 9 in a list of 2"),
    ("{{ variant.price < 'x' }}", "an amount cannot be compared with text"),
    ("{{ product.name < 1 }}", "the expression fails: '<' not supported"),
    ("{{ product.name | replace('a') }}", "the expression fails"),
    ("{{ 1 / 0 }}", "the expression fails"),
    ("{{ product.attributes }}!", "product.attributes has no place inside text"),
    ("{{ product.tags }}!", "a list has no place inside text"),
]


@pytest.mark.parametrize(("text", "says"), FAILURES)
def test_an_expression_that_fails_says_why(text, says):
    with pytest.raises(Refused) as refused:
        _value(text)
    assert says in refused.value.summary


FILTERED = [
    ("{{ 'fjord & field' | title }}", "Fjord & Field"),
    ("{{ ' x ' | trim }}", "x"),
    ("{{ 'X' | lower }}", "x"),
    ("{{ 'a-b' | replace('-', '+') }}", "a+b"),
    ("{{ '<b>&</b>' | e }}", "&lt;b&gt;&amp;&lt;/b&gt;"),
    ("{{ product.tags | join(', ') }}", "linen, summer"),
    ("{{ [product.name, 3, variant.price] | join('/') }}", "Linen Shirt/3/55.00"),
    ("{{ product.brand | join(', ') }}", None),
]


@pytest.mark.parametrize(("text", "expected"), FILTERED)
def test_filters_are_few_and_plain(text, expected):
    assert expected == _value(text)


def test_markdown_is_rendered_and_html_is_kept():
    assert _value("{{ product.description }}", description="<p>x</p>") == "<p>x</p>"
    markdown = {"markdown": "A *b*\n\n<aside>c</aside>"}
    assert _value("{{ product.description }}", description=markdown) == "<p>A <em>b</em></p>\n<aside>c</aside>"


def test_the_fields_that_a_template_reads_are_in_the_order_of_the_text():
    text = "{{ variant.sku if product.seo.title else product['name'] }} {{ variant.sku }} {{ product.tags[0] }}"
    assert (("product", "seo", "title"), ("variant", "sku"), ("product", "name"), ("product", "tags", 0)) == compiled(
        text, ROOTS
    ).reads
