"""Scalars: what unquoted text means, by the core schema of YAML 1.2, with exact decimals.

Not YAML 1.1, which is what PyYAML resolves by itself: there ``no`` is false, ``0123`` is 83 and ``12:30:45`` is a
number. No float is ever made, so numbers that only a float can hold are refused. (yaml.org, "YAML 1.2.2", 10.3)
"""

import re
from decimal import Decimal
from typing import Final, TypeAlias

Scalar: TypeAlias = "str | int | Decimal | bool | None"
YamlValue: TypeAlias = "Scalar | list[YamlValue] | dict[str, YamlValue]"

LONGEST_NUMBER: Final = 400  # digits; int() takes quadratic time, and refuses 4,300

WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MAYBE_NUMBER: Final = frozenset("0123456789+-.")
_NUMBER: Final = re.compile(r"([-+]?[0-9]+)|[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)")  # whole, or a decimal
_OTHER_BASES: Final = {"octal": re.compile(r"0o[0-7]+"), "hexadecimal": re.compile(r"0x[0-9a-fA-F]+")}
_INEXACT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


class Inexact(ValueError):
    """A number that is not read: an exponent, infinity, not a number, another base than ten, far too many digits."""


def plain(text: str) -> Scalar:
    """Return what unquoted text means. Raises Inexact, whose message says which form the number has."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in _MAYBE_NUMBER:
        return text
    if number := _NUMBER.fullmatch(text):
        return int(_short(text)) if number.lastindex else Decimal(_short(text))
    for base, digits in _OTHER_BASES.items() if text.startswith("0") else ():
        if digits.fullmatch(text):
            raise Inexact(f"a number in {base}")  # exact, and surely no price or count: a code that lacks its quotes
    if _INEXACT.fullmatch(text):
        raise Inexact("a number with an exponent" if text[-1].isdigit() else "not a finite number")
    return text


def is_text(text: str) -> bool:
    """Whether unquoted text means itself."""
    try:
        return isinstance(plain(text), str)
    except Inexact:
        return False


def _short(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise Inexact(f"a number of {len(text)} digits")
    return text
