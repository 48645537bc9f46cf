"""Prices fixed in a list. Shopify: priceListFixedPricesAdd, …Update, …Delete, …ByProductUpdate.

Codes, paths, and which error hides which are recorded on 2026-04; messages that were not are the codes' documented
ones. A price that is fixed again is replaced whole: leaving out compareAtPrice drops it (inferred).
"""

from typing import Any

from reconciler.sandbox.resolvers.price_lists import find_price_list, price
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, VARIANTS, Product, Variant, variants_of
from reconciler.sandbox.storage.markets import FixedPrice, PriceList, fix_prices, fixed_among, free_prices
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of
from reconciler.sandbox.wire.money import shortest

_MAX_BY_PRODUCT = 10_000
_MISMATCH = "The specified currency does not match the price list's currency."


def _add(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    price_list = _required(context, args["priceListId"])
    variants, errors = _wanted(context, price_list, args["prices"], "prices")
    _refuse(errors)
    return {"prices": _fixed(context, price_list, args["prices"], variants), "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    price_list = _required(context, args["priceListId"])
    variants, errors = _wanted(context, price_list, args["pricesToAdd"], "pricesToAdd")
    going, more = _going(context, price_list, args["variantIdsToDelete"], "variantIdsToDelete")
    _refuse([*errors, *more])
    free_prices(context.database, price_list.id, going)
    return {
        "priceList": price_list,
        "pricesAdded": _fixed(context, price_list, args["pricesToAdd"], variants),
        "deletedFixedPriceVariantIds": [gid("ProductVariant", one) for one in going],
        "userErrors": [],
    }


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    price_list = _required(context, args["priceListId"])
    going, errors = _going(context, price_list, args["variantIds"], "variantIds")
    _refuse(errors)
    free_prices(context.database, price_list.id, going)
    return {"deletedFixedPriceVariantIds": [gid("ProductVariant", one) for one in going], "userErrors": []}


def _by_product(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    price_list = find_price_list(context, args["priceListId"])
    if price_list is None:
        raise Refused(user_error(["priceListId"], "Price list does not exist.", "PRICE_LIST_DOES_NOT_EXIST"))
    adding, removing = args.get("pricesToAdd") or [], args.get("pricesToDeleteByProductIds") or []
    products = _products(context, [*(row["productId"] for row in adding), *removing])
    _refuse(_by_product_problems(price_list, (adding, removing), products))
    numbers = {text: product.id for text, product in products.items()}
    variants = variants_of(context.database, sorted(set(numbers.values())))
    rows = [
        _row(context, price_list, variant.id, row) for row in adding for variant in variants[numbers[row["productId"]]]
    ]
    if len(rows) > _MAX_BY_PRODUCT:
        message = f"Exceeded the {_MAX_BY_PRODUCT} prices to add limit."
        raise Refused(user_error(["pricesToAdd"], message, "PRICE_LIMIT_EXCEEDED"))
    free_prices(context.database, price_list.id, [one.id for text in removing for one in variants[numbers[text]]])
    fix_prices(context.database, rows)
    return {
        "priceList": price_list,
        "pricesToAddProducts": [products[row["productId"]] for row in adding],
        "pricesToDeleteProducts": [products[text] for text in removing],
        "userErrors": [],
    }


def _by_product_problems(
    price_list: PriceList, changes: tuple[list[dict[str, Any]], list[str]], products: dict[str, Product]
) -> list[UserError]:
    adding, removing = changes
    if not adding and not removing:
        return [user_error(None, "No update operations specified.", "NO_UPDATE_OPERATIONS_SPECIFIED")]
    errors: list[UserError] = []
    for index, row in enumerate(adding):
        at: list[str | int] = ["pricesToAdd", index]
        if row["productId"] not in products:
            message = f"Product {row['productId']} does not exist."
            errors.append(user_error([*at, "productId"], message, "PRODUCT_DOES_NOT_EXIST"))
        elif _is_foreign(price_list, row):
            errors.append(user_error([*at, "price", "currencyCode"], _MISMATCH, "PRICES_TO_ADD_CURRENCY_MISMATCH"))
    errors += [
        user_error(["pricesToDeleteByProductIds", index], f"Product {text} does not exist.", "PRODUCT_DOES_NOT_EXIST")
        for index, text in enumerate(removing)
        if text not in products
    ]
    added = [row["productId"] for row in adding]
    for name, texts in (("pricesToAdd", added), ("pricesToDeleteByProductIds", removing)):
        if len(set(texts)) < len(texts):
            errors.append(user_error([name], "Duplicate ID in input.", "DUPLICATE_ID_IN_INPUT"))
    if set(added) & set(removing):
        message = "IDs must be mutually exclusive across add or delete operations."
        errors.append(user_error(["pricesToDeleteByProductIds"], message, "ID_MUST_BE_MUTUALLY_EXCLUSIVE"))
    return errors


def _required(context: Context, text: str) -> PriceList:
    price_list = find_price_list(context, text)
    if price_list is None:
        raise Refused(user_error(["priceListId"], "Price list does not exist.", "PRICE_LIST_NOT_FOUND"))
    return price_list


def _wanted(
    context: Context, price_list: PriceList, rows: list[dict[str, Any]], name: str
) -> tuple[dict[str, Variant], list[UserError]]:
    """Return the variants of the rows; one that is not there hides what else is wrong with its row. (recorded)."""
    variants = _variants(context, [row["variantId"] for row in rows])
    errors = []
    for index, row in enumerate(rows):
        at: list[str | int] = [name, index]
        if row["variantId"] not in variants:
            errors.append(user_error([*at, "variantId"], "Product variant ID does not exist.", "VARIANT_NOT_FOUND"))
        elif _is_foreign(price_list, row):
            part = "price" if row["price"]["currencyCode"] != price_list.currency else "compareAtPrice"
            errors.append(user_error([*at, part, "currencyCode"], _MISMATCH, "PRICE_LIST_CURRENCY_MISMATCH"))
    return variants, errors


def _going(context: Context, price_list: PriceList, texts: list[str], name: str) -> tuple[list[int], list[UserError]]:
    variants = _variants(context, texts)
    fixed = fixed_among(context.database, price_list.id, [one.id for one in variants.values()])
    numbers, errors = [], []
    for index, text in enumerate(texts):
        if text not in variants:
            errors.append(user_error([name, index], "Product variant ID does not exist.", "VARIANT_NOT_FOUND"))
        elif variants[text].id not in fixed:
            errors.append(user_error([name, index], "Only fixed prices can be deleted.", "PRICE_NOT_FIXED"))
        else:
            numbers.append(variants[text].id)
    return numbers, errors


def _is_foreign(price_list: PriceList, row: dict[str, Any]) -> bool:
    amounts = [row[part] for part in ("price", "compareAtPrice") if row.get(part) is not None]
    return any(amount["currencyCode"] != price_list.currency for amount in amounts)


def _fixed(
    context: Context, price_list: PriceList, rows: list[dict[str, Any]], variants: dict[str, Variant]
) -> list[Any]:
    """Store the prices, the last of each variant last; return what each of them is now, in the order asked for."""
    made = [_row(context, price_list, variants[row["variantId"]].id, row) for row in rows]
    fix_prices(context.database, made)
    asked = {variant.id: variant for variant in variants.values()}
    now = fixed_among(context.database, price_list.id, list(asked))
    return [
        price(context, price_list, asked[number], now[number])
        for number in dict.fromkeys(row.variant_id for row in made)
    ]


def _row(context: Context, price_list: PriceList, variant_id: int, row: dict[str, Any]) -> FixedPrice:
    compare = row.get("compareAtPrice")
    amount = shortest(compare["amount"]) if compare is not None else None
    return FixedPrice(context.database.new_id(), price_list.id, variant_id, shortest(row["price"]["amount"]), amount)


def _variants(context: Context, texts: list[str]) -> dict[str, Variant]:
    numbers = {text: number_of(text, "ProductVariant") for text in texts}
    keys = sorted({one for one in numbers.values() if one is not None})
    rows = {row.id: row for row in VARIANTS.among(context.database, "id", keys)}
    return {text: rows[number] for text, number in numbers.items() if number in rows}


def _products(context: Context, texts: list[str]) -> dict[str, Product]:
    numbers = {text: number_of(text, "Product") for text in texts}
    keys = sorted({one for one in numbers.values() if one is not None})
    rows = {row.id: row for row in PRODUCTS.among(context.database, "id", keys)}
    return {text: rows[number] for text, number in numbers.items() if number in rows}


def _refuse(errors: list[UserError]) -> None:
    if errors:
        raise Refused(*errors)


SCOPES = {
    "write_products": (
        "priceListFixedPricesAdd",
        "priceListFixedPricesByProductUpdate",
        "priceListFixedPricesDelete",
        "priceListFixedPricesUpdate",
    ),
}

FIELDS: Fields = {
    "Mutation": {
        "priceListFixedPricesAdd": _add,
        "priceListFixedPricesByProductUpdate": _by_product,
        "priceListFixedPricesDelete": _delete,
        "priceListFixedPricesUpdate": _update,
    }
}
