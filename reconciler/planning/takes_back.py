"""Takes back: whether a change belongs into a plan that takes a run back, told by what that run wrote. Pure.

Such a plan has no causes, and counts that customers move are no question in it. So it may hold nothing else.
"""

from collections.abc import Callable

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, FieldChange, Move, Remove, after, deletes, releases
from reconciler.model.kind import Kind, KindSet
from reconciler.planning.quantities_back import number_of
from reconciler.planning.written import Written


def takes_back(wrote: Written, kinds: KindSet) -> Callable[[Change], bool]:
    """Return what tells whether a change puts back what the run wrote, as far as that can be told from it alone.

    It is asked about a change with the address that its root has before the plan. What a store rounds, orders and what
    counts against a count is held to the things that the run wrote.
    """
    roots = {kinds.root_of(at) for at in (*wrote.changes, *wrote.held)}
    return lambda change: kinds.root_of(change.address) in roots and _takes_back(change, wrote, kinds)


def _takes_back(change: Change, wrote: Written, kinds: KindSet) -> bool:
    own, kind = wrote.changes.get(change.address), kinds[change.address.kind]
    if kind.is_order or kind.counting is not None:
        return True
    if isinstance(change, Create):
        return _makes_again(change, wrote, kind)
    if isinstance(change, Remove) and not releases(change):
        return deletes(change) and _was_made(change.address, wrote, kinds)
    if isinstance(change, Remove | Adopt) and own is None:
        return False
    if isinstance(change, Move) and not isinstance(own, Move):
        return False
    return all(_goes_back(each, own, kind) for each in change.fields)


def _makes_again(change: Create, wrote: Written, kind: Kind) -> bool:
    own = wrote.changes.get(change.address)
    went = {each.path: each.before for each in own.fields} if own is not None and deletes(own) else None
    before = went if went is not None else wrote.held.get(change.address)
    if before is None:
        return False
    known = after(change).items()
    return all(value == before.get(path) for path, value in known if path not in kind.along and path not in kind.sold)


def _was_made(address: Address, wrote: Written, kinds: KindSet) -> bool:
    return any(isinstance(wrote.changes.get(at), Create) for at in (address, *kinds.above(address)))


def _goes_back(field: FieldChange, own: Change | None, kind: Kind) -> bool:
    written = next((each for each in own.fields if each.path == field.path), None) if own is not None else None
    if field.path in kind.along or field.path in kind.accommodated:
        return True
    if written is not None and field.path in kind.sold:
        difference = number_of(written.before) - number_of(written.after)
        return number_of(field.after) - number_of(field.before) == difference
    return written is not None and field.after == written.before
