"""Workspace: a repository of a user, opened: its catalog, its stores, and a mapper for each store."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.app.repository.store_view import PRODUCT, StoreView, store_view
from reconciler.app.repository.targets import dangling
from reconciler.app.repository.told import Memory, Remembered, nothing_remembered, told_by
from reconciler.kinds import CODECS, KINDS
from reconciler.loading.catalog import CatalogRefused, load_catalog
from reconciler.loading.known import NOTHING_KNOWN, Known
from reconciler.loading.mappings import load_mapping, mapping_problems
from reconciler.loading.policy import Vocabulary
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import StoresRefused, load_stores
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog
from reconciler.model.errors import Diagnostic, InvalidInput, WrongUsage
from reconciler.model.meant import meant
from reconciler.model.origin import Place, Whereabouts, place_of
from reconciler.model.state import Desired
from reconciler.model.store import API_VERSION, Store

VOCABULARY = Vocabulary(
    fields={kind.name: frozenset(kind.resource.model_fields) for kind in KINDS},
    mergeable={kind.name: kind.mergeable for kind in KINDS},
    children=frozenset(kind.name for kind in KINDS if kind.parent is not None),
    retiring={
        way: frozenset(f"{kind.name}.{field}" for kind in KINDS for field in kind.retire.get(way, ()))
        for way in {way for kind in KINDS for way in kind.retire}
    },
    roots={kind.name: KINDS.root(kind.name) for kind in KINDS},
    overridable={
        kind.name: frozenset(kind.resource.model_fields) - kind.along.keys() - kind.told
        for kind in KINDS
        if not kind.standing
    },
)
"""What files may name."""

LISTINGS = {kind.listed: (kind.name, kind.resource) for kind in KINDS if kind.listed is not None}
"""The files of the catalog that list the resources of a kind as they are."""


def find_root(start: Path) -> Path:
    """Return the nearest folder upwards that holds ``stores/``. Raises WrongUsage when there is none."""
    for folder in (start, *start.parents):
        if (folder / "stores").is_dir():
            return folder
    message = f"{start}: neither this folder nor one above it holds stores/; name the repository with --project DIR"
    raise WrongUsage(message)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The files of a repository, loaded and checked."""

    tree: WorkTree
    catalog: Catalog
    stores: tuple[Store, ...]

    def view(self, store: Store) -> StoreView:
        """Return what git asks of a store. Raises InvalidInput for a mapping that is not right."""
        rules = load_mapping(self.tree, store.document.mapping, VOCABULARY)
        return store_view(store, self.catalog, rules)


def open_workspace(root: Path, names: Sequence[str] = ()) -> Workspace:
    """Return the repository with the named stores, or all. Raises InvalidInput with every problem of every file."""
    return workspace_of(WorkTree(root), names)


def workspace_of(tree: WorkTree, names: Sequence[str] = (), known: Known = NOTHING_KNOWN) -> Workspace:
    """Return a repository as a tree has it. Raises InvalidInput with every problem of every file.

    ``known``: files of the catalog that need not be read.
    """
    problems: list[Diagnostic] = []
    catalog = Catalog({}, {})
    unread: Collection[str] = ()
    try:
        stores = load_stores(tree, VOCABULARY, names)
    except StoresRefused as error:
        stores, problems = error.readable, [*error.diagnostics]
    except InvalidInput as error:
        stores, problems = (), [*error.diagnostics]
    every_store = () if problems else _every_store(tree) if names else stores
    try:
        catalog = load_catalog(tree, LISTINGS, VOCABULARY, known=known)
    except CatalogRefused as error:
        catalog, unread = error.readable, error.unread
        problems += error.diagnostics
    if every_store:
        problems += _channels_of_no_store(catalog, every_store)
        problems += _locations_of_no_store(catalog, every_store)
    if problems:
        told = dict.fromkeys(problems)
        further = (each for each in _further(tree, stores, catalog, problems) if each.misses not in unread)
        raise InvalidInput([*told, *(each for each in further if each not in told)])
    return Workspace(tree, catalog, stores)


def _further(
    tree: WorkTree, stores: Sequence[Store], catalog: Catalog, problems: Sequence[Diagnostic]
) -> Iterator[Diagnostic]:
    """Yield what is wrong with mappings, and with what is mapped of the files that are right, each of it once.

    So that mending the problems which are known does not bring up the next ones.
    """
    at_fault = {problem.place.file for problem in problems if problem.place is not None}
    found = dict.fromkeys(mapping_problems(tree, VOCABULARY))
    for view in _views(tree, stores, catalog, found):
        for root in view.roots():
            if root in view.entries and view.entries[root].file not in at_fault:
                try:
                    view.group(root)
                except InvalidInput as error:
                    found |= dict.fromkeys(error.diagnostics)
    yield from found


def _views(
    tree: WorkTree, stores: Sequence[Store], catalog: Catalog, found: dict[Diagnostic, None]
) -> Iterator[StoreView]:
    for store in stores:
        try:
            yield Workspace(tree, catalog, tuple(stores)).view(store)
        except InvalidInput as error:
            found |= dict.fromkeys(error.diagnostics)


def _every_store(tree: WorkTree) -> Sequence[Store]:
    """Return all stores: what is named in the catalog may be meant for another one; none, where one cannot be read."""
    try:
        return load_stores(tree, VOCABULARY)
    except InvalidInput:
        return ()


