"""What a template of a standard definition says."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Standard:
    """A template; ``id`` is the number in its global id."""

    id: int
    namespace: str
    key: str
    name: str
    description: str
    owner_types: tuple[str, ...]
    type: str
    validations: tuple[dict[str, Any], ...] = field(default=())
    is_for_categories: bool = False  # its definition is constrained to products of some categories
