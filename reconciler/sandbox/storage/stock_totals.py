"""Totals that products show for a while after their stock changed; a product without one shows the true sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class ShownTotal:
    """The total that a product shows until a moment; ``id`` is the product's."""

    id: int
    total: int
    until_s: float


SHOWN_TOTALS = Table("stock_totals", ShownTotal, ShownTotal)


def true_totals(database: Database, product_ids: Sequence[int]) -> dict[int, int]:
    """Return the available stock of the products' tracked variants."""
    totals = dict.fromkeys(product_ids, 0)
    for marks, chunk in in_lists(product_ids):
        sql = (
            "SELECT v.product_id, sum(l.available) FROM variants v JOIN inventory_levels l ON l.item_id = v.item_id "  # noqa: S608
            f"WHERE v.product_id IN ({marks}) AND v.tracked AND l.is_active GROUP BY v.product_id"
        )
        totals |= {int(row[0]): int(row[1]) for row in database.rows(sql, chunk)}
    return totals


def shown_totals(database: Database, product_ids: Sequence[int], now_s: float) -> dict[int, int]:
    """Return what the products show as their total now."""
    totals = true_totals(database, product_ids)
    for row in SHOWN_TOTALS.among(database, "id", product_ids):
        if row.until_s > now_s and row.id in totals:
            totals[row.id] = row.total
    return totals


def freeze_totals(database: Database, product_ids: Sequence[int], now_s: float, until_s: float) -> None:
    """Make the products show until then what they show now. Call inside a transaction, before the stock changes."""
    shown = shown_totals(database, product_ids, now_s)
    database.run_many(
        "INSERT OR REPLACE INTO stock_totals (id, total, until_s) VALUES (?, ?, ?)",
        [(product_id, total, until_s) for product_id, total in shown.items()],
    )
