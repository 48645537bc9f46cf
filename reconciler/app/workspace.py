"""Workspace: a repository of a user, opened: its catalog, its stores, and a mapper for each store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from reconciler.kinds import KINDS
from reconciler.loading.catalog import load_catalog
from reconciler.loading.mappings import load_mapping
from reconciler.loading.policy import Vocabulary
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores
from reconciler.mapping.compile import Mapper
from reconciler.mapping.select import selected
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog, Entry
from reconciler.model.errors import Diagnostic, InvalidInput, WrongUsage
from reconciler.model.kind import KindSet
from reconciler.model.state import Desired
from reconciler.model.store import Store

ROOT_KIND = "product"
"""What an entry of the catalog becomes in a store."""

VOCABULARY = Vocabulary(
    fields={kind.name: frozenset(kind.resource.model_fields) for kind in KINDS},
    mergeable={kind.name: kind.mergeable for kind in KINDS},
    children=frozenset(kind.name for kind in KINDS if kind.parent is not None),
    retiring={
        way: frozenset(f"{kind.name}.{field}" for kind in KINDS for field in kind.retire.get(way, ()))
        for way in {way for kind in KINDS for way in kind.retire}
    },
)
"""What the files of stores and mappings may name."""


def find_root(start: Path) -> Path:
    """Return the nearest folder upwards that holds ``stores/``. Raises WrongUsage when there is none."""
    for folder in (start, *start.parents):
        if (folder / "stores").is_dir():
            return folder
    message = f"{start}: neither this folder nor one above it holds stores/; name the repository with --project DIR"
    raise WrongUsage(message)


@dataclass(frozen=True, slots=True)
class StoreView:
    """What git asks of one store: its entries, and the way to their resources."""

    store: Store
    entries: Mapping[Address, Entry]
    mapper: Mapper
    inputs: Mapping[str, str]
    """File → SHA-256 of the bytes that were parsed: the catalog, the store's mapping with its layers, its own file."""

    def addresses(self, root_kind: str) -> Sequence[Address]:
        """Return the roots of a kind that git asks for, in the order of the catalog; standing ones first."""
        standing = [address for address in KINDS[root_kind].standing if address.kind == root_kind]
        return [*standing, *(address for address in self.entries if address.kind == root_kind)]

    def group(self, root: Address) -> Desired:
        """Return what git asks for below a root. Raises InvalidInput when the mapping cannot say."""
        standing = KINDS[root.kind].standing
        return Desired({root: standing[root]}) if root in standing else self.mapper.group(self.entries[root])


@dataclass(frozen=True, slots=True)
class Workspace:
    """The files of a repository, loaded and checked."""

    tree: WorkTree
    catalog: Catalog
    stores: tuple[Store, ...]
    kinds: KindSet = KINDS

    def view(self, store: Store) -> StoreView:
        """Return what git asks of a store. Raises InvalidInput for a mapping that is not right."""
        rules = load_mapping(self.tree, store.document.mapping, fields=VOCABULARY.fields)
        mapper = Mapper(rules, store, self.kinds)
        entries = {Address(ROOT_KIND, key): self.catalog.entries[key] for key in selected(self.catalog, store)}
        inputs = {**self.catalog.inputs, **rules.inputs, **store.inputs}
        return StoreView(store, entries, mapper, inputs)


def open_workspace(root: Path, names: Sequence[str] = ()) -> Workspace:
    """Return the repository with the named stores, or all. Raises InvalidInput with every problem of every file."""
    tree = WorkTree(root)
    problems: list[Diagnostic] = []
    catalog, stores = Catalog({}, {}), tuple[Store, ...]()
    try:
        stores = load_stores(tree, VOCABULARY, names)
    except InvalidInput as error:
        problems += error.diagnostics
    try:
        catalog = load_catalog(tree)
    except InvalidInput as error:
        problems += error.diagnostics
    if stores and not names:
        problems += _channels_of_no_store(catalog, stores)
    if problems:
        raise InvalidInput(problems)
    return Workspace(tree, catalog, stores)


def _channels_of_no_store(catalog: Catalog, stores: Sequence[Store]) -> Iterator[Diagnostic]:
    """Yield the channels that no store sells through: a misspelled one takes a product out of a store."""
    known = sorted({store.document.channel for store in stores})
    for entry in catalog.entries.values():
        for position, channel in enumerate(entry.product.channels or ()):
            if channel not in known:
                near = get_close_matches(channel, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"stores sell through {', '.join(known)}"
                yield Diagnostic(f"no store sells through {channel}", entry.locate(("channels", position)), hint)


def checked_views(workspace: Workspace) -> Mapping[str, StoreView]:
    """Return what git asks of each store, by the store's name, after mapping every product once.

    Raises InvalidInput with all problems that this shows.
    """
    views: dict[str, StoreView] = {}
    problems: dict[Diagnostic, None] = {}
    for store in workspace.stores:
        try:
            view = workspace.view(store)
        except InvalidInput as error:
            problems |= dict.fromkeys(error.diagnostics)
            continue
        views[store.name] = view
        problems |= dict.fromkeys(_problems(view))
    if problems:
        raise InvalidInput(list(problems))
    return views


def _problems(view: StoreView) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for address in view.entries:
        try:
            view.group(address)
        except InvalidInput as error:
            found += error.diagnostics
    return found
