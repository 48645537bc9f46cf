"""Subjects: what a product makes in a store (itself and its variants), and the way back to the file from each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from reconciler.mapping.template import Scope
from reconciler.mapping.vet import Read
from reconciler.mapping.views import MONEY, Fields, product_view, variant_view
from reconciler.model.address import Address
from reconciler.model.catalog import Entry, FieldPath, options_of, variant_key
from reconciler.model.store import Store

ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "product": ("product", "store"),
    "variant": ("variant", "product", "store"),
}
"""Kind → the names that its rules may use. These are the kinds that a product of the catalog makes."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One resource in the making: its address, the names that its rules see, and where it stands in the file."""

    address: Address
    scope: Scope
    path: FieldPath


def subjects(entry: Entry, store: Store, store_names: Fields) -> Iterator[Subject]:
    """Yield what the product makes in the store: itself, then its variants in order."""
    key, variants = entry.product.key, entry.product.variants
    names: dict[str, object] = {"product": product_view(entry.product, store), "store": store_names}
    yield Subject(Address("product", key), Scope(names), ())
    option_names = tuple(options_of(entry.product))
    for position, variant in enumerate(variants):
        scope = Scope({**names, "variant": variant_view(variant, position, store)})
        address = Address("variant", f"{key}/{variant_key(variant, option_names)}")
        yield Subject(address, scope, ("variants", position))


def path_to(read: Read, subject: Subject, entry: Entry, currency: str) -> "FieldPath | None":
    """Return the way to a field that a rule reads, in the product's document; None when the file leaves it out.

    Amounts by currency lead on to the amount in this currency.
    """
    root, *names = read
    if root not in {"product", "variant"}:
        return None
    path = subject.path if root == "variant" else ()
    value: object = entry.product.variants[int(path[1])] if path else entry.product
    if not names:
        return path
    for name in names:
        value = _member(value, name)
        if value is _ABSENT:
            return None
        path = (*path, name)
    return (*path, currency) if path[-1] in MONEY and _member(value, currency) is not _ABSENT else path


def value_at(path: FieldPath, entry: Entry) -> object:
    """Return the value at a path of the product's document; None when there is none."""
    value: object = entry.product
    for name in path:
        value = _member(value, name)
    return None if value is _ABSENT else value


_ABSENT: Final = object()


def _member(value: object, name: str | int) -> object:
    if isinstance(value, BaseModel):
        return getattr(value, str(name)) if name in value.model_fields_set else _ABSENT
    if isinstance(value, Mapping):
        return value.get(name, _ABSENT)
    if isinstance(value, list | tuple) and isinstance(name, int) and -len(value) <= name < len(value):
        member: object = value[name]
        return member
    return _ABSENT
