"""Names of files: what a new file is called, and what it is called on the CDN when that name is taken."""

import re
import uuid

from reconciler.sandbox.media.addresses import basename
from reconciler.sandbox.media.file_types import extension, extension_for
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.media import File, file_at

_NOT_IN_A_NAME = re.compile(r"[^\w.\-]+")


def address_for(context: Context, file: File) -> str:
    """Return the CDN name for a file that has none yet; a UUID goes behind a name that is taken.

    A document keeps the name of its source, whatever it was called. (recorded on 2026-04)
    """
    named = basename(file.source) if file.kind == "GenericFile" else file.filename
    name = clean(named or file.filename) or "file"
    if not extension(name):
        ending = extension_for(file.mime_type or "")
        name = f"{name}.{ending}" if ending else name
    return name if file_at(context.database, name) is None else with_uuid(name)


def clean(name: str) -> str:
    """Return the name with everything that an address cannot carry as it is turned into underscores."""
    return _NOT_IN_A_NAME.sub("_", name).strip("_")


def with_uuid(name: str) -> str:
    """Return the name with a random part before its extension."""
    ending = extension(name)
    stem = name.removesuffix(f".{ending}") if ending else name
    return f"{stem}_{uuid.uuid4()}" + (f".{ending}" if ending else "")
