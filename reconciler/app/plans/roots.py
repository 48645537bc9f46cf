"""Roots: which live root of a kind is which address: by its mark, by a key that it had before, by its alias.

A store holds one object for each key. Where it holds more, nobody can say which one git means: these are twins, and
nothing is written to any of them.
"""

from collections.abc import Collection, Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.kind import Kind
from reconciler.model.state import Found, FoundGroup
from reconciler.shopify.gathered import Familiar


class Roots:
    """The live roots of a kind, met one by one.

    ``wanted``: what git asks for. ``formerly``: the address that something had before → the one that it has now.
    """

    def __init__(self, kind: Kind, wanted: Collection[Address], formerly: Mapping[Address, Address]) -> None:
        self._kind = kind
        self._wanted = wanted
        self._formerly = formerly
        self._ids: dict[Address, str] = {}
        self._marks: dict[Address, Address] = {}
        self._more: dict[Address, dict[str, Address]] = {}
        self.unmarked: dict[object, str] = {}
        """Alias → the id of what carries no mark of ours."""
        self.leaving: dict[object, Address] = {}
        """Alias → what is ours, and git asks for no longer."""

    def meet(self, group: FoundGroup | Familiar[object]) -> Address | None:
        """Return the address of a group that is to be planned now; None for what is not ours, or comes later."""
        root = group if isinstance(group, Familiar) else group.root
        alias = getattr(root.resource, self._kind.alias or "", None) if isinstance(root, Found) else None
        if root.mark is None:
            self.unmarked[alias] = root.id
            return None
        marked = Address(self._kind.name, root.mark)
        address = self._formerly.get(marked, marked)
        first = self._ids.setdefault(address, root.id)
        if first != root.id:
            self._more.setdefault(address, {first: self._marks.get(address, address)})[root.id] = marked
            return None
        if address != marked:
            self._marks[address] = marked  # planned at the end: the new key may be met by then
            return None
        if self._kind.alias and address not in self._wanted:
            self.leaving[alias] = address
        return address

    def moving(self) -> Iterator[tuple[Address, str]]:
        """Yield the address and the id of what has a new key in git, now that everything has been met."""
        for address in self._marks:
            if address not in self._more:
                yield address, self._ids[address]

    def unmet(self) -> Iterator[Address]:
        """Yield what git asks for, and nothing in the store carries the key of."""
        return (address for address in self._wanted if address not in self._ids)

    def twins(self) -> Mapping[Address, str]:
        """Return what the store holds more than once → a note that says so."""
        return {address: self._twins_note(address, held) for address, held in self._more.items()}

    def _twins_note(self, address: Address, held: Mapping[str, Address]) -> str:
        each = ", ".join(f"{identity} with the key {marked.key}" for identity, marked in sorted(held.items()))
        return (
            f"{address} is in the store {len(held)} times: {each}; all of them are left alone, with what names them. "
            "Keep one, delete the others in the store, then plan again"
        )
