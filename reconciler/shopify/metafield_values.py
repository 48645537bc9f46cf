"""Metafield values: one text for each value of each type, whether it comes from a file or from a store.

A store rewrites much of what it is sent: units in capitals, offsets of dates, decimals in lists as texts, keys of
ratings in another order; JSON it keeps as it was written. So both sides pass through here and are compared afterwards.
The text is also what is sent. (observed, 2026-04; limits of sizes: shopify.dev, metafield limits, 2026-10)
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

from reconciler.model.money import decimal_places
from reconciler.shopify.json_text import dumped, parsed, plain
from reconciler.shopify.measurements import measurement
from reconciler.shopify.metafield_types import LIST, MEASUREMENTS, REFERENCES, TARGETS, element_type, known_type

_SCHEMES: Final = ("http", "https", "mailto", "sms", "tel")
_MOST_ELEMENTS: Final = 128
_LONGEST: Final = {"id": 2_048, "json": 131_072, "url": 2_048}  # bytes
_LONGEST_OTHERWISE: Final = 65_536
_MOST_INTEGER: Final = 2**53 - 1
_MOST_DECIMAL: Final = Decimal(10) ** 13
_NINE_PLACES: Final = Decimal("1e-9")
_INTEGER: Final = re.compile(r"(-?\d+)(\.0+)?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_GID: Final = re.compile(r"gid://shopify/(\w+)/[\w?=&.-]+")
_SHOWN: Final = 60
_BOUNDED: Final = MEASUREMENTS | {"date", "date_time", "number_decimal", "number_integer"}
"""Types whose least and greatest value are values themselves; of texts they are lengths."""


def canonical_value(type_name: str, value: object) -> str:
    """Return the text of a value of a type. Raises ValueError, with a sentence, for what does not fit the type."""
    single = element_type(known_type(type_name))
    if type_name.startswith(LIST):
        text = dumped([_canonical(single, member) for member in _members(value)])
    else:
        content = _canonical(single, value)
        text = content if isinstance(content, str) and single != "json" else dumped(content)
    longest = _LONGEST.get(single, _LONGEST_OTHERWISE)
    size = len(text) if text.isascii() else len(_encoded(text))
    if size > longest:
        message = f"{size} bytes are too many; a {type_name} takes {longest}"
        raise ValueError(message)
    return text


def canonical_validation(type_name: str, name: str, value: object) -> str:
    """Return the text of a definition's validation: a bound as a value of the type, a list or mapping as JSON."""
    single = element_type(type_name)
    if name in {"min", "max"} and single in _BOUNDED:
        try:
            return canonical_value(single, value)
        except ValueError:
            pass  # what a store takes as a bound it knows better
    match value:
        case bool() | int() | Decimal():
            return dumped(value)
        case str() if not value.lstrip().startswith(("{", "[")):
            return value
        case str():
            try:
                return dumped(parsed(value))
            except (ValueError, RecursionError):
                return value
        case _:
            return dumped(value)


def addresses_in(type_name: str, text: str) -> tuple[str, ...]:
    """Return the addresses that a canonical value names in place of ids: ``product/linen-shirt``."""
    single = element_type(type_name)
    if single not in TARGETS or not text:
        return ()
    members: Sequence[str] = parsed(text) if type_name.startswith(LIST) else [text]
    return tuple(member for member in members if member.startswith(f"{TARGETS[single]}/"))


def with_ids(type_name: str, text: str, ids: Mapping[str, str]) -> str:
    """Return a canonical value with ids in place of those addresses that have one."""
    if not type_name.startswith(LIST):
        return ids.get(text, text)
    return dumped([ids.get(member, member) for member in parsed(text)])


def _canonical(single: str, value: object) -> object:
    if single in MEASUREMENTS:
        return measurement(single, _structure(value) if _is_json(value) else value)
    if single in REFERENCES:
        return _reference(single, _line(value))
    return _FORMS[single](value)


def _members(value: object) -> Sequence[object]:
    found = _structure(value)
    if not isinstance(found, list | tuple):
        message = f"{_shown(value)} is not a list"
        raise ValueError(message)  # noqa: TRY004  pydantic reports ValueError alone
    if len(found) > _MOST_ELEMENTS:
        message = f"{len(found)} members are too many; a list takes {_MOST_ELEMENTS}"
        raise ValueError(message)
    return found


def _is_json(value: object) -> bool:
    return not isinstance(value, str) or value.lstrip()[:1] in {"{", "["}


def _structure(value: object) -> Any:
    """Return lists and mappings as they are, and what a JSON text holds. Raises ValueError."""
    if not isinstance(value, str):
        return value
    try:
        return parsed(value)
    except (ValueError, RecursionError) as error:
        message = f"{_shown(value)} is not JSON: {error}"
        raise ValueError(message) from None


def _record(value: object, names: Sequence[str], example: str) -> Mapping[str, Any]:
    found = _structure(value)
    if not isinstance(found, Mapping) or any(name not in found for name in names):
        message = f"{_shown(value)} does not say {' and '.join(names)}; write {example}"
        raise ValueError(message)
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        message = f"{_shown(value)} is not text; quote it, or give the metafield another type"
        raise ValueError(message)  # noqa: TRY004  pydantic reports ValueError alone
    text = value.replace("\r\n", "\n").strip()
    if not text:
        message = "it is blank; write null to remove it"
        raise ValueError(message)
    return text


