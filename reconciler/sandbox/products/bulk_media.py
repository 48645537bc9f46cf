"""Media in the bulk mutations of variants: new ones for the product, and for each row by id or by one of these sources.

A variant shows one medium: naming two ways at once, or several sources, is a bad request. The wording is ours.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.media.attachments import shown_on
from reconciler.sandbox.media.product_lists import add_media, media_problems
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Variant
from reconciler.sandbox.storage.media import File, show_on_variant
from reconciler.sandbox.wire.errors import UserError, bad_request, user_error
from reconciler.sandbox.wire.ids import gid

Row = Mapping[str, Any]


def check_media_names(rows: Sequence[Row]) -> None:
    """Raise the top-level error of a row that names its medium more than once."""
    for row in rows:
        sources = row.get("mediaSrc") or []
        if sources and row.get("mediaId") is not None:
            raise bad_request("Only one of mediaId or mediaSrc can be given for a variant")
        if len(sources) > 1:
            raise bad_request("Only one mediaSrc can be given for a variant")


def write_media(
    context: Context, product_id: int, new: Sequence[Row], written: Sequence[tuple[Variant, Row, int]]
) -> list[UserError]:
    """Add the new media to the product, show on each variant what its row names, and return what is wrong."""
    errors = [{**one, "code": "INVALID_INPUT"} for one in media_problems(context, product_id, new)]
    if errors:
        return errors
    made = add_media(context, product_id, new)
    sources = {row["originalSource"]: file for row, file in zip(new, made, strict=True)}
    named = [one for one in written if "mediaId" in one[1] or one[1].get("mediaSrc")]
    shown = {gid(file.kind, file.id): file for file in shown_on(context, product_id)} if named else {}
    for variant, row, index in named:
        problem, file = _chosen(row, index, (sources, shown))
        if problem:
            errors.append(problem)
        else:
            show_on_variant(context.database, variant.id, file.id if file else None)
    return errors


def _chosen(
    row: Row, index: int, known: tuple[Mapping[str, File], Mapping[str, File]]
) -> tuple[UserError | None, File | None]:
    sources, shown = known
    if row.get("mediaSrc"):
        file = sources.get(row["mediaSrc"][0])
        message = "The source must be one of those in media"
        return (None if file else user_error(["variants", index, "mediaSrc"], message, "INVALID_INPUT")), file
    if row.get("mediaId") is None:
        return None, None
    file = shown.get(row["mediaId"])
    message = "Media does not exist on the given product."
    return (None if file else user_error(["variants", index, "mediaId"], message, "MUST_BE_FOR_THIS_PRODUCT")), file
