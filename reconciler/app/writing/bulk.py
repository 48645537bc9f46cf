"""Applying in bulk: groups that are made, their requests of one shape as one job of the store.

Only what is new goes this way: it has nobody to overwrite. That the store does not have it is asked right before the
upload, many at once; then the job runs for as long as it runs, and by our mark a second making would find the first.
What one request tells the next needs (ids) comes with the answers, so the jobs of a group's steps follow each other.

What a job did not come to (it failed, was cancelled, its results are gone) is left open, and written by requests: those
read everything again, so that what was done is already so.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from reconciler.app.writing.group import blocked_by, conclude
from reconciler.app.writing.run import Run
from reconciler.app.writing.way import Bulk
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create
from reconciler.model.errors import StoreRefused
from reconciler.model.outcome import Applied, Failed, Outcome, Skipped
from reconciler.model.state import Live
from reconciler.planning.precondition import checked
from reconciler.planning.project import projected
from reconciler.shopify.batches import INPUT_ROWS, in_batches
from reconciler.shopify.bulk_jobs import LineAnswer, NotInBulk
from reconciler.shopify.codec import Mutation, Settling
from reconciler.shopify.errors import BulkUnfinished
from reconciler.shopify.steps import GroupWrite, Step
from reconciler.shopify.writer import ids_in, obstacle, taken

_Item = TypeVar("_Item")


def can_be_made_in_bulk(root: Address, changes: Sequence[Change]) -> bool:
    """Return whether a group is new, and found by its mark should it be made twice."""
    codec = CODECS[root.kind]
    makes = next((each for each in changes if each.address == root and isinstance(each, Create)), None)
    return makes is not None and codec.carries(makes) and codec.read.identifier is not None


@dataclass
class _Made:
    """A group on its way, step by step."""

    run: Run
    write: GroupWrite
    planned: tuple[Change, ...]
    outcomes: dict[Address, Outcome] = field(default_factory=dict)
    is_open: bool = False
    """Whether a job left something of it undone."""
    _mutations: Iterator[Mutation] = field(default_factory=lambda: iter(()))
    _covers: frozenset[Address] = frozenset()
    _doubtful: bool = False
    """An answer left open whether something was done."""

    def __post_init__(self) -> None:
        self._steps = [*self.run.compiler.steps(self.write, self.run.known())]

    def needs(self) -> frozenset[Address]:
        """Return the addresses whose ids the steps that follow have to know."""
        return frozenset(at for step in self._steps for at in self.run.compiler.needs(step, self.write))

    def next(self) -> Mutation | None:
        """Return the request that follows; None where nothing does, or nothing can."""
        if self.is_open:
            return None
        by_address = {change.address: change for change in self.write.changes}
        while True:
            for mutation in self._mutations:
                hindered = obstacle(mutation, self._bad())
                if hindered is None:
                    return replace(mutation, makes=tuple(by_address[at] for at in mutation.covers if at in by_address))
                self.outcomes |= {at: hindered(at) for at in mutation.covers if at not in self.outcomes}
            if not self._steps:
                return None
            self._take(self._steps.pop(0))

    def _take(self, step: Step) -> None:
        self._covers = step.covers
        blocked = blocked_by(self.run, step, self.write, self.outcomes)
        self._mutations = iter(()) if blocked else iter(self.run.compiler.mutations(step, self.run.known()))
        if blocked:
            self.outcomes |= {at: Skipped(at, blocked) for at in step.covers}

    def _bad(self) -> dict[Address, Failed | Skipped]:
        """Return what came to nothing of the step in turn."""
        mine = ((at, self.outcomes.get(at)) for at in self._covers)
        return {at: each for at, each in mine if isinstance(each, Failed | Skipped)}

    def heard(self, mutation: Mutation, answer: LineAnswer) -> None:
        """Note what the store says to a request."""
        if answer.errors and not answer.data.get(mutation.root):
            said = "; ".join(answer.errors)
            self.outcomes |= {at: Failed(at, said) for at in mutation.covers}
            self._doubtful = True  # a line does not say how deep below its root it failed
            return
        verdict = taken(mutation, answer)
        self.run.ids |= verdict.ids
        self._doubtful |= verdict.doubtful
        for at in mutation.covers:
            self.outcomes[at] = verdict.undone.get(at) or self.outcomes.get(at) or Applied(at)

    def failed(self, mutation: Mutation, reason: str) -> None:
        """Note that nobody knows what became of a request."""
        self.outcomes |= {at: Failed(at, reason) for at in mutation.covers}

    def end(self) -> None:
        """Say what became of the changes; of one with something left, only of what was heard."""
        if self.is_open:
            self.run.say(self.outcomes[each.address] for each in self.write.changes if each.address in self.outcomes)
        else:
            conclude(self.run, self.write, self.planned, self.outcomes, doubtful=self._doubtful)


def write_in_bulk(run: Run, bulk: Bulk, by_root: Mapping[Address, tuple[Change, ...]]) -> None:
    """Make the groups of one root kind that are new; what has no outcome afterwards is to be written by requests."""
    making = {root: own for root, own in by_root.items() if can_be_made_in_bulk(root, own)}
    free = {root: own for root, own in making.items() if not _waits_for(root, own, by_root)}
    if not free or run.refusal is not None:
        return
    try:
        kind = next(iter(free)).kind
        there = run.marked(kind, [root.key for root in free])
    except StoreRefused as error:
        run.refuse(error)
        return
    new = _holding(bulk, [(root, own) for root, own in free.items() if root.key not in there])
    groups = [made for root, own in new if (made := _begun(run, root, own))]
    waiting = groups
    while waiting:
        _learn_ids(run, _holding(bulk, waiting))
        pairs = [(group, mutation) for group in _holding(bulk, waiting) if (mutation := group.next()) is not None]
        _round(run, bulk, pairs)
        waiting = [group for group, _ in pairs if not group.is_open]
    for group in _holding(bulk, groups):
        group.end()


def _holding(bulk: Bulk, items: Iterable[_Item]) -> Iterator[_Item]:
    """Yield items of which each takes us a while, and all together longer than a lease lasts."""
    for item in items:
        bulk.stay()
        yield item


def _waits_for(root: Address, changes: Sequence[Change], roots: Container[Address]) -> bool:
    named = {KINDS.root_of(at) for change in changes for at in change.depends_on}
    return any(other in roots for other in named - {root})


def _begun(run: Run, root: Address, changes: tuple[Change, ...]) -> _Made | None:
    """Return a group that can be made; what cannot be is settled."""
    fit = tuple(change for change in run.fit(changes) if not run.lacking(change))
    empty = Live()
    verdict = run.unrepeated(checked(run.pointed(fit, empty), empty, KINDS), empty)
    run.say(verdict.settled)
    if not any(change.address == root for change in verdict.go):
        return None
    write = GroupWrite(root, verdict.go, empty, projected(empty, verdict.go, KINDS).resources)
    return _Made(run, write, changes)


def _learn_ids(run: Run, groups: Iterable[_Made]) -> None:
    """Look up what the next requests have to know and no answer told, many groups at once."""
    lacking = {
        group.write.root: group.planned
        for group in groups
        if group.write.root in run.ids and any(at not in run.ids for at in group.needs())
    }
    if lacking and run.refusal is None:
        run.meet(lacking)


def _round(run: Run, bulk: Bulk, pairs: Sequence[tuple[_Made, Mutation]]) -> None:
    """Have the next request of each group done."""
    owners = {id(mutation): group for group, mutation in pairs}
    for few in bulk.files([mutation for _, mutation in pairs]):
        groups = [owners[id(mutation)] for mutation in few]
        if run.refusal is not None:
            _left_open(groups)
            continue
        try:
            answers = bulk.done(few)
        except NotInBulk:
            _left_open(groups)
        except BulkUnfinished as error:
            for group, mutation in zip(groups, few, strict=True):
                group.failed(mutation, str(error))
        except StoreRefused as error:
            run.refuse(error)
            _left_open(groups)
        else:
            _heard(run, groups, few, answers)


def _left_open(groups: Sequence[_Made]) -> None:
    for group in groups:
        group.is_open = True


def _heard(run: Run, groups: Sequence[_Made], few: Sequence[Mutation], answers: Mapping[int, LineAnswer]) -> None:
    for place, (group, mutation) in enumerate(zip(groups, few, strict=True)):
        answer = answers.get(place)
        if answer is None:
            group.is_open = True
        else:
            group.heard(mutation, answer)
    for group, reasons in _unsettled(run, groups, few, answers):
        group.outcomes |= reasons


def _unsettled(
    run: Run, groups: Sequence[_Made], few: Sequence[Mutation], answers: Mapping[int, LineAnswer]
) -> Iterator[tuple[_Made, dict[Address, Outcome]]]:
    """Yield what came to nothing after the store had answered: files, looked at many at once."""
    files: list[tuple[_Made, Address, str]] = []
    for place, (group, mutation) in enumerate(zip(groups, few, strict=True)):
        if mutation.settling is Settling.MEDIA and place in answers:
            told = ids_in(mutation, answers[place].data.get(mutation.root) or {})
            files += [(group, at, found) for at, found in told.items() if at != group.write.root]
    for some in in_batches(files, INPUT_ROWS):
        named = {str(place): at for place, (_, at, _) in enumerate(some)}
        asked = Mutation("", "", {}, tuple(named.values()), ids=named, settling=Settling.MEDIA)
        try:
            failures = run.settle(asked, {str(place): found for place, (_, _, found) in enumerate(some)})
        except StoreRefused as error:
            run.refuse(error)
            return
        for group, at, _ in some:
            if at in failures:
                yield group, {at: Failed(at, failures[at])}
