"""Price lists. Shopify: PriceList, PriceListPrice, priceListCreate, priceListUpdate, priceListDelete.

A list has a row for every variant of the shop: fixed ones are in the list's currency, the others follow from the
variant's price, in the shop's currency and rounded to its decimals. (recorded on 2026-04)
"""

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from reconciler.sandbox.resolvers.catalogs import find_catalog
from reconciler.sandbox.resolvers.products import VARIANT_ORDERS
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.paging import Order, Page, list_page, row_page
from reconciler.sandbox.search.selling import PRICE_SEARCH
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import VARIANTS, Variant
from reconciler.sandbox.storage.markets import (
    MARKET_CATALOGS,
    PRICE_LISTS,
    FixedPrice,
    MarketCatalog,
    PriceList,
    delete_price_list,
    fixed_among,
    price_list_of,
)
from reconciler.sandbox.storage.mates import together
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of
from reconciler.sandbox.wire.money import money_text, money_v2

_LONGEST = 255
_MAX_CHANGE = {
    "PERCENTAGE_DECREASE": (100, "INVALID_ADJUSTMENT_MIN_VALUE"),
    "PERCENTAGE_INCREASE": (1_000, "INVALID_ADJUSTMENT_MAX_VALUE"),
}
_FIXED = "variants.id IN (SELECT variant_id FROM fixed_prices WHERE price_list_id = ?)"
_ORIGINS = {"FIXED": _FIXED, "RELATIVE": f"NOT {_FIXED}"}
_ORDERS: dict[str, Order[PriceList]] = {
    "ID": Order("id", lambda row: row.id),
    "NAME": Order("", lambda row: row.name.casefold()),
}


@dataclass(slots=True)
class Price:
    """What a variant costs in a price list."""

    variant: Variant
    price: dict[str, Any]
    compare_at_price: dict[str, Any] | None
    origin: str


def find_price_list(context: Context, text: str) -> PriceList | None:
    """Return the price list with this global id, or None."""
    return PRICE_LISTS.find(context.database, number_of(text, "PriceList"))


def price(context: Context, price_list: PriceList, variant: Variant, fixed: FixedPrice | None) -> Price:
    """Return a variant's price in a list: the fixed one, or what the list's adjustment makes of its own."""
    if fixed is not None:
        compare = fixed.compare_at_price
        shown = money_v2(compare, price_list.currency) if compare is not None else None
        return Price(variant, money_v2(fixed.price, price_list.currency), shown, "FIXED")
    factor = Decimal(str(price_list.adjustment_value)) / 100
    factor = 1 - factor if price_list.adjustment_type == "PERCENTAGE_DECREASE" else 1 + factor
    currency = context.settings.currency

    def adjusted(amount: str) -> dict[str, Any]:
        return money_v2(money_text(Decimal(amount) * factor, currency), currency)

    is_compared = variant.compare_at_price is not None and price_list.compare_at_mode == "ADJUSTED"
    compare_at = adjusted(variant.compare_at_price or "0") if is_compared else None
    return Price(variant, adjusted(variant.price), compare_at, "RELATIVE")


def _prices(price_list: PriceList, context: Context, args: Args) -> Page[Price]:
    condition, parameters = search(context, PRICE_SEARCH, args.get("query"))
    if args.get("originType"):
        condition, parameters = f"{_ORIGINS[args['originType']]} AND {condition}", [price_list.id, *parameters]
    order = VARIANT_ORDERS["ID"]
    page = row_page(context.database, VARIANTS, (condition, parameters), order, args)
    together(page.nodes)
    fixed = fixed_among(context.database, price_list.id, [row.id for row in page.nodes])
    rows = [price(context, price_list, row, fixed.get(row.id)) for row in page.nodes]
    return Page(rows, lambda row: page.cursor_of(row.variant), page.has_next, page.has_previous)


