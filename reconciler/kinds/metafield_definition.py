"""Definitions of metafields: what a merchant's own field of products, variants or collections is called, and may hold.

Shopify: MetafieldDefinition; ``metafieldDefinitionCreate``, ``…Update``. It is known by owner type, namespace and key,
none of which can change, nor can the type. What git does not list is left alone. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictStr, ValidationInfo, field_validator

from reconciler.model.change import Create, Update, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.metafields import metafield_name
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, Read, Slice
from reconciler.shopify.metafield_types import KNOWN, known_type
from reconciler.shopify.metafield_values import canonical_validation
from reconciler.shopify.texts import blank_is_none, not_cleared, stripped

_OWNER_TYPES = {"product": "PRODUCT", "variant": "PRODUCTVARIANT", "collection": "COLLECTION"}
"""Kind of owner → what the API calls it."""
_KINDS = {owner_type: kind for kind, owner_type in _OWNER_TYPES.items()}
_CAPABILITIES = {
    "filterable": "adminFilterable",
    "unique_values": "uniqueValues",
    "collection_condition": "smartCollectionCondition",
}
_ACCESS = {"admin": "admin", "storefront": "storefront", "customer_account": "customerAccount"}


class MetafieldDefinition(Resource):
    """The fields of a definition, as a file lists them."""

    name: Annotated[StrictStr, Field(max_length=255)] | None = None
    """What the admin calls it."""
    type: Annotated[StrictStr, AfterValidator(known_type)] | None = None
    """The type of all values; it cannot change."""
    description: Annotated[
        StrictStr | None, Field(max_length=255), AfterValidator(stripped), AfterValidator(blank_is_none)
    ] = None
    """What people who fill it in are told."""
    validations: tuple[tuple[str, str], ...] | None = None
    """Name → value: ``{max: 50, choices: [Linen, Wool]}``. The whole of them; {} takes all away."""
    pin: StrictBool | None = None
    """Whether the admin shows it on the page of every owner."""
    admin: Literal["MERCHANT_READ", "MERCHANT_READ_WRITE"] | None = None
    """What merchants may do with it; of the app's own namespaces alone."""
    storefront: Literal["NONE", "PUBLIC_READ"] | None = None
    """What shops and other front ends may do with it."""
    customer_account: Literal["NONE", "READ", "READ_WRITE"] | None = None
    """What customers may do with it in their accounts."""
    filterable: StrictBool | None = None
    """Whether lists in the admin can be filtered by it."""
    unique_values: StrictBool | None = None
    """Whether no two owners may have the same value."""
    collection_condition: StrictBool | None = None
    """Whether conditions of collections may use it."""

    @classmethod
    def keyed(cls, key: str) -> dict[str, Json]:
        """Return nothing more: the key is owner, namespace and key. Raises ValueError."""
        owner, _, name = key.partition(".")
        if owner not in _OWNER_TYPES:
            message = f"{owner!r} has no metafields; begin with {', '.join(f'{each}.' for each in _OWNER_TYPES)}"
            raise ValueError(message)
        metafield_name(name)
        return {}

    @field_validator("name", "type", "pin", "admin", "storefront", "customer_account", *_CAPABILITIES)
    @classmethod
    def _not_cleared(cls, value: object) -> object:
        return not_cleared(value.strip() if isinstance(value, str) else value)

    @field_validator("validations", mode="before", json_schema_input_type=dict[str, Any])
    @classmethod
    def _one_spelling(cls, given: Any, info: ValidationInfo) -> object:
        pairs: Iterable[tuple[Any, Any]] = given.items() if isinstance(given, Mapping) else given or ()
        of_type = str(info.data.get("type") or "")
        return tuple(sorted((str(name), canonical_validation(of_type, str(name), value)) for name, value in pairs))


def _hinders(asked: Resource, held: Resource) -> str | None:
    wanted, there = asked.managed().get("type"), held.managed().get("type", "another")
    if wanted is None or wanted == there:
        return None
    return (
        f"its type is {there} and can never become {wanted}; "
        "define it under another key, or delete the definition in the store"
    )


