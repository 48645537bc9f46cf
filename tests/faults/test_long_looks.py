"""A run keeps its store while it works for long on its own, without asking the store anything."""

import time
from pathlib import Path
from typing import Any

import pytest

from reconciler.app import staying
from reconciler.app.session import Session
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.plan import Plan
from reconciler.shopify import lease
from tests.contract.repository import Repository
from tests.contract.test_promises import CUP

LASTS_S, LOOK_S = 1.6, 2.0


@pytest.mark.parametrize("every_s", [0.1, 60.0], ids=["kept", "not kept"])
def test_what_a_long_look_saw_is_recorded_where_the_lease_was_kept_meanwhile(
    every_s: float, tmp_path: Path, embedded: EmbeddedStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path, f"long-looks-{every_s:.0f}", embedded)
    repository.store_says("")
    repository.has([CUP])
    plan = repository.plan()
    planned = Session._planned

    def slowly(session: Session, *here: Any) -> Plan:
        time.sleep(LOOK_S)
        return planned(session, *here)

    monkeypatch.setattr(Session, "_planned", slowly)
    monkeypatch.setattr(staying, "STAY_S", every_s)
    monkeypatch.setattr(lease, "TTL_S", LASTS_S)
    monkeypatch.setattr(lease, "EARLY_S", 0.2)
    report = repository.apply(plan)
    assert report.verified
    assert report.recorded is (every_s < LASTS_S), report.notes
