"""Edits of YAML: what is asked for changes, and no other byte."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.loading.writer import block_text
from reconciler.loading.yaml import parse
from reconciler.loading.yaml_edits import Unwritable, with_members, with_value
from reconciler.model.edit import New
from tests.loading.test_writer import FREE, TEXT

CASES: list[Any] = parse("edits.yaml", (Path(__file__).parent / "cases" / "edits.yaml").read_bytes())  # type: ignore[assignment]


def edited(case: Any) -> bytes:
    before = case["before"].encode()
    if "set" in case:
        asked = case["set"]
        return with_value("x.yaml", before, tuple(asked["path"]), asked["value"], asked.get("order", ()))
    asked = case["members"]
    members = [New(each["new"]) if isinstance(each, dict) else each for each in asked["value"]]
    return with_members("x.yaml", before, tuple(asked["path"]), members)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_an_edit_changes_what_was_asked_for_and_no_other_byte(case: Any) -> None:
    if case.get("refused"):
        with pytest.raises(Unwritable):
            edited(case)
    else:
        assert case["after"] == edited(case).decode()


DOCUMENT = st.dictionaries(TEXT, FREE, min_size=1, max_size=4)


def paths(value: object) -> list[tuple[str | int, ...]]:
    """Every path of a document."""
    found: list[tuple[str | int, ...]] = []
    if isinstance(value, dict | list):
        for step, member in value.items() if isinstance(value, dict) else enumerate(value):
            found += [(step,), *((step, *rest) for rest in paths(member))]
    return found


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@given(DOCUMENT, FREE, st.data())
def test_any_value_of_any_document_can_be_replaced(document: Any, value: Any, data: Any) -> None:
    text = block_text(document).encode()
    path = data.draw(st.sampled_from(paths(parse("x.yaml", text))))
    after = parse("x.yaml", with_value("x.yaml", text, path, value))
    assert parse("x.yaml", block_text([value]).encode()) == [at(after, path)]


@given(DOCUMENT, TEXT, st.integers() | st.just(Decimal("1.50")) | TEXT)
def test_any_key_can_be_added_to_any_document(document: Any, key: str, value: Any) -> None:
    text = block_text(document).encode()
    after = parse("x.yaml", with_value("x.yaml", text, (key,), value))
    assert {**parse("x.yaml", text), key: value} == after  # type: ignore[dict-item]


@given(st.lists(TEXT, min_size=1, max_size=5), st.data())
def test_the_members_of_any_list_can_be_changed(members: list[str], data: Any) -> None:
    text = block_text({"before": 1, "list": members, "after": 2}).encode()
    wanted = data.draw(st.lists(st.integers(0, len(members) - 1), unique=True))
    new = data.draw(st.lists(TEXT, max_size=2))
    after = parse("x.yaml", with_members("x.yaml", text, ("list",), [*wanted, *map(New, new)]))
    assert {"before": 1, "list": [*(members[each] for each in wanted), *new], "after": 2} == after
