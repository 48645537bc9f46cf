"""Members: which products automatic collections take in and let go, because a product changes or the conditions do.

Collections are compiled once. A product that changes is held against those alone that look at something that changes;
only collections whose own conditions change meet every product, as the products stream past, so that no product is
kept. What a changed product comes to is worked out once the plan is known, and counts instead. In either case a
product is held against those alone that may have it (see ``finding``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar

from reconciler.effects.finding import Index
from reconciler.effects.sorting import Sorting, is_of_variant, sorting
from reconciler.effects.subject import Knowledge, Subject, subject_of, subjects
from reconciler.effects.touching import EVERYTHING, VARIANTS, touched
from reconciler.model.address import Address
from reconciler.model.automatic import Automatic
from reconciler.model.effect import CollectionName, Effect, MembersMoved, Unforeseen
from reconciler.model.facts import GroupFacts
from reconciler.model.resource import Resource

CONDITIONS: Final = "conditions"
_Fate: TypeAlias = str
_Key = TypeVar("_Key", Address, str)
_JOINS: Final = "joins"
_LEAVES: Final = "leaves"
_UNSURE: Final = "unsure"


@dataclass(frozen=True, slots=True)
class Redefined:
    """A collection whose conditions git would change: as it is, and as it would be. None: it is to be made."""

    before: Automatic | None
    after: Automatic


@dataclass(slots=True)
class _Tally:
    """What becomes of the products of one collection."""

    fates: dict[Address, _Fate] = field(default_factory=dict)
    others: dict[str, _Fate] = field(default_factory=dict)
    """By their ids: what is not ours."""
    because: set[str] = field(default_factory=set)
    doubts: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Shelf:
    """A collection before and after."""

    before: Sorting | None
    after: Sorting
    would_change: bool = False
    tally: _Tally = field(default_factory=_Tally)

    @property
    def sides(self) -> tuple[Automatic, ...]:
        """The collection as it is, if it is, and as it will be."""
        return tuple(each.automatic for each in (self.before, self.after) if each is not None)

    def fate(self, before: Subject | None, after: Subject | None) -> _Fate | None:
        """Return what becomes of a product; None where nothing does."""
        was = self.before.has(before) if self.before is not None and before is not None else False
        will = self.after.has(after) if after is not None else False
        if was is None or will is None:
            return _UNSURE
        return None if was == will else _JOINS if will else _LEAVES

    def note(self, fates: dict[_Key, _Fate], name: _Key, product: Subject) -> None:
        """Write down what becomes of a product that does not change itself."""
        fate = self.fate(product, product)
        if fate is not None:
            fates[name] = fate
        if fate == _UNSURE:
            self.tally.doubts.update(self.doubts(product))

    def doubts(self, *products: Subject | None) -> Iterator[str]:
        """Yield why nobody can say what becomes of a product."""
        for each in products:
            for side in (self.before, self.after):
                yield from side.doubts(each) if side is not None and each is not None else ()


class Members:
    """The automatic collections of a store, and what a plan does to them.

    ``live``: as they are. ``changes``: those that git would change. ``read``: kinds that are read of products.
    """

    def __init__(
        self, live: Iterable[Automatic], changes: Sequence[Redefined], *, currency: str, read: Iterable[str]
    ) -> None:
        self._read = frozenset(read)
        changing = {id(each.before) for each in changes if each.before is not None}
        self._shelves: list[_Shelf] = []
        for automatic in live:
            if id(automatic) not in changing:
                ready = sorting(automatic, currency)
                self._shelves.append(_Shelf(ready, ready))
        self._candidates = [
            _Shelf(
                sorting(each.before, currency) if each.before else None,
                sorting(each.after, currency),
                would_change=True,
            )
            for each in changes
        ]
        self._candidates_of = Index([shelf.sides for shelf in self._candidates])

    @property
    def are_redefined(self) -> bool:
        """Whether git would change the conditions of some, so that every product is held against them."""
        return bool(self._candidates)

    def meet(self, root: Address, resources: Mapping[Address, Resource]) -> None:
        """Look at a product of ours that is in the store."""
        if self._candidates:
            subject = subject_of(root, resources, Knowledge(self._read))
            for place in self._candidates_of.places(subject):
                shelf = self._candidates[place]
                shelf.note(shelf.tally.fates, root, subject)

    def meet_other(self, product_id: str, resource: Resource) -> None:
        """Look at a product that is not ours, without what hangs on it."""
        if self._candidates:
            product = Address("product", product_id)
            subject = subject_of(product, {product: resource}, Knowledge(()))
            for place in self._candidates_of.places(subject):
                shelf = self._candidates[place]
                shelf.note(shelf.tally.others, product_id, subject)

    def forget_other(self, product_id: str) -> None:
        """Leave out what was met as somebody else's."""
        for shelf in self._candidates:
            shelf.tally.others.pop(product_id, None)

    def effects(self, groups: Sequence[GroupFacts]) -> Iterator[Effect]:
        """Yield what the changed groups of a plan do; once, after every product was met."""
        written = {
            facts.root for facts in groups if any(each.path == CONDITIONS for c in facts.changes for each in c.fields)
        }
        for shelf in self._candidates:
            if shelf.after.automatic.address not in written and shelf.before is not None:
                self._shelves.append(_Shelf(shelf.before, shelf.before))
        unchanged = _Unchanged(self._shelves)
        changing = {
            place: shelf for place, shelf in enumerate(self._candidates) if shelf.after.automatic.address in written
        }
        for facts in groups:
            self._see(facts, unchanged, changing)
        gone = {facts.root for facts in groups if facts.root not in facts.after}
        for shelf in sorted((*self._shelves, *changing.values()), key=_order):
            if shelf.after.automatic.address not in gone:
                yield from _told(shelf)

    def _see(self, facts: GroupFacts, unchanged: "_Unchanged", changing: Mapping[int, _Shelf]) -> None:
        told = touched(facts)
        if not unchanged.some_look_at(told) and not (changing and facts.root.kind == "product"):
            return
        before, after = subjects(facts, self._read)
        for shelf in changing.values():
            shelf.tally.fates.pop(facts.root, None)  # as it was met before the plan was known
        meets = [changing[place] for place in self._candidates_of.places(before, after) if place in changing]
        for shelf in (*unchanged.looking_at(told, before, after), *meets):
            fate = shelf.fate(before, after) if after is not None else None
            if fate is not None:
                shelf.tally.fates[facts.root] = fate
                shelf.tally.because |= told & (shelf.after.reads or frozenset())
            if fate == _UNSURE:
                shelf.tally.doubts.update(shelf.doubts(before, after))


