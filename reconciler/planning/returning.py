"""Returning: what a run removed of one group, and what went along with it, on its way back. Pure.

It is made again as it was, as far as the store can bear it; orders come last, when it is known which members are there.
An earlier rollback of the run may have done a part of that: what it left undone is still to come, and what it brought
and somebody took away since is that somebody's doing.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial

from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, Remove, Update, deletes
from reconciler.model.kind import KindSet
from reconciler.model.state import Live
from reconciler.planning.ground import Ground
from reconciler.planning.later import WHOLE, Rewritten
from reconciler.planning.named_now import made_again
from reconciler.planning.neighbours import neighbours
from reconciler.planning.places_again import Places, places_again
from reconciler.planning.precondition import values_by_path
from reconciler.planning.quantities_back import counted_by, differences_back, number_of
from reconciler.planning.written import Fields, Written


@dataclass(frozen=True, slots=True)
class Sayings:
    """What a person should hear of one group."""

    notes: list[str] = field(default_factory=list)
    lost: list[Address] = field(default_factory=list)
    """What cannot come back; the notes say why."""

    def say(self, address: Address, text: str) -> None:
        """Note a sentence about an address."""
        self.notes.append(f"{address}: {text}")

    def about(self, address: Address) -> Callable[[str], None]:
        """Return what notes sentences about an address."""
        return lambda text: self.say(address, text)

    def cannot_return(self, address: Address, text: str) -> None:
        """Note that something cannot come back. ``text``: what follows its address."""
        self.lost.append(address)
        self.notes.append(f"cannot come back: {address}{text}")


@dataclass(frozen=True, slots=True)
class SoFar:
    """What became of things in all groups that were taken back so far."""

    made: set[Address] = field(default_factory=set)
    """What the rollback makes."""
    again: set[Address] = field(default_factory=set)
    """What the run removed and the store has again, as another object: whoever made it."""
    away: set[Address] = field(default_factory=set)
    """What came back once, and somebody took away since: it stays away, with all that hung on it."""


class Returning:
    """One group, as far as something of it was removed."""

    def __init__(  # noqa: PLR0917  private to its package; the whole situation of one group
        self, root: Address, live: Live, written: Written, ground: Ground, kinds: KindSet, so_far: SoFar
    ) -> None:
        self.said = Sayings()
        self._root = root
        self._live = live
        self._written = written
        self._later = written.later
        self._ground = ground
        self._kinds = kinds
        self._so_far = so_far
        self._made_here: set[Address] = set()
        removed = {
            at: {each.path: each.before for each in change.fields}
            for at, change in written.changes.items()
            if deletes(change)
        }
        went = {**removed, **written.held}.items()
        self._recounted = counted_by(((at, fields) for at, fields in went if at not in live.resources), kinds)
        """What comes back and changes a quantity again: so much less is put there before."""
        for address, change in written.changes.items():
            if (
                isinstance(change, Remove)
                and deletes(change)
                and address in live.owned
                and live.ids[address] != change.id
            ):
                so_far.again.add(address)

    def went_along(self, address: Address) -> bool:
        """Whether something went with what the run removed, and that is there again, or comes back now."""
        made, again = self._so_far.made, self._so_far.again
        back = any(at in made or at in again for at in self._kinds.around(address))
        return back and not self._kinds[address.kind].is_order

    def restored(self, address: Address, before: Fields) -> Iterator[Change]:
        """Yield the making of what the run removed, as it was."""
        if not self._so_far.away.isdisjoint(self._kinds.around(address)):
            self._so_far.away.add(address)
            return
        if address in self._live.resources and not self._is_still_blank(address, before):
            if address in self._later.counted_out and address in self._written.changes:
                yield from self._counted_in(self._written.changes[address])
            else:
                self._compare(address, before)
            return
        if self._stays_away(address):
            return
        kind = self._kinds[address.kind]
        told = {path: value for path, value in before.items() if value is not None and path not in kind.told}
        fields = {**told, **self._ground.sources.get(address, {})}
        obstacle = self._obstacle(address, self._kinds.parent_of(address), fields)
        if obstacle is not None:
            self.said.cannot_return(address, f": {obstacle}")
            return
        fields |= {path: self._uncounted(address, path, fields) for path in kind.sold & fields.keys()}
        self._so_far.made.add(address)
        self._made_here.add(address)
        yield made_again(address, fields)

    def orders(self, going: Collection[Address]) -> Iterator[Change]:
        """Yield the orders that members had, now that those that went come back. ``going``: what is taken away."""
        known = dict.fromkeys((*self._written.changes, *self._written.held))
        for address in [at for at in known if self._kinds[at.kind].is_order]:
            kind, parent = self._kinds[address.kind], self._kinds.parent_of(address)
            if parent is None or not (parent in self._so_far.made or kind.arranges(self._live.resources.get(parent))):
                continue
            now = self._live.resources.get(address)
            values = values_by_path(now) if now is not None else {}
            fields = tuple(places_again(self._places(address, going), values, self.said.about(address)))
            if fields and now is not None:
                yield Update(address, self._live.ids[address], fields)
            elif fields:
                yield made_again(address, {each.path: each.after for each in fields})

    def lacks_neighbour(self, address: Address, fields: Fields) -> bool:
        """Whether a value names a neighbour that will not be there: the image of a variant."""
        named = neighbours(address, fields, self._kinds)
        return bool(named) and not any(at in self._live.resources or at in self._so_far.made for at in named)

    def _is_still_blank(self, address: Address, before: Fields) -> bool:
        """Whether the store made it empty below what an own rollback brought back, and nobody wrote it since."""
        kind, parent = self._kinds[address.kind], self._kinds.parent_of(address)
        if parent not in self._so_far.again or not kind.is_blank(self._live.resources[address]):
            return False
        maker = self._later.of(parent, WHOLE)
        untouched = maker is not None and maker.takes_back and address not in self._later.by_address
        return untouched and any(self._uncounted(address, path, before) for path in kind.sold & before.keys())

    def _counted_in(self, removed: Change) -> Iterator[Change]:
        """Yield what puts back the quantity that the run removed, where its place came back and that was taken out."""
        address = removed.address
        values = values_by_path(self._live.resources[address])
        differences = differences_back(removed, values, self._written, self._kinds, self.said.about(address))
        fields = tuple(FieldChange(path, now, then) for path, now, then in differences)
        if fields:
            yield Update(address, self._live.ids[address], fields)

    def _compare(self, address: Address, before: Fields) -> None:
        """Say what is other than it was of something that is in the store again."""
        kind, again = self._kinds[address.kind], self._later.brought_back(address, self._kinds)
        # What was brought back is sold from; of a quantity no value tells more.
        apart = kind.told | (kind.sold if again is not None and again.fate == "done" else frozenset())
        values = self._live.resources[address].spelled()
        differs = [path for path, value in before.items() if path not in apart and values.get(path) != value]
        if differs:
            self.said.notes.append(f"{address} is in the store again, with another {', '.join(differs)}; left alone")

    def _stays_away(self, address: Address) -> bool:
        """Return whether something does not come back because of what others did to it since; says what that was."""
        later = self._later.stands(address, WHOLE)
        if later is not None:
            self.said.say(address, f"run {later.run} {later.did} since; to have it again, take that run back")
            return True
        again = self._brought_before(address)
        if again is None or again.fate == "undone":
            return False
        if again.fate == "done":
            self.said.say(address, f"run {again.run} brought it back, and somebody took it away since; left alone")
            self._so_far.away.add(address)
            return True
        self.said.say(
            address,
            f"run {again.run} asked for it before, and what came of that is not known; it comes back now, "
            "also if somebody took it away since",
        )
        return False

    def _brought_before(self, address: Address) -> Rewritten | None:
        """Return the rollback that brought something back to what is there now; None where that is only made now."""
        if not self._so_far.made.isdisjoint(self._kinds.around(address)):
            return None
        return self._later.brought_back(address, self._kinds)

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

    def _uncounted(self, address: Address, path: str, fields: Fields) -> int:
        """Return a quantity without what comes back and changes it again."""
        return number_of(fields[path]) - self._recounted.get(address, {}).get(path, 0)

    def _places(self, order: Address, going: Collection[Address]) -> Places:
        made, gone = (self._members(order, among) for among in (self._made_here, going))
        change, held = self._written.changes.get(order), self._written.held.get(order)
        return Places(change, held, made, gone, self._returned(order), partial(self._later.stands, order))

    def _members(self, order: Address, among: Collection[Address]) -> frozenset[str]:
        """Return the keys of those that have their place in an order."""
        kind, parent = self._kinds[order.kind], self._kinds.parent_of(order)
        own = (at for at in among if at.kind in kind.after and self._kinds.parent_of(at) == parent)
        return frozenset(at.key.partition("/")[2] for at in own)

    def _returned(self, order: Address) -> frozenset[str]:
        """Return the members that an earlier rollback brought back, and that nobody gave their places since."""
        written = [*self._later.by_address.get(order, {}).values()][-1:]
        placed = [each for each in written if not each.takes_back or each.fate == "done"]
        since = placed[0].turn if placed else -1
        removed = (*(at for at, change in self._written.changes.items() if deletes(change)), *self._written.held)
        again = {at: self._later.brought_back(at, self._kinds) for at in removed if at in self._live.resources}
        return self._members(order, [at for at, each in again.items() if each is not None and each.turn > since])
