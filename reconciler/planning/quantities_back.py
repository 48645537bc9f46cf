"""Quantities on their way back: by the difference that a run made, because customers moved them meanwhile."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, after
from reconciler.model.json import Json
from reconciler.model.kind import Counting, KindSet
from reconciler.model.resource import Resource
from reconciler.planning.later import left_alone
from reconciler.planning.precondition import shown
from reconciler.planning.written import Fields, Written


def number_of(value: Json) -> int:
    """Return the number that a field holds; 0 where it holds none."""
    return value if isinstance(value, int) else 0


def differences_back(
    change: Change, now: Mapping[str, Json], wrote: Written, kinds: KindSet, say: Callable[[str], None]
) -> Iterator[tuple[str, int, int]]:
    """Yield path, value now and value then of each quantity, with the run's difference taken out of it.

    A later count stands, and that is said. Where nobody knows whether the difference is in the quantity, it is taken
    out only of the very count that the run asked for: any other one may be a count without it, and so may that one
    where a later run counted into it.
    """
    for each in change.fields:
        held, difference = now.get(each.path), number_of(each.before) - number_of(each.after)
        if each.path not in kinds[change.address.kind].sold:
            continue
        rewritten = wrote.later.of(change.address, each.path)
        if rewritten is not None and not rewritten.takes_back:
            say(left_alone(each, held, rewritten))
            continue
        if (rewritten is not None and rewritten.is_sure) or not isinstance(held, int) or not difference:
            continue  # what a rollback of the run took out is out: of a quantity no value can tell
        counted = wrote.later.counted_into(change.address, each.path)
        since = f", and run {counted.run} {counted.did} since" if counted is not None else ""
        is_as_asked = held == each.after and counted is None
        if not is_as_asked and rewritten is not None and rewritten.fate == "unknown":
            why = f"run {rewritten.run} asked for it to go back, and nobody heard an answer{since}"
            say(_uncertain(each, held, why))
        elif not is_as_asked and change.address in wrote.in_doubt:
            if held != each.before or counted is not None:
                say(_uncertain(each, held, f"nobody heard an answer to that{since}"))
        else:
            yield each.path, held, held + difference


def _uncertain(change: FieldChange, held: int, why: str) -> str:
    asked = f"{change.path} was {shown(change.before)}, the run asked for {shown(change.after)}, {why}"
    return f"{asked}; the store holds {held}; left alone: count it, and set it by hand"


class Counters:
    """What counts against what among the adjustments of a group, and how one more is taken back."""

    def __init__(self, held: Mapping[Address, Resource], kinds: KindSet) -> None:
        self._held = held
        self._kinds = kinds
        self._of: dict[Address, list[Address]] = {}
        for at in held:
            counting = kinds[at.kind].counting
            countered = counting.countered(at) if counting is not None else None
            if countered is not None:
                self._of.setdefault(countered, []).append(at)

    def back(
        self, made: Change, wrote: Written, counting: Counting, say: Callable[[str], None]
    ) -> Iterator[tuple[Address, Resource]]:
        """Yield what counts against something that a run counted; nothing, where it is out, or not to be taken out."""
        resource = self._kinds[made.address.kind].resource.model_validate(after(made))
        quantity, path, by = counting.counts(made.address, resource)
        rewritten = wrote.later.stands(quantity, path)
        if rewritten is not None:
            say(f"the run counted {by:+d}, and run {rewritten.run} {rewritten.did} since; left alone")
        elif made.address in self._held:
            last = self._last_in_force(made.address, resource)
            if last is not None:
                yield counting.counter(*last, wrote.begun.run)
        elif made.address in wrote.in_doubt:
            say(
                f"nobody knows whether the run counted {by:+d}, it broke off before that was recorded; left alone: "
                "apply its plan once more within a day, which counts nothing twice, and roll back again"
            )

    def _last_in_force(self, at: Address, resource: Resource) -> tuple[Address, Resource] | None:
        """Return what has to be countered for something to be out: what countered its counter, once it had one."""
        counters = self._of.get(at, [])
        if not counters:
            return at, resource
        if any(map(self._is_in_force, counters)):
            return None
        against = next(each for each in self._of[counters[-1]] if self._is_in_force(each))
        return self._last_in_force(against, self._held[against])

    def _is_in_force(self, at: Address) -> bool:
        return not any(map(self._is_in_force, self._of.get(at, ())))


def counted_by(things: Iterable[tuple[Address, Fields]], kinds: KindSet) -> dict[Address, dict[str, int]]:
    """Return quantity → field → by how much these things change it together; most things change none."""
    found: dict[Address, dict[str, int]] = {}
    for address, fields in things:
        kind = kinds[address.kind]
        if kind.counting is not None:
            quantity, path, by = kind.counting.counts(address, kind.resource.model_validate(fields))
            counted = found.setdefault(quantity, {})
            counted[path] = counted.get(path, 0) + by
    return found
