"""``watch`` as a program: one round with its exit code, a server beside it, a signal that ends it between rounds."""

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import CUP, STORE, Project


def test_one_round_applies_and_the_next_has_nothing_to_do(project: Project) -> None:
    said = project.run("watch", "--once", "--json")
    assert (0, "applied", 6) == (said.code, *(said.json["stores"][0][name] for name in ("state", "applied")))
    assert "eu: unchanged\n" == project.run("watch", "--once").out


def test_a_round_that_waits_ends_as_an_apply_would(project: Project) -> None:
    project.run("watch", "--once")
    project.write("catalog/products/cup.yaml", CUP.replace("9.00", "0.00"))
    said = project.run("watch", "eu", "--once")
    assert 4 == said.code
    assert said.out.startswith("eu: waiting: it waits for consent: price-zero")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--every", "10"], "'10' is no interval; expected one such as 30s, 10m or 1h"),
        (["--every", "0s"], "'0s' is no interval"),
        (["us"], "there is no store us; expected one of eu"),
    ],
)
def test_what_cannot_be_watched_is_told_at_once(project: Project, words: list[str], expected: str) -> None:
    said = project.run("watch", "--once", *words)
    assert 64 == said.code
    assert expected in said.err


def _page(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_health_and_metrics_are_served_until_a_signal_ends_the_watch(tmp_path: Path) -> None:
    (tmp_path / "stores").mkdir()
    (tmp_path / "stores" / "eu.yaml").write_text(STORE.format(name="watched"))
    (tmp_path / "catalog" / "products").mkdir(parents=True)
    (tmp_path / "catalog" / "products" / "cup.yaml").write_text(CUP)
    words = ["watch", "--every", "1h", "--port", "0", "--json", "--project", str(tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        served = re.search(r"http://127\.0\.0\.1:\d+", program.stderr.readline())
        assert served is not None
        first = json.loads(program.stdout.readline())
        assert "applied" == first["stores"][0]["state"]
        status, body = _page(f"{served[0]}/healthz")
        assert (200, "ok", {"eu": "applied"}) == (status, *(json.loads(body)[name] for name in ("status", "stores")))
        status, body = _page(f"{served[0]}/metrics")
        assert (200, True) == (status, 'reconciler_store_state{store="eu",state="applied"} 1\n' in body)
        assert 404 == _page(f"{served[0]}/../etc/passwd")[0]
        program.send_signal(signal.SIGTERM)
        out, err = program.communicate(timeout=30)
    assert (0, "") == (program.returncode, out)
    assert "the watch has ended, between two rounds." in err
