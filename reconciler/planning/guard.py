"""Limits: what a plan must not do unless somebody accepted it by name. One small predicate a rule."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reconciler.model.change import Adopt, Change, Remove
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.plan import Violation
from reconciler.model.store import Limits

_NOBODY_SAID: Final = OwnershipPolicy()


def violations(
    changes: Sequence[Change], managed: Mapping[str, int], limits: Limits, ownership: OwnershipPolicy = _NOBODY_SAID
) -> tuple[Violation, ...]:
    """Return the limits that the changes break.

    ``managed``: how many of each kind are ours in the store now. ``ownership``: who wins, where the store's file says.
    """
    return (*_adoptions(changes), *_conflicts(changes, ownership), *_removals(changes, managed, limits))


def _adoptions(changes: Sequence[Change]) -> Iterator[Violation]:
    adopted = tuple(change.address for change in changes if isinstance(change, Adopt))
    if adopted:
        yield Violation(
            rule="adopt",
            summary=f"{len(adopted)} in the store without our mark would be taken over",
            addresses=adopted,
            allow="--accept adopt",
        )


def _conflicts(changes: Sequence[Change], ownership: OwnershipPolicy) -> Iterator[Violation]:
    fields = [
        (change.address, field.path)
        for change in changes
        for field in change.fields
        if field.cause == "both" and not ownership.decides(change.address.kind, field.path.partition(".")[0])
    ]
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
