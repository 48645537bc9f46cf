"""Metafields: a merchant's own values on products, variants and collections.

Shopify: Metafield; ``metafieldsSet``, 25 of any owners a call, all or nothing, by compare-and-set;
``metafieldsDelete``, 250 a call, whatever they hold by then. Those that git does not name are not
ours. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, StrictStr, ValidationInfo, field_validator

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Remove, Update, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind, Pointing
from reconciler.model.metafields import METAFIELDS_ON
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.batches import INPUT_ROWS, in_batches, kept_together
from reconciler.shopify.codec import Batch, Codec, Mutation, NestedRow, Nesting, Read, Travels
from reconciler.shopify.identity import MARK_NAMESPACE
from reconciler.shopify.metafield_types import known_type
from reconciler.shopify.metafield_values import addresses_in, canonical_value, with_ids

_SETS_AT_ONCE = 25
_MOST_EMPTY = 2  # of the 25: an owner in two calls costs its weight twice, a call more costs 10 points
_OWNER_POINTS = {"metafield": 4, "variant_metafield": 2, "collection_metafield": 1}
"""What each owner in a call of ``metafieldsSet`` adds to its 10 points, however many of its values are set.

The name of the type that weighs 2 is missing in the page; a product's variants are taken for it.
(shopify.dev, changelog of 2026-09-15)
"""
_POINTS_AT_NOTHING = frozenset[Address]()
_STALE = frozenset({"STALE_OBJECT", "INVALID_COMPARE_DIGEST"})
"""Codes that say that somebody set it meanwhile."""


class Metafield(Resource):
    """One value with its type."""

    type: Annotated[StrictStr, AfterValidator(known_type)] | None = None
    """One of Shopify's types."""
    value: str | None = None
    """The text that a store takes for it, in one spelling; files give any YAML value that fits the type."""
    defined: str | None = None
    """Of a live one: the type that its definition in the store says. Never asked for."""

    @field_validator("type", "value")
    @classmethod
    def _not_cleared(cls, value: object) -> object:
        if value is None:
            message = "it cannot be cleared; write null in place of the metafield to remove it"
            raise ValueError(message)
        return value

    @field_validator("value", mode="before")
    @classmethod
    def _one_spelling(cls, value: object, info: ValidationInfo) -> object:
        of_type = info.data.get("type")
        return value if of_type is None or value is None else canonical_value(of_type, value)


def held(type_name: str, value: str, defined: str | None) -> Metafield:
    """Return what a store holds; what no file could ask for is kept as it is."""
    try:
        return Metafield(type=type_name, value=value, defined=defined)
    except ValueError:
        given = {"type", "value", "defined"}
        return Metafield.model_construct(given, type=type_name, value=value, defined=defined)


def _match(parent: Address, wanted: Mapping[Address, Resource], found: Sequence[Found]) -> Mapping[Address, Found]:
    """Name live ones by namespace and key; the mark and what else is the reconciler's own has no name."""
    del wanted
    own = f"{MARK_NAMESPACE}."
    return {
        Address(each.kind, f"{parent.key}/{each.mark}"): each for each in found if not f"{each.mark}".startswith(own)
    }


def _hinders(asked: Resource, there: Resource) -> str | None:
    wanted, defined = asked.managed().get("type"), there.managed().get("defined")
    if wanted is None or defined in {None, wanted}:
        return None
    return (
        f"its definition in the store says {defined}, so it can never be a {wanted}; give it that type, or another key"
    )


def _targets(resource: Resource) -> frozenset[Address]:
    if not isinstance(resource, Metafield) or resource.type is None or resource.value is None:
        return frozenset()
    named = addresses_in(resource.type, resource.value)
    return frozenset(map(Address.parse, named)) if named else _POINTS_AT_NOTHING


def _with_ids(resource: Resource, ids: Mapping[Address, str]) -> Resource:
    fields = resource.managed()
    known = {str(address): ids[address] for address in _targets(resource) if address in ids}
    if not known:
        return resource
    # Not validated again: a forecast stands in for ids that nobody knows yet.
    return Metafield.model_construct(
        set(fields), **{**fields, "value": with_ids(fields["type"], fields["value"], known)}
    )


def _name(address: Address) -> tuple[str, str]:
    """Return namespace and key; a key has no dot."""
    namespace, _, key = address.key.rpartition("/")[2].rpartition(".")
    return namespace, key


def _nested(row: NestedRow) -> JsonObject:
    namespace, key = _name(row.address)
    fields = row.resource.spelled()
    return {"namespace": namespace, "key": key, "type": fields["type"], "value": fields["value"]}


_SET = """\
mutation SetMetafields($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    userErrors { code field message }
  }
}"""
_DELETE = """\
mutation DeleteMetafields($metafields: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $metafields) {
    userErrors { field message }
  }
}"""


