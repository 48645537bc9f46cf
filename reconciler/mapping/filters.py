"""Filters and arithmetic of expressions: few, exact, and bounded in what they make.

Text filters let null through, so that an explicit null in the catalog clears the field. Numbers are whole numbers
and decimals; division always makes a decimal. Only numbers are multiplied, so no text grows by it.
"""

import html
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from jinja2.filters import do_title

from reconciler.mapping.pricing import EXACT
from reconciler.mapping.refusal import Refused
from reconciler.mapping.views import Amounts, Free, LeftOut, kind_of

LONGEST_TEXT: Final = 1_000_000
"""Characters that one value may have; more than any field of a store holds."""


def text_of(value: object) -> str:
    """Return the text of a value inside other text. Raises Refused for null and for lists."""
    if isinstance(value, str):
        return value
    if isinstance(value, LeftOut | Amounts):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if value is None:
        raise Refused("null has no place inside text", "write `| default('', true)` to put nothing there")
    raise Refused(f"{kind_of(value)} has no place inside text", "a list can be joined: `| join(', ')`")


def joined_text(parts: list[object]) -> str:
    """Return the parts as one text: what ``~`` does."""
    return _bounded(list(map(text_of, parts)), "")


def decimal_of(text: str) -> Decimal:
    """Return a number literal of a template, digit for digit."""
    return Decimal(text)


def calculated(operator: str, left: object, right: object) -> object:
    """Return the result of an operator. Raises Refused for operands that it does not take."""
    if operator == "+":
        if isinstance(left, str) and isinstance(right, str):
            return _bounded([left, right], "")
        if isinstance(left, tuple | list) and isinstance(right, tuple | list):
            return (*left, *right)
    a, b = _number(left, operator), _number(right, operator)
    if isinstance(a, int) and isinstance(b, int) and operator != "/":
        return _WHOLE[operator](a, b)
    return _EXACT[operator](Decimal(a), Decimal(b))


def signed(operator: str, value: object) -> object:
    """Return the number with a sign before it."""
    number = _number(value, operator)
    return EXACT.minus(number) if operator == "-" and isinstance(number, Decimal) else _SIGNS[operator](number)


def _default(value: object, fallback: object = "", empty_too: object = False) -> object:  # noqa: FBT002  as in Jinja2
    if isinstance(value, LeftOut):
        return fallback
    return fallback if empty_too and (value is None or value in {"", ()}) else value


def _upper(value: object) -> str | None:
    return _mapped("upper", str.upper, value)


def _lower(value: object) -> str | None:
    return _mapped("lower", str.lower, value)


def _title(value: object) -> str | None:
    return _mapped("title", do_title, value)


def _trim(value: object) -> str | None:
    return _mapped("trim", str.strip, value)


def _escape(value: object) -> str | None:
    return _mapped("escape", html.escape, value)


def _replace(value: object, old: object, new: object) -> str | None:
    olds, news = _text("replace", old), _text("replace", new)

    def replaced(text: str) -> str:
        growth = text.count(olds) * (len(news) - len(olds))
        if len(text) + growth > LONGEST_TEXT:
            raise _too_long()
        return text.replace(olds, news)

    return _mapped("replace", replaced, value)


def _join(value: object, between: object = "") -> str | None:
    if value is None:
        return None
    if isinstance(value, LeftOut):
        return str(value)
    if not isinstance(value, tuple | list):
        raise Refused(f"join needs a list, and got {kind_of(value)}")
    return _bounded([text_of(member) for member in value], _text("join", between))


def _keys(value: object) -> tuple[str, ...] | None:
    if isinstance(value, LeftOut):
        str(value)
    if value is None:
        return None
    if not isinstance(value, Free):
        raise Refused(f"names needs attributes or options, and got {kind_of(value)}")
    return tuple(value.values)


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "default": _default,
    "d": _default,
    "escape": _escape,
    "e": _escape,
    "join": _join,
    "lower": _lower,
    "names": _keys,
    "replace": _replace,
    "title": _title,
    "trim": _trim,
    "upper": _upper,
}


def _is_defined(value: object) -> bool:
    return not isinstance(value, LeftOut)


def _is_none(value: object) -> bool:
    if isinstance(value, LeftOut):
        str(value)  # raises: whether it is null is not ours to say
    return value is None


TESTS: Final[Mapping[str, Callable[..., bool]]] = {"defined": _is_defined, "none": _is_none}

_WHOLE: Final[Mapping[str, Callable[[int, int], int]]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
}
_EXACT: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
}
_SIGNS: Final[Mapping[str, Callable[[int | Decimal], int | Decimal]]] = {"+": lambda n: n, "-": lambda n: -n}


def _mapped(name: str, make: Callable[[str], str], value: object) -> str | None:
    if value is None:
        return None
    made = make(_text(name, value))
    if len(made) > LONGEST_TEXT:
        raise _too_long()
    return made


def _text(name: str, value: object) -> str:
    if isinstance(value, LeftOut):
        return str(value)  # raises
    if not isinstance(value, str):
        raise Refused(f"{name} needs text, and got {kind_of(value)}")
    return value


def _number(value: object, operator: str) -> int | Decimal:
    if isinstance(value, LeftOut):
        str(value)  # raises
    if isinstance(value, Amounts):
        return value.amount()
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        hint = "join text with ~" if operator == "+" else None
        raise Refused(f"{operator} needs numbers, and got {kind_of(value)}", hint)
    return value


def _bounded(parts: list[str], between: str) -> str:
    if sum(map(len, parts)) + len(between) * len(parts) > LONGEST_TEXT:
        raise _too_long()
    return between.join(parts)


def _too_long() -> Refused:
    return Refused(f"the text grows beyond {LONGEST_TEXT} characters")
