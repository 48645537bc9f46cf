"""The overview of runs: a journal folded run by run, so that somebody finds the one to look at, or to take back.

A run is taken back as far as a rollback of it wrote, and as that was not taken back itself: one that was killed, or
left something, took it back in part; one that found everything stale did not at all. What a run asked for and found
to be so afterwards, because it was killed or an answer was lost, counts as applied; a rollback takes it back.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from reconciler.app.journal.audit import Wanted, stores_with_journals, wanted_entries
from reconciler.app.journal.file import Journal
from reconciler.model.overview import Beside, RunOverview, RunState, TakenBack
from reconciler.model.record import Begun, Ended, Entry, Told
from reconciler.planning.run_requests import Requests, is_late

_LAST: Final = 10
_DONE: Final = ("applied", "already-so")
_RESULTS: Final = (*_DONE, "stale", "failed", "skipped")


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


def still_taken_back(root: Path, store: str, commit: str | None) -> TakenBack | None:
    """Return the run that was taken back last, wholly or in part, if applying this commit would bring it again.

    Only rollbacks count that no other run came after. Raises JournalBroken.
    """
    folding = _Folding(store)
    runs = {each.begun.run: each for each in folding.folded(Journal(root, store).entries())}
    taken_back = _taken_back(list(runs.values()))
    for each in reversed(runs.values()):
        if each.begun.undoes is None:
            return None
        name = _origin(each, runs)
        undone = runs.get(name)
        commits = {each.begun.commit, *([undone.begun.commit] if undone is not None else [])}
        if name in taken_back and commit in commits:
            return taken_back[name]
    return None


def named_runs(root: Path, stores: Sequence[str]) -> str:
    """Return the last runs of these stores for somebody who has to name one, and how to see them all."""
    found = run_overviews(root, [store for store in stores_with_journals(root) if store in stores])
    if not found:
        return "nothing was applied from here yet"
    lines = (f"  {each.begun.run}  {each.store}  {each.state}, by {each.begun.actor}" for each in found[-_LAST:])
    told = f"the last {_LAST} of {len(found)} runs" if len(found) > _LAST else "the runs"
    return "\n".join([f"{told} are, and reconciler audit runs lists them with all that they did:", *lines])


@dataclass
class _Run:
    """One run, as far as it was read."""

    began_at: str
    begun: Begun
    requests: Requests = field(default_factory=Requests)
    fence: int = 0
    """The highest fencing token that it had."""
    ended: tuple[str, Ended, Mapping[str, int], Mapping[Beside, int]] | None = None
    """When and how it ended, and its counts: its requests need not be remembered any more."""


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
        runs = [_overview(self._store, run) for run in self._runs.values()]
        taken_back = _taken_back(runs)
        for each in runs:
            found = taken_back.get(each.begun.run)
            by, partly = (None, None) if found is None else (found.by, None) if found.whole else (None, found.by)
            yield replace(each, taken_back_by=by, partly_taken_back_by=partly)

    def folded(self, entries: Iterable[Entry]) -> Iterator[RunOverview]:
        """Yield the runs of these entries."""
        for entry in entries:
            self._take(entry)
        yield from self.runs()

    def _take(self, entry: Entry) -> None:
        record = entry.record
        if isinstance(record, Begun):
            self._runs.setdefault(record.run, _Run(entry.at, record)).ended = None
        run = self._runs.get(record.run)
        if run is None:
            return
        if isinstance(record, Begun):
            run.fence = max(run.fence, record.fence)
        if isinstance(record, Told | Ended) and is_late(record.fence, run.fence):
            return
        run.requests.add(record)
        if isinstance(record, Ended):
            run.ended = (entry.at, record, _counts(run.requests), Counter(run.requests.besides()))
            run.requests = Requests()


def _overview(store: str, run: _Run) -> RunOverview:
    if run.ended is None:
        so_far = Counter(run.requests.besides())
        return RunOverview(store, run.began_at, run.begun, counts=_counts(run.requests), besides=so_far)
    at, ended, counts, besides = run.ended
    missed = any(count for result, count in counts.items() if result not in _DONE)
    state: RunState = "partial" if missed or ended.left_over or not ended.verified else "complete"
    return RunOverview(store, run.began_at, run.begun, at, counts, besides, len(ended.not_back), state)


def _counts(requests: Requests) -> Mapping[str, int]:
    seen = Counter(requests.results())
    return {result: seen[result] for result in _RESULTS}


def _taken_back(runs: Sequence[RunOverview]) -> Mapping[str, TakenBack]:
    """Return run → which one took it back last: the last that did so wholly, or else in part."""
    found: dict[str, TakenBack] = {}
    turns = {each.begun.run: turn for turn, each in enumerate(runs)}
    for each in reversed(runs):  # whoever takes a run back comes after it, so that its own fate is known by then
        name, undoes = each.begun.run, each.begun.undoes
        own = found.get(name)
        if undoes is None or not _may_have_written(each):
            continue
        other = found.get(undoes)
        if own is not None and other is not None and turns[own.by] > turns[other.by]:
            # What the other one found done, and left, is undone by now.
            found[undoes] = other = replace(other, whole=False)
        if own is not None and own.whole:
            continue
        whole = each.state == "complete" and own is None and not each.not_back
        if other is None or (whole and not other.whole):
            found[undoes] = TakenBack(undoes, name, whole)
    return found


def _may_have_written(run: RunOverview) -> bool:
    """Return whether a run left something as it wanted it; of one that has no end, nobody knows."""
    return run.state != "partial" or any(run.counts.get(result) for result in _DONE) or bool(run.besides)


def _origin(rollback: RunOverview, runs: Mapping[str, RunOverview]) -> str:
    """Return the run that brought something, and that a rollback, or a rollback of a rollback, is about."""
    found = rollback
    for _ in runs:  # no journal of ours goes round in a circle, and this ends even if one did
        undoes = found.begun.undoes
        if undoes is None or undoes not in runs:
            return undoes or found.begun.run
        found = runs[undoes]
    return found.begun.run
