"""What a store remembers after an apply: which commit it was brought to, but for what was left out or left pending.

A whole plan moves the pointer to its commit; what is pending stays with the commit before. A plan that looked at a part
leaves the pointer where it is, and notes what it brought further. Where no commit says what the store holds now, after
files that were in none or a plan that looked at half a thing, the base of what was written is unknown: an older one
would take our own writes for somebody's edits. All these are notes about addresses, and where they grow too long, the
pointer stays where it was: that makes a plan ask once too often, and keeps no edit from being seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler import __version__
from reconciler.model.address import Address
from reconciler.model.outcome import AlreadySo, Applied, Outcome
from reconciler.model.plan import Plan, Scope
from reconciler.planning.respelled import Respelled
from reconciler.planning.scope import Patterns
from reconciler.shopify.client import WriteClient
from reconciler.shopify.errors import ShopError
from reconciler.shopify.pointer import (
    LARGEST_RECORD,
    Memory,
    Pointer,
    pointer_json,
    pointer_row,
    remembering,
    respelled_json,
    respelled_row,
)


def pointer_after(
    plan: Plan, outcomes: Sequence[Outcome], before: Pointer | None, commit: str | None
) -> Pointer | None:
    """Return the pointer that fits the store after a plan; ``before`` itself where nothing moved.

    ``commit``: the one that holds the files as they are now. They are those of the plan, so it is better than the
    plan's own, which may have been made before the merge.
    """
    reached = commit or (None if plan.inputs.dirty else plan.inputs.commit)
    done = {outcome.address for outcome in outcomes if isinstance(outcome, Applied | AlreadySo)}
    pending = {outcome.address for outcome in outcomes} - done
    then = before or Pointer()
    if reached is not None and plan.scope.whole and plan.complete:
        moved = replace(_left_behind(then, reached, pending | set(plan.unplanned)), engine=__version__)
    elif reached is not None and _whole_things(plan.scope):
        moved = _ahead(then, reached, done)
    elif then.commit is not None or then.exceptions:
        moved = _beyond(then, done)
    else:
        return before
    moved = replace(moved, plan=plan.digest, run=None)
    if len(pointer_json(moved).encode()) > LARGEST_RECORD:
        return before
    return before if before is not None and _says_the_same(before, moved) else moved


def recorded(
    client: WriteClient, shop_id: str, memory: Memory, pointer: Pointer | None, respelled: Respelled
) -> tuple[str, ...]:
    """Write down what changed of what the store remembers, and return what a person should hear about it."""
    rows = []
    if pointer is not None and pointer != memory.pointer.value:
        rows.append(pointer_row(shop_id, pointer, memory.pointer))
    if respelled != (memory.respelled.value or {}):
        if len(respelled_json(respelled).encode()) > LARGEST_RECORD:
            return ("the store spells too many values otherwise to remember them all; those of today are not",)
        rows.append(respelled_row(shop_id, respelled, memory.respelled))
    if not rows:
        return ()
    try:
        errors = client.mutate(remembering(rows)).data["metafieldsSet"]["userErrors"]
    except ShopError as error:
        return (_not_recorded(str(error)),)
    return (_not_recorded(errors[0]["message"]),) if errors else ()


def _not_recorded(reason: str) -> str:
    return f"the store could not be told what was applied, so the next plan compares with what was before: {reason}"


def _left_behind(then: Pointer, reached: str, pending: set[Address]) -> Pointer:
    """Return a pointer to a new commit; what is pending stays where it was."""
    exceptions: dict[str, list[Address]] = {}
    unknown: list[Address] = []
    for address in sorted(pending):
        commit = then.of(address)
        if commit is None:
            unknown.append(address)
        elif commit != reached:
            exceptions.setdefault(commit, []).append(address)
    return Pointer(commit=reached, exceptions=_frozen(exceptions), unknown=tuple(unknown), journal=then.journal)


def _ahead(then: Pointer, reached: str, done: set[Address]) -> Pointer:
    """Return the pointer where it was; what was done has a newer commit."""
    exceptions = _without(then, done)
    if reached != then.commit:
        exceptions[reached] = sorted({*exceptions.get(reached, []), *done})
    unknown = tuple(address for address in then.unknown if address not in done)
    return replace(then, exceptions=_frozen(exceptions), unknown=unknown)


def _beyond(then: Pointer, done: set[Address]) -> Pointer:
    """Return the pointer where it was; what was done is in no commit."""
    return replace(then, exceptions=_frozen(_without(then, done)), unknown=tuple(sorted({*then.unknown, *done})))


def _without(then: Pointer, done: set[Address]) -> dict[str, list[Address]]:
    return {commit: [at for at in addresses if at not in done] for commit, addresses in then.exceptions.items()}


def _frozen(exceptions: Mapping[str, Sequence[Address]]) -> dict[str, tuple[Address, ...]]:
    return {commit: tuple(addresses) for commit, addresses in sorted(exceptions.items()) if addresses}


def _whole_things(scope: Scope) -> bool:
    """Whether what was in scope was so with all its fields."""
    patterns = Patterns(scope.only, scope.exclude)
    return not patterns.picks_fields and not any(pattern.startswith("field:") for pattern in scope.exclude)


def _says_the_same(one: Pointer, other: Pointer) -> bool:
    """Whether two pointers mean the same base, whoever wrote them."""
    ours, theirs = ((each.commit, each.engine, each.exceptions, each.unknown) for each in (one, other))
    return ours == theirs
