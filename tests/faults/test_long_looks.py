"""A run keeps its store while it works for long on its own, without asking the store anything."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from reconciler.app.applying import staying
from reconciler.app.sessions.session import Session
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.plan import Plan
from reconciler.shopify import lease
from reconciler.shopify.lease import Clock, Lease
from tests.contract.repository import Repository
from tests.contract.test_promises import CUP

PATIENCE_S = 60
LOOKS, LOOK_S = 3, 0.7 * lease.TTL_S


class Passing:
    """A clock that stands still, but for what a look takes; so that no lease runs out on a busy machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._passed_s = 0.0
        self._began = datetime.now(UTC)
        self._prolonged = Event()
        keep: Callable[..., None] = Lease.keep

        def watched(held: Lease, exchange: Any) -> None:
            before = held.terms
            keep(held, exchange)
            if held.terms != before:
                self._prolonged.set()

        monkeypatch.setattr(Lease, "keep", watched)
        monkeypatch.setattr(lease, "Clock", lambda: Clock(self._now, lambda: self._passed_s))

    def look(self, *, is_kept: bool) -> None:
        """Take longer than a lease lasts, in parts that are shorter, after each of which the lease may be kept."""
        for _ in range(LOOKS):
            self._prolonged.clear()
            self._passed_s += LOOK_S
            assert not is_kept or self._prolonged.wait(PATIENCE_S)

    def _now(self) -> datetime:
        return self._began + timedelta(seconds=self._passed_s)


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "not kept"])
def test_what_a_long_look_saw_is_recorded_where_the_lease_was_kept_meanwhile(
    *, is_kept: bool, tmp_path: Path, embedded: EmbeddedStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path, "long-looks-kept" if is_kept else "long-looks-lost", embedded)
    repository.store_says("")
    repository.has([CUP])
    plan = repository.plan()
    planned, passing = Session._planned, Passing(monkeypatch)

    def slowly(session: Session, *here: Any) -> Plan:
        passing.look(is_kept=is_kept)
        return planned(session, *here)

    monkeypatch.setattr(Session, "_planned", slowly)
    monkeypatch.setattr(staying, "STAY_S", 0.01 if is_kept else 10.0 * PATIENCE_S)
    report = repository.apply(plan)
    assert report.verified
    assert report.recorded is is_kept, report.notes
