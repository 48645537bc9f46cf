"""What is kept of the items of variants, read for a whole page of them at once."""

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Variant, of_variants
from reconciler.sandbox.storage.inventory import Level, levels_of_items
from reconciler.sandbox.storage.mates import child, together


def variant_levels(variant: Variant, context: Context) -> list[Level]:
    """Return all levels of the variant's item, oldest first, read with those of its mates."""

    def load(ids: list[int]) -> dict[int, list[Level]]:
        owners = {item: variant for variant, item in of_variants(context.database, "item_id", ids).items()}
        grouped = levels_of_items(context.database, sorted(owners))
        together([level for levels in grouped.values() for level in levels])
        return {owners[item_id]: levels for item_id, levels in grouped.items()}

    return child(variant, "levels", load) or []


def available(variant: Variant, context: Context) -> int:
    """Return what is available of the variant, over all locations that it is stocked at."""
    return sum(level.available for level in variant_levels(variant, context) if level.is_active)
