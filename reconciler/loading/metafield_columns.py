"""Metafield columns of an export: which columns are metafields, and of which type, since exports do not say it.

The type is that of the whole column, so that a metafield has the same one on every product: true or false, whole
numbers, decimals, lists of text and JSON where every value is one; text otherwise. What Shopify itself owns holds
references by handle, which no other store can follow: they become lists of text. The rejected choice: deciding value
by value, which would make a size "38" a number and "38/40" a text of the same metafield.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

LINE: Final = "single_line_text_field"
LINES: Final = "multi_line_text_field"
LIST: Final = "list.single_line_text_field"

_NAMED: Final = re.compile(r"\((product|variant)\.metafields\.([\w-]{3,255}\.[\w-]{2,64})\)$", re.ASCII)
_GOOGLE: Final = "google shopping / "
_GOOGLE_NAMESPACE: Final = "mm-google-shopping"
_CUSTOM_PRODUCT: Final = f"{_GOOGLE_NAMESPACE}.custom_product"
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_WHOLE: Final = re.compile(r"-?(0|[1-9]\d{0,14})")
_DECIMAL: Final = re.compile(r"-?(0|[1-9]\d{0,12})(\.\d{1,9})?")
_MOST_MEMBERS: Final = 128  # of a list


@dataclass(frozen=True, slots=True)
class MetafieldColumn:
    """A column that holds a metafield of products or of variants."""

    owner: str
    """``product`` or ``variant``."""
    name: str
    """Namespace and key: ``custom.material``."""


def metafield_column(header: str) -> MetafieldColumn | None:
    """Return the metafield that a column holds; None for any other column."""
    match = _NAMED.search(header.strip())
    if match:
        return MetafieldColumn(match[1], match[2])
    name = header.strip().lower()
    if not name.startswith(_GOOGLE):
        return None
    # These columns are the metafields of the Google channel under older names. (help.shopify.com, product CSV, 2026-10)
    key = _NOT_WORD.sub("_", name.removeprefix(_GOOGLE)).strip("_")
    return MetafieldColumn("product", f"{_GOOGLE_NAMESPACE}.{key}") if len(key) > 1 else None


def column_type(column: MetafieldColumn, values: Iterable[str]) -> str:
    """Return the type of all the values of a column."""
    namespace, _, key = column.name.partition(".")
    texts = [spreadsheet_text(value) for value in values]
    if namespace == _GOOGLE_NAMESPACE and column.name != _CUSTOM_PRODUCT:
        return LINE if not _has_lines(texts) else LINES
    if namespace == "shopify" or (namespace.startswith("shopify--") and not key.endswith("_display")):
        return LIST
    return next((name for name, fits in _TYPES if all(fits(text) for text in texts)), LINES)


def metafield_value(type_name: str, text: str) -> object:
    """Return the value that a cell of this type holds, as a file of the catalog says it."""
    text = spreadsheet_text(text)
    match type_name:
        case "boolean":
            return text.lower() == "true"
        case "number_integer":
            return int(text)
        case _ if type_name == LIST:
            return _listed(text)
        case _:
            return text


def spreadsheet_text(text: str) -> str:
    """Return a value without what spreadsheets put before digits to have them taken for text."""
    text = text.replace("\r\n", "\n").strip()
    return text[1:] if text.startswith("'") and _DECIMAL.fullmatch(text[1:]) else text


def _listed(text: str) -> list[str]:
    members = _json(text) if text.startswith("[") else re.split(r"[;\n]", text)
    if not _is_list_of_lines(members):
        members = re.split(r"[;\n]", text)
    return [member.strip() for member in members if member.strip()]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_list_of_lines(value: object) -> bool:
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_MEMBERS:
        return False
    return all(isinstance(member, str) and member.strip() and not _has_lines([member]) for member in value)


def _has_lines(texts: Iterable[str]) -> bool:
    return any("\n" in text or "\r" in text for text in texts)


_TYPES: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("boolean", lambda text: text.lower() in {"true", "false"}),
    ("number_integer", lambda text: bool(_WHOLE.fullmatch(text))),
    ("number_decimal", lambda text: bool(_DECIMAL.fullmatch(text))),
    (LIST, lambda text: text.startswith("[") and _is_list_of_lines(_json(text))),
    ("json", lambda text: text[:1] in {"{", "["} and isinstance(_json(text), dict | list)),
    (LINE, lambda text: not _has_lines([text])),
)
"""Type → whether a value is one, from the narrowest on."""
