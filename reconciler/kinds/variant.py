"""Variants. Shopify: ProductVariant with its InventoryItem; ``productVariantsBulkCreate``, ``…Update``, ``…Delete``.

Each is for one product a call, up to 2,048 rows.

A variant carries no mark: within its product it is known by SKU, then by option values. The SKU, the cost and the
weight are written through ``inventoryItem``. (shopify.dev, 2026-10)
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, field_validator

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, Remove, Update, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.money import Amount
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, NestedRow, Nesting, Read
from reconciler.shopify.items import ITEM
from reconciler.shopify.texts import NullText, not_cleared
from reconciler.shopify.weights import canonical_weight, weight_input, weight_text

_DEFAULT_VALUES = (("Title", "Default Title"),)  # how Shopify spells "no options"

OptionValues = tuple[tuple[str, str], ...]


def _option_values(value: object) -> object:
    if value is None:
        return ()
    pairs: Any = value.items() if isinstance(value, Mapping) else value
    values = tuple((name.strip(), option.strip()) for name, option in pairs)
    return () if values == _DEFAULT_VALUES else values


def _weight(value: str | None) -> str | None:
    """Return the canonical weight; no weight and zero are the same to Shopify."""
    return None if value is None or (known := canonical_weight(value)).startswith("0 ") else known


class Variant(Resource):
    """The fields of a variant, as Shopify returns them after a write."""

    option_values: Annotated[OptionValues | None, BeforeValidator(_option_values)] = None
    """Option name → value."""
    sku: NullText = None
    """Its stock keeping unit."""
    price: Amount | None = None
    """Its price, in the store's currency."""
    compare_at_price: Amount | None = None
    """The price before a reduction."""
    cost: Amount | None = None
    """What it costs us."""
    barcode: NullText = None
    """Its EAN, UPC or ISBN."""
    weight: Annotated[str | None, AfterValidator(_weight)] = None
    """A number and g, kg, oz or lb."""
    taxable: bool | None = None
    """Whether tax is charged on it."""
    tracked: bool | None = None
    """Whether its stock is counted."""
    requires_shipping: bool | None = None
    """Whether it is sent to somebody."""
    inventory_policy: Literal["DENY", "CONTINUE"] | None = None
    """What happens when nothing is left: DENY or CONTINUE selling."""

    @field_validator("price", "taxable", "tracked", "requires_shipping", "inventory_policy")
    @classmethod
    def _not_cleared(cls, value: object) -> object:
        return not_cleared(value)


def _match(root: Address, wanted: Mapping[Address, Resource], found: Sequence[Found]) -> Mapping[Address, Found]:
    """Name live variants: by SKU, then by option values with their names, then by option values alone."""
    named: dict[Address, Found] = {}
    nameless = {variant.id: variant for variant in found}
    for key in (_sku, _named_values, _plain_values):
        unmet = {address: resource for address, resource in wanted.items() if address not in named}
        pairs = _pair(unmet, list(nameless.values()), key)
        named |= pairs
        for variant in pairs.values():
            del nameless[variant.id]
    taken = {*wanted, *named}
    for variant in sorted(nameless.values(), key=lambda variant: variant.id):
        address = _spare_address(root, variant, taken)
        taken.add(address)
        named[address] = variant
    return named


def _pair(
    wanted: Mapping[Address, Resource], found: Sequence[Found], key: Callable[[Resource], Hashable | None]
) -> dict[Address, Found]:
    """Return the pairs that agree on a key that is neither missing nor shared on either side."""
    wanted_keys = {address: key(resource) for address, resource in wanted.items()}
    times_wanted = Counter(wanted_keys.values())
    times_found = Counter(key(variant.resource) for variant in found)
    by_key = {key(variant.resource): variant for variant in found}
    return {
        address: by_key[its_key]
        for address, its_key in wanted_keys.items()
        if its_key is not None and times_wanted[its_key] == times_found[its_key] == 1
    }


def _sku(resource: Resource) -> str | None:
    return resource.sku if isinstance(resource, Variant) else None


def _named_values(resource: Resource) -> frozenset[tuple[str, str]] | None:
    values = resource.option_values if isinstance(resource, Variant) else None
    return None if values is None else frozenset(values)


def _plain_values(resource: Resource) -> tuple[str, ...] | None:
    values = resource.option_values if isinstance(resource, Variant) else None
    return None if values is None else tuple(value for _, value in values)


def _spare_address(root: Address, variant: Found, taken: set[Address]) -> Address:
    """Return an address for an unwanted variant: its SKU, its option values, its number, at last its id.

    None of them may be taken: a variant without an address of its own would be lost from sight.
    """
    sku = _sku(variant.resource)
    values = _plain_values(variant.resource)
    for name in (sku, " / ".join(values or ()), variant.id.rpartition("/")[2]):
        if name and (address := Address("variant", f"{root.key}/{name}")) not in taken:
            return address
    return Address("variant", f"{root.key}/{variant.id}")


def _fits(asked: Resource, held: Resource | None, staying: Sequence[Resource]) -> str | None:
    """Return which options the variants have that stay: all variants of a product have the same ones."""
    names = _option_names(asked)
    if names is None or (held is not None and _option_names(held) == names):
        return None
    others = next((its for each in staying if (its := _option_names(each)) not in (None, names)), None)
    if others is None:
        return None
    return f"variants that stay in the store have other options: {', '.join(sorted(others)) or 'none'}"


def _option_names(resource: Resource) -> frozenset[str] | None:
    values = resource.option_values if isinstance(resource, Variant) else None
    return None if values is None else frozenset(name for name, _ in values)


