"""Collections one at a time. Shopify: collectionCreate, collectionUpdate, collectionDelete.

Their ``collection`` argument says sources, the deprecated ``input`` products or rules; where both are given, the first
counts. User errors are of the plain type without a code. An update passes over ``products``, which only creating takes.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.collections.members import add_products, is_smart
from reconciler.sandbox.collections.own_fields import apply, new_collection, problems
from reconciler.sandbox.collections.rule_sets import drafts
from reconciler.sandbox.collections.sources import (
    add_conditions,
    create_sources,
    new_source,
    remove_sources,
    update_sources,
)
from reconciler.sandbox.metafields.owners import add_metafields
from reconciler.sandbox.resolvers.collections import find_collection
from reconciler.sandbox.resolvers.job_names import new_job
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS
from reconciler.sandbox.storage.collections import (
    COLLECTIONS,
    CONDITIONS,
    SOURCES,
    Collection,
    delete_collection,
    parts_of,
)
from reconciler.sandbox.storage.metafields import delete_metafields
from reconciler.sandbox.wire.errors import Refused, UserError, bad_request, invalid_arguments, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_MISSING = "Collection does not exist"
_NO_RULES = "Rules cannot be an empty set"


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = _given(args, "collectionCreate")
    if given.get("id") is not None:
        raise Refused(user_error(["id"], "id cannot be specified on collection creation"))
    _refuse(problems(context, given, None))
    rules = given.get("ruleSet")
    if rules is not None and rules.get("rules") is None:
        raise Refused(user_error(["ruleSet", "rules"], _NO_RULES))
    product_ids = _product_ids(context, given)
    collection = new_collection(context)
    apply(context, collection, given)
    COLLECTIONS.insert(context.database, [collection])
    create_sources(context, collection.id, given.get("sources") or [], ("sources",))
    if args.get("collection") is None:
        new_source(context, collection.id, collection.title)
        if rules is not None and rules["rules"]:
            _set_rules(context, collection, rules)
        elif product_ids:
            add_products(context, collection, product_ids)
    _add_metafields(context, collection, given)
    return {"collection": collection, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = _given(args, "collectionUpdate")
    if given.get("id") is None:
        raise bad_request("id must be specified on collectionUpdate")
    collection = find_collection(context, given["id"])
    if collection is None:
        raise Refused(user_error(None, _MISSING))
    _refuse(problems(context, given, collection.id))
    before = COLLECTIONS.stored(collection)
    apply(context, collection, given)
    has_new_members = _update_members(context, collection, given)
    if has_new_members or COLLECTIONS.stored(collection) != before:
        collection.updated_at = context.now
        COLLECTIONS.update(context.database, [collection])
    _add_metafields(context, collection, given)
    job = new_job(context) if has_new_members else None
    return {"collection": find_collection(context, given["id"]), "job": job, "userErrors": []}


def _update_members(context: Context, collection: Collection, given: Mapping[str, Any]) -> bool:
    """Change the sources or rules as an input says; say whether it says anything about them."""
    if given.get("ruleSet") is not None:
        if not _has_rules(context, collection):
            raise Refused(user_error(["id"], "Cannot update rule set of a custom collection"))
        if not given["ruleSet"].get("rules"):
            raise Refused(user_error(["ruleSet", "rules"], _NO_RULES))
        _set_rules(context, collection, given["ruleSet"])
        return True
    remove_sources(context, collection.id, given.get("sourcesToDelete") or [], ("sourcesToDelete",))
    update_sources(context, collection.id, given.get("sourcesToUpdate") or [], ("sourcesToUpdate",))
    create_sources(context, collection.id, given.get("sourcesToCreate") or [], ("sourcesToCreate",))
    return any(given.get(f"sourcesTo{name}") for name in ("Delete", "Update", "Create"))


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    collection = find_collection(context, args["input"]["id"])
    if collection is None:
        raise Refused(user_error(["id"], _MISSING))
    delete_metafields(context.database, "COLLECTION", [collection.id])
    delete_collection(context.database, collection.id)
    return {"deletedCollectionId": gid("Collection", collection.id), "userErrors": []}


def _given(args: Args, place: str) -> Mapping[str, Any]:
    for name in ("collection", "input"):
        if args.get(name) is not None:
            chosen: Mapping[str, Any] = args[name]
            return chosen
    raise invalid_arguments(f"{place} must include exactly one of the following arguments: input, collection.")


def _product_ids(context: Context, given: Mapping[str, Any]) -> list[int]:
    numbers = [number_of(text, "Product") for text in given.get("products") or []]
    known = {row.id for row in PRODUCTS.among(context.database, "id", [one for one in numbers if one is not None])}
    missing = [index for index, number in enumerate(numbers) if number not in known]
    _refuse([user_error(["products", index], "Product does not exist") for index in missing])
    return [number for number in numbers if number is not None]


def _has_rules(context: Context, collection: Collection) -> bool:
    found = parts_of(context.database, [collection.id]).get(collection.id, [])
    return len(found) == 1 and is_smart(context, collection.id) and found[0].source.kind == "conditions"


def _set_rules(context: Context, collection: Collection, given: Mapping[str, Any]) -> None:
    found = parts_of(context.database, [collection.id])[collection.id][0]
    rules = drafts(context, given["rules"], ("ruleSet", "rules"))
    CONDITIONS.delete(context.database, [one.id for one in found.on("inclusion")])
    add_conditions(context, found.source, "inclusion", rules)
    found.source.inclusion_match = "ANY" if given["appliedDisjunctively"] else "ALL"
    SOURCES.update(context.database, [found.source])


def _add_metafields(context: Context, collection: Collection, given: Mapping[str, Any]) -> None:
    rows = given.get("metafields") or []
    _refuse(add_metafields(context, ("COLLECTION", collection.id), rows, ("metafields",))[1])


def _refuse(errors: list[UserError]) -> None:
    if errors:
        raise Refused(*errors)


SCOPES = {"write_products": ("collectionCreate", "collectionUpdate", "collectionDelete")}

FIELDS: Fields = {
    "Mutation": {
        "collectionCreate": _create,
        "collectionUpdate": _update,
        "collectionDelete": _delete,
    },
    "CollectionDeletePayload": {"shop": lambda _payload, context, _args: context.settings},
}
