"""The use case ``doctor``, the connection test: whether all is there that plan and apply of this catalog will need.

Every check is made that can be made; what another one stands in the way of is said to be unseen. Nothing is written.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from reconciler.app.plans.live import kinds_in_use, places_in_use, uses_of_scopes
from reconciler.app.repository.notes import refusing_tracked_notes
from reconciler.app.repository.store_view import StoreView
from reconciler.app.repository.workspace import checked_views, open_workspace
from reconciler.app.stores.admission import Admission, Admitted
from reconciler.app.stores.checks import complete, failed, looked_at, passed, unseen
from reconciler.app.stores.connect import EmbeddedShops
from reconciler.app.stores.fleet import FleetResult, side_by_side
from reconciler.kinds import CODECS, KINDS
from reconciler.model.catalog import Entry
from reconciler.model.checkup import Check, Checkup
from reconciler.model.directory import PlaceKind
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place
from reconciler.model.store import Store
from reconciler.shopify.introspection import StoreSchema, read_schema
from reconciler.shopify.places import SCOPES, read_places
from reconciler.shopify.preflight import ShopFacts, check_currency, missing_scopes
from reconciler.shopify.refusals import WHERE_SCOPES_ARE
from reconciler.shopify.repertoire import Piece, place_documents, repertoire

_SHOWN_PLACES = 10


def checkups(root: Path, names: Sequence[str], embedded: EmbeddedShops) -> FleetResult[Checkup]:
    """Return what was found out about each named store, or all; side by side, and none stops another.

    Raises InvalidInput with every problem of the files, before any store is asked.
    """
    with refusing_tracked_notes(root):
        workspace = open_workspace(root, names)
        views = checked_views(workspace)
    return side_by_side(workspace.stores, lambda store: _checkup(views[store.name], root, embedded))


def _checkup(view: StoreView, root: Path, embedded: EmbeddedShops) -> Checkup:
    admission = Admission(view.store, root, embedded)
    admitted = admission.entered()
    checks = list(admission.checks)
    if admitted is not None:
        with admitted.client:
            checks += _looks(view, admitted)
    return Checkup(view.store.name, complete(checks))


def _looks(view: StoreView, admitted: Admitted) -> Iterator[Check]:
    store, facts = view.store, admitted.facts
    yield _scopes(view, facts)
    yield looked_at("currency", lambda: _currency(facts, store))
    yield looked_at("locations", lambda: _places("location", store, admitted))
    yield looked_at("publications", lambda: _places("publication", store, admitted))
    yield looked_at("documents", lambda: _documents(view, admitted))
    yield _limits(view, admitted)


def _scopes(view: StoreView, facts: ShopFacts) -> Check:
    uses = uses_of_scopes(view)
    missing = missing_scopes(facts, uses)
    if not missing:
        return passed("scopes", f"all {len(uses)} that this catalog needs are granted")
    to_plan = [scope for scope in missing if scope.startswith("read_")]
    found = "plan works without what is missing, a token that only reads is enough for it; apply does not"
    problems = [
        Diagnostic(
            f"{scope} is not granted; {', '.join(uses[scope])} need{'' if len(uses[scope]) > 1 else 's'} it",
            hint=f"add {scope} to {WHERE_SCOPES_ARE} and install it again",
        )
        for scope in missing
    ]
    return failed("scopes", problems, found=() if to_plan else (found,))


def _currency(facts: ShopFacts, store: Store) -> Check:
    check_currency(facts, store)
    return passed("currency", facts.currency)


def _places(kind: PlaceKind, store: Store, admitted: Admitted) -> Check:
    check, named = f"{kind}s", store.document.places()[kind]
    if not named:
        return passed(check, f"{store.file} names none")
    if missing_scopes(admitted.facts, [SCOPES[kind]]):
        return unseen(check, "scopes")
    ids, titles = read_places(admitted.client, store, kind)
    lines = [f"{name} is {titles[place_id]} ({place_id})" for name, place_id in list(ids.items())[:_SHOWN_PLACES]]
    rest = len(ids) - len(lines)
    return passed(check, *lines, *([f"and {rest} more"] if rest else ()))


def _documents(view: StoreView, admitted: Admitted) -> Check:
    if admitted.asked_otherwise:
        return unseen("documents", "API version")
    schema = read_schema(admitted.client)
    known = [*repertoire(KINDS, CODECS, kinds_in_use(view)), *place_documents(places_in_use(view))]
    pieces = [piece for piece in known if not piece.until or view.store.document.api_version < piece.until]
    problems = [problem for piece in pieces for problem in _mistakes(piece, schema, view.store)]
    if problems:
        return failed("documents", problems, found=(f"{len(pieces)} held against the store's own schema",))
    return passed("documents", f"{len(pieces)} fit the store's own schema")


def _mistakes(piece: Piece, schema: StoreSchema, store: Store) -> Iterator[Diagnostic]:
    asked = store.document.api_version
    needs = f" ({', '.join(piece.kinds)})" if piece.kinds else ""
    for mistake in schema.mistakes(piece.text):
        summary = f"{piece.name}{needs}: {mistake.rstrip('.')} in {asked}"
        if piece.since > asked:
            hint = f"set api_version to {piece.since} or later, which has it"
            yield Diagnostic(summary, Place(store.file), hint)
        else:
            yield Diagnostic(summary, hint="this is ours to mend: report it, with the version")


def _limits(view: StoreView, admitted: Admitted) -> Check:
    offer, bucket = admitted.offer, admitted.client.bucket
    allowance = (
        f", a bucket of {bucket.maximum:,.0f} points that gains {bucket.restore_rate:,.0f} a second" if bucket else ""
    )
    found = (
        f"plan {admitted.facts.plan}{allowance}",
        f"up to {offer.locations:,} locations; {offer.variants:,} variants and {offer.options} options of a product",
    )
    problems = [
        Diagnostic(
            f"{entry.gist.key} has {len(entry.gist.skus):,} variants, and the store takes {offer.variants:,}",
            entry.locate(()),
            "split the product, or sell it through another channel",
        )
        for entry in view.entries.values()
        if isinstance(entry, Entry) and len(entry.gist.skus) > offer.variants
    ]
    if problems:
        return failed("limits", problems, found=found, exit_code=InvalidInput.exit_code)
    return passed("limits", *found)
