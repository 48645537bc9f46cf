"""May a change still be made? Its ``before`` against what the store holds now, just before the write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, FieldChange, Move, Remove, Update, after, deletes, releases
from reconciler.model.json import Json
from reconciler.model.kind import Kind, KindSet
from reconciler.model.outcome import AlreadySo, Stale
from reconciler.model.resource import Resource
from reconciler.model.state import Live

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """The changes that may go ahead, without the fields that are so already; and what became of the others."""

    go: tuple[Change, ...]
    settled: tuple[AlreadySo | Stale, ...]


def checked(changes: Iterable[Change], live: Live, kinds: KindSet) -> Checked:
    """Return which of one group's changes still fit what the store holds now."""
    go: list[Change] = []
    done: list[AlreadySo | Stale] = []
    for change in changes:
        verdict = _verdict(change, live, kinds)
        if isinstance(verdict, AlreadySo | Stale):
            done.append(verdict)
        else:
            go.append(verdict)
    return Checked(tuple(go), tuple(done))


def _verdict(change: Change, live: Live, kinds: KindSet) -> Change | AlreadySo | Stale:
    address = change.address
    held = live.resources.get(address)
    if held is None:
        match change:
            case Create():
                return change
            case Remove():
                return AlreadySo(address)
            case Adopt() | Move() | Update():
                return Stale(address, f"it is not in the store any more as {change.id}; run plan again")
            case _:
                assert_never(change)
    estranged = _estranged(change, held)
    if estranged is not None:
        return estranged
    match change:
        case Create() if kinds[address.kind].is_blank(held):
            return _filling(change, values_by_path(held))
        case Create():
            told = [field for field in change.fields if field.path not in kinds[address.kind].along]
            return _created_already(address, told, _seen(after(change), held, kinds[address.kind]))
        case Adopt() | Move() if address in live.owned and address not in live.moved:
            ours = Update(address, change.id, change.fields, known_by=change.known_by)
            return _compared(ours, held, kinds[address.kind])
        case Remove() if releases(change) and address in live.owned:
            verdict = _compared(change, held, kinds[address.kind])
            return replace(change, fields=()) if isinstance(verdict, AlreadySo) else verdict
        case Adopt() | Move() | Update() | Remove():
            return _compared(change, held, kinds[address.kind])
        case _:
            assert_never(change)


def _filling(change: Create, values: Mapping[str, Json]) -> Create | AlreadySo:
    """Return the making of something where there is an empty one already, which it says: taken back, it is there."""
    if all(values.get(field.path) == field.after for field in change.fields):
        return AlreadySo(change.address)
    return replace(change, fields=tuple(replace(field, before=values.get(field.path)) for field in change.fields))


def _seen_from_both(
    change: Adopt | Move | Update | Remove, held: Resource, kind: Kind
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return what the store holds by path, as far as the values before the change, and after it, speak of it."""
    if isinstance(change, Remove):
        values = values_by_path(held)
        return values, values
    before = {field.path: field.before for field in change.fields}
    return _seen(before, held, kind), _seen(after(change), held, kind)


def _seen(side: Mapping[str, Json], held: Resource, kind: Kind) -> dict[str, Json]:
    """Return what the store holds by path, as far as these values speak of it."""
    if not kind.is_order:
        return values_by_path(held)
    return values_by_path(kind.seen(kind.resource.model_validate(side), held))


def _estranged(change: Change, held: Resource) -> Stale | None:
    """Return that the object is not what the plan meant any more: people know it by something else now."""
    if isinstance(change, Create):
        return None
    values, own = values_by_path(held), {field.path: field.after for field in change.fields}
    for name, before in change.known_by.items():
        now = values.get(name)
        if now not in (before, own.get(name, before)):
            return Stale(
                change.address,
                f"it has {name} {shown(now)} now, the plan was made for {shown(before)}; run plan again",
            )
    return None


def _created_already(address: Address, fields: Iterable[FieldChange], values: Mapping[str, Json]) -> AlreadySo | Stale:
    for field in fields:
        if values.get(field.path) != field.after:
            return Stale(
                address,
                f"it is in the store already, with {field.path} {shown(values.get(field.path))}, "
                f"the plan expected to make it with {shown(field.after)}; run plan again",
            )
    return AlreadySo(address)


def _compared(change: Adopt | Move | Update | Remove, held: Resource, kind: Kind) -> Change | AlreadySo | Stale:
    """Compare a change with what the store holds now, seen from before the change and from after it."""
    before, then = _seen_from_both(change, held, kind)
    so = {field.path for field in change.fields if then.get(field.path) == field.after and not deletes(change)}
    to_write = []
    for field in change.fields:
        if field.path in so or kind.along.get(field.path) in so:  # what no store gives back came along
            continue
        now = before.get(field.path)
        if now != field.before:
            return Stale(
                change.address,
                f"{field.path} is now {shown(now)}, the plan expected {shown(field.before)}; run plan again",
            )
        to_write.append(field)
    if to_write or isinstance(change, Adopt | Move) or deletes(change):
        return replace(change, fields=tuple(to_write))
    return AlreadySo(change.address)


def values_by_path(resource: Resource) -> dict[str, Json]:
    """Return the fields as JSON by path; a mapping's members by ``field.key`` too."""
    values = resource.spelled()
    for name, value in list(values.items()):
        if isinstance(value, dict):
            values |= {f"{name}.{key}": member for key, member in value.items()}
    return values


def shown(value: object) -> str:
    """Return a value as a message shows it, cut where it is long."""
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
