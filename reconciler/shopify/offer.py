"""Offer: how much a shop may hold, and the API's versions. Shopify: ``resourceLimits``, ``publicApiVersions``."""

from dataclasses import dataclass
from typing import Final

from reconciler.shopify.asking import NamedClient
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


def read_offer(client: NamedClient) -> Offer:
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
