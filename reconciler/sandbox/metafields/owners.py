"""Metafields that arrive inside another mutation's input: added to what an owner has, or replacing it."""

from collections.abc import Sequence
from typing import Any

from reconciler.sandbox.metafields.namespaces import is_foreign
from reconciler.sandbox.metafields.rules import Wish, checked, put, wish
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.metafields import METAFIELDS, Metafield
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


def _wish(context: Context, owner: tuple[str, int], row: dict[str, Any], at: tuple[str | int, ...]) -> Wish:
    number = number_of(row.get("id"), "Metafield")
    existing = METAFIELDS.find(context.database, number)
    if existing is None or (existing.owner_type, existing.owner_id) != owner:
        return wish(context, owner, row, at)
    named = {"namespace": existing.namespace, "key": existing.key, **{k: v for k, v in row.items() if v is not None}}
    return wish(context, owner, named, at)
