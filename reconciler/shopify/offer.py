"""Offer: how much a shop may hold, and the API's versions. Shopify: ``resourceLimits``, ``publicApiVersions``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from reconciler.shopify.errors import BadResponse

DOCUMENT: Final = """\
query Offer {
  publicApiVersions { handle supported }
  shop { resourceLimits { locationLimit maxProductOptions maxProductVariants } }
}
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a shop may hold, and which versions it can be asked in."""

    versions: tuple[str, ...]  # the supported ones; release candidates and "unstable" are not
    locations: int
    options: int  # of one product
    variants: int  # of one product


class Answer(Protocol):
    """What a client's query returns, as far as this module looks at it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of the response; there were no errors."""


class Client(Protocol):
    """What this module needs of a client."""

    @property
    def store(self) -> str:
        """The store's name."""

    def query(self, document: str) -> Answer:
        """Return the answer, or raise a ReconcilerError."""


def read_offer(client: Client) -> Offer:
    """Return the limits and versions. Raises BadResponse when the answer does not hold them."""
    data = client.query(DOCUMENT).data
    try:
        limits = data["shop"]["resourceLimits"]
        return Offer(
            versions=tuple(sorted(one["handle"] for one in data["publicApiVersions"] if one["supported"])),
            locations=int(limits["locationLimit"]),
            options=int(limits["maxProductOptions"]),
            variants=int(limits["maxProductVariants"]),
        )
    except (KeyError, TypeError, ValueError):
        cure = "run the command again; if it stays, report it"
        raise BadResponse(client.store, "the answer does not hold the shop's limits", cure) from None
