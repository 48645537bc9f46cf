"""What other tables hold about an owner, removed together with it."""

from collections.abc import Sequence

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.locales import delete_translations
from reconciler.sandbox.storage.markets import delete_prices
from reconciler.sandbox.storage.metafields import delete_metafields
from reconciler.sandbox.storage.publications import delete_listings

# By owner type, as metafields spell it, the type in the global id, as translations do.
_KINDS = {"PRODUCT": "Product", "COLLECTION": "Collection"}


def delete_belongings(database: Database, owner_type: str, owner_ids: Sequence[int]) -> None:
    """Remove metafields, listings, translations and fixed prices of owners that go away."""
    delete_metafields(database, owner_type, owner_ids)
    delete_listings(database, owner_type, owner_ids)
    if owner_type == "PRODUCTVARIANT":
        delete_prices(database, owner_ids)
    if owner_type in _KINDS:
        delete_translations(database, _KINDS[owner_type], owner_ids)
