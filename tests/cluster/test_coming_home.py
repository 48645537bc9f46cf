"""What comes of many stores where the journal of one cannot come home: that store fails, and all are told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reconciler.app.journal.file import Journal, JournalFailed
from reconciler.app.stores.fleet import Checkout
from reconciler.model.outcome import Applied
from reconciler.model.record import Told
from reconciler.model.store import Store, StoreDocument

pytest.importorskip("distributed", reason="the extra `cluster` is not installed; requirements-dev.lock has it")
from reconciler.cluster.artefacts import Artefacts
from reconciler.cluster.dask import DaskFleet
from reconciler.cluster.errand import Answer, Errand, answer_text, errand_of, told
from reconciler.cluster.run_log import RunLog, laid_out
from reconciler.model.address import Address
from reconciler.model.errors import PlanRefused

STORES = tuple(
    Store(name, f"stores/{name}.yaml", StoreDocument(url=f"sandbox:{name}", channel="web", currency="EUR"), {})
    for name in ("de", "eu", "us")
)


def entry(run: str) -> Told:
    return Told(run=run, outcomes=(Applied(Address("product", "shirt")),))


@dataclass(frozen=True)
class Applying:
    """A phase that writes."""

    checkout: Checkout
    name: str = "apply"
    writes: bool = True

    def here(self, store: Store) -> str:
        raise AssertionError(store)

    def told(self, store: Store) -> bytes:
        return store.name.encode()

    def heard(self, answer: bytes) -> str:
        return answer.decode()

    def break_off(self) -> None:
        raise AssertionError


class Done:
    """A future whose task is over."""

    def __init__(self, text: str) -> None:
        self._text = text

    def exception(self) -> None:
        return None

    def result(self) -> str:
        return self._text


@dataclass
class Workers:
    """A client of a scheduler: the work is done here, as soon as it is asked for."""

    root: Path
    artefacts: Artefacts
    work: Callable[[str, Journal], Answer]
    asked: list[str] = field(default_factory=list)

    def submit(self, task: object, text: str, *rest: object, **options: object) -> Done:
        del task, rest, options
        errand: Errand = errand_of(text)
        self.asked.append(errand.store)
        place = self.root / "workers" / str(len(self.asked))
        log = RunLog(self.artefacts, errand.log or "")
        laid_out(self.artefacts, log, place, errand.store)
        journal = Journal(place, errand.store, beside=lambda record, line: log.add(record, line, place))
        return Done(answer_text(self.work(errand.store, journal)))

    def cancel(self, futures: list[Done]) -> None:
        """Nothing is left to be done."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for store in STORES:
        Journal(tmp_path / "repository", store.name).append(entry("before"))
    return tmp_path / "repository"


def a_fleet(artefacts: Artefacts, folder: Path) -> DaskFleet:
    """A fleet that has no scheduler yet."""
    return DaskFleet("tcp://nobody", artefacts, (lambda _: None, folder))  # type: ignore[arg-type,return-value]


def a_phase(root: Path) -> Applying:
    """A phase of all stores, in a repository of no commit."""
    return Applying(Checkout(root, None, True, lambda: {store.name: "x" for store in STORES}, frozenset))


def test_the_store_whose_journal_cannot_come_home_fails_and_the_others_are_told(root: Path, tmp_path: Path) -> None:
    artefacts = Artefacts(str(tmp_path / "artefacts"))
    fleet, phase = a_fleet(artefacts, tmp_path), a_phase(root)

    def work(store: str, journal: Journal) -> Answer:
        journal.append(entry("there"))
        if store in ("eu", "us"):
            Journal(root, store).append(entry("meanwhile"))
        if store == "us":
            return Answer(None, told(PlanRefused("the plan is stale")))
        return Answer(artefacts.kept(f"{store} is done".encode(), ".json"))

    workers = Workers(tmp_path, artefacts, work)
    fleet._client = workers  # type: ignore[assignment]
    found = fleet.map(STORES, phase)
    assert ("de is done", "eu is done") == found.results, "what was done is told, wherever its record is"
    assert ["eu", "us"] == [failure.store for failure in found.failures]
    eu, us = (failure.error for failure in found.failures)
    assert isinstance(eu, JournalFailed)
    assert "what a run did is recorded there and does not follow journal/eu.jsonl" in str(eu)
    assert "also: the plan is stale" in str(us).splitlines()

    again = fleet.map(STORES, phase)  # what is still out keeps its own store away, and no other
    assert ("de is done",) == again.results
    assert ["eu", "us"] == [failure.store for failure in again.failures]
    assert ["de", "eu", "us", "de"] == workers.asked


def test_an_interruption_is_told_which_journals_did_not_come_home(root: Path, tmp_path: Path) -> None:
    artefacts = Artefacts(str(tmp_path / "artefacts"))
    fleet, phase = a_fleet(artefacts, tmp_path), a_phase(root)

    def work(store: str, journal: Journal) -> Answer:
        journal.append(entry("there"))
        if store == "de":
            Journal(root, store).append(entry("meanwhile"))
            return Answer(artefacts.kept(b"done", ".json"))
        raise KeyboardInterrupt

    fleet._client = Workers(tmp_path, artefacts, work)  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt) as interrupted:
        fleet.map(STORES, phase)
    (note,) = interrupted.value.__notes__
    assert "does not follow journal/de.jsonl" in note
    assert ["before", "there"] == [each.record.run for each in Journal(root, "eu").entries()]
