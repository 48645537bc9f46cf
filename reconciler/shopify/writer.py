"""Mutations → outcomes: sending, waiting for what the store does afterwards, tracing userErrors to addresses."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

from reconciler.model.address import Address
from reconciler.model.json import Json, JsonObject
from reconciler.model.outcome import Applied, Failed, Outcome, Skipped, Stale
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import (
    AccessDenied,
    BadResponse,
    ImpossibleCost,
    OutcomeUnknown,
    QueryRejected,
    ReadTooLongAgo,
    ShopError,
    Unavailable,
    UploadFailed,
)
from reconciler.shopify.idempotency import SPENT, next_key

Unwritten: TypeAlias = Failed | Stale | Skipped
OF_ONE_REQUEST = (
    *(AccessDenied, BadResponse, ImpossibleCost, OutcomeUnknown),
    *(QueryRejected, ReadTooLongAgo, Unavailable, UploadFailed),
)
"""Errors that speak about one request; after any other the store is not asked again."""
_MOST_KEYS = 5


class Answer(Protocol):
    """What a mutation returns, as far as a writer looks at it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of the response."""

    @property
    def resent(self) -> bool:
        """An earlier attempt may have been executed, too."""

    @property
    def problems(self) -> Sequence[str]:
        """What failed below the payload of a mutation that was executed."""


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
    ids: Mapping[Address, str] = field(default_factory=dict)
    """The ids of what was made, as far as answers told them."""
    marked: frozenset[Address] = frozenset()
    """What got our mark by a request of its own, whatever became of the others for it."""


def _settled_at_once(mutation: Mutation, payload: Mapping[str, Any]) -> Mapping[Address, str]:
    del mutation, payload
    return {}


Settle: TypeAlias = "Callable[[Mutation, Mapping[str, Any]], Mapping[Address, str]]"
"""Waits for what the store does after it answered; returns why it came to nothing, for each address that it did."""


def sent(
    mutations: Iterable[Mutation],
    sender: Sender,
    settle: Settle = _settled_at_once,
    learned: dict[Address, str] | None = None,
) -> Sent:
    """Send each in turn. Ids that an answer tells are in ``learned`` before the next mutation is asked for.

    An address that several mutations cover is applied only if each of them was; after a failure the rest is not sent,
    but for what is independent of it.
    """
    bad: dict[Address, Unwritten] = {}
    covered: dict[Address, None] = {}
    ids: dict[Address, str] = learned if learned is not None else {}
    marked: set[Address] = set()
    refusal: ShopError | None = None
    doubtful = False
    for mutation in mutations:
        covered |= dict.fromkeys(mutation.covers)
        hindered = obstacle(mutation, bad, refusal)
        if hindered is not None:
            for address in mutation.covers:
                bad.setdefault(address, hindered(address))
            continue
        try:
            answer = _executed(mutation, sender)
            verdict = taken(mutation, answer, settle)
        except ShopError as error:
            fate = Skipped if isinstance(error, ReadTooLongAgo) else Failed
            bad |= {address: fate(address, str(error)) for address in mutation.covers}
            refusal = None if isinstance(error, OF_ONE_REQUEST) else error
            doubtful = doubtful or isinstance(error, OutcomeUnknown)
            continue
        bad |= verdict.undone
        ids |= verdict.ids
        marked.update(set(mutation.covers) - verdict.undone.keys() if mutation.only_marks else ())
        doubtful = doubtful or verdict.doubtful or answer.resent
    outcomes = tuple(bad.get(address, Applied(address)) for address in covered)
    return Sent(outcomes, refusal, doubtful, ids, frozenset(marked))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means for the addresses of its mutation."""

    undone: Mapping[Address, Unwritten]
    """What was refused, and what the answer leaves open; the others were written."""
    ids: Mapping[Address, str] = field(default_factory=dict)
    """The ids of what was made."""
    doubtful: bool = False
    """Some of it may have been written although it is among what was not: only reading again tells."""


def taken(mutation: Mutation, answer: Answer, settle: Settle = _settled_at_once) -> Verdict:
    """Return what an answer means, whatever it looks like: the store may say half of it, or what no store says."""
    try:
        undone = _refused(mutation, answer.data)
        payload: Mapping[str, Any] = answer.data.get(mutation.root) or {}
        if len(undone) < len(mutation.covers):
            undone |= {at: Failed(at, why) for at, why in settle(mutation, payload).items()}
        untold = [at for at in unconfirmed(mutation, payload, answer.problems) if at not in undone]
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        said = f"its answer does not fit ({type(error).__name__})"
        return Verdict({at: _left_open(mutation, at, said) for at in mutation.covers}, doubtful=True)
    said = "; ".join(answer.problems) or "its answer does not tell the ids of all that it made"
    ids = {at: found for at, found in ids_in(mutation, payload).items() if at not in undone}
    silent = any(answer.data.get(result) is None for result in mutation.results or (mutation.root,))
    undone |= {at: _left_open(mutation, at, said) for at in untold}
    return Verdict(undone, ids, doubtful=bool(untold) or silent)


def _left_open(mutation: Mutation, address: Address, said: str) -> Failed:
    return Failed(address, f"{mutation.root} may or may not have been done: {said}; run plan again")


