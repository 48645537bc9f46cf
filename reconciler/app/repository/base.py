"""The base of a store: what git decided at the commit that the store was last brought to.

Nothing is opened before a difference is met, and only groups with one are rendered. What the work tree still holds as
the commit does is neither parsed nor digested again; where nothing changed at all, the base is what git asks for now.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from reconciler import __version__
from reconciler.app.repository.store_view import StoreView, store_view
from reconciler.app.repository.workspace import LISTINGS, VOCABULARY, Workspace
from reconciler.kinds import KINDS
from reconciler.loading.catalog import FOLDER as CATALOG
from reconciler.loading.catalog import load_catalog
from reconciler.loading.commit import CommitTree, NoHistory, open_commit
from reconciler.loading.known import Loaded
from reconciler.loading.mappings import BUILTIN, load_mapping
from reconciler.loading.stores import load_stores
from reconciler.loading.unheld import reasons
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog
from reconciler.model.errors import InvalidInput, WrongUsage
from reconciler.model.origin import FieldPath, Place
from reconciler.model.resource import Resource
from reconciler.model.state import Desired
from reconciler.planning.cause import UNKNOWN, Base
from reconciler.shopify.pointer import Pointer, Record

Found = TypeVar("Found")
WithIds = Callable[[Desired], Desired]
_DECIDED: Final = frozenset({"enforce", "merge"})


class Commits:
    """The repository at earlier commits, each opened once for all stores. Safe to share between threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._trees: dict[str, CommitTree | NoHistory] = {}
        self._catalogs: dict[str, Catalog | NoHistory] = {}
        self._lock = Lock()

    @property
    def root(self) -> Path:
        """The folder of the repository's files."""
        return self._workspace.tree.root

    def view(self, commit: str, now: StoreView) -> StoreView:
        """Return what git asked of a store at a commit; ``now`` itself where nothing changed. Raises NoHistory."""
        with self._lock:
            tree = self._tree(commit)
            if tree.is_whole(file for file in now.inputs if file != BUILTIN):
                return now
            try:
                return self._loaded(commit, tree, now)
            finally:
                tree.close()

    def _tree(self, commit: str) -> CommitTree:
        if commit not in self._trees:
            try:
                self._trees[commit] = open_commit(self._workspace.tree.root, commit)
            except NoHistory as error:
                self._trees[commit] = error
        return _had(self._trees[commit])

    def _loaded(self, commit: str, tree: CommitTree, now: StoreView) -> StoreView:
        if commit not in self._catalogs:
            try:
                known = Loaded(self._workspace.catalog, tree.same)
                loaded = load_catalog(tree, LISTINGS, VOCABULARY, known=known)
                self._catalogs[commit] = _without_places(loaded, tree)
            except InvalidInput as error:
                self._catalogs[commit] = _broken(commit, error)
        catalog = _had(self._catalogs[commit])
        try:
            same = tree.same(now.store.file)
            store = now.store if same else load_stores(tree, VOCABULARY, [now.store.name])[0]
            rules = load_mapping(tree, store.document.mapping, VOCABULARY)
            return store_view(store, catalog, rules)
        except InvalidInput as error:
            raise _broken(commit, error) from None
        except WrongUsage:
            raise NoHistory(f"commit {commit[:12]}, which was applied last, has no store {now.store.name}") from None


