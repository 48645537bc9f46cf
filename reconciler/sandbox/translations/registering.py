"""Registering translations: row by row; what is wrong with one leaves the others. (recorded on 2026-04).

The checks run in a recorded order: market, language, key, value, digest. The message about an unknown market is ours.
"""

from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.products.handles import explicit_handle
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.locales import SHOP_LOCALES, TRANSLATIONS, Translation
from reconciler.sandbox.storage.markets import MARKETS
from reconciler.sandbox.translations.sources import Content, Kind
from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.ids import number_of

# What is stored for a handle in which no character can be part of one. (recorded on 2026-04)
_NO_HANDLE = "store-localization/generic-dynamic-content-translation"


@dataclass(frozen=True, slots=True)
class Target:
    """A resource that is translated: its kind by name and as such, its number, and its texts by key."""

    name: str
    kind: Kind
    number: int
    contents: dict[str, Content]


def registered(context: Context, target: Target, row: dict[str, Any], index: int) -> Translation | UserError:
    """Store a translation and return it, or what is wrong with it."""
    at: list[str | int] = ["translations", index]
    market_id = 0
    if row.get("marketId") is not None:
        market = MARKETS.find(context.database, number_of(row["marketId"], "Market"))
        if market is None:
            message = "The market corresponding to the `marketId` argument doesn't exist"
            return user_error([*at, "marketId"], message, "MARKET_DOES_NOT_EXIST")
        market_id = market.id
    problem = _locale_problem(context, row, at) or _key_problem(target, row, at)
    if problem:
        return problem
    base = find_translation(context, target, (row["locale"], row["key"], 0))
    problem = _value_problem(row, at, base.value if market_id and base else None)
    content = target.contents.get(row["key"], Content(row["key"], "", ""))
    if not problem and row["translatableContentDigest"] != content.digest:
        message = "Translatable content hash is invalid"
        problem = user_error([*at, "translatableContentDigest"], message, "INVALID_TRANSLATABLE_CONTENT")
    return problem or _put(context, target, row, market_id)


def find_translation(context: Context, target: Target, name: tuple[str, str, int]) -> Translation | None:
    """Return the target's translation under (locale, key, market), or None."""
    clause = "WHERE kind = ? AND resource_id = ? AND locale = ? AND key = ? AND market_id = ?"
    found = TRANSLATIONS.select(context.database, clause, (target.name, target.number, *name))
    return found[0] if found else None


def _locale_problem(context: Context, row: dict[str, Any], at: list[str | int]) -> UserError | None:
    found = SHOP_LOCALES.select(context.database, "WHERE locale = ?", (row["locale"],))
    if not found:
        message = "Locale is not a valid locale for the shop"
    elif found[0].is_primary:
        message = "Locale cannot be the same as the shop's primary locale"
    else:
        return None
    return user_error([*at, "locale"], message, "INVALID_LOCALE_FOR_SHOP")


def _key_problem(target: Target, row: dict[str, Any], at: list[str | int]) -> UserError | None:
    if row["key"] in (target.contents if target.kind.keys is None else target.kind.keys):
        return None
    message = f"Key {row['key']} is not a valid translatable field"
    return user_error([*at, "key"], message, "INVALID_KEY_FOR_MODEL")


def _value_problem(row: dict[str, Any], at: list[str | int], base: str | None) -> UserError | None:
    if not row["value"].strip():
        message = "Value can't be blank"
    elif base is not None and row["value"] == base:
        message = "Value cannot match original content"
    else:
        return None
    return user_error([*at, "value"], message, "FAILS_RESOURCE_VALIDATION")


def _put(context: Context, target: Target, row: dict[str, Any], market_id: int) -> Translation:
    value = _handle(row["value"]) if row["key"] == "handle" else row["value"]
    existing = find_translation(context, target, (row["locale"], row["key"], market_id))
    if existing is not None:
        existing.value, existing.digest, existing.updated_at = value, row["translatableContentDigest"], context.now
        TRANSLATIONS.update(context.database, [existing])
        return existing
    made = Translation(
        id=context.database.new_id(),
        kind=target.name,
        resource_id=target.number,
        locale=row["locale"],
        key=row["key"],
        market_id=market_id,
        value=value,
        digest=row["translatableContentDigest"],
        updated_at=context.now,
    )
    TRANSLATIONS.insert(context.database, [made])
    return made


def _handle(text: str) -> str:
    return explicit_handle(text) if any(letter.isalnum() for letter in text) else _NO_HANDLE
