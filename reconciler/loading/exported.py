"""What exports of every form become: products, checked as a catalog file is, and a count of what was left out."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.loading.consistency import faults
from reconciler.loading.places import Locator
from reconciler.loading.validation import Refused, validated
from reconciler.model.catalog import VALUE_SEPARATOR, Product
from reconciler.model.errors import Diagnostic

DEFAULT_LOCATION: Final = "default"
"""What git calls the place of an export's quantities, when nobody names one."""

NO_PLACE: Final = "the catalog has no place for it"
GIFT_CARDS: Final = "gift cards are products of another sort, which the catalog does not manage"
NO_GIFT_CARDS: Final = f"{GIFT_CARDS}; they are left out"

_DEFAULT_OPTION: Final = ("Title", "Default Title")  # how Shopify spells that there are no options
_TAXONOMY: Final = re.compile(r"[a-z]{2}(-\d+)*")
_TAXONOMY_ID: Final = "gid://shopify/TaxonomyCategory/"


@dataclass(frozen=True, slots=True)
class NotCarriedOver:
    """A column or field of which values did not reach the products: how many, and why."""

    column: str
    values: int
    reason: str


@dataclass(frozen=True, slots=True)
class Export:
    """What files of an export hold."""

    products: tuple[Product, ...]
    not_carried_over: tuple[NotCarriedOver, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the values of an export are to be read."""

    currency: str | None = None
    """The currency of its prices; None: that of whichever store reads them."""
    location: str = DEFAULT_LOCATION
    """What git calls the place where its quantities are."""

    def amounts(self, text: object) -> object:
        """Return an amount as a file of the catalog says it."""
        return {self.currency: text} if self.currency else text


def checked(document: Mapping[str, object], locator: Locator, problems: list[Diagnostic]) -> Product | None:
    """Return the product that a document makes; None, with the problems, when it makes none."""
    try:
        product = validated(Product, document, locator)
    except Refused as refused:
        problems += refused.diagnostics
        return None
    problems += (Diagnostic(fault.summary, locator.value(fault.path), fault.hint) for fault in faults(product))
    return product


def not_carried_over(lost: Counter[str]) -> tuple[NotCarriedOver, ...]:
    """Return the counts of what the catalog has no place for, in the order in which the names came up."""
    return tuple(NotCarriedOver(column, times, NO_PLACE) for column, times in lost.items())


def free_key(handle: str, taken: set[str]) -> str:
    """Return a key for the product of this handle, and take it. ``taken`` holds keys in lower case."""
    stem = re.sub(r"[\s/\x00-\x1f]+", "-", handle)
    key, number = stem, 2
    while key.lower() in taken:
        key, number = f"{stem}-{number}", number + 1
    taken.add(key.lower())
    return key


def tag_list(texts: Iterable[str]) -> list[str]:
    """Return the tags, each once, ignoring case as Shopify does."""
    seen: dict[str, str] = {}
    for tag in texts:
        if tag.strip():
            seen.setdefault(tag.strip().lower(), tag.strip())
    return list(seen.values())


def shared_skus(times: Mapping[str, int]) -> frozenset[str]:
    """Return the SKUs that more than one variant has."""
    return frozenset(sku for sku, count in times.items() if sku and count > 1)


def variant_names(sku: str, values: Mapping[str, str], shared: frozenset[str]) -> dict[str, object]:
    """Return what a variant is known by: its SKU, and a key where others have that SKU too."""
    if not sku:
        return {}
    return {"key": VALUE_SEPARATOR.join(values.values()) or sku, "sku": sku} if sku in shared else {"sku": sku}


def is_without_options(names: Iterable[str], values: Iterable[str]) -> bool:
    """Return whether the options of a product are what Shopify gives to products that have none."""
    return list(names) == [_DEFAULT_OPTION[0]] and set(values) <= {_DEFAULT_OPTION[1], ""}


def is_stand_in(value: str) -> bool:
    """Return whether an option value is the one that stands for none."""
    return value == _DEFAULT_OPTION[1]


def taxonomy_code(text: str) -> str | None:
    """Return the code that a text or an id names; None for a category by name, which no file of ours can spell."""
    code = text.removeprefix(_TAXONOMY_ID)
    return code if _TAXONOMY.fullmatch(code) else None


def is_hidden(status: str, *, published: bool) -> bool:
    """Return whether a product is to be kept out of every store.

    An export knows one place where a product is published, its online store. What is not there and would be seen is
    kept out; a draft is seen nowhere, so that its status says enough.
    """
    return not published and status.lower() in {"", "active", "unlisted"}
