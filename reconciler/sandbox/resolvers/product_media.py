"""Media of products and variants, as they are read. Shopify: Product.media, .images, ProductVariant.media, .image.

The first medium is the featured one, once it is ready; the legacy images are the media that are images and ready.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from reconciler.sandbox.resolvers.images import Image, has_image, image_of, transformed
from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.files import FILE_SEARCH
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import Product, Variant, of_variants
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.mates import child
from reconciler.sandbox.storage.media import (
    FILES,
    File,
    ProductMedia,
    files_by_id,
    media_of,
    variant_files,
)
from reconciler.sandbox.wire.ids import Cursor, encode_cursor, gid


@dataclass(slots=True)
class _Shown:
    """A file in a product's list; ``id`` is the file's, which is what cursors name."""

    id: int
    row: ProductMedia
    file: File


@dataclass(frozen=True, slots=True)
class _Position(Order[Any]):
    """The order of a product's list; its cursors hold the position as text (recorded)."""

    def cursor(self, row_id: int, row: Any) -> str:
        """Return the cursor of a row."""
        return encode_cursor(Cursor(row_id, str(self.key(row))))

    def position(self, cursor: Cursor) -> Any:
        """Return the sort key that a cursor stands for."""
        return int(cursor.last_value)


_ORDERS: dict[str, Order[_Shown]] = {
    "POSITION": _Position("position", lambda shown: shown.row.position),
    "ID": Order("id", lambda shown: shown.id),
    "CREATED_AT": Order("created_at", lambda shown: shown.file.created_at, is_time=True),
}
_BY_ID: Order[File] = Order("id", lambda file: file.id)


def shown_media(product: Product, context: Context, query: str | None = None) -> list[_Shown]:
    """Return the product's media in order, read with those of its mates."""

    def load(ids: list[int]) -> dict[int, list[_Shown]]:
        lists = media_of(context.database, ids)
        wanted = _found(context, [row.file_id for rows in lists.values() for row in rows], query)
        return {
            key: [_Shown(row.file_id, row, wanted[row.file_id]) for row in rows if row.file_id in wanted]
            for key, rows in lists.items()
        }

    return child(product, ("media", query), load) or []


def _found(context: Context, ids: list[int], query: str | None) -> dict[int, File]:
    if not query or not query.strip():
        return files_by_id(context.database, ids)
    condition, parameters = search(context, FILE_SEARCH, query)
    found: dict[int, File] = {}
    for marks, chunk in in_lists(ids):
        clause = f"WHERE id IN ({marks}) AND {condition}"
        found |= {file.id: file for file in FILES.select(context.database, clause, [*chunk, *parameters])}
    return found


def _variant_file(variant: Variant, context: Context) -> File | None:
    def load(ids: list[int]) -> dict[int, File]:
        pairs = variant_files(context.database, ids)
        files = files_by_id(context.database, pairs.values())
        return {variant_id: files[file_id] for variant_id, file_id in pairs.items()}

    return child(variant, "file", load)


def _media(product: Product, context: Context, args: Args) -> dict[str, Any]:
    shown = shown_media(product, context, args.get("query"))
    page = list_page(shown, _ORDERS[args.get("sortKey") or "POSITION"], args)
    return _page(page, lambda one: one.file)


def _images(product: Product, context: Context, args: Args) -> dict[str, Any]:
    shown = [one for one in shown_media(product, context) if has_image(one.file)]
    page = list_page(shown, _ORDERS[args.get("sortKey") or "POSITION"], args)
    return _page(page, lambda one: _sized(_product_image(context, one), args))


def _page(page: Page[_Shown], node_of: Callable[[_Shown], Any]) -> dict[str, Any]:
    edges = [{"node": node_of(edge["node"]), "cursor": edge["cursor"]} for edge in page.edges]
    return {"edges": edges, "nodes": [edge["node"] for edge in edges], "pageInfo": page.pageInfo}


def _sized(image: Image, args: Args) -> Image:
    return replace(image, url=transformed(image.url, args))


def _product_image(context: Context, shown: _Shown) -> Image:
    return image_of(context, shown.file, gid("ProductImage", shown.row.id))


def _featured_media(product: Product, context: Context, _args: Args) -> File | None:
    first = next(iter(shown_media(product, context)), None)
    return first.file if first and first.file.status == "READY" else None


def _featured_image(product: Product, context: Context, _args: Args) -> Image | None:
    first = next((one for one in shown_media(product, context) if has_image(one.file)), None)
    return _product_image(context, first) if first else None


def _variant_media(variant: Variant, context: Context, args: Args) -> Page[File]:
    file = _variant_file(variant, context)
    return list_page([file] if file else [], _BY_ID, args)


def _variant_image(variant: Variant, context: Context, args: Args) -> Image | None:
    file = _variant_file(variant, context)
    if file is None or not has_image(file):
        return None

    number = child(variant, "image id", lambda ids: _image_numbers(context, ids)) or 0
    return _sized(image_of(context, file, gid("ProductImage", number)), args)


def _image_numbers(context: Context, variant_ids: list[int]) -> dict[int, int]:
    pairs = variant_files(context.database, variant_ids)
    products = of_variants(context.database, "product_id", list(pairs))
    rows = media_of(context.database, sorted(set(products.values())))
    places = {(row.product_id, row.file_id): row.id for each in rows.values() for row in each}
    return {key: places.get((products[key], file_id), 0) for key, file_id in pairs.items()}


FIELDS: Fields = {
    "Product": {
        "media": _media,
        "mediaCount": lambda product, context, _args: count(len(shown_media(product, context)), None),
        "images": _images,
        "featuredMedia": _featured_media,
        "featuredImage": _featured_image,
    },
    "ProductVariant": {
        "media": _variant_media,
        "image": _variant_image,
    },
}
