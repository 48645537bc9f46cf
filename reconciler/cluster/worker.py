"""Worker: does an errand where it stands, with the repository that was sent and the credentials that it has itself.

Apply may be asked twice: a scheduler asks another worker when it misses the first. The second takes the run's log over,
so that the first can send nothing more; lays out the journal with all that the first wrote; waits until the lease
of the first is given back, has run out, or is that of a process that is surely gone; and goes on as an apply that
was killed and started again on one machine does, under the name of the same run.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import Final

from reconciler import __version__
from reconciler.app.journal.file import Journal
from reconciler.app.journal.process import this_process
from reconciler.app.repository.workspace import Workspace, checked_views, open_workspace
from reconciler.app.sessions.phases import performed
from reconciler.app.sessions.session import Desk, Opened, Session
from reconciler.app.stores.connect import EmbeddedShops
from reconciler.cluster.artefacts import Artefacts
from reconciler.cluster.errand import Answer, Errand, answer_text, errand_of, told
from reconciler.cluster.run_log import RunLog, laid_out
from reconciler.cluster.shipping import root_in, unpacked
from reconciler.model.errors import ReconcilerError, WrongUsage
from reconciler.shopify.errors import LeaseHeld
from reconciler.shopify.lease import LATE_S, TTL_S

_PATIENCE_S: Final = TTL_S + LATE_S + 10.0  # for the lease of a worker that is not heard of any more
_NAP_S: Final = 2.0
_opening: Final = Lock()


EmbeddedIn = Callable[[Path], AbstractContextManager[EmbeddedShops]]
"""Opens the embedded stores of a folder."""


def done(text: str, embedded: EmbeddedIn, room: str) -> str:
    """Do an errand and return the answer. ``room``: a folder of this worker, for what it fetched."""
    errand = errand_of(text)
    try:
        return answer_text(Answer(_done(errand, embedded, Path(room))))
    except ReconcilerError as error:
        return answer_text(Answer(None, told(error)))


def _done(errand: Errand, embedded: EmbeddedIn, room: Path) -> str:
    if errand.engine != __version__:
        raise WrongUsage(
            f"store {errand.store}: the worker has reconciler {__version__} and the plan is asked for by "
            f"{errand.engine}; install the same one on every machine"
        )
    artefacts = Artefacts(errand.artefacts)
    what = artefacts.content(errand.told)
    with embedded(Path(errand.embedded)) as shops:
        if errand.log is None:
            root = _checkout(errand, artefacts, room)
            session = _session(errand, root, shops, Desk(opened=partial(_opened, errand.named)))
            return artefacts.kept(performed(errand.phase, what, session), ".json")
        return artefacts.kept(_applied(errand, artefacts, shops, room, what), ".json")


def _applied(errand: Errand, artefacts: Artefacts, shops: EmbeddedShops, room: Path, what: bytes) -> bytes:
    """Apply in a repository of this attempt's own: an earlier one may still be alive beside it."""
    log = RunLog(artefacts, errand.log or "")
    with _scratch(room) as folder:
        root = unpacked(errand.shipment, artefacts, folder, room / "histories")
        earlier = laid_out(artefacts, log, root, errand.store)
        desk = Desk(journal=lambda at, store: Journal(at, store, beside=partial(log.add, root=at)))
        session = _session(errand, root, shops, desk)
        until = time.monotonic() + (_PATIENCE_S if earlier else 0.0)
        while True:
            try:
                return performed(errand.phase, what, session)
            except LeaseHeld:
                if time.monotonic() >= until:
                    raise
                time.sleep(_NAP_S)


def _session(errand: Errand, root: Path, shops: EmbeddedShops, desk: Desk) -> Session:
    """Return a session of one store. Raises ReconcilerError where its files are not those that were meant."""
    session = Session(root, [errand.store], shops, desk=desk)
    (store,) = session.stores
    if store.sandbox_name is not None and this_process().machine != errand.machine:
        raise WrongUsage(
            f"store {errand.store}: it is an embedded store of the machine that asks, and no worker elsewhere reaches "
            "it; say --executor local"
        )
    seen = session.checkout
    if (seen.commit, seen.dirty, seen.inputs()[errand.store]) != (errand.commit, errand.dirty, errand.inputs):
        raise ReconcilerError(
            f"store {errand.store}: the worker does not see the files as they are here (commit {seen.commit}, expected "
            f"{errand.commit}); line ends, LFS and submodules are not sent: say --executor local"
        )
    return session


def _checkout(errand: Errand, artefacts: Artefacts, room: Path) -> Path:
    """Return the root of the repository, which errands that write nothing share."""
    name = Path(errand.shipment.files).stem
    place = room / "checkouts" / f"{name}-{Path(errand.shipment.history or 'none').stem}"
    with _opening:
        if not place.exists():
            with _scratch(room) as folder:
                unpacked(errand.shipment, artefacts, folder / "whole", room / "histories")
                place.parent.mkdir(parents=True, exist_ok=True)
                try:
                    (folder / "whole").rename(place)
                except OSError:
                    if not place.exists():  # another process of this worker's room was faster
                        raise
    return root_in(place, errand.shipment)


def _opened(named: tuple[str, ...], root: Path, names: Sequence[str]) -> Opened:
    """Return the named stores of a repository whose catalog is parsed once, for all errands of this process."""
    with _opening:
        whole = _parsed(root, named)
    workspace = replace(whole, stores=tuple(store for store in whole.stores if store.name in names))
    return workspace, checked_views(workspace)


@lru_cache(maxsize=1)
def _parsed(root: Path, named: tuple[str, ...]) -> Workspace:
    return open_workspace(root, named)


@contextmanager
def _scratch(room: Path) -> Iterator[Path]:
    room.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=room, prefix="errand-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
