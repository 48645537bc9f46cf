"""Publications and the sales channels behind them. Shopify: Publication, Channel, AppCatalog, publicationCreate, ….

A publication that an app makes has no catalog until one takes it; those of sales channels are not an app's to change,
for which the messages are inferred. publicationUpdate takes no variants. (recorded on 2026-04)
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.publications.listing import KINDS as PUBLISHABLE
from reconciler.sandbox.publications.listing import Placement, placements, put_on, take_off
from reconciler.sandbox.resolvers.products import count, product_order
from reconciler.sandbox.resolvers.publishables import Channel
from reconciler.sandbox.search.conditions import PRODUCT_SEARCH, search
from reconciler.sandbox.search.paging import Order, Page, list_page, row_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Product
from reconciler.sandbox.storage.markets import MARKET_CATALOGS, MarketCatalog
from reconciler.sandbox.storage.mates import together
from reconciler.sandbox.storage.publications import PUBLICATIONS, Publication, every_publication
from reconciler.sandbox.wire.errors import Refused, UserError, invalid_id, user_error
from reconciler.sandbox.wire.ids import gid, number_of, parse_gid

_BY_ID: Order[Any] = Order("id", lambda row: row.id)
_MAX_CHANGES = 50
_LISTED = "products.id IN (SELECT owner_id FROM listings WHERE publication_id = ? AND owner_type = 'PRODUCT')"
_PUBLISHED = (
    "products.id IN (SELECT owner_id FROM listings WHERE publication_id = ? AND owner_type = 'PRODUCT' "
    "AND publish_date <= ?) AND products.status IN ('ACTIVE', 'UNLISTED')"
)


class AppCatalog:
    """The catalog of a sales channel: it has the channel's publication and no prices of its own."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.id = publication.catalog_id


def _find(context: Context, text: str | None) -> Publication | None:
    return PUBLICATIONS.find(context.database, number_of(text, "Publication"))


def _chosen(context: Context, args: Args) -> list[Publication]:
    rows = every_publication(context.database)
    wanted = args.get("catalogType")
    return [row for row in rows if row.catalog_kind == wanted] if wanted else rows


def _channels(context: Context) -> list[Channel]:
    return [Channel(row) for row in every_publication(context.database) if row.handle]


def _find_channel(context: Context, number: int | None) -> Channel | None:
    return next((one for one in _channels(context) if one.id == number), None)


def _by_handle(_root: Any, context: Context, args: Args) -> Channel | None:
    return next((one for one in _channels(context) if one.publication.handle == args["handle"]), None)


def _where(context: Context, publication: Publication, args: Args, *, included: bool) -> tuple[str, list[Any]]:
    condition, parameters = search(context, PRODUCT_SEARCH, args.get("query"))
    if included:
        return f"{_LISTED} AND {condition}", [publication.id, *parameters]
    return f"{_PUBLISHED} AND {condition}", [publication.id, context.now, *parameters]


def _products(publication: Publication, context: Context, args: Args, *, included: bool) -> Page[Product]:
    order = product_order(context, args.get("sortKey"))
    page = row_page(context.database, PRODUCTS, _where(context, publication, args, included=included), order, args)
    together(page.nodes)
    return page


def _products_count(publication: Publication, context: Context, args: Args, *, included: bool) -> dict[str, Any]:
    condition, parameters = _where(context, publication, args, included=included)
    found = context.database.row(f"SELECT count(*) FROM products WHERE {condition}", parameters)  # noqa: S608 ours
    return count(int(found[0]) if found else 0, args.get("limit"))


def _placed(publication: Publication, context: Context, args: Args) -> Page[Placement]:
    """Return the products on the publication, as placements there."""
    page = _products(publication, context, {**args, "sortKey": None}, included=True)
    rows = [
        next(one for one in placements(context, PUBLISHABLE["Product"], row) if one.id == publication.id)
        for row in page.nodes
    ]
    return Page(rows, lambda one: page.cursor_of(one.publishable), page.has_next, page.has_previous)


