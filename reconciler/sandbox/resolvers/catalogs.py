"""Catalogs of markets. Shopify: MarketCatalog, catalogCreate, catalogUpdate, catalogContextUpdate, catalogDelete.

The catalogs of sales channels are listed with them; they are not an app's to change. A catalog lists its markets by
name. (recorded on 2026-04) Company locations are not here: none is ever found.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.resolvers.markets import find_market, market_page
from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.resolvers.publications import AppCatalog
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.search.selling import APP_CATALOG_SEARCH, CATALOG_SEARCH
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.markets import (
    MARKET_CATALOGS,
    MARKETS,
    PRICE_LISTS,
    Market,
    MarketCatalog,
    PriceList,
    delete_price_list,
    price_list_of,
)
from reconciler.sandbox.storage.publications import PUBLICATIONS, Publication
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of, parse_gid

_SHORTEST, _LONGEST = 1, 255
_Catalog = MarketCatalog | AppCatalog
_ORDERS: dict[str, Order[Any]] = {
    "ID": Order("id", lambda row: row.id),
    "RELEVANCE": Order("id", lambda row: row.id),
    "TITLE": Order("", lambda row: _title(row).casefold()),
    "TYPE": Order("", lambda row: type(row).__name__),
}


def find_catalog(context: Context, text: str) -> MarketCatalog | None:
    """Return the market catalog with this global id, or None."""
    return MARKET_CATALOGS.find(context.database, number_of(text, "MarketCatalog"))


def _title(row: _Catalog) -> str:
    return row.publication.title if isinstance(row, AppCatalog) else row.title


def _chosen(context: Context, args: Args) -> list[_Catalog]:
    wanted = args.get("type")
    rows: list[_Catalog] = []
    if wanted in {None, "APP"}:
        condition, parameters = search(context, APP_CATALOG_SEARCH, args.get("query"))
        clause = f"WHERE catalog_kind = 'APP' AND {condition}"
        rows += [AppCatalog(row) for row in PUBLICATIONS.select(context.database, clause, parameters)]
    if wanted in {None, "MARKET"}:
        condition, parameters = search(context, CATALOG_SEARCH, args.get("query"))
        rows += MARKET_CATALOGS.select(context.database, f"WHERE {condition}", parameters)
    return rows


def _catalogs(_root: Any, context: Context, args: Args) -> Page[_Catalog]:
    return list_page(_chosen(context, args), _ORDERS[args.get("sortKey") or "ID"], args)


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    catalog = MarketCatalog(context.database.new_id(), "", given["status"], [], None)
    problems = _title_problems(given)
    markets, errors = _markets(context, given["context"], ["input", "context"])
    _refuse([*problems, *errors, *_link_problems(context, given, catalog)])
    catalog.market_ids = [market.id for market in markets]
    _apply(context, catalog, given)
    MARKET_CATALOGS.insert(context.database, [catalog])
    return {"catalog": catalog, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    catalog, given = _required(context, args["id"], "id"), args["input"]
    errors = [*_title_problems(given), *_link_problems(context, given, catalog)]
    if given.get("context") is not None:
        markets, problems = _markets(context, given["context"], ["input", "context"])
        errors += problems
        catalog.market_ids = [market.id for market in markets]
    _refuse(errors)
    if given.get("status") is not None:
        catalog.status = given["status"]
    _apply(context, catalog, given)
    MARKET_CATALOGS.update(context.database, [catalog])
    return {"catalog": catalog, "userErrors": []}


def _change_context(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    catalog = _required(context, args["catalogId"], "catalogId")
    adding, removing = args.get("contextsToAdd"), args.get("contextsToRemove")
    if not adding and not removing:
        message = "Must have `contexts_to_add` or `contexts_to_remove` argument."
        raise Refused(user_error(["contextsToAdd"], message, "REQUIRES_CONTEXTS_TO_ADD_OR_REMOVE"))
    for name, given in (("contextsToAdd", adding), ("contextsToRemove", removing)):
        if given and given.get("companyLocationIds"):
            message = "The arguments `contextsToAdd` and `contextsToRemove` must match existing catalog context type."
            raise Refused(user_error([name], message, "CONTEXT_DRIVER_MISMATCH"))
    added, errors = _markets(context, adding, ["contextsToAdd"]) if adding else ([], [])
    removed, more = _markets(context, removing, ["contextsToRemove"]) if removing else ([], [])
    _refuse([*errors, *more])
    going = {market.id for market in removed}
    kept = dict.fromkeys([*catalog.market_ids, *(market.id for market in added)])
    catalog.market_ids = [one for one in kept if one not in going]
    MARKET_CATALOGS.update(context.database, [catalog])
    return {"catalog": catalog, "userErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    catalog = _required(context, args["id"], "id")
    price_list = price_list_of(context.database, catalog.id)
    if price_list is not None:
        # The list goes with its catalog, not only if dependent resources were meant to. (recorded on 2026-04)
        delete_price_list(context.database, price_list.id)
    _detach(context, catalog)
    MARKET_CATALOGS.delete(context.database, [catalog.id])
    return {"deletedId": gid("MarketCatalog", catalog.id), "userErrors": []}


def _required(context: Context, text: str, name: str) -> MarketCatalog:
    parsed = parse_gid(text)
    if parsed and parsed.kind == "AppCatalog":
        raise Refused(user_error([name], "Cannot modify a catalog for an app.", "CANNOT_MODIFY_APP_CATALOG"))
    catalog = find_catalog(context, text)
    if catalog is None:
        raise Refused(user_error([name], "Catalog does not exist", "CATALOG_NOT_FOUND"))
    return catalog


def _markets(context: Context, given: dict[str, Any], at: list[str]) -> tuple[list[Market], list[UserError]]:
    """Return the markets of a context, or what is wrong with it: it is made of one type, and all of it exists."""
    places, markets = given.get("companyLocationIds"), given.get("marketIds")
    if bool(places) == bool(markets):
        message = "Must provide exactly one context type."
        return [], [user_error(at, message, "MUST_PROVIDE_EXACTLY_ONE_CONTEXT_TYPE")]
    if places:
        message = "The company location could not be found."
        field = [*at, "companyLocationIds", "0"]
        return [], [user_error(field, message, "COMPANY_LOCATION_NOT_FOUND")]
    found, errors = [], []
    for index, text in enumerate(markets or []):
        market = find_market(context, text)
        if market is None:
            errors.append(user_error([*at, "marketIds", index], "Market not found.", "MARKET_NOT_FOUND"))
        else:
            found.append(market)
    return found, errors


def _title_problems(given: dict[str, Any]) -> list[UserError]:
    if given.get("title") is None:
        return []
    at, title = ["input", "title"], given["title"].strip()
    if len(title) < _SHORTEST:
        return [user_error(at, "Title can't be blank", "BLANK")]
    if len(title) > _LONGEST:
        return [user_error(at, f"Title is too long (maximum is {_LONGEST} characters)", "TOO_LONG")]
    return []


def _link_problems(context: Context, given: dict[str, Any], catalog: MarketCatalog) -> list[UserError]:
    errors = []
    if given.get("priceListId") is not None:
        price_list = _price_list(context, given)
        if price_list is None:
            errors.append(user_error(["input", "priceListId"], "Price list not found.", "PRICE_LIST_NOT_FOUND"))
        elif price_list.catalog_id not in {None, catalog.id}:
            errors.append(user_error(["input", "priceListId"], "Price list has already been taken", "TAKEN"))
    if given.get("publicationId") is not None:
        publication = _publication(context, given)
        if publication is None:
            errors.append(user_error(["input", "publicationId"], "Publication not found.", "PUBLICATION_NOT_FOUND"))
        elif publication.catalog_kind == "APP" or publication.catalog_id not in {None, catalog.id}:
            errors.append(user_error(["input", "publicationId"], "Publication has already been taken", "TAKEN"))
    return errors


def _apply(context: Context, catalog: MarketCatalog, given: dict[str, Any]) -> None:
    if given.get("title") is not None:
        catalog.title = given["title"].strip()
    if "priceListId" in given:
        old, new = price_list_of(context.database, catalog.id), _price_list(context, given)
        for price_list, owner in ((old, None), (new, catalog.id)):
            if price_list is not None:
                price_list.catalog_id = owner
                PRICE_LISTS.update(context.database, [price_list])
    if "publicationId" in given:
        _detach(context, catalog)
        publication = _publication(context, given)
        if publication is not None:
            publication.catalog_kind, publication.catalog_id, publication.title = "MARKET", catalog.id, catalog.title
            PUBLICATIONS.update(context.database, [publication])
            catalog.publication_id = publication.id


def _detach(context: Context, catalog: MarketCatalog) -> None:
    """Leave the catalog's publication without a catalog."""
    publication = PUBLICATIONS.find(context.database, catalog.publication_id)
    if publication is not None:
        publication.catalog_kind, publication.catalog_id = "NONE", None
        PUBLICATIONS.update(context.database, [publication])
    catalog.publication_id = None


