"""Member: what a product or a collection brings with it that no rule table makes: stock, metafields, memberships."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.origin import Place
from reconciler.model.ownership import Ownership


@dataclass(frozen=True, slots=True)
class Member:
    """One resource in the making, with the place that it was given at."""

    address: Address
    values: Mapping[str, object] | None
    """Field → value; None: it must not be there."""
    place: Place
    owner: Ownership | None = None
    """Who decides its fields, where the file says so."""
    trail: tuple[str, ...] = ()
