"""Delimited text: the records of a CSV file, each with the physical line that it begins at.

Lines are counted as an editor does: a quoted field may hold many. Spreadsheets write other separators than commas.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

LONGEST_FIELD: Final = 16 * 1024 * 1024  # characters; csv allows 128 KiB, and descriptions may have more


def records(file: str, lines: Iterable[str], separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield the line that a record begins at, and its values; a blank line has none.

    Raises InvalidInput where it stops being CSV.
    """
    with _long_fields():
        reader = csv.reader(_printable(lines, file), delimiter=separator, strict=True)
        begins = 1
        try:
            for values in reader:
                yield begins, values
                begins = reader.line_num + 1
        except csv.Error as error:
            hint = "look for a quote that is not closed or not doubled"
            raise InvalidInput([Diagnostic(f"this is not CSV: {error}", Place(file, begins), hint)]) from None


def not_utf8(file: str, content: bytes) -> Diagnostic:
    """Return where the bytes of a file stop being UTF-8."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Lone carriage returns end a line here too, as they do for csv.
        before = content[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        summary = f"byte 0x{content[error.start]:02X} is not UTF-8"
        return Diagnostic(summary, Place(file, before.count(b"\n") + 1), "save the file as UTF-8")
    return Diagnostic("the file changed while it was read", Place(file), "run the command again")


def _printable(lines: Iterable[str], file: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            place = Place(file, number, line.index("\0") + 1)
            raise InvalidInput([Diagnostic("a NUL character stands here; expected text", place, "export it again")])
        yield line


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)