def _price_list(context: Context, given: dict[str, Any]) -> PriceList | None:
    return PRICE_LISTS.find(context.database, number_of(given.get("priceListId"), "PriceList"))


def _publication(context: Context, given: dict[str, Any]) -> Publication | None:
    return PUBLICATIONS.find(context.database, number_of(given.get("publicationId"), "Publication"))


def _refuse(errors: list[UserError]) -> None:
    if errors:
        raise Refused(*errors)


def _of(catalog: MarketCatalog, context: Context) -> list[Market]:
    return MARKETS.among(context.database, "id", catalog.market_ids)


def _anything(context: Context, text: str) -> Any:
    parsed = parse_gid(text)
    return context.resource(text) if parsed and parsed.kind in {"AppCatalog", "MarketCatalog"} else None


def _market_count(catalog: MarketCatalog, context: Context, args: Args) -> dict[str, Any]:
    page = market_page(_of(catalog, context), {"first": 250, "status": args.get("status"), "type": args.get("type")})
    return count(len(page.nodes), args.get("limit"))


KINDS = {MarketCatalog: "MarketCatalog"}
NODES = {"MarketCatalog": lambda context, number: MARKET_CATALOGS.find(context.database, number)}

SCOPES = {
    "read_products": ("catalog", "catalogs", "catalogsCount"),
    "write_products": ("catalogContextUpdate", "catalogCreate", "catalogDelete", "catalogUpdate"),
}

FIELDS: Fields = {
    "QueryRoot": {
        "catalog": lambda _root, context, args: _anything(context, args["id"]),
        "catalogs": _catalogs,
        "catalogsCount": lambda _root, context, args: count(len(_chosen(context, args)), args.get("limit")),
    },
    "Mutation": {
        "catalogContextUpdate": _change_context,
        "catalogCreate": _create,
        "catalogDelete": _delete,
        "catalogUpdate": _update,
    },
    "AppCatalog": {"priceList": lambda _catalog, _context, _args: None},
    "MarketCatalog": {
        "id": lambda row, _context, _args: gid("MarketCatalog", row.id),
        "title": attrgetter("title"),
        "status": attrgetter("status"),
        "markets": lambda row, context, args: market_page(_of(row, context), args),
        "marketsCount": _market_count,
        "priceList": lambda row, context, _args: price_list_of(context.database, row.id),
        "publication": lambda row, context, _args: PUBLICATIONS.find(context.database, row.publication_id),
    },
}
