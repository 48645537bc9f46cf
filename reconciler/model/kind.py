"""Kind: what a family of resources is. Kinds form groups: a root (a product) with everything that hangs on it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.model.address import Address
from reconciler.model.directory import PlaceKind
from reconciler.model.json import Json
from reconciler.model.ownership import Ownership
from reconciler.model.resource import Resource
from reconciler.model.state import Found

Match: TypeAlias = "Callable[[Address, Mapping[Address, Resource], Sequence[Found]], Mapping[Address, Found]]"
"""Names the live children of one parent: which of them is which wanted address, and what the others are called."""


def by_mark(parent: Address, wanted: Mapping[Address, Resource], found: Sequence[Found]) -> Mapping[Address, Found]:
    """Name children by the key that each carries. Raises ValueError when one carries none."""
    del wanted
    named = {}
    for child in found:
        if child.mark is None:
            message = f"{child.id} below {parent} carries no key"
            raise ValueError(message)
        named[Address(child.kind, f"{parent.key}/{child.mark}")] = child
    return named


def as_facet(parent: Address, wanted: Mapping[Address, Resource], found: Sequence[Found]) -> Mapping[Address, Found]:
    """Name what a parent has at most one of: it goes by the parent's key."""
    del wanted
    return {Address(child.kind, parent.key): child for child in found}


def never_blank(resource: Resource) -> bool:
    """Return that whatever is there was put there by somebody."""
    del resource
    return False


Resolve: TypeAlias = "Callable[[Resource, Mapping[str, Address]], Resource]"
"""A live resource, and the addresses of its group by id → the resource that names its neighbours as git does."""


def as_read(resource: Resource, addresses: Mapping[str, Address]) -> Resource:
    """Return a resource that refers to nothing."""
    del addresses
    return resource


Accommodate: TypeAlias = "Callable[[Resource, Sequence[Resource]], Resource]"
"""A desired root and its children as they will be → the root that can hold them all."""


def as_desired(root: Resource, children: Sequence[Resource]) -> Resource:
    """Return the root as git asks for it, whatever hangs on it."""
    del children
    return root


NamedIn: TypeAlias = "Callable[[Resource, Sequence[Resource]], Resource]"
"""A live root, and what git says or said of it → the live one without what it holds only for other members."""


def all_of_it(held: Resource, named: Sequence[Resource]) -> Resource:
    """Return the live root as it is: it holds nothing for its members."""
    del named
    return held


Remark: TypeAlias = "Callable[[Resource, Resource | None, Resource | None], str | None]"
"""A desired child, what is live in its place, and its parent as it will be → what a reviewer should hear about it."""


def no_remark(asked: Resource, held: Resource | None, parent: Resource | None) -> str | None:
    """Return that there is nothing to say."""
    del asked, held, parent
    return None


Seen: TypeAlias = "Callable[[Resource, Resource], Resource]"
"""A desired resource, and the live one → the live one as far as the desired one speaks of it."""


def as_held(asked: Resource, held: Resource) -> Resource:
    """Return the live resource as it is."""
    del asked
    return held


def nothing_hinders(asked: Resource, held: Resource) -> str | None:
    """Return that whatever differs can be written."""
    del asked, held
    return None


Fits: TypeAlias = "Callable[[Resource, Resource | None, Sequence[Resource]], str | None]"
"""A desired child, what is live in its place, and others of its kind that stay → why it cannot be beside them."""


def fits_beside_any(asked: Resource, held: Resource | None, staying: Sequence[Resource]) -> str | None:
    """Return that it can be beside any others."""
    del asked, held, staying
    return None


def always_arranged(parent: Resource | None) -> bool:
    """Return that the order can be written, whatever it hangs on."""
    del parent
    return True


@dataclass(frozen=True, slots=True)
class Pointing:
    """How values of a kind name objects of other groups: by address in files, by id in a store."""

    targets: Callable[[Resource], frozenset[Address]]
    """The addresses that a resource names; those that it names by id already are not among them."""
    with_ids: Callable[[Resource, Mapping[Address, str]], Resource]
    """The resource with ids in place of the addresses that have one."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How a kind counts: what it makes changes a quantity for good, and only its counterpart takes it back."""

    counts: Callable[[Address, Resource], tuple[Address, str, int]]
    """The address and the field of the quantity that a resource changes, and by how much."""
    counter: Callable[[Address, Resource, str], tuple[Address, Resource]]
    """The counterpart of a resource that a run made: its address, which tells the run, and what it is."""
    countered: Callable[[Address], Address | None]
    """What an address is the counterpart of; None for one that is of nothing."""


