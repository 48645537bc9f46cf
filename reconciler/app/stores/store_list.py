"""Store list: the stores that a plan would look at, for whoever runs a job for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from reconciler.app.repository.workspace import VOCABULARY
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores

FORMAT: Final = "reconciler-stores/1"


@dataclass(frozen=True, slots=True)
class ListedStore:
    """One store, and how to plan it alone."""

    store: str
    """Its name."""
    file: str
    """The file that says it, from the root of the repository."""
    plan: str
    """Where its plan file goes."""
    command: tuple[str, ...]
    """The words that plan it and no other store, with the options that the list was asked for with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreList:
    """The stores that a plan would look at, in the order of their names."""

    format: Literal["reconciler-stores/1"] = FORMAT
    """The version of this format."""
    stores: tuple[ListedStore, ...]
    """All of them, or those that were named."""


def listed(root: Path, names: Sequence[str], folder: str = "plans", options: Sequence[str] = ()) -> StoreList:
    """Return the named stores, or all; no other file is read. Raises InvalidInput for store files that are not right.

    ``folder``: where plans go. ``options``: that go with the command of each.
    """
    stores = load_stores(WorkTree(root), VOCABULARY, names)
    words = ("reconciler", "plan")
    found = [ListedStore(s.name, s.file, f"{folder}/{s.name}.json", (*words, s.name, *options)) for s in stores]
    return StoreList(stores=tuple(found))


def store_list_document(found: StoreList) -> dict[str, Any]:
    """Return the list as a program reads it."""
    document: dict[str, Any] = TypeAdapter(StoreList).dump_python(found, mode="json")
    return document


def store_list_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(StoreList).json_schema()}
