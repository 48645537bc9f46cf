"""Draft: a repository with edits that nobody wrote yet, and what they change in which store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.app.repository.store_view import StoreView, store_view, with_catalog
from reconciler.app.repository.workspace import LISTINGS, VOCABULARY, Workspace, checked_views, workspace_of
from reconciler.loading.catalog import load_catalog
from reconciler.loading.edits import EditedTree, edited
from reconciler.loading.known import Loaded
from reconciler.loading.mappings import load_mapping
from reconciler.loading.stores import load_stores
from reconciler.model.address import Address
from reconciler.model.catalog import Entry
from reconciler.model.edit import Edit
from reconciler.model.errors import InvalidInput
from reconciler.model.json import Json
from reconciler.model.resource import Resource
from reconciler.model.rules import MappingRules
from reconciler.model.state import Desired


@dataclass(frozen=True, slots=True)
class Effect:
    """One field that a store would be asked to hold otherwise; None where a side has no such thing, or no value."""

    store: str
    address: Address
    path: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of a repository with some edits, and what git would ask of every store."""

    tree: EditedTree
    rules: Mapping[str, MappingRules]
    views: Mapping[str, StoreView]

    @classmethod
    def of(cls, workspace: Workspace) -> "Draft":
        """Return a repository without edits. Raises InvalidInput for mappings that are not right."""
        tree = EditedTree(workspace.tree.root)
        rules = {each.name: load_mapping(tree, each.document.mapping, VOCABULARY) for each in workspace.stores}
        views = {each.name: store_view(each, workspace.catalog, rules[each.name]) for each in workspace.stores}
        return cls(tree, rules, views)

    def edited(self, edits: Sequence[Edit]) -> "Draft":
        """Return the draft with more edits. Raises Unwritable, and InvalidInput for what is not right with them."""
        contents = dict(self.tree.contents)
        for edit in edits:
            held = contents.get(edit.file)
            contents[edit.file] = edited(held if held is not None else self.tree.read(edit.file), edit)
        touched = {edit.file for edit in edits}
        tree = replace(self.tree, contents=contents)
        views = {name: self._view(view, tree, touched) for name, view in self.views.items()}
        return replace(self, tree=tree, views=views)

    def _view(self, view: StoreView, tree: EditedTree, touched: set[str]) -> StoreView:
        rules = self.rules[view.store.name]
        if view.store.file in touched:
            return store_view(load_stores(tree, VOCABULARY, [view.store.name])[0], view.catalog, rules)
        if touched.isdisjoint(view.catalog.inputs):
            return view
        known = Loaded(view.catalog, lambda file: file not in touched)
        return with_catalog(view, load_catalog(tree, LISTINGS, known=known), rules)

    def check(self) -> None:
        """Check every file and every mapping, as ``validate`` does. Raises InvalidInput."""
        checked_views(workspace_of(self.tree))


def effects(before: Draft, after: Draft) -> Iterator[Effect]:
    """Yield what an edited draft asks of stores otherwise. Raises InvalidInput for values that do not map."""
    for name, new in after.views.items():
        old = before.views[name]
        for root in _touched(old, new):
            yield from _between(name, _group(old, root), _group(new, root))


def _touched(old: StoreView, new: StoreView) -> Iterator[Address]:
    """Yield the groups that may differ between two views of one store."""
    overridden = {*old.mapper.overrides.roots(), *new.mapper.overrides.roots()} if old.store is not new.store else set()
    for root in dict.fromkeys([*old.entries, *new.entries]):
        one, other = old.entries.get(root), new.entries.get(root)
        members = old.members.get(root.key) != new.members.get(root.key) and root.kind == "collection"
        if one is not other or members or root in overridden or _restocked(other, old, new):
            yield root


def _restocked(entry: object, old: StoreView, new: StoreView) -> bool:
    if not isinstance(entry, Entry) or old.catalog.stock is new.catalog.stock:
        return False
    return any(old.catalog.stock.get(sku) != new.catalog.stock.get(sku) for sku in filter(None, entry.gist.skus))


def _group(view: StoreView, root: Address) -> Desired:
    return view.group(root) if root in view.entries else Desired({})


def _between(store: str, old: Desired, new: Desired) -> Iterator[Effect]:
    for address in dict.fromkeys([*old.resources, *new.resources]):
        one, other = old.resources.get(address), new.resources.get(address)
        if one == other and _given(one) == _given(other):
            continue
        before, after = _spelled(one), _spelled(other)
        for path in dict.fromkeys([*before, *after]):
            if before.get(path) != after.get(path) or (path in before) != (path in after):
                yield Effect(store, address, path, before.get(path), after.get(path))


def _given(resource: Resource | None) -> frozenset[str]:
    return frozenset(resource.model_fields_set) if resource is not None else frozenset()


def _spelled(resource: Resource | None) -> Mapping[str, Json]:
    return resource.spelled() if resource is not None else {}


def problem_of(error: InvalidInput) -> str:
    """Return the first problem of several, for a sentence."""
    return str(error.diagnostics[0])
