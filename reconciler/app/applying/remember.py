"""What a store remembers after an apply: which commit it was brought to, but for what was left out or left pending.

A whole plan moves the pointer to its commit; what is pending stays with the commit before. A plan that looked at a part
leaves the pointer where it is, and notes what it brought further. Where no commit says what the store holds now, after
files that were in none or a plan that looked at half a thing, the base of what was written is unknown: an older one
would take our own writes for somebody's edits. All these are notes about addresses, and where they grow too long, the
pointer stays where it was: that makes a plan ask once too often, and keeps no edit from being seen.

What is taken over is noted, too, until a look at everything finds nothing below it that git does not name: until then,
what hangs on it and git never named is taken for what was there before us. To note each of those would need a look that
went well, and thousands of addresses where a shop is taken over; of one that was imported nothing is left to note.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from reconciler import __version__
from reconciler.app.journal.chain import Head
from reconciler.app.journal.journalled import JournalledSender
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Move, Remove, deletes, releases
from reconciler.model.outcome import AlreadySo, Applied, Outcome
from reconciler.model.plan import Plan, Scope
from reconciler.planning.respelled import Respelled
from reconciler.planning.scope import Patterns
from reconciler.planning.went_back import went_back
from reconciler.planning.written import Written
from reconciler.shopify import shop_notes
from reconciler.shopify.client import WriteClient
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import ShopError
from reconciler.shopify.lease import Lease
from reconciler.shopify.pointer import (
    LARGEST_RECORD,
    JournalHead,
    Memory,
    Pointer,
    Record,
    pointer_json,
    pointer_row,
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
    moved = replace(moved, plan=plan.digest, run=None, taken=_taken(then, plan))
    return before if before is not None and _says_the_same(before, moved) else moved


def pointer_before(plan: Plan, before: Record[Pointer]) -> Pointer | None:
    """Return what the store is to remember while a plan is made true; None where that is nothing new, or too long.

    A run that is killed may have taken a thing over all the same, and no plan after that knows that it was theirs.
    """
    then = before.value or Pointer()
    noted = replace(then, taken=_taken(then, plan))
    return None if before.is_damaged or noted.taken == then.taken or not _fits(noted) else noted


def pointer_after_rollback(
    plan: Plan, outcomes: Sequence[Outcome], before: Pointer | None, written: Written
) -> Pointer | None:
    """Return the pointer that fits the store after a run was taken back; ``before`` itself where nothing moved.

    What went back is at the commit before the run again: only so does the next plan tell what git has not taken back
    yet from an edit in the store. So is all that hangs on what is not ours any more, whether it was a change or not:
    the order of images goes with them. Where nearly everything went back it is shorter to move the pointer itself.
    """
    if before is None:
        return None
    base, wrote = written.begun.base_commit, {*written.changes, *written.held}
    done = {outcome.address for outcome in outcomes if isinstance(outcome, Applied | AlreadySo)}
    let_go = {change.address for change in plan.changes if deletes(change) or releases(change)} & done
    back = {at for at in wrote | _apart(before) if at.kind in KINDS and KINDS.root_of(at) in let_go}
    back |= went_back(plan.changes, done, written, KINDS)
    left = _without(before, back)
    unknown = tuple(at for at in before.unknown if at not in back)
    then = replace(before, unknown=unknown, taken=tuple(sorted({*before.taken, *_moved_on(before, plan)} - let_go)))
    if base is None:
        ways = [replace(then, exceptions=_frozen(left), unknown=tuple(sorted({*unknown, *back})))]
    else:
        ahead = {base: sorted({*left.get(base, []), *back})} if base != then.commit else {}
        ways = [replace(then, exceptions=_frozen({**left, **ahead}))]
        if then.commit is not None and then.commit == written.begun.commit and written.begun.scope.whole:
            kept = {then.commit: sorted({*left.get(then.commit, []), *(wrote - back)})}
            earlier = {commit: listed for commit, listed in left.items() if commit != base}
            ways.append(replace(then, commit=base, exceptions=_frozen({**earlier, **kept})))
    shortest = min(ways, key=lambda way: len(pointer_json(way)))
    return before if _says_the_same(before, shortest) else shortest


def pointer_after_look(
    pointer: Pointer | None, before: Pointer | None, look: Plan | None
) -> tuple[Pointer | None, tuple[str, ...]]:
    """Return what the store is to remember, as far as it has room for it, and what a person should hear of the rest.

    ``look``: a plan that was made after the last write; None where the store could not be read again.
    """
    if pointer is None:
        return None, ()
    if look is not None and look.complete:
        held = {KINDS.root_of(change.address) for change in look.changes if isinstance(change, Remove)}
        held |= {KINDS.root_of(address) for address in look.unplanned}
        pointer = replace(pointer, taken=tuple(root for root in pointer.taken if root in held))
    if _fits(pointer):
        return pointer, ()
    shorter = replace(pointer, taken=())
    if _fits(shorter):
        return shorter, (_TOO_MANY_TAKEN.format(count=len(pointer.taken)),)
    stays = f"commit {before.commit[:12]}" if before is not None and before.commit is not None else "no commit"
    return before, (_TOO_MUCH_ELSEWHERE.format(stays=stays),)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a store is to remember after a run, and what it remembered before."""

    before: Memory
    pointer: Pointer | None
    respelled: Respelled
    run: str
    end: str | None = None
    """The digest of what the last entry of the run is going to say."""


