"""Collections. Shopify: Collection; ``collectionCreate``, ``collectionUpdate``, ``collectionDelete``.

A collection's products come from its sources; its conditions here are those of the source that is ours to write.
Making one is not safe to repeat: after a lost answer it is found by its mark. What travels with it when it is made is
one call, but for products beyond the first 250, which follow. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, assert_never, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    field_validator,
)

from reconciler.model.change import Adopt, Change, Create, Move, Remove, Update, after, releases
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.automatic import SELECTION_BESIDE
from reconciler.shopify.batches import INPUT_ROWS
from reconciler.shopify.codec import Batch, CarriedRow, Codec, Mutation, Read, Settling
from reconciler.shopify.collection_sources import (
    BY_HAND,
    HANDLE,
    SELECTING,
    SINCE,
    SOURCES_SELECTION,
    UNSAID,
    UPDATE,
    Row,
    chosen,
    is_by_hand,
    new_source,
    own_source,
    row_paths,
    selection_mutations,
    source_address,
    source_id,
    source_update,
)
from reconciler.shopify.condition_sets import Conditions, Rule, one_matches_alike
from reconciler.shopify.conditions import condition_changes, condition_input, read_condition
from reconciler.shopify.identity import MARK_SELECTION, UNMARK, mark_in, mark_metafields, unmarking
from reconciler.shopify.texts import Html, NullText, StrippedText, is_rewritten, kept_handle, not_cleared, seo_input

_ORDERS = {
    "manual": "MANUAL",
    "best-selling": "BEST_SELLING",
    "most-relevant": "MOST_RELEVANT",
    "title": "ALPHA_ASC",
    "title-descending": "ALPHA_DESC",
    "price": "PRICE_ASC",
    "price-descending": "PRICE_DESC",
    "newest": "CREATED_DESC",
    "oldest": "CREATED",
}
SortOrder = Literal[
    "MANUAL",
    "BEST_SELLING",
    "MOST_RELEVANT",
    "ALPHA_ASC",
    "ALPHA_DESC",
    "PRICE_ASC",
    "PRICE_DESC",
    "CREATED_DESC",
    "CREATED",
]


class Collection(Resource):
    """The fields of a collection, as Shopify returns them after a write."""

    title: StrippedText = None
    """Its name."""
    handle: str | None = None
    """The last part of its web address."""
    description_html: Html = None
    """Its description, in HTML."""
    sort_order: Annotated[SortOrder | None, BeforeValidator(lambda value: _ORDERS.get(str(value), value))] = None
    """The order in which a shopper sees the products."""
    seo_title: NullText = None
    """The line of a search result that is clicked on."""
    seo_description: NullText = None
    """The text of a search result."""
    template_suffix: NullText = None
    """Which template of the theme shows it."""
    conditions: Annotated[Conditions | None, AfterValidator(one_matches_alike)] = None
    """What makes a product a member; none: members are named."""

    @field_validator("title", "handle", "sort_order")
    @classmethod
    def _not_cleared(cls, value: str | None) -> str:
        return not_cleared(value)

    @field_validator("handle")
    @classmethod
    def _kept_as_it_is(cls, handle: str) -> str:
        return kept_handle(handle)


KIND = Kind(
    "collection",
    Collection,
    needed=frozenset({"title"}),
    after=("mark",),
    alias="handle",
    retire={"archive": {}, "unpublish": {}, "keep": {}},
    fills={"sort_order": ("BEST_SELLING",)},
)

_INPUT_NAMES = {
    "title": "title",
    "handle": "handle",
    "description_html": "descriptionHtml",
    "sort_order": "sortOrder",
    "template_suffix": "templateSuffix",
}


def _parse(node: JsonObject) -> Found:
    collection: Any = node
    source = own_source(collection["sources"])
    handles: dict[str, str] = {} if source is None else {HANDLE: source["id"]}
    if is_by_hand(collection["sources"]):
        handles[BY_HAND] = "yes"
    rules: list[Rule] = []
    held = source["inclusion"]["conditions"] if source is not None else ()
    for condition in held:
        if (spelled := read_condition(condition)) is not None:
            rule = Rule(field=spelled.field, relation=spelled.relation, values=spelled.values)
            rules.append(rule)
            handles[rule.handle] = f"{handles.get(rule.handle, '')} {condition['id']}".strip()
    if unsaid := sum(read_condition(condition) is None for condition in held):
        handles[UNSAID] = str(unsaid)
    matching = source["inclusion"]["matchType"] if source is not None else None
    # A handle that git may not ask for is left out, so that any value differs from it.
    usual = {"handle": collection["handle"]} if not is_rewritten(collection["handle"]) else {}
    resource = Collection(
        **usual,
        title=collection["title"],
        description_html=collection["descriptionHtml"],
        sort_order=collection["sortOrder"],
        seo_title=collection["seo"]["title"],
        seo_description=collection["seo"]["description"],
        template_suffix=collection["templateSuffix"],
        conditions=Conditions(match="any" if matching == "ANY" else "all", rules=tuple(rules)),
    )
    return Found("collection", collection["id"], resource, mark=mark_in(collection), handles=handles)


READ = Read(
    type="Collection",
    connection="collections",
    selection=(
        "title handle descriptionHtml sortOrder templateSuffix seo { title description } "
        f"{SOURCES_SELECTION} {MARK_SELECTION}"
    ),
    beside=SELECTION_BESIDE,
    parse=_parse,
    page_size=100,
    identifier="collectionByIdentifier",
)


def _fields_input(fields: Mapping[str, Json]) -> dict[str, Json]:
    spelled: dict[str, Json] = {_INPUT_NAMES[name]: value for name, value in fields.items() if name in _INPUT_NAMES}
    return spelled | seo_input(fields)


_CREATE = """\
mutation CreateCollection($collection: CollectionCreateInput!) {
  collectionCreate(collection: $collection) {
    collection { id sources { id } }
    userErrors { field message }
  }
}"""
_DELETE = """\
mutation DeleteCollection($input: CollectionDeleteInput!) {
  collectionDelete(input: $input) {
    deletedCollectionId
    userErrors { field message }
  }
}"""


# What a collection carries that is no list of its input: products, their order, and parts of the input itself.
_WOVEN_IN = frozenset({"selections", "order", "parts"})


def _create(change: Create, batch: Batch) -> Iterator[Mutation]:
    """Yield the call that makes the collection with what travels with it, and those for products beyond the first."""
    members = _in_order(batch.carried.get("selections", ()), batch.carried.get("order", ()))
    first, later = members[:INPUT_ROWS], members[INPUT_ROWS:]
    lists = {name: rows for name, rows in batch.carried.items() if name not in _WOVEN_IN}
    spelled = _fields_input(after(change))
    spelled["sources"] = [new_source({**_new_conditions(change), "selections": chosen(first)})]
    spelled |= {name: [row.spelled() for row in rows] for name, rows in lists.items()}
    parts: list[JsonObject] = [{"metafields": mark_metafields(change.address.key)}]
    for part in [*parts, *(row.input for row in batch.carried.get("parts", ()))]:
        for name, value in part.items():  # lists after the rows, whose positions errors are traced by
            spelled[name] = [*cast("list[Json]", spelled.get(name, [])), *value] if isinstance(value, list) else value
    everything = [each for rows in batch.carried.values() for row in rows for each in row.everything()]
    beyond = {address for address, _ in later}
    paths = {f"collection.{name}.{at}": row.address for name, rows in lists.items() for at, row in enumerate(rows)}
    yield Mutation(
        root="collectionCreate",
        document=_CREATE,
        variables={"collection": spelled},
        covers=(change.address, *(row.address for row in everything if row.address not in beyond)),
        rows=row_paths({"collection.sources.0.source.inclusion.selections": first}) | paths,
        ids={"collection.id": change.address, "collection.sources.0.id": source_address(change.address)},
        uploads=tuple(upload for row in everything for upload in row.uploads),
        cost_points=11,  # the mutation, and a list of objects below its payload
        repeatable=False,
    )
    # By now the answer told both ids. A forecast has no answer, and after a refusal nothing that follows is sent.
    made = batch.ids.get(change.address) or change.address.stand_in
    source = source_id(batch, change.address) or source_address(change.address).stand_in
    yield from selection_mutations(made, source, later, ())


def _in_order(members: Iterable[CarriedRow], order: Iterable[CarriedRow]) -> list[Row]:
    """Return the members as they come in git's order; those that it does not name come last."""
    named: Any = next((row.input["products"] for row in order), ())
    ranks = {name: rank for rank, name in enumerate(named)}
    rows = [(row.address, str(row.input["productId"])) for row in members]
    return sorted(rows, key=lambda row: ranks.get(row[0].key.partition("/")[2], len(ranks)))


