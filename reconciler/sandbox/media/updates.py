"""Changing files: alternative text, name, content, and the products that show them. Shopify: fileUpdate.

Recorded: missing files before files that are not ready, these before names; each of them refuses the whole batch with
one error. What is wrong with a row's own values refuses that row only. The messages for two sources at once, for a
name that is taken, for a target that is not there and for too many media are ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.media.addresses import basename, is_web_address
from reconciler.sandbox.media.attachments import MAX_MEDIA_MESSAGE, attach, detach, has_room
from reconciler.sandbox.media.file_types import extension
from reconciler.sandbox.media.names import clean
from reconciler.sandbox.media.new_files import alt_problem, same_extension
from reconciler.sandbox.media.processing import due_at_s
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import PRODUCTS
from reconciler.sandbox.storage.media import FILES, File, file_at, files_by_id
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import number_of, parse_gid

_NAMED = frozenset({"MediaImage", "GenericFile"})
_SOURCES = ("originalSource", "previewImageSource")


@dataclass(frozen=True, slots=True)
class Change:
    """A file, what is to be changed of it, and where in the input that stands."""

    file: File
    row: Mapping[str, Any]
    at: tuple[str | int, ...]


def files_named(context: Context, texts: list[str]) -> list[File | None]:
    """Return the file behind each global id, or None; its type must be right."""
    parsed = [parse_gid(text) for text in texts]
    found = files_by_id(context.database, [one.number for one in parsed if one and one.number is not None])
    files = []
    for one in parsed:
        file = found.get(one.number) if one and one.number is not None else None
        files.append(file if file and one and file.kind == one.kind else None)
    return files


def changes(context: Context, rows: list[Mapping[str, Any]]) -> list[Change]:
    """Return what the rows ask for. Raises Refused when the batch as a whole cannot be done."""
    files = files_named(context, [row["id"] for row in rows])
    missing = [row["id"] for row, file in zip(rows, files, strict=True) if file is None]
    if missing:
        listed = ", ".join(f'"{one}"' for one in missing)
        raise _refused(f"File id [{listed}] does not exist.", "FILE_DOES_NOT_EXIST")
    asked = [
        Change(file, row, ("files", index)) for index, (row, file) in enumerate(zip(rows, files, strict=True)) if file
    ]
    if any(change.file.status == "FAILED" for change in asked):
        raise _refused("File cannot be updated in a failed state.", "INVALID_FAILED_MEDIA_STATE")
    if any(change.file.status != "READY" for change in asked):
        raise _refused("Non-ready files cannot be updated.", "NON_READY_STATE")
    _check_names(context, [change for change in asked if change.row.get("filename") is not None])
    _check_targets(context, asked)
    return asked


def problems(change: Change) -> Iterator[UserError]:
    """Yield what is wrong with a row's own values."""
    if all(change.row.get(name) is not None for name in _SOURCES):
        for name in _SOURCES:
            message = "Specify either originalSource or previewImageSource, not both."
            yield user_error([*change.at, name], message, "INVALID")
        return
    source = _source(change)
    if source is not None and not is_web_address(source):
        # An image's own source is its preview's, and is reported as that. (recorded on 2026-04)
        place = "originalSource" if change.file.kind == "GenericFile" else "previewImageSource"
        yield user_error([*change.at, place], "Invalid image source url value provided", "INVALID_IMAGE_SOURCE_URL")
    elif (
        source is not None
        and change.row.get("filename")
        and not same_extension(change.row["filename"], basename(source))
    ):
        message = "Provided filename extension must match original source."
        yield user_error([*change.at, "filename"], message, "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE")
    problem = alt_problem(change.row, change.at)
    if problem:
        yield problem


def apply_change(context: Context, change: Change) -> None:
    """Carry out a change that has no problems."""
    file, row = change.file, change.row
    if "alt" in row:
        file.alt = row["alt"] or ""
    if row.get("filename") is not None:
        file.filename = row["filename"]
        file.address = clean(row["filename"])
    source = _source(change)
    if source is not None:
        file.pending_source, file.due_at_s = source.strip(), due_at_s(context)
        file.version = max(file.version + 1, int(context.shop.clock()))
    file.updated_at = context.now
    FILES.update(context.database, [file])
    for text in row.get("referencesToAdd") or []:
        attach(context, number_of(text, "Product") or 0, [file.id])
    for text in row.get("referencesToRemove") or []:
        detach(context, number_of(text, "Product") or 0, [file.id])


def _source(change: Change) -> str | None:
    given = [change.row.get(name) for name in _SOURCES]
    return next((one for one in given if one is not None), None)


def _check_names(context: Context, renamed: list[Change]) -> None:
    if any(change.file.kind not in _NAMED for change in renamed):
        message = "Updating the filename is only supported on images and generic files"
        raise _refused(message, "UNSUPPORTED_MEDIA_TYPE_FOR_FILENAME_UPDATE")
    for change in renamed:
        name = change.row["filename"]
        if not clean(name):
            raise _refused("The provided filename is invalid.", "INVALID_FILENAME")
        if extension(name) != extension(change.file.address or change.file.filename):
            message = "The filename extension provided must match the original filename."
            raise _refused(message, "INVALID_FILENAME_EXTENSION")
    wanted: set[str] = set()
    for change in renamed:
        name = clean(change.row["filename"])
        other = file_at(context.database, name)
        if name in wanted or (other is not None and other.id != change.file.id):
            raise _refused("The provided filename already exists.", "FILENAME_ALREADY_EXISTS")
        wanted.add(name)


def _check_targets(context: Context, asked: list[Change]) -> None:
    lists = ("referencesToAdd", "referencesToRemove")
    texts = [text for change in asked for name in lists for text in change.row.get(name) or []]
    numbers = {text: number_of(text, "Product") for text in texts}
    known = {row.id for row in PRODUCTS.among(context.database, "id", sorted({one for one in numbers.values() if one}))}
    missing = [text for text in dict.fromkeys(texts) if numbers[text] not in known]
    if missing:
        raise _refused(f"The reference target {', '.join(missing)} does not exist.", "REFERENCE_TARGET_DOES_NOT_EXIST")
    if any(change.row.get("referencesToAdd") and change.file.kind == "GenericFile" for change in asked):
        raise _refused("The file type is not supported for referencing.", "UNSUPPORTED_FILE_REFERENCE")
    added: dict[int, int] = {}
    for change in asked:
        for text in change.row.get("referencesToAdd") or []:
            number = numbers[text] or 0
            added[number] = added.get(number, 0) + 1
    if any(not has_room(context, number, more) for number, more in added.items()):
        raise _refused(MAX_MEDIA_MESSAGE, "PRODUCT_MEDIA_LIMIT_EXCEEDED")


def _refused(message: str, code: str) -> Refused:
    return Refused(user_error(["files"], message, code), payload={"files": []})