@dataclass(slots=True)
class StoreBase:
    """What git decided for one store when it was last brought to a commit."""

    commits: Commits
    now: StoreView
    pointer: Record[Pointer]
    unheld: frozenset[str] = frozenset()
    """The files of the view that no commit holds: of what they say nobody knows what it was."""
    _views: dict[str, StoreView | NoHistory] = field(default_factory=dict)
    _taken: frozenset[Address] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        self._taken = frozenset(self.pointer.value.taken) if self.pointer.value is not None else frozenset()

    @property
    def commit(self) -> str | None:
        """The commit; None where it was needed, and could not be rendered."""
        commit = self.pointer.value.commit if self.pointer.value is not None else None
        return None if commit is None or isinstance(self._views.get(commit), NoHistory) else commit

    @property
    def lacks(self) -> str | None:
        """Why there is no base, and what to do; None where there is one."""
        pointer = self.pointer.value
        if self.pointer.is_damaged:
            return "what the store remembers of the last apply is damaged; the next apply writes it anew"
        if pointer is None or pointer.commit is None:
            return "nothing was applied to this store from a commit yet; after the first apply of one, plans say why"
        try:
            self._view(pointer.commit)
        except NoHistory as error:
            return str(error)
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """What to bear in mind about the causes that the base gives."""
        pointer = self.pointer.value
        if self.commit is None or pointer is None or pointer.engine in {"", __version__}:
            return ()
        said = f"the store was last brought to its commit by reconciler {pointer.engine}"
        return (f"{said}; what {__version__} maps differently looks like an edit in the store",)

    def group(self, root: Address, asked: Desired, with_ids: WithIds) -> Base:
        """Return what git decided in a group. ``asked``: the group now; ``with_ids``: what it went through."""
        pointer = self.pointer.value
        if pointer is None or self.lacks is not None:
            return UNKNOWN
        excepted = _excepted(pointer, root)
        try:
            commit = self._commit_of(root, pointer, excepted)
            resources = dict(self._decided(commit, root, asked, with_ids))
        except NoHistory:
            return UNKNOWN
        unknown = set(self._fed_by_unheld(pointer.commit, root, asked))
        for address in excepted:
            resources.pop(address, None)
            try:
                other = self._decided(pointer.of(address), root, asked, with_ids)
                resources |= {address: other[address]} if address in other else {}
            except NoHistory:
                unknown.add(address)
        was_theirs = bool(self._taken) and any(key in self._taken for key in self._keys_of(root))
        return Base(resources, frozenset(unknown), was_theirs=was_theirs)

    @property
    def blind_spots(self) -> tuple[str, ...]:
        """What to say of the files that no commit holds."""
        root = self.commits.root
        said = "nobody can tell which side changed what it says, and no commit is recorded for the store"
        return tuple(f"not in the commit: {each}; until then {said}" for each in reasons(root, self.unheld))

    def _fed_by_unheld(self, commit: str | None, root: Address, asked: Desired) -> Iterator[Address]:
        """Yield what files say that no commit held, then or now: all of a thing whose own file is one."""
        unheld = self.unheld - self._view(commit).inputs.keys() if self.unheld and commit is not None else frozenset()
        if not unheld:
            return
        own = next(self.now.files(root)) if root in self.now.entries else None
        for address, resource in asked.resources.items():
            given = resource.managed()
            places = (origin.place for name in given if (origin := asked.origin(address, name)) is not None)
            named = {place.file for place in places if place is not None}
            named |= {value for value in given.values() if isinstance(value, str)}
            if own in unheld or not unheld.isdisjoint(named):
                yield address

    def _commit_of(self, root: Address, pointer: Pointer, excepted: Collection[Address]) -> str | None:
        """Return the commit that stands for a group, but for what is excepted.

        What a run took away and a rollback brought back is asked for by no commit of between; only what had to be
        written for that is excepted, and all the rest of it, such as what was sold, came back with that.
        """
        if not excepted or pointer.commit is None or self._key_in(self._view(pointer.commit), root) is not None:
            return pointer.commit
        own = dict.fromkeys(pointer.of(at) for at in sorted(excepted, key=lambda at: (at != root, at)))
        known = (commit for commit in own if commit is not None)
        return next((commit for commit in known if self._key_in(self._view(commit), root) is not None), pointer.commit)

    def _decided(
        self, commit: str | None, root: Address, asked: Desired, with_ids: WithIds
    ) -> Mapping[Address, Resource]:
        if commit is None:
            raise NoHistory("it was never applied")
        view = self._view(commit)
        group = asked if view is self.now else self._rendered(commit, view, root, with_ids)
        return dict(_decided_in(group, view))

    def _rendered(self, commit: str, view: StoreView, root: Address, with_ids: WithIds) -> Desired:
        """Return the group as it was then; one whose key moved since, under the key that it has now."""
        was = self._key_in(view, root)
        if was is None:
            return Desired({})
        try:
            group = with_ids(view.group(was))
        except InvalidInput as error:
            raise _broken(commit, error) from None
        return group if was == root else _under_its_new_key(group, was, root)

    def _key_in(self, view: StoreView, root: Address) -> Address | None:
        """Return by which key a commit asked for a root; None where it did not.

        A key that was moved there, and moved back by a rollback since, is told by what that noted of the root.
        """
        found = next((at for at in self._keys_of(root) if view.asks_for(at)), None)
        moved = view.formerly.get(root) if found is None else None
        if moved is None or self.now.asks_for(moved) or self.pointer.value is None:
            return found
        return moved if root in _excepted(self.pointer.value, root) else None

    def _keys_of(self, root: Address) -> Iterator[Address]:
        """Yield what a group is called now, then what it was called before."""
        yield root
        yield from (old for old, now in self.now.formerly.items() if now == root)

    def _view(self, commit: str) -> StoreView:
        if commit not in self._views:
            try:
                view = self.commits.view(commit, self.now)
                self._views[commit] = self._without_basis(view) or view
            except NoHistory as error:
                self._views[commit] = error
        return _had(self._views[commit])

    def _without_basis(self, view: StoreView) -> NoHistory | None:
        """Return that what a commit asked for says nothing, where the store's file or its mapping was in none."""
        unheld = {file for file in self.unheld if not file.startswith(f"{CATALOG}/")} - view.inputs.keys()
        said = "in no commit that git tells of, and all values depend on it"
        return NoHistory(f"{', '.join(sorted(unheld))} is {said}") if unheld else None