def _published_count(_root: Any, context: Context, args: Args) -> dict[str, Any] | None:
    publication = _find(context, args["publicationId"])
    return _products_count(publication, context, args, included=False) if publication else None


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    catalog = _free_catalog(context, given["catalogId"]) if given.get("catalogId") is not None else None
    publication = Publication(
        id=context.database.new_id(),
        title=catalog.title if catalog else "",
        handle=None,
        catalog_kind="MARKET" if catalog else "NONE",
        catalog_id=catalog.id if catalog else None,
        auto_publish=bool(given.get("autoPublish")),
        supports_future=False,
        is_own=False,
    )
    PUBLICATIONS.insert(context.database, [publication])
    if catalog is not None:
        catalog.publication_id = publication.id
        MARKET_CATALOGS.update(context.database, [catalog])
    if given.get("defaultState") == "ALL_PRODUCTS":
        for product in PRODUCTS.select(context.database, "ORDER BY id"):
            put_on(context, PUBLISHABLE["Product"], product, publication, None)
    return {"publication": publication, "userErrors": []}


def _free_catalog(context: Context, text: str) -> MarketCatalog:
    catalog = MARKET_CATALOGS.find(context.database, number_of(text, "MarketCatalog"))
    if catalog is None:
        message = f"A catalog was not found for id= {text}."
        raise Refused(user_error(["input", "catalogId"], message, "CATALOG_NOT_FOUND"))
    if catalog.publication_id is not None:
        raise Refused(user_error(["input", "catalogId"], "Catalog has already been taken", "TAKEN"))
    return catalog


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    publication, given = _changeable(context, args["id"]), args["input"]
    adding, removing = given.get("publishablesToAdd") or [], given.get("publishablesToRemove") or []
    for text in (*adding, *removing):
        parsed = parse_gid(text)
        if parsed is None or parsed.kind not in PUBLISHABLE or parsed.kind == "ProductVariant":
            raise invalid_id(text)
    errors = _limit_problems(adding, removing)
    rows = {text: _row(context, text) for text in (*adding, *removing)}
    for name, texts in (("publishablesToAdd", adding), ("publishablesToRemove", removing)):
        if errors:
            break
        errors = [
            user_error(["input", name, index], "Publishable ID not found.", "INVALID_PUBLISHABLE_ID")
            for index, text in enumerate(texts)
            if rows[text] is None
        ]
    if errors:
        raise Refused(*errors)
    for text in adding:
        put_on(context, PUBLISHABLE[_kind(text)], rows[text], publication, None)
    for text in removing:
        take_off(context, PUBLISHABLE[_kind(text)], rows[text], publication)
    if given.get("autoPublish") is not None:
        publication.auto_publish = given["autoPublish"]
        PUBLICATIONS.update(context.database, [publication])
    return {"publication": publication, "userErrors": []}


def _limit_problems(adding: list[str], removing: list[str]) -> list[UserError]:
    """Return the error of too many changes; it stands one beyond the limit in the longer list. (recorded)."""
    if len(adding) + len(removing) <= _MAX_CHANGES:
        return []
    name = "publishablesToAdd" if len(adding) >= len(removing) else "publishablesToRemove"
    message = "The limit for simultaneous publication updates has been exceeded."
    return [user_error(["input", name, _MAX_CHANGES + 1], message, "PUBLICATION_UPDATE_LIMIT_EXCEEDED")]


def _row(context: Context, text: str) -> Any:
    parsed = parse_gid(text)
    return PUBLISHABLE[parsed.kind].find(context, parsed.number) if parsed else None


def _kind(text: str) -> str:
    parsed = parse_gid(text)
    return parsed.kind if parsed else ""


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    publication = _changeable(context, args["id"])
    context.database.run("DELETE FROM listings WHERE publication_id = ?", (publication.id,))
    sql = "UPDATE market_catalogs SET publication_id = NULL WHERE publication_id = ?"
    context.database.run(sql, (publication.id,))
    PUBLICATIONS.delete(context.database, [publication.id])
    return {"deletedId": gid("Publication", publication.id), "userErrors": []}


