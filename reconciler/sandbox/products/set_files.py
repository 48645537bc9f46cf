"""productSet's files: the whole list of a product's media in order, and the one that each variant shows.

An entry with an id keeps a file; one with a source makes a new file every time, as on a real shop. What a variant names
must be among the product's files. Codes are those that productSet has; the messages are ours.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.media.addresses import basename
from reconciler.sandbox.media.attachments import show_exactly, shown_on
from reconciler.sandbox.media.file_types import inferred
from reconciler.sandbox.media.new_files import alt_problem, check_source_lengths, create_files, file_problem
from reconciler.sandbox.media.updates import files_named
from reconciler.sandbox.products.set_variants import Written
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.media import FILES, File, show_on_variant
from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.ids import number_of

_AT = ("input", "files")
Row = Mapping[str, Any]


def set_files(context: Context, product_id: int, rows: Sequence[Row]) -> list[UserError]:
    """Make the rows all the product's media; on errors nothing that counts was done."""
    check_source_lengths(list(rows))
    kept = dict(
        zip((row.get("id") for row in rows), files_named(context, [row.get("id") or "" for row in rows]), strict=True)
    )
    errors = [one for index, row in enumerate(rows) if (one := _problem(row, kept, (*_AT, index)))]
    if errors:
        return errors
    made = iter(create_files(context, [_typed(row) for row in rows if row.get("id") is None]))
    files = [kept[row["id"]] if row.get("id") is not None else next(made) for row in rows]
    for row, file in zip(rows, files, strict=True):
        if row.get("id") is not None and file is not None and row.get("alt") is not None and file.alt != row["alt"]:
            file.alt, file.updated_at = row["alt"], context.now
            FILES.update(context.database, [file])
    show_exactly(context, product_id, list(dict.fromkeys(file.id for file in files if file is not None)))
    return []


def set_variant_files(context: Context, product_id: int, written: Sequence[Written]) -> list[UserError]:
    """Show on each variant the file that its row names, if it names one."""
    named = [one for one in written if "file" in one.row]
    shown = shown_on(context, product_id) if named else []
    errors = []
    for one in named:
        file = _chosen(shown, one.row["file"]) if one.row["file"] else None
        if one.row["file"] and file is None:
            message = "The file of a variant must be one of the files of its product"
            errors.append(user_error([*one.at, "file"], message, "INVALID_INPUT"))
        else:
            show_on_variant(context.database, one.variant.id, file.id if file else None)
    return errors


def _problem(row: Row, kept: Mapping[Any, File | None], at: tuple[str | int, ...]) -> UserError | None:
    if row.get("id") is not None:
        file = kept[row["id"]]
        if file is None or file.kind == "GenericFile":
            return user_error([*at, "id"], f"File id {row['id']} does not exist.", "INVALID_INPUT")
        problem = alt_problem(row, at)
    elif row.get("originalSource") is None:
        return user_error(at, "Either id or originalSource must be given", "INVALID_INPUT")
    elif row.get("contentType") == "FILE":
        return user_error([*at, "contentType"], "Files of type FILE cannot be shown on a product", "INVALID_INPUT")
    else:
        problem = file_problem(row, at)
    return {**problem, "code": "INVALID_INPUT"} if problem else None


def _typed(row: Row) -> Row:
    """Return the row with a content type: what looks like no video is an image on a product."""
    if row.get("contentType") is not None:
        return row
    found = inferred(basename(row["originalSource"]), None)
    return {**row, "contentType": "IMAGE" if found == "FILE" else found}


def _chosen(shown: Sequence[File], row: Row) -> File | None:
    """Return the file that a variant's row means: by id, else the newest from the same source."""
    if row.get("id") is not None:
        return next((file for file in shown if number_of(row["id"], file.kind) == file.id), None)
    source = (row.get("originalSource") or "").strip()
    same = [file for file in shown if source in (file.pending_source, file.source)]
    return max(same, key=lambda file: file.id, default=None)
