"""Astray: what is to be at a place that the store does not have under that name, so that nobody can write it. Pure."""

from collections.abc import Iterable

from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.model.kind import KindSet


def astray(addresses: Iterable[Address], directory: Directory, kinds: KindSet) -> dict[Address, str]:
    """Return what of these has lost its place → why, and what to do about it."""
    known = (address for address in addresses if address.kind in kinds)
    return {address: why for address in known if (why := why_astray(address, directory, kinds)) is not None}


def why_astray(address: Address, directory: Directory, kinds: KindSet) -> str | None:
    """Return why the place in an address is none that can be written to; None where it is, or there is none in it."""
    kind = kinds[address.kind]
    if kind.refers_to is None:
        return None
    name = address.key.rpartition("/")[2]
    if kind.counting is not None:  # what is counted has its reference behind the place
        name = name.partition(": ")[0]
    return directory.lacking(kind.refers_to, name)
