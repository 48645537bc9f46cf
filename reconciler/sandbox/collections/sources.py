"""Writing the sources of a collection: made, changed by their ids, taken away. Shopify: collection:, sources….

What may be wrong is documented in part; no message is recorded, they follow the wording of others.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.collections.condition_input import Draft, Place, Wrong, drafted, redrafted
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import PRODUCTS, VARIANTS
from reconciler.sandbox.storage.collections import (
    COLLECTIONS,
    CONDITIONS,
    SELECTIONS,
    SOURCES,
    Selection,
    Source,
    append_positions,
    delete_sources,
    find_selection,
)
from reconciler.sandbox.wire.ids import number_of, parse_gid

_SIDES = ("inclusion", "exclusion")
SOURCE_KINDS = {"conditions": "CollectionConditionsSource", "subCollections": "CollectionSubCollectionsSource"}


def new_source(context: Context, collection_id: int, title: str) -> Source:
    """Add a source without conditions and selections."""
    row_id = context.database.new_id()
    source = Source(row_id, collection_id, "conditions", title, None, "PRODUCTS", None, None, [])
    SOURCES.insert(context.database, [source])
    return source


def add_conditions(context: Context, source: Source, side: str, drafts: Sequence[Draft]) -> None:
    """Add conditions to one side of a source."""
    ids = context.database.new_ids(len(drafts))
    rows = [draft.row(row_id, source.id, side) for row_id, draft in zip(ids, drafts, strict=True)]
    CONDITIONS.insert(context.database, rows)


def create_sources(context: Context, collection_id: int, given: Sequence[Mapping[str, Any]], at: Place) -> None:
    """Add the sources of an input. Raises Wrong."""
    for index, target in enumerate(given):
        kind, body = next(iter(target.items()))
        place = (*at, index, kind)
        source = new_source(context, collection_id, _title(body, place))
        source.description = body.get("description")
        if kind == "subCollections":
            source.kind = "subCollections"
            source.sub_collection_ids = _sub_collections(context, source, body["collectionIds"], place)
        else:
            source.target_type = body.get("targetType") or "PRODUCTS"
            for side in _SIDES:
                _fill(context, (source, side), body.get(side) or {}, (*place, side))
        SOURCES.update(context.database, [source])


def update_sources(context: Context, collection_id: int, given: Sequence[Mapping[str, Any]], at: Place) -> None:
    """Change the sources that an input names. Raises Wrong."""
    for index, target in enumerate(given):
        kind, body = next(iter(target.items()))
        place = (*at, index, kind)
        wanted = "subCollections" if kind == "subCollections" else "conditions"
        source = _existing(context, collection_id, body["id"], (*place, "id"))
        if source.kind != wanted:
            raise Wrong((*place, "id"), "Source is of another type")
        if body.get("title") is not None:
            source.title = _title(body, place)
        if "description" in body:
            source.description = body["description"]
        if body.get("collectionIds") is not None:
            source.sub_collection_ids = _sub_collections(context, source, body["collectionIds"], place)
        for side in _SIDES:
            if body.get(side) is not None:
                _change(context, (source, side), body[side], (*place, side))
        SOURCES.update(context.database, [source])


def remove_sources(context: Context, collection_id: int, given: Sequence[str], at: Place) -> None:
    """Take away the sources with these ids. Raises Wrong."""
    ids = [_existing(context, collection_id, text, (*at, index)).id for index, text in enumerate(given)]
    delete_sources(context.database, ids)


def ineligible_reason(context: Context, collection_id: int | None, owner_id: int | None) -> str | None:
    """Return why a collection cannot be a part of the owner's sources; None if it can."""
    if COLLECTIONS.find(context.database, collection_id) is None:
        return "INVALID_COLLECTION_REFERENCE"
    if collection_id == owner_id:
        return "SELF_REFERENCE"
    clause = "WHERE collection_id = ? AND kind = 'subCollections' LIMIT 1"
    return "CHAIN_REFERENCE" if SOURCES.select(context.database, clause, (collection_id,)) else None


def _title(body: Mapping[str, Any], at: Place) -> str:
    title: str = body["title"].strip()
    if not title:
        raise Wrong((*at, "title"), "Title can't be blank")
    return title


def _existing(context: Context, collection_id: int, text: str, at: Place) -> Source:
    parsed = parse_gid(text)
    number = parsed.number if parsed and parsed.kind in SOURCE_KINDS.values() else None
    found = SOURCES.find(context.database, number)
    if found is None or found.collection_id != collection_id:
        raise Wrong(at, "Source does not exist")
    return found


def _sub_collections(context: Context, source: Source, given: Sequence[str], at: Place) -> list[int]:
    found = []
    for index, text in enumerate(given):
        number = number_of(text, "Collection")
        reason = ineligible_reason(context, number, source.collection_id)
        if number is None or reason:
            raise Wrong((*at, "collectionIds", index), _INELIGIBLE[reason or "INVALID_COLLECTION_REFERENCE"])
        found.append(number)
    return list(dict.fromkeys(found))


_INELIGIBLE = {
    "INVALID_COLLECTION_REFERENCE": "Collection does not exist",
    "SELF_REFERENCE": "Collection can't be a part of itself",
    "CHAIN_REFERENCE": "Collection has a source of sub-collections itself",
}