ANYTHING: Collection[Json] | None = None
"""For ``Kind.fills``: whatever the store likes."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A family of resources: its fields, where it hangs, and how it may end."""

    name: str
    resource: type[Resource]
    parent: str | None = None
    after: tuple[str, ...] = ()
    """Kinds whose changes come first, besides the parent."""
    alias: str | None = None
    """The field by which an object without our mark is recognised, and may be adopted: a product's handle."""
    retire: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    """Way of removing → the fields that say so; a way that is not named here deletes."""
    match: Match = by_mark
    needed: frozenset[str] = frozenset()
    """Fields without which nothing is made."""
    needed_children: frozenset[str] = frozenset()
    """Kinds of which a root has at least one when it is made."""
    accommodate: Accommodate = as_desired
    accommodated: frozenset[str] = frozenset()
    """The fields that it fits."""
    named_in: NamedIn = all_of_it
    mergeable: frozenset[str] = frozenset()
    """Fields that are sets: our members can be kept there, and other people's left alone."""
    listed: str | None = None
    """Of a root: the file of ``catalog/`` that lists resources of this kind as they are: redirects, metafields."""
    removable: bool = True
    """False: what git does not ask for is left alone."""
    claimed_by_root: bool = True
    """Of a child: whoever asks for its root gives the whole set. False: only where the file gives the set."""
    members: Ownership = "enforce"
    """Of a child: whether members that git does not name go (enforce) or stay (merge), when the store does not say."""
    leaves_with: frozenset[str] = frozenset()
    """Of a child: ways of retiring the root that remove it, although the root stays."""
    refers_to: PlaceKind | None = None
    """Of a child whose key is the name of a place: the mark that it is read with is the place's id.

    More of its own may follow the place, after a colon and a space.
    """
    own_id: bool = True
    """False: it goes by the id of something else, such as the product that is in a collection, or by one made up.

    Of what the object of that id has, nothing goes with it.
    """
    names_root: str | None = None
    """Of a child whose key is the key of a root of another kind: a product in a collection."""
    along: Mapping[str, str | None] = field(default_factory=dict)
    """Field that a store does not give back → the field whose change takes it along; None: only its creation does."""
    told: frozenset[str] = frozenset()
    """Fields that only a store says: git cannot ask for them."""
    sold: frozenset[str] = frozenset()
    """Fields that customers move by buying: where git did not change one, what they did is not undone, nor drift."""
    known_by: frozenset[str] = frozenset()
    """Fields by which people know it: where they changed since the plan, it is not what the plan meant any more."""
    resolve: Resolve = as_read
    seen: Seen = as_held
    """What of a live one is compared: an order of ours among the products of others is that of ours alone."""
    is_blank: Callable[[Resource], bool] = never_blank
    """Whether a live one is what a store makes by itself, with nothing in it: a stock level of 0."""
    remark: Remark = no_remark
    """Of a child: a sentence about it for a note of the plan, which names it before the sentence."""
    standing: Mapping[Address, Resource] = field(default_factory=dict)
    """What every store needs, whatever the catalog says."""
    stands_for: Mapping[Address, str] = field(default_factory=dict)
    """Standing address → the kind of root that needs it: where the catalog asks for none, it is not needed."""
    hinders: Callable[[Resource, Resource], str | None] = nothing_hinders
    """What git asks for, and what the store holds → why the store will never hold that, if it will not."""
    fits: Fits = fits_beside_any
    """Of a child: what keeps it from being written while others of its kind stay, which git does not name."""
    defined_by: Callable[[Address], Address] | None = None
    """Of a value: the address of its definition, which comes first where a plan makes both."""
    pointing: Pointing | None = None
    """Of a value that may name objects of other groups."""
    fills: Mapping[str, Collection[Json] | None] = field(default_factory=dict)
    """Field that nobody asked for → the values that a store gives a new one by itself, besides none at all.

    Any other value is somebody's work, and lost with the object.
    """
    named_after_shop: frozenset[str] = frozenset()
    """Fields that nobody asked for, and that a store fills with its own name."""
    counting: Counting | None = None
    arranges: Callable[[Resource | None], bool] = always_arranged
    """Of an order: whether what it hangs on is arranged by hand at all, so that it can be written."""
    stays: bool = False
    """Once made it stays: the API has no way to take it back, or it would take too much along."""

    @property
    def is_order(self) -> bool:
        """Whether it is the order of others: of a live one only what is ours is compared."""
        return self.seen is not as_held