def _line(value: object) -> str:
    text = _text(value)
    if "\n" in text or "\r" in text:
        message = f"{_shown(text)} has more than one line; a multi_line_text_field takes them"
        raise ValueError(message)
    return text


def _boolean(value: object) -> bool:
    word = str(value).strip().lower() if isinstance(value, str | bool | int) else ""
    if word in {"t", "true", "1"}:
        return True
    if word in {"f", "false", "0"}:
        return False
    message = f"{_shown(value)} is not true or false"
    raise ValueError(message)


def _integer(value: object) -> int:
    text = "" if isinstance(value, bool) else _digits(value)
    match = _INTEGER.fullmatch(text)
    if not match or abs(int(match[1][:20])) > _MOST_INTEGER:
        message = f"{_shown(value)} is not a whole number of at most {_MOST_INTEGER}"
        raise ValueError(message)
    return int(match[1])


def _decimal(value: object) -> str:
    number = _number(value)
    if abs(number) >= _MOST_DECIMAL:
        message = f"{_shown(value)} has more than 13 digits before the point"
        raise ValueError(message)
    # A store cuts what is finer; it does not round. (observed, 2026-04)
    return plain(number.quantize(_NINE_PLACES, rounding=ROUND_DOWN))


def _number(value: object) -> Decimal:
    try:
        number = Decimal(_digits(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        message = f"{_shown(value)} is not a number"
        raise ValueError(message)
    return number


def _digits(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value).strip()


def _money(value: object) -> object:
    example = "{amount: 5.99, currency_code: EUR}"
    found = _record(value, ("amount", "currency_code"), example)
    code = str(found["currency_code"]).strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        message = f"{_shown(found['currency_code'])} is not a currency code, such as EUR"
        raise ValueError(message)
    whole, _, fraction = plain(_number(found["amount"])).partition(".")
    fraction = fraction.ljust(decimal_places(code), "0")
    return {"amount": f"{whole}.{fraction}" if fraction else whole, "currency_code": code}


def _rating(value: object) -> object:
    names = ("scale_min", "scale_max", "value")
    found = _record(value, names, '{value: "3.5", scale_min: "1.0", scale_max: "5.0"}')
    low, high, given = (_number(found[name]) for name in names)
    if not low <= given <= high:
        message = f"{plain(given)} is not between {plain(low)} and {plain(high)}"
        raise ValueError(message)
    return {name: _with_point(_number(found[name])) for name in names}


def _with_point(number: Decimal) -> str:
    text = plain(number)
    return text if "." in text else f"{text}.0"


def _date(value: object) -> str:
    text = _line(value)
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        message = f"{_shown(value)} is not a date, such as 2026-12-01"
        raise ValueError(message)
    return text


def _moment(value: object) -> str:
    """Return the moment in UTC; what names no time zone is in UTC already, and fractions of seconds are dropped."""
    text = _line(value)
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
        aware = moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        aware = None
    if aware is None:
        message = f"{_shown(value)} is not a date and time, such as 2026-12-01T08:00:00Z"
        raise ValueError(message)
    return aware.replace(microsecond=0).isoformat()


def _color(value: object) -> str:
    text = _line(value).lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", text):
        message = f'{_shown(value)} is not a colour, such as "#1e3a5f"'
        raise ValueError(message)
    return text


def _url(value: object) -> str:
    text = _line(value)
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        scheme = ""
    if scheme not in _SCHEMES:
        message = f"{_shown(value)} is not an address that begins with {', '.join(_SCHEMES)}"
        raise ValueError(message)
    return text


def _link(value: object) -> object:
    found = _record(value, ("url",), "{text: Care, url: https://example.com/care}")
    return {**found, "url": _url(found["url"])}


def _rich_text(value: object) -> object:
    found = _record(value, ("type", "children"), "{type: root, children: [...]}")
    if found["type"] != "root":
        message = f"the outermost type is {_shown(found['type'])}; expected root"
        raise ValueError(message)
    return found


def _reference(single: str, text: str) -> str:
    """Return an id as it is, and an address as it is: which id it stands for, a plan or an apply finds out."""
    match, expected = _GID.fullmatch(text), REFERENCES[single]
    if match and (not expected or match[1] in expected):
        return text
    kind = TARGETS.get(single)
    if kind and not match and re.fullmatch(rf"{kind}/[^/\s]+{'/.+' if kind == 'variant' else ''}", text):
        return text
    ids = " or ".join(f"gid://shopify/{name}/..." for name in sorted(expected)) or "an id, gid://shopify/..."
    own = f", or {kind}/KEY{'/SKU' if kind == 'variant' else ''}" if kind else ""
    message = f"{_shown(text)} is nothing that a {single} points at; write {ids}{own}"
    raise ValueError(message)


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        message = f"{_shown(text)} holds half a character"
        raise ValueError(message) from None


_FORMS: Final[Mapping[str, Callable[[Any], object]]] = {
    "boolean": _boolean,
    "color": _color,
    "date": _date,
    "date_time": _moment,
    "id": _line,
    "json": _structure,
    "jurisdiction": _line,
    "language": _line,
    "link": _link,
    "money": _money,
    "multi_line_text_field": _text,
    "number_decimal": _decimal,
    "number_integer": _integer,
    "rating": _rating,
    "rich_text_field": _rich_text,
    "single_line_text_field": _line,
    "url": _url,
}
