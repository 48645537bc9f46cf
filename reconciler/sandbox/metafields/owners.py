"""Metafields that arrive inside another mutation: added to what an owner has, replacing it, or copied from another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.sandbox.metafields.namespaces import is_foreign
from reconciler.sandbox.metafields.rules import Wish, checked, put, wish
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.metafields import METAFIELDS, Metafield, find_definition, metafields_of
from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.ids import number_of


def add_metafields(
    context: Context, owner: tuple[str, int], rows: Sequence[dict[str, Any]], at: tuple[str | int, ...]
) -> tuple[list[Metafield], list[UserError]]:
    """Store the rows of an input; return what was written and what was wrong. The caller undoes it if anything was."""
    written: list[Metafield] = []
    errors: list[UserError] = []
    for index, row in enumerate(rows):
        wanted = _wish(context, owner, row, (*at, index))
        if not wanted.key:
            errors.append(user_error([*at, index, "key"], "Key can't be blank", "BLANK"))
            continue
        outcome = checked(context, wanted)
        if isinstance(outcome, dict):
            errors.append(outcome)
        else:
            written.append(put(context, wanted, *outcome))
    return written, errors


def replace_metafields(
    context: Context, owner: tuple[str, int], rows: Sequence[dict[str, Any]], at: tuple[str | int, ...]
) -> list[UserError]:
    """Make the rows of an input all that the owner has; return what was wrong.

    Metafields in other apps' namespaces stay: this app may not write there.
    """
    written, errors = add_metafields(context, owner, rows, at)
    if errors:
        return errors
    kept = {row.id for row in written}
    clause = "WHERE owner_type = ? AND owner_id = ?"
    for row in METAFIELDS.select(context.database, clause, owner):
        if row.id not in kept and not is_foreign(row.namespace, context.settings.app_id):
            METAFIELDS.delete(context.database, [row.id])
    return []


def copy_metafields(context: Context, owner_type: str, copies: Mapping[int, int]) -> None:
    """Give each copy, by its original, the metafields that the original has; what must be unique stays behind.

    Source: shopify.dev, productDuplicate and collectionDuplicate, read 2026-11.
    """
    for original, rows in metafields_of(context.database, owner_type, list(copies)).items():
        for row in rows:
            definition = find_definition(context.database, owner_type, row.namespace, row.key)
            if definition is not None and definition.capabilities.get("uniqueValues"):
                continue
            now: dict[str, Any] = {"created_at": context.now, "updated_at": context.now, "mates": None}
            copy = replace(row, id=context.database.new_id(), owner_id=copies[original], **now)
            METAFIELDS.insert(context.database, [copy])


def _wish(context: Context, owner: tuple[str, int], row: dict[str, Any], at: tuple[str | int, ...]) -> Wish:
    number = number_of(row.get("id"), "Metafield")
    existing = METAFIELDS.find(context.database, number)
    if existing is None or (existing.owner_type, existing.owner_id) != owner:
        return wish(context, owner, row, at)
    named = {"namespace": existing.namespace, "key": existing.key, **{k: v for k, v in row.items() if v is not None}}
    return wish(context, owner, named, at)
