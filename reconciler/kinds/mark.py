"""The definition of the mark: the app-owned id metafield by which a product says that it is ours, and which one.

Shopify: MetafieldDefinition, ``metafieldDefinitionCreate``. A type ``id`` definition makes values unique and lets
``productSet(identifier: {customId})`` find them, so it must exist before the first product. (shopify.dev, 2026-10)
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


ADDRESS = Address("mark", "product")

KIND = Kind("mark", Mark, removable=False, standing={ADDRESS: Mark(type="id")})


def _parse(node: JsonObject) -> Found:
    definition: Any = node
    return Found("mark", definition["id"], Mark(type=definition["type"]["name"]), mark=ADDRESS.key)


READ = Read(
    type="MetafieldDefinition",
    connection="metafieldDefinitions",
    selection="type { name }",
    parse=_parse,
    page_size=1,
    arguments=f'ownerType: PRODUCT, namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}"',
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
                "description": "Which product of the catalog in git this is. Written by the reconciler.",
                "namespace": MARK_NAMESPACE,
                "key": MARK_KEY,
                "type": "id",
                "ownerType": "PRODUCT",
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
