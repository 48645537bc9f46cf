"""Why a field differs: what git said when the store was last brought to it, what it says now, what the store holds.

``base`` is what git decided then: a field that git did not speak of, only watched, or left to the store after creation
has no base. Values are compared as resources hold them, so that two spellings of an amount are one.

A set to which other people may add is judged by our members alone: those that are missing were either added in git, or
taken away in the store. No two sides can want different things of one member, so such a set is never a conflict. What
customers move is none either: git's new count is written by compare-and-set, and a note says what was sold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Cause
from reconciler.model.kind import KindSet
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.resource import Resource
from reconciler.planning.precondition import shown


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""In place of a value that one side does not speak of."""


@dataclass(frozen=True, slots=True)
class Base:
    """What git decided in one group when the store was last brought to it."""

    resources: Mapping[Address, Resource] = field(default_factory=dict)
    unknown: frozenset[Address] = frozenset()
    """Addresses of which nobody knows what it was."""
    is_known: bool = True
    """False: it is unknown of all."""
    was_theirs: bool = False
    """The group was taken over, and not brought to git whole yet: what git did not name then was there before us, and
    what the root holds for its sake is nobody's edit: values of options, but neither their order nor ours."""

    def knows(self, address: Address) -> bool:
        """Return whether it can be told what git decided of an address."""
        return self.is_known and address not in self.unknown


UNKNOWN: Final = Base(is_known=False)


def unknown() -> Base:
    """Return that nobody knows."""
    return UNKNOWN


FindBase: TypeAlias = Callable[[], Base]
"""Asked once for each group, and only where something differs."""


def cause(base: object, desired: object, live: object) -> Cause | None:
    """Return why a field differs; None where it does not, or where git does not ask for it.

    ABSENT: git did not speak of it then, does not now, or the store has nothing there, which is what null is.
    """
    held = None if live is ABSENT else live
    if desired is ABSENT or desired == held:
        return None
    if base is ABSENT:
        return "new" if held is None else "git"
    if _still_holds(base, held, merged=False):
        return "git"
    return "store" if base == desired else "both"


def cause_in_merged_set(base: object, desired: object, live: object) -> Cause | None:
    """Return the same for a set of which only our members count."""
    missing = _members(desired) - _members(live)
    if not missing:
        return None
    if base is ABSENT:
        return "git" if _members(live) else "new"
    return "store" if missing & _members(base) else "git"


class Causes:
    """Why what differs in one group does; the base is asked for when the first difference is met."""

    def __init__(
        self,
        find: FindBase,
        asked: Mapping[Address, Resource],
        held: Mapping[Address, Resource],
        kinds: KindSet,
        ownership: OwnershipPolicy,
    ) -> None:
        self._find = find
        self._found: Base | None = None
        self._asked = asked
        self._held = held
        self._kinds = kinds
        self._ownership = ownership

    def of(self, address: Address, path: str) -> Cause | None:
        """Return why a field of what git asks for differs; None where nobody knows."""
        base, held = self._base(), self._held.get(address)
        if not base.knows(address):
            return None if held is not None else "new"
        if held is None:
            return "store" if address in base.resources else "new"
        then, asked = self.base(address, path), value_at(self._asked[address], path)
        judge = cause_in_merged_set if self._is_merged(address, path) else cause
        if base.was_theirs and path in self._kinds[address.kind].accommodated:
            found = self._beside_theirs(address, path, then, asked)
        else:
            found = judge(then, asked, self._held_at(address, path))
        # What only fits the group's other members, git itself does not ask for: then it is git that needs it.
        return "git" if found is None or (found == "both" and self._is_sold(address, path)) else found

    def of_removal(self, address: Address, path: str, to: object = None) -> Cause | None:
        """Return why a field goes, or gets the value that what is set aside has."""
        base = self._base()
        if not base.knows(address):
            return None
        if address not in base.resources:
            return "git" if base.was_theirs else "store"
        then, now = self.base(address, path), self._held_at(address, path)
        if (
            then is ABSENT
            or self._is_sold(address, path)
            or _still_holds(then, now, merged=self._is_merged(address, path))
        ):
            return "git"
        return "store" if then == to else "both"

    def base(self, address: Address, path: str) -> object:
        """Return what git decided of a field then; ABSENT where it did not, or where nobody knows."""
        return value_at(self._base().resources.get(address), path)

    def sold(self, address: Address, asked: Resource) -> frozenset[str]:
        """Return the fields that customers moved: git asks for what it did then, and the store holds another count."""
        held = self._held.get(address)
        moving = self._kinds[address.kind].sold & asked.model_fields_set if held is not None else frozenset[str]()
        return frozenset(
            name
            for name in moving
            if not self._ownership.decides(address.kind, name)
            and getattr(asked, name) != getattr(held, name)
            and getattr(asked, name) == self.base(address, name)
        )

    def remark(self, address: Address, path: str, found: Cause | None) -> str | None:
        """Return what a reviewer should hear: the base, where the store moved away from it as git did."""
        then = self.base(address, path)
        if found == "both":
            return f"git had {shown(then)} for {path}, and both sides changed it since"
        if found != "git" or then is ABSENT or not self._is_sold(address, path):
            return None
        now = self._held_at(address, path)
        moved = then - now if isinstance(then, int) and isinstance(now, int) else 0
        sold = f"{moved} {'was' if moved == 1 else 'were'} sold"
        said = sold if moved > 0 else f"{-moved} came back"
        return f"{said} since git's {shown(then)}; git's new count does not take them into account" if moved else None

    def _base(self) -> Base:
        if self._found is None:
            self._found = self._find()
        return self._found

    def _beside_theirs(self, address: Address, path: str, then: object, asked: object) -> Cause | None:
        """Return the cause without what a root holds for members that were there before us.

        Where git had none of its own members yet, all of it is theirs. What git names only now may be one of theirs
        that it asks for from now on, and is no step away from the base.
        """
        kind, held, base = self._kinds[address.kind], self._held[address], self._base().resources
        if address not in base or not any(at.kind in kind.needed_children for at in base):
            return "git"
        if then == value_at(kind.named_in(held, (base[address],)), path):
            return "git"
        return cause(then, asked, value_at(kind.named_in(held, (base[address], self._asked[address])), path))

    def _held_at(self, address: Address, path: str) -> object:
        """Return what the store holds, as far as the base speaks of it."""
        held, then = self._held[address], self._base().resources.get(address)
        asked = then if then is not None else self._asked.get(address)
        return value_at(self._kinds[address.kind].seen(asked, held) if asked is not None else held, path)

    def _is_sold(self, address: Address, path: str) -> bool:
        return path in self._kinds[address.kind].sold

    def _is_merged(self, address: Address, path: str) -> bool:
        return self._ownership.of(address.kind, path) == "merge" and path in self._kinds[address.kind].mergeable


def _still_holds(base: object, live: object, *, merged: bool) -> bool:
    """Whether the store holds what git decided, whatever else other people added to it."""
    if isinstance(base, Mapping) and isinstance(live, Mapping | None):
        return all((live or {}).get(key) == value for key, value in base.items())
    if merged:
        return _members(base) <= _members(live)
    return base == (None if live is ABSENT else live)


def _members(value: object) -> frozenset[object]:
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def value_at(resource: Resource | None, path: str) -> object:
    """Return the value of a field, or of a mapping's member by ``field.key``; ABSENT where there is none."""
    if resource is None:
        return ABSENT
    name, dot, key = path.partition(".")
    value = resource.managed().get(name, ABSENT)
    if not dot:
        return value
    return value.get(key, ABSENT) if isinstance(value, Mapping) else ABSENT
