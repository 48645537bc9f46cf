"""Making, changing and deleting files. Shopify: fileCreate, fileUpdate, fileDelete, fileAcknowledgeUpdateFailed.

fileDelete finds a file by its number, whatever type its id says, and answers with the true type (recorded). The message
for a file that never was ready and failed is ours.
"""

from typing import Any

from reconciler.sandbox.media.attachments import close_gaps
from reconciler.sandbox.media.new_files import check_source_lengths, create_files, file_problem
from reconciler.sandbox.media.updates import apply_change, changes, files_named, problems
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.media import FILES, PRODUCT_MEDIA, File, delete_files, files_by_id
from reconciler.sandbox.wire.errors import ApiError, Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, parse_gid

_DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"
_REFERENCES = ("referencesToAdd", "referencesToRemove")


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    rows = args["files"]
    check_source_lengths(rows)
    errors = [one for index, row in enumerate(rows) if (one := file_problem(row, ("files", index)))]
    if errors:
        raise Refused(*errors, payload={"files": []})
    return {"files": create_files(context, rows), "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    rows = args["files"]
    check_source_lengths(rows)
    if any(row.get(name) for row in rows for name in _REFERENCES) and not context.grants("write_products"):
        message = "Access denied: Missing permission to manage products."
        raise ApiError("ACCESS_DENIED", message, documentation=_DOCUMENTATION)
    errors: list[UserError] = []
    changed: list[int] = []
    for change in changes(context, rows):
        found = list(problems(change))
        errors += found
        if not found:
            apply_change(context, change)
            changed.append(change.file.id)
    files = files_by_id(context.database, changed)
    return {"files": [files[one] for one in changed], "userErrors": errors}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    texts = args["fileIds"]
    parsed = [parse_gid(text) for text in texts]
    numbers = [one.number if one else None for one in parsed]
    found = files_by_id(context.database, [one for one in numbers if one is not None])
    missing = [text for text, number in zip(texts, numbers, strict=True) if number not in found]
    if missing:
        message = f"File id {','.join(missing)} does not exist."
        raise Refused(user_error(["fileIds"], message, "FILE_DOES_NOT_EXIST"))
    doomed = [found[number] for number in dict.fromkeys(numbers) if number is not None]
    ids = [file.id for file in doomed]
    products = {row.product_id for row in PRODUCT_MEDIA.among(context.database, "file_id", ids)}
    delete_files(context.database, ids)
    close_gaps(context, products)
    return {"deletedFileIds": [gid(file.kind, file.id) for file in doomed], "userErrors": []}


def _acknowledge(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    texts = args["fileIds"]
    files = files_named(context, texts)
    missing = [text for text, file in zip(texts, files, strict=True) if file is None]
    if missing:
        message = f"File id {','.join(missing)} does not exist."
        raise Refused(user_error(["fileIds"], message, "FILE_DOES_NOT_EXIST"))
    found = [file for file in files if file is not None]
    errors = [error for file in found if (error := _unacknowledgeable(file))]
    if errors:
        raise Refused(*errors)
    for file in found:
        if file.status == "FAILED":
            file.status, file.errors, file.updated_at = "READY", [], context.now
    FILES.update(context.database, found)
    return {"files": found, "userErrors": []}


def _unacknowledgeable(file: File) -> UserError | None:
    was_ready = file.address is not None or file.kind == "ExternalVideo"
    if file.status == "READY" or (file.status == "FAILED" and was_ready):
        return None
    message = f"File with id {gid(file.kind, file.id)} is not in the READY state."
    return user_error(["fileIds"], message, "NON_READY_STATE")


SCOPES = {
    "write_files": (
        "fileCreate",
        "fileUpdate",
        "fileDelete",
        "fileAcknowledgeUpdateFailed",
    ),
}

FIELDS: Fields = {
    "Mutation": {
        "fileCreate": _create,
        "fileUpdate": _update,
        "fileDelete": _delete,
        "fileAcknowledgeUpdateFailed": _acknowledge,
    }
}