def _new_conditions(change: Change) -> dict[str, Json]:
    conditions = _conditions(change)
    if conditions is None:
        return {}
    return {
        "matchType": conditions.match.upper(),
        "conditions": [condition_input(rule.spelled) for rule in conditions.rules],
    }


def _conditions(change: Change) -> Conditions | None:
    given = after(change).get("conditions")
    return Collection.model_validate({"conditions": given}).conditions if given is not None else None


def _sources_input(change: Change, batch: Batch) -> dict[str, Json]:
    """Return what writes the conditions: deltas to our source, or the whole of it where there is none."""
    source = source_id(batch, change.address)
    conditions = _conditions(change)
    if source is None:
        return {"sourcesToCreate": [new_source(_new_conditions(change))]}
    held = batch.live.resources.get(change.address)
    known = batch.live.handles.get(change.address, {})
    rules = held.conditions.rules if isinstance(held, Collection) and held.conditions is not None else ()
    before = {rule.spelled: known.get(rule.handle, "").split() for rule in rules}
    wanted = conditions.rules if conditions is not None else ()
    names = ("conditionsToCreate", "conditionsToUpdate", "conditionsToDelete")
    inclusion: dict[str, Json] = {
        name: rows
        for name, rows in zip(names, condition_changes(before, [rule.spelled for rule in wanted]), strict=True)
        if rows
    }
    if conditions is not None:
        inclusion["matchType"] = conditions.match.upper()
    return {"sourcesToUpdate": [source_update(source, inclusion)]}