def recorded(sender: JournalledSender, remembered: Remembered, lease: Lease) -> tuple[str, ...]:
    """Write down what the store is to remember, with how far the journal goes, and give the lease back, in one request.

    Returns what a person should hear about it: nothing, if all went well. Otherwise the lease is still ours.
    """
    before, respelled = remembered.before, remembered.respelled
    notes: tuple[str, ...] = ()
    changed = respelled != (before.respelled.value or {})
    if changed and len(respelled_json(respelled).encode()) > LARGEST_RECORD:
        changed, notes = False, (_TOO_MANY,)

    def spelled(head: Head) -> Mutation:
        journal = JournalHead(head.seq, head.hash, remembered.end)
        pointer = replace(remembered.pointer or Pointer(), run=remembered.run, journal=journal)
        rows = [pointer_row(lease.shop_id, pointer, before.pointer)]
        rows += [respelled_row(lease.shop_id, respelled, before.respelled)] if changed else []
        return shop_notes.writing([*rows, lease.given_back()])

    lost = lease.refusal()
    if lost is not None:
        return (*notes, _not_recorded(str(lost)))
    try:
        _, errors = shop_notes.written(sender.noted(shop_notes.ROOT, spelled).data)
    except ShopError as error:
        return (*notes, _not_recorded(str(error)))
    return (*notes, *(_not_recorded(str(error.get("message"))) for error in errors[:1]))


def give_back(client: WriteClient, lease: Lease) -> None:
    """Give the lease back and nothing else, not even to the journal; if that fails, it runs out."""
    client.keeps_nothing()
    with suppress(ShopError):
        client.note(shop_notes.writing([lease.given_back()]))


def recorded_without_a_run(
    client: WriteClient, shop_id: str, memory: Memory, pointer: Pointer | None
) -> tuple[str, ...]:
    """Write down that the store is at another commit, although nothing had to be changed for it; else send nothing."""
    if pointer is None or pointer == memory.pointer.value:
        return ()
    before = memory.pointer.value
    pointer = replace(pointer, run=before.run if before is not None else None)  # whose journal it names
    try:
        answer = client.note(shop_notes.writing([pointer_row(shop_id, pointer, memory.pointer)]))
    except ShopError as error:
        return (_not_recorded(str(error)),)
    _, errors = shop_notes.written(answer.data)
    return tuple(_not_recorded(str(error.get("message"))) for error in errors[:1])


_TOO_MANY_TAKEN: Final = (
    "{count:,} things were taken over and are not known to be as git says; the store cannot remember so many, so that "
    "what hung on them before looks like an edit in the store to the next plans"
)
_TOO_MUCH_ELSEWHERE: Final = (
    "too much is pending, or was applied in part, for the store to remember what; what it remembers stays at {stays}, "
    "so that the next plans compare with that"
)
_TOO_MANY: Final = "the store spells too many values otherwise to remember them all; those of today are not"


def _not_recorded(reason: str) -> str:
    return f"the store could not be told what was applied, so the next plan compares with what was before: {reason}"


def _fits(pointer: Pointer) -> bool:
    return len(pointer_json(pointer).encode()) <= LARGEST_RECORD


def _taken(then: Pointer, plan: Plan) -> tuple[Address, ...]:
    """Return what was taken over before, or is now, by its key of now."""
    adopted = {change.address for change in plan.changes if isinstance(change, Adopt)}
    return tuple(sorted({*then.taken, *adopted, *_moved_on(then, plan)}))


def _moved_on(then: Pointer, plan: Plan) -> set[Address]:
    """Return what was taken over before, by the key that a plan gives it."""
    taken = {*then.taken}
    return {change.address for change in plan.changes if isinstance(change, Move) and change.was in taken}


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


def _apart(then: Pointer) -> set[Address]:
    """Return the addresses that another commit than the pointer's stands for, or none."""
    return {*then.unknown, *(address for addresses in then.exceptions.values() for address in addresses)}


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
    ours, theirs = ((each.commit, each.engine, each.exceptions, each.unknown, each.taken) for each in (one, other))
    return ours == theirs
