"""Dask: one task for each store and phase, on the workers of a scheduler.

A worker that dies is missed by the scheduler, which asks another one; after three, the store has failed. Tasks hold
text and the name of a function. Whoever can speak to a scheduler can run code on its workers: docs/many-stores.md.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from distributed import Client, Future, get_worker
from distributed.scheduler import KilledWorker

from reconciler import __version__
from reconciler.app.journal.file import JournalBroken, JournalFailed
from reconciler.app.journal.process import this_process
from reconciler.app.stores.fleet import Failure, FleetResult, Phase, Result, failure_of
from reconciler.cluster.artefacts import Artefacts
from reconciler.cluster.errand import Errand, answer_of, errand_text, raised
from reconciler.cluster.run_log import all_brought_home, sent_out
from reconciler.cluster.shipping import Shipment, shipped
from reconciler.cluster.worker import EmbeddedIn, done
from reconciler.model.errors import ReconcilerError, WrongUsage
from reconciler.model.progress import Began, Listener, unheard
from reconciler.model.store import Store

_CONNECT_S: Final = 10.0
_WORKERS_S: Final = 10.0


class SchedulerLost(ReconcilerError):
    """The scheduler, or every worker of it, cannot be reached."""

    exit_code = 7


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of workers, by the store's name."""

    futures: dict[str, "Future[str]"] = field(default_factory=dict)
    failures: dict[str, ReconcilerError] = field(default_factory=dict)
    """Why a journal could not go out, so that its store was not asked for; in the end, why one did not come home."""