def _write(batch: Batch) -> Iterable[Mutation]:
    """Removals first, and what gets another type among them: a value keeps the type that it was made with.

    What is set anew after that goes by itself, so that its failure holds nothing else up.
    """
    owned = [(change, owner) for change in batch.changes if (owner := _owner_id(change.address, batch)) is not None]
    removed = [each for each in owned if isinstance(each[0], Remove)]
    retyped = [each for each in owned if isinstance(each[0], Update) and "type" in after(each[0])]
    others = [each for each in owned if each not in removed and each not in retyped]
    for few in in_batches([*removed, *retyped], INPUT_ROWS):
        yield _mutation("metafieldsDelete", _DELETE, [(change, _identifier(change, owner)) for change, owner in few])
    for few in _by_owner(others):
        yield _mutation("metafieldsSet", _SET, [(change, _row(change, owner, batch)) for change, owner in few])
    for few in _by_owner(retyped):
        anew: list[tuple[Change, dict[str, Json]]] = [
            (change, {**_row(change, owner, batch), "compareDigest": None}) for change, owner in few
        ]
        yield _mutation("metafieldsSet", _SET, anew)


def _by_owner(rows: Sequence[tuple[Change, str]]) -> Iterable[Sequence[tuple[Change, str]]]:
    return kept_together(rows, _SETS_AT_ONCE, lambda row: row[1], _MOST_EMPTY)


def _owner_id(address: Address, batch: Batch) -> str | None:
    (owner,) = (owner for owner, kind in METAFIELDS_ON.items() if kind == address.kind)
    return batch.ids.get(Address(owner, address.key.rpartition("/")[0]))


def _identifier(change: Change, owner_id: str) -> dict[str, Json]:
    namespace, key = _name(change.address)
    return {"ownerId": owner_id, "namespace": namespace, "key": key}


def _row(change: Change, owner_id: str, batch: Batch) -> dict[str, Json]:
    there = batch.live.resources.get(change.address)
    fields = {**(there.spelled() if there is not None else {}), **after(change)}
    digest = batch.live.handles.get(change.address, {}).get("digest")
    return {
        **_identifier(change, owner_id),
        "type": fields["type"],
        "value": fields["value"],
        "compareDigest": None if isinstance(change, Create) else digest,
    }


def _mutation(root: str, document: str, rows: Sequence[tuple[Change, dict[str, Json]]]) -> Mutation:
    spelled: list[Json] = [row for _, row in rows]
    return Mutation(
        root=root,
        document=document,
        variables={"metafields": spelled},
        covers=tuple(change.address for change, _ in rows),
        rows={f"metafields.{position}": change.address for position, (change, _) in enumerate(rows)},
        independent=True,
        cost_points=10 + _points_of_owners(rows) if root == "metafieldsSet" else 10,
        separable=True,
        stale=_STALE,
    )


def _points_of_owners(rows: Sequence[tuple[Change, dict[str, Json]]]) -> int:
    return sum({str(row["ownerId"]): _OWNER_POINTS[change.address.kind] for change, row in rows}.values())


def _kind(owner: str) -> Kind:
    def definition(address: Address) -> Address:
        return Address("metafield_definition", f"{owner}.{address.key.rpartition('/')[2]}")

    return Kind(
        METAFIELDS_ON[owner],
        Metafield,
        parent=owner,
        match=_match,
        needed=frozenset({"type", "value"}),
        removable=False,
        claimed_by_root=False,
        members="merge",
        told=frozenset({"defined"}),
        hinders=_hinders,
        defined_by=definition,
        pointing=Pointing(_targets, _with_ids),
    )


def _codec(owner: str) -> Codec:
    kind = METAFIELDS_ON[owner]

    def parse(node: JsonObject) -> Found:
        metafield: Any = node
        definition = metafield["definition"]
        resource = held(metafield["type"], metafield["value"], definition["type"]["name"] if definition else None)
        mark = f"{metafield['namespace']}.{metafield['key']}"
        return Found(kind, metafield["id"], resource, mark=mark, handles={"digest": metafield["compareDigest"]})

    read = Read(
        type="Metafield",
        connection="metafields",
        selection="namespace key type value compareDigest definition { type { name } }",
        parse=parse,
        page_size=25,
        has_namespace=True,
    )
    return Codec(
        kind,
        read=read,
        write=_write,
        documents=(_SET, _DELETE),
        nesting=None if owner == "collection" else Nesting("metafields", _nested, travels=Travels.WHEN_NEW),
        pooled=True,
        scopes=frozenset({"read_products", "write_products"}),
    )


KINDS = tuple(map(_kind, METAFIELDS_ON))
CODECS = tuple(map(_codec, METAFIELDS_ON))
