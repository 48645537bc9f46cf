"""Targets for uploads: which are given out, and what a client must send along with the bytes.

Both forms are those of the store that Shopify keeps uploads in: a PUT to a signed address, or a multipart POST whose
fields name the key and carry a policy. An entry that is refused keeps its place, without an address. The names of
folders for resources other than BULK_MUTATION_VARIABLES and the messages are inferred from documentation.
"""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.media.addresses import staged_url
from reconciler.sandbox.media.file_types import IMAGE_TYPES, MODEL_TYPES, VIDEO_TYPES, extension
from reconciler.sandbox.media.names import clean
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.staged_uploads import STAGED_UPLOADS, StagedUpload
from reconciler.sandbox.wire.errors import UserError, user_error

_FOLDERS = {
    "BULK_MUTATION_VARIABLES": "bulk",
    "COLLECTION_IMAGE": "collections",
    "DISPUTE_FILE_UPLOAD": "dispute_file_upload",
    "FILE": "files",
    "IMAGE": "files",
    "PRODUCT_IMAGE": "products",
    "RETURN_LABEL": "return_labels",
    "SHOP_IMAGE": "shop_images",
    "URL_REDIRECT_IMPORT": "url_redirect_import",
}
_TYPES = {
    **dict.fromkeys(("IMAGE", "PRODUCT_IMAGE", "COLLECTION_IMAGE", "SHOP_IMAGE"), frozenset(IMAGE_TYPES.values())),
    "VIDEO": frozenset(VIDEO_TYPES.values()),
    "MODEL_3D": frozenset(MODEL_TYPES.values()),
}
_MAX_BYTES = {
    "VIDEO": 1024**3,
    "MODEL_3D": 500 * 1024**2,
    "IMAGE": 20 * 1024**2,
    "BULK_MUTATION_VARIABLES": 100 * 1024**2,
}
_LIFETIME_S = 604_800

Target = dict[str, Any]


def target_problem(row: Mapping[str, Any], index: int) -> UserError | None:
    """Return what is wrong with a target that is asked for, or None."""
    resource, size = row["resource"], row.get("fileSize")
    if resource in {"VIDEO", "MODEL_3D"} and size is None:
        return user_error(["input", index, "fileSize"], f"file size is required for {resource} resources")
    if resource in _TYPES and row["mimeType"] not in _TYPES[resource]:
        message = f"{clean(row['filename'])}: ({row['mimeType']}) is not a recognized format"
        return user_error(["input", index, "mimeType"], message)
    if size is not None and size > _MAX_BYTES.get(resource, size):
        return user_error(["input", index, "fileSize"], f"file size exceeds the limit of {_MAX_BYTES[resource]} bytes")
    return None


def no_target() -> Target:
    """Return what stands in the place of a target that was refused."""
    return {"url": None, "resourceUrl": None, "parameters": []}


def new_target(context: Context, row: Mapping[str, Any]) -> Target:
    """Make a target and return it as the API shows it."""
    is_post = row.get("httpMethod") == "POST"
    signature = secrets.token_hex(32)
    key = _key(context, row)
    upload = StagedUpload(
        context.database.new_id(), key, row["resource"], row["filename"], row["mimeType"], signature, context.now
    )
    STAGED_UPLOADS.insert(context.database, [upload])
    if not is_post:
        return _put_target(context, upload)
    return _media_target(context, upload) if row["resource"] in {"VIDEO", "MODEL_3D"} else _post_target(context, upload)


def _key(context: Context, row: Mapping[str, Any]) -> str:
    name = clean(row["filename"]) or "file"
    if row["resource"] in {"VIDEO", "MODEL_3D"}:
        ending = extension(name)
        letter = "v" if row["resource"] == "VIDEO" else "m"
        return f"c/o/{letter}/{secrets.token_hex(16)}" + (f".{ending}" if ending else "")
    return f"tmp/{context.settings.shop_id}/{_FOLDERS[row['resource']]}/{uuid.uuid4()}/{name}"


def _put_target(context: Context, upload: StagedUpload) -> Target:
    signed = {
        "X-Goog-Algorithm": _ALGORITHM,
        "X-Goog-Credential": _credential(context),
        "X-Goog-Date": _moment(context),
        "X-Goog-Expires": str(_LIFETIME_S),
        "X-Goog-SignedHeaders": "host",
        "X-Goog-Signature": upload.signature,
    }
    url = f"{staged_url(context, upload.key)}?" + "&".join(f"{name}={value}" for name, value in signed.items())
    parameters = {"content_type": upload.mime_type, "acl": "private"}
    return {"url": url, "resourceUrl": url, "parameters": _listed(parameters)}


def _post_target(context: Context, upload: StagedUpload) -> Target:
    parameters = {
        "Content-Type": upload.mime_type,
        "success_action_status": "201",
        "acl": "private",
        "key": upload.key,
        "x-goog-date": _moment(context),
        "x-goog-credential": _credential(context),
        "x-goog-algorithm": _ALGORITHM,
        "x-goog-signature": upload.signature,
        "policy": _policy(upload),
    }
    url = staged_url(context)
    # The address of variables for a bulk operation is never a source: their key is given instead. (recorded on 2026-04)
    is_source = upload.resource != "BULK_MUTATION_VARIABLES"
    return {"url": url, "resourceUrl": url + upload.key if is_source else url, "parameters": _listed(parameters)}


def _media_target(context: Context, upload: StagedUpload) -> Target:
    """Return the POST target for a video or a model, whose stores speak an older dialect; an id stands for the key."""
    parameters = {
        "GoogleAccessId": _credential(context).partition("/")[0],
        "key": upload.key,
        "policy": _policy(upload),
        "signature": upload.signature,
    }
    kind = "video" if upload.resource == "VIDEO" else "model3d"
    url = staged_url(context).rstrip("/")
    resource_url = f"{url}?external_{kind}_id={upload.id}"
    return {"url": url, "resourceUrl": resource_url, "parameters": _listed(parameters)}


_ALGORITHM = "GOOG4-RSA-SHA256"


def _credential(context: Context) -> str:
    return f"uploads@{context.settings.name}.example/{context.now[:10].replace('-', '')}/auto/storage/goog4_request"


def _moment(context: Context) -> str:
    return context.now.replace("-", "").replace(":", "")


def _policy(upload: StagedUpload) -> str:
    return hashlib.sha256(f"{upload.key} {upload.signature}".encode()).hexdigest()


def _listed(parameters: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in parameters.items()]
