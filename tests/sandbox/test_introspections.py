"""What the schema says of itself is worked out once for each question, and nothing else is taken for one."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import build_schema

from reconciler.sandbox.language import execution
from reconciler.sandbox.language.execution import Executor, Work
from reconciler.sandbox.language.introspection import _KEPT

SDL = "schema { query: QueryRoot } type QueryRoot { shop: Shop } type Shop { name: String }"
ASKED = "__schema { queryType { name } }"
SAID = {"queryType": {"name": "QueryRoot"}}


class Asked:
    """A small schema, and how many questions about it were worked out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.worked_out = 0
        self._execute: Callable[..., Any] = execution._executed
        monkeypatch.setattr(execution, "_executed", self._counted)
        monkeypatch.setattr(execution, "the_schema", lambda: build_schema(SDL))
        self._executor = Executor()

    def ask(self, query: str, operation: str | None = None, **variables: Any) -> Any:
        """Return the data of the answer, which has no errors."""
        work = self._executor.work({"query": query, "operationName": operation, "variables": variables})
        assert isinstance(work, Work), work
        context: Any = None  # of a shop, which no question is about
        body = self._executor.result(context, work, "request-1")
        assert {"data"} == body.keys()
        return body["data"]

    def _counted(self, *given: Any) -> Any:
        self.worked_out += 1
        return self._execute(*given)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(monkeypatch)


@pytest.mark.parametrize("name", ["__schema", "said"], ids=["by its name", "by an alias"])
def test_a_question_about_the_schema_is_worked_out_once(asked: Asked, name: str) -> None:
    other = {"__schema": "said", "said": "__schema"}[name]
    asked.ask(f"query Q {{ {other}: {ASKED} }}")
    text = f"query Q {{ {name}: {ASKED} }}"
    assert [{name: SAID}] * 3 == [asked.ask(text) for _ in range(3)]
    assert 2 == asked.worked_out


def test_the_questions_asked_last_are_the_ones_whose_answers_are_kept(asked: Asked) -> None:
    first, second, *others = (f"query Q{number} {{ {ASKED} }}" for number in range(_KEPT + 1))
    for text in (first, second, *others[:-1], first, others[-1]):
        asked.ask(text)
    assert _KEPT + 1 == asked.worked_out
    asked.ask(first)
    assert _KEPT + 1 == asked.worked_out, "asked a moment ago"
    asked.ask(second)
    assert _KEPT + 2 == asked.worked_out, "asked longest ago"


@pytest.mark.parametrize(
    ("text", "given", "data"),
    [
        (
            "query Q($name: String!) { __type(name: $name) { name } }",
            [{"name": "Shop"}, {"name": "QueryRoot"}],
            [{"__type": {"name": "Shop"}}, {"__type": {"name": "QueryRoot"}}],
        ),
        (
            "query Q($told: Boolean!) { __schema { queryType { name @include(if: $told) } } }",
            [{"told": True}, {"told": False}],
            [{"__schema": SAID}, {"__schema": {"queryType": {}}}],
        ),
        (
            f'{{ {ASKED} __type(name: "Shop") {{ name }} }}',
            [{}, {}],
            [{"__schema": SAID, "__type": {"name": "Shop"}}] * 2,
        ),
        ("{ __schema @skip(if: true) { queryType { name } } }", [{}, {}], [{}, {}]),
        (f"{{ {ASKED} shop {{ name }} }}", [{}, {}], [{"__schema": SAID, "shop": None}] * 2),
        (
            f"{{ ...A }} fragment A on QueryRoot {{ {ASKED} shop {{ name }} }}",
            [{}, {}],
            [{"__schema": SAID, "shop": None}] * 2,
        ),
        (
            f"query A {{ {ASKED} }} query B {{ shop {{ name }} }}",
            [{"operation": "A"}, {"operation": "B"}],
            [{"__schema": SAID}, {"shop": None}],
        ),
    ],
    ids=["a type", "a variable", "a type beside it", "a directive", "a shop", "a fragment", "two operations"],
)
def test_any_other_question_is_worked_out_each_time(
    asked: Asked, text: str, given: list[dict[str, Any]], data: list[Any]
) -> None:
    assert data == [asked.ask(text, **each) for each in given]
    assert 2 == asked.worked_out
