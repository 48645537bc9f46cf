"""Member: what a product or a collection brings with it that no rule table makes: stock, metafields, memberships.

A named tuple, as subjects are: a catalog makes millions of them, and a frozen dataclass takes five times as long.
"""

from collections.abc import Mapping
from typing import NamedTuple

from reconciler.model.address import Address
from reconciler.model.origin import Place, Whereabouts, place_of
from reconciler.model.ownership import Ownership


class Member(NamedTuple):
    """One resource in the making, with where it was given."""

    address: Address
    values: Mapping[str, object] | None
    """Field → value; None: it must not be there."""
    where: Place | Whereabouts
    """Few are asked for it: those that change, and those that something is wrong with."""
    owner: Ownership | None = None
    """Who decides its fields, where the file says so."""
    trail: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """The place that it was given at."""
        return place_of(self.where)