def unconfirmed(mutation: Mutation, payload: Mapping[str, Any], problems: Sequence[str]) -> tuple[Address, ...]:
    """Return what an answer leaves open though it says nothing against it: of what it made it tells no id.

    Where a field of the payload tells none at all, or another part of it failed, it confirms nothing of its mutation.
    """
    told = ids_in(mutation, payload)
    untold = {at for at in mutation.ids.values() if at not in told}
    fields = {path: path.partition(".")[0] for path in mutation.ids}
    silent = set(fields.values()) - {fields[path] for path, at in mutation.ids.items() if at in told}
    if problems or silent or not untold.issubset(mutation.covers):
        return mutation.covers
    return tuple(at for at in mutation.covers if at in untold)


def obstacle(
    mutation: Mutation, bad: Mapping[Address, Unwritten], refusal: ShopError | None = None
) -> Callable[[Address], Unwritten] | None:
    """Return what becomes of addresses whose mutation is not sent; None where nothing keeps it."""
    if not mutation.independent or refusal is not None:
        failed = any(isinstance(outcome, Failed) for outcome in bad.values())
        return (lambda address: Failed(address, "not sent, because of a failure before it")) if failed else None
    beside = next((address for address in mutation.covers if address in bad), None)
    if beside is None:
        return None
    return lambda address: Skipped(address, f"it would have been sent together with {beside}, which was not written")


def _executed(mutation: Mutation, sender: Sender) -> Answer:
    """Return the answer to a mutation.

    An idempotency key whose first attempt was refused is spent, for good: nothing was done under it, so the same is
    asked under the key that comes after it.
    """
    answer = sender.mutate(mutation)
    for _ in range(_MOST_KEYS):
        spent = [name for name, result in mutation.keys.items() if _is_spent(answer.data.get(result), mutation)]
        if not spent:
            break
        renewed = {name: next_key(str(mutation.variables[name])) for name in spent}
        mutation = replace(mutation, variables={**mutation.variables, **renewed})
        answer = sender.mutate(mutation)
    return answer


def _is_spent(payload: Json, mutation: Mutation) -> bool:
    return any(error.get("code") == SPENT for error in user_errors(mutation, payload))


def user_errors(mutation: Mutation, payload: Json) -> Iterator[JsonObject]:
    """Yield the userErrors of a payload, as far as it has any: what else stands there is for ``taken`` to judge."""
    listed = payload.get(mutation.errors) if isinstance(payload, Mapping) else None
    yield from (each for each in listed if isinstance(each, Mapping)) if isinstance(listed, list) else ()


def ids_in(mutation: Mutation, payload: Mapping[str, Any]) -> dict[Address, str]:
    """Return the ids that an answer tells of what it made."""
    found: dict[Address, str] = {}
    for path, address in mutation.ids.items():
        value: Any = payload
        for step in path.split("."):
            inside = isinstance(value, Mapping) and step in value
            listed = isinstance(value, list) and step.isdecimal() and int(step) < len(value)
            value = value[step] if inside else value[int(step)] if listed else None
        if isinstance(value, str):
            found[address] = value
    return found


def _refused(mutation: Mutation, data: Mapping[str, Any]) -> dict[Address, Unwritten]:
    bad: dict[Address, Unwritten] = {}
    for result, address in mutation.results.items():
        bad |= _refused(replace(mutation, root=result, covers=(address,), results={}), data)
    if mutation.results:
        return bad
    payload = data.get(mutation.root)
    if payload is None:
        reason = f"the store answered {mutation.root} without a result; run plan again"
        return {address: Failed(address, reason) for address in mutation.covers}
    if not isinstance(payload, Mapping) or not isinstance(payload.get(mutation.errors), list):
        raise TypeError  # without a list of errors nobody knows whether there were any
    return refusals(mutation, payload[mutation.errors])


def refusals(mutation: Mutation, user_errors: Sequence[Mapping[str, Any]]) -> dict[Address, Unwritten]:
    """Return what the userErrors say of each address; those that were written are left out.

    Where a mutation is all or nothing and only stale rows were refused, or its rows are separable, the
    others are skipped: they may be sent again without those.
    """
    if not user_errors:
        return {}
    reasons: dict[Address | None, list[str]] = {}
    moved: set[Address | None] = set()
    for error in user_errors:
        row = _row(mutation, error.get("field"))
        code = f" ({error['code']})" if error.get("code") else ""
        moved |= {row} if error.get("code") in mutation.stale else set()
        reasons.setdefault(row, []).append(f"{error['message']}{code}")
    bad: dict[Address, Unwritten] = {
        address: Stale(address, f"the store holds something else by now: {'; '.join(said)}; run plan again")
        if address in moved
        else Failed(address, "; ".join(said))
        for address, said in reasons.items()
        if address is not None
    }
    whole = reasons.get(None, [])
    if whole or not mutation.partial:
        first = "; ".join(whole) or "the same request was refused: " + "; ".join(next(iter(reasons.values())))
        only_stale = all(isinstance(outcome, Stale) for outcome in bad.values())
        again = not whole and (only_stale or mutation.separable)
        for address in mutation.covers:
            bad.setdefault(address, Skipped(address, first) if again else Failed(address, first))
    return bad


def _row(mutation: Mutation, path: Sequence[str] | None) -> Address | None:
    parts = [str(part) for part in path or ()]
    for length in range(len(parts), 0, -1):
        address = mutation.rows.get(".".join(parts[:length]))
        if address is not None:
            return address
    return None