def _under_its_new_key(group: Desired, was: Address, root: Address) -> Desired:
    def renamed(at: Address) -> Address:
        return Address(at.kind, root.key + at.key.removeprefix(was.key)) if KINDS.root_of(at) == was else at

    resources = {renamed(at): resource for at, resource in group.resources.items()}
    return replace(group, resources=resources, owners={renamed(at): owner for at, owner in group.owners.items()})


def _without_places(catalog: Catalog, tree: CommitTree) -> Catalog:
    """Return a catalog that opens no file of a commit again to say where a value stood: nobody asks for a base's."""

    def whole_file(file: str) -> Callable[[FieldPath], Place]:
        return lambda path: Place(file)  # noqa: ARG005  wherever it stood

    return replace(
        catalog,
        entries={
            key: each if tree.same(each.file) else replace(each, locate=whole_file(each.file))
            for key, each in catalog.entries.items()
        },
        categories={
            key: each if tree.same(each.file) else replace(each, locate=whole_file(each.file))
            for key, each in catalog.categories.items()
        },
    )


def _decided_in(group: Desired, view: StoreView) -> Mapping[Address, Resource]:
    """Return the resources with the fields that git decided: not those that it watched, or gave at creation only."""
    found: dict[Address, Resource] = {}
    ownership = view.mapper.ownership.overridden(group.ownership)
    for address, resource in group.resources.items():
        given = resource.managed()
        owners = {name: group.owners.get(address) or ownership.of(address.kind, name) for name in given}
        if owners and set(owners.values()) == {"observe"}:
            continue
        decided = {name: value for name, value in given.items() if owners[name] in _DECIDED}
        found[address] = resource if len(decided) == len(given) else type(resource)(**decided)
    return found


def _excepted(pointer: Pointer, root: Address) -> frozenset[Address]:
    """Return the addresses of a group that another commit stands for, or none."""
    listed = (*pointer.unknown, *(address for ahead in pointer.exceptions.values() for address in ahead))
    return frozenset(at for at in listed if at.kind in KINDS and KINDS.root_of(at) == root)


def _broken(commit: str, error: InvalidInput) -> NoHistory:
    return NoHistory(f"commit {commit[:12]} was applied last, and does not load any more: {error.diagnostics[0]}")


def _had(found: Found | NoHistory) -> Found:
    if isinstance(found, NoHistory):
        raise found
    return found
