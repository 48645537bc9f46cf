"""Where files are shown: appended to a product's media, taken off it, moved within it, and on its variants."""

from collections.abc import Iterable, Sequence

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.media import (
    PRODUCT_MEDIA,
    File,
    ProductMedia,
    files_by_id,
    media_of,
)

MAX_PRODUCT_MEDIA = 250
MAX_MEDIA_MESSAGE = f"Exceeded the maximum number of media per product: {MAX_PRODUCT_MEDIA}."


def shown_on(context: Context, product_id: int) -> list[File]:
    """Return the product's media in order."""
    rows = media_of(context.database, [product_id]).get(product_id, [])
    files = files_by_id(context.database, [row.file_id for row in rows])
    return [files[row.file_id] for row in rows]


def has_room(context: Context, product_id: int, more: int) -> bool:
    """Say whether the product may show so many more files."""
    return len(media_of(context.database, [product_id]).get(product_id, [])) + more <= MAX_PRODUCT_MEDIA


def attach(context: Context, product_id: int, file_ids: Iterable[int]) -> None:
    """Add files at the end of a product's media; those that it shows already stay where they are."""
    rows = media_of(context.database, [product_id]).get(product_id, [])
    shown = {row.file_id for row in rows}
    wanted = [one for one in dict.fromkeys(file_ids) if one not in shown]
    if not wanted:
        return
    ids = context.database.new_ids(len(wanted))
    new = [ProductMedia(ids[place], product_id, file_id, len(rows) + place + 1) for place, file_id in enumerate(wanted)]
    PRODUCT_MEDIA.insert(context.database, new)
    touch(context, product_id)


def detach(context: Context, product_id: int, file_ids: Iterable[int]) -> None:
    """Take files off a product, and with that off its variants; the files stay."""
    gone = set(file_ids)
    rows = media_of(context.database, [product_id]).get(product_id, [])
    if not any(row.file_id in gone for row in rows):
        return
    PRODUCT_MEDIA.delete(context.database, [row.id for row in rows if row.file_id in gone])
    sql = "DELETE FROM variant_media WHERE file_id = ? AND variant_id IN (SELECT id FROM variants WHERE product_id = ?)"
    context.database.run_many(sql, [(one, product_id) for one in sorted(gone)])
    _number(context, [row for row in rows if row.file_id not in gone])
    touch(context, product_id)


def show_exactly(context: Context, product_id: int, file_ids: Sequence[int]) -> None:
    """Make these files the product's media, in this order."""
    rows = media_of(context.database, [product_id]).get(product_id, [])
    detach(context, product_id, [row.file_id for row in rows if row.file_id not in file_ids])
    attach(context, product_id, file_ids)
    place = {file_id: index for index, file_id in reversed(list(enumerate(file_ids)))}
    rows = media_of(context.database, [product_id]).get(product_id, [])
    _number(context, sorted(rows, key=lambda row: place[row.file_id]))


def move(context: Context, product_id: int, moves: Iterable[tuple[int | None, int]]) -> None:
    """Carry out moves one after another; what the product does not show is passed over. Positions start at 0."""
    rows = media_of(context.database, [product_id]).get(product_id, [])
    for file_id, position in moves:
        row = next((one for one in rows if one.file_id == file_id), None)
        if row is not None:
            rows.remove(row)
            rows.insert(min(position, len(rows)), row)
    _number(context, rows)
    touch(context, product_id)


def close_gaps(context: Context, product_ids: Iterable[int]) -> None:
    """Number the media of products anew, after files of theirs were deleted."""
    for product_id, rows in media_of(context.database, sorted(set(product_ids))).items():
        _number(context, rows)
        touch(context, product_id)


def touch(context: Context, product_id: int) -> None:
    """Say that the product was changed now."""
    context.database.run("UPDATE products SET updated_at = ? WHERE id = ?", (context.now, product_id))


def _number(context: Context, rows: Sequence[ProductMedia]) -> None:
    moved = []
    for place, row in enumerate(rows, start=1):
        if row.position != place:
            row.position = place
            moved.append(row)
    PRODUCT_MEDIA.update(context.database, moved)
