"""What tests of the mapping are made of: a product, a store, rules, and two toy kinds."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import StrictStr

from reconciler.mapping.compile import Mapper
from reconciler.model.catalog import Entry, Product
from reconciler.model.kind import Kind, KindSet
from reconciler.model.money import Amount
from reconciler.model.origin import FieldPath, Place
from reconciler.model.resource import Resource
from reconciler.model.rules import MappingRules, PriceRule, Rule, Template
from reconciler.model.store import Store, StoreDocument

RULE = Place("mappings/us.yaml", 12, 10)


class ToyProduct(Resource):
    title: StrictStr | None = None
    handle: StrictStr | None = None
    description_html: StrictStr | None = None
    tags: tuple[StrictStr, ...] | None = None
    status: Literal["ACTIVE", "DRAFT"] | None = None
    options: dict[str, tuple[str, ...]] | None = None


class ToyVariant(Resource):
    sku: StrictStr | None = None
    price: Amount | None = None
    inventory_policy: Literal["CONTINUE", "DENY"] | None = None
    option_values: dict[str, str] | None = None


KINDS = KindSet([Kind("product", ToyProduct), Kind("variant", ToyVariant, parent="product")])


def a_store(**changes: Any) -> Store:
    document = {"url": "sandbox:us", "channel": "north-america", "currency": "USD", "mapping": "us", **changes}
    return Store("us", "stores/us.yaml", StoreDocument.model_validate(document), {})


def a_variant(**fields: Any) -> dict[str, Any]:
    return {"sku": "LS-M", "price": {"EUR": "49.00", "USD": "55.00"}, **fields}


def a_product(**fields: Any) -> Product:
    return Product.model_validate({"key": "linen-shirt", "name": "Linen Shirt", "variants": [a_variant()], **fields})


def an_entry(**fields: Any) -> Entry:
    """An entry whose places spell the path: ``shirt.yaml:variants.0.price``."""

    def locate(path: FieldPath) -> Place:
        return Place(".".join(["shirt.yaml", *map(str, path)]))

    return Entry.of(a_product(**fields), "shirt.yaml", locate)


def a_template(text: str, place: Place = RULE) -> Template:
    return Template(text, place)


def a_price_rule(text: str = "{{ variant.price }}", **parts: Any) -> PriceRule:
    numbers = {name: Decimal(value) for name, value in parts.items() if name in {"multiply", "add", "ending"}}
    return PriceRule(a_template(text), RULE, **{**parts, **numbers})


def rules(**fields: str | Rule) -> MappingRules:
    """Rules by field: ``product_title="{{ product.name }}"``."""
    tables: dict[str, dict[str, Rule]] = {}
    for name, rule in fields.items():
        kind, _, field = name.partition("_")
        tables.setdefault(kind, {})[field] = a_template(rule) if isinstance(rule, str) else rule
    return MappingRules("us", tables, {})


def a_mapper(*, store: Store | None = None, **fields: str | Rule) -> Mapper:
    return Mapper(rules(**fields), store or a_store(), KINDS)


def values(mapper: Mapper, entry: Entry, kind: str = "product") -> Mapping[str, Any]:
    """The managed fields of the first resource of a kind."""
    resources = mapper.group(entry).resources
    return next(resource.managed() for address, resource in resources.items() if address.kind == kind)
