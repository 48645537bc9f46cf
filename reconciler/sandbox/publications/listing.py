"""What is listed on which publication: products and collections once they are put there, variants until taken away.

A variant's state is its own: it stays published where its product is not, it just cannot be seen there. (shopify.dev,
changelog 2026-05, calls the model opt-out; that the flag does not follow the product is inferred) Only what has a
status that buyers may see counts as published: a draft that is listed shows up with the day it becomes active.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import PRODUCTS, VARIANTS
from reconciler.sandbox.storage.collections import COLLECTIONS
from reconciler.sandbox.storage.mates import child
from reconciler.sandbox.storage.publications import (
    Listing,
    Publication,
    every_publication,
    listings_of,
    say,
    unsay,
)

_SEEN = frozenset({"ACTIVE", "UNLISTED"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be published: how it is found, and whether it is listed before anybody says so."""

    owner_type: str
    find: Callable[[Context, int | None], Any]
    is_listed_unasked: bool


KINDS: dict[str, Kind] = {
    "Product": Kind("PRODUCT", lambda context, number: PRODUCTS.find(context.database, number), False),  # noqa: FBT003
    "Collection": Kind("COLLECTION", lambda context, number: COLLECTIONS.find(context.database, number), False),  # noqa: FBT003
    "ProductVariant": Kind("PRODUCTVARIANT", lambda context, number: VARIANTS.find(context.database, number), True),  # noqa: FBT003
}
"""By the type of the global id."""


@dataclass(slots=True)
class Placement:
    """Something on a publication it is listed on; ``id`` is the publication's."""

    id: int
    publication: Publication
    publishable: Any
    publish_date: str
    is_published: bool


def placements(context: Context, kind: Kind, row: Any) -> list[Placement]:
    """Return where a row is listed, scheduled listings included, oldest publication first."""
    found = []
    for publication in publications(context, row):
        date = _date(kind, row, _listings(context, kind, row).get(publication.id))
        if date is not None:
            is_published = date <= context.now and getattr(row, "status", "ACTIVE") in _SEEN
            found.append(Placement(publication.id, publication, row, date, is_published))
    return found


def publications(context: Context, row: Any) -> list[Publication]:
    """Return the shop's publications, read once for a row and its mates."""

    def load(ids: list[int]) -> dict[int, list[Publication]]:
        rows = every_publication(context.database)
        return dict.fromkeys(ids, rows)

    return child(row, "publications", load) or []


def put_on(context: Context, kind: Kind, row: Any, publication: Publication, date: str | None) -> None:
    """List the row there from a date on; without one from now, unless it is published there already."""
    listing = listings_of(context.database, kind.owner_type, [row.id])[row.id].get(publication.id)
    known = _date(kind, row, listing)
    if date is None and known is not None and known <= context.now:
        return
    if date is None and kind.is_listed_unasked:
        unsay(context.database, publication.id, (kind.owner_type, row.id))
        return
    say(context.database, publication.id, (kind.owner_type, row.id), date or context.now)


def take_off(context: Context, kind: Kind, row: Any, publication: Publication) -> None:
    """Make the row be published there no longer."""
    owner = (kind.owner_type, row.id)
    if kind.is_listed_unasked:
        say(context.database, publication.id, owner, None)
    else:
        unsay(context.database, publication.id, owner)


def publish_automatically(context: Context, owner: tuple[str, int]) -> None:
    """List something new on the publications that take in what is new."""
    for publication in every_publication(context.database):
        if publication.auto_publish:
            say(context.database, publication.id, owner, context.now)


def begin_unpublished(context: Context, owner: tuple[str, int], row: Mapping[str, Any]) -> None:
    """Take a new variant off every publication if its input says so."""
    if row.get("published") is False:
        for publication in every_publication(context.database):
            say(context.database, publication.id, owner, None)


def _listings(context: Context, kind: Kind, row: Any) -> dict[int, Listing]:
    def load(ids: list[int]) -> dict[int, dict[int, Listing]]:
        return listings_of(context.database, kind.owner_type, ids)

    return child(row, "listings", load) or {}


def _date(kind: Kind, row: Any, listing: Listing | None) -> str | None:
    if listing is not None:
        return listing.publish_date
    return str(row.created_at) if kind.is_listed_unasked else None
