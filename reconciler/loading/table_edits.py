"""Edits of tables of stock: the quantity of one row, in CSV or YAML; every other byte stays."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Final

from reconciler.loading.delimited import records
from reconciler.loading.scalars import YamlValue
from reconciler.loading.tables import decoded, separator_of
from reconciler.loading.yaml import parse
from reconciler.loading.yaml_edits import Unwritable, with_value
from reconciler.model.edit import SetCount
from reconciler.model.origin import FieldPath

_BOM: Final = b"\xef\xbb\xbf"
_NUMBER: Final = re.compile(r"[+-]?[0-9]+")


def with_count(content: bytes, edit: SetCount) -> bytes:
    """Return a table with another quantity in a row. Raises Unwritable, and InvalidInput for what is no table."""
    if edit.file.lower().endswith((".csv", ".tsv")):
        return _in_csv(content, edit)
    for path in _paths(parse(edit.file, content), edit):
        return with_value(edit.file, content, path, edit.quantity)
    raise Unwritable(f"{edit.file} has no quantity of {edit.sku} at {edit.location}")


def _in_csv(content: bytes, edit: SetCount) -> bytes:
    text = decoded(edit.file, content)
    separator = separator_of(edit.file, text)
    found = records(edit.file, StringIO(text, newline=""), separator)
    header = [name.strip().lower() for name in next(found)[1]]
    column = header.index("quantity")
    start, end = _cells(text, edit.line, separator)[column]
    cell = text[start:end]
    if not _NUMBER.search(cell):
        raise Unwritable(f"{edit.file}:{edit.line} has no quantity")
    after = f"{text[:start]}{_NUMBER.sub(str(edit.quantity), cell, count=1)}{text[end:]}"
    bom = _BOM if content.startswith(_BOM) else b""
    return bom + after.encode()


def _cells(text: str, line: int, separator: str) -> list[tuple[int, int]]:
    """Return where each cell of the record that begins at a line begins and ends, quotes included."""
    index = 0
    for _ in range(line - 1):
        index = re.compile(r"\r\n|\r|\n").search(text, index).end()  # type: ignore[union-attr]  # lines were counted
    found: list[tuple[int, int]] = []
    start, is_quoted = index, False
    while index < len(text):
        mark = text[index]
        if mark == '"':
            is_quoted = not is_quoted
        elif not is_quoted and (mark == separator or mark in "\r\n"):
            found.append((start, index))
            start = index + 1
            if mark != separator:
                return found
        index += 1
    return [*found, (start, index)]


def _paths(document: YamlValue, edit: SetCount) -> Iterator[FieldPath]:
    """Yield the way to the quantity of a SKU at a location, whichever form the table has."""
    if isinstance(document, list):
        for position, row in enumerate(document):
            is_it = isinstance(row, dict) and str(row.get("sku")).strip() == edit.sku
            if is_it and isinstance(row, dict) and row.get("location") == edit.location and "quantity" in row:
                yield position, "quantity"
    elif isinstance(document, dict):
        for sku, locations in document.items():
            held = locations.get(edit.location) if isinstance(locations, dict) and sku.strip() == edit.sku else None
            if isinstance(held, dict) and "quantity" in held:
                yield sku, edit.location, "quantity"
            elif isinstance(held, int):
                yield sku, edit.location
