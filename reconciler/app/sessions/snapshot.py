"""Snapshot: the live side of one store as a file, and plans made against it with neither token nor network.

What a plan reads is read and kept as the store answered it. Of objects that are not ours all is kept of products, and
of others where git asks for their handle: anything of them may be taken over. What goes along with deletions is asked
for what a plan deletes, so that no snapshot holds it: a plan made against one says that it is not known.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final

from reconciler import __version__
from reconciler.app.plans.live import large, scopes_to_plan
from reconciler.app.plans.passing import LiveStore
from reconciler.app.repository.base import Commits, StoreBase
from reconciler.app.repository.store_view import PRODUCT, StoreView
from reconciler.app.sessions.snapshot_file import About, Snapshot, Writer, opened, writing_snapshot
from reconciler.app.writing.keeping import places_of, readable_kinds
from reconciler.kinds import CODECS, KINDS
from reconciler.model.errors import SnapshotRefused, WrongUsage
from reconciler.model.plan import Against, Plan
from reconciler.model.plan_text import sealed
from reconciler.model.progress import Teller
from reconciler.model.state import Found
from reconciler.model.store import Store
from reconciler.shopify.along import unseen
from reconciler.shopify.automatic import rule_sets
from reconciler.shopify.client import ReadClient
from reconciler.shopify.errors import AccessDenied
from reconciler.shopify.identity import OWN_APP
from reconciler.shopify.places import read_directory
from reconciler.shopify.preflight import ShopFacts, preflight
from reconciler.shopify.queries import Tree, documents, trees
from reconciler.shopify.reader import Reader
from reconciler.shopify.recording import ASKED_ONCE, Recorder, Refusal
from reconciler.shopify.replay import Replay
from reconciler.shopify.wait import Wait

FOLDER: Final = "snapshots"
_AT_ONCE: Final = Wait(limit_s=0.0)  # what the store worked on when it was read, it works on for ever


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot that was made."""

    file: Path
    about: About
    digest: str
    roots: int


class Reach(Enum):
    """How much of a store is kept."""

    PLAN = "what a plan of the files as they are reads"
    ALL = "whatever kinds the token may read"


def take(view: StoreView, client: ReadClient, file: Path, reach: Reach) -> Taken:
    """Read a store into a file. Raises StoreRefused, InvalidInput; then the file is as it was."""
    began = datetime.now(UTC).isoformat(timespec="seconds")
    client.teller.began("reading the store", view.size)
    keeps = _keeping(view)
    first = Recorder(client, {}, keeps)
    facts = preflight(first, view.store, scopes_to_plan(view))
    kinds = kinds_of_plan(view) if reach is Reach.PLAN else kinds_within_reach(view, facts)
    recorder = Recorder(client, _trees(kinds), keeps, answers=first.answers)
    _ask_once(recorder, view, kinds)
    about = _about(view.store, facts, kinds, began)
    with writing_snapshot(file) as writer:
        writer.about(about)
        for answered in recorder.answers:
            writer.answer(answered)
        for kind in (kind.name for kind in KINDS.roots() if kind.name in kinds):
            _write_roots(
                writer,
                kind,
                recorder,
                Reader(recorder, KINDS, CODECS, kinds, large=large(view.store, recorder), recorder=recorder),
            )
        return Taken(file, about, writer.seal(), writer.roots)


def _about(store: Store, facts: ShopFacts, kinds: Collection[str], began: str) -> About:
    return About(
        taken_at=began,
        engine=__version__,
        store=store.name,
        url=store.document.url,
        shop_id=facts.shop_id,
        api_version=store.document.api_version,
        questions=_questions(),
        kinds=tuple(kind.name for kind in KINDS if kind.name in kinds),
    )


def _write_roots(writer: Writer, kind: str, recorder: Recorder, reader: Reader) -> None:
    try:
        for group in reader.groups(kind):
            writer.root(recorder.kept(group))
            reader.teller.advanced()
    except AccessDenied as error:
        writer.refused(kind, Refusal(error.cause, error.cure))


def kinds_of_plan(view: StoreView) -> frozenset[str]:
    """Return the kinds that a plan reads."""
    return KINDS.with_parents({*view.kinds, *(kind.name for kind in view.roots_read())})


def kinds_within_reach(view: StoreView, facts: ShopFacts) -> frozenset[str]:
    """Return all kinds that the store's API version has and the token may read, and those that a plan reads."""
    return kinds_of_plan(view) | readable_kinds(facts, view.store)


