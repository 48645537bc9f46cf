"""The sandbox: what a template may never reach, and what it may never do to the machine."""

import pytest

from reconciler.mapping.refusal import Refused
from reconciler.mapping.template import Scope, Unusable, compiled, sandbox
from reconciler.mapping.views import product_view, store_view, stripped, variant_view
from tests.mapping.builders import a_product, a_store

ROOTS = ("variant", "product", "store")

ESCAPES = [
    "{{ product.__class__ }}",
    "{{ product['__class__'] }}",
    "{{ product.name.__class__.__mro__ }}",
    "{{ product.name['__class__'] }}",
    "{{ ''.__class__ }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ product._asdict }}",
    "{{ product.model }}",
    "{{ product.values }}",
    "{{ product.items() }}",
    "{{ product.model_dump() }}",
    "{{ product.name.upper() }}",
    "{{ product.tags.append('x') }}",
    "{{ '{0.__class__}'.format(product) }}",
    "{{ '{0.__class__}' | format(product) }}",
    "{{ '%s' % product }}",
    "{{ product | attr('__class__') }}",
    "{{ product | map(attribute='__class__') | join }}",
    "{{ product | pprint }}",
    "{{ product.attributes.material.__init__ }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum() }}",
    "{{ namespace() }}",
    "{{ dict(a=1) }}",
    "{{ range(10) | join }}",
    "{{ loop }}",
    "{{ environment }}",
    "{{ context }}",
    "{{ result }}",
    "{{ store.document }}",
    "{{ store.document.credentials }}",
    "{{ store.url }}",
    "{{ product.name | replace(*product.tags) }}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% macro m() %}{% endmacro %}",
    "{% set x = product %}",
    "{% with x = product %}{{ x }}{% endwith %}",
    "{% block b %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call product.name() %}{% endcall %}",
    "{% autoescape true %}x{% endautoescape %}",
    "{% do product %}",
    "{% for t in product.tags recursive %}{{ loop(t) }}{% endfor %}",
    "{% for t in product.tags %}{{ t.__class__ }}{% endfor %}",
    "{% for t in product %}{{ t }}{% endfor %}",
    "{{ product }}",
    "{{ product.seo }}",
    "{{ product.variants }}",
    "{{ 'x' ~ product }}",
    "{{ [product] }}",
]

BOMBS = [
    "{{ 'x' * 1000000000 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 9 // 2 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'x'" + " | replace('x', 'xxxxxxxxxx')" * 12 + " }}",
    "{% for a in product.tags %}{% for b in product.tags %}{{ b }}{% endfor %}{% endfor %}",
    "{% for a in product.tags %}{{ a }}{% else %}{% for b in product.tags %}{% endfor %}{% endfor %}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{{ " + "-" * 5000 + "1 }}",
    "{{ 'x' }}" * 2000,
    "{{ product.tags | join('" + "y" * 9000 + "')" + " | replace('y', 'yyyyyyyyyyyyyy')" * 5 + " }}",
    "{% for t in product.tags %}{{ '" + "y" * 900 + "' | replace('y', '" + "z" * 900 + "') }}{% endfor %}",
    "{{ 1 / 0 }}",
    "{{ 1e999 }}",
]


def _value(text: str) -> object:
    product = a_product(tags=["a", "b"] * 40, attributes={"material": "linen"}, seo={"title": "T"})
    store = a_store(credentials={"token": {"env": "TOKEN"}})
    names = {"product": product_view(product, store), "store": store_view(store)}
    scope = Scope({**names, "variant": variant_view(product.variants[0], 0, store)})
    return stripped(compiled(text, ROOTS).value(scope))


@pytest.mark.parametrize("text", ESCAPES)
def test_a_template_does_not_escape(text):
    with pytest.raises((Unusable, Refused)):
        _value(text)


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_a_template_does_not_exhaust_the_machine(text):
    with pytest.raises((Unusable, Refused)):
        _value(text)


@pytest.mark.parametrize("name", ["items", "keys", "values", "get", "pop", "__class__", "__init__", "copy"])
def test_an_attribute_named_like_a_method_is_the_attribute(name):
    product = a_product(attributes={name: "mine"})
    scope = Scope({"product": product_view(product, a_store())})
    assert compiled(f"{{{{ product.attributes['{name}'] }}}}", ROOTS).value(scope) == "mine"


def test_a_text_is_compiled_once():
    assert compiled("{{ product.name }} once", ROOTS) is compiled("{{ product.name }} once", ROOTS)


def test_the_environment_offers_nothing_that_was_not_put_there():
    """The second fence: should the vetting ever let a name through, there is nothing behind it."""
    assert not sandbox().globals
    assert not sandbox().is_safe_callable(len)
