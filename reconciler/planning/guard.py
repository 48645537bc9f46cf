"""Limits: what a plan must not do unless somebody accepted it by name. One small predicate a rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reconciler.model.change import Adopt, Change, Remove
from reconciler.model.limits import Limits
from reconciler.model.plan import Violation
from reconciler.planning.unsettled import Conflict

_EXAMPLES: Final = 3


def violations(
    changes: Sequence[Change], managed: Mapping[str, int], limits: Limits, conflicts: Sequence[Conflict] = ()
) -> tuple[Violation, ...]:
    """Return the limits that the changes break.

    ``managed``: how many of each kind are ours in the store now. ``conflicts``: fields of which nobody said who wins.
    """
    return (
        *adoptions(changes),
        *_conflicts(conflicts),
        *lost_along(changes),
        *_removals(changes, managed, limits),
    )


def accepted_in_git(broken: Iterable[Violation], limits: Limits) -> tuple[Violation, ...]:
    """Return the limits, each with what the store's file says to it; the one that holds longest counts."""
    by_rule = {each.rule: each for each in sorted(limits.accept, key=lambda each: each.until)}
    return tuple(replace(each, acceptance=by_rule.get(each.rule)) for each in broken)


def adoptions(changes: Sequence[Change]) -> Iterator[Violation]:
    """Yield that something without our mark would be taken over."""
    adopted = tuple(change.address for change in changes if isinstance(change, Adopt))
    if adopted:
        yield Violation(
            rule="adopt",
            summary=f"{len(adopted)} in the store without our mark would be taken over",
            addresses=adopted,
            allow="--accept adopt",
        )


def _conflicts(fields: Sequence[Conflict]) -> Iterator[Violation]:
    if fields:
        address, path = fields[0]
        count = "1 field was" if len(fields) == 1 else f"{len(fields)} fields were"
        name = f"{address.kind}.{path.partition('.')[0]}"
        yield Violation(
            rule="conflict",
            summary=f"{count} changed in git and in the store, and git's value would win; to settle it for good, write "
            f"ownership: {{{name}: enforce}} into the store's file, or observe, and the store's value stays",
            addresses=tuple(dict.fromkeys(address for address, _ in fields)),
            allow="--accept conflict",
        )


def lost_along(changes: Sequence[Change]) -> Iterator[Violation]:
    """Yield that deletions take along what no rollback brings back, or what could not be looked at."""
    losing = {
        change.address: [each for each in change.takes_along if not each.comes_back]
        for change in changes
        if isinstance(change, Remove)
    }
    losing = {address: lost for address, lost in losing.items() if lost}
    if losing:
        shown = "; ".join(f"{address}: {lost[0]}" for address, lost in list(losing.items())[:_EXAMPLES])
        more = sum(map(len, losing.values())) - min(len(losing), _EXAMPLES)
        yield Violation(
            rule="takes-along",
            summary=f"{len(losing)} would take along what no rollback brings back: {shown}"
            f"{f'; and {more} more' if more else ''}",
            addresses=tuple(losing),
            allow="--accept takes-along",
        )


def _removals(changes: Sequence[Change], managed: Mapping[str, int], limits: Limits) -> Iterator[Violation]:
    removed = defaultdict(list)
    for change in changes:
        if isinstance(change, Remove):
            removed[change.address.kind].append(change.address)
    for kind, addresses in sorted(removed.items()):
        limit = limits.removed.get(kind)
        if limit and len(addresses) > limit.floor and len(addresses) > managed.get(kind, 0) * limit.share:
            percent = f"{(limit.share * 100).normalize():f} %"
            yield Violation(
                rule=f"{kind}-removed",
                summary=f"{len(addresses)} of {managed.get(kind, 0)} would go; the limit is {percent}, "
                f"or {limit.floor} at least",
                addresses=tuple(addresses),
                allow=f"--accept {kind}-removed",
            )