def _keeping(view: StoreView) -> Callable[[Found], bool]:
    """Return what tells of which roots without a mark all is kept."""
    asked = {kind.name: set(_aliases(view, kind.name, kind.alias)) for kind in KINDS.roots() if kind.alias}

    def keeps(root: Found) -> bool:
        alias = KINDS[root.kind].alias
        return root.kind == PRODUCT or (alias is not None and getattr(root.resource, alias, None) in asked[root.kind])

    return keeps


def _aliases(view: StoreView, kind: str, alias: str) -> Iterator[object]:
    for root in view.addresses(kind) if kind != PRODUCT else ():
        yield getattr(view.group(root).resources.get(root), alias, None)


def _ask_once(recorder: Recorder, view: StoreView, kinds: Collection[str]) -> None:
    """Ask what a plan may want to know beside the roots."""
    recorder.query(OWN_APP, {})
    read_directory(recorder, view.store, places_of(kinds))
    if "collection" not in kinds:
        try:
            tuple(rule_sets(recorder))
        except AccessDenied:
            return  # it is recorded that it was denied


@contextmanager
def for_stores(files: Sequence[Path]) -> Iterator[Mapping[str, Snapshot]]:
    """Lend the snapshots of files, by the store that they are of. Raises WrongUsage, SnapshotRefused."""
    found: dict[str, Snapshot] = {}
    with ExitStack() as held:
        for file in files:
            snapshot = held.enter_context(opened(file))
            first = found.setdefault(snapshot.about.store, snapshot)
            if first is not snapshot:
                raise WrongUsage(f"{file}: a second snapshot of store {snapshot.about.store}, beside {first.name}")
        yield found


def replayed(snapshot: Snapshot, view: StoreView, teller: Teller) -> Replay:
    """Return a client that answers for the store of a view. Raises SnapshotRefused for one of something else."""
    _refuse_other(snapshot, view.store)
    lacking = sorted(kinds_of_plan(view) - set(snapshot.about.kinds))
    if lacking:
        raise SnapshotRefused(
            f"{snapshot.name}: it holds no {', '.join(lacking)}, of which git speaks by now; make a new one with the "
            f"files as they are, or one with --all-kinds: reconciler snapshot {view.store.name}"
        )
    return Replay(snapshot, _trees(view.kinds), teller)


def snapshot_store(
    view: StoreView, client: Replay, commits: Commits, facts: ShopFacts, unheld: Collection[str]
) -> LiveStore:
    """Return a store as a plan reads it out of a snapshot. ``unheld``: the files of the view that no commit holds."""
    memory = facts.memory
    return LiveStore(
        Reader(client, KINDS, CODECS, view.kinds, formerly=view.formerly, patience=_AT_ONCE),
        StoreBase(commits, view, memory.pointer, frozenset(unheld)),
        read_directory(client, view.store, places_of(view.kinds)),
        memory.respelled.value or {},
        lambda ids: unseen(ids, "a snapshot does not hold it"),
        lambda: rule_sets(client),
    )


def made_against(plan: Plan, snapshot: Snapshot) -> Plan:
    """Return a plan that says what stood for the store."""
    return sealed(replace(plan, against=Against(snapshot.about.taken_at, snapshot.digest)))


def _refuse_other(snapshot: Snapshot, store: Store) -> None:
    """Raise SnapshotRefused for a snapshot of something else than a store's file says now."""
    about, document = snapshot.about, store.document
    differences = (
        ("url", about.url, document.url),
        ("api_version", about.api_version, document.api_version),
    )
    for what, held, said in differences:
        if held != said:
            raise SnapshotRefused(
                f"{snapshot.name}: it is of {what} {held}, and {store.file} says {said}; make a snapshot of that "
                f"store: reconciler snapshot {store.name}"
            )
    if about.questions != _questions():
        raise SnapshotRefused(
            f"{snapshot.name}: reconciler {about.engine} made it, which asks a store for other things than "
            f"{__version__}; make a new one: reconciler snapshot {store.name}"
        )


def _trees(kinds: Collection[str]) -> Mapping[str, Tree]:
    return dict(zip((kind.name for kind in KINDS.roots()), trees(KINDS, CODECS, kinds), strict=True))


def _questions() -> str:
    """Return a digest over all that is asked of a store for a plan, whatever its catalog speaks of."""
    asked = sorted([*documents(trees(KINDS, CODECS)), *ASKED_ONCE])
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()
