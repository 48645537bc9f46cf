"""Global ids and cursors, as the Admin API spells them. Clients must treat both as opaque; we may not."""

import base64
import binascii
import re
from dataclasses import dataclass

import orjson

_MAX_DIGITS = 18  # more do not fit a 64-bit row number
_GID = re.compile(r"gid://[A-Za-z][\w-]*/(?P<kind>[A-Z]\w*)/(?P<tail>[^/?\s]+)(?:\?(?P<query>\S*))?")


@dataclass(frozen=True, slots=True)
class Gid:
    """A parsed global id; ``tail`` is a row's number or a category's code, ``query`` what follows a question mark."""

    kind: str
    tail: str
    query: str = ""

    @property
    def number(self) -> int | None:
        """The row's number; None when the tail is not one."""
        return int(self.tail) if self.tail.isascii() and self.tail.isdigit() and len(self.tail) <= _MAX_DIGITS else None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the row's number and its sort key (times as milliseconds)."""

    last_id: int
    last_value: int | str


class MalformedCursor(Exception):
    """The text is not a cursor of ours."""


def gid(kind: str, tail: int | str) -> str:
    """Return the global id of a row."""
    return f"gid://shopify/{kind}/{tail}"


def parse_gid(text: str) -> Gid | None:
    """Return the parts of a global id, or None if the text is not one."""
    match = _GID.fullmatch(text)
    return Gid(match["kind"], match["tail"], match["query"] or "") if match else None


def number_of(text: str | None, kind: str) -> int | None:
    """Return the row number of an id of this kind, or None if it is anything else."""
    parsed = parse_gid(text) if text else None
    return parsed.number if parsed and parsed.kind == kind else None


def encode_cursor(cursor: Cursor) -> str:
    """Return the opaque text of a cursor."""
    return base64.b64encode(orjson.dumps({"last_id": cursor.last_id, "last_value": cursor.last_value})).decode()


def decode_cursor(text: str) -> Cursor:
    """Return the cursor behind the text. Raises MalformedCursor."""
    try:
        content = orjson.loads(base64.b64decode(text, validate=True))
        value = content["last_value"]
        return Cursor(int(content["last_id"]), value if isinstance(value, int) else str(value))
    except (binascii.Error, ValueError, KeyError, TypeError) as problem:
        raise MalformedCursor(text) from problem