def _fill(context: Context, place: tuple[Source, str], given: Mapping[str, Any], at: Place) -> None:
    source, side = place
    conditions = given.get("conditions") or []
    drafts = [drafted(context, one, (*at, "conditions", index)) for index, one in enumerate(conditions)]
    _check_references(context, source, drafts, (*at, "conditions"))
    add_conditions(context, source, side, drafts)
    _select(context, place, given.get("selections") or [], (*at, "selections"))
    _match(context, place, given.get("matchType"))


def _change(context: Context, place: tuple[Source, str], given: Mapping[str, Any], at: Place) -> None:
    source, side = place
    for index, text in enumerate(given.get("conditionsToDelete") or []):
        found = _condition(context, place, text, (*at, "conditionsToDelete", index))
        CONDITIONS.delete(context.database, [found])
    for index, one in enumerate(given.get("conditionsToUpdate") or []):
        where = (*at, "conditionsToUpdate", index)
        row = CONDITIONS.find(context.database, _condition(context, place, one["id"], (*where, "id")))
        assert row is not None  # noqa: S101 found above
        draft = redrafted(context, row, one["condition"], (*where, "condition"))
        _check_references(context, source, [draft], where)
        CONDITIONS.update(context.database, [draft.row(row.id, source.id, side)])
    conditions = given.get("conditionsToCreate") or []
    drafts = [drafted(context, one, (*at, "conditionsToCreate", index)) for index, one in enumerate(conditions)]
    _check_references(context, source, drafts, (*at, "conditionsToCreate"))
    add_conditions(context, source, side, drafts)
    _deselect(context, place, given.get("selectionsToRemove") or [])
    _select(context, place, given.get("selectionsToAdd") or [], (*at, "selectionsToAdd"))
    _match(context, place, given.get("matchType"))


def _condition(context: Context, place: tuple[Source, str], text: str, at: Place) -> int:
    source, side = place
    parsed = parse_gid(text)
    row = CONDITIONS.find(context.database, parsed.number if parsed else None)
    if row is None or (row.source_id, row.side) != (source.id, side):
        raise Wrong(at, "Condition does not exist")
    return row.id


def _check_references(context: Context, source: Source, drafts: Sequence[Draft], at: Place) -> None:
    for draft in drafts:
        for number in draft.operands if draft.kind == "collection" else []:
            reason = ineligible_reason(context, number, source.collection_id)
            if reason:
                raise Wrong(at, _INELIGIBLE[reason])


def _match(context: Context, place: tuple[Source, str], wished: str | None) -> None:
    """Set how a side's conditions are matched: as wished, else as before, else all; nothing if there are none."""
    source, side = place
    clause = "WHERE source_id = ? AND side = ? AND kind <> 'collection' LIMIT 1"
    has_conditions = bool(CONDITIONS.select(context.database, clause, (source.id, side)))
    before = source.inclusion_match if side == "inclusion" else source.exclusion_match
    match_type = (wished or before or "ALL") if has_conditions else None
    if side == "inclusion":
        source.inclusion_match = match_type
    else:
        source.exclusion_match = match_type


def _select(context: Context, place: tuple[Source, str], given: Sequence[Mapping[str, Any]], at: Place) -> None:
    source, side = place
    chosen: list[int] = []
    for index, one in enumerate(given):
        product = PRODUCTS.find(context.database, number_of(one["productId"], "Product"))
        if product is None:
            raise Wrong((*at, index, "productId"), "Product does not exist")
        variants = _variants(context, product.id, one.get("variantIds"), (*at, index, "variantIds"))
        _put(context, place, product.id, variants if source.target_type == "VARIANTS" else None)
        chosen.append(product.id)
    if side == "inclusion":
        append_positions(context.database, source.collection_id, chosen)


def _variants(context: Context, product_id: int, given: Sequence[str] | None, at: Place) -> list[int] | None:
    if given is None:
        return None
    found = [VARIANTS.find(context.database, number_of(text, "ProductVariant")) for text in given]
    for index, variant in enumerate(found):
        if variant is None or variant.product_id != product_id:
            raise Wrong((*at, index), "Product variant does not exist")
    return [variant.id for variant in found if variant]


def _put(context: Context, place: tuple[Source, str], product_id: int, variant_ids: list[int] | None) -> None:
    source, side = place
    row = find_selection(context.database, source.id, side, product_id)
    if row is None:
        row = Selection(context.database.new_id(), source.id, side, product_id, variant_ids)
        SELECTIONS.insert(context.database, [row])
        return
    before = row.variant_ids
    row.variant_ids = list(dict.fromkeys([*before, *variant_ids])) if before and variant_ids else variant_ids
    SELECTIONS.update(context.database, [row])


def _deselect(context: Context, place: tuple[Source, str], given: Sequence[Mapping[str, Any]]) -> None:
    source, side = place
    for one in given:
        product_id = number_of(one["productId"], "Product") or 0
        row = find_selection(context.database, source.id, side, product_id)
        if row is None:
            continue
        variants = {number_of(text, "ProductVariant") for text in one.get("variantIds") or []}
        left = [number for number in row.variant_ids or [] if number not in variants]
        if variants and left:
            row.variant_ids = left
            SELECTIONS.update(context.database, [row])
        else:
            SELECTIONS.delete(context.database, [row.id])
