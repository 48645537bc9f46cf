"""What every shop has from its first day: the channels, a market, a language, and a domain.

Which of them publish by themselves is inferred: products that an app makes start unpublished everywhere. (shopify.dev,
productCreate) Only the online store can be given a date in the future. (shopify.dev, PublicationInput)
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.locales import SHOP_LOCALES, WEB_PRESENCES, ShopLocale, WebPresence
from reconciler.sandbox.storage.markets import MARKETS, Market
from reconciler.sandbox.storage.publications import PUBLICATIONS, Publication, every_publication

ONLINE_STORE = "Online Store"
APP_TITLE = "Reconciler"
# Currencies of several countries, or of none: their code names no country.
_OF_NO_COUNTRY = frozenset({"ANG", "EUR", "USDC", "XAF", "XCD", "XOF", "XPF", "XXX"})
_LANGUAGE = "en"
_CHANNELS = (ONLINE_STORE, "Point of Sale", "Shop")


def begin(database: Database, currency: str, wished: dict[str, Any]) -> None:
    """Give the shop what it lacks of what every shop has and of what is wished for. Call inside a transaction."""
    _add_publications(database, [*_CHANNELS, *(wished.get("publications") or ())])
    _add_markets(database, currency, wished.get("markets") or ())
    if not SHOP_LOCALES.select(database, "LIMIT 1"):
        ids = database.new_ids(3)
        SHOP_LOCALES.insert(database, [ShopLocale(ids[0], _LANGUAGE, is_primary=True, published=True)])
        WEB_PRESENCES.insert(database, [WebPresence(ids[1], ids[2], None, _LANGUAGE, [])])


def _add_markets(database: Database, currency: str, wished: Sequence[dict[str, Any]]) -> None:
    """Add the primary market, in the country that the currency's code begins with, and those wished for by name."""
    rows = MARKETS.select(database, "ORDER BY id")
    if not rows:
        home = [] if currency in _OF_NO_COUNTRY else [currency[:2]]
        primary = _market(database, {"name": "Primary market", "currency": currency, "countries": home})
        rows = [replace(primary, is_primary=True)]
        MARKETS.insert(database, rows)
    known = {row.name.casefold() for row in rows}
    for one in wished:
        if one["name"].casefold() not in known:
            known.add(one["name"].casefold())
            MARKETS.insert(database, [_market(database, one)])


def _market(database: Database, wished: dict[str, Any]) -> Market:
    market_id = database.new_id()
    return Market(
        id=market_id,
        name=wished["name"],
        handle=_slug(wished["name"]) or str(market_id),
        status="ACTIVE",
        is_primary=False,
        regions=[{"id": database.new_id(), "code": code} for code in wished.get("countries") or ()],
        currency=wished.get("currency"),
        local_currencies=False,
        rounding=True,  # as in the first market of real shops (recorded on 2026-04)
        manual_rate=None,
    )


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
        handle=_slug(title) or str(ids[0]),
        catalog_kind="APP",
        catalog_id=ids[1],
        auto_publish=False,
        supports_future=title == ONLINE_STORE,
        is_own=title == APP_TITLE,
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
