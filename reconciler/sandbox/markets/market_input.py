"""A market's fields in an input: what may be wrong with them, and writing them onto the market.

Recorded are the errors of names, regions, rates, and of a status that contradicts ``enabled``; those about the primary
market and about handles that are taken follow the documented codes.
"""

from collections.abc import Iterator
from typing import Any

from reconciler.sandbox.products.handles import free_handle, generated_handle
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.markets import MARKETS, Market
from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.ids import number_of

_SHORTEST, _LONGEST = 2, 255
# What a price includes if an input says it of something else only. (inferred)
_PLAIN_PRICES = {
    "adaptivePricingEnabled": False,
    "dutiesPricingStrategy": "ADD_DUTIES_AT_CHECKOUT",
    "taxPricingStrategy": "ADD_TAXES_AT_CHECKOUT",
}
# Countries that the enum has and markets do not. (recorded on 2026-04)
_UNSUPPORTED = frozenset({"AN", "BV", "CU", "HM", "IR", "KP", "SY"})


def market_problems(context: Context, given: dict[str, Any], market: Market | None) -> list[UserError]:
    """Return what is wrong with the input of a new or an existing market."""
    problems = [*_name_problems(context, given, market), *_handle_problems(context, given, market)]
    return problems or [*_status_problems(given, market), *_rate_problems(given), *_region_problems(given)]


def new_market(context: Context, given: dict[str, Any]) -> Market:
    """Return the market that an accepted input describes."""
    market = Market(
        id=context.database.new_id(),
        name=given["name"].strip(),
        handle=_free(context, given.get("handle") or given["name"]),
        status="DRAFT",
        is_primary=False,
        regions=[],
        currency=None,
        local_currencies=False,
        rounding=False,
        manual_rate=None,
    )
    apply_market(context, market, {key: value for key, value in given.items() if key not in {"name", "handle"}})
    _add_regions(context, market, given.get("regions") or [])
    _add_regions(context, market, _listed(given.get("conditions")))
    return market


def apply_market(context: Context, market: Market, given: dict[str, Any]) -> None:
    """Write what the input has onto the market."""
    if given.get("name") is not None:
        market.name = given["name"].strip()
    if given.get("handle"):
        market.handle = generated_handle(given["handle"])
    if given.get("status") is not None:
        market.status = given["status"]
    elif given.get("enabled") is not None:
        market.status = "ACTIVE" if given["enabled"] else "DRAFT"
    _apply_currency(context, market, given)
    if given.get("removePriceInclusions"):
        market.inclusions = None
    if given.get("priceInclusions") is not None:
        market.inclusions = {**_PLAIN_PRICES, **(market.inclusions or {}), **_said(given["priceInclusions"])}


def change_regions(context: Context, market: Market, changes: dict[str, Any] | None) -> None:
    """Add and take away the regions of a market, as ``MarketConditionsUpdateInput`` says."""
    changes = changes or {}
    _add_regions(context, market, _listed(changes.get("conditionsToAdd")))
    going = changes.get("conditionsToDelete")
    codes = {row["countryCode"] for row in _listed(going)}
    condition = (going or {}).get("regionsCondition") or {}
    numbers = {number_of(one, "MarketRegionCountry") for one in condition.get("regionIds") or []}
    market.regions = [row for row in market.regions if row["code"] not in codes and row["id"] not in numbers]


def _said(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _apply_currency(context: Context, market: Market, given: dict[str, Any]) -> None:
    if given.get("removeCurrencySettings"):
        market.currency, market.local_currencies, market.rounding, market.manual_rate = None, False, False, None
    settings = given.get("currencySettings")
    if settings is None:
        return
    market.currency = settings.get("baseCurrency") or market.currency or context.settings.currency
    if settings.get("localCurrencies") is not None:
        market.local_currencies = settings["localCurrencies"]
    if settings.get("roundingEnabled") is not None:
        market.rounding = settings["roundingEnabled"]
    if "baseCurrencyManualRate" in settings:
        rate = settings["baseCurrencyManualRate"]
        market.manual_rate = None if rate is None else str(rate)


def _add_regions(context: Context, market: Market, rows: list[dict[str, Any]]) -> None:
    known = {row["code"] for row in market.regions}
    for code in dict.fromkeys(row["countryCode"] for row in rows):
        if code not in known:
            market.regions.append({"id": context.database.new_id(), "code": code})


def _listed(conditions: dict[str, Any] | None) -> list[dict[str, Any]]:
    condition = (conditions or {}).get("regionsCondition") or {}
    return condition.get("regions") or []


def _free(context: Context, source: str) -> str:
    return free_handle(generated_handle(source), lambda some: context.database.held_by_others("markets", some, None))


def _by_handle(context: Context, handle: str) -> Market | None:
    found = MARKETS.select(context.database, "WHERE handle = ?", (handle,))
    return found[0] if found else None


def _name_problems(context: Context, given: dict[str, Any], market: Market | None) -> Iterator[UserError]:
    if "name" not in given or (market is not None and given["name"] is None):
        return
    at, name = ["input", "name"], (given["name"] or "").strip()
    if not name:
        yield user_error(at, "Name can't be blank", "BLANK")
    if len(name) < _SHORTEST:
        yield user_error(at, f"Name is too short (minimum is {_SHORTEST} characters)", "TOO_SHORT")
    elif len(name) > _LONGEST:
        yield user_error(at, f"Name is too long (maximum is {_LONGEST} characters)", "TOO_LONG")
    else:
        same = MARKETS.select(context.database, "WHERE fold(name) = fold(?)", (name,))
        if any(one.id != (market.id if market else None) for one in same):
            yield user_error(at, "Name has already been taken", "TAKEN")


def _handle_problems(context: Context, given: dict[str, Any], market: Market | None) -> Iterator[UserError]:
    if market is None or not given.get("handle"):
        return
    other = _by_handle(context, generated_handle(given["handle"]))
    if other is not None and other.id != market.id:
        yield user_error(["input", "handle"], "Handle has already been taken", "TAKEN")


def _status_problems(given: dict[str, Any], market: Market | None) -> Iterator[UserError]:
    status, enabled = given.get("status"), given.get("enabled")
    if status is not None and enabled is not None and (status == "ACTIVE") != enabled:
        message = "Invalid status and enabled combination."
        yield user_error(["input"], message, "INVALID_STATUS_AND_ENABLED_COMBINATION")
    elif market is not None and market.is_primary and (status == "DRAFT" or enabled is False):
        yield user_error(["input", "status"], "Can't disable the primary market", "CANNOT_DISABLE_PRIMARY_MARKET")


def _rate_problems(given: dict[str, Any]) -> Iterator[UserError]:
    rate = (given.get("currencySettings") or {}).get("baseCurrencyManualRate")
    if rate is not None and rate <= 0:
        yield user_error(["input", "currencySettings", "baseCurrencyManualRate"], "Enter a rate above 0.")


def _region_problems(given: dict[str, Any]) -> Iterator[UserError]:
    conditions = given.get("conditions") or {}
    added = conditions.get("conditionsToAdd") if "conditionsToAdd" in conditions else conditions
    at = ["input", "conditions", *(["conditionsToAdd"] if "conditionsToAdd" in conditions else []), "regionsCondition"]
    for place, rows in ((["input"], given.get("regions") or []), (at, _listed(added))):
        for index, row in enumerate(rows):
            code = row["countryCode"]
            if code in _UNSUPPORTED:
                message = f"{code} is not a supported country or region code."
                field: list[str | int] = [*place, "regions", index, "countryCode"]
                yield user_error(field, message, "UNSUPPORTED_COUNTRY_REGION")
