"""Changes → mutations → outcomes. Compiling is pure; sending traces every userError back to an address."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Remove, live_id
from reconciler.model.kind import KindSet
from reconciler.model.outcome import Applied, Failed, Outcome
from reconciler.model.resource import Resource
from reconciler.model.state import Live
from reconciler.shopify.codec import Batch, CarriedRow, Codec, Mutation, NestedRow
from reconciler.shopify.errors import (
    AccessDenied,
    BadResponse,
    ImpossibleCost,
    OutcomeUnknown,
    QueryRejected,
    ShopError,
    Unavailable,
)

OF_ONE_REQUEST = (AccessDenied, BadResponse, ImpossibleCost, OutcomeUnknown, QueryRejected, Unavailable)
"""Errors that speak about one request; after any other the store is not asked again."""


@dataclass(frozen=True, slots=True)
class GroupWrite:
    """The changes of one group that may be made, and what the store held of it just before."""

    root: Address
    changes: tuple[Change, ...]
    live: Live
    after: Mapping[Address, Resource] = field(default_factory=dict)
    """Every resource of the group as it is to be; what goes is not in it."""


def compiled(write: GroupWrite, kinds: KindSet, codecs: Mapping[str, Codec]) -> Iterator[Mutation]:
    """Yield the requests that make the changes of one group, in the order of sending."""
    root_change = next((change for change in write.changes if change.address == write.root), None)
    carried: frozenset[Address] = frozenset()
    if _travels_whole(root_change, write, kinds, codecs):
        batch = _carrying(root_change, write, kinds, codecs)
        carried = frozenset({*batch.dropped, *(row.address for rows in batch.carried.values() for row in rows)})
        yield from codecs[write.root.kind].write(batch)
    elif root_change is not None:
        yield from codecs[write.root.kind].write(Batch((root_change,)))
    for kind in kinds.children(write.root.kind):
        own = tuple(
            change for change in write.changes if change.address.kind == kind.name and change.address not in carried
        )
        if own:
            yield from codecs[kind.name].write(Batch(own, parent_id=write.live.ids.get(write.root)))


def _travels_whole(root_change: Change | None, write: GroupWrite, kinds: KindSet, codecs: Mapping[str, Codec]) -> bool:
    """Whether one mutation takes the whole group: the root asks for it, or children are in each other's way."""
    if root_change is not None and codecs[write.root.kind].carries(root_change):
        return True
    for kind in kinds.children(write.root.kind):
        nesting = codecs[kind.name].nesting
        own = [change for change in write.changes if change.address.kind == kind.name]
        if nesting is not None and nesting.collide(own):
            return True
    return False


def _carrying(root_change: Change | None, write: GroupWrite, kinds: KindSet, codecs: Mapping[str, Codec]) -> Batch:
    changes = {change.address: change for change in write.changes}
    rows: dict[str, tuple[CarriedRow, ...]] = {}
    dropped: list[Address] = []
    for kind in kinds.children(write.root.kind):
        nesting = codecs[kind.name].nesting
        if nesting is None:
            continue
        dropped += [
            change.address
            for change in write.changes
            if change.address.kind == kind.name and isinstance(change, Remove)
        ]
        rows[nesting.field] = tuple(
            CarriedRow(address, nesting.spell(_nested_row(address, resource, changes.get(address), write.live)))
            for address, resource in write.after.items()
            if address.kind == kind.name
        )
    own = (root_change,) if root_change is not None else ()
    return Batch(own, write.live.ids.get(write.root), rows, tuple(dropped), write.root, write.after.get(write.root))


def _nested_row(address: Address, resource: Resource, change: Change | None, live: Live) -> NestedRow:
    written = frozenset(item.path.partition(".")[0] for item in change.fields) if change else frozenset[str]()
    known = live.ids.get(address) if change is None or isinstance(change, Create) else live_id(change)
    return NestedRow(address, known, resource, written)


class Answer(Protocol):
    """What a mutation returns, as far as a writer looks at it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of the response."""

    @property
    def resent(self) -> bool:
        """An earlier attempt may have been executed, too."""


class Sender(Protocol):
    """What a writer needs of a client."""

    def mutate(self, mutation: Mutation) -> Answer:
        """Return the answer, userErrors and all, or raise a ShopError."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of every address that the mutations cover, and what ended the sending, if anything did."""

    outcomes: tuple[Outcome, ...]
    refusal: ShopError | None = None
    """An answer that concerns the whole store: a token, a frozen shop, no connection."""
    doubtful: bool = False
    """A request may have been executed although its answer was lost: only reading again tells."""


def sent(mutations: Iterable[Mutation], sender: Sender) -> Sent:
    """Send each in turn.

    An address that several mutations cover is applied only if each of them was; after a failure the rest is not sent.
    """
    failures: dict[Address, Failed] = {}
    covered: dict[Address, None] = {}
    refusal: ShopError | None = None
    doubtful = False
    for mutation in mutations:
        covered |= dict.fromkeys(mutation.covers)
        if failures:
            for address in mutation.covers:
                failures.setdefault(address, Failed(address, "not sent, because of a failure before it"))
            continue
        try:
            answer = sender.mutate(mutation)
        except ShopError as error:
            failures |= {address: Failed(address, str(error)) for address in mutation.covers}
            refusal = None if isinstance(error, OF_ONE_REQUEST) else error
            doubtful = doubtful or isinstance(error, OutcomeUnknown)
            continue
        failures |= _refused(mutation, answer.data)
        doubtful = doubtful or answer.resent
    return Sent(tuple(failures.get(address, Applied(address)) for address in covered), refusal, doubtful)


def _refused(mutation: Mutation, data: Mapping[str, Any]) -> dict[Address, Failed]:
    payload = data.get(mutation.root)
    if payload is None or "userErrors" not in payload:
        reason = f"the store answered {mutation.root} without a result; run plan again"
        return {address: Failed(address, reason) for address in mutation.covers}
    return refusals(mutation, payload["userErrors"])


def refusals(mutation: Mutation, user_errors: Sequence[Mapping[str, Any]]) -> dict[Address, Failed]:
    """Return what the userErrors say of each address; those that were written are left out."""
    if not user_errors:
        return {}
    reasons: dict[Address | None, list[str]] = {}
    for error in user_errors:
        code = f" ({error['code']})" if error.get("code") else ""
        reasons.setdefault(_row(mutation, error.get("field")), []).append(f"{error['message']}{code}")
    failures = {address: Failed(address, "; ".join(said)) for address, said in reasons.items() if address is not None}
    whole = reasons.get(None, [])
    if whole or not mutation.partial:
        first = "; ".join(whole) or "the same request was refused: " + "; ".join(next(iter(reasons.values())))
        for address in mutation.covers:
            failures.setdefault(address, Failed(address, first))
    return failures


def _row(mutation: Mutation, path: Sequence[str] | None) -> Address | None:
    parts = [str(part) for part in path or ()]
    for length in range(len(parts), 0, -1):
        address = mutation.rows.get(".".join(parts[:length]))
        if address is not None:
            return address
    return None
