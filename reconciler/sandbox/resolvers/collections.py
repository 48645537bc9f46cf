"""Reading collections. Shopify: Collection, collections, collectionByIdentifier, Product.collections.

What sells best nobody can say here: such an order shows the newest products first, as recorded for products that were
never sold.
"""

import html
import re
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from reconciler.sandbox.collections.membership import Members, collection_ids_of
from reconciler.sandbox.collections.search import collection_search
from reconciler.sandbox.collections.sources import ineligible_reason
from reconciler.sandbox.media.addresses import collection_image_url
from reconciler.sandbox.metafields.custom_ids import find_by_custom_id
from reconciler.sandbox.resolvers.images import Image
from reconciler.sandbox.resolvers.metafield_definitions import definition_fields
from reconciler.sandbox.resolvers.metafields import metafield_fields
from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.paging import Order, Page, row_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Product
from reconciler.sandbox.storage.collections import COLLECTIONS, Collection, SourceParts, parts_of, positions_of
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.mates import child, together
from reconciler.sandbox.wire.ids import gid, number_of

ORDERS: dict[str, Order[Collection]] = {
    "ID": Order("id", lambda row: row.id),
    "TITLE": Order("fold(title)", lambda row: row.title.casefold()),
    "UPDATED_AT": Order("updated_at", lambda row: row.updated_at, is_time=True),
    "RELEVANCE": Order("id", lambda row: row.id),
}
_NEWEST: tuple[str, bool] = ("ID", True)
# Sort order of a collection, and sort key of its products → what they are sorted by, and whether downwards.
_DEFAULTS = {
    "ALPHA_ASC": ("TITLE", False),
    "ALPHA_DESC": ("TITLE", True),
    "BEST_SELLING": _NEWEST,
    "CREATED": ("CREATED", False),
    "CREATED_DESC": ("CREATED", True),
    "MANUAL": ("MANUAL", False),
    "MOST_RELEVANT": _NEWEST,
    "PRICE_ASC": ("PRICE", False),
    "PRICE_DESC": ("PRICE", True),
}
_NO_PLACE = 2**53
_PRODUCT_ORDERS: dict[str, Order[Product]] = {
    "ID": Order("id", lambda row: row.id),
    "TITLE": Order("fold(title)", lambda row: row.title.casefold()),
    "CREATED": Order("created_at", lambda row: row.created_at, is_time=True),
}
_LOWEST_PRICE = "SELECT coalesce(min(CAST(round(price * 1000) AS INTEGER)), 0) FROM variants v WHERE v.product_id ="


def find_collection(context: Context, text: str | None) -> Collection | None:
    """Return the collection with this global id, or None."""
    return COLLECTIONS.find(context.database, number_of(text, "Collection"))


def parts(collection: Collection, context: Context) -> list[SourceParts]:
    """Return the collection's sources with their conditions, read with those of its mates."""
    return child(collection, "parts", lambda ids: parts_of(context.database, ids)) or []


def _members(collection: Collection, context: Context) -> tuple[str, list[Any]]:
    return Members(context.database, {collection.id: parts(collection, context)}).of(collection.id)


def product_page(
    context: Context, collection_id: int, where: tuple[str, Sequence[Any]], args: Args, default: tuple[str, bool]
) -> Page[Product]:
    """Return a window over the products that meet a condition, in the order that is asked for or is the default."""
    key = args.get("sortKey") or "COLLECTION_DEFAULT"
    name, is_descending = {"COLLECTION_DEFAULT": default, "RELEVANCE": default, "BEST_SELLING": _NEWEST}.get(
        key, (key, False)
    )
    order = _product_order(context.database, name, collection_id)
    asked = {**args, "reverse": bool(args.get("reverse")) != is_descending}
    page = row_page(context.database, PRODUCTS, where, order, asked)
    together(page.nodes)
    return page


def _product_order(database: Database, name: str, collection_id: int) -> Order[Product]:
    if name == "MANUAL":
        place = (
            "SELECT position FROM collection_positions p "  # noqa: S608 a number of ours
            f"WHERE p.collection_id = {collection_id} AND p.product_id = products.id"
        )

        def places(ids: list[int]) -> dict[int, int]:
            return positions_of(database, collection_id, ids)

        return Order(
            f"coalesce(({place}), {_NO_PLACE})",
            lambda row: child(row, ("place", collection_id), places) or _NO_PLACE,
        )
    if name == "PRICE":

        def prices(ids: list[int]) -> dict[int, int]:
            marks = ", ".join("?" * len(ids))
            sql = f"SELECT id, ({_LOWEST_PRICE} products.id) FROM products WHERE id IN ({marks})"  # noqa: S608 ours
            return {int(row[0]): int(row[1]) for row in database.rows(sql, ids)}

        return Order(f"({_LOWEST_PRICE} products.id)", lambda row: child(row, "lowest price", prices) or 0)
    return _PRODUCT_ORDERS[name]


def _products(collection: Collection, context: Context, args: Args) -> Page[Product]:
    where = _members(collection, context)
    return product_page(context, collection.id, where, args, _DEFAULTS[collection.sort_order])