def _channels_of_no_store(catalog: Catalog, stores: Sequence[Store]) -> Iterator[Diagnostic]:
    """Yield the channels that no store sells through: a misspelled one takes a product out of a store."""
    known = sorted({store.document.channel for store in stores})
    named = [
        *((entry.gist.channels, entry.locate) for entry in catalog.entries.values()),
        *((entry.category.channels, entry.locate) for entry in catalog.categories.values()),
        *((entry.channels, entry.locate) for entry in catalog.listed.values()),
    ]
    for channels, locate in named:
        for position, channel in enumerate(channels or ()):
            if channel not in known:
                hint = meant(channel, known, f"stores sell through {', '.join(known)}")
                yield Diagnostic(f"no store sells through {channel}", locate(("channels", position)), hint)


def _locations_of_no_store(catalog: Catalog, stores: Sequence[Store]) -> Iterator[Diagnostic]:
    """Yield the locations that no store names: their stock would be ignored in silence."""
    known = sorted({name for store in stores for name in store.document.locations})
    given: list[tuple[str, Place | Whereabouts]] = [
        (location, Whereabouts(entry.file, ("variants", position, "stock", location), entry.locate))
        for entry in catalog.entries.values()
        for position, location, _ in entry.gist.stock
    ]
    given += [(row.location, row.place) for rows in catalog.stock.values() for row in rows]
    for location, where in given:
        if location not in known:
            hint = f"stores have {', '.join(known)}" if known else "name it under locations: in a store's file"
            yield Diagnostic(f"no store has a location {location}", place_of(where), meant(location, known, hint))


def checked_views(workspace: Workspace, remembered: Remembered = nothing_remembered) -> Mapping[str, StoreView]:
    """Return what git asks of each store, by the store's name, after mapping every product once.

    Raises InvalidInput with all problems that this shows. ``remembered``: which groups need not be mapped for it.
    """
    views: dict[str, StoreView] = {}
    problems: dict[Diagnostic, None] = {}
    for store in workspace.stores:
        try:
            view = workspace.view(store)
        except InvalidInput as error:
            problems |= dict.fromkeys(error.diagnostics)
            continue
        views[store.name], found = _tried(view, remembered(view))
        found += _too_old(store, views[store.name].kinds)
        problems |= dict.fromkeys(found)
    if problems:
        raise InvalidInput(list(problems))
    return views


def _too_old(store: Store, kinds: frozenset[str]) -> Iterator[Diagnostic]:
    """Yield what the store's version of the API cannot do of what git speaks of."""
    version = store.document.api_version
    for kind in sorted(kinds):
        since = CODECS[kind].since
        if version < since:
            summary = f"{kind.replace('_', ' ')} needs api_version {since} or a newer one, and the store has {version}"
            yield Diagnostic(summary, Place(store.file), f"set api_version: {API_VERSION}")


def _alias_given_twice(
    view: StoreView, root: Address, given: str | None, aliases: dict[tuple[str, str], Address]
) -> Iterator[Diagnostic]:
    """Yield a problem for a handle that the mapping gives to two roots; note it for the roots that follow."""
    alias = KINDS[root.kind].alias
    if given is not None and (other := aliases.setdefault((root.kind, given), root)) != root:
        trail = origin.trail if (origin := view.group(root).origin(root, str(alias))) else ()
        rule = f"; it was made by {trail[-1]}" if trail else ""
        summary = f"{alias} {given} of {root} is that of {other} too in store {view.store.name}"
        yield Diagnostic(summary, view.entries[root].locate((str(alias),)), f"let them differ{rule}")


def _idle_overrides(view: StoreView, root: Address, group: Desired) -> Iterator[Diagnostic]:
    """Yield the overrides of a group that are about nothing in it."""
    spoken = {*group.resources, *group.absent}
    for address in view.mapper.overrides.of(root):
        if address not in spoken:
            yield _of_nothing(view, address, map(str, spoken))


def _overrides_of_nothing(view: StoreView) -> Iterator[Diagnostic]:
    """Yield the overrides of groups that the store does not have."""
    for root in view.mapper.overrides.roots():
        if root not in view.entries:
            known = [str(each) for each in view.entries if each.kind == root.kind]
            yield from (_of_nothing(view, address, known) for address in view.mapper.overrides.of(root))


def _of_nothing(view: StoreView, address: Address, known: Iterable[str]) -> Diagnostic:
    place = view.store.place(("overrides", str(address)))
    hint = meant(str(address), known, "an override changes what git asks for; delete it, or add that first")
    return Diagnostic(f"git asks for no {address} in store {view.store.name}, which is overridden", place, hint)


def _tried(view: StoreView, remembered: Memory) -> tuple[StoreView, list[Diagnostic]]:
    """Return the view with what all its groups tell: the kinds that git speaks of; and what is wrong with any."""
    kinds = {address.kind for kind in KINDS for address in kind.standing}
    found: list[Diagnostic] = []
    targets: dict[Address, Address] = {}
    aliases: dict[tuple[str, str], Address] = {}
    for root in view.roots():
        told = remembered.told(root)
        if told is None:
            try:
                group = view.group(root)
            except InvalidInput as error:
                found += error.diagnostics
                continue
            told, idle = told_by(root, group), list(_idle_overrides(view, root, group))
            found += idle
            if not idle:
                remembered.keep(root, told)
            if root.kind == PRODUCT:
                view.mapped.keep(root, group)
        kinds |= told.kinds
        targets |= dict.fromkeys(told.targets, root)
        found += _alias_given_twice(view, root, told.alias, aliases)
    found += _overrides_of_nothing(view)
    found += dangling(view, targets)
    leaving = {kind.name for kind in KINDS if view.store.document.on_remove in kind.leaves_with}
    return replace(view, kinds=frozenset(kinds | leaving), targets=frozenset(targets)), found
