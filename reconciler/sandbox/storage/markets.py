"""Markets, their catalogs and price lists, and the prices that are fixed in a list: the rows and look-ups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Market:
    """Buyers who see the same catalogs; ``regions`` are ``{"id", "code"}``, ``currency`` None where none was set.

    ``inclusions`` says what a price includes, as the input of a market spells it; None where nothing was said.
    """

    id: int
    name: str
    handle: str
    status: str
    is_primary: bool
    regions: list[dict[str, Any]]
    currency: str | None
    local_currencies: bool
    rounding: bool
    manual_rate: str | None
    inclusions: dict[str, Any] | None = None


@dataclass(slots=True)
class MarketCatalog:
    """A catalog of some markets; its price list is the one that names it."""

    id: int
    title: str
    status: str
    market_ids: list[int]
    publication_id: int | None


@dataclass(slots=True)
class PriceList:
    """Prices that differ from those of the variants: all by a percentage, some by being fixed."""

    id: int
    name: str
    currency: str
    adjustment_type: str
    adjustment_value: float
    compare_at_mode: str
    catalog_id: int | None


@dataclass(slots=True)
class FixedPrice:
    """What one variant costs in a price list."""

    id: int
    price_list_id: int
    variant_id: int
    price: str
    compare_at_price: str | None


MARKETS = Table("markets", Market, Market)
MARKET_CATALOGS = Table("market_catalogs", MarketCatalog, MarketCatalog)
PRICE_LISTS = Table("price_lists", PriceList, PriceList)
FIXED_PRICES = Table("fixed_prices", FixedPrice, FixedPrice)


def price_list_of(database: Database, catalog_id: int) -> PriceList | None:
    """Return the price list of a catalog, if it has one."""
    found = PRICE_LISTS.select(database, "WHERE catalog_id = ?", (catalog_id,))
    return found[0] if found else None


def fixed_among(database: Database, price_list_id: int, variant_ids: Sequence[int]) -> dict[int, FixedPrice]:
    """Return the fixed prices of the list for these variants."""
    rows = FIXED_PRICES.among(database, "variant_id", variant_ids)
    return {row.variant_id: row for row in rows if row.price_list_id == price_list_id}


def fix_prices(database: Database, rows: Sequence[FixedPrice]) -> None:
    """Store fixed prices; one that the variant has in the list already is replaced."""
    sql = (
        "INSERT INTO fixed_prices (id, price_list_id, variant_id, price, compare_at_price) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (price_list_id, variant_id) DO UPDATE SET price = excluded.price, "
        "compare_at_price = excluded.compare_at_price"
    )
    database.run_many(sql, [FIXED_PRICES.stored(row) for row in rows])


def free_prices(database: Database, price_list_id: int, variant_ids: Sequence[int]) -> None:
    """Forget the fixed prices of these variants in the list."""
    sql = "DELETE FROM fixed_prices WHERE price_list_id = ? AND variant_id = ?"
    database.run_many(sql, [(price_list_id, one) for one in variant_ids])


def delete_prices(database: Database, variant_ids: Sequence[int]) -> None:
    """Forget the fixed prices of variants that go away."""
    database.run_many("DELETE FROM fixed_prices WHERE variant_id = ?", [(one,) for one in variant_ids])


def delete_price_list(database: Database, price_list_id: int) -> None:
    """Remove a price list with its fixed prices."""
    database.run("DELETE FROM fixed_prices WHERE price_list_id = ?", (price_list_id,))
    PRICE_LISTS.delete(database, [price_list_id])
