"""What other tables hold about an owner, removed together with it."""

from collections.abc import Sequence

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.markets import delete_prices
from reconciler.sandbox.storage.metafields import delete_metafields
from reconciler.sandbox.storage.publications import delete_listings


def delete_belongings(database: Database, owner_type: str, owner_ids: Sequence[int]) -> None:
    """Remove metafields, listings and fixed prices of owners that go away."""
    delete_metafields(database, owner_type, owner_ids)
    delete_listings(database, owner_type, owner_ids)
    if owner_type == "PRODUCTVARIANT":
        delete_prices(database, owner_ids)
