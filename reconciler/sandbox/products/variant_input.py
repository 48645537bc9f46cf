"""A variant's fields in an input: what may be wrong with them, and writing them onto the variant.

What is wrong is the same in every mutation; under which code, and how deep in the input it is reported, is not. So a
problem here carries its own path and code for the bulk mutations, and productSet recodes it.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Variant
from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.money import TOO_LARGE, money_text

_MAX_TEXT = 255
_MAX_WEIGHT = 2_000_000_000
_TOO_LONG = f"is too long (maximum is {_MAX_TEXT} characters)"
_HARMONIZED = re.compile(r"\d{6,13}")
_PLAIN = {
    "inventoryPolicy": "inventory_policy",
    "taxable": "taxable",
    "taxCode": "tax_code",
    "requiresComponents": "requires_components",
    "showUnitPrice": "show_unit_price",
}
_PLAIN_ITEM = {
    "tracked": "tracked",
    "requiresShipping": "requires_shipping",
    "countryCodeOfOrigin": "country_of_origin",
    "provinceCodeOfOrigin": "province_of_origin",
}
_NEVER_NULL = frozenset(
    {"inventoryPolicy", "taxable", "requiresComponents", "showUnitPrice", "tracked", "requiresShipping"}
)


def variant_problems(row: Mapping[str, Any], at: tuple[str | int, ...]) -> list[UserError]:
    """Return what is wrong with the fields of a variant; compare-at price is reported before price. (recorded)."""
    return [*_compare_problems(row, at), *_price_problems(row, at), *_text_problems(row, at), *_item(row, at)]


def item_problems(item: Mapping[str, Any], at: tuple[str | int, ...]) -> list[UserError]:
    """Return what is wrong with the fields of an inventory item."""
    return list(_item_problems(item, at, at))


def apply_variant(context: Context, variant: Variant, row: Mapping[str, Any]) -> None:
    """Write the fields that the input has onto the variant."""
    currency = context.settings.currency
    if row.get("price") is not None:
        variant.price = money_text(row["price"], currency)
    if "compareAtPrice" in row:
        amount = row["compareAtPrice"]
        variant.compare_at_price = None if amount is None else money_text(amount, currency)
    if "barcode" in row:
        variant.barcode = row["barcode"] or None
    for name, attribute in _PLAIN.items():
        if name in row and not (row[name] is None and name in _NEVER_NULL):
            setattr(variant, attribute, row[name])
    if "unitPriceMeasurement" in row:
        variant.unit_price_measurement = _measurement(row["unitPriceMeasurement"])
    if "inventoryItem" in row and row["inventoryItem"] is not None:
        apply_item(variant, row["inventoryItem"])
    if "sku" in row:  # productSet only: the bulk inputs have it inside inventoryItem
        variant.sku = row["sku"] or None


def apply_item(variant: Variant, item: Mapping[str, Any]) -> None:
    """Write the fields that the input has onto the variant's inventory item."""
    if "sku" in item:
        variant.sku = item["sku"] or None
    if "cost" in item:
        variant.cost = None if item["cost"] is None else str(item["cost"])
    if "harmonizedSystemCode" in item:
        variant.harmonized_code = re.sub(r"\D", "", item["harmonizedSystemCode"] or "") or None
    for name, attribute in _PLAIN_ITEM.items():
        if name in item and not (item[name] is None and name in _NEVER_NULL):
            setattr(variant, attribute, item[name])
    weight = (item.get("measurement") or {}).get("weight")
    if weight:
        variant.weight_unit, variant.weight_value = weight["unit"], float(weight["value"])


def _compare_problems(row: Mapping[str, Any], at: tuple[str | int, ...]) -> Iterator[UserError]:
    amount: Decimal | None = row.get("compareAtPrice")
    if amount is None:
        return
    if amount < 0:
        message = "must be greater than or equal to 0"
        yield user_error([*at, "compareAtPrice"], message, "GREATER_THAN_OR_EQUAL_TO")
    elif amount >= TOO_LARGE:
        yield user_error([*at, "compareAtPrice"], f"must be less than {TOO_LARGE}", "INVALID_INPUT")


def _price_problems(row: Mapping[str, Any], at: tuple[str | int, ...]) -> Iterator[UserError]:
    amount: Decimal | None = row.get("price")
    if amount is None:
        if "price" in row:
            yield user_error([*at, "price"], "Price can't be blank", "INVALID")
    elif amount < 0:
        yield user_error([*at, "price"], "Price must be greater than or equal to 0", "GREATER_THAN_OR_EQUAL_TO")
    elif amount >= TOO_LARGE:
        yield user_error([*at, "price"], f"Price must be less than {TOO_LARGE}", "INVALID_INPUT")


def _text_problems(row: Mapping[str, Any], at: tuple[str | int, ...]) -> Iterator[UserError]:
    if len(row.get("barcode") or "") > _MAX_TEXT:
        yield user_error([*at, "barcode"], f"Barcode {_TOO_LONG}", "INVALID_INPUT")
    if len(row.get("sku") or "") > _MAX_TEXT:
        yield user_error(at, f"SKU {_TOO_LONG}", "INVALID_INPUT")


def _item(row: Mapping[str, Any], at: tuple[str | int, ...]) -> Iterator[UserError]:
    yield from _item_problems(row.get("inventoryItem") or {}, (*at, "inventoryItem"), at)


def _item_problems(
    item: Mapping[str, Any], at: tuple[str | int, ...], row: tuple[str | int, ...]
) -> Iterator[UserError]:
    if len(item.get("sku") or "") > _MAX_TEXT:
        yield user_error(row, f"SKU {_TOO_LONG}", "INVALID_INPUT")
    cost: Decimal | None = item.get("cost")
    if cost is not None and cost < 0:
        yield user_error([*at, "cost"], "Cost per item must be greater than or equal to 0", "INVALID_INPUT")
    elif cost is not None and cost >= TOO_LARGE:
        yield user_error([*at, "cost"], f"Cost per item must be less than {TOO_LARGE}", "INVALID_INPUT")
    weight = (item.get("measurement") or {}).get("weight")
    if weight and weight["value"] < 0:
        yield user_error(row, "Weight must be greater than or equal to 0", "INVALID_INPUT")
    elif weight and weight["value"] >= _MAX_WEIGHT:
        yield user_error(row, f"Weight must be less than {_MAX_WEIGHT}", "INVALID_INPUT")
    code = item.get("harmonizedSystemCode")
    if code and not _HARMONIZED.fullmatch(re.sub(r"\D", "", code)):
        message = "Harmonized system code must be a number between 6 and 13 digits"
        yield user_error([*at, "harmonizedSystemCode"], message, "INVALID_INPUT")


def _measurement(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    return {
        "measuredType": _MEASURED.get(given.get("quantityUnit") or given.get("referenceUnit") or "", "UNKNOWN"),
        "quantityUnit": given.get("quantityUnit"),
        "quantityValue": float(given.get("quantityValue") or 0),
        "referenceUnit": given.get("referenceUnit"),
        "referenceValue": int(given.get("referenceValue") or 0),
    }


_MEASURED = {
    unit: kind
    for kind, units in {
        "VOLUME": "ML CL L M3 FLOZ PT QT GAL",
        "WEIGHT": "MG G KG OZ LB",
        "LENGTH": "MM CM M IN FT YD",
        "AREA": "M2 FT2",
    }.items()
    for unit in units.split()
}
