"""JSON files: the products of a dump, one after another, with the place of any value in it.

A file is held as text, and one product at a time as values, so that a large dump takes little more than its own size.
Numbers stay exact. Places are found on demand, by walking the text again.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.json import Json
from reconciler.model.origin import FieldPath, Place

_AROUND: Final = ("data", "products", "nodes", "edges")
"""What a list of products may stand in."""
_ALONE: Final = "product"
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_MOST_DIGITS: Final = 400  # more than any float has
_HALF: Final = re.compile("[\0\ud800-\udfff]")
_HINT: Final = "expected {products: [...]}, as Shopify's APIs and products.json answer"


@dataclass(frozen=True, slots=True)
class Item:
    """One product of a file, and where its text begins."""

    source: "JsonFile"
    start: int
    value: dict[str, Any]

    def place(self, path: FieldPath = ()) -> Place:
        """Return the place of a value, or of its nearest ancestor that the file has."""
        return self.source.place(self.source.offset(self.start, path))


class JsonFile:
    """A file that holds products."""

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self._text = text
        self._decoder = json.JSONDecoder(
            parse_float=_decimal, parse_constant=_not_a_number, object_pairs_hook=_without_twins
        )

    @cached_property
    def _line_ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self._text)]

    @classmethod
    def read(cls, file: Path, problems: list[Diagnostic]) -> "JsonFile | None":
        """Return a file that can be read; None, with the problem, when it cannot."""
        try:
            content = file.read_bytes()
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            problems.append(Diagnostic(f"cannot be read: {reason}", Place(str(file))))
            return None
        try:
            return cls(file, content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            before = cls(file, error.object[: error.start].decode("utf-8", "replace"))
            summary = f"byte 0x{error.object[error.start]:02X} is not UTF-8"
            problems.append(Diagnostic(summary, before.place(len(before._text)), "save the file as UTF-8"))
            return None

    def items(self, problems: list[Diagnostic]) -> Iterator[Item]:
        """Yield the products that can be read, and collect what is wrong with the others and with the file."""
        try:
            for start, value in self._products():
                item = Item(self, start, value if isinstance(value, dict) else {})
                if not isinstance(value, dict):
                    problems.append(Diagnostic("this is no product", item.place(), _HINT))
                elif (path := _odd_text(value)) is not None:
                    summary = f"{path[-1]} holds a NUL, or half a character; expected text"
                    problems.append(Diagnostic(summary, item.place(path), "export it again"))
                else:
                    yield item
        except InvalidInput as error:
            problems += error.diagnostics

    def place(self, offset: int) -> Place:
        """Return the line and the column of an offset."""
        line = bisect_left(self._line_ends, offset)
        return Place(str(self.file), line + 1, offset - (self._line_ends[line - 1] if line else -1))

    def offset(self, start: int, path: FieldPath) -> int:
        """Return where the value at a path begins, or its nearest ancestor that there is."""
        for step in path:
            found = next((at for key, at in self._below(start) if key == step), None)
            if found is None:
                return start
            start = found
        return start

    def _products(self) -> Iterator[tuple[int, Json]]:
        end = yield from self._walk(self._skip(0))
        if self._skip(end) < len(self._text):
            raise self._refused(self._skip(end), "something follows the end of the products", _HINT)

    def _walk(self, at: int) -> Generator[tuple[int, Json], None, int]:
        """Yield the products of a list, or of what it stands in; return the offset after it."""
        match self._text[at : at + 1]:
            case "[":
                return (yield from self._listed(at))
            case "{":
                return (yield from self._wrapped(at))
            case _:
                raise self._refused(at, "this is no list of products", _HINT)

    def _listed(self, at: int) -> Generator[tuple[int, Json], None, int]:
        opened, at = at, self._skip(at + 1)
        while self._text[at : at + 1] != "]":
            at = self._next(at, opened)
            value, end = self._decoded(at)
            inner = value.get("node") if isinstance(value, dict) else None
            yield (self.offset(at, ("node",)), inner) if isinstance(inner, dict) else (at, value)
            at = self._skip(end)
        return at + 1

    def _wrapped(self, at: int) -> Generator[tuple[int, Json], None, int]:
        opened, at, found = at, self._skip(at + 1), False
        while self._text[at : at + 1] != "}":
            key, at = self._key(self._next(at, opened))
            if key in _AROUND and self._text[at : at + 1] in {"[", "{"}:
                found = True
                at = self._skip((yield from self._walk(at)))
                continue
            value, end = self._decoded(at)
            if key == _ALONE:
                found = True
                yield at, value
            at = self._skip(end)
        if not found:
            raise self._refused(opened, "this holds no products", _HINT)
        return at + 1

    def _below(self, at: int) -> Iterator[tuple[str | int, int]]:
        """Yield key or position, and offset, of what a list or a mapping holds; nothing for any other value."""
        opening = self._text[at : at + 1]
        if opening not in {"[", "{"}:
            return
        closing = "]" if opening == "[" else "}"
        opened, at, position = at, self._skip(at + 1), 0
        while self._text[at : at + 1] != closing:
            at = self._next(at, opened)
            key: str | int = position
            if opening == "{":
                key, at = self._key(at)
            yield key, at
            at = self._skip(self._decoded(at)[1])
            position += 1

    def _next(self, at: int, opened: int) -> int:
        """Return where the next member begins: behind a comma, unless it is the first after the bracket."""
        return at if at == self._skip(opened + 1) else self._after(at, ",")

    def _key(self, at: int) -> tuple[str, int]:
        key, end = self._decoded(at)
        if not isinstance(key, str):
            raise self._refused(at, "this is not JSON: expecting a key in quotes", "export it again")
        return key, self._after(end, ":")

    def _decoded(self, at: int) -> tuple[Any, int]:
        try:
            return self._decoder.raw_decode(self._text, at)
        except json.JSONDecodeError as error:
            hint = "the file may be cut off" if error.pos >= len(self._text.rstrip()) else "export it again"
            raise self._refused(error.pos, f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}", hint) from None
        except ValueError as error:
            raise self._refused(at, f"this is not JSON: {error}", "export it again") from None
        except RecursionError:
            raise self._refused(at, "this is nested deeper than any product is", "export it again") from None

    def _after(self, at: int, sign: str) -> int:
        at = self._skip(at)
        if self._text[at : at + 1] != sign:
            hint = "the file may be cut off" if at >= len(self._text) else "export it again"
            raise self._refused(at, f"this is not JSON: expecting {sign}", hint)
        return self._skip(at + 1)

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def _refused(self, at: int, summary: str, hint: str) -> InvalidInput:
        return InvalidInput([Diagnostic(summary, self.place(at), hint)])


def _not_a_number(text: str) -> None:
    message = f"{text} is not a number"
    raise ValueError(message)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twin = next(key for position, key in enumerate(keys) if key in keys[:position])
        message = f"the key {twin} is given twice"
        raise ValueError(message)
    return found


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > _MOST_DIGITS:  # written out, such a number may fill the memory
        message = f"the number {text} has too many digits"
        raise ValueError(message)
    return number


def _odd_text(value: object, path: FieldPath = ()) -> "FieldPath | None":
    """Return the way to a text that no store takes and no file can hold; None when there is none."""
    match value:
        case str():
            return path if _HALF.search(value) else None
        case dict():
            members: Iterator[tuple[Any, Any]] = iter(value.items())
        case list():
            members = iter(enumerate(value))
        case _:
            return None
    try:
        return next((found for key, member in members if (found := _odd_text(member, (*path, key))) is not None), None)
    except RecursionError:
        return path[:1]
