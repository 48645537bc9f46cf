"""A journal that was changed where no later entry holds it, its head file made to fit: the store knows better."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from reconciler.app.journal.audit import Verified, verified_alone, verified_with_stores
from reconciler.app.journal.chain import Head, head_text, line_of
from reconciler.app.journal.file import Journal
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.change import FieldChange
from reconciler.model.errors import PlanRefused
from reconciler.model.record import TELLS_OF_A_JOB, Answered, Begun, Ended, Entry, Record, Requested, Told
from tests.contract.repository import Repository

NAMES = count(1)
FORGED = "20261129T000000Z-aaaaaa-0000"
Forge = Callable[[Sequence[Entry]], Sequence[Entry]]


@pytest.fixture
def repository(tmp_path: Path, embedded: EmbeddedStores) -> Repository:
    made = Repository(tmp_path, f"forged-{next(NAMES)}", embedded)
    made.store_says("")
    for price in ("10.00", "12.00"):
        made.has([{"key": "cup", "name": "Cup", "variants": [{"sku": "CUP", "price": price}]}])
        assert made.apply(made.plan()).complete
    return made


def whole(repository: Repository) -> Verified:
    return verified_with_stores(repository.root, [], repository.embedded).results[0]


def forged(repository: Repository, forge: Forge) -> None:
    """Write a journal anew, with hashes and a head file that fit."""
    journal = Journal(repository.root, "shop")
    lines = b""
    entries = list(journal.entries())
    head = Head(0, entries[0].previous)
    for entry in forge(entries):
        line, head = line_of(replace(entry, seq=head.seq + 1, previous=head.hash))
        lines += line
    journal.file.write_bytes(lines)
    journal.head_file.write_bytes(head_text(head))


def last_run(entries: Sequence[Entry]) -> Iterator[Record]:
    yield from (entry.record for entry in entries if entry.record.run == entries[-1].record.run)


def another_end(entries: Sequence[Entry]) -> Sequence[Entry]:
    record = entries[-1].record
    assert isinstance(record, Ended)
    return [*entries[:-1], replace(entries[-1], record=replace(record, counts={"failed": 2}))]


def under(fence: int, record: Record) -> Record:
    assert isinstance(record, Begun | Requested | Answered | Told | Ended)
    return replace(record, run=FORGED, fence=fence)


def a_run_more(fence: int) -> Forge:
    def forge(entries: Sequence[Entry]) -> Sequence[Entry]:
        return [*entries, *(replace(entries[-1], record=under(fence, record)) for record in last_run(entries))]

    return forge


@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (another_end, "told store shop of another end"),
        (a_run_more(77), f"run {FORGED} is said to have written under lease 77, and the last one that store shop gave"),
        (a_run_more(2), f"run {FORGED} cannot have written under lease 2"),
        (a_run_more(1), f"run {FORGED} cannot have written under lease 1"),
        (a_run_more(0), f"run {FORGED} cannot have written under lease 0"),
    ],
)
def test_what_was_changed_behind_the_entry_that_the_store_remembers_is_found(
    forge: Forge, why: str, repository: Repository
) -> None:
    assert None is whole(repository).broken
    (run,) = {record.run for record in last_run(list(Journal(repository.root, "shop").entries()))}
    forged(repository, forge)
    assert why in str(whole(repository).broken)
    for each in (run, *([FORGED] if forge is not another_end else [])):
        with pytest.raises(PlanRefused, match="nothing is rolled back by a journal that is not whole"):
            repository.rollback(each)


def a_price_that_nobody_wrote(entries: Sequence[Entry]) -> Iterator[Record]:
    asked = next(each for each in last_run(entries) if isinstance(each, Requested) and each.changes)
    (change,) = (each for each in asked.changes if each.address.kind == "variant")
    made_up = replace(change, fields=(FieldChange("price", "0.01", "12.00"),))
    yield Requested(run=asked.run, request=99, mutation=TELLS_OF_A_JOB, changes=(made_up,))
    yield Answered(run=asked.run, request=99, result="executed")


def another_answer(entries: Sequence[Entry]) -> Iterator[Record]:
    answered = next(each for each in last_run(entries) if isinstance(each, Answered))
    yield replace(answered, result="refused", fence=0)


@pytest.mark.parametrize("added", [a_price_that_nobody_wrote, another_answer])
def test_what_was_added_after_the_end_as_if_of_a_bulk_operation_is_found(
    added: Callable[[Sequence[Entry]], Iterator[Record]], repository: Repository
) -> None:
    (run,) = {record.run for record in last_run(list(Journal(repository.root, "shop").entries()))}
    forged(repository, lambda entries: [*entries, *(replace(entries[-1], record=each) for each in added(entries))])
    assert "had come to its end, and nothing follows that" in str(whole(repository).broken)
    with pytest.raises(PlanRefused, match="nothing is rolled back by a journal that is not whole"):
        repository.rollback(run)


def test_an_end_that_was_cut_off_looks_like_a_kill_right_then_and_is_told(repository: Repository) -> None:
    assert None is whole(repository).lacks_end
    (run,) = {record.run for record in last_run(list(Journal(repository.root, "shop").entries()))}
    forged(repository, lambda entries: entries[:-2])
    assert (None, run) == ((found := whole(repository)).broken, found.lacks_end)
    assert repository.apply(repository.plan()).complete


def test_a_line_that_the_head_file_does_not_know_is_told(repository: Repository) -> None:
    journal = Journal(repository.root, "shop")
    head = journal.head_file.read_bytes()
    begun = next(entry for entry in journal.entries() if isinstance(entry.record, Begun))
    added = replace(begun, record=under(3, begun.record))
    assert not verified_alone(repository.root, [])[0].ahead
    forged(repository, lambda entries: [*entries, added])
    assert not verified_alone(repository.root, [])[0].ahead
    journal.head_file.write_bytes(head)
    found = verified_alone(repository.root, [])[0]
    assert (None, True) == (found.broken, found.ahead)
