"""Neighbours: what a value names beside it in its own group, such as the image that shows a variant. Pure."""

from collections.abc import Mapping

from reconciler.model.address import Address
from reconciler.model.json import Json
from reconciler.model.kind import KindSet, as_read


def neighbours(address: Address, fields: Mapping[str, Json], kinds: KindSet) -> frozenset[Address]:
    """Return what the fields of something name in its group; an order names none."""
    kind = kinds[address.kind]
    if kind.resolve is as_read or kind.is_order:
        return frozenset()
    keys = [key for key in fields.values() if key]
    return frozenset(Address(beside, f"{address.root_key}/{key}") for beside in kind.after for key in keys)
