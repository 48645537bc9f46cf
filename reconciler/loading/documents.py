"""Documents of one family of files: a file holds one, or many in a list under the family's name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.loading.places import FilePlaces
from reconciler.loading.scalars import YamlValue
from reconciler.loading.validation import spelled
from reconciler.model.errors import Diagnostic
from reconciler.model.origin import FieldPath


@dataclass(frozen=True, slots=True)
class Family:
    """How files of a family are spoken of: ``products``, each a ``product``, in ``catalog/products``."""

    plural: str
    one: str
    folder: str


PRODUCT_FILES: Final = Family("products", "product", "catalog/products")
COLLECTION_FILES: Final = Family("collections", "collection", "catalog/collections")


@dataclass(frozen=True, slots=True)
class Found:
    """One document of a file, as it was parsed, with the way to the places of its values."""

    value: YamlValue
    locate: FilePlaces
    file: str


def documents(document: YamlValue, family: Family, places: FilePlaces, problems: list[Diagnostic]) -> Iterator[Found]:
    """Yield the documents of a file, and go on after what is none."""
    for above, value in _documents(document, family, places, problems):
        yield Found(value, places.places.of(places.file, above), places.file)


def _documents(
    document: YamlValue, family: Family, places: FilePlaces, problems: list[Diagnostic]
) -> Iterator[tuple[FieldPath, YamlValue]]:
    if not isinstance(document, Mapping):
        summary = f"the file holds {spelled(document)}; expected a {family.one}, or a list under {family.plural}"
        problems.append(Diagnostic(summary, places.value(()), "begin with key: and name:"))
    elif family.plural not in document:
        yield (), document
    else:
        for name in document:
            if name != family.plural:
                summary = f"{name} stands beside {family.plural}; expected the list alone"
                problems.append(Diagnostic(summary, places.key((name,)), f"move it into a {family.one}, or delete it"))
        yield from _listed(document[family.plural], family, places, problems)


def _listed(
    members: YamlValue, family: Family, places: FilePlaces, problems: list[Diagnostic]
) -> Iterator[tuple[FieldPath, YamlValue]]:
    plural = family.plural
    if not isinstance(members, list):
        summary = f"{plural} is {spelled(members)}; expected a list of {plural}"
        problems.append(Diagnostic(summary, places.value((plural,)), "write each as - key: ..."))
        return
    if not members:
        problems.append(Diagnostic(f"{plural} is empty", places.value((plural,)), "list one, or delete the file"))
    for position, member in enumerate(members):
        path: FieldPath = (plural, position)
        if isinstance(member, Mapping):
            yield path, member
        else:
            summary = f"expected a {family.one}; this is {spelled(member)}"
            problems.append(Diagnostic(summary, places.value(path)))
