"""The forecast of what is pooled: changes of all groups together, because that is how they will be sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.resource import Resource
from reconciler.model.state import Live
from reconciler.planning.forecast import Request
from reconciler.shopify.steps import Compiler, Known

Value = TypeVar("Value")


class Pool:
    """Pooled changes, and what spelling them needs of their groups, which nobody holds for long."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._changes: list[Change] = []
        self._resources: dict[Address, Resource] = {}
        self._handles: dict[Address, Mapping[str, str]] = {}
        self._ids: dict[Address, str] = {}

    def add(self, changes: Iterable[Change], live: Live, known: Known) -> None:
        """Take in the pooled changes of one group."""
        for change in changes:
            self._changes.append(change)
            own = {change.address, KINDS.root_of(change.address), KINDS.parent_of(change.address) or change.address}
            self._resources |= _of(own, live.resources)
            self._handles |= _of(own, live.handles)
            self._ids |= _of(own, known.ids)

    def requests(self, known: Known) -> Iterator[Request]:
        """Yield what will be sent for all of them."""
        everything = replace(known, ids={**known.ids, **self._ids})
        live = Live(self._resources, self._ids, handles=self._handles)
        for step in self._compiler.pooled(tuple(self._changes), live):
            yield from (Request(mutation.cost_points) for mutation in self._compiler.mutations(step, everything))


def _of(addresses: Iterable[Address], known: Mapping[Address, Value]) -> dict[Address, Value]:
    return {address: known[address] for address in addresses if address in known}
