"""Ground: what must be known of a store besides its groups to take a run back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.planning.along import Along
from reconciler.planning.written import Fields


@dataclass(frozen=True, slots=True)
class Ground:
    """What was asked of a store, about what a run wrote."""

    shop_name: str = ""
    sources: Mapping[Address, Fields] = field(default_factory=dict)
    """The fields that a store does not give back, for what comes back: where the bytes of an image are."""
    elsewhere: Mapping[Address, Sequence[str]] = field(default_factory=dict)
    """Root → where other people put it, and ``along`` does not say it: it would be lost there."""
    taken: Mapping[Address, str] = field(default_factory=dict)
    """A root that went → who goes by its alias now."""
    astray: Mapping[Address, str] = field(default_factory=dict)
    """What hung on a place that the store does not have under that name → why it cannot be there again."""
    in_use: frozenset[Address] = frozenset()
    """The addresses that roots had before the run moved them, and that other things have now."""
    strangers: Mapping[Address, str] = field(default_factory=dict)
    """Root → the key that its mark says, where that is another one and no run moved it."""
    along: Along = field(default_factory=dict)
    """The id of what the run made → what would go with it, and that no kind reads."""