KIND = Kind(
    "metafield_definition",
    MetafieldDefinition,
    needed=frozenset({"name", "type"}),
    listed="metafields",
    removable=False,
    hinders=_hinders,
    stays=True,
)


def _parse(node: JsonObject) -> Found:
    definition: Any = node
    access, capabilities = definition["access"], definition["capabilities"]
    # What git may not ask for a store may hold all the same; it is left out, so that any value differs from it.
    usual: dict[str, Any] = {}
    if definition["type"]["name"] in KNOWN:
        usual["type"] = definition["type"]["name"]
    if access["admin"] in {"MERCHANT_READ", "MERCHANT_READ_WRITE"}:
        usual["admin"] = access["admin"]
    resource = MetafieldDefinition(
        **usual,
        name=definition["name"],
        description=definition["description"],
        validations={each["name"]: each["value"] for each in definition["validations"]},  # type: ignore[arg-type]
        pin=definition["pinnedPosition"] is not None,
        storefront=access["storefront"] or "NONE",
        customer_account=access["customerAccount"],
        **{name: capabilities[field]["enabled"] for name, field in _CAPABILITIES.items()},
    )
    mark = f"{_KINDS[definition['ownerType']]}.{definition['namespace']}.{definition['key']}"
    return Found("metafield_definition", definition["id"], resource, mark=mark)


READ = Read(
    type="MetafieldDefinition",
    connection="metafieldDefinitions",
    selection=(
        "ownerType namespace key name description pinnedPosition type { name } validations { name value } "
        "access { admin storefront customerAccount } "
        f"capabilities {{ {' '.join(f'{field} {{ enabled }}' for field in _CAPABILITIES.values())} }}"
    ),
    parse=_parse,
    page_size=100,
    arguments="ownerType: PRODUCT",
    further=(Slice("ownerType: PRODUCTVARIANT", "variants"), Slice("ownerType: COLLECTION", "collections")),
    has_namespace=True,
)

_CREATE = """\
mutation DefineMetafield($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id }
    userErrors { code field message }
  }
}"""
_UPDATE = """\
mutation RedefineMetafield($definition: MetafieldDefinitionUpdateInput!) {
  metafieldDefinitionUpdate(definition: $definition) {
    userErrors { code field message }
  }
}"""


def _input(key: str, fields: Mapping[str, Json]) -> dict[str, Json]:
    owner, name = key.split(".", 1)
    namespace, _, last = name.rpartition(".")
    spelled: dict[str, Json] = {"ownerType": _OWNER_TYPES[owner], "namespace": namespace, "key": last}
    spelled |= {name: fields[name] for name in ("name", "type", "description", "pin") if name in fields}
    if "validations" in fields:
        pairs: Any = fields["validations"] or ()
        spelled["validations"] = [{"name": name, "value": value} for name, value in pairs]
    access: dict[str, Json] = {field: fields[name] for name, field in _ACCESS.items() if name in fields}
    capabilities: dict[str, Json] = {
        field: {"enabled": fields[name]} for name, field in _CAPABILITIES.items() if name in fields
    }
    spelled |= {"access": access} if access else {}
    return spelled | ({"capabilities": capabilities} if capabilities else {})


def _write(batch: Batch) -> Iterable[Mutation]:
    for change in batch.changes:
        variables: JsonObject = {"definition": _input(change.address.key, after(change))}
        match change:
            case Create():
                yield Mutation(
                    "metafieldDefinitionCreate",
                    _CREATE,
                    variables,
                    (change.address,),
                    ids={"createdDefinition.id": change.address},
                )
            case Update():
                yield Mutation("metafieldDefinitionUpdate", _UPDATE, variables, (change.address,))
            case _:
                continue  # known by its name it is never somebody else's, and git never takes it away


CODEC = Codec(
    "metafield_definition",
    read=READ,
    write=_write,
    scopes=frozenset({"read_products", "write_products"}),
    documents=(_CREATE, _UPDATE),
)