KIND = Kind(
    "variant",
    Variant,
    parent="product",
    match=_match,
    needed=frozenset({"option_values", "price"}),
    known_by=frozenset({"sku"}),
    fits=_fits,
    fills={"taxable": (True,), "tracked": (False,), "requires_shipping": (True,), "inventory_policy": ("DENY",)},
)


def _parse(node: JsonObject) -> Found:
    variant: Any = node
    item = variant["inventoryItem"]
    held = item["measurement"]["weight"]
    resource = Variant(
        option_values=tuple((option["name"], option["value"]) for option in variant["selectedOptions"]),
        sku=variant["sku"],
        price=variant["price"],
        compare_at_price=variant["compareAtPrice"],
        cost=item["unitCost"]["amount"] if item["unitCost"] else None,
        barcode=variant["barcode"],
        weight=weight_text(held) if held else None,
        taxable=variant["taxable"],
        tracked=item["tracked"],
        requires_shipping=item["requiresShipping"],
        inventory_policy=variant["inventoryPolicy"],
    )
    return Found("variant", variant["id"], resource, handles={ITEM: item["id"]})


READ = Read(
    type="ProductVariant",
    connection="variants",
    selection=(
        "sku price compareAtPrice barcode taxable inventoryPolicy selectedOptions { name value } "
        "inventoryItem { id tracked requiresShipping unitCost { amount } measurement { weight { unit value } } }"
    ),
    parse=_parse,
    page_size=50,
)

_INPUT_NAMES = {
    "price": "price",
    "compare_at_price": "compareAtPrice",
    "barcode": "barcode",
    "taxable": "taxable",
    "inventory_policy": "inventoryPolicy",
}
_ITEM_NAMES = {"sku": "sku", "cost": "cost", "tracked": "tracked", "requires_shipping": "requiresShipping"}


def _option_values_input(values: Json) -> Json:
    pairs: Any = values or _DEFAULT_VALUES
    return [{"optionName": name, "name": value} for name, value in pairs]


def _fields_input(fields: Mapping[str, Json]) -> dict[str, Json]:
    spelled: dict[str, Json] = {}
    if "option_values" in fields:
        spelled["optionValues"] = _option_values_input(fields["option_values"])
    spelled |= {_INPUT_NAMES[name]: value for name, value in fields.items() if name in _INPUT_NAMES}
    item: dict[str, Json] = {_ITEM_NAMES[name]: value for name, value in fields.items() if name in _ITEM_NAMES}
    if "sku" in item:
        item["sku"] = item["sku"] or ""
    if "weight" in fields:
        item["measurement"] = {"weight": weight_input(str(fields["weight"] or "0 kg"))}
    if item:
        spelled["inventoryItem"] = item
    return spelled


def _nested(row: NestedRow) -> JsonObject:
    fields = {
        name: value
        for name, value in row.resource.spelled().items()
        if name in row.written or name == "option_values"  # productSet asks for them on every row
    }
    spelled = _fields_input({"option_values": None, **fields})
    return {"id": row.id, **spelled} if row.id else spelled


_CREATE = """\
mutation CreateVariants($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkCreate(productId: $productId, variants: $variants, strategy: PRESERVE_STANDALONE_VARIANT) {
    userErrors { code field message }
  }
}"""
_UPDATE = """\
mutation UpdateVariants($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: true) {
    userErrors { code field message }
  }
}"""
_DELETE = """\
mutation DeleteVariants($productId: ID!, $variantsIds: [ID!]!) {
  productVariantsBulkDelete(productId: $productId, variantsIds: $variantsIds) {
    userErrors { code field message }
  }
}"""


def _collide(changes: Sequence[Change]) -> bool:
    """Whether a variant is to have option values that another one has now: the API refuses two with the same."""
    held = [field.before for change in changes for field in change.fields if field.path == "option_values"]
    wanted = [field.after for change in changes for field in change.fields if field.path == "option_values"]
    return any(values in held for values in wanted if values is not None)


def _write(batch: Batch) -> Iterable[Mutation]:
    """New variants first and removals last, so that a product is never without one."""
    creates = [change for change in batch.changes if isinstance(change, Create)]
    updates = [change for change in batch.changes if isinstance(change, Update | Adopt)]
    removes = [change for change in batch.changes if isinstance(change, Remove)]
    product = {"productId": batch.root_id}
    if creates:
        rows: list[Json] = [_fields_input({"option_values": None, **after(change)}) for change in creates]
        yield _rows_mutation("productVariantsBulkCreate", _CREATE, {**product, "variants": rows}, creates)
    if updates:
        rows = [{"id": change.id, **_fields_input(after(change))} for change in updates]
        yield _rows_mutation("productVariantsBulkUpdate", _UPDATE, {**product, "variants": rows}, updates)
    if removes:
        ids: list[Json] = [change.id for change in removes]
        yield _rows_mutation("productVariantsBulkDelete", _DELETE, {**product, "variantsIds": ids}, removes)


def _rows_mutation(root: str, document: str, variables: JsonObject, changes: Sequence[Change]) -> Mutation:
    argument = "variantsIds" if root == "productVariantsBulkDelete" else "variants"
    return Mutation(
        root=root,
        document=document,
        variables=variables,
        covers=tuple(change.address for change in changes),
        rows={f"{argument}.{position}": change.address for position, change in enumerate(changes)},
        cost_points=10 + math.ceil(0.2 * len(changes)),  # (shopify.dev, variants input complexity, 2026-10)
        partial=root == "productVariantsBulkUpdate",
        repeatable=root != "productVariantsBulkCreate",
    )


CODEC = Codec(
    "variant",
    read=READ,
    write=_write,
    nesting=Nesting("variants", _nested, _collide),
    scopes=frozenset({"read_products", "write_products", "read_inventory", "write_inventory"}),
    documents=(_CREATE, _UPDATE, _DELETE),
)
