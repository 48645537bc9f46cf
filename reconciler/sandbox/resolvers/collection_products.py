"""Products of a collection, by hand. Shopify: collectionAddProducts(V2), collectionRemoveProducts, …ReorderProducts.

Unknown products and those already in are passed over, as recorded. Codes are documented; the sentences of refusals are
those that describe their codes, for nobody here has a recording of them.
"""

from collections.abc import Sequence
from typing import Any

from reconciler.sandbox.collections.members import add_products, is_smart, remove_products, reorder
from reconciler.sandbox.collections.membership import member_ids
from reconciler.sandbox.resolvers.collections import find_collection
from reconciler.sandbox.resolvers.job_names import new_job
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS
from reconciler.sandbox.storage.collections import Collection
from reconciler.sandbox.wire.errors import Refused, user_error
from reconciler.sandbox.wire.ids import number_of

_MISSING = "Collection does not exist"
_CANT_ADD = "Can't manually add products to a smart collection"
_CANT_REMOVE = "Can't manually remove products from a smart collection"
_NOT_MANUAL = "Can't reorder products unless collection is manually sorted"


def _add(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    _put_in(context, args)
    return {"collection": find_collection(context, args["id"]), "userErrors": []}


def _add_by_job(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    _put_in(context, args)
    return {"job": new_job(context), "userErrors": []}


def _put_in(context: Context, args: Args) -> None:
    collection = _manual(context, args, ("COLLECTION_DOES_NOT_EXIST", _CANT_ADD, "CANT_ADD_TO_SMART_COLLECTION"))
    numbers = _numbers(args["productIds"])
    known = {row.id for row in PRODUCTS.among(context.database, "id", numbers)}
    add_products(context, collection, [number for number in numbers if number in known])


def _remove(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    collection = _manual(context, args, (None, _CANT_REMOVE, None))
    remove_products(context, collection, _numbers(args["productIds"]))
    return {"job": new_job(context), "userErrors": []}


def _reorder(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    collection = find_collection(context, args["id"])
    if collection is None:
        raise Refused(user_error(["id"], _MISSING, "COLLECTION_NOT_FOUND"))
    if collection.sort_order != "MANUAL":
        raise Refused(user_error(["id"], _NOT_MANUAL, "MANUALLY_SORTED_COLLECTION"))
    members = member_ids(context.database, collection.id)
    moves = [(number_of(move["id"], "Product") or 0, move["newPosition"]) for move in args["moves"]]
    wrong = [
        user_error(["moves", index, "id"], "The move is invalid", "INVALID_MOVE")
        for index, (product_id, _place) in enumerate(moves)
        if product_id not in members
    ]
    if wrong:
        raise Refused(*wrong)
    reorder(context, collection, moves)
    return {"job": new_job(context), "userErrors": []}


def _manual(context: Context, args: Args, words: tuple[str | None, str, str | None]) -> Collection:
    missing_code, smart, smart_code = words
    collection = find_collection(context, args["id"])
    if collection is None:
        raise Refused(user_error(["id"], _MISSING, missing_code))
    if is_smart(context, collection.id):
        raise Refused(user_error(["id"], smart, smart_code))
    return collection


def _numbers(texts: Sequence[str]) -> list[int]:
    found = [number_of(text, "Product") for text in texts]
    return [number for number in found if number is not None]


SCOPES = {
    "write_products": (
        "collectionAddProducts",
        "collectionAddProductsV2",
        "collectionRemoveProducts",
        "collectionReorderProducts",
    ),
}

FIELDS: Fields = {
    "Mutation": {
        "collectionAddProducts": _add,
        "collectionAddProductsV2": _add_by_job,
        "collectionRemoveProducts": _remove,
        "collectionReorderProducts": _reorder,
    }
}
