"""Metafield values: checked against their type and stored in the form the API stores. (recorded on 2026-04)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

import orjson

from reconciler.sandbox.metafields.measurements import measurement_json, measurement_text
from reconciler.sandbox.metafields.value_types import MEASUREMENTS, is_reference

_SCHEMES = ("http", "https", "mailto", "sms", "tel")
_MAX_ELEMENTS = 128
_MAX_DECIMAL = Decimal(9999999999999)
_MAX_MONEY = Decimal(1000000000000000000)
_MONEY_SHAPE = (
    "Value must be a stringified JSON object with amount (numeric) and currency_code "
    "(string matching the shop's currency) fields."
)
_DATE_TIME_SHAPE = "Value must be in “YYYY-MM-DDTHH:MM:SS” format. For example: 2022-06-01T15:30:00"


class BadValue(Exception):
    """The value does not fit its type; ``element`` is the index in a list."""

    def __init__(self, message: str, element: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.element = element


@dataclass(frozen=True, slots=True)
class World:
    """What a value may have to agree with: the shop's currency, and whether a resource exists."""

    currency: str
    currencies: frozenset[str]
    exists: Callable[[str], bool]


def stored_value(kind: str, text: str, world: World) -> str:
    """Return the value as it is stored. Raises BadValue."""
    if not text.strip():
        raise BadValue("Value can't be blank.")
    if kind.startswith("list."):
        return _stored_list(kind.removeprefix("list."), text, world)
    return _single(kind, text, world)


def json_value(kind: str, value: str) -> Any:
    """Return a stored value as ``jsonValue`` shows it."""
    if kind.startswith("list."):
        elements = orjson.loads(value)
        single = kind.removeprefix("list.")
        return [measurement_json(one) for one in elements] if single in MEASUREMENTS else elements
    if kind in MEASUREMENTS or kind in {"json", "money", "rating", "link", "rich_text_field"}:
        content = orjson.loads(value)
        if kind in MEASUREMENTS and float(content["value"]).is_integer():
            content["value"] = int(content["value"])
        return content
    if kind == "number_integer":
        return int(value)
    # A false boolean is the text "false": recorded so, on 2026-04.
    return True if kind == "boolean" and value == "true" else value


def _stored_list(kind: str, text: str, world: World) -> str:
    try:
        elements = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise BadValue(f"Value is invalid JSON: {problem}.") from problem
    if not isinstance(elements, list):
        raise BadValue("Value must be an array.")
    if len(elements) > _MAX_ELEMENTS:
        raise BadValue(f"Value has more than {_MAX_ELEMENTS} elements.")
    stored = []
    for index, element in enumerate(elements):
        try:
            stored.append(_element(kind, element, world))
        except BadValue as problem:
            # A reference that is not there is reported for the whole list. (recorded on 2026-04)
            raise BadValue(problem.message, None if is_reference(kind) else index) from problem
    if kind in MEASUREMENTS:
        return "[" + ",".join(stored) + "]"
    # Compared as text: a rating whose keys were in another order is rewritten. (recorded on 2026-04)
    return text if orjson.dumps(stored) == orjson.dumps(elements) else orjson.dumps(stored).decode()


def _element(kind: str, element: Any, world: World) -> Any:
    raw = element if isinstance(element, str) else orjson.dumps(element).decode()
    stored = _single(kind, raw, world)
    if kind == "number_integer":
        return int(stored)
    if kind == "rating":
        return orjson.loads(stored)
    return stored if isinstance(element, str) or kind == "number_decimal" or kind in MEASUREMENTS else element


def _single(kind: str, text: str, world: World) -> str:
    if kind in MEASUREMENTS:
        try:
            return measurement_text(kind, text)
        except ValueError as problem:
            raise BadValue(str(problem)) from problem
    if is_reference(kind):
        if not world.exists(text):
            raise BadValue(f"Value references non-existent resource {text}.")
        return text
    if kind == "money":
        return _money(text, world)
    return _CHECKS.get(kind, _same)(text)


def _same(text: str) -> str:
    return text


def _line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise BadValue("Value must be a single line text string.")
    return text


