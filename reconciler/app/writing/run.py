"""A run of a plan: what became of the changes so far, and the ids that it learned."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import RLock

from reconciler.app.writing.punctual import Looks, Punctual
from reconciler.app.writing.way import Bulk, Watch, Way
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Move, Remove, deletes, live_id, releases
from reconciler.model.errors import StoreRefused
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome, Skipped, Stale, of_a_rollback, though_marked
from reconciler.model.plan import Plan
from reconciler.model.state import FoundGroup, Live
from reconciler.planning.along import came_since, deleted_ids
from reconciler.planning.astray import why_astray
from reconciler.planning.identity import ids_by_root, named_as_planned
from reconciler.planning.pointing import pointed
from reconciler.planning.precondition import Checked
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import ShopError
from reconciler.shopify.steps import Compiler, Known, Step
from reconciler.shopify.writer import OF_ONE_REQUEST, Sent, Settle, sent


class Run:
    """The state of one run. Groups that are written at once share it: what became of changes is noted in turn."""

    def __init__(self, plan: Plan, way: Way, watch: Watch) -> None:
        self.compiler = Compiler(KINDS, CODECS)
        self.outcomes: dict[Address, Outcome] = {}
        self.refusal: ShopError | None = None
        """An answer that concerns the whole store; after it nothing is sent."""
        self.ids: dict[Address, str] = dict(plan.references)
        self._marked: set[Address] = set()
        """What is to be taken over, or to move, and has our mark: an answer said so, or it was met with it."""
        self._plan = plan
        self._references = ids_by_root(plan.references, KINDS)
        self._released = frozenset(change.address for change in plan.changes if releases(change))
        self._way = way
        self._watch = watch
        self._turn = RLock()

    @property
    def takes_back(self) -> bool:
        """Whether the plan takes an earlier run back."""
        return self._plan.undoes is not None

    @property
    def abreast(self) -> Callable[[], int]:
        """Says how many groups at once are worth being written by now."""
        return self._way.abreast

    @property
    def bulk(self) -> Bulk | None:
        """Makes what is new as jobs of the store; None: by requests."""
        return self._way.bulk

    @property
    def settle(self) -> Settle:
        """Waits for what the store does after it answered."""
        return self._way.settle

    def known(self) -> Known:
        """Return what steps are spelled with."""
        return Known(self.ids, self._way.directory, self._way.run or self._plan.digest)

    def unrepeated(self, verdict: Checked, live: Live) -> Checked:
        """Return the verdict without what was written since the plan was made, and somebody changed since."""
        why = {change.address: self._written_since(change, live) for change in verdict.go}
        go = tuple(change for change in verdict.go if why[change.address] is None)
        stale = (Stale(at, f"{reason}; run plan again") for at, reason in sorted(why.items()) if reason is not None)
        return Checked(go, (*verdict.settled, *stale))

    def _written_since(self, change: Change, live: Live) -> str | None:
        """Return what wrote a change since the plan was made, so that the store's value is somebody's decision."""
        if self._was_made_before(change, live):
            return "an earlier apply of this plan left it as asked for, and it was changed since"
        other = self._way.written.others.over(change)
        return f"run {other.run} {other.did} after this plan was made" if other is not None else None

    def _was_made_before(self, change: Change, live: Live) -> bool:
        written, root = self._way.written, KINDS.root_of(change.address)
        if written.includes(change):
            return True
        was_there = root in live.resources and not isinstance(self.outcomes.get(root), Applied)
        return was_there and written.came_with_its_root(change)

    def say(self, outcomes: Iterable[Outcome]) -> None:
        """Note what became of changes, and tell it."""
        with self._turn:
            told = tuple(though_marked(each) if each.address in self._marked else each for each in outcomes)
            told = tuple(map(of_a_rollback, told)) if self.takes_back else told
            self.outcomes |= {outcome.address: outcome for outcome in told}
            self._watch(told)

    def fit(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Return the changes that can be tried; what cannot is settled, and so is what waits for it."""
        going = []
        settled: dict[Address, Outcome] = {}
        for change in changes:
            hindered = self._hindered(change, settled)
            if hindered is None:
                going.append(change)
            else:
                settled[change.address] = hindered
        self.say(settled.values())
        return tuple(going)

    def _hindered(self, change: Change, settled: Mapping[Address, Outcome]) -> Outcome | None:
        """Return what becomes of a change that cannot be tried; None of one that can."""
        reason = f"not tried: {self.refusal}" if self.refusal is not None else self._waits_in_vain(change, settled)
        if reason is not None:
            return Skipped(change.address, reason)
        astray = None if isinstance(change, Remove) else why_astray(change.address, self._way.directory, KINDS)
        if astray is None:
            return None
        then = (
            "and plan again" if self._plan.undoes is None else "roll back again, and set by hand what that leaves out"
        )
        return Failed(change.address, f"not written: {astray}, {then}")

    def _waits_in_vain(self, change: Change, settled: Mapping[Address, Outcome]) -> str | None:
        for address in change.depends_on:
            outcome = settled.get(address) or self.outcomes.get(address)
            if outcome is not None and not isinstance(outcome, Applied | AlreadySo):
                return f"it waits for {address}, which was not made"
        return None

    def pointed(self, changes: Sequence[Change], live: Live) -> tuple[Change, ...]:
        """Return the changes with the ids of what they name in other groups, as far as those are known by now."""
        return tuple(pointed(change, live.resources.get(change.address), self.ids, KINDS) for change in changes)

    def lacking(self, change: Change) -> frozenset[Address]:
        """Return what the change names in other groups that has no id yet."""
        kind = KINDS[change.address.kind]
        if kind.pointing is None:
            return frozenset()
        own = {kind.defined_by(change.address)} if kind.defined_by is not None else set()
        root = KINDS.root_of(change.address)
        return frozenset(at for at in {*change.depends_on} - own if at not in self.ids and KINDS.root_of(at) != root)

    def learn(self, addresses: Iterable[Address]) -> None:
        """Look the ids of addresses up in their groups; those that are not there stay unknown."""
        own: dict[Address, list[Change]] = {KINDS.root_of(address): [] for address in addresses}
        for change in self._plan.changes:
            if (root := KINDS.root_of(change.address)) in own:
                own[root].append(change)
        for root in sorted(own):
            if self.refusal is None:
                self.read(root, own[root])

    def read(self, root: Address, changes: Sequence[Change]) -> "Live | Callable[[Address], Failed | Stale]":
        """Return what the store holds of a group now, or what that makes of each of its changes."""
        try:
            root_id = self.ids.get(root) or _planned_id(root, changes)
            if root_id is not None:
                group = next(self._groups(root.kind, [root_id]))
            else:
                group = self._way.reader.by_mark(root.kind, root.key)
        except StoreRefused as error:
            return self._unread(error)
        return self._named(root, changes, group)

    def marked(self, kind: str, keys: Sequence[str]) -> Mapping[str, str]:
        """Return those of the keys that something in the store carries by now → its id. Raises StoreRefused."""
        return self._way.reader.marked(kind, keys)

    def refuse(self, error: StoreRefused) -> None:
        """Note an error, after which nothing is sent any more if it concerns the whole store."""
        self._unread(error)

    def read_again(
        self, root: Address, changes: Sequence[Change], kinds: Collection[str]
    ) -> "Live | Callable[[Address], Failed | Stale]":
        """Return what ``read`` does, of a root whose id is known and of these kinds alone."""
        try:
            group = next(self._way.reader.only(kinds).by_id(root.kind, [self.ids[root]]))
        except StoreRefused as error:
            return self._unread(error)
        return self._named(root, changes, group)

    def read_many(
        self, by_root: Mapping[Address, Sequence[Change]]
    ) -> "Iterator[tuple[Address, Live | Callable[[Address], Failed | Stale]]]":
        """Yield the same for many groups, read as few as can be."""
        by_id: dict[str, dict[str, Address]] = {}
        for root, changes in by_root.items():
            root_id = self.ids.get(root) or _planned_id(root, changes)
            if root_id is None:
                yield root, self.read(root, changes)
            else:
                by_id.setdefault(root.kind, {})[root_id] = root
        for kind, roots in by_id.items():
            try:
                groups = list(self._groups(kind, list(roots)))
            except StoreRefused as error:
                yield from ((root, self._unread(error)) for root in roots.values())
                continue
            for root, group in zip(roots.values(), groups, strict=True):
                yield root, self._named(root, by_root[root], group)

    def meet(self, by_root: Mapping[Address, Sequence[Change]]) -> None:
        """Read many groups for the ids in them, which each reading notes."""
        deque(self.read_many(by_root), maxlen=0)

    def now(self) -> float:
        """Return the time, by the clock that requests go by."""
        return self._way.clock()

    def send(self, step: Step, changes: Iterable[Change], looks: Looks) -> Sent:
        """Send the requests of a step, and learn the ids that the answers tell.

        ``changes``: those that are written now, as they go; the journal says which of them a request is sent for.
        ``looks`` are taken before each request in turn.
        """
        kept_back: dict[Address, Outcome] = {}
        going = {change.address: change for change in changes}
        mutations = (
            replace(mutation, makes=tuple(_made_by(mutation, going)))
            for mutation in self.compiler.mutations(step, self.known())
        )
        sender = Punctual(self._way.sender, looks, self._way.make_room, kept_back)
        sending = sent(_let_through(mutations, looks, kept_back), sender, self._way.settle, self.ids)
        self._refused(sending.refusal)
        with self._turn:
            self._marked |= sending.marked
        if not kept_back:
            return sending
        # What a request before it came to is why, whatever the look at the next one showed.
        told = {each.address: each for each in sending.outcomes}
        failed = {at: each for at, each in told.items() if isinstance(each, Failed)}
        return replace(sending, outcomes=tuple({**told, **kept_back, **failed}.values()))

    def kept(self, root: Address, changes: Sequence[Change], live: Live) -> Mapping[Address, str]:
        """Keep what changes of a group are about to take away; return what must not go, with the reason."""
        return self._way.keep(root, changes, live)

    def strayed(self, going: Sequence[Change], planned: Sequence[Change]) -> "dict[Address, Failed | Stale]":
        """Return the deletions that must not be sent: something goes with them that the plan did not say, or know of.

        ``planned``: all changes of their group.
        """
        ids = deleted_ids(going, KINDS)
        if not ids:
            return {}
        try:
            seen = self._way.look(ids)
            touched = self._way.touched(going, self.ids[KINDS.root_of(going[0].address)], seen)
        except StoreRefused as error:
            failed = self._unread(error)
            return {change.address: failed(change.address) for change in going if deletes(change)}
        new = came_since(planned, seen.along, KINDS)
        reasons = {
            **{
                at: f"it would take along {taken}, which the plan did not say; run plan again"
                for at, taken in new.items()
            },
            **{at: f"it is not as the run made it: {what}; run rollback again" for at, what in touched.items()},
        }
        return {at: Stale(at, reason) for at, reason in reasons.items()}

    def _groups(self, kind: str, ids: Sequence[str]) -> Iterator[FoundGroup | None]:
        """Read groups; once more where somebody took a part of them away between two pages."""
        try:
            return iter(list(self._way.reader.by_id(kind, ids)))
        except ShopError:
            raise
        except StoreRefused:
            return self._way.reader.by_id(kind, ids)

    def _refused(self, error: ShopError | None) -> None:
        """Note why nothing is sent any more; the first reason stays, whichever of several threads met it."""
        with self._turn:
            if error is not None and self.refusal is None:
                self.refusal = error
                self._way.refused(error)

    def _unread(self, error: StoreRefused) -> Callable[[Address], Failed]:
        if isinstance(error, ShopError) and not isinstance(error, OF_ONE_REQUEST):
            self._refused(error)
        return lambda address: Failed(address, f"not written: {error}")

    def _named(
        self, root: Address, changes: Sequence[Change], group: FoundGroup | None
    ) -> "Live | Callable[[Address], Failed | Stale]":
        estranged = _estranged(root, changes, group, unmarked=self._released)
        if estranged is not None:
            return lambda address: Stale(address, estranged)
        live = named_as_planned(
            root,
            changes,
            group,
            kinds=KINDS,
            directory=self._way.directory,
            references=self._references,
        )
        self.ids |= live.ids
        self._marked |= _taken(changes, live)
        return live