def _update(change: Update | Adopt | Move | Remove, batch: Batch, extra: Mapping[str, Json]) -> Mutation:
    fields = after(change)
    spelled: dict[str, Json] = {"id": change.id, **_fields_input(fields)}
    if "handle" in fields:
        spelled["redirectNewHandle"] = True
    rewrites = "conditions" in fields
    if rewrites:
        spelled |= _sources_input(change, batch)
    return Mutation(
        root="collectionUpdate",
        document=UPDATE,
        variables={"collection": {**spelled, **extra}},
        covers=(change.address,),
        repeatable=not rewrites,
        settling=Settling.JOB if rewrites else Settling.AT_ONCE,
    )


def _write(batch: Batch) -> Iterable[Mutation]:
    for change in batch.changes:
        match change:
            case Create():
                yield from _create(change, batch)
            case Adopt() | Move():
                yield _update(change, batch, {"metafields": mark_metafields(change.address.key)})
            case Update():
                yield _update(change, batch, {})
            case Remove() if releases(change):
                if change.fields:
                    yield _update(change, batch, {})
                yield unmarking(change.address, change.id)
            case Remove():
                covers = (change.address, *batch.dropped)
                yield Mutation("collectionDelete", _DELETE, {"input": {"id": change.id}}, covers)
            case _:
                assert_never(change)


def _carries(change: Change) -> bool:
    """Whether the whole collection travels: made, or deleted."""
    return isinstance(change, Create) or (isinstance(change, Remove) and change.how == "delete")


CODEC = Codec(
    "collection",
    read=READ,
    write=_write,
    makes_whole="collectionCreate",
    goes_on_with=frozenset({"conditions"}),
    carries=_carries,
    scopes=frozenset({"read_products", "write_products"}),
    since=SINCE,
    documents=(_CREATE, *SELECTING, _DELETE, UNMARK),
)
