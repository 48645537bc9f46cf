"""Ownership: who decides a field. One answer, which planner and writer share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Ownership = Literal["enforce", "seed", "observe", "merge"]
"""enforce: git wins, shown. seed: written at creation only. observe: shown, never written.
merge: for sets; our members are kept, other people's are left alone."""


@dataclass(frozen=True, slots=True)
class OwnershipPolicy:
    """The owners of fields by ``kind.field``; what is not named is enforced."""

    fields: Mapping[str, Ownership] = field(default_factory=dict)

    def of(self, kind: str, field_name: str) -> Ownership:
        """Return who decides the field."""
        return self.fields.get(f"{kind}.{field_name}", "enforce")

    def decides(self, kind: str, field_name: str) -> bool:
        """Return whether it says itself that git wins, so that nobody needs to be asked again."""
        return self.fields.get(f"{kind}.{field_name}") == "enforce"

    def of_members(self, kind: str, otherwise: Ownership) -> Ownership:
        """Return whether members of a set of this kind that git does not name go (enforce) or stay (merge)."""
        return self.fields.get(kind, otherwise)
