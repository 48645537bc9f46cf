"""What shops have beside their catalog, answered as one that has none of it. Shopify: SellingPlanGroup, ShopPolicy, ….

Requests about a catalog ask in passing for selling plans and policies, and for orders, customers and pages by their
ids. There are none here: lists are empty, and no id finds anything.
"""

from typing import Any

from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.shops.context import Args, Context, Fields

_BY_ID: Order[Any] = Order("id", lambda row: row.id)


def _no_page(_source: Any, _context: Context, args: Args) -> Page[Any]:
    return list_page([], _BY_ID, args)


def _no_count(_source: Any, _context: Context, _args: Args) -> dict[str, Any]:
    return count(0, None)


def _nothing(_source: Any, _context: Context, _args: Args) -> None:
    return None


FIELDS: Fields = {
    "Product": {
        "combinedListingRole": _nothing,
        "sellingPlanGroups": _no_page,
        "sellingPlanGroupsCount": _no_count,
    },
    "ProductVariant": {"sellingPlanGroups": _no_page, "sellingPlanGroupsCount": _no_count},
    "Shop": {"shopPolicies": lambda _shop, _context, _args: []},
    "Video": {"originalSource": _nothing},
}
