"""A collection once more, under another title. Shopify: collectionDuplicate. Publications are copied elsewhere."""

from dataclasses import replace
from typing import Any

from reconciler.sandbox.collections.members import ordered_ids
from reconciler.sandbox.collections.own_fields import apply, new_collection, problems
from reconciler.sandbox.metafields.owners import copy_metafields
from reconciler.sandbox.resolvers.collections import find_collection
from reconciler.sandbox.resolvers.job_names import new_job
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.collections import (
    COLLECTIONS,
    CONDITIONS,
    SELECTIONS,
    SOURCES,
    Collection,
    parts_of,
    rewrite_positions,
)
from reconciler.sandbox.wire.errors import Refused, user_error


def _duplicate(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    source = find_collection(context, given["collectionId"])
    if source is None:
        message = "Collection does not exist"  # the code is documented, the sentence is that of the others
        raise Refused(user_error(["input", "collectionId"], message, "COLLECTION_NOT_FOUND"))
    wrong = problems(context, {"title": given["newTitle"]}, None)
    if wrong:
        raise Refused(*[{**one, "field": ["input", "newTitle"]} for one in wrong])
    copy = replace(source, id=new_collection(context).id, handle="", updated_at=context.now, mates=None)
    copy.is_counted = False
    apply(context, copy, {"title": given["newTitle"]})
    COLLECTIONS.insert(context.database, [copy])
    _copy_sources(context, source, copy)
    copy_metafields(context, "COLLECTION", {source.id: copy.id})
    rewrite_positions(context.database, copy.id, ordered_ids(context, source.id))
    return {"collection": copy, "job": new_job(context), "userErrors": []}


def _copy_sources(context: Context, source: Collection, copy: Collection) -> None:
    database = context.database
    for parts in parts_of(database, [source.id]).get(source.id, []):
        new = replace(parts.source, id=database.new_id(), collection_id=copy.id)
        SOURCES.insert(database, [new])
        conditions = [replace(one, id=database.new_id(), source_id=new.id) for one in parts.conditions]
        CONDITIONS.insert(database, conditions)
        selections = SELECTIONS.select(database, "WHERE source_id = ? ORDER BY id", (parts.source.id,))
        SELECTIONS.insert(database, [replace(one, id=database.new_id(), source_id=new.id) for one in selections])


SCOPES = {"write_products": ("collectionDuplicate",)}

FIELDS: Fields = {"Mutation": {"collectionDuplicate": _duplicate}}