class DaskFleet:
    """The workers of a scheduler. Connected when the first phase begins, until this is closed."""

    def __init__(
        self,
        scheduler: str,
        artefacts: Artefacts,
        embedded: tuple[EmbeddedIn, Path],
        listener: Listener = unheard,
    ) -> None:
        self._scheduler = scheduler
        self._artefacts = artefacts
        self._embedded_in, self._embedded = embedded
        self._listener = listener
        self._client: Client | None = None
        self._shipments: dict[tuple[Path, str], Shipment] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._client is not None:
            self._client.close(timeout=2)

    def map(self, stores: Sequence[Store], phase: Phase[Result]) -> FleetResult[Result]:
        """Return what came of every store, in their order.

        Raises SchedulerLost where nobody can be asked, and ReconcilerError where nothing can be sent to them.
        """
        if not stores:
            return FleetResult((), ())
        client = self._connected()
        if phase.writes:
            self._artefacts.refuse_for_journals()
        shipment = self._shipped(stores, phase)
        self._listener(Began("", f"{phase.name}: {len(stores)} stores on {self._scheduler}"))
        with self._asked(client, stores, phase, shipment) as asked:
            errors = {name: future.exception() for name, future in asked.futures.items()}
            answers = {name: future.result() for name, future in asked.futures.items() if errors[name] is None}
        found = [each for store in stores for each in self._come_of(store, phase, asked, answers, errors)]
        failures = tuple(each for each in found if isinstance(each, Failure))
        return FleetResult(tuple(each for each in found if not isinstance(each, Failure)), failures)

    @contextmanager
    def _asked(
        self, client: Client, stores: Sequence[Store], phase: Phase[Result], shipment: Shipment
    ) -> Iterator[_Asked]:
        """Ask for every store; whatever ends this, what was not begun is not, and what was written comes home."""
        root, names = phase.checkout.root, tuple(store.name for store in stores)
        logs: dict[str, str] = {}
        asked = _Asked()
        try:
            for name in names if phase.writes else ():
                try:
                    logs[name] = sent_out(self._artefacts, root, name)
                except (JournalFailed, JournalBroken) as error:
                    asked.failures[name] = error
            texts = {
                store.name: errand_text(self._errand(store, names, phase, shipment, logs.get(store.name)))
                for store in stores
                if store.name not in asked.failures
            }
            for name, text in texts.items():
                key = f"{phase.name}-{name}-{secrets.token_hex(8)}"
                asked.futures[name] = client.submit(_on_a_worker, text, self._embedded_in, pure=False, key=key)
            yield asked
        except BaseException as error:
            client.cancel(list(asked.futures.values()))
            # A worker that still writes, because somebody pressed Ctrl-C here, stops before its next request.
            for failure in all_brought_home(self._artefacts, root, tuple(logs)).values():
                error.add_note(str(failure))
            raise
        asked.failures.update(all_brought_home(self._artefacts, root, tuple(logs)))

    def _errand(
        self, store: Store, names: tuple[str, ...], phase: Phase[Result], shipment: Shipment, log: str | None
    ) -> Errand:
        checkout = phase.checkout
        return Errand(
            engine=__version__,
            machine=this_process().machine,
            embedded=str(self._embedded.absolute()),
            artefacts=self._artefacts.url,
            shipment=shipment,
            commit=checkout.commit,
            dirty=checkout.dirty,
            inputs=checkout.inputs()[store.name],
            store=store.name,
            named=names,
            phase=phase.name,
            told=self._artefacts.kept(phase.told(store), ".json"),
            log=log,
        )

    def _shipped(self, stores: Sequence[Store], phase: Phase[Result]) -> Shipment:
        """Send the repository, once for all phases of a session."""
        checkout = phase.checkout
        key = (checkout.root, repr(sorted(checkout.inputs().items())))
        if key not in self._shipments:
            self._listener(Began("", "sending files"))
            self._shipments[key] = shipped(checkout, stores, self._artefacts)
        return self._shipments[key]

    def _heard(
        self, store: Store, phase: Phase[Result], text: str | None, error: BaseException | None
    ) -> Result | Failure:
        try:
            if text is None:
                raise self._explained(store, error) from error
            answer = answer_of(text)
            if answer.error is not None:
                raise raised(answer.error)
            return phase.heard(self._artefacts.content(answer.result or ""))
        except ReconcilerError as told:
            return Failure(store.name, told)

    def _come_of(
        self,
        store: Store,
        phase: Phase[Result],
        asked: _Asked,
        answers: Mapping[str, str],
        errors: Mapping[str, BaseException | None],
    ) -> Iterator[Result | Failure]:
        """Yield what came of a store, and where its journal is not at home, that too."""
        journal = asked.failures.get(store.name)
        if journal is not None and store.name not in asked.futures:
            yield Failure(store.name, journal)
            return
        heard = self._heard(store, phase, answers.get(store.name), errors.get(store.name))
        if journal is None or not isinstance(heard, Failure):
            yield heard
        else:
            journal.add_note(f"also: {heard.error}")
        if journal is not None:
            yield Failure(store.name, journal)

    def _explained(self, store: Store, error: BaseException | None) -> ReconcilerError:
        """Return what is told of a task that did not come to its answer."""
        match error:
            case KilledWorker():
                return ReconcilerError(
                    f"store {store.name}: the workers that were asked died one after the other; their logs say why, "
                    "and often it is memory: see docs/many-stores.md"
                )
            case ImportError(name=str(name)) if name.partition(".")[0] == "reconciler":
                return WrongUsage(
                    f"store {store.name}: a worker of {self._scheduler} does not have this program, or another version "
                    "of it; install the same one on every machine"
                )
            case _:
                return failure_of(store, error or TimeoutError()).error

    def _connected(self) -> Client:
        """Return the scheduler's client, once there is a worker to ask."""
        if self._client is not None:
            return self._client
        try:
            client = Client(self._scheduler, timeout=_CONNECT_S, set_as_default=False, name="reconciler")
        except (OSError, ValueError, TimeoutError) as error:
            raise SchedulerLost(
                f"--scheduler {self._scheduler}: it cannot be reached: {_reason(error)}; start `dask scheduler` there, "
                "or say --executor local"
            ) from error
        self._client = client
        try:
            client.wait_for_workers(1, timeout=_WORKERS_S)
        except TimeoutError as error:
            raise SchedulerLost(
                f"--scheduler {self._scheduler}: it has no worker; start `dask worker {self._scheduler}` on a machine "
                "with this program and the tokens of the stores"
            ) from error
        return client


def _on_a_worker(text: str, embedded: EmbeddedIn) -> str:
    room = Path(get_worker().local_directory) / "reconciler"
    return done(text, embedded, str(room))


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
