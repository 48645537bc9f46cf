"""The workers of a cluster do what this process does: the same plans, the same reports, and no token on the way."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.journal.file import Journal
from tests.cluster.conftest import STORES, Cluster, Shops, token_name
from tests.cluster.wire import recorded

pytestmark = pytest.mark.slow


def plans_in(folder: Path) -> dict[str, Any]:
    found = {file.stem: json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}
    return {store: {**plan, "header": None} for store, plan in found.items()}


def wanting(told: Any) -> list[Any]:
    """Return what is wrong with reports, without what is not."""
    names = ("store", "verified", "recorded", "left_over", "notes")
    return [told["errors"], *({name: report[name] for name in names} for report in told["reports"])]


def test_a_cluster_plans_and_applies_as_this_process_does(
    shops: Shops, cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    with recorded(cluster.scheduler) as (address, wire):
        code = shops.run("plan", "--out", str(tmp_path / "there"), "--detailed-exitcode", *cluster.options(address))
    assert 2 == code, capsys.readouterr()
    there = plans_in(tmp_path / "there")
    assert b"plan-eu" in wire  # it is what was sent that is looked through
    kept = b"".join(file.read_bytes() for file in cluster.artefacts.rglob("*") if file.is_file())
    for token in shops.tokens.values():
        assert token.encode() not in wire
        assert token.encode() not in kept

    for store in STORES:
        monkeypatch.setenv(token_name(store), shops.tokens[store])
    assert 2 == shops.run("plan", "--out", str(tmp_path / "here"), "--detailed-exitcode")
    assert plans_in(tmp_path / "here") == there
    assert STORES == tuple(there)
    for store in STORES:
        monkeypatch.delenv(token_name(store))

    capsys.readouterr()
    files = [str(tmp_path / "here" / f"{store}.json") for store in reversed(STORES)]
    code = shops.run("apply", *files, "--json", *cluster.options())
    told = json.loads(capsys.readouterr().out)
    assert (0, list(STORES), []) == (code, [report["store"] for report in told["reports"]], told["errors"]), wanting(
        told
    )
    assert ["product-0"] == shops.handles("eu")
    assert 0 == shops.run("audit", "verify", "--offline")
    assert {f"{store}.jsonl" for store in STORES} <= {file.name for file in (shops.root / "journal").iterdir()}
    assert 0 == shops.run("drift", *cluster.options())


def test_a_worker_that_dies_loses_nothing(
    shops: Shops, cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    shops.write(6)
    killing = threading.Thread(target=cluster.kill_whoever_does, args=("plan-",))
    killing.start()
    assert 0 == shops.run("plan", "--out", str(tmp_path), *cluster.options()), capsys.readouterr()
    killing.join()
    assert [True] * 3 == [plan["applyable"] for plan in plans_in(tmp_path).values()]

    before = {*cluster.artefacts.glob("journals/eu/*")}

    def writes() -> bool:
        return any(len([*log.glob("0*")]) > 6 for log in {*cluster.artefacts.glob("journals/eu/*")} - before)

    killing = threading.Thread(target=cluster.kill_whoever_does, args=("apply-eu", writes))
    killing.start()
    capsys.readouterr()
    code = shops.run("apply", *(str(tmp_path / f"{store}.json") for store in STORES), "--json", *cluster.options())
    killing.join()
    told = json.loads(capsys.readouterr().out)
    assert (0, 3, []) == (code, len(told["reports"]), told["errors"]), wanting(told)
    assert [f"product-{number}" for number in range(6)] == shops.handles("eu")
    (eu,) = [report for report in told["reports"] if report["store"] == "eu"]
    assert any("had not come to its end; this went on with it" in note for note in eu["notes"]), eu["notes"]
    assert 0 == shops.run("audit", "verify", "--offline")


@pytest.fixture
def heeding_interruptions() -> Iterator[None]:
    """What a shell begins in the background ignores SIGINT, and so do the tests then."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interruption_stops_the_workers_and_brings_the_journal_home(
    shops: Shops, cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str], heeding_interruptions: None
):
    shops.write(9)
    assert 0 == shops.run("plan", "eu", "--out", str(tmp_path), *cluster.options())
    before = {*cluster.artefacts.glob("journals/eu/*")}

    def interrupt() -> None:
        while not any(len([*log.glob("0*")]) > 4 for log in {*cluster.artefacts.glob("journals/eu/*")} - before):
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGINT)

    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    words = ("apply", str(tmp_path / "eu.json"), "--json", *cluster.options())
    assert 130 == shops.run(*words), capsys.readouterr()
    interrupting.join()
    *_, last = Journal(shops.root, "eu").glances()
    assert last.event != "ended"

    code = held = 7  # until the worker comes to its next request, which it does not send, and gives the lease back
    until = time.monotonic() + 60
    while code == held and time.monotonic() < until:
        capsys.readouterr()
        code = shops.run(*words)
    assert 0 == code, wanting(json.loads(capsys.readouterr().out))
    assert [f"product-{number}" for number in range(9)] == shops.handles("eu")
    assert last.run in {glance.run for glance in Journal(shops.root, "eu").glances() if glance.event == "ended"}
