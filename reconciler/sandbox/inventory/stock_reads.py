"""What is kept of the items of variants, read for a whole page of them at once."""

from collections.abc import Sequence

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Variant
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.inventory import Level, levels_of_items
from reconciler.sandbox.storage.mates import child, together


def variant_levels(variant: Variant, context: Context) -> list[Level]:
    """Return all levels of the variant's item, oldest first, read with those of its mates."""

    def load(ids: list[int]) -> dict[int, list[Level]]:
        owners = {item_id: variant_id for variant_id, item_id in _items(context.database, ids)}
        grouped = levels_of_items(context.database, sorted(owners))
        together([level for levels in grouped.values() for level in levels])
        return {owners[item_id]: levels for item_id, levels in grouped.items()}

    return child(variant, "levels", load) or []


def available(variant: Variant, context: Context) -> int:
    """Return what is available of the variant, over all locations that it is stocked at."""
    return sum(level.available for level in variant_levels(variant, context) if level.is_active)


def _items(database: Database, variant_ids: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start in range(0, len(variant_ids), 900):
        chunk = variant_ids[start : start + 900]
        marks = ", ".join("?" * len(chunk))
        sql = f"SELECT id, item_id FROM variants WHERE id IN ({marks})"  # noqa: S608 question marks only
        found += [(int(row[0]), int(row[1])) for row in database.rows(sql, chunk)]
    return found
