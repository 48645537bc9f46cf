"""Is what a run made still as the run left it? If so it may go again, and nobody loses anything.

A field that the run did not write counts as untouched only where it is empty, or as a store makes it by itself: who
wrote any other value is not known, so it is taken for somebody's work.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, after
from reconciler.model.json import Json
from reconciler.model.kind import Kind, KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Live
from reconciler.planning.precondition import shown, values_by_path


def at_or_below(address: Address, live: Live, kinds: KindSet) -> tuple[Address, ...]:
    """Return what a store holds of an address and of what hangs on it, at any depth."""
    if not kinds.has_children(address.kind):
        return (address,) if address in live.resources else ()
    return tuple(at for at in live.resources if kinds.hangs_on(at, address))


def touches(
    address: Address, changes: Mapping[Address, Change], live: Live, kinds: KindSet, shop_name: str
) -> Iterator[str]:
    """Yield what others did to something that a run made, and to what hangs on it; nothing, if nobody did."""
    own = changes if kinds.has_children(address.kind) else {at: changes[at] for at in {address} & changes.keys()}
    for at, change in own.items():
        missing = isinstance(change, Create) and at not in live.resources and kinds.hangs_on(at, address)
        if missing and not kinds[at.kind].is_order and not kinds[at.kind].sold:
            yield f"{at} is not there any more"
    for at in at_or_below(address, live, kinds):
        kind, held = kinds[at.kind], live.resources[at]
        made = changes.get(at)
        if isinstance(made, Create):
            yield from _differences(_as_counted(made, changes, kinds), held, kind, shop_name)
        elif kind.is_order or kind.is_blank(held):
            continue  # an order comes with its members; a store makes blank ones by itself
        elif held.spelled() != _counted(at, changes, kinds):
            yield f"{at} is there now, and the run did not make it"


def _as_counted(made: Create, changes: Mapping[Address, Change], kinds: KindSet) -> Create:
    """Return a quantity that the run made with what the run itself counted into it afterwards."""
    counted = _counted(made.address, changes, kinds)
    fields = (
        replace(each, after=each.after + counted[each.path])
        if each.path in counted and isinstance(each.after, int)
        else each
        for each in made.fields
    )
    return replace(made, fields=tuple(fields))


def _counted(address: Address, changes: Mapping[Address, Change], kinds: KindSet) -> dict[str, int]:
    """Return by how much the run counted up the fields of a quantity."""
    counted: dict[str, int] = {}
    for at, change in changes.items() if kinds[address.kind].sold else ():
        counting = kinds[at.kind].counting
        if counting is not None and isinstance(change, Create):
            quantity, path, by = counting.counts(at, kinds[at.kind].resource.model_validate(after(change)))
            if quantity == address:
                counted[path] = counted.get(path, 0) + by
    return counted


def _differences(made: Create, held: Resource, kind: Kind, shop_name: str) -> Iterator[str]:
    asked = after(made)
    names = {path.partition(".")[0] for path in asked}
    seen = kind.seen(kind.resource.model_validate(asked), held) if kind.is_order else held
    values = values_by_path(seen)
    for path, value in asked.items():
        if path not in kind.along and values.get(path) != value:
            now = shown(values.get(path))
            yield f"{made.address}: the run made it with {path} {shown(value)}, the store holds {now}"
    for name, value in seen.spelled().items():
        if name not in names | kind.told and not _comes_by_itself(name, value, kind, shop_name):
            yield f"{made.address}: {name} is {shown(value)} now, and the run did not write it"


def _comes_by_itself(name: str, value: Json, kind: Kind, shop_name: str) -> bool:
    filled = kind.fills.get(name, ())
    if value in (None, "", [], {}) or filled is None or value in filled:
        return True
    return name in kind.named_after_shop and value == shop_name
