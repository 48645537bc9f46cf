"""Custom ids: finding an owner by the value of a metafield whose definition is of type ``id``."""

from typing import Any

from reconciler.sandbox.metafields.namespaces import canonical
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.metafields import find_by_value, find_definition
from reconciler.sandbox.wire.errors import ApiError


def custom_name(context: Context, owner_type: str, custom_id: dict[str, Any]) -> tuple[str, str, str]:
    """Return the (owner type, namespace, key) of a custom id. Raises NOT_FOUND without a definition of type id."""
    name = (owner_type, canonical(custom_id.get("namespace"), context.settings.app_id), custom_id["key"])
    definition = find_definition(context.database, *name)
    if definition is None or definition.type != "id":
        raise ApiError("NOT_FOUND", "Metafield definition of type 'id' is required when using custom ids.")
    return name


def find_by_custom_id(context: Context, owner_type: str, custom_id: dict[str, Any]) -> int | None:
    """Return the row number of the owner with this custom id, or None."""
    found = find_by_value(context.database, custom_name(context, owner_type, custom_id), custom_id["value"])
    return found.owner_id if found else None
