"""The page of limits: names and defaults from the model; what each speaks of, and needs, in words."""

from collections.abc import Iterator
from typing import get_args

from reconciler.model.limits import Limits, Share, Switchable
from tests.reference.markdown import code, table

SPEAKS: dict[str, tuple[str, str]] = {
    "price-move": ("a price moves by more than so many percent", "the price before"),
    "price-zero": ("something would cost nothing", "the price"),
    "price-swapped": ("price and compare-at price change places", "both before and after"),
    "compare-at-not-above": ("a compare-at price would not be above the price", "both"),
    "below-cost": (
        "a price would be below the cost, or leave less than the margin",
        "the cost, in git or in the store",
    ),
    "cost-cleared": ("a variant loses its cost", "the cost before"),
    "text-emptied": ("a title or a description would say nothing any more", "the text before"),
    "pictures-lost": ("a product that stays loses its last picture", "images in git"),
    "publications-lost": ("what stays leaves the last place where it is sold", "publications in the store's file"),
    "stock-lost": ("nothing of a product that stays could be sold any more", "stock in git"),
    "stock-unknown": (
        "a count is to be written that customers may have moved",
        "nothing: it speaks where no base is known",
    ),
    "prices-changed": ("so large a share of all prices changes", "how many variants are managed"),
    "catalog-shrunk": ("git asks for so many fewer products than are managed", "how many products are managed"),
    "product-removed": ("so large a share of our products would go", "how many are managed"),
    "variant-removed": ("so large a share of our variants would go", "how many are managed"),
    "collection-removed": ("so large a share of our collections would go", "how many are managed"),
    "takes-along": ("a deletion takes along what no rollback brings back", "nothing: what cannot be looked at counts"),
    "adopt": ("something without our mark would be taken over", "nothing"),
    "conflict": ("a field changed in git and in the store", "the commit applied last, and git's history"),
}
_ALWAYS = ("takes-along", "adopt", "conflict")
"""What no store can switch off."""


def names() -> Iterator[str]:
    """Yield the names that the program has."""
    yield from get_args(Switchable)
    yield from (f"{kind}-removed" for kind in Limits().removed)
    yield from _ALWAYS


def limits_page() -> str:
    """Return the table of limits, and how a store sets them."""
    said = {name: SPEAKS.get(name, ("", "")) for name in names()}
    rows = [(code(name), speaks, _default(name), needs) for name, (speaks, needs) in said.items()]
    return (
        f"{table(('limit', 'speaks when', 'default', 'needs to know'), rows)}\n"
        "Without what it needs to know a limit is silent. [Limits](../limits.md) says how one is let through, set "
        "otherwise or switched off; the fields are those of [limits](store.md#limits) in a store's file.\n"
    )


def _default(name: str) -> str:
    limits = Limits()
    match name:
        case "price-move":
            return f"{code('price_move')}: {limits.price_move} percent"
        case "below-cost":
            return f"{code('margin')}: {limits.margin} percent"
        case "prices-changed":
            return f"{code('prices_changed')}: {_share(limits.prices_changed)}"
        case "catalog-shrunk":
            return f"{code('shrunk')}: {_share(limits.shrunk)}"
        case _ if name.endswith("-removed"):
            return f"{code('removed')}: {_share(limits.removed[name.removesuffix('-removed')])}"
        case _:
            return "always on" if name in _ALWAYS else "on"


def _share(limit: Share) -> str:
    return f"{(limit.share * 100).normalize():f} percent, more than {limit.floor}"