def _products_count(collection: Collection, context: Context, _args: Args) -> dict[str, Any]:
    if not collection.is_counted:
        # In the answer that makes a collection its products are not counted yet. (recorded on 2025-01)
        return count(0, None)
    condition, values = _members(collection, context)
    found = context.database.row(f"SELECT count(*) FROM products WHERE {condition}", values)  # noqa: S608 ours
    return count(int(found[0]) if found else 0, None)


def _has_product(collection: Collection, context: Context, args: Args) -> bool:
    return has_product(context, collection, number_of(args["id"], "Product"))


def has_product(context: Context, collection: Collection, product_id: int | None) -> bool:
    """Say whether the product is in the collection."""
    condition, values = _members(collection, context)
    sql = f"SELECT 1 FROM products WHERE id = ? AND {condition}"  # noqa: S608 ours
    return context.database.row(sql, (product_id, *values)) is not None


def _searched(context: Context, text: str | None) -> tuple[str, list[Any]]:
    return search(context, collection_search(context), text)


def _collections(_root: Any, context: Context, args: Args) -> Page[Collection]:
    return _page(context, _searched(context, args.get("query")), args)


def _page(context: Context, where: tuple[str, list[Any]], args: Args) -> Page[Collection]:
    page = row_page(context.database, COLLECTIONS, where, ORDERS[args.get("sortKey") or "ID"], args)
    together(page.nodes)
    return page


def _collections_count(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    condition, values = _searched(context, args.get("query"))
    found = context.database.row(f"SELECT count(*) FROM collections WHERE {condition}", values)  # noqa: S608 ours
    return count(int(found[0]) if found else 0, args.get("limit"))


def _by_handle(context: Context, handle: str) -> Collection | None:
    found = COLLECTIONS.select(context.database, "WHERE handle = ?", (handle,))
    return found[0] if found else None


def _by_identifier(_root: Any, context: Context, args: Args) -> Collection | None:
    identifier = args["identifier"]
    if "id" in identifier:
        return find_collection(context, identifier["id"])
    if "handle" in identifier:
        return _by_handle(context, identifier["handle"])
    return COLLECTIONS.find(context.database, find_by_custom_id(context, "COLLECTION", identifier["customId"]))


def _of_product(product: Product, context: Context, args: Args) -> Page[Collection]:
    ids = _ids_of(product, context)
    marks = ", ".join("?" * len(ids))
    condition, values = _searched(context, args.get("query"))
    return _page(context, (f"id IN ({marks}) AND {condition}", [*ids, *values]), args)


def _in_collection(product: Product, context: Context, args: Args) -> bool:
    return number_of(args["id"], "Collection") in _ids_of(product, context)


def _ids_of(product: Product, context: Context) -> list[int]:
    return child(product, "collections", lambda ids: collection_ids_of(context.database, ids)) or []


def _description(collection: Collection, _context: Context, args: Args) -> str:
    text = html.unescape(re.sub(r"<[^>]*>", "", collection.description_html)).strip()
    text = re.sub(r"\s+", " ", text)
    limit = args.get("truncateAt")
    return text if limit is None or len(text) <= limit else text[: max(0, limit - 3)] + "..."


def _image(collection: Collection, context: Context, _args: Args) -> Image | None:
    shown = collection.image
    if shown is None:
        return None
    url = collection_image_url(context, shown)
    return Image(gid("CollectionImage", shown["id"]), shown["alt"], shown["width"], shown["height"], url)


def _eligibility(collection: Collection, context: Context, _args: Args) -> dict[str, Any]:
    reason = ineligible_reason(context, collection.id, None)
    state = {"eligible": reason is None, "ineligibleReason": reason}
    return {"inclusion": state, "exclusion": state}


KINDS = {Collection: "Collection"}
NODES = {"Collection": lambda context, number: COLLECTIONS.find(context.database, number)}

SCOPES = {
    "read_products": (
        "collection",
        "collectionByHandle",
        "collectionByIdentifier",
        "collections",
        "collectionsCount",
    ),
}

FIELDS: Fields = {
    "QueryRoot": {
        "collection": lambda _root, context, args: find_collection(context, args["id"]),
        "collectionByHandle": lambda _root, context, args: _by_handle(context, args["handle"]),
        "collectionByIdentifier": _by_identifier,
        "collections": _collections,
        "collectionsCount": _collections_count,
    },
    "Product": {"collections": _of_product, "inCollection": _in_collection},
    "Collection": {
        **metafield_fields("COLLECTION", lambda collection: int(collection.id)),
        **definition_fields("COLLECTION"),
        "id": lambda collection, _context, _args: gid("Collection", collection.id),
        "legacyResourceId": attrgetter("id"),
        "title": attrgetter("title"),
        "handle": attrgetter("handle"),
        "description": _description,
        "descriptionHtml": attrgetter("description_html"),
        "sortOrder": attrgetter("sort_order"),
        "templateSuffix": attrgetter("template_suffix"),
        "updatedAt": attrgetter("updated_at"),
        "seo": lambda one, _context, _args: {"title": one.seo_title, "description": one.seo_description},
        "image": _image,
        "products": _products,
        "productsCount": _products_count,
        "hasProduct": _has_product,
        "subCollectionEligibility": _eligibility,
    },
}