def _boolean(text: str) -> str:
    word = text.strip().lower()
    if word in {"t", "true", "1"}:
        return "true"
    if word in {"f", "false", "0"}:
        return "false"
    raise BadValue("Value must be true or false.")


def _integer(text: str) -> str:
    match = re.fullmatch(r"(-?\d+)(?:\.0+)?", text.strip())
    if not match:
        raise BadValue("Value must be an integer.")
    return str(int(match[1]))


def _decimal(text: str) -> str:
    try:
        number = Decimal(text.strip())
    except InvalidOperation as problem:
        raise BadValue("Value must be a decimal.") from problem
    if abs(number) > _MAX_DECIMAL:
        word = "exceed" if number > 0 else "be less than -"
        raise BadValue(f"Value can't {word} {_MAX_DECIMAL}.".replace("- ", "-"))
    places = number.as_tuple().exponent
    if isinstance(places, int) and places < -9:  # noqa: PLR2004 digits kept after the point
        return format(number.quantize(Decimal("1e-9"), rounding=ROUND_DOWN), "f")
    return text.strip()


def _color(text: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise BadValue("Value must be a hex color code.")
    return text


def _date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError as problem:
        raise BadValue("Value must be in YYYY-MM-DD format.") from problem
    return text


def _date_time(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadValue(_DATE_TIME_SHAPE) from problem
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.replace(microsecond=0).isoformat()


def _json(text: str) -> str:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise BadValue(
            f"Value is invalid JSON: {problem.msg} at line {problem.lineno} column {problem.colno}."
        ) from problem
    return text


def _url(text: str) -> str:
    scheme = urlsplit(text).scheme
    if not scheme:
        listed = ", ".join(f'"{one}"' for one in _SCHEMES)
        raise BadValue(
            f"Value cannot have an empty scheme (protocol), must include one of the following URL schemes: [{listed}].'"
        )
    if scheme not in _SCHEMES:
        raise BadValue(f"Value must be one of the following URL schemes: {', '.join(_SCHEMES)}.")
    return text


def _link(text: str) -> str:
    content = _mapping(text)
    if content is None or urlsplit(str(content.get("url", ""))).scheme not in _SCHEMES:
        raise BadValue("Value must be a valid link.")
    return text


def _rating(text: str) -> str:
    content = _mapping(text) or {}
    try:
        low, high, value = (Decimal(str(content[key])) for key in ("scale_min", "scale_max", "value"))
    except (KeyError, InvalidOperation) as problem:
        raise BadValue(
            "Value must be a stringified JSON object with value, scale_min and scale_max fields."
        ) from problem
    if value > high:
        raise BadValue(f"Value has a maximum of {content['scale_max']}.")
    if value < low:
        raise BadValue(f"Value has a minimum of {content['scale_min']}.")
    return orjson.dumps({key: content[key] for key in ("scale_min", "scale_max", "value")}).decode()


def _money(text: str, world: World) -> str:
    content = _mapping(text)
    if content is None or "amount" not in content or "currency_code" not in content:
        raise BadValue(_MONEY_SHAPE)
    if not content["currency_code"]:
        raise BadValue("Value must have a currency code.")
    try:
        amount = Decimal(str(content["amount"]))
    except InvalidOperation as problem:
        raise BadValue("Value must have a numeric amount.") from problem
    if abs(amount) > _MAX_MONEY:
        raise BadValue(f"Value must be within +/-{_MAX_MONEY}.")
    if content["currency_code"] not in world.currencies:
        raise BadValue(f"Value contains an invalid currency, {content['currency_code']}.")
    if content["currency_code"] != world.currency:
        raise BadValue(_MONEY_SHAPE)
    return text


def _mapping(text: str) -> dict[str, Any] | None:
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None


_CHECKS: dict[str, Callable[[str], str]] = {
    "boolean": _boolean,
    "color": _color,
    "date": _date,
    "date_time": _date_time,
    "id": _line,
    "json": _json,
    "link": _link,
    "number_decimal": _decimal,
    "number_integer": _integer,
    "rating": _rating,
    "rich_text_field": _json,
    "single_line_text_field": _line,
    "url": _url,
}
