"""Subjects: what a product or a category makes in a store by rules, and the way back to the file from each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pydantic import BaseModel

from reconciler.mapping.conditions import conditions_of
from reconciler.mapping.pictures import source_fields
from reconciler.mapping.template import Scope
from reconciler.mapping.vet import Read
from reconciler.mapping.views import (
    MONEY,
    Fields,
    category_view,
    image_view,
    product_view,
    publication_view,
    variant_view,
)
from reconciler.model.address import Address
from reconciler.model.catalog import Product, options_of, variant_key
from reconciler.model.category import CategoryEntry
from reconciler.model.origin import FieldPath
from reconciler.model.store import Store

ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "product": ("product", "store"),
    "variant": ("variant", "product", "store"),
    "image": ("image", "product", "store"),
    "publication": ("publication", "product", "store"),
    "collection": ("category", "store"),
    "collection_publication": ("publication", "category", "store"),
}
"""Kind → the names that its rules may use. These are the kinds that rules make."""


_NOTHING: Final[Mapping[str, object]] = {}


class Subject(NamedTuple):
    """One resource in the making: its address, the names that its rules see, and where it stands in the file."""

    address: Address
    scope: Scope
    path: FieldPath
    own: str = "product"
    """The name that rules have for what stands at the path; "" when nothing of the file does."""
    given: Mapping[str, object] = _NOTHING
    """Field → value, for fields that no rule makes."""


def subjects(
    product: Product, store: Store, store_names: Fields, files: Mapping[str, str], image_keys: Sequence[str]
) -> Iterator[Subject]:
    """Yield what the product makes in the store: itself, its variants in order, its images, where it is published."""
    key = product.key
    names: dict[str, Fields] = {"product": product_view(product, store), "store": store_names}
    yield Subject(Address("product", key), Scope(names), ())
    option_names = tuple(options_of(product))
    for position, variant in enumerate(product.variants):
        scope = Scope({**names, "variant": variant_view(variant, position, store)})
        address = Address("variant", f"{key}/{variant_key(variant, option_names)}")
        yield Subject(address, scope, ("variants", position), "variant")
    for position, (image, image_key) in enumerate(zip(product.images or (), image_keys, strict=True)):
        scope = Scope({**names, "image": image_view(image, position, store)})
        address = Address("image", f"{key}/{image_key}")
        yield Subject(address, scope, ("images", position), "image", given=source_fields(image, files))
    for name in store.document.publications:
        scope = Scope({**names, "publication": publication_view(name, store)})
        yield Subject(Address("publication", f"{key}/{name}"), scope, (), "")


def category_subjects(entry: CategoryEntry, store: Store, store_names: Fields) -> Iterator[Subject]:
    """Yield what the category makes in the store by rules: a collection, and where it is published."""
    category = entry.category
    names: dict[str, Fields] = {"category": category_view(category, store), "store": store_names}
    asks = "conditions" in category.model_fields_set
    given = {"conditions": conditions_of(category.conditions, store)} if asks else {}
    yield Subject(Address("collection", category.key), Scope(names), (), "category", given=given)
    for name in store.document.publications:
        scope = Scope({**names, "publication": publication_view(name, store)})
        yield Subject(Address("collection_publication", f"{category.key}/{name}"), scope, (), "")


def path_to(read: Read, subject: Subject, document: BaseModel, currency: str) -> "FieldPath | None":
    """Return the way to a field that a rule reads, in the document; None when the file leaves it out.

    Amounts by currency lead on to the amount in this currency.
    """
    root, *names = read
    if root in {"store", "publication"}:
        return None
    path = subject.path if root == subject.own else ()
    value: object = document
    for name in path:
        value = _member(value, name)
    if not names:
        return path
    for name in names:
        value = _member(value, name)
        if value is _ABSENT:
            return None
        path = (*path, name)
    return (*path, currency) if path[-1] in MONEY and _member(value, currency) is not _ABSENT else path


def document_at(path: FieldPath, document: BaseModel) -> object:
    """Return the part of a document that a subject stands at."""
    value: object = document
    for name in path:
        value = _member(value, name)
    return value


def value_at(path: FieldPath, document: BaseModel) -> object:
    """Return the value at a path of a document; None when there is none."""
    value: object = document
    for name in path:
        value = _member(value, name)
    return None if value is _ABSENT else value


def is_there(path: FieldPath, document: BaseModel) -> bool:
    """Return whether a document gives a value at a path, be it null."""
    value: object = document
    for name in path:
        value = _member(value, name)
    return value is not _ABSENT


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
