"""Markets. Shopify: Market, MarketRegionCountry, marketCreate, marketUpdate, marketDelete.

Only conditions on regions are here; market web presences, deliveries and discounts are not.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.markets.market_input import apply_market, change_regions, market_problems, new_market
from reconciler.sandbox.markets.names import COUNTRIES, CURRENCIES
from reconciler.sandbox.resolvers.metafields import metafield_fields
from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.search.selling import MARKET_SEARCH
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.markets import MARKET_CATALOGS, MARKETS, Market, MarketCatalog, PriceList, price_list_of
from reconciler.sandbox.storage.metafields import delete_metafields
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of, parse_gid


def _type(market: Market) -> str:
    return "REGION" if market.regions else "NONE"


ORDERS: dict[str, Order[Market]] = {
    "NAME": Order("", lambda row: row.name.casefold()),
    "STATUS": Order("", lambda row: row.status),
    "MARKET_TYPE": Order("", _type),
    "MARKET_CONDITION_TYPES": Order("", _type),
    # Rows are numbered in the order in which they were made; what they changed last is not kept.
    **dict.fromkeys(("ID", "CREATED_AT", "UPDATED_AT"), Order("id", lambda row: row.id)),
}
_BY_ID: Order[Any] = Order("id", lambda row: row.id)


class Region:
    """A country of a market, with the currency of the market's own setting."""

    def __init__(self, row: dict[str, Any], currency: str | None) -> None:
        self.id: int = row["id"]
        self.code: str = row["code"]
        self.currency = currency


def find_market(context: Context, text: str) -> Market | None:
    """Return the market with this global id, or None."""
    return MARKETS.find(context.database, number_of(text, "Market"))


def market_page(rows: list[Market], args: Args) -> Page[Market]:
    """Return a window over markets, by name, narrowed to a status and a type."""
    if args.get("status"):
        rows = [row for row in rows if row.status == args["status"]]
    if args.get("type"):
        rows = [row for row in rows if _type(row) == args["type"]]
    return list_page(rows, ORDERS["NAME"], args)


