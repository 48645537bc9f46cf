"""Searching by membership: collections by a product, products by a collection."""

from collections.abc import Callable
from dataclasses import replace

from reconciler.sandbox.collections.membership import Members, collection_ids_of
from reconciler.sandbox.search.conditions import COLLECTION_SEARCH, PRODUCT_SEARCH, Search
from reconciler.sandbox.search.fields import Condition
from reconciler.sandbox.search.syntax import Term
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.wire.ids import number_of


def collection_search(context: Context) -> Search:
    """Return what collections can be searched for."""

    def with_product(number: int) -> Condition:
        ids = collection_ids_of(context.database, [number])[number]
        return f"collections.id IN ({', '.join('?' * len(ids))})", list(ids)

    return replace(
        COLLECTION_SEARCH, fields={**COLLECTION_SEARCH.fields, "product_id": _by_id("Product", with_product)}
    )


def product_search(context: Context) -> Search:
    """Return what products can be searched for."""

    def in_collection(number: int) -> Condition:
        return Members(context.database).of(number)

    return replace(
        PRODUCT_SEARCH, fields={**PRODUCT_SEARCH.fields, "collection_id": _by_id("Collection", in_collection)}
    )


def _by_id(kind: str, found: Callable[[int], Condition]) -> Callable[[Term, object], Condition]:
    def condition(term: Term, _asked: object) -> Condition:
        word = term.value.strip()
        number = int(word) if word.isascii() and word.isdigit() else number_of(word, kind)
        return found(number) if number is not None else ("0", [])

    return condition
