"""Half answers to every mutation that codecs send: nothing is called applied that has no id, and nothing is raised."""

from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from reconciler.app.journal.file import Journal
from reconciler.app.journal.journalled import JournalledSender, RunJournal
from reconciler.shopify.answer import Answer
from reconciler.shopify.codec import Mutation
from reconciler.shopify.writer import sent
from tests.app.journal.test_journalled import ScriptedStore
from tests.kinds.test_cases import CASES, mutations

MUTATIONS = list(chain.from_iterable(map(mutations, CASES.values())))
ROOTS = {mutation.root: mutation for mutation in sorted(MUTATIONS, key=lambda mutation: len(mutation.ids))}
"""One mutation of each root; of those, the one that asks for most ids."""
BROKEN = "Internal error"
Said = Callable[[Mutation], Any]
"""What stands in the place of a payload."""


def nulled(mutation: Mutation) -> Any:
    return {**{path.partition(".")[0]: None for path in mutation.ids}, mutation.errors: []}


SHAPES: Mapping[str, Said] = MappingProxyType(
    {
        "fields of the payload are null": nulled,
        "fields of the payload are missing": lambda mutation: {mutation.errors: []},
        "fields of the payload are scalars": lambda mutation: {
            **dict.fromkeys(nulled(mutation), 7),
            mutation.errors: [],
        },
        "no payload": lambda mutation: None,
        "an empty payload": lambda mutation: {},
        "a scalar": lambda mutation: 7,
        "a text": lambda mutation: mutation.errors,
        "a list": lambda mutation: [],
        "errors are null": lambda mutation: {mutation.errors: None},
        "an error is null": lambda mutation: {mutation.errors: [None]},
        "an error says nothing": lambda mutation: {mutation.errors: [{}]},
        "errors are an object": lambda mutation: {mutation.errors: {"message": "no"}},
        "errors are a scalar": lambda mutation: {mutation.errors: 1},
    }
)
CONFIRMING = frozenset(shape for shape in SHAPES if shape.startswith("fields of the payload"))
"""To mutations that ask for no id, these say that all was done."""


def answered(mutation: Mutation, said: Any) -> Mapping[str, Any]:
    return dict.fromkeys(mutation.results or (mutation.root,), said)


def results(mutation: Mutation, answer: Answer, folder: Path) -> set[str]:
    """Return what became of changes, by a run that notes all in a journal."""
    journal = Journal(folder, "eu")
    sender = JournalledSender(ScriptedStore("eu"), lambda asked: answer, RunJournal(journal, "r1"))
    outcomes = sent([mutation], sender).outcomes
    journal.close()
    assert set(mutation.covers) == {each.address for each in outcomes}
    return {each.result for each in outcomes}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("root", ROOTS)
def test_what_an_answer_does_not_confirm_is_not_applied(root: str, shape: str, tmp_path: Path) -> None:
    mutation = ROOTS[root]
    answer = Answer(answered(mutation, SHAPES[shape](mutation)))
    confirms = shape in CONFIRMING and not mutation.ids
    assert {"applied" if confirms else "failed"} == results(mutation, answer, tmp_path)


@pytest.mark.parametrize("root", ROOTS)
def test_what_was_executed_with_a_failure_below_it_is_not_applied(root: str, tmp_path: Path) -> None:
    mutation = ROOTS[root]
    answer = Answer(answered(mutation, nulled(mutation)), problems=(BROKEN,))
    assert {"failed"} == results(mutation, answer, tmp_path)


@pytest.mark.parametrize("root", [root for root, mutation in ROOTS.items() if mutation.ids])
def test_the_journal_says_of_such_a_request_that_nobody_knows(root: str, tmp_path: Path) -> None:
    results(ROOTS[root], Answer(answered(ROOTS[root], nulled(ROOTS[root]))), tmp_path)
    last = [entry.record for entry in Journal(tmp_path, "eu").entries()][-1]
    assert "unknown" == getattr(last, "result", None)
