"""What may be asked of a shop by the control side: its settings, its beginnings and its faults, checked.

The sentences are for people; they say what was expected.
"""

from typing import Any

import orjson

from reconciler.sandbox.faults.declared import Fault, MediaFails, Undeclarable, read_faults
from reconciler.sandbox.inventory.locations import MAX_LOCATIONS, MAX_NAME
from reconciler.sandbox.language.schema import enum_values, the_schema
from reconciler.sandbox.shops.scopes import KNOWN_SCOPES
from reconciler.sandbox.shops.settings import LAGS
from reconciler.sandbox.shops.throttle import RESTORE_RATES

_TEXTS = ("currency", "display_name", "plan", "client_id", "client_secret")
_LISTS = ("scopes", "requested_scopes", "publications")
_OTHERS = ("locations", "markets", "token_lifetime_s", "faults")


def wished_settings(body: bytes) -> tuple[dict[str, Any], str | None]:
    """Return what is wished for of a shop, and what is wrong with it."""
    wished, problem = object_in(body)
    return wished, problem or _problem(wished)


def object_in(body: bytes) -> tuple[dict[str, Any], str | None]:
    """Return the JSON object that a body is, or why it is none."""
    try:
        content = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return {}, "the body is not JSON"
    return (content, None) if isinstance(content, dict) else ({}, "the body is not an object")


def declared_faults(content: Any) -> list[Fault]:
    """Return faults as they are declared. Raises Undeclarable."""
    declared = read_faults(content)
    codes = sorted(enum_values(the_schema(), "FileErrorCode"))
    for place, fault in enumerate(declared):
        if isinstance(fault.effect, MediaFails) and fault.effect.code not in codes:
            raise Undeclarable(f"faults[{place}].code is {fault.effect.code!r}; expected one of {', '.join(codes)}")
    return declared


def _problem(wished: dict[str, Any]) -> str | None:
    at_first = wished.get("when_new")
    if at_first is not None:
        rest = {name: value for name, value in wished.items() if name != "when_new"}
        return (_problem(at_first) if isinstance(at_first, dict) else "when_new is not an object") or _problem(rest)
    unknown = wished.keys() - {*_TEXTS, *_LISTS, *LAGS, *_OTHERS, "when_new"}
    if unknown:
        return f"unknown settings: {', '.join(sorted(unknown))}"
    return (
        _text_problem(wished)
        or _number_problem(wished)
        or _location_problem(wished.get("locations"))
        or _list_problem(wished)
        or _market_problem(wished.get("markets") or [])
        or _fault_problem(wished.get("faults"))
    )


def _text_problem(wished: dict[str, Any]) -> str | None:
    for name in _TEXTS:
        if wished.get(name) is not None and not isinstance(wished[name], str):
            return f"{name} is not text"
    if wished.get("plan") is not None and wished["plan"] not in RESTORE_RATES:
        return f"plan {wished['plan']!r}: expected one of {', '.join(RESTORE_RATES)}"
    currency = wished.get("currency")
    if currency is not None and currency not in enum_values(the_schema(), "CurrencyCode"):
        return f"currency {currency!r}: expected an ISO 4217 code such as EUR"
    return None


def _number_problem(wished: dict[str, Any]) -> str | None:
    lifetime = wished.get("token_lifetime_s")
    if lifetime is not None and (not isinstance(lifetime, int) or lifetime < 1):
        return f"token_lifetime_s {lifetime!r}: expected whole seconds, 1 or more"
    for name in LAGS:
        lag = wished.get(name)
        if lag is not None and (not isinstance(lag, int) or isinstance(lag, bool) or lag < 0):
            return f"{name} {lag!r}: expected a whole number, 0 or more"
    return None


def _location_problem(names: Any) -> str | None:
    if names is None:
        return None
    if not isinstance(names, list) or not all(
        isinstance(one, str) and 0 < len(one.strip()) <= MAX_NAME for one in names
    ):
        return (
            f"locations {names!r}: expected a list of names, 1 to {MAX_NAME} characters each; those that the shop "
            "lacks are added, and the first of a new shop's names its primary location"
        )
    return f"locations: more than {MAX_LOCATIONS} names" if len(names) > MAX_LOCATIONS else None


def _list_problem(wished: dict[str, Any]) -> str | None:
    for name in _LISTS:
        given = wished.get(name) or []
        if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
            return f"{name} is not a list of texts"
    named = [*(wished.get("scopes") or ()), *(wished.get("requested_scopes") or ())]
    unknown = sorted(set(named) - set(KNOWN_SCOPES))
    return f"unknown scopes: {', '.join(unknown)}; known are {', '.join(KNOWN_SCOPES)}" if unknown else None


def _market_problem(markets: Any) -> str | None:
    if not isinstance(markets, list) or not all(isinstance(one, dict) for one in markets):
        return "markets is not a list of objects"
    for one in markets:
        countries = one.get("countries") or []
        if not isinstance(one.get("name"), str) or not one["name"].strip() or not isinstance(countries, list):
            return "a market needs a name, and its countries are a list"
        unknown = [code for code in countries if code not in enum_values(the_schema(), "CountryCode")]
        currency = one.get("currency")
        if currency is not None and currency not in enum_values(the_schema(), "CurrencyCode"):
            unknown.append(currency)
        if unknown or one.keys() - {"name", "currency", "countries"}:
            return f"market {one['name']!r}: expected name, currency and countries, with known codes"
    return None


def _fault_problem(declared: Any) -> str | None:
    try:
        declared_faults([] if declared is None else declared)
    except Undeclarable as wrong:
        return str(wrong)
    return None
