"""Neighbours: what a value names beside it in its own group, such as the image that shows a variant. Pure."""

from collections.abc import Mapping

from reconciler.model.address import Address
from reconciler.model.json import Json
from reconciler.model.kind import Kind, KindSet, as_read


def neighbours(address: Address, fields: Mapping[str, Json], kinds: KindSet) -> frozenset[Address]:
    """Return what the fields of something name in its group; an order names none."""
    kind = kinds[address.kind]
    if not _names_any(kind):
        return frozenset()
    keys = [key for key in fields.values() if key]
    return frozenset(Address(beside, f"{address.root_key}/{key}") for beside in kind.after for key in keys)


def kinds_naming(name: str, kinds: KindSet) -> frozenset[str]:
    """Return the kinds whose values may name something of a kind in its group."""
    return frozenset(kind.name for kind in kinds if _names_any(kind) and name in kind.after)


def _names_any(kind: Kind) -> bool:
    return kind.resolve is not as_read and not kind.is_order
