"""The definitions of the mark: the app-owned id metafield by which a product or collection says that it is ours.

Shopify: MetafieldDefinition, ``metafieldDefinitionCreate``. A type ``id`` definition makes values unique and lets
``productSet(identifier: {customId})`` and ``collectionByIdentifier`` find them, so it must exist before the first
product, and the first collection. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Create
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, Read
from reconciler.shopify.identity import MARK_KEY, MARK_NAMESPACE


class Mark(Resource):
    """The fields of the definition that matter."""

    type: str | None = None


PRODUCT, COLLECTION = Address("mark", "product"), Address("mark", "collection")

KIND = Kind(
    "mark",
    Mark,
    removable=False,
    standing={PRODUCT: Mark(type="id"), COLLECTION: Mark(type="id")},
    standing_for={COLLECTION: "collection"},
)


def _parse(node: JsonObject) -> Found:
    definition: Any = node
    return Found("mark", definition["id"], Mark(type=definition["type"]["name"]), mark=definition["ownerType"].lower())


READ = Read(
    type="MetafieldDefinition",
    connection="metafieldDefinitions",
    selection="ownerType type { name }",
    parse=_parse,
    page_size=1,
    arguments=f'ownerType: PRODUCT, namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}"',
    also=(("collection", f'ownerType: COLLECTION, namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}"'),),
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
            definition: dict[str, Json] = {
                "name": "Catalog key",
                "description": f"Which {change.address.key} of the catalog in git this is. Written by the reconciler.",
                "namespace": MARK_NAMESPACE,
                "key": MARK_KEY,
                "type": "id",
                "ownerType": change.address.key.upper(),
            }
            yield Mutation(
                root="metafieldDefinitionCreate",
                document=_CREATE,
                variables={"definition": definition},
                covers=(change.address,),
            )


CODEC = Codec("mark", read=READ, write=_write, scopes=frozenset({"read_products", "write_products"}))
