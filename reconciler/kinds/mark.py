"""The definition of the mark: the app-owned id metafield by which a root says that it is ours, and which one.

Shopify: MetafieldDefinition, ``metafieldDefinitionCreate``. A type ``id`` definition makes values unique and lets
``productSet(identifier: {customId})`` find them, so it must exist before the first product; each is for one type of
owner. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Create
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, Read, Slice
from reconciler.shopify.identity import MARK_KEY, MARK_NAMESPACE


class Mark(Resource):
    """The fields of the definition that matter."""

    type: str | None = None


_OWNER_TYPES = {"product": "PRODUCT", "collection": "COLLECTION"}
"""Kind of root → what the API calls it."""
ADDRESSES = {kind: Address("mark", kind) for kind in _OWNER_TYPES}

KIND = Kind(
    "mark",
    Mark,
    removable=False,
    stays=True,
    standing={address: Mark(type="id") for address in ADDRESSES.values()},
    stands_for={address: kind for kind, address in ADDRESSES.items() if kind != "product"},
)


def _parse(node: JsonObject) -> Found:
    definition: Any = node
    (kind,) = (kind for kind, owner in _OWNER_TYPES.items() if owner == definition["ownerType"])
    return Found("mark", definition["id"], Mark(type=definition["type"]["name"]), mark=kind)


def _arguments(kind: str) -> str:
    return f'ownerType: {_OWNER_TYPES[kind]}, namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}"'


READ = Read(
    type="MetafieldDefinition",
    connection="metafieldDefinitions",
    selection="ownerType type { name }",
    parse=_parse,
    page_size=1,
    arguments=_arguments("product"),
    name="marks",
    further=(Slice(_arguments("collection"), "collection", only_with="collection"),),
)

_CREATE = """\
mutation DefineMark($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id }
    userErrors { code field message }
  }
}"""


def _write(batch: Batch) -> Iterable[Mutation]:
    for change in batch.changes:
        if isinstance(change, Create):
            kind = change.address.key
            definition: dict[str, Json] = {
                "name": "Catalog key",
                "description": f"Which {kind} of the catalog in git this is. Written by the reconciler.",
                "namespace": MARK_NAMESPACE,
                "key": MARK_KEY,
                "type": "id",
                "ownerType": _OWNER_TYPES[kind],
            }
            yield Mutation(
                root="metafieldDefinitionCreate",
                document=_CREATE,
                variables={"definition": definition},
                covers=(change.address,),
            )


CODEC = Codec(
    "mark", read=READ, write=_write, scopes=frozenset({"read_products", "write_products"}), documents=(_CREATE,)
)
