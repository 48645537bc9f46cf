"""Quantities on their way back: by the difference that a run made, because customers moved them meanwhile."""

from collections.abc import Callable, Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.change import Change, after
from reconciler.model.json import Json
from reconciler.model.kind import KindSet
from reconciler.model.resource import Resource
from reconciler.planning.later import Later, left_alone
from reconciler.planning.written import Fields


def number_of(value: Json) -> int:
    """Return the number that a field holds; 0 where it holds none."""
    return value if isinstance(value, int) else 0


def differences_back(
    change: Change, now: Mapping[str, Json], later: Later, kinds: KindSet, say: Callable[[str], None]
) -> Iterator[tuple[str, int, int]]:
    """Yield path, value now and value then of each quantity, with the run's difference taken out of it.

    ``later``: what was written after the run in question; a later count stands, and that is said.
    """
    for each in change.fields:
        if each.path not in kinds[change.address.kind].sold:
            continue
        held, rewritten = now.get(each.path), later.of(change.address, each.path)
        if rewritten is not None and rewritten.takes_back:
            continue  # what a rollback of the run took out is out: of a quantity no value can tell
        if rewritten is not None:
            say(left_alone(each, held, rewritten))
        elif isinstance(held, int) and (difference := number_of(each.before) - number_of(each.after)):
            yield each.path, held, held + difference


def counter_of(made: Change, run: str, kinds: KindSet) -> tuple[Address, Resource] | None:
    """Return what counts against something that a run counted; None for what counts nothing."""
    kind = kinds[made.address.kind]
    if kind.counting is None:
        return None
    return kind.counting.counter(made.address, kind.resource.model_validate(after(made)), run)


def counted_again(quantity: Address, path: str, coming: Mapping[Address, Fields], kinds: KindSet) -> int:
    """Return by how much what comes back changes a quantity again: so much less is put there before."""
    found = 0
    for address, fields in coming.items():
        kind = kinds[address.kind]
        if kind.counting is not None:
            target, name, by = kind.counting.counts(address, kind.resource.model_validate(fields))
            found += by if (target, name) == (quantity, path) else 0
    return found
