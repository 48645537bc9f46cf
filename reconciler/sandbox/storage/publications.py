"""Publications, and what is listed on them: the rows and look-ups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Publication:
    """A place where things are published; a sales channel's has a handle.

    ``catalog_kind`` is a CatalogType; ``is_own`` marks the channel of the app that the shop's tokens belong to.
    """

    id: int
    title: str
    handle: str | None
    catalog_kind: str
    catalog_id: int | None
    auto_publish: bool
    supports_future: bool
    is_own: bool


@dataclass(slots=True)
class Listing:
    """What was said about an owner on a publication: from when it is published, or (no date) that it is not.

    ``owner_type`` is spelled as MetafieldOwnerType. What is true where nothing was said depends on the owner type.
    """

    id: int
    publication_id: int
    owner_type: str
    owner_id: int
    publish_date: str | None


PUBLICATIONS = Table("publications", Publication, Publication)
LISTINGS = Table("listings", Listing, Listing)


# From when a product is in the online store; "" where it is not. Sorts rows of products.
PUBLISHED_AT = (
    "coalesce((SELECT l.publish_date FROM listings l JOIN publications p ON p.id = l.publication_id "
    "WHERE p.title = 'Online Store' AND l.owner_type = 'PRODUCT' AND l.owner_id = products.id), '')"
)


def publish_dates(database: Database, product_ids: Sequence[int], title: str) -> dict[int, str]:
    """Return product → from when it is listed on the publication of this title, of those that are."""
    ids = {row.id for row in PUBLICATIONS.select(database, "WHERE title = ?", (title,))}
    found = listings_of(database, "PRODUCT", product_ids)
    dates = {key: [row.publish_date for one, row in rows.items() if one in ids] for key, rows in found.items()}
    return {key: rows[0] for key, rows in dates.items() if rows and rows[0] is not None}


def every_publication(database: Database) -> list[Publication]:
    """Return the shop's publications, oldest first."""
    return PUBLICATIONS.select(database, "ORDER BY id")


def listings_of(database: Database, owner_type: str, owner_ids: Sequence[int]) -> dict[int, dict[int, Listing]]:
    """Return what was said about many owners of one type: owner → publication → listing."""
    grouped: dict[int, dict[int, Listing]] = defaultdict(dict)
    for marks, chunk in in_lists(owner_ids):
        clause = f"WHERE owner_type = ? AND owner_id IN ({marks})"
        for row in LISTINGS.select(database, clause, (owner_type, *chunk)):
            grouped[row.owner_id][row.publication_id] = row
    return grouped


def say(database: Database, publication_id: int, owner: tuple[str, int], publish_date: str | None) -> None:
    """Remember from when the owner is published there, or that it is not."""
    sql = (
        "INSERT INTO listings (id, publication_id, owner_type, owner_id, publish_date) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (owner_type, owner_id, publication_id) DO UPDATE SET publish_date = excluded.publish_date"
    )
    database.run(sql, (database.new_id(), publication_id, *owner, publish_date))


def unsay(database: Database, publication_id: int, owner: tuple[str, int]) -> None:
    """Forget what was said about the owner on the publication."""
    clause = "DELETE FROM listings WHERE owner_type = ? AND owner_id = ? AND publication_id = ?"
    database.run(clause, (*owner, publication_id))


def delete_listings(database: Database, owner_type: str, owner_ids: Sequence[int]) -> None:
    """Forget everything that was said about these owners."""
    sql = "DELETE FROM listings WHERE owner_type = ? AND owner_id = ?"
    database.run_many(sql, [(owner_type, one) for one in owner_ids])
