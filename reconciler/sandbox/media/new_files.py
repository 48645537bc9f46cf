"""New files: what may be wrong with what is asked for, and the rows that are made of it.

Recorded: the order of the checks (scheme, extension, duplicate mode), one error an input, and all messages but those of
``_invalid_source`` for videos and models, which follow the one for images.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.media.addresses import (
    MAX_SOURCE,
    basename,
    external_video,
    is_web_address,
    own_file_name,
    staged_at,
)
from reconciler.sandbox.media.file_types import CONTENT_TYPES, KINDS, extension, inferred
from reconciler.sandbox.media.names import clean
from reconciler.sandbox.media.processing import due_at_s
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.media import FILES, File, file_at, new_file
from reconciler.sandbox.wire.errors import UserError, invalid_arguments, user_error

MAX_ALT = 512
_REPLACEABLE = frozenset({"IMAGE"})
_LABELS = {"IMAGE": "Image", "VIDEO": "Video", "EXTERNAL_VIDEO": "Video", "MODEL_3D": "Model"}
Row = Mapping[str, Any]


def check_source_lengths(rows: list[Row]) -> None:
    """Raise the top-level error of a source that is empty or too long."""
    for row in rows:
        source = row.get("originalSource")
        if source is not None and len(source) > MAX_SOURCE:
            raise invalid_arguments(f"originalSource is too long (maximum is {MAX_SOURCE})")
        if source == "":
            raise invalid_arguments("originalSource is too short (minimum is 1)")


def file_problem(row: Row, at: tuple[str | int, ...]) -> UserError | None:
    """Return the first thing that is wrong with a file to create, or None."""
    source, filename = row["originalSource"], row.get("filename")
    if not is_web_address(source):
        return user_error([*at, "originalSource"], "File URL is invalid", "INVALID_IMAGE_SOURCE_URL")
    if filename and not same_extension(filename, basename(source)):
        message = "Provided filename extension must match original source."
        return user_error([*at, "filename"], message, "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE")
    if row.get("duplicateResolutionMode") == "REPLACE":
        problem = _replace_problem(row, at)
        if problem:
            return problem
    if row.get("contentType") == "EXTERNAL_VIDEO" and external_video(source) is None:
        return user_error([*at, "originalSource"], "Video URL is invalid", "INVALID")
    return alt_problem(row, at)


def media_problem(row: Row, at: tuple[str | int, ...]) -> UserError | None:
    """Return what is wrong with media to create on a product, or None."""
    kind, source = row["mediaContentType"], row["originalSource"]
    is_known = external_video(source) is not None if kind == "EXTERNAL_VIDEO" else is_web_address(source)
    if not is_known:
        return user_error([*at, "originalSource"], f"{_LABELS[kind]} URL is invalid", "INVALID")
    return alt_problem(row, at, "INVALID")


def alt_problem(row: Row, at: tuple[str | int, ...], code: str = "ALT_VALUE_LIMIT_EXCEEDED") -> UserError | None:
    """Return the error of an alternative text that is too long."""
    if len(row.get("alt") or "") <= MAX_ALT:
        return None
    return user_error([*at, "alt"], f"The alt value exceeds the maximum limit of {MAX_ALT} characters.", code)


def same_extension(name: str, other: str) -> bool:
    """Say whether two names end alike, case and all; one without an extension ends like any."""
    left, right = extension(name), extension(other)
    return not left or not right or left == right


def create_files(context: Context, rows: list[Row]) -> list[File]:
    """Make the rows' files and return them; one that replaces another is that other."""
    ids = iter(context.database.new_ids(len(rows)) if rows else [])
    files = []
    for row in rows:
        row_id = next(ids)
        replaced = _replaced(context, row)
        if replaced is None:
            file = _new(context, row, row_id)
            FILES.insert(context.database, [file])
        else:
            file = replaced
            FILES.update(context.database, [file])
        files.append(file)
    return files


def _new(context: Context, row: Row, row_id: int) -> File:
    source = row["originalSource"].strip()
    upload = staged_at(context, source)
    name = row.get("filename") or (upload.filename if upload else basename(source))
    content_type = row.get("contentType") or row.get("mediaContentType")
    if content_type is None:
        content_type = inferred(basename(source) or name, upload.mime_type if upload else None)
    return new_file(
        id=row_id,
        kind=KINDS[content_type],
        alt=row.get("alt") or "",
        filename=name,
        address=None,
        source=source,
        pending_source=source,
        due_at_s=due_at_s(context),
        status="UPLOADED",
        mime_type=None,
        width=None,
        height=None,
        size=None,
        digest=None,
        version=int(context.shop.clock()),
        mode=row.get("duplicateResolutionMode") or "APPEND_UUID",
        errors=[],
        created_at=context.now,
        updated_at=context.now,
    )


def _replace_problem(row: Row, at: tuple[str | int, ...]) -> UserError | None:
    content_type = row.get("contentType") or "MISSING"
    if content_type not in _REPLACEABLE:
        message = f"Duplicate resolution mode 'REPLACE' is not supported for '{content_type}' media type."
        return user_error([*at, "duplicateResolutionMode"], message, "INVALID_DUPLICATE_MODE_FOR_TYPE")
    if not row.get("filename"):
        message = "Missing filename argument when attempting to use REPLACE duplicate mode."
        return user_error([*at, "filename"], message, "MISSING_FILENAME_FOR_DUPLICATE_MODE_REPLACE")
    return None


def _replaced(context: Context, row: Row) -> File | None:
    """Return the file that the row replaces, with its new source pending.

    Its alternative text stays, unless the source is one of the shop's own files. (reported for 2026-01)
    """
    if row.get("duplicateResolutionMode") != "REPLACE":
        return None
    file = file_at(context.database, clean(row.get("filename") or ""))
    if file is None or CONTENT_TYPES[file.kind] != row.get("contentType"):
        return None
    source = row["originalSource"].strip()
    if row.get("alt") is not None and own_file_name(context, source) is not None:
        file.alt = row["alt"]
    file.pending_source, file.due_at_s, file.updated_at = source, due_at_s(context), context.now
    return file
