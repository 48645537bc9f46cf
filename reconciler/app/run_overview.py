"""The overview of runs: a journal folded run by run, so that somebody finds the one to look at, or to take back."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reconciler.app.audit import Wanted, stores_with_journals, wanted_entries
from reconciler.app.journal import Journal
from reconciler.model.overview import RunOverview, RunState
from reconciler.model.record import Begun, Ended, Entry, Told

_LAST: Final = 10
_DONE: Final = frozenset({"applied", "already-so"})


def run_overviews(root: Path, stores: Sequence[str] = (), wanted: Wanted | None = None) -> tuple[RunOverview, ...]:
    """Return the runs of these stores, or of all that have a journal, the oldest first.

    ``wanted``: those that have an entry which fits. Raises JournalBroken.
    """
    found: list[RunOverview] = []
    for store in stores or stores_with_journals(root):
        folding = _Folding(store)
        entries = wanted_entries(folding.passing(Journal(root, store).entries()), wanted or Wanted())
        fitting = {entry.record.run for entry in entries}
        found += [each for each in folding.runs() if each.begun.run in fitting]
    return tuple(sorted(found, key=lambda each: (each.began_at, each.store)))


def named_runs(root: Path, stores: Sequence[str]) -> str:
    """Return the last runs of these stores for somebody who has to name one, and how to see them all."""
    found = run_overviews(root, [store for store in stores_with_journals(root) if store in stores])
    if not found:
        return "nothing was applied from here yet"
    lines = (f"  {each.begun.run}  {each.store}  {each.state}, by {each.begun.actor}" for each in found[-_LAST:])
    told = f"the last {_LAST} of {len(found)} runs" if len(found) > _LAST else "the runs"
    return "\n".join([f"{told} are:", *lines, "reconciler audit runs lists them with all that they did"])


@dataclass
class _Run:
    """One run, as far as it was read."""

    began_at: str
    begun: Begun
    ended: tuple[str, Ended] | None = None
    told: dict[object, str] = field(default_factory=dict)


class _Folding:
    """The runs of one journal, folded while its entries pass by."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._runs: dict[str, _Run] = {}

    def passing(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries on, and take them in."""
        for entry in entries:
            self._take(entry)
            yield entry

    def runs(self) -> Iterator[RunOverview]:
        """Yield the runs, in the order in which they began."""
        taken_back = {each.begun.undoes: name for name, each in self._runs.items() if each.begun.undoes}
        for name, run in self._runs.items():
            yield _overview(self._store, run, taken_back.get(name))

    def _take(self, entry: Entry) -> None:
        record = entry.record
        if isinstance(record, Begun):
            known = self._runs.setdefault(record.run, _Run(entry.at, record))
            known.ended = None  # one that goes on has no end yet
            return
        run = self._runs.get(record.run)
        if run is None:
            return
        if isinstance(record, Told):
            run.told |= {outcome.address: outcome.result for outcome in record.outcomes}
        elif isinstance(record, Ended):
            run.ended = (entry.at, record)


def _overview(store: str, run: _Run, taken_back_by: str | None) -> RunOverview:
    if run.ended is None:
        counts = Counter(run.told.values())
        return RunOverview(store, run.began_at, run.begun, counts=dict(counts), taken_back_by=taken_back_by)
    at, ended = run.ended
    missed = any(count for result, count in ended.counts.items() if result not in _DONE)
    state: RunState = "partial" if missed or ended.left_over or not ended.verified else "complete"
    return RunOverview(store, run.began_at, run.begun, at, dict(ended.counts), state, taken_back_by)
