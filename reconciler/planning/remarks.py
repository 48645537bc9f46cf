"""Remarks: what a reviewer should hear about things that are asked for, said once for all to which it applies."""

from dataclasses import dataclass, field
from typing import Final

from reconciler.model.address import Address

_MOST_NAMED: Final = 3


@dataclass(slots=True)
class Remarks:
    """Sentences, each with the addresses that it is about."""

    _about: dict[str, list[Address]] = field(default_factory=dict)

    def add(self, address: Address, sentence: str | None) -> None:
        """Note what there is to say of an address, if anything."""
        if sentence is not None:
            self._about.setdefault(sentence, []).append(address)

    def notes(self) -> list[str]:
        """Return a note for each sentence."""
        return [f"{_listed(sorted(addresses))}: {sentence}" for sentence, addresses in self._about.items()]


def _listed(addresses: list[Address]) -> str:
    named = ", ".join(map(str, addresses[:_MOST_NAMED]))
    more = len(addresses) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
