"""Metafields of whatever has some: products, collections, the shop. Shopify: Metafield, metafieldsSet, …Delete."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from reconciler.sandbox.metafields.namespaces import canonical
from reconciler.sandbox.metafields.rules import Wish, checked, digest, name_problem, put, wish
from reconciler.sandbox.metafields.values import json_value
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.shops.access import OWNER_AREA
from reconciler.sandbox.shops.context import Args, Context, Fields, Resolver
from reconciler.sandbox.storage.catalog import PRODUCTS, VARIANTS
from reconciler.sandbox.storage.collections import COLLECTIONS
from reconciler.sandbox.storage.inventory import LOCATIONS
from reconciler.sandbox.storage.markets import MARKETS
from reconciler.sandbox.storage.mates import child
from reconciler.sandbox.storage.metafields import METAFIELDS, Metafield, find_definition, find_metafield, metafields_of
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, parse_gid

_MAX_ROWS = 25
_OWNER_TYPES = {
    "Product": "PRODUCT",
    "ProductVariant": "PRODUCTVARIANT",
    "Collection": "COLLECTION",
    "Shop": "SHOP",
    "AppInstallation": "API_PERMISSION",
    "Location": "LOCATION",
    "Market": "MARKET",
}
_OWNER_KINDS = {owner_type: kind for kind, owner_type in _OWNER_TYPES.items()}
_BY_ID: Order[Metafield] = Order("id", lambda row: row.id)


def metafield_fields(owner_type: str, id_of: Callable[[Any], int]) -> dict[str, Resolver]:
    """Return the resolvers of ``metafield`` and ``metafields`` for an owner type."""

    def mine(owner: Any, context: Context) -> list[Metafield]:
        def load(ids: list[int]) -> dict[int, list[Metafield]]:
            return metafields_of(context.database, owner_type, ids)

        if hasattr(owner, "mates"):
            return child(owner, ("metafields", owner_type), load) or []
        return load([id_of(owner)]).get(id_of(owner), [])

    def one(owner: Any, context: Context, args: Args) -> Metafield | None:
        namespace = canonical(args.get("namespace"), context.settings.app_id)
        key = args["key"]
        if args.get("namespace") is None and "." in key:
            namespace, _, key = key.partition(".")
            namespace = canonical(namespace, context.settings.app_id)
        found = [row for row in mine(owner, context) if (row.namespace, row.key) == (namespace, key)]
        return found[0] if found else None

    def many(owner: Any, context: Context, args: Args) -> Page[Metafield]:
        return _chosen(context, mine(owner, context), args)

    return {"metafield": one, "metafields": many}


def _chosen(context: Context, rows: list[Metafield], args: Args) -> Page[Metafield]:
    """Return the rows that ``keys`` or ``namespace`` ask for; keys say the order too."""
    keys = args.get("keys")
    if keys is not None:
        names = [_name(context, key, args.get("namespace")) for key in keys]
        rows = [row for row in rows if (row.namespace, row.key) in names]
        return list_page(rows, Order("", lambda row: names.index((row.namespace, row.key))), args)
    if args.get("namespace") is not None:
        wanted = canonical(args["namespace"], context.settings.app_id)
        rows = [row for row in rows if row.namespace == wanted]
    return list_page(rows, _BY_ID, args)


def owner_of(context: Context, text: str) -> tuple[str, int] | None:
    """Return (owner type, row number) of the resource with this id, or None if there is none."""
    parsed = parse_gid(text)
    owner_type = _OWNER_TYPES.get(parsed.kind) if parsed else None
    number = parsed.number if parsed else None
    if owner_type is None or number is None:
        return None
    is_there = {
        "PRODUCT": PRODUCTS.find(context.database, number) is not None,
        "PRODUCTVARIANT": VARIANTS.find(context.database, number) is not None,
        "COLLECTION": COLLECTIONS.find(context.database, number) is not None,
        "SHOP": number == context.settings.shop_id,
        "API_PERMISSION": number == context.settings.installation_id,
        "LOCATION": LOCATIONS.find(context.database, number) is not None,
        "MARKET": MARKETS.find(context.database, number) is not None,
    }
    return (owner_type, number) if is_there[owner_type] else None


def require_owner_scope(context: Context, owner_type: str, verb: str, place: str) -> None:
    """Raise ACCESS_DENIED unless the token may read or write what such owners hold."""
    area = OWNER_AREA.get(owner_type)
    if area:
        context.require(f"{verb}_{area}", place)


def _name(context: Context, key: str, namespace: str | None) -> tuple[str, str]:
    if namespace is not None:
        return canonical(namespace, context.settings.app_id), key.rpartition(".")[2]
    first, _, rest = key.partition(".")
    return (
        (canonical(first, context.settings.app_id), rest) if rest else (canonical(None, context.settings.app_id), key)
    )


def _set(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    rows: list[dict[str, Any]] = args["metafields"]
    if len(rows) > _MAX_ROWS:
        message = f"Exceeded the maximum metafields input limit of {_MAX_ROWS}."
        raise Refused(user_error(["metafields"], message, "LESS_THAN_OR_EQUAL_TO"))
    owners = [owner_of(context, row["ownerId"]) for row in rows]
    missing = [
        user_error(["metafields", index, "ownerId"], "Owner does not exist.", "INVALID_VALUE")
        for index, owner in enumerate(owners)
        if owner is None
    ]
    if missing:
        raise _refused(*missing)
    written: list[Metafield] = []
    errors: list[UserError] = []
    for index, (row, owner) in enumerate(zip(rows, owners, strict=True)):
        assert owner is not None  # noqa: S101 refused above
        require_owner_scope(context, owner[0], "write", "metafieldsSet")
        wanted = wish(context, owner, row, ("metafields", index))
        outcome = _written(context, wanted, row)
        if isinstance(outcome, Metafield):
            written.append(outcome)
        else:
            errors.append(outcome)
    if errors:
        raise _refused(*errors)
    return {"metafields": written, "userErrors": []}


def _written(context: Context, wanted: Wish, row: dict[str, Any]) -> Metafield | UserError:
    outcome = checked(context, wanted)
    if isinstance(outcome, dict):
        return outcome
    existing = find_metafield(context.database, wanted.owner, wanted.namespace, wanted.key)
    is_same = existing is not None and (existing.type, existing.value) == outcome
    if "compareDigest" in row and not is_same:
        problem = _stale(existing, row["compareDigest"], wanted)
        if problem:
            return problem
    return put(context, wanted, *outcome)


def _stale(existing: Metafield | None, compare: str | None, wanted: Wish) -> UserError | None:
    if existing is None:
        if compare is None:
            return None
        message = "The compareDigest is invalid: the metafield does not exist."
        return user_error(wanted.at, message, "INVALID_COMPARE_DIGEST")
    if compare == digest(existing):
        return None
    message = "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value."
    return user_error(wanted.at, message, "STALE_OBJECT")


def _refused(*errors: UserError) -> Refused:
    return Refused(*errors, payload={"metafields": []})


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    deleted: list[dict[str, Any] | None] = []
    for index, row in enumerate(args["metafields"]):
        owner = owner_of(context, row["ownerId"])
        if owner is None:
            deleted.append(None)
            continue
        require_owner_scope(context, owner[0], "write", "metafieldsDelete")
        wanted = wish(context, owner, row, ("metafields", index))
        problem = name_problem(context, wanted)
        if problem and problem["code"] == "APP_NOT_AUTHORIZED":
            raise Refused(problem, payload={"deletedMetafields": []})
        found = find_metafield(context.database, owner, wanted.namespace, wanted.key)
        if found is None:
            deleted.append(None)
            continue
        METAFIELDS.delete(context.database, [found.id])
        deleted.append({"ownerId": row["ownerId"], "namespace": wanted.namespace, "key": wanted.key})
    return {"deletedMetafields": deleted, "userErrors": []}


def _owner(row: Metafield, context: Context, _args: Args) -> Any:
    return context.resource(gid(_OWNER_KINDS[row.owner_type], row.owner_id))


KINDS = {Metafield: "Metafield"}

FIELDS: Fields = {
    "Mutation": {"metafieldsSet": _set, "metafieldsDelete": _delete},
    "Metafield": {
        "id": lambda row, _context, _args: gid("Metafield", row.id),
        "legacyResourceId": attrgetter("id"),
        "namespace": attrgetter("namespace"),
        "key": attrgetter("key"),
        "type": attrgetter("type"),
        "value": attrgetter("value"),
        "jsonValue": lambda row, _context, _args: json_value(row.type, row.value),
        "sizeInBytes": lambda row, _context, _args: len(row.value.encode()),
        "compareDigest": lambda row, _context, _args: digest(row),
        "createdAt": attrgetter("created_at"),
        "updatedAt": attrgetter("updated_at"),
        "ownerType": attrgetter("owner_type"),
        "owner": _owner,
        "definition": lambda row, context, _args: find_definition(
            context.database, row.owner_type, row.namespace, row.key
        ),
    },
}
