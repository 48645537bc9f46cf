"""Any resource by its global id. Shopify: node, nodes. Order, repeats and gaps are kept; nothing found is null."""

from collections.abc import Callable
from typing import Any

from reconciler.sandbox.resolvers import (
    bulk_operations,
    catalogs,
    collection_sources,
    collections,
    files,
    inventory_items,
    inventory_levels,
    inventory_quantities,
    locales,
    locations,
    markets,
    metafield_definitions,
    metaobject_definitions,
    metaobjects,
    operations,
    price_lists,
    products,
    publications,
    redirects,
    shop,
    standard_definitions,
    variants,
)
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.mates import Mated, together
from reconciler.sandbox.storage.metafields import METAFIELDS
from reconciler.sandbox.wire.ids import parse_gid

Finder = Callable[[Context, int], Any]

_FINDERS: dict[str, Finder] = {
    **bulk_operations.NODES,
    **products.NODES,
    **collections.NODES,
    **collection_sources.NODES,
    **variants.NODES,
    **files.NODES,
    **inventory_items.NODES,
    **catalogs.NODES,
    **locales.NODES,
    **markets.NODES,
    **inventory_quantities.NODES,
    **locations.NODES,
    **metafield_definitions.NODES,
    **metaobject_definitions.NODES,
    **metaobjects.NODES,
    **price_lists.NODES,
    **operations.NODES,
    **publications.NODES,
    **redirects.NODES,
    **shop.NODES,
    **standard_definitions.NODES,
    "Metafield": lambda context, number: METAFIELDS.find(context.database, number),
}


def resource(context: Context, text: str) -> Any:
    """Return the resource with this global id, of whatever kind, or None."""
    parsed = parse_gid(text)
    if parsed and parsed.kind == "InventoryLevel":
        return inventory_levels.find_level_by_gid(context, text)
    finder = _FINDERS.get(parsed.kind) if parsed else None
    return finder(context, parsed.number) if finder and parsed and parsed.number is not None else None


def _nodes(_root: Any, context: Context, args: Args) -> list[Any]:
    found = {text: resource(context, text) for text in args["ids"]}
    kinds: dict[type, list[Mated]] = {}
    for row in found.values():
        if hasattr(row, "mates"):
            kinds.setdefault(type(row), []).append(row)
    for rows in kinds.values():
        together(rows)
    return [found[text] for text in args["ids"]]


FIELDS: Fields = {
    "QueryRoot": {
        "node": lambda _root, context, args: resource(context, args["id"]),
        "nodes": _nodes,
    },
}
