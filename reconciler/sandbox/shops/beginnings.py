"""What every shop has from its first day: the publications of its sales channels.

Which of them publish by themselves is inferred: products that an app makes start unpublished everywhere. (shopify.dev,
productCreate) Only the online store can be given a date in the future. (shopify.dev, PublicationInput)
"""

import re
from collections.abc import Sequence
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.publications import PUBLICATIONS, Publication, every_publication

ONLINE_STORE = "Online Store"
APP_TITLE = "Reconciler"
_CHANNELS = (ONLINE_STORE, "Point of Sale", "Shop")


def begin(database: Database, wished: dict[str, Any]) -> None:
    """Give the shop what it lacks of what every shop has and of what is wished for. Call inside a transaction."""
    _add_publications(database, [*_CHANNELS, *(wished.get("publications") or ())])


def _add_publications(database: Database, titles: Sequence[str]) -> None:
    known = {row.title for row in every_publication(database) if row.handle}
    for title in dict.fromkeys(titles):
        if title not in known:
            PUBLICATIONS.insert(database, [_channel(database, title)])


def _channel(database: Database, title: str) -> Publication:
    """Return the publication of a sales channel; one named as the app is the app's own channel."""
    ids = database.new_ids(2)
    return Publication(
        id=ids[0],
        title=title,
        handle=re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or str(ids[0]),
        catalog_kind="APP",
        catalog_id=ids[1],
        auto_publish=False,
        supports_future=title == ONLINE_STORE,
        is_own=title == APP_TITLE,
    )