def _changeable(context: Context, text: str) -> Publication:
    publication = _find(context, text)
    if publication is None:
        raise Refused(user_error(["id"], "Publication was not found", "PUBLICATION_NOT_FOUND"))
    if publication.catalog_kind == "APP":
        message = "Can't modify a publication that belongs to an app catalog"
        raise Refused(user_error(["id"], message, "CANNOT_MODIFY_APP_CATALOG_PUBLICATION"))
    return publication


def _catalog(publication: Publication, context: Context, _args: Args) -> AppCatalog | MarketCatalog | None:
    if publication.catalog_kind == "APP":
        return AppCatalog(publication)
    return MARKET_CATALOGS.find(context.database, publication.catalog_id)


def _channel_page(publication: Publication, _context: Context, args: Args) -> Page[Channel]:
    return list_page([Channel(publication)] if publication.handle else [], _BY_ID, args)


def _find_app_catalog(context: Context, number: int) -> AppCatalog | None:
    rows = every_publication(context.database)
    found = [row for row in rows if row.catalog_kind == "APP" and row.catalog_id == number]
    return AppCatalog(found[0]) if found else None


KINDS = {Publication: "Publication", Channel: "Channel", AppCatalog: "AppCatalog"}
NODES = {
    "AppCatalog": _find_app_catalog,
    "Channel": _find_channel,
    "Publication": lambda context, number: PUBLICATIONS.find(context.database, number),
}

SCOPES = {
    "read_publications": (
        "channel",
        "channelByHandle",
        "channels",
        "publication",
        "publications",
        "publicationsCount",
        "publishedProductsCount",
    ),
    "write_publications": (
        "publicationCreate",
        "publicationDelete",
        "publicationUpdate",
    ),
}

FIELDS: Fields = {
    "QueryRoot": {
        "channel": lambda _root, context, args: _find_channel(context, number_of(args["id"], "Channel")),
        "channelByHandle": _by_handle,
        "channels": lambda _root, context, args: list_page(_channels(context), _BY_ID, args),
        "publication": lambda _root, context, args: _find(context, args["id"]),
        "publications": lambda _root, context, args: list_page(_chosen(context, args), _BY_ID, args),
        "publicationsCount": lambda _root, context, args: count(len(_chosen(context, args)), args.get("limit")),
        "publishedProductsCount": _published_count,
    },
    "Mutation": {
        "publicationCreate": _create,
        "publicationDelete": _delete,
        "publicationUpdate": _update,
    },
    "Publication": {
        "id": lambda row, _context, _args: gid("Publication", row.id),
        "name": attrgetter("title"),
        "autoPublish": attrgetter("auto_publish"),
        "supportsFuturePublishing": attrgetter("supports_future"),
        "catalog": _catalog,
        "channels": _channel_page,
        "includedProducts": lambda row, context, args: _products(row, context, args, included=True),
        "includedProductsCount": lambda row, context, args: _products_count(row, context, args, included=True),
        "products": lambda row, context, args: _products(row, context, args, included=False),
        "productPublicationsV3": _placed,
    },
    "Channel": {
        # Of channels that are bound to an account elsewhere, which the shop's own ones are not.
        **{
            name: lambda _channel, _context, _args: None for name in ("accountId", "accountName", "specificationHandle")
        },
        "id": lambda channel, _context, _args: gid("Channel", channel.id),
        "handle": attrgetter("publication.handle"),
        "name": attrgetter("publication.title"),
        "supportsFuturePublishing": attrgetter("publication.supports_future"),
        "products": lambda one, context, args: _products(one.publication, context, args, included=False),
        "productsCount": lambda one, context, args: _products_count(one.publication, context, args, included=False),
        "productPublicationsV3": lambda one, context, args: _placed(one.publication, context, args),
    },
    "AppCatalog": {
        "id": lambda catalog, _context, _args: gid("AppCatalog", catalog.id),
        "title": attrgetter("publication.title"),
        "status": lambda _catalog, _context, _args: "ACTIVE",
        "publication": attrgetter("publication"),
        "channels": lambda catalog, context, args: _channel_page(catalog.publication, context, args),
    },
}
