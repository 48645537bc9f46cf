"""Media that come with a product: made, checked and put at the end of its list, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.media.attachments import MAX_MEDIA_MESSAGE, attach, has_room
from reconciler.sandbox.media.new_files import check_source_lengths, create_files, media_problem
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.media import File
from reconciler.sandbox.wire.errors import UserError, user_error

Row = Mapping[str, Any]


def media_problems(context: Context, product_id: int | None, rows: Sequence[Row]) -> list[UserError]:
    """Return what is wrong with the media to add to a product, new or not."""
    if not rows:
        return []
    check_source_lengths(list(rows))
    if not has_room(context, product_id or 0, len(rows)):
        return [user_error(["media"], MAX_MEDIA_MESSAGE, "PRODUCT_MEDIA_LIMIT_EXCEEDED")]
    return [one for index, row in enumerate(rows) if (one := media_problem(row, ("media", index)))]


def add_media(context: Context, product_id: int, rows: Sequence[Row]) -> list[File]:
    """Make the media, show them at the end of the product's list, and return them."""
    files = create_files(context, list(rows))
    attach(context, product_id, [file.id for file in files])
    return files
