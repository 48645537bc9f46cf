"""Live: from a store's view and a client to what planning and applying read and write it with."""

from reconciler.app.plan_store import LiveStore
from reconciler.app.run import Way
from reconciler.app.store_view import StoreView
from reconciler.kinds import CODECS, KINDS
from reconciler.loading.source import Source
from reconciler.model.plan import Plan
from reconciler.model.store import Store
from reconciler.shopify.client import ReadClient, WriteClient
from reconciler.shopify.places import SCOPES, read_directory
from reconciler.shopify.reader import Reader
from reconciler.shopify.settling import settling
from reconciler.shopify.uploads import UploadingSender


def live_store(view: StoreView, client: ReadClient) -> LiveStore:
    """Return the store as a plan reads it: only the kinds that its catalog speaks of."""
    return LiveStore(Reader(client, KINDS, CODECS, view.kinds), read_directory(client, view.store))


def way_to(plan: Plan, store: Store, client: WriteClient, files: Source) -> Way:
    """Return how a plan is applied: it reads the kinds that it changes again, and writes.

    ``files``: the repository, whose images are uploaded.
    """
    kinds = {change.address.kind for change in plan.changes}
    sender = UploadingSender(client, files.read)
    return Way(Reader(client, KINDS, CODECS, kinds), sender, settling(client), read_directory(client, store))


def scopes_to_apply(view: StoreView) -> frozenset[str]:
    """Return the access scopes that writing the store needs, for the kinds that its catalog speaks of."""
    of_places = (SCOPES[kind] for kind, named in view.store.document.places().items() if named)
    of_kinds = (CODECS[kind].scopes for kind in KINDS.with_parents(view.kinds))
    return frozenset(of_places).union(*of_kinds)


def scopes_to_plan(view: StoreView) -> frozenset[str]:
    """Return those that reading needs: the token of a pull request's check may be a read-only one."""
    return frozenset(scope for scope in scopes_to_apply(view) if scope.startswith("read_"))
