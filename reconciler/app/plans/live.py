"""Live: from a store's view and a client to what planning and applying read and write it with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from reconciler.app.plans.passing import LiveStore
from reconciler.app.repository.base import Commits, StoreBase
from reconciler.app.repository.store_view import StoreView
from reconciler.app.writing.keeping import places_of
from reconciler.app.writing.way import Look, Way
from reconciler.kinds import CODECS, KINDS
from reconciler.loading.source import Source
from reconciler.model.address import Address
from reconciler.model.directory import PlaceKind
from reconciler.model.plan import Plan
from reconciler.model.store import Store
from reconciler.shopify.along import looked_along
from reconciler.shopify.asking import Client
from reconciler.shopify.automatic import rule_sets
from reconciler.shopify.client import ReadClient, WriteClient
from reconciler.shopify.exporting import PATIENCE
from reconciler.shopify.large import Habit, Large, MeasuredClient, NoHabit
from reconciler.shopify.lookup import look_up
from reconciler.shopify.places import SCOPES, read_directory
from reconciler.shopify.preflight import ShopFacts
from reconciler.shopify.reader import Reader
from reconciler.shopify.settling import settling
from reconciler.shopify.uploads import Client as NamedSender
from reconciler.shopify.uploads import UploadingSender, post_file
from reconciler.shopify.wire import Broken, Received


def live_store(
    view: StoreView,
    client: ReadClient,
    commits: Commits,
    facts: ShopFacts,
    unheld: Collection[str] = (),
    *,
    habit: Habit | None = None,
) -> LiveStore:
    """Return the store as a plan reads it: only the kinds that its catalog speaks of.

    ``unheld``: the files of the view that no commit holds. ``habit``: how it was read last.
    """
    memory = facts.memory
    return LiveStore(
        Reader(
            client,
            KINDS,
            CODECS,
            view.kinds,
            formerly=view.formerly,
            large=large(view.store, client, habit),
        ),
        StoreBase(commits, view, memory.pointer, frozenset(unheld)),
        read_directory(client, view.store, places_of(view.kinds)),
        memory.respelled.value or {},
        looking(client, view.store, facts),
        lambda: rule_sets(client),
        lookup=partial(look_up, client),
    )


def looking(client: Client, store: Store, facts: ShopFacts) -> Look:
    """Return what looks at the things that go along with deletions."""
    return lambda ids: looked_along(client, store, facts, ids)


def large(store: Store, client: MeasuredClient, habit: Habit | None = None) -> Large | None:
    """Return how a store is read when it is large, as its file says."""
    patience = replace(PATIENCE, paused=partial(client.teller.waiting, "bulk"))
    match store.document.reading:
        case "pages":
            return None
        case "exports":
            return Large(client, pages_at_most_s=0.0, wait=patience)
        case "auto":
            return Large(client, habit=habit or NoHabit(), wait=patience)


def way_to(  # noqa: PLR0917
    plan: Plan,
    store: Store,
    client: WriteClient,
    files: Source,
    sender: NamedSender,
    formerly: Mapping[Address, Address] | None = None,
) -> Way:
    """Return how a plan is applied: it reads the kinds that it changes again, and writes.

    ``files``: the repository, whose images are uploaded. ``sender``: what every mutation passes. ``formerly``: keys
    that have moved, as the view has them.
    """
    kinds = {change.address.kind for change in plan.changes}

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> Received | Broken:
        client.stay()  # many large files take longer than a lease lasts
        return post_file(url, body, headers)

    uploading = UploadingSender(sender, files.read, post)
    reader = Reader(client, KINDS, CODECS, kinds, formerly=formerly)
    # Git writes where the store's file names a place; what comes back may have been in any.
    met = places_of(kinds) if plan.undoes is not None else frozenset[PlaceKind]()
    directory = read_directory(client, store, met)
    return Way(
        reader, uploading, settling(client), directory, abreast=lambda: client.abreast, make_room=client.make_room
    )


def scopes_to_apply(view: StoreView) -> frozenset[str]:
    """Return the access scopes that writing the store needs, for the kinds that its catalog speaks of."""
    return frozenset(uses_of_scopes(view))


def uses_of_scopes(view: StoreView) -> Mapping[str, Sequence[str]]:
    """Return access scope → what needs it: kinds of the catalog, and places that the store's file names."""
    in_use = KINDS.with_parents(kinds_in_use(view))
    uses: dict[str, list[str]] = {}
    for codec in (CODECS[kind.name] for kind in KINDS if kind.name in in_use):
        for scope in codec.scopes:
            uses.setdefault(scope, []).append(codec.kind)
    for kind, named in view.store.document.places().items():
        if named:
            uses.setdefault(SCOPES[kind], []).append(f"{kind}s of the store's file")
    return uses


def kinds_in_use(view: StoreView) -> frozenset[str]:
    """Return the kinds that git speaks of, and the roots that it may take away: those are looked for in any case."""
    version = view.store.document.api_version
    removable = (kind.name for kind in KINDS.roots() if kind.removable and CODECS[kind.name].since <= version)
    return view.kinds.union(removable)


def places_in_use(view: StoreView) -> frozenset[PlaceKind]:
    """Return the kinds of places that the store is asked about."""
    named = (kind for kind, names in view.store.document.places().items() if names)
    return places_of(view.kinds).union(named)


def scopes_to_plan(view: StoreView) -> frozenset[str]:
    """Return those that reading needs: the token of a pull request's check may be a read-only one."""
    return frozenset(scope for scope in scopes_to_apply(view) if scope.startswith("read_"))
