"""Subject: a product as the conditions of automatic collections see it: values by what conditions call them."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from reconciler.effects.comparing import Held, decimal, grams, text
from reconciler.model.address import Address
from reconciler.model.facts import GroupFacts
from reconciler.model.metafields import METAFIELDS_ON
from reconciler.model.resource import Resource

_ONLY_VARIANT: Final = "Default Title"
_NEW_PRODUCT: Final[Mapping[str, Any]] = MappingProxyType(
    {"product_type": None, "tags": (), "category": None, "status": "ACTIVE"}
)
_NEW_VARIANT: Final[Mapping[str, Any]] = MappingProxyType(
    {"compare_at_price": None, "weight": None, "option_values": ()}
)
"""What a store gives a new one where git says nothing. The vendor is the name of the shop, which nobody knows here."""
_OWNERS: Final[Mapping[str, str]] = {METAFIELDS_ON[owner]: owner for owner in ("product", "variant")}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is held of each subject by a product, or by one variant. What is not in it was not read."""

    held: Mapping[str, Held]
    has_all_metafields: bool = False
    """All of its metafields were read: one that is not in it is not there."""

    def of(self, subject: str) -> Held | None:
        """Return what is held of a subject; None where nobody read it."""
        found = self.held.get(subject)
        return () if found is None and self.has_all_metafields and "metafield:" in subject else found


@dataclass(frozen=True, slots=True)
class Subject:
    """A product with its variants."""

    product: Seen
    variants: tuple[Seen, ...] | None
    """None: they were not read."""
    is_made: bool = False
    """The plan makes it: nobody put it anywhere by hand yet."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a group besides what its resources say."""

    read: Collection[str]
    """The kinds that were read whole."""
    made: Collection[Address] = frozenset()
    """What the plan makes: the store fills in the rest of it."""
    adjusted: Mapping[Address, int] = field(default_factory=dict)
    """Variant → by how much its stock changes, beside what stock levels say."""


def subjects(facts: GroupFacts, read: Collection[str]) -> tuple[Subject | None, Subject | None]:
    """Return the product of a group as it is and as it will be; None where there is none. ``read``: kinds read."""
    known = frozenset(read) - facts.unread
    made = facts.after.keys() - facts.before.keys()
    before = subject_of(facts.root, facts.before, Knowledge(known)) if facts.root in facts.before else None
    if facts.root not in facts.after:
        return before, None
    return before, subject_of(facts.root, facts.after, Knowledge(known, made, _adjusted(facts)))


def _adjusted(facts: GroupFacts) -> dict[Address, int]:
    found: dict[Address, int] = {}
    for change in facts.changes:
        if change.address.kind == "adjustment" and change.action == "create":
            variant = Address("variant", change.address.key.rpartition("/")[0])
            delta = sum(each.after for each in change.fields if each.path == "delta" and isinstance(each.after, int))
            found[variant] = found.get(variant, 0) + delta
    return found


def subject_of(root: Address, resources: Mapping[Address, Resource], knowledge: Knowledge) -> Subject:
    """Return the product of a group."""
    below = _metafields(resources)
    stock = _stock(resources, knowledge)
    variants = []
    for address, resource in resources.items():
        if address.kind == "variant":
            is_made = address in knowledge.made
            held = {**_of_variant(resource, is_made=is_made), **below.get(address, {})}
            if is_made or "stock" in knowledge.read:
                held["inventory"] = (Decimal(stock.get(address, 0)),)
            variants.append(Seen(held, is_made or METAFIELDS_ON["variant"] in knowledge.read))
    is_made = root in knowledge.made
    product = {**_of_product(resources.get(root), is_made=is_made), **below.get(root, {})}
    knows_all = is_made or METAFIELDS_ON["product"] in knowledge.read
    return Subject(Seen(product, knows_all), tuple(variants) or None, is_made)


def _stock(resources: Mapping[Address, Resource], knowledge: Knowledge) -> dict[Address, int]:
    found = dict(knowledge.adjusted)
    for address, resource in resources.items():
        if address.kind == "stock":
            variant = Address("variant", address.key.rpartition("/")[0])
            found[variant] = found.get(variant, 0) + (getattr(resource, "available", None) or 0)
    return found


def _metafields(resources: Mapping[Address, Resource]) -> dict[Address, dict[str, Held]]:
    found: dict[Address, dict[str, Held]] = {}
    for address, resource in resources.items():
        if address.kind in _OWNERS:
            above, _, name = address.key.rpartition("/")
            owner = Address(_OWNERS[address.kind], above)
            found.setdefault(owner, {})[f"{address.kind}:{name}"] = tuple(_values(resource))
    return found


def _of_product(resource: Resource | None, *, is_made: bool) -> dict[str, Held]:
    known = {**(_NEW_PRODUCT if is_made else {}), **(resource.managed() if resource is not None else {})}
    held: dict[str, Held] = {}
    for name, subject in (("title", "title"), ("product_type", "type"), ("vendor", "vendor"), ("status", "status")):
        if name in known:
            held[subject] = (text(known[name] or ""),)
    if "tags" in known:
        held["tag"] = tuple(text(tag) for tag in known["tags"] or ())
    if "category" in known:
        held["category"] = (text(known["category"]),) if known["category"] else ()
    return held


def _of_variant(resource: Resource, *, is_made: bool) -> dict[str, Held]:
    known = {**(_NEW_VARIANT if is_made else {}), **resource.managed()}
    held: dict[str, Held] = {}
    for name in ("price", "compare_at_price"):
        if name in known:
            held[name] = (known[name],) if known[name] is not None else ()
    if "weight" in known:
        weight = grams(known["weight"]) if known["weight"] else Decimal(0)
        held |= {"weight": (weight,)} if weight is not None else {}
    if "option_values" in known:
        title = " / ".join(value for _, value in known["option_values"] or ())
        held["variant_title"] = (text(title or _ONLY_VARIANT),)
    return held


def _values(resource: Resource) -> Iterator[Any]:
    """Yield what a metafield holds, as conditions compare it."""
    fields = resource.managed()
    kind, value = fields.get("type") or "", fields.get("value") or ""
    if kind.startswith("list."):
        yield from (text(str(each)) for each in json.loads(value))
    elif kind in {"number_integer", "number_decimal", "rating"}:
        number = decimal(str(json.loads(value)["value"]) if kind == "rating" else value)
        yield from [number] if number is not None else []
    else:
        yield text(value)
