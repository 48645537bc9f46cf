"""What restricts a definition to some products: their category. Values are stored as codes of the taxonomy.

How a mistake in them is worded is inferred; that a restricted definition cannot be pinned is recorded.
"""

from typing import Any

from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.ids import parse_gid

_KEY = "category"


def constraint_problem(given: dict[str, Any] | None, owner_type: str) -> UserError | None:
    """Return what is wrong with the constraints of an input."""
    if not given:
        return None
    if given.get("key") not in {None, _KEY} or owner_type != "PRODUCT":
        message = "Constraints are not valid for this definition."
        return user_error(["definition", "constraints"], message, "INVALID_CONSTRAINTS")
    return None


def new_constraints(given: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return constraints as they are stored."""
    if not given:
        return None
    return {"key": given["key"], "values": list(dict.fromkeys(_code(one) for one in given["values"]))}


def changed_constraints(stored: dict[str, Any] | None, updates: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return stored constraints with the updates made; without a value left there are none."""
    if not updates:
        return stored
    values: list[str] = list(stored["values"]) if stored else []
    for change in updates.get("values") or []:
        if change.get("delete") is not None:
            values = [one for one in values if one != _code(change["delete"])]
        if change.get("create") is not None and _code(change["create"]) not in values:
            values.append(_code(change["create"]))
    return {"key": _KEY, "values": values} if values else None


def is_met(constraints: dict[str, Any] | None, subtype: dict[str, Any]) -> bool:
    """Say whether a definition with these constraints is for the subtype; one without is for all."""
    return constraints is None or _code(subtype["value"]) in constraints["values"]


def _code(text: str) -> str:
    parsed = parse_gid(text)
    return parsed.tail if parsed else text
