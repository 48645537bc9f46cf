"""Languages of a shop, its web presences, and translations: the rows and look-ups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class ShopLocale:
    """A language that the shop has."""

    id: int
    locale: str
    is_primary: bool
    published: bool


@dataclass(slots=True)
class WebPresence:
    """Where the shop is found: its domain, or a folder on it for each language; the primary one has no suffix."""

    id: int
    domain_id: int | None
    suffix: str | None
    default_locale: str
    alternate_locales: list[str]


@dataclass(slots=True)
class Translation:
    """A text in another language; ``kind`` is the type in the resource's global id, ``market_id`` 0 means all.

    ``digest`` is that of the source which was translated.
    """

    id: int
    kind: str
    resource_id: int
    locale: str
    key: str
    market_id: int
    value: str
    digest: str
    updated_at: str


SHOP_LOCALES = Table("shop_locales", ShopLocale, ShopLocale)
WEB_PRESENCES = Table("web_presences", WebPresence, WebPresence)
TRANSLATIONS = Table("translations", Translation, Translation)


def every_locale(database: Database) -> list[ShopLocale]:
    """Return the shop's languages by their codes."""
    return SHOP_LOCALES.select(database, "ORDER BY locale")


def translations_of(database: Database, kind: str, ids: Sequence[int]) -> dict[int, list[Translation]]:
    """Return the translations of many resources of one kind, oldest first."""
    grouped: dict[int, list[Translation]] = defaultdict(list)
    for marks, chunk in in_lists(ids):
        clause = f"WHERE kind = ? AND resource_id IN ({marks}) ORDER BY id"
        for row in TRANSLATIONS.select(database, clause, (kind, *chunk)):
            grouped[row.resource_id].append(row)
    return grouped


def delete_translations(database: Database, kind: str, ids: Sequence[int]) -> None:
    """Remove the translations of resources that go away."""
    sql = "DELETE FROM translations WHERE kind = ? AND resource_id = ?"
    database.run_many(sql, [(kind, one) for one in ids])