def _markets(_root: Any, context: Context, args: Args) -> Page[Market]:
    condition, parameters = search(context, MARKET_SEARCH, args.get("query"))
    rows = MARKETS.select(context.database, f"WHERE {condition}", parameters)
    if args.get("type"):
        rows = [row for row in rows if _type(row) == args["type"]]
    return list_page(rows, ORDERS[args.get("sortKey") or "NAME"], args)


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    _refuse(market_problems(context, given, None))
    market = new_market(context, given)
    MARKETS.insert(context.database, [market])
    _link(context, market, given.get("catalogs") or [], "catalogs")
    return {"market": market, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    market, given = _required(context, args["id"]), args["input"]
    _refuse(market_problems(context, given, market))
    unknown = given.get("webPresencesToAdd") or []
    if unknown:
        raise Refused(_not_found("webPresencesToAdd", unknown))
    apply_market(context, market, given)
    change_regions(context, market, given.get("conditions"))
    MARKETS.update(context.database, [market])
    _link(context, market, given.get("catalogsToAdd") or [], "catalogsToAdd")
    _unlink(context, market, given.get("catalogsToDelete") or [])
    return {"market": market, "userErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    market = _required(context, args["id"])
    if market.is_primary:
        raise Refused(user_error(["id"], "Can't delete the primary market", "CANNOT_DELETE_PRIMARY_MARKET"))
    for catalog in _catalogs(market, context):
        _part(context, catalog, market)
    delete_metafields(context.database, "MARKET", [market.id])
    MARKETS.delete(context.database, [market.id])
    return {"deletedId": gid("Market", market.id), "userErrors": []}


def _required(context: Context, text: str) -> Market:
    market = find_market(context, text)
    if market is None:
        raise Refused(user_error(["id"], "Market does not exist", "MARKET_NOT_FOUND"))
    return market


def _link(context: Context, market: Market, texts: list[str], name: str) -> None:
    found = {text: MARKET_CATALOGS.find(context.database, number_of(text, "MarketCatalog")) for text in texts}
    missing = [text for text, catalog in found.items() if catalog is None]
    if missing:
        raise Refused(_not_found(name, missing))
    for catalog in found.values():
        if catalog and market.id not in catalog.market_ids:
            catalog.market_ids.append(market.id)
            MARKET_CATALOGS.update(context.database, [catalog])


def _unlink(context: Context, market: Market, texts: list[str]) -> None:
    numbers = {number_of(text, "MarketCatalog") for text in texts}
    for catalog in _catalogs(market, context):
        if catalog.id in numbers:
            _part(context, catalog, market)


def _part(context: Context, catalog: MarketCatalog, market: Market) -> None:
    catalog.market_ids = [one for one in catalog.market_ids if one != market.id]
    MARKET_CATALOGS.update(context.database, [catalog])


def _not_found(name: str, texts: list[str]) -> UserError:
    parsed = [parse_gid(text) for text in texts]
    numbers = ", ".join(one.tail if one else "" for one in parsed)
    message = f"The following customization IDs were not found: {numbers}"
    return user_error(["input", name], message, "CUSTOMIZATIONS_NOT_FOUND")


def _refuse(errors: list[UserError]) -> None:
    if errors:
        raise Refused(*errors)


def _catalogs(market: Market, context: Context) -> list[MarketCatalog]:
    clause = "WHERE EXISTS (SELECT 1 FROM json_each(market_ids) one WHERE one.value = ?) ORDER BY id"
    return MARKET_CATALOGS.select(context.database, clause, (market.id,))


def _conditions(market: Market, _context: Context, _args: Args) -> dict[str, Any] | None:
    return {"market": market, "conditionTypes": ["REGION"]} if market.regions else None


def _regions_condition(conditions: dict[str, Any], _context: Context, _args: Args) -> dict[str, Any]:
    return {"market": conditions["market"], "applicationLevel": "SPECIFIED"}


def _regions(market: Market, args: Args) -> Page[Region]:
    return list_page([Region(row, market.currency) for row in market.regions], _BY_ID, args)


def _currency(market: Market, _context: Context, _args: Args) -> dict[str, Any] | None:
    if market.currency is None:
        return None
    base = {**_setting(market.currency), "enabled": market.status == "ACTIVE", "manualRate": market.manual_rate}
    return {"baseCurrency": base, "localCurrencies": market.local_currencies, "roundingEnabled": market.rounding}


def _setting(code: str) -> dict[str, Any]:
    return {"currencyCode": code, "currencyName": CURRENCIES[code], "enabled": True, "manualRate": None}


def _no_presences(_market: Any, _context: Context, args: Args) -> Page[Any]:
    """Return the web presences of a market: none, for they are not linked to markets here."""
    return list_page([], _BY_ID, args)


def _price_list(market: Market, context: Context, _args: Args) -> PriceList | None:
    lists = (price_list_of(context.database, catalog.id) for catalog in _catalogs(market, context))
    return next((one for one in lists if one), None)


KINDS = {Market: "Market", Region: "MarketRegionCountry"}
NODES = {"Market": lambda context, number: MARKETS.find(context.database, number)}

SCOPES = {
    "read_markets": ("market", "markets"),
    "write_markets": ("marketCreate", "marketDelete", "marketUpdate"),
}

FIELDS: Fields = {
    "QueryRoot": {"market": lambda _root, context, args: find_market(context, args["id"]), "markets": _markets},
    "Mutation": {"marketCreate": _create, "marketDelete": _delete, "marketUpdate": _update},
    "Market": {
        **metafield_fields("MARKET", lambda market: int(market.id)),
        "id": lambda market, _context, _args: gid("Market", market.id),
        "name": attrgetter("name"),
        "handle": attrgetter("handle"),
        "status": attrgetter("status"),
        "enabled": lambda market, _context, _args: market.status == "ACTIVE",
        "primary": attrgetter("is_primary"),
        "type": lambda market, _context, _args: _type(market),
        "conditions": _conditions,
        "regions": lambda market, _context, args: _regions(market, args),
        "currencySettings": _currency,
        "catalogs": lambda market, context, args: list_page(_catalogs(market, context), _BY_ID, args),
        "catalogsCount": lambda market, context, _args: count(len(_catalogs(market, context)), None),
        "priceInclusions": attrgetter("inclusions"),
        "priceList": _price_list,
        "webPresences": _no_presences,
    },
    "MarketPriceInclusions": {
        "adaptivePricingEnabled": lambda held, _context, _args: held["adaptivePricingEnabled"],
        "inclusiveDutiesPricingStrategy": lambda held, _context, _args: held["dutiesPricingStrategy"],
        "inclusiveTaxPricingStrategy": lambda held, _context, _args: held["taxPricingStrategy"],
    },
    "MarketConditions": {
        "conditionTypes": lambda held, _context, _args: held["conditionTypes"],
        "regionsCondition": _regions_condition,
    },
    "RegionsCondition": {
        "applicationLevel": lambda held, _context, _args: held["applicationLevel"],
        "regions": lambda held, _context, args: _regions(held["market"], args),
    },
    "MarketRegionCountry": {
        "id": lambda region, _context, _args: gid("MarketRegionCountry", region.id),
        "code": attrgetter("code"),
        # Which currency a country has of its own is not known here. (inferred for local currencies)
        "currency": lambda region, context, _args: _setting(region.currency or context.settings.currency),
        "name": lambda region, _context, _args: COUNTRIES[region.code],
    },
}
