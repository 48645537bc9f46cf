"""Apply: executes a plan file and nothing else, group by group, each read again just before it is written.

A field without compare-and-set in the API keeps a window of one request, between that read and the write; the plan
made afterwards shows what slipped through.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, Remove, after, live_id
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome, Skipped, Stale
from reconciler.model.plan import Plan
from reconciler.model.resource import Resource
from reconciler.model.state import Found, FoundGroup, Live
from reconciler.planning.precondition import checked
from reconciler.planning.project import projected
from reconciler.shopify.errors import ShopError
from reconciler.shopify.reader import Reader
from reconciler.shopify.writer import OF_ONE_REQUEST, GroupWrite, Sender, compiled, sent

Watch = Callable[[Outcome], None]


def applied(plan: Plan, reader: Reader, sender: Sender, watch: Watch) -> tuple[Outcome, ...]:
    """Make the changes of a plan and return what became of each, in the order of the plan.

    A refusal that concerns the whole store (the token, a frozen shop, no connection) ends it: the rest is skipped.
    ``watch`` is told each outcome as soon as it is known.
    """
    outcomes: dict[Address, Outcome] = {}
    refusal: ShopError | None = None
    for root, of_group in groupby(plan.changes, key=lambda change: KINDS.root_of(change.address)):
        changes = tuple(of_group)
        waits_for = _missing(changes, outcomes)
        if refusal is not None:
            results: Sequence[Outcome] = [Skipped(change.address, f"not tried: {refusal}") for change in changes]
        elif waits_for is not None:
            results = [Skipped(change.address, f"it waits for {waits_for}, which was not made") for change in changes]
        else:
            results, refusal = _group_applied(root, changes, reader, sender)
        for outcome in results:
            outcomes[outcome.address] = outcome
            watch(outcome)
    return tuple(outcomes[change.address] for change in plan.changes)


def _missing(changes: Iterable[Change], outcomes: dict[Address, Outcome]) -> Address | None:
    """Return a change of an earlier group that this group waits for in vain."""
    for change in changes:
        for address in change.depends_on:
            outcome = outcomes.get(address)
            if outcome is not None and not isinstance(outcome, Applied | AlreadySo):
                return address
    return None


def _group_applied(
    root: Address, changes: tuple[Change, ...], reader: Reader, sender: Sender
) -> tuple[list[Outcome], ShopError | None]:
    try:
        group = _found(root, changes, reader)
    except ShopError as error:
        refusal = None if isinstance(error, OF_ONE_REQUEST) else error
        return [Failed(change.address, f"not written: {error}") for change in changes], refusal
    estranged = _estranged(root, changes, group)
    if estranged is not None:
        return [Stale(change.address, estranged) for change in changes], None
    live = _named_as_planned(root, changes, group)
    verdict = checked(changes, live)
    outcomes: dict[Address, Outcome] = {outcome.address: outcome for outcome in verdict.settled}
    go, skipped = _ready(root, changes, verdict.go, live, outcomes)
    outcomes |= {outcome.address: outcome for outcome in skipped}
    refusal = None
    if go:
        write = GroupWrite(root, go, live, projected(live, go, KINDS).resources)
        sending = sent(compiled(write, KINDS, CODECS), sender)
        results = {outcome.address: outcome for outcome in sending.outcomes}
        outcomes |= {change.address: results.get(change.address, _unwritable(change)) for change in go}
        refusal = sending.refusal
        failed = [change for change in go if isinstance(outcomes[change.address], Failed)]
        if failed and refusal is None:
            so = _so_after_all(root, changes, failed, reader)
            outcomes |= {at: Applied(at) if sending.doubtful else AlreadySo(at) for at in so}
    return [outcomes[change.address] for change in changes], refusal


def _so_after_all(
    root: Address, changes: tuple[Change, ...], failed: list[Change], reader: Reader
) -> frozenset[Address]:
    """Return which changes the store holds although they failed: their answer was lost, or somebody was faster."""
    try:
        live = _named_as_planned(root, changes, _found(root, changes, reader))
    except ShopError:
        return frozenset()
    return frozenset(outcome.address for outcome in checked(failed, live).settled if isinstance(outcome, AlreadySo))


def _estranged(root: Address, changes: tuple[Change, ...], group: FoundGroup | None) -> str | None:
    """Return why the root is not ours to write, if it stopped being so after the plan was made."""
    mark = group.root.mark if group is not None else root.key
    if mark == root.key:
        return None
    if mark is not None:
        return f"{root} carries the key {mark} now, so it is another product of ours; run plan again"
    adopted = any(isinstance(change, Adopt) and change.address == root for change in changes)
    return None if adopted else f"{root} does not carry our mark any more; run plan again"


def _unwritable(change: Change) -> Failed:
    return Failed(change.address, f"the API has no way to {change.action} it; change it in the store, then plan again")


def _ready(
    root: Address,
    changes: tuple[Change, ...],
    fresh: tuple[Change, ...],
    live: Live,
    settled: Mapping[Address, Outcome],
) -> tuple[tuple[Change, ...], list[Skipped]]:
    """Split the changes that are not stale into those that may be sent, and those whose ground is gone."""
    root_change = next((change for change in changes if change.address == root), None)
    root_stale = isinstance(settled.get(root), Stale)
    ground_gone = root not in live.resources and not any(change.address == root for change in fresh)
    whole_gone = root_change is not None and root_stale and CODECS[root.kind].carries(root_change)
    adoption_gone = root_stale and any(root in change.depends_on for change in fresh)
    if ground_gone or whole_gone or adoption_gone:
        reason = f"{root} changed in the store; run plan again"
        return (), [Skipped(change.address, reason) for change in fresh]
    if isinstance(root_change, Remove) and root_change.how == "delete":
        named = {change.address for change in changes}
        for address in live.resources:
            unnamed = address not in named and KINDS[address.kind].removable
            if unnamed or isinstance(settled.get(address), Stale):
                reason = f"{root} would take {address} along, which is not as the plan saw it; run plan again"
                return (), [Skipped(change.address, reason) for change in fresh]
    return fresh, []


def _found(root: Address, changes: tuple[Change, ...], reader: Reader) -> FoundGroup | None:
    """Return what the store holds of the group now: by the id that the plan knows, else by the mark."""
    root_id = next((live_id(change) for change in changes if change.address == root), None)
    if root_id is not None:
        return next(reader.by_id(root.kind, [root_id]))
    return reader.by_mark(root.kind, root.key)


def _named_as_planned(root: Address, changes: tuple[Change, ...], group: FoundGroup | None) -> Live:
    """Return the group under the addresses that the plan gave to its objects."""
    if group is None:
        return Live()
    by_id = {identity: change.address for change in changes if (identity := live_id(change)) is not None}
    found: dict[Address, Found] = {root: group.root}
    for kind in KINDS.children(root.kind):
        children = [child for child in group.children if child.kind == kind.name]
        found |= {by_id[child.id]: child for child in children if child.id in by_id}
        nameless = [child for child in children if child.id not in by_id]
        matched = kind.match(root, _to_be_made(kind.name, changes), nameless) if nameless else {}
        for address, child in matched.items():
            # An address of the plan stands for the id that the plan gave it, whatever another child is called.
            free = address not in by_id.values() and address not in found
            found[address if free else Address(kind.name, f"{root.key}/{child.id}")] = child
    return Live(
        resources={address: item.resource for address, item in found.items()},
        ids={address: item.id for address, item in found.items()},
        owned=frozenset(found) if group.root.mark == root.key else frozenset(),
    )


def _to_be_made(kind: str, changes: Iterable[Change]) -> dict[Address, Resource]:
    resource = KINDS[kind].resource
    return {
        change.address: resource.model_validate(after(change))
        for change in changes
        if isinstance(change, Create) and change.address.kind == kind
    }
