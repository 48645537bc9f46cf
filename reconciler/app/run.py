"""A run of a plan: how it reads and writes its store, what became of the changes so far, and the ids it learned."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, live_id
from reconciler.model.directory import Directory
from reconciler.model.errors import StoreRefused
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome, Skipped, Stale
from reconciler.model.plan import Plan
from reconciler.model.state import FoundGroup, Live
from reconciler.planning.identity import named_as_planned
from reconciler.planning.pointing import pointed
from reconciler.shopify.errors import ShopError
from reconciler.shopify.reader import Reader
from reconciler.shopify.steps import Compiler, Known, Step
from reconciler.shopify.writer import OF_ONE_REQUEST, Sender, Sent, Settle, sent

Watch = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Way:
    """How a run reads and writes its store."""

    reader: Reader
    sender: Sender
    settle: Settle
    directory: Directory = field(default_factory=Directory)


class Run:
    """The state of one run."""

    def __init__(self, plan: Plan, way: Way, watch: Watch) -> None:
        self.compiler = Compiler(KINDS, CODECS)
        self.outcomes: dict[Address, Outcome] = {}
        self.refusal: ShopError | None = None
        """An answer that concerns the whole store; after it nothing is sent."""
        self.ids: dict[Address, str] = dict(plan.references)
        self._plan = plan
        self._way = way
        self._watch = watch

    def known(self) -> Known:
        """Return what steps are spelled with."""
        return Known(self.ids, self._way.directory, self._plan.digest)

    def say(self, outcomes: Iterable[Outcome]) -> None:
        """Note what became of changes, and tell it."""
        for outcome in outcomes:
            self.outcomes[outcome.address] = outcome
            self._watch(outcome)

    def fit(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Return the changes that can be tried; what cannot is settled as skipped, and so is what waits for it."""
        going = []
        for change in changes:
            reason = f"not tried: {self.refusal}" if self.refusal is not None else self._waits_in_vain(change)
            if reason is None:
                going.append(change)
            else:
                self.say([Skipped(change.address, reason)])
        return tuple(going)

    def _waits_in_vain(self, change: Change) -> str | None:
        for address in change.depends_on:
            outcome = self.outcomes.get(address)
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
        for root in sorted({KINDS.root_of(address) for address in addresses}):
            if self.refusal is None:
                self.read(root, [change for change in self._plan.changes if KINDS.root_of(change.address) == root])

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

    def send(self, step: Step) -> Sent:
        """Send the requests of a step, and learn the ids that the answers tell."""
        mutations = self.compiler.mutations(step, self.known())
        sending = sent(mutations, self._way.sender, self._way.settle, self.ids)
        self.refusal = self.refusal or sending.refusal
        return sending

    def _groups(self, kind: str, ids: Sequence[str]) -> Iterator[FoundGroup | None]:
        """Read groups; once more where somebody took a part of them away between two pages."""
        try:
            return iter(list(self._way.reader.by_id(kind, ids)))
        except ShopError:
            raise
        except StoreRefused:
            return self._way.reader.by_id(kind, ids)

    def _unread(self, error: StoreRefused) -> Callable[[Address], Failed]:
        if isinstance(error, ShopError) and not isinstance(error, OF_ONE_REQUEST):
            self.refusal = self.refusal or error
        return lambda address: Failed(address, f"not written: {error}")

    def _named(
        self, root: Address, changes: Sequence[Change], group: FoundGroup | None
    ) -> "Live | Callable[[Address], Failed | Stale]":
        estranged = _estranged(root, changes, group)
        if estranged is not None:
            return lambda address: Stale(address, estranged)
        live = named_as_planned(
            root,
            changes,
            group,
            kinds=KINDS,
            directory=self._way.directory,
            references=self._plan.references,
        )
        self.ids |= live.ids
        return live


def _planned_id(root: Address, changes: Iterable[Change]) -> str | None:
    return next((live_id(change) for change in changes if change.address == root), None)


def _estranged(root: Address, changes: Iterable[Change], group: FoundGroup | None) -> str | None:
    """Return why the root is not ours to write, if it stopped being so after the plan was made."""
    mark = group.root.mark if group is not None else root.key
    if mark == root.key:
        return None
    if mark is not None:
        return f"{root} carries the key {mark} now, so it is another {root.kind} of ours; run plan again"
    adopted = any(isinstance(change, Adopt) and change.address == root for change in changes)
    return None if adopted else f"{root} does not carry our mark any more; run plan again"
