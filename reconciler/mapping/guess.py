"""Guesses: what a field of the catalog may have to say so that a store gets a value.

Nobody proves an expression the other way round. So plausible values are put into the document, one guess after the
other, and whoever asks renders the result and keeps the first guess that gives what the store holds and nothing else.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, get_args, get_origin

from pydantic import BaseModel

from reconciler.mapping.spot import Spot
from reconciler.mapping.views import MONEY
from reconciler.model.document import Markdown
from reconciler.model.edit import Edit, New
from reconciler.model.money import exact
from reconciler.model.origin import FieldPath

Guess = tuple[Edit, ...]
_IDENTITY: Final = frozenset({"key"})


def guesses(spot: Spot, path: FieldPath, value: object, currency: str) -> Iterator[Guess]:
    """Yield edits that may make a store's value out of the field at a path, the likeliest first."""
    name, current = path[-1], spot.value(path)
    if name in _IDENTITY or isinstance(current, Markdown):
        return  # a key is for life, and HTML in place of Markdown would lose what its author wrote
    if name in MONEY:
        yield from _amounts(spot, path, value, currency)
    elif _is_options(value):
        yield from _options(spot, path, value)
    elif isinstance(value, list | tuple):
        yield from ((edit,) for edit in _lists(spot, path, value))
    else:
        if isinstance(current, Mapping):
            yield from _parts(spot, path, value, current)
        yield from ((spot.set(path, guess),) for guess in _scalars(spot, path, value, current))


def _parts(spot: Spot, path: FieldPath, value: object, current: Mapping[str, object]) -> Iterator[Guess]:
    """Yield edits of the parts of a record that differ, each alone, then all: a unit may only be spelled otherwise."""
    for held in _decoded(value):
        if isinstance(held, Mapping) and held.keys() == current.keys():
            edits = [spot.set((*path, name), part) for name, part in held.items() if part != current[name]]
            yield from ((edit,) for edit in edits)
            yield tuple(edits)


def _amounts(spot: Spot, path: FieldPath, value: object, currency: str) -> Iterator[Guess]:
    """Yield the amount in the store's currency; one amount for all where the file has one for all."""
    current = spot.value(path)
    held = current if isinstance(current, Mapping) else {}
    if value is None:
        if not held or set(held) <= {"", currency}:  # the amounts of other currencies are other stores' business
            yield (spot.set(path, None),)
        return
    try:
        amount = exact(value)
    except ValueError:
        return
    plain = int(amount) if amount == amount.to_integral_value() and _is_whole(held) else amount
    by_currency, for_all = (spot.set((*path, currency), plain),), (spot.set(path, plain),)
    beside = spot.value((*path[:-1], "price"))
    if "" in held or (not held and isinstance(beside, Mapping) and "" in beside):
        yield for_all
    else:
        yield by_currency


def _is_whole(held: Mapping[str, object]) -> bool:
    return bool(held) and all(isinstance(each, Decimal) and each.as_tuple().exponent == 0 for each in held.values())


def _is_options(value: object) -> bool:
    """Whether a value is a list of pairs: options with their values, or the chosen value of each."""
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, list | tuple) for each in value)


def _options(spot: Spot, path: FieldPath, value: object) -> Iterator[Guess]:
    pairs = dict((name, chosen) for name, chosen in value)  # type: ignore[attr-defined]  # noqa: C402  pairs, as was looked
    held = spot.value(path)
    if isinstance(held, Mapping) and list(held) == list(pairs) and spot.says(path):
        changed = {name: chosen for name, chosen in pairs.items() if _plain(held[name]) != _plain(chosen)}
        yield tuple(
            spot.set((*path, name), chosen) if isinstance(chosen, str) else _in_order(spot, (*path, name), chosen)
            for name, chosen in changed.items()
        )
    else:
        yield (spot.set(path, {name: _plain(chosen) for name, chosen in pairs.items()}),)


def _plain(chosen: object) -> object:
    return list(chosen) if isinstance(chosen, list | tuple) else chosen


def _lists(spot: Spot, path: FieldPath, wanted: Sequence[object]) -> Iterator[Edit]:
    """Yield edits that make a list hold these members: those that are there first, as they stand; then in order."""
    held = spot.value(path)
    if not spot.says(path) or not isinstance(held, list | tuple):
        yield spot.set(path, list(wanted))
        return
    kept = [position for position, each in enumerate(held) if each in wanted]
    yield spot.members(path, [*kept, *(New(each) for each in wanted if each not in held)])
    yield _in_order(spot, path, wanted)


def _in_order(spot: Spot, path: FieldPath, wanted: Sequence[object]) -> Edit:
    held = spot.value(path)
    old = list(held) if isinstance(held, list | tuple) else []
    return spot.members(path, [old.index(each) if each in old else New(each) for each in wanted])


def _scalars(spot: Spot, path: FieldPath, value: object, current: object) -> Iterator[object]:
    """Yield the value, as what the file has at the place, then as what else it may be."""
    model = spot.model(path)
    if value is None:
        yield None
        return
    text_first = isinstance(current, str) or current is None
    decoded = list(_decoded(value))
    found = [value, *decoded] if text_first else [*decoded, value]
    tried: list[object] = []
    for guess in (*found, *_choices(model, str(path[-1]))):
        if not any(guess == other and type(guess) is type(other) for other in tried):
            tried.append(guess)
            yield guess


def _decoded(value: object) -> Iterator[object]:
    """Yield what text stands for where stores keep everything as text: numbers, lists, mappings."""
    if isinstance(value, str):
        try:
            yield json.loads(value, parse_float=Decimal, parse_constant=str)
        except ValueError:
            return


def _choices(model: type[BaseModel] | None, name: str) -> Iterator[object]:
    """Yield the values of a field that has few."""
    field = model.model_fields.get(name) if model is not None else None
    if field is None:
        return
    for annotation in (field.annotation, *get_args(field.annotation)):
        if annotation is bool or bool in get_args(annotation):
            yield from (True, False)
        elif get_origin(annotation) is not None and all(isinstance(each, str) for each in get_args(annotation)):
            yield from get_args(annotation)
