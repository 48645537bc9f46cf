"""Is what a run made still as the run left it? If so it may go again, and nobody loses anything.

A field that the run did not write counts as untouched only where it is empty, or as a store makes it by itself: who
wrote any other value is not known, so it is taken for somebody's work.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, after
from reconciler.model.json import Json
from reconciler.model.kind import Kind, KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Live
from reconciler.planning.later import WHOLE, Later, countered
from reconciler.planning.neighbours import neighbours
from reconciler.planning.precondition import shown, values_by_path
from reconciler.planning.quantities_back import counted_by


class AsMade:
    """What a run made of one group, beside what the store holds of it.

    ``going``: what a plan to take the run back deletes, as far as a part of that may have been done already.
    """

    def __init__(
        self,
        changes: Mapping[Address, Change],
        live: Live,
        kinds: KindSet,
        shop_name: str,
        later: Later,
        *,
        going: Collection[Address] = frozenset(),
    ) -> None:
        self._changes = changes
        self._later = later
        self._going = going
        self._live = live
        self._kinds = kinds
        self._shop_name = shop_name
        self._made = kinds.families(at for at, change in changes.items() if isinstance(change, Create))
        self._held = kinds.families(live.resources)
        made = ((at, after(change)) for at, change in changes.items() if isinstance(change, Create))
        self._counted = counted_by(made, kinds)
        self._balanced = frozenset(self._counted_and_out())
        self._named_by: dict[Address, list[Address]] = {}
        for at, held in live.resources.items():
            for named in neighbours(at, held.spelled(), kinds):
                self._named_by.setdefault(named, []).append(at)

    def held(self, address: Address) -> Sequence[Address]:
        """Return what the store holds of an address and of what hangs on it, at any depth."""
        return self._held.get(address, ())

    def touches(self, address: Address) -> Iterator[str]:
        """Yield what others did to something that the run made, and to what hangs on it; nothing, if nobody did."""
        for at in self._made.get(address, ()):
            kind = self._kinds[at.kind]
            is_missed = at not in self._live.resources and not kind.is_order and not kind.sold
            if is_missed and not self._went_with_another(at):
                yield f"{at} is not there any more"
        for at in self.held(address):
            kind, held = self._kinds[at.kind], self._live.resources[at]
            made = self._changes.get(at)
            if isinstance(made, Create):
                yield from _differences(self._with_counted(made), held, kind, self._shop_name)
            elif kind.is_order or kind.is_blank(held):
                continue  # an order comes with its members; a store makes blank ones by itself
            elif at in self._balanced:
                continue
            elif held.spelled() != self._counted.get(at, {}):
                yield f"{at} is there now, and the run did not make it"

        for at in self._named_by.get(address, ()):
            change = self._changes.get(at)
            if change is None or address not in neighbours(at, after(change), self._kinds):
                yield f"{at} names it now, and not because of the run"

    def _counted_and_out(self) -> Iterator[Address]:
        """Yield what others counted, with what counts against it, where that comes to 0 and no run stands by it."""
        together: dict[Address, list[tuple[Address, int]]] = {}
        for at, held in self._live.resources.items():
            counting = self._kinds[at.kind].counting
            if counting is not None:
                first = [at, *countered(at, self._kinds)][-1]
                together.setdefault(first, []).append((at, counting.counts(at, held)[2]))
        for counts in together.values():
            is_of_others = all(at not in self._changes and at not in self._later.by_address for at, _ in counts)
            if is_of_others and len(counts) > 1 and sum(by for _, by in counts) == 0:
                yield from (at for at, _ in counts)

    def _went_with_another(self, address: Address) -> bool:
        """Whether what the run made went because a rollback took what it names: a variant's image, a member."""
        root = self._kinds.named_root(address)
        named = {
            *neighbours(address, after(self._changes[address]), self._kinds),
            *([root] if root is not None else []),
        }
        return any(at not in self._live.resources and (at in self._going or self._went_before(at)) for at in named)

    def _went_before(self, address: Address) -> bool:
        """Whether an earlier rollback of the run took it away, or may have."""
        gone = self._later.of(address, WHOLE)
        return gone is not None and gone.takes_back and gone.fate != "undone"

    def _with_counted(self, made: Create) -> Create:
        """Return a quantity that the run made with what the run itself counted into it afterwards."""
        counted = self._counted.get(made.address, {})
        fields = (
            replace(each, after=each.after + counted[each.path])
            if each.path in counted and isinstance(each.after, int)
            else each
            for each in made.fields
        )
        return replace(made, fields=tuple(fields))


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
