"""A definition's validations (min, max, regex, choices, …), applied to a value that is about to be stored."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol

import orjson

_NUMERIC = ("number_integer", "number_decimal")


class Ruled(Protocol):
    """A definition of a metafield, or of a field of a metaobject."""

    @property
    def type(self) -> str: ...

    @property
    def validations(self) -> list[dict[str, Any]]: ...


def broken_validation(definition: Ruled, value: str) -> str | None:
    """Return the sentence of the first validation that the value breaks, or None."""
    elements = orjson.loads(value) if definition.type.startswith("list.") else [value]
    kind = definition.type.removeprefix("list.")
    for rule in definition.validations:
        check = _CHECKS.get(rule["name"])
        if check is None:
            continue
        subjects = [elements] if rule["name"].startswith("list.") else elements
        for subject in subjects:
            sentence = check(kind, subject, rule["value"])
            if sentence:
                return sentence
    return None


def _min(kind: str, value: Any, bound: str) -> str | None:
    if kind in _NUMERIC:
        return f"Value has a minimum of {bound}." if Decimal(str(value)) < Decimal(bound) else None
    if kind in {"date", "date_time"}:
        return f"Value has a minimum of {bound}." if str(value) < bound else None
    return f"Value has a minimum length of {bound}." if len(str(value)) < int(bound) else None


def _max(kind: str, value: Any, bound: str) -> str | None:
    if kind in _NUMERIC:
        return f"Value has a maximum of {bound}." if Decimal(str(value)) > Decimal(bound) else None
    if kind in {"date", "date_time"}:
        return f"Value has a maximum of {bound}." if str(value) > bound else None
    return f"Value has a maximum length of {bound}." if len(str(value)) > int(bound) else None


def _regex(_kind: str, value: Any, pattern: str) -> str | None:
    return None if re.search(pattern, str(value)) else "Value does not match the regular expression."


def _choices(_kind: str, value: Any, choices: str) -> str | None:
    allowed = [str(one) for one in orjson.loads(choices)]
    listed = ", ".join(f'"{one}"' for one in allowed)
    return None if str(value) in allowed else f"Value does not exist in provided choices: [{listed}]."


def _max_precision(_kind: str, value: Any, places: str) -> str | None:
    exponent = Decimal(str(value)).as_tuple().exponent
    is_finer = isinstance(exponent, int) and -exponent > int(places)
    return f"Value has a maximum precision of {places}." if is_finer else None


def _list_min(_kind: str, value: Any, bound: str) -> str | None:
    return f"Value has a minimum of {bound} elements." if len(value) < int(bound) else None


def _list_max(_kind: str, value: Any, bound: str) -> str | None:
    return f"Value has a maximum of {bound} elements." if len(value) > int(bound) else None


_CHECKS: dict[str, Callable[[str, Any, str], str | None]] = {
    "min": _min,
    "max": _max,
    "regex": _regex,
    "choices": _choices,
    "max_precision": _max_precision,
    "list.min": _list_min,
    "list.max": _list_max,
}