def _price_lists(_root: Any, context: Context, args: Args) -> Page[PriceList]:
    return list_page(PRICE_LISTS.select(context.database, ""), _ORDERS[args.get("sortKey") or "ID"], args)


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    _refuse(_problems(context, given, None))
    price_list = PriceList(context.database.new_id(), "", given["currency"], "", 0, "ADJUSTED", None)
    _apply(context, price_list, given)
    PRICE_LISTS.insert(context.database, [price_list])
    return {"priceList": price_list, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    price_list, given = _required(context, args["id"]), args["input"]
    _refuse(_problems(context, given, price_list))
    if given.get("currency") not in {None, price_list.currency}:
        # Amounts in another currency mean nothing any more. (recorded on 2026-04)
        context.database.run("DELETE FROM fixed_prices WHERE price_list_id = ?", (price_list.id,))
        price_list.currency = given["currency"]
    _apply(context, price_list, given)
    PRICE_LISTS.update(context.database, [price_list])
    return {"priceList": price_list, "userErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    price_list = _required(context, args["id"])
    delete_price_list(context.database, price_list.id)
    return {"deletedId": gid("PriceList", price_list.id), "userErrors": []}


def _required(context: Context, text: str) -> PriceList:
    price_list = find_price_list(context, text)
    if price_list is None:
        raise Refused(user_error(["id"], "Price list does not exist.", "PRICE_LIST_NOT_FOUND"))
    return price_list


def _problems(context: Context, given: dict[str, Any], price_list: PriceList | None) -> list[UserError]:
    """Return what is wrong with an input; a catalog that cannot be comes before all else. (recorded)."""
    own = price_list.id if price_list else None
    if given.get("catalogId") is not None:
        at, catalog = ["input", "catalogId"], find_catalog(context, given["catalogId"])
        if catalog is None:
            return [user_error(at, "Catalog does not exist.", "CATALOG_DOES_NOT_EXIST")]
        other = price_list_of(context.database, catalog.id)
        if other is not None and other.id != own:
            return [user_error(at, "Catalog has a price list already assigned.", "CATALOG_TAKEN")]
    errors = _name_problems(context, given, own)
    change = (given.get("parent") or {}).get("adjustment")
    if change:
        limit, code = _MAX_CHANGE[change["type"]]
        at = ["input", "parent", "adjustment", "value"]
        if change["value"] < 0:
            errors.append(user_error(at, "The adjustment value must be a positive value.", "INVALID_ADJUSTMENT_VALUE"))
        elif change["value"] > limit:
            message = f"The adjustment value must not be greater than {limit}% for `type` `{change['type']}`."
            errors.append(user_error(at, message, code))
    return errors


def _name_problems(context: Context, given: dict[str, Any], own: int | None) -> list[UserError]:
    if given.get("name") is None:
        return []
    at, name = ["input", "name"], given["name"].strip()
    if not name:
        return [user_error(at, "Name can't be blank", "BLANK")]
    if len(name) > _LONGEST:
        return [user_error(at, f"Name is too long (maximum is {_LONGEST} characters)", "TOO_LONG")]
    same = PRICE_LISTS.select(context.database, "WHERE fold(name) = fold(?)", (name,))
    return [user_error(at, "Name has already been taken", "TAKEN")] if any(one.id != own for one in same) else []


def _apply(context: Context, price_list: PriceList, given: dict[str, Any]) -> None:
    if given.get("name") is not None:
        price_list.name = given["name"].strip()
    parent = given.get("parent")
    if parent:
        price_list.adjustment_type = parent["adjustment"]["type"]
        price_list.adjustment_value = float(parent["adjustment"]["value"])
        if parent.get("settings"):
            price_list.compare_at_mode = parent["settings"]["compareAtMode"]
    if "catalogId" in given:
        catalog = find_catalog(context, given["catalogId"]) if given["catalogId"] is not None else None
        price_list.catalog_id = catalog.id if catalog else None


def _refuse(errors: list[UserError]) -> None:
    if errors:
        raise Refused(*errors)


def _fixed_count(price_list: PriceList, context: Context, _args: Args) -> int:
    sql = "SELECT count(*) FROM fixed_prices WHERE price_list_id = ?"
    found = context.database.row(sql, (price_list.id,))
    return int(found[0]) if found else 0


def _parent(price_list: PriceList, _context: Context, _args: Args) -> dict[str, Any]:
    return {
        "adjustment": {"type": price_list.adjustment_type, "value": price_list.adjustment_value},
        "settings": {"compareAtMode": price_list.compare_at_mode},
    }


def _catalog(price_list: PriceList, context: Context, _args: Args) -> MarketCatalog | None:
    return MARKET_CATALOGS.find(context.database, price_list.catalog_id)


KINDS = {PriceList: "PriceList"}
NODES = {"PriceList": lambda context, number: PRICE_LISTS.find(context.database, number)}

SCOPES = {
    "read_products": ("priceList", "priceLists"),
    "write_products": ("priceListCreate", "priceListDelete", "priceListUpdate"),
}

FIELDS: Fields = {
    "QueryRoot": {
        "priceList": lambda _root, context, args: find_price_list(context, args["id"]),
        "priceLists": _price_lists,
    },
    "Mutation": {"priceListCreate": _create, "priceListDelete": _delete, "priceListUpdate": _update},
    "PriceList": {
        "id": lambda row, _context, _args: gid("PriceList", row.id),
        "name": attrgetter("name"),
        "currency": attrgetter("currency"),
        "catalog": _catalog,
        "parent": _parent,
        "fixedPricesCount": _fixed_count,
        "prices": _prices,
    },
    "PriceListPrice": {
        "variant": attrgetter("variant"),
        "price": attrgetter("price"),
        "compareAtPrice": attrgetter("compare_at_price"),
        "originType": attrgetter("origin"),
    },
}
