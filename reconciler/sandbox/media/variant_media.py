"""A variant's one medium, attached and detached. Shopify: productVariantAppendMedia, productVariantDetachMedia.

Codes and limits are the documented ones; the messages are worded after the documentation of the codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.sandbox.media.attachments import shown_on
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Variant, variants_of
from reconciler.sandbox.storage.media import File, show_on_variant, variant_files
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_MAX_PAIRS = 100
Pair = Mapping[str, Any]


def append_media(context: Context, product_id: int, pairs: Sequence[Pair]) -> list[Variant]:
    """Show each pair's medium on its variant and return the variants. Raises Refused."""
    return _carried_out(context, product_id, pairs, is_append=True)


def detach_media(context: Context, product_id: int, pairs: Sequence[Pair]) -> list[Variant]:
    """Take each pair's medium off its variant and return the variants. Raises Refused."""
    return _carried_out(context, product_id, pairs, is_append=False)


def _carried_out(context: Context, product_id: int, pairs: Sequence[Pair], *, is_append: bool) -> list[Variant]:
    if len(pairs) > _MAX_PAIRS:
        message = f"Exceeded the maximum number of {_MAX_PAIRS} variant-media pairs per mutation call."
        raise Refused(user_error(["variantMedia"], message, "MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED"))
    variants = {gid("ProductVariant", row.id): row for row in variants_of(context.database, [product_id])[product_id]}
    media = {gid(file.kind, file.id): file for file in shown_on(context, product_id)}
    held = variant_files(context.database, [row.id for row in variants.values()])
    seen: set[str] = set()
    errors: list[UserError] = []
    for index, pair in enumerate(pairs):
        text, at = pair["variantId"], ("variantMedia", index)
        found = list(_pair_problems(pair, at, (variants, media, seen)))
        if not found:
            has = held.get(variants[text].id)
            wanted = media[pair["mediaIds"][0]]
            found = list(_append_problems(wanted, has, at) if is_append else _detach_problems(wanted, has, at))
        errors += found
        seen.add(text)
    if errors:
        raise Refused(*errors)
    for pair in pairs:
        file_id = number_of(pair["mediaIds"][0], media[pair["mediaIds"][0]].kind) if is_append else None
        show_on_variant(context.database, variants[pair["variantId"]].id, file_id)
    return [variants[pair["variantId"]] for pair in pairs]


def _pair_problems(
    pair: Pair, at: tuple[str | int, ...], known: tuple[Mapping[str, Variant], Mapping[str, File], set[str]]
) -> Iterator[UserError]:
    variants, media, seen = known
    if len(pair["mediaIds"]) != 1:
        message = "Only one mediaId is allowed per variant-media input pair."
        yield user_error([*at, "mediaIds"], message, "TOO_MANY_MEDIA_PER_INPUT_PAIR")
        return
    if pair["variantId"] in seen:
        message = "Variant specified in more than one pair."
        yield user_error([*at, "variantId"], message, "PRODUCT_VARIANT_SPECIFIED_MULTIPLE_TIMES")
    if pair["variantId"] not in variants:
        message = "Variant does not exist on the given product."
        yield user_error([*at, "variantId"], message, "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT")
    if pair["mediaIds"][0] not in media:
        message = "Media does not exist on the given product."
        yield user_error([*at, "mediaIds"], message, "MEDIA_DOES_NOT_EXIST_ON_PRODUCT")


def _append_problems(file: File, has: int | None, at: tuple[str | int, ...]) -> Iterator[UserError]:
    if file.kind != "MediaImage":
        yield user_error([*at, "mediaIds"], "Invalid media type.", "INVALID_MEDIA_TYPE")
    if file.status != "READY":
        yield user_error([*at, "mediaIds"], "Non-ready media are not supported.", "NON_READY_MEDIA")
    if has is not None:
        message = "Product variant already has attached media."
        yield user_error([*at, "variantId"], message, "PRODUCT_VARIANT_ALREADY_HAS_MEDIA")


def _detach_problems(file: File, has: int | None, at: tuple[str | int, ...]) -> Iterator[UserError]:
    if has != file.id:
        message = "The specified media is not attached to the specified variant."
        yield user_error([*at, "mediaIds"], message, "MEDIA_IS_NOT_ATTACHED_TO_VARIANT")
