"""Metafields of a store as files say them, and the definitions that these values use.

A value names its type, unless the definition is listed as well. What belongs to another app, only that app may write;
what a store keeps for search engines is carried over as SEO; ids of products and collections become their addresses.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.loading.json_metafields import SEO_METAFIELDS, spelled_value, structure
from reconciler.model.address import Address
from reconciler.model.metafields import METAFIELDS_ON, metafield_name
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.metafield_types import LIST, TARGETS, element_type
from reconciler.shopify.metafield_values import canonical_value

DEFINITION: Final = "metafield_definition"
_SEO: Final = frozenset(f"global.{key}" for key in SEO_METAFIELDS.values())
_FOREIGN: Final = "app--"
_STANDARD: Final = ("shopify.", "shopify--")
_INTEGER: Final = re.compile(r"-?\d{1,15}")
_USUAL: Final[Mapping[str, object]] = {
    "description": None,
    "validations": (),
    "pin": False,
    "admin": None,
    "storefront": "NONE",
    "customer_account": "NONE",
    "filterable": False,
    "unique_values": False,
    "collection_condition": False,
}
"""What a definition says as long as nobody decided anything: it is left out."""


@dataclass
class Definitions:
    """The definitions of a store, and which of them the catalog is to list: those that values use."""

    found: Mapping[str, Found]
    """Owner, namespace and key → the definition."""
    _types: dict[str, set[str]] = field(default_factory=dict)

    def meet(self, owner: str, metafields: Iterable[Found]) -> None:
        """Note the types of values, before any is spelled."""
        for each in metafields:
            self._types.setdefault(f"{owner}.{each.mark}", set()).add(str(each.resource.managed().get("type")))

    def listed(self, name: str) -> bool:
        """Return whether the catalog lists a definition: it can, and all values are of its type."""
        definition = self.found.get(name)
        if definition is None or not _is_ours(name.partition(".")[2]):
            return False
        return self._types.get(name) == {definition.resource.managed().get("type")}

    def documents(self) -> dict[str, dict[str, object]]:
        """Return what the file of definitions is to list, sorted."""
        names = sorted(name for name in self._types if self.listed(name))
        return {name: dict(_definition(self.found[name].resource)) for name in names}


def metafields_of(
    owner: str,
    metafields: Iterable[Found],
    definitions: Definitions,
    addresses: Mapping[str, Address],
    lost: Counter[str],
) -> dict[str, object]:
    """Return name → value as a file says it, sorted. ``addresses``: of what values may name by id."""
    found: dict[str, object] = {}
    for each in sorted(metafields, key=lambda each: str(each.mark)):
        name, fields = str(each.mark), each.resource.managed()
        if name in _SEO or name.startswith("$app:reconciler."):
            continue
        value = _spelled(fields, addresses)
        if value is None or not _can_be_named(name):
            lost[f"{METAFIELDS_ON[owner]}s {name}"] += 1
        elif definitions.listed(f"{owner}.{name}"):
            found[name] = value
        else:
            found[name] = {"type": fields["type"], "value": value}
    return found


def _can_be_named(name: str) -> bool:
    try:
        return bool(metafield_name(name)) and not name.startswith(_FOREIGN)
    except ValueError:
        return False


def _is_ours(name: str) -> bool:
    """Whether a merchant may have made the definition: the standard ones are Shopify's."""
    return _can_be_named(name) and not name.startswith(_STANDARD)


def _spelled(fields: Mapping[str, Any], addresses: Mapping[str, Address]) -> object:
    """Return a value as people write it; None for one that no file could ask for."""
    type_name, text = fields.get("type"), fields.get("value")
    try:
        same = isinstance(text, str) and canonical_value(str(type_name), text) == text
    except ValueError:
        same = False
    if not same:
        return None
    value = spelled_value(str(type_name), text)
    kind = TARGETS.get(element_type(str(type_name)))
    if kind is None:
        return value
    named = [_address(each, kind, addresses) for each in (value if isinstance(value, list) else [value])]
    return named if str(type_name).startswith(LIST) else named[0]


def _address(own_id: object, kind: str, addresses: Mapping[str, Address]) -> object:
    address = addresses.get(str(own_id))
    return str(address) if address is not None and address.kind == kind else own_id


def _definition(resource: Resource) -> Iterator[tuple[str, object]]:
    for name, value in resource.managed().items():
        if name == "validations":
            if value:
                yield name, {each: _validation(text) for each, text in value}
        elif name not in _USUAL or value != _USUAL[name]:
            yield name, value


def _validation(text: str) -> object:
    if _INTEGER.fullmatch(text):
        return int(text)
    return structure(text) if text.lstrip()[:1] in {"[", "{"} else text
