"""What other areas of the API add to the catalog: selling plans, quantity rules, policies. A shop here has none of it.

The formats of money are those of a shop that never chose any, with the code for every symbol. (inferred)
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.shops.context import Args, Context, Fields

_BY_ID: Order[Any] = Order("id", attrgetter("id"))


def _none(_source: Any, _context: Context, _args: Args) -> None:
    return None


def _no_rows(_source: Any, _context: Context, args: Args) -> Page[Any]:
    return list_page([], _BY_ID, args)


def _zero(_source: Any, _context: Context, args: Args) -> dict[str, Any]:
    return count(0, args.get("limit"))


def _money_formats(_shop: Any, context: Context, _args: Args) -> dict[str, str]:
    amount = "{{amount}}"
    return {
        "moneyFormat": amount,
        "moneyWithCurrencyFormat": f"{amount} {context.settings.currency}",
        "moneyInEmailsFormat": amount,
        "moneyWithCurrencyInEmailsFormat": f"{amount} {context.settings.currency}",
    }


_PLANS: dict[str, Any] = {"sellingPlanGroups": _no_rows, "sellingPlanGroupsCount": _zero}

FIELDS: Fields = {
    "PriceList": {"quantityRules": _no_rows},
    "PriceListPrice": {"quantityPriceBreaks": _no_rows},
    "Product": {**_PLANS, "combinedListingRole": _none},
    "ProductVariant": _PLANS,
    "Shop": {
        "currencyFormats": _money_formats,
        "features": lambda _shop, _context, _args: {"sellsSubscriptions": False},
        "shopPolicies": lambda _shop, _context, _args: [],
    },
    "Video": {"originalSource": _none},
}
