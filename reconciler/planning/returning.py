"""Returning: what a run removed of one group, and what went along with it, on its way back. Pure.

It is made again as it was, as far as the store can bear it. Orders come last, when it is known which members are there.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial

from reconciler.model.address import Address
from reconciler.model.change import Change, Update
from reconciler.model.kind import KindSet, as_read
from reconciler.model.state import Live
from reconciler.planning.ground import Ground
from reconciler.planning.later import WHOLE
from reconciler.planning.named_now import made_again
from reconciler.planning.places_again import Places, places_again
from reconciler.planning.precondition import values_by_path
from reconciler.planning.quantities_back import counted_again, number_of
from reconciler.planning.written import Fields, Written


@dataclass(frozen=True, slots=True)
class Sayings:
    """What a person should hear of one group."""

    notes: list[str] = field(default_factory=list)

    def say(self, address: Address, text: str) -> None:
        """Note a sentence about an address."""
        self.notes.append(f"{address}: {text}")

    def about(self, address: Address) -> Callable[[str], None]:
        """Return what notes sentences about an address."""
        return lambda text: self.say(address, text)

    def lost(self, address: Address, text: str) -> None:
        """Note that something cannot come back. ``text``: what follows its address."""
        self.notes.append(f"cannot come back: {address}{text}")


@dataclass(frozen=True, slots=True)
class SoFar:
    """What became of things in all groups that were taken back so far."""

    made: set[Address] = field(default_factory=set)
    """What the rollback makes."""


class Returning:
    """One group, as far as something of it was removed. ``going``: what the rollback takes away of it, by and by."""

    def __init__(  # noqa: PLR0917  the whole situation of one group
        self, root: Address, live: Live, written: Written, ground: Ground, kinds: KindSet, so_far: SoFar
    ) -> None:
        self.said = Sayings()
        self._root = root
        self._live = live
        self._written = written
        self._ground = ground
        self._kinds = kinds
        self._so_far = so_far

    def went_along(self, address: Address) -> bool:
        """Whether something that went with what the run removed comes back with it."""
        named, parent = self._kinds.named_root(address), self._kinds.parent_of(address)
        return not self._kinds[address.kind].is_order and (parent in self._so_far.made or named in self._so_far.made)

    def restored(self, address: Address, before: Fields) -> Iterator[Change]:
        """Yield the making of what the run removed, as it was."""
        kind, parent = self._kinds[address.kind], self._kinds.parent_of(address)
        if address in self._live.resources:
            values = self._live.resources[address].spelled()
            differs = [path for path, value in before.items() if values.get(path) != value]
            if differs:
                self.said.notes.append(
                    f"{address} is in the store again, with another {', '.join(differs)}; left alone"
                )
            return
        later = self._written.later.stands(address, WHOLE)
        if later is not None:
            self.said.say(address, f"run {later.run} {later.did} since; to have it again, take that run back")
            return
        told = {path: value for path, value in before.items() if value is not None and path not in kind.told}
        fields = {**told, **self._ground.sources.get(address, {})}
        obstacle = self._obstacle(address, parent, fields)
        if obstacle is not None:
            self.said.lost(address, f": {obstacle}")
            return
        for path in kind.sold & fields.keys():
            fields[path] = number_of(fields[path]) - counted_again(address, path, self._written.held, self._kinds)
        self._so_far.made.add(address)
        yield made_again(address, fields)

    def _obstacle(self, address: Address, parent: Address | None, fields: Fields) -> str | None:
        kind = self._kinds[address.kind]
        if address in self._ground.taken:
            return f"its {kind.alias} belongs to {self._ground.taken[address]} now"
        if parent is not None and parent not in self._live.resources and parent not in self._so_far.made:
            return f"{parent} is not in the store"
        if address in self._ground.astray:
            return f"{self._ground.astray[address]}, and roll back again before this is applied"
        lacking = sorted(kind.needed - fields.keys())
        if lacking:
            return f"nothing is known of its {', '.join(lacking)}"
        if self.lacks_neighbour(address, fields):
            return "what it names is not in the store"
        return None

    def lacks_neighbour(self, address: Address, fields: Fields) -> bool:
        """Whether a value names a neighbour that will not be there: the image of a variant."""
        kind = self._kinds[address.kind]
        if kind.resolve is as_read or self._kinds[address.kind].is_order:
            return False
        named = {Address(beside, f"{self._root.key}/{key}") for beside in kind.after for key in fields.values() if key}
        return bool(named) and named.isdisjoint(self._live.resources.keys() | self._so_far.made)

    def orders(self, going: Collection[Address]) -> Iterator[Change]:
        """Yield the orders that members had, now that those that went come back."""
        for address in dict.fromkeys(
            at for at in (*self._written.changes, *self._written.held) if self._kinds[at.kind].is_order
        ):
            kind, parent = self._kinds[address.kind], self._kinds.parent_of(address)
            if parent is None or not (parent in self._so_far.made or kind.arranges(self._live.resources.get(parent))):
                continue
            made, gone = (
                frozenset(at.key.partition("/")[2] for at in members if at.kind in kind.after)
                for members in (self._so_far.made, going)
            )
            later = partial(self._written.later.stands, address)
            places = Places(self._written.changes.get(address), self._written.held.get(address), made, gone, later)
            now = self._live.resources.get(address)
            fields = tuple(
                places_again(places, values_by_path(now) if now is not None else {}, self.said.about(address))
            )
            if fields and now is not None:
                yield Update(address, self._live.ids[address], fields)
            elif fields:
                yield made_again(address, {each.path: each.after for each in fields})
