"""Session: a repository with its stores connected, for the commands that ask stores.

Most of them plan. What only applies, takes back, or keeps a snapshot is imported by the methods that do: starting is
most of what a small plan takes.
"""

import socket
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from reconciler import __version__
from reconciler.app.applying.leftover_jobs import left_at_work, refuse_rollback, saying_what_is_at_work
from reconciler.app.journal.file import Journal
from reconciler.app.journal.made_after import last_seen, made_after, remembered
from reconciler.app.plans.live import live_store, looking, scopes_to_apply, scopes_to_plan
from reconciler.app.plans.passing import LiveStore, fits_nothing
from reconciler.app.plans.plan_store import plan_store
from reconciler.app.plans.settled import settled
from reconciler.app.repository.base import Commits, StoreBase
from reconciler.app.repository.changed_roots import LookedAt, roots_of, roots_written
from reconciler.app.repository.collector import seldom, waiting
from reconciler.app.repository.engine import engine
from reconciler.app.repository.inputs import inputs_digest
from reconciler.app.repository.notes import notes_of
from reconciler.app.repository.store_view import StoreView
from reconciler.app.repository.told import NotedViews
from reconciler.app.repository.workspace import Workspace, checked_views, workspace_of
from reconciler.app.sessions.habit import NotedHabit
from reconciler.app.sessions.phases import Applying, Planning
from reconciler.app.sessions.snapshot_file import Snapshot
from reconciler.app.stores.connect import EmbeddedShops, read_client, write_client
from reconciler.app.stores.fleet import Checkout, Fleet, FleetResult, SideBySide, failures_noted
from reconciler.loading.commit import NoHistory
from reconciler.loading.git import head
from reconciler.loading.indexed import indexed
from reconciler.loading.mappings import BUILTIN
from reconciler.loading.noted import Noted
from reconciler.loading.reverting import Reverting, reverting
from reconciler.loading.source import WorkTree
from reconciler.loading.unheld import unheld
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.errors import WrongUsage
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Header, Inputs, Plan, Scope, Target
from reconciler.model.progress import Began, Listener, Teller, unheard
from reconciler.model.record import Begun
from reconciler.model.store import Store
from reconciler.planning.digest import digest
from reconciler.planning.planner import Circumstances
from reconciler.planning.written import Written, edits_put_back
from reconciler.shopify.client import ReadClient
from reconciler.shopify.interruption import Interruption
from reconciler.shopify.pointer import Memory
from reconciler.shopify.preflight import ShopFacts, preflight

if TYPE_CHECKING:
    from reconciler.app.sessions.snapshot import Reach, Taken

Opened: TypeAlias = tuple[Workspace, Mapping[str, StoreView]]
"""A repository with what it asks of each store, by the store's name."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan of one store."""

    store: Store
    plan: Plan


@dataclass(frozen=True, slots=True)
class RolledBack(Planned):
    """The plan that takes a run back."""

    revert: Reverting
    """What takes back in git what the run applied."""
    edits: tuple[tuple[Address, FieldChange], ...] = ()
    """What people had edited in the store, the run overwrote, and the plan puts back: no commit says it."""


def opened(root: Path, names: Sequence[str]) -> Opened:
    """Return a repository with what it asks of each store. What earlier runs found right is not worked out again."""
    tree, notes, views = WorkTree(root), notes_of(root, "products"), NotedViews(root)
    noted = Noted(indexed(tree), notes, digest((engine(),)))
    workspace = workspace_of(tree, names, noted)
    checked = checked_views(workspace, views)
    noted.keep(workspace.catalog)
    notes.save()
    views.save()
    return workspace, checked


@dataclass(frozen=True, slots=True)
class Desk:
    """What a session works at, where that is not the repository that it stands in: a worker has it from elsewhere."""

    opened: Callable[[Path, Sequence[str]], Opened] = opened
    """The files, which may be parsed already."""
    journal: Callable[[Path, str], Journal] = Journal
    """The journal that applies write."""