class KindSet:
    """The kinds of an engine, parents before children."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._parents = frozenset(kind.parent for kind in kinds)
        self._roots = {kind.name: self._climbed(kind) for kind in kinds}
        self._in_line = tuple(self._in_order(kinds))
        self._order = {kind.name: position for position, kind in enumerate(self._in_line)}
        self._children = {
            root: tuple(kind for kind in self._in_line if kind.name != root and self._roots[kind.name] == root)
            for root in self._roots
        }

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._in_line)

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def position(self, name: str) -> int:
        """Return the rank of a kind: what comes first in a plan has the lower one."""
        return self._order[name]

    def has_children(self, name: str) -> bool:
        """Return whether anything hangs on things of this kind."""
        return name in self._parents

    def roots(self) -> tuple[Kind, ...]:
        """Return the kinds that groups are named after, in order."""
        return tuple(kind for kind in self if kind.parent is None)

    def children(self, root: str) -> tuple[Kind, ...]:
        """Return the kinds that hang on a root, at any depth, in order."""
        return self._children[root]

    def parent_of(self, address: Address) -> Address | None:
        """Return the address that this one hangs on; None for a root.

        Only what hangs on a root itself may have a slash in its own part of the key.
        """
        kind = self._kinds[address.kind]
        if kind.parent is None:
            return None
        if kind.match is as_facet:
            return Address(kind.parent, address.key)
        if self._kinds[kind.parent].parent is None:
            return Address(kind.parent, address.root_key)
        return Address(kind.parent, address.key.rpartition("/")[0])

    def above(self, address: Address) -> Iterator[Address]:
        """Yield what an address hangs on, the nearest first."""
        at = self.parent_of(address)
        while at is not None:
            yield at
            at = self.parent_of(at)

    def families(self, addresses: Iterable[Address]) -> dict[Address, list[Address]]:
        """Return each address with those that hang on it, in the order given; also under one that is not given."""
        found: dict[Address, list[Address]] = {}
        for address in addresses:
            for at in (address, *self.above(address)):
                found.setdefault(at, []).append(address)
        return found

    def named_root(self, address: Address) -> Address | None:
        """Return the root of another kind whose key an address ends in: the product of a membership."""
        name = self._kinds[address.kind].names_root
        return Address(name, address.key.partition("/")[2]) if name is not None else None

    def around(self, address: Address) -> Iterator[Address]:
        """Yield what an address goes with: what it hangs on, and the root of another kind that it names."""
        yield from self.above(address)
        named = self.named_root(address)
        if named is not None:
            yield named

    def with_parents(self, names: Iterable[str]) -> frozenset[str]:
        """Return the kinds with everything that they hang on or refer to, and what always comes with that."""
        found = set(names)
        for name in tuple(found):
            found |= {kind for kind in self._kinds[name].after if self.root(kind) == self.root(name)}
        for name in tuple(found):
            while (parent := self._kinds[name].parent) is not None:
                found.add(parent)
                name = parent  # noqa: PLW2901  climbing
        always = (kind for kind in self if kind.parent is not None and kind.claimed_by_root)
        return frozenset(found | {kind.name for kind in always if kind.parent in found})

    def root(self, name: str) -> str:
        """Return the kind that the group of this kind is named after."""
        return self._roots[name]

    def root_of(self, address: Address) -> Address:
        """Return the address of the group that an address belongs to."""
        kind = self._roots[address.kind]
        return address if kind == address.kind else Address(kind, address.key.partition("/")[0])

    def sort_key(self, address: Address) -> tuple[int, str, int, str]:
        """Return the place of an address in a plan: by group, parents before children, then by key."""
        root = self.root_of(address)
        return (self.position(root.kind), root.key, self.position(address.kind), address.key)

    def _climbed(self, kind: Kind) -> str:
        return kind.name if kind.parent is None else self._climbed(self._kinds[kind.parent])

    def _in_order(self, kinds: Sequence[Kind]) -> Iterator[Kind]:
        placed: set[str] = set()
        waiting = list(kinds)
        named = {self.root(kind.name): kind.names_root for kind in kinds if kind.names_root is not None}
        while waiting:
            ready = [
                kind for kind in waiting if {*kind.after, *filter(None, (kind.parent, named.get(kind.name)))} <= placed
            ]
            if not ready:
                message = f"kinds wait for each other: {', '.join(kind.name for kind in waiting)}"
                raise ValueError(message)
            yield ready[0]
            placed.add(ready[0].name)
            waiting.remove(ready[0])
