"""What a plan may look at: patterns of the command line, and who owns each field. Settled before anything is compared.

A pattern is a glob over addresses (``product/linen-*``, ``variant/*/LS-*``); one that fits a root takes along what
hangs on it. ``field:NAME`` is a glob over field names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from reconciler.model.address import Address
from reconciler.model.kind import KindSet
from reconciler.model.ownership import Ownership, OwnershipPolicy
from reconciler.model.resource import Resource

_FIELD = "field:"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Include and exclude patterns. No include pattern of a sort includes everything of that sort."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def shows(self, address: Address, kinds: KindSet) -> bool:
        """Return whether the address is in scope."""
        if not (self.only or self.exclude):
            return True
        wanted = _addresses(self.only)
        return (not wanted or _fits(address, wanted, kinds)) and not _fits(address, _addresses(self.exclude), kinds)

    @property
    def picks_fields(self) -> bool:
        """Whether only the fields that a pattern names are in scope: enough to change a thing, not to make one."""
        return bool(_fields(self.only))

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
        wanted = _fields(self.only)
        return (not wanted or _fits_name(name, wanted)) and not _fits_name(name, _fields(self.exclude))


@dataclass(frozen=True, slots=True)
class Policy:
    """What a store lets a plan do."""

    ownership: OwnershipPolicy = field(default_factory=OwnershipPolicy)
    """What mapping and store say; a group may say more."""
    on_remove: str = "archive"
    patterns: Patterns = field(default_factory=Patterns)


def _addresses(patterns: Sequence[str]) -> tuple[str, ...]:
    return tuple(pattern for pattern in patterns if not pattern.startswith(_FIELD))


def _fields(patterns: Sequence[str]) -> tuple[str, ...]:
    return tuple(pattern.removeprefix(_FIELD) for pattern in patterns if pattern.startswith(_FIELD))


def _fits(address: Address, patterns: Sequence[str], kinds: KindSet) -> bool:
    names = {str(address), str(kinds.root_of(address))}
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _fits_name(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


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