class Session:
    """An opened repository: files checked, mappings tried, stores connected when they are asked.

    Its files are parsed once, when it is opened: what is planned, and what a plan is compared with, is of that moment.
    ``listener``: is told how far everything is. ``fleet``: does what is done for each store.
    """

    def __init__(
        self,
        root: Path,
        names: Sequence[str],
        embedded: EmbeddedShops,
        listener: Listener = unheard,
        *,
        fleet: Fleet | None = None,
        desk: Desk | None = None,
    ) -> None:
        listener(Began("", "reading files"))
        self._listener = listener
        self._fleet = fleet or SideBySide()
        self._desk = desk or Desk()
        self._commit, self._dirty = head(root)
        with waiting():
            self._workspace, self._views = self._desk.opened(root, names)
        self._commits = Commits(self._workspace)
        files = {file for view in self._views.values() for file in view.inputs if file != BUILTIN}
        self._unheld = unheld(root, self._commit, files)
        self._embedded = embedded

    @property
    def stores(self) -> tuple[Store, ...]:
        """The stores that were named, or all."""
        return self._workspace.stores

    @property
    def views(self) -> Mapping[str, StoreView]:
        """What git asks of each store, by the store's name."""
        return self._views

    @property
    def inputs(self) -> Mapping[str, str]:
        """The digest of what the plan of each store is made from, by the store's name."""
        return {store.name: inputs_digest(self._views[store.name].inputs) for store in self.stores}

    @property
    def checkout(self) -> Checkout:
        """The repository, for whoever needs the same elsewhere."""
        return Checkout(self._workspace.tree.root, self._commit, self._dirty, lambda: self.inputs, self._files)

    def _files(self) -> frozenset[str]:
        views = self._views.values()
        of_roots = {file for view in views for root in view.roots() for file in view.files(root)}
        return frozenset(of_roots.union(*(view.inputs for view in views)) - {BUILTIN})

    def planned(self, scope: Scope, snapshots: Mapping[str, Snapshot] | None = None) -> FleetResult[Planned]:
        """Return the plan of each store. The clients that do this cannot write.

        ``snapshots``: store → what its plan is made against; such a store is not asked.
        Raises WrongUsage for a pattern that fits nothing in any store.
        """
        fleet = self.planned_each(scope, snapshots or {})
        _refuse_unmet(scope, fleet)
        return fleet

    def planned_each(self, scope: Scope, snapshots: Mapping[str, Snapshot]) -> FleetResult[Planned]:
        """Return the same, of stores that may be some of those that a scope is for: a pattern may fit another one."""

        def plan(store: Store) -> Plan:
            held = snapshots.get(store.name)
            return self._plan(store, scope) if held is None else self._plan_against(held, store, scope)

        with seldom():
            plans = self._fleet.map(self.stores, Planning(scope, self.checkout, plan, frozenset(snapshots)))
        by_name = {store.name: store for store in self.stores}
        found = tuple(Planned(by_name[plan.target.store], plan) for plan in plans.results)
        return FleetResult(found, plans.failures)

    def kept(self, file: Path, reach: "Reach") -> "Taken":
        """Return the snapshot that was made of the store, which is the only one. Raises ReconcilerError."""
        from reconciler.app.sessions.snapshot import take  # noqa: PLC0415  see above

        (store,) = self.stores
        with read_client(store, self._workspace.tree.root, self._embedded, self._listener) as client:
            return take(self._views[store.name], client, file, reach)

    def rolled_back(self, run: str) -> RolledBack:
        """Return the plan that takes a run back. Raises WrongUsage for a run that no journal knows."""
        from reconciler.app.journal.known_run import journal_of, refuse_unproved, written_by  # noqa: PLC0415  see above

        root = self._workspace.tree.root
        store, journal = journal_of(run, root, self.stores)
        written = written_by(journal, run)
        with read_client(store, root, self._embedded, self._listener) as client:
            facts = preflight(client, store, scopes_to_plan(self._views[store.name]))
            refuse_rollback(client, facts.lease)
            refuse_unproved(written, journal, facts)
            seen = last_seen(journal, facts.memory)
            plan = made_after(self._taking_back(store, client, written, facts), seen, facts.lease)
        revert = self._reverting(store, written.begun) if plan.changes else Reverting(None, ("nothing goes back",))
        return RolledBack(store, plan, revert, tuple(edits_put_back(written, plan.changes)))

    def _reverting(self, store: Store, begun: Begun) -> Reverting:
        """Return what takes a run back in git, seen from the files that the store was and is made from."""
        if begun.commit is None:
            return Reverting(None, ("the run applied no commit",))
        now = self._views[store.name]
        inputs = set(now.inputs)
        for commit in filter(None, (begun.base_commit, begun.commit)):
            with suppress(NoHistory):
                inputs |= self._commits.view(commit, now).inputs.keys()
        found = reverting(self._workspace.tree.root, begun.base_commit, begun.commit, inputs)
        return replace(found, remarks=(*found.remarks, *_beside_commits(begun)))

    def applied(self, plans: Sequence[Plan], accepted: Collection[str]) -> FleetResult[ApplyReport]:
        """Apply each plan to its store and return what became of it."""
        by_store = {plan.target.store: plan for plan in plans}
        stores = [store for store in self.stores if store.name in by_store]

        interruption = Interruption()

        def work(store: Store) -> ApplyReport:
            return self._apply(store, by_store[store.name], accepted, interruption)

        phase = Applying(by_store, tuple(accepted), self.checkout, work, interruption)
        return failures_noted(self._fleet.map(stores, phase))

    def _plan(self, store: Store, scope: Scope) -> Plan:
        with read_client(store, self._workspace.tree.root, self._embedded, self._listener) as client:
            client.teller.began("planning", self._views[store.name].size)
            facts = preflight(client, store, scopes_to_plan(self._views[store.name]))
            at_work = left_at_work(client, facts.lease)
            seen = last_seen(Journal(self._workspace.tree.root, store.name), facts.memory)
            roots = roots_of(scope, self._workspace.tree.root, self._views[store.name])
            plan = made_after(self._planned(store, client, scope, facts, roots), seen, facts.lease)
            return saying_what_is_at_work(plan, at_work)

    def _plan_against(self, snapshot: Snapshot, store: Store, scope: Scope) -> Plan:
        from reconciler.app.sessions.snapshot import made_against, replayed, snapshot_store  # noqa: PLC0415  see above

        view = self._views[store.name]
        client = replayed(snapshot, view, Teller(store.name, self._listener))
        client.teller.began("planning", view.size)
        facts = preflight(client, store, scopes_to_plan(view))
        live = snapshot_store(view, client, self._commits, facts, self._unheld & view.inputs.keys())
        plan = self._of_live(store, live, scope, facts, roots_of(scope, self._workspace.tree.root, view))
        return made_against(made_after(plan, remembered(facts.memory), facts.lease), snapshot)

    def _planned(self, store: Store, client: ReadClient, scope: Scope, facts: ShopFacts, roots: LookedAt) -> Plan:
        view = self._views[store.name]
        habit = NotedHabit(self._workspace.tree.root, store.name)
        live = live_store(view, client, self._commits, facts, self._unheld & view.inputs.keys(), habit=habit)
        return self._of_live(store, live, scope, facts, roots)

    def _of_live(self, store: Store, live: LiveStore, scope: Scope, facts: ShopFacts, roots: LookedAt) -> Plan:
        root, view = self._workspace.tree.root, self._views[store.name]
        notes = settled(root, view, live.directory, live.respelled)
        circumstances = self._circumstances(store, facts, scope)
        plan = plan_store(view, replace(live, settled=notes), circumstances, roots=roots)
        if scope.whole:
            notes.save()
        return plan

    def _is_dirty(self, view: StoreView) -> bool:
        """Whether a view is of files that the commit does not hold just as they are."""
        return self._dirty or not self._unheld.isdisjoint(view.inputs)

    def _circumstances(self, store: Store, facts: ShopFacts, scope: Scope) -> Circumstances:
        view = self._views[store.name]
        return Circumstances(
            engine=__version__,
            target=_target(store, facts),
            inputs=Inputs(inputs_digest(view.inputs), self._commit, self._is_dirty(view)),
            scope=scope,
            limits=store.document.limits,
            header=Header(datetime.now(UTC).isoformat(timespec="seconds"), socket.gethostname()),
        )

    def _taking_back(self, store: Store, client: ReadClient, written: Written, facts: ShopFacts) -> Plan:
        """Return the plan that takes a run back: of the files as they are, though made from the journal."""
        from reconciler.app.plans.rollback import Asking, plan_rollback  # noqa: PLC0415  see above

        circumstances = self._circumstances(store, facts, Scope())
        pointer = facts.memory.pointer.value
        inputs = replace(circumstances.inputs, base_commit=pointer.commit if pointer is not None else None)
        way = Asking(client, store, facts, self._workspace.tree)
        return plan_rollback(written, way, replace(circumstances, inputs=inputs, undoes=written.begun.run))

    def _apply(self, store: Store, plan: Plan, accepted: Collection[str], interruption: Interruption) -> ApplyReport:
        from reconciler.app.applying.broken_off import BrokenOffInWriting  # noqa: PLC0415  see above
        from reconciler.app.applying.store import Here, apply_store  # noqa: PLC0415  see above
        from reconciler.app.journal.known_run import written_by  # noqa: PLC0415  see above

        view, tree = self._views[store.name], self._workspace.tree
        with write_client(store, tree.root, self._embedded, self._listener, interruption) as client:
            client.teller.began("applying", len(plan.changes))
            facts = preflight(client, store, scopes_to_apply(view))
            journal = self._desk.journal(tree.root, store.name)

            def again(memory: Memory) -> Plan:
                if plan.undoes is not None:
                    now = written_by(journal, plan.undoes)
                    return self._taking_back(store, client, now, replace(facts, memory=memory))
                client.teller.began("looking again", view.size)
                roots = roots_written(plan) or roots_of(plan.scope, tree.root, view)
                return self._planned(store, client, plan.scope, replace(facts, memory=memory), roots)

            here = Here(
                view,
                _target(store, facts),
                inputs_digest(view.inputs),
                tree.root,
                tree,
                plan_again=again,
                commit=None if self._is_dirty(view) else self._commit,
                memory=facts.memory,
                base=StoreBase(self._commits, view, facts.memory.pointer, self._unheld & view.inputs.keys()),
                journal=journal,
                look=looking(client, store, facts),
                lease=facts.lease,
                undone=written_by(journal, plan.undoes) if plan.undoes is not None else None,
            )
            try:
                return apply_store(plan, client, here, accepted)
            except BrokenOffInWriting as error:
                return error.report


def _beside_commits(begun: Begun) -> Iterator[str]:
    """Yield how what a run applied differs from what its commits say."""
    if not begun.scope.whole:
        yield "the run looked at a part of the store, and its commits may ask for more"
    if begun.dirty:
        yield "the run applied files that were in no commit, too: those no command takes back"


def _refuse_unmet(scope: Scope, fleet: FleetResult[Planned]) -> None:
    """Raise WrongUsage for what was asked for and is nowhere: an empty plan of it would read like a plan."""
    if fleet.failures or any(planned.plan.errored for planned in fleet.results):
        return
    for pattern in scope.only:
        if all(fits_nothing(pattern) in planned.plan.notes for planned in fleet.results):
            raise WrongUsage(
                f"--only {pattern}: it fits nothing that git asks for, or that is ours in a store; expected a glob "
                "over addresses, such as product/linen-* or variant/*/LS-*, or field:NAME"
            )


def _target(store: Store, facts: ShopFacts) -> Target:
    return Target(store.name, facts.shop_id, store.document.api_version, store.currency)