def _made_by(mutation: Mutation, going: Mapping[Address, Change]) -> Iterator[Change]:
    """Yield the changes that a request is sent for, with the fields that it writes."""
    for address in mutation.covers:
        if address in going:
            yield replace(going[address], fields=()) if mutation.only_marks else going[address]


def _taken(changes: Iterable[Change], live: Live) -> frozenset[Address]:
    """Return what is to get our mark, and has it."""
    ours = live.owned - live.moved.keys()
    return frozenset(
        change.address for change in changes if isinstance(change, Adopt | Move) and change.address in ours
    )


def _let_through(mutations: Iterable[Mutation], looks: Looks, kept_back: dict[Address, Outcome]) -> Iterator[Mutation]:
    """Yield the requests that may be sent; notes what is not."""
    for mutation in mutations:
        why = looks.withheld(mutation)
        kept_back |= why
        if not why:
            yield mutation


def _planned_id(root: Address, changes: Iterable[Change]) -> str | None:
    return next((live_id(change) for change in changes if change.address == root), None)


def _estranged(
    root: Address, changes: Iterable[Change], group: FoundGroup | None, *, unmarked: Collection[Address]
) -> str | None:
    """Return why the root is not ours to write, if it stopped being so after the plan was made.

    ``unmarked``: the roots that this run takes the mark off; they are written to all the same.
    """
    mark = group.root.mark if group is not None else root.key
    if mark == root.key:
        return None
    root_change = next((change for change in changes if change.address == root), None)
    if mark is not None and isinstance(root_change, Move) and mark == root_change.was.key:
        return None
    if mark is not None:
        return f"{root} carries the key {mark} now, so it is another {root.kind} of ours; run plan again"
    adopted = isinstance(root_change, Adopt)
    return None if adopted or root in unmarked else f"{root} does not carry our mark any more; run plan again"
