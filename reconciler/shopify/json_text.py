"""JSON text with one spelling for each content: keys sorted, no spaces, numbers exact and without needless zeros.

The standard encoder would turn decimals into floats, and the standard parser takes ``NaN``; a store takes neither.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

_LONGEST_EXPONENT = 40  # digits up to which a number is written out


def parsed(text: str) -> Any:
    """Return the content of a JSON text, its numbers exact. Raises ValueError."""
    return json.loads(text, parse_float=Decimal, parse_constant=_no_number)


def dumped(content: object) -> str:
    """Return the one text of a content. Raises ValueError for what JSON cannot say."""
    match content:
        case None:
            return "null"
        case bool():
            return "true" if content else "false"
        case str():
            return _quoted(content)
        case int() | Decimal():
            return plain(content)
        case Mapping():
            return "{" + ",".join(f"{_quoted(str(name))}:{dumped(content[name])}" for name in sorted(content)) + "}"
        case Sequence():
            return "[" + ",".join(map(dumped, content)) + "]"
        case _:
            message = f"{content!r} cannot be written as JSON"
            raise ValueError(message)


def plain(number: int | Decimal) -> str:
    """Return a number as digits, without zeros that say nothing; as a power of ten only where it is very long."""
    exact = Decimal(number)
    if not exact.is_finite():
        message = f"{number} is not a number"
        raise ValueError(message)
    if not exact:
        return "0"
    if abs(exact.adjusted()) > _LONGEST_EXPONENT:
        return format(exact, "E")
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quoted(text: str) -> str:
    if any("\ud800" <= mark <= "\udfff" for mark in text):
        message = f"{text!r} holds half a character"
        raise ValueError(message)
    return json.dumps(text, ensure_ascii=False)


def _no_number(text: str) -> NoReturn:
    message = f"{text} is not a number"
    raise ValueError(message)
