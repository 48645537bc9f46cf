"""What a plan may look at: patterns of the command line, and who owns each field. Settled before anything is compared.

A pattern is a glob over addresses (``product/linen-*``, ``variant/*/LS-*``); one that fits a root takes along what
hangs on it. ``field:NAME`` is a glob over field names.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from reconciler.model.address import Address
from reconciler.model.kind import KindSet
from reconciler.model.ownership import Ownership, OwnershipPolicy
from reconciler.model.resource import Resource

_FIELD = "field:"
_SPECIAL = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Patterns:
    """Include and exclude patterns. No include pattern of a sort includes everything of that sort."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    _wanted: "_Sorted" = field(init=False, repr=False, compare=False)
    _left_out: "_Sorted" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_wanted", _Sorted.of(self.only))
        object.__setattr__(self, "_left_out", _Sorted.of(self.exclude))

    def shows(self, address: Address, kinds: KindSet) -> bool:
        """Return whether the address is in scope."""
        if not (self.only or self.exclude):
            return True
        names = {str(address), str(kinds.root_of(address))}
        wanted = self._wanted.addresses
        return (not wanted or wanted.fits(names)) and not self._left_out.addresses.fits(names)

    @property
    def picks_fields(self) -> bool:
        """Whether only the fields that a pattern names are in scope: enough to change a thing, not to make one."""
        return bool(self._wanted.fields)

    def shows_any(self, addresses: Iterable[Address], kinds: KindSet) -> bool:
        """Return whether at least one of the addresses, or one of their fields, is in scope."""
        return any(
            self.shows(address, kinds) and any(map(self.shows_field, kinds[address.kind].resource.model_fields))
            for address in addresses
        )

    def shows_field(self, name: str) -> bool:
        """Return whether a field of an address in scope is in scope."""
        if not (self.only or self.exclude):
            return True
        wanted = self._wanted.fields
        return (not wanted or wanted.fits((name,))) and not self._left_out.fields.fits((name,))


@dataclass(frozen=True, slots=True)
class Policy:
    """What a store lets a plan do."""

    ownership: OwnershipPolicy = field(default_factory=OwnershipPolicy)
    """What mapping and store say; a group may say more."""
    on_remove: str = "archive"
    patterns: Patterns = field(default_factory=Patterns)


@dataclass(frozen=True, slots=True)
class _Globs:
    """Patterns of one sort. Those that fit one name only are looked up: a watch leaves out thousands by their names."""

    names: frozenset[str]
    globs: tuple[str, ...]

    @classmethod
    def of(cls, patterns: Sequence[str]) -> "_Globs":
        """Return the patterns, divided."""
        globs = tuple(each for each in patterns if not _SPECIAL.isdisjoint(each))
        return cls(frozenset(patterns).difference(globs), globs)

    def __bool__(self) -> bool:
        return bool(self.names or self.globs)

    def fits(self, names: Collection[str]) -> bool:
        """Return whether a pattern fits one of the names."""
        return not self.names.isdisjoint(names) or any(
            fnmatchcase(name, pattern) for name in names for pattern in self.globs
        )


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Patterns, by what they are about."""

    addresses: _Globs
    fields: _Globs

    @classmethod
    def of(cls, patterns: Sequence[str]) -> "_Sorted":
        """Return them, each with its sort."""
        fields = [each for each in patterns if each.startswith(_FIELD)]
        addresses = [each for each in patterns if not each.startswith(_FIELD)]
        return cls(_Globs.of(addresses), _Globs.of([each.removeprefix(_FIELD) for each in fields]))


@dataclass(frozen=True, slots=True)
class Divided:
    """One desired resource after its owners were asked: what git may write, and what it only watches."""

    enforced: Resource
    watched: Resource


def divided(
    address: Address,
    desired: Resource,
    live: Resource | None,
    ownership: OwnershipPolicy,
    patterns: Patterns,
    *,
    owner: Ownership | None = None,
) -> Divided:
    """Return the fields that the plan may write, and those that it may only show.

    ``owner`` is the resource's own answer for all its fields, where it has one. ``seed`` counts only while there is
    nothing live; ``merge`` adds to what is live; ``observe`` is never written.
    """
    enforced: dict[str, Any] = {}
    watched: dict[str, Any] = {}
    for name, value in desired.managed().items():
        if not patterns.shows_field(name):
            continue
        match owner or ownership.of(address.kind, name):
            case "enforce":
                enforced[name] = value
            case "seed" if live is None:
                enforced[name] = value
            case "seed":
                pass
            case "observe":
                watched[name] = value
            case "merge":
                enforced[name] = _merged(getattr(live, name, None), value)
    resource = type(desired)
    return Divided(resource(**enforced), resource(**watched))


def _merged(live: object, desired: object) -> object:
    if isinstance(live, Mapping) and isinstance(desired, Mapping):
        return {**live, **desired}
    if isinstance(live, tuple) and isinstance(desired, tuple):
        return (*live, *desired)  # the resource's own canonical form drops doubles
    if isinstance(live, Mapping | tuple) and desired is None:
        return live  # null clears our members, and which those were nobody remembers
    return desired
