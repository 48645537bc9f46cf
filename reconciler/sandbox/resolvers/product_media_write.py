"""Changing media of products and variants. Shopify: productCreateMedia, productReorderMedia, productVariantAppendMedia.

productCreateMedia makes what it can beside errors for the rest; the others are all or nothing. Errors come twice: with
a code in mediaUserErrors, and without in the older userErrors. The wording for media that do not exist is inferred.
"""

from typing import Any

from reconciler.sandbox.media.attachments import MAX_MEDIA_MESSAGE, MAX_PRODUCT_MEDIA, detach, move, shown_on
from reconciler.sandbox.media.new_files import alt_problem, check_source_lengths, media_problem
from reconciler.sandbox.media.product_lists import add_media
from reconciler.sandbox.media.updates import Change, apply_change, problems
from reconciler.sandbox.media.variant_media import append_media, detach_media
from reconciler.sandbox.resolvers.job_names import new_job
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Product
from reconciler.sandbox.storage.media import File, files_by_id, media_of
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_MISSING = "Product does not exist"


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    product = _product(context, args["productId"])
    if product is None:
        return _no_product("productId")
    rows = args["media"]
    check_source_lengths(rows)
    found = [media_problem(row, ("media", index)) for index, row in enumerate(rows)]
    good = [row for row, problem in zip(rows, found, strict=True) if problem is None]
    room = MAX_PRODUCT_MEDIA - len(shown_on(context, product.id))
    if len(good) > room:
        error = user_error(["media"], MAX_MEDIA_MESSAGE, "PRODUCT_MEDIA_LIMIT_EXCEEDED")
        return {"media": [], "product": product, **_both([error])}
    files = add_media(context, product.id, good)
    return {"media": files, "product": _product(context, args["productId"]), **_both([one for one in found if one])}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    product = _product(context, args["productId"])
    if product is None:
        return _no_product("productId")
    rows = args["media"]
    files, missing = _own(context, product, [row["id"] for row in rows])
    if missing:
        return {"product": product, **_both([_unknown("media", missing)])}
    if any(file.status != "READY" for file in files):
        error = user_error(["media"], "Non-ready media cannot be updated.", "NON_READY_MEDIA")
        return {"product": product, **_both([error])}
    asked = [Change(file, row, ("media", index)) for index, (file, row) in enumerate(zip(files, rows, strict=True))]
    errors = [one for change in asked for one in _update_problems(change)]
    if errors:
        return {"product": product, **_both(errors)}
    for change in asked:
        apply_change(context, change)
    changed = files_by_id(context.database, [file.id for file in files])
    return {"media": [changed[file.id] for file in files], "product": product, **_both([])}


def _update_problems(change: Change) -> list[UserError]:
    too_long = alt_problem(change.row, change.at, "INVALID")
    return [too_long] if too_long else [{**one, "code": "INVALID"} for one in problems(change)]


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    product = _product(context, args["productId"])
    if product is None:
        return _no_product("productId")
    files, missing = _own(context, product, args["mediaIds"])
    if missing:
        return {"product": product, **_both([_unknown("mediaIds", missing)])}
    images = {row.file_id: row.id for row in media_of(context.database, [product.id]).get(product.id, [])}
    detach(context, product.id, [file.id for file in files])
    return {
        "deletedMediaIds": [gid(file.kind, file.id) for file in files],
        "deletedProductImageIds": [gid("ProductImage", images[file.id]) for file in files if file.kind == "MediaImage"],
        "product": _product(context, args["productId"]),
        **_both([]),
    }


def _reorder(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    product = _product(context, args["id"])
    if product is None:
        return _no_product("id")
    shown = {gid(file.kind, file.id): file.id for file in shown_on(context, product.id)}
    move(context, product.id, [(shown.get(one["id"]), int(one["newPosition"])) for one in args["moves"]])
    # Moves are done at once; the job that is answered says that they are not, as a real one does. (recorded)
    return {"job": new_job(context), **_both([])}


def _append(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    product = _given(context, args)
    variants = append_media(context, product.id, args["variantMedia"])
    return {"product": product, "productVariants": variants, "userErrors": []}


def _detach(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    product = _given(context, args)
    variants = detach_media(context, product.id, args["variantMedia"])
    return {"product": product, "productVariants": variants, "userErrors": []}


def _product(context: Context, text: str) -> Product | None:
    return PRODUCTS.find(context.database, number_of(text, "Product"))


def _given(context: Context, args: Args) -> Product:
    product = _product(context, args["productId"])
    if product is None:
        raise Refused(user_error(["productId"], _MISSING, "PRODUCT_DOES_NOT_EXIST"))
    return product


def _own(context: Context, product: Product, texts: list[str]) -> tuple[list[File], list[str]]:
    shown = {gid(file.kind, file.id): file for file in shown_on(context, product.id)}
    return [shown[text] for text in texts if text in shown], [text for text in texts if text not in shown]


def _no_product(place: str) -> dict[str, Any]:
    return _both([user_error([place], _MISSING, "PRODUCT_DOES_NOT_EXIST")])


def _unknown(place: str, texts: list[str]) -> UserError:
    listed = ",".join(texts)
    is_one = len(texts) == 1
    message = f"Media id {listed} does not exist" if is_one else f"Media ids {listed} do not exist"
    return user_error([place], message, "MEDIA_DOES_NOT_EXIST")


def _both(errors: list[UserError]) -> dict[str, list[UserError]]:
    return {"mediaUserErrors": errors, "userErrors": errors}


SCOPES = {
    "write_products": (
        "productCreateMedia",
        "productUpdateMedia",
        "productDeleteMedia",
        "productReorderMedia",
        "productVariantAppendMedia",
        "productVariantDetachMedia",
    ),
}

FIELDS: Fields = {
    "Mutation": {
        "productCreateMedia": _create,
        "productUpdateMedia": _update,
        "productDeleteMedia": _delete,
        "productReorderMedia": _reorder,
        "productVariantAppendMedia": _append,
        "productVariantDetachMedia": _detach,
    }
}