class _Unchanged:
    """The collections whose conditions stay, by what they look at and what they may have."""

    def __init__(self, shelves: Sequence[_Shelf]) -> None:
        self._shelves = shelves
        self._index = Index([shelf.sides for shelf in shelves])
        self._seen_by = [_looks_at(shelf) for shelf in shelves]
        self._seen = frozenset(name for names in self._seen_by for name in names)

    def some_look_at(self, told: frozenset[str]) -> bool:
        """Return whether one at least looks at something of this."""
        return bool(told and self._shelves and (EVERYTHING in told | self._seen or told & self._seen))

    def looking_at(self, told: frozenset[str], *products: Subject | None) -> list[_Shelf]:
        """Return the collections that look at something of this, and may have one of the products."""
        if not self.some_look_at(told):
            return []
        return [
            self._shelves[place]
            for place in self._index.places(*products)
            if EVERYTHING in told | self._seen_by[place] or told & self._seen_by[place]
        ]


def _looks_at(shelf: _Shelf) -> frozenset[str]:
    """Return the subjects that a collection looks at; ``everything`` where nobody knows."""
    names = frozenset({EVERYTHING}) if shelf.after.reads is None else shelf.after.reads
    return names | {VARIANTS} if any(map(is_of_variant, names)) else names


def _order(shelf: _Shelf) -> tuple[str, str]:
    automatic = shelf.after.automatic
    return (automatic.title, automatic.id or "")


def _told(shelf: _Shelf) -> Iterator[Effect]:
    """Yield what there is to say of one collection."""
    automatic, tally = shelf.after.automatic, shelf.tally
    name = CollectionName(automatic.title, automatic.address, automatic.id)
    fates = {
        fate: tuple(sorted(root for root, own in tally.fates.items() if own == fate))
        for fate in (_JOINS, _LEAVES, _UNSURE)
    }
    joining, leaving, unsure = (list(tally.others.values()).count(fate) for fate in (_JOINS, _LEAVES, _UNSURE))
    because = (CONDITIONS,) if shelf.would_change else tuple(sorted(tally.because))
    if fates[_JOINS] or fates[_LEAVES] or joining or leaving:
        yield MembersMoved(name, fates[_JOINS], fates[_LEAVES], joining, leaving, because)
    if fates[_UNSURE] or unsure:
        yield Unforeseen(name, tuple(sorted(tally.doubts)), fates[_UNSURE], unsure)
