"""State: what git asks for (Desired) and what a store holds (Live), each for one group or for many."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.origin import Origin
from reconciler.model.ownership import Ownership
from reconciler.model.resource import Resource


def nowhere(address: Address, field_name: str) -> Origin | None:
    """Return that a value came from no file."""
    del address, field_name
    return None


def _refuses_nothing(address: Address) -> bool:
    del address
    return False


@dataclass(frozen=True, slots=True)
class Desired:
    """The resources that git asks for; a field that a resource was not given is not ours."""

    resources: Mapping[Address, Resource]
    origin: Callable[[Address, str], Origin | None] = nowhere
    """Where the value of a field came from; found on demand, because few values change."""
    absent: frozenset[Address] = frozenset()
    """What git says must not be there: an explicit null, or false, in place of a member."""
    refuses: Callable[[Address], bool] = _refuses_nothing
    """What else must not be there; asked only of what a store has, because all of it would be too many to list."""
    claimed: frozenset[tuple[Address, str]] = frozenset()
    """Parent and kind of child, where git gives the whole set: a member that it does not name is too many."""
    owners: Mapping[Address, Ownership] = field(default_factory=dict)
    """Who decides all fields of one resource, where its file says so; asked before any policy."""
    ownership: Mapping[str, Ownership] = field(default_factory=dict)
    """Who decides a field of this group, by ``kind.field``, where its own file says so; closer than the store."""


@dataclass(frozen=True, slots=True)
class Found:
    """One object of a store, before it has an address."""

    kind: str
    id: str
    resource: Resource
    mark: str | None = None  # the key that it carries; None: it does not say that it is ours
    parent: str | None = None  # the id of what it hangs on, as the reader met it; None: a root
    handles: Mapping[str, str] = field(default_factory=dict)
    """What writing it needs beyond its id: the id of an inventory item, the digest of a metafield."""
    pending: bool = False  # the store is still working on it, and it is not to be judged yet
    dormant: bool = False  # the store keeps it, switched off: for git it is not there, but its id and handles are known

    def below(self, parent: str) -> "Found":
        """Return it as what hangs on the object of this id. Spelled out: ``replace`` takes several times as long."""
        return Found(self.kind, self.id, self.resource, self.mark, parent, self.handles, self.pending, self.dormant)


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """A root of a store with everything that hangs on it."""

    root: Found
    children: tuple[Found, ...] = ()
    answered: bytes | None = field(default=None, compare=False)
    """The digest of what the store answered, from which all of it was parsed at once; None: nothing says that."""

    @property
    def pending(self) -> frozenset[str]:
        """The kinds of which the store is still working on one."""
        return frozenset(child.kind for child in self.children if child.pending)


@dataclass(frozen=True, slots=True)
class Live:
    """What a store holds of the addresses in question."""

    resources: Mapping[Address, Resource] = field(default_factory=dict)
    ids: Mapping[Address, str] = field(default_factory=dict)
    owned: frozenset[Address] = frozenset()
    """What carries our mark, or hangs on something that does."""
    unread: frozenset[str] = frozenset()
    """Kinds whose read did not finish: unknown, not empty."""
    handles: Mapping[Address, Mapping[str, str]] = field(default_factory=dict)
    """What writing needs of an address beyond its id."""
    moved: Mapping[Address, Address] = field(default_factory=dict)
    """Root → the address that its mark still says, where git has another key for it now."""
    twins: Mapping[Address, str] = field(default_factory=dict)
    """What is left alone, because nobody can say which live thing git means by it → why."""


def merged(lives: Iterable[Live]) -> Live:
    """Return what a store holds of several groups as one; whose it is is left out."""
    resources: dict[Address, Resource] = {}
    ids: dict[Address, str] = {}
    handles: dict[Address, Mapping[str, str]] = {}
    for live in lives:
        resources |= live.resources
        ids |= live.ids
        handles |= live.handles
    return Live(resources, ids, handles=handles)
