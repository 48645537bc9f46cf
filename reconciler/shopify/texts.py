"""Texts and handles of products and collections, in the form in which Shopify returns them after a write."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import AfterValidator

from reconciler.model.json import Json

Value = TypeVar("Value")
_EVERYDAY_HANDLE = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)*")


def blank_is_none(value: str | None) -> str | None:
    """Return None for an empty text."""
    return value or None


def stripped(value: str | None) -> str | None:
    """Return the text without the white space around it."""
    return value.strip() if value is not None else None


def stripped_or_none(value: str | None) -> str | None:
    """Return the text without the white space around it; None where that is all of it."""
    return (value.strip() or None) if value is not None else None


def html(value: str | None) -> str:
    """Return a description: none and an empty one are the same."""
    return (value or "").replace("\r\n", "\n").strip()


def not_cleared(value: Value | None) -> Value:
    """Return a value that has to be there; an empty text is not. Raises ValueError."""
    if value is None or value == "":
        message = "it cannot be cleared; leave it out to leave it alone"
        raise ValueError(message)
    return value


def seo_input(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return the part of an input that ``seo_title`` and ``seo_description`` are; cleared ones are empty there."""
    given: Json = {name: fields[f"seo_{name}"] or "" for name in ("title", "description") if f"seo_{name}" in fields}
    return {"seo": given} if given else {}


def kept_handle(handle: str) -> str:
    """Return the handle if Shopify keeps it as it is. Raises ValueError."""
    if is_rewritten(handle):
        near = _near(handle)
        cure = f"write handle: {near}" if near else "write lower-case letters, digits and dashes"
        message = f"{handle!r} would be rewritten by Shopify; {cure}"
        raise ValueError(message)
    return handle


def is_rewritten(handle: str) -> bool:
    """Whether Shopify would store another handle: it keeps lower-case letters of any alphabet, digits, - and _."""
    if _EVERYDAY_HANDLE.fullmatch(handle):
        return False
    return not all(map(_is_kept, handle)) or "--" in handle or handle != handle.lower().strip("-")


def _is_kept(mark: str) -> bool:
    return mark in "-_" or unicodedata.category(mark)[0] in "LNM"


def _near(handle: str) -> str:
    """Return a handle like this one that stays as it is; "" when nothing of it does."""
    words = "".join(mark if _is_kept(mark) and mark != "-" else " " for mark in handle.lower()).split()
    return "-".join(words)


StrippedText = Annotated[str | None, AfterValidator(stripped)]
Html = Annotated[str | None, AfterValidator(html)]
NullText = Annotated[str | None, AfterValidator(stripped_or_none)]
"""Text that Shopify returns as null, or as "", when it is empty: one canonical form, None."""
