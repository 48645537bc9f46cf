"""Mapped: groups as they were mapped to be checked, kept until they are planned, so that none is mapped twice."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reconciler.loading.shelf import Shelf
from reconciler.model.address import Address
from reconciler.model.origin import Origin
from reconciler.model.state import Desired, nowhere


@dataclass(frozen=True, slots=True)
class Mapped:
    """The groups of products of one view. Each is handed out once; who asks again has it mapped."""

    _shelf: Shelf = field(default_factory=Shelf)
    _groups: dict[Address, Callable[[], Desired]] = field(default_factory=dict)

    def keep(self, root: Address, group: Desired) -> None:
        """Keep the group of a product."""
        self._groups[root] = self._shelf.put(replace(group, origin=nowhere))

    def take(self, root: Address, remapped: Callable[[], Desired]) -> Desired | None:
        """Return a group that is kept; None for any other. It is mapped anew for the origins of what changes."""
        taken = self._groups.pop(root, None)
        if taken is None:
            return None
        anew: list[Desired] = []

        def origin(address: Address, name: str) -> Origin | None:
            if not anew:
                anew.append(remapped())
            return anew[0].origin(address, name)

        return replace(taken(), origin=origin)
