"""``sandbox serve``: any client can use the embedded stores, and nothing is left behind."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from reconciler.cli.embedded import EmbeddedStores
from reconciler.cli.main import main
from tests.cli.conftest import STORE


def _ask(store: dict[str, str]) -> str:
    headers = {"Content-Type": "application/json", "X-Shopify-Access-Token": store["token"]}
    request = urllib.request.Request(store["url"], b'{"query": "{ shop { currencyCode } }"}', headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.loads(answer.read())["data"]["shop"]["currencyCode"])


def test_a_served_store_answers_with_the_token_that_is_listed_and_ends_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "stores").mkdir()
    (tmp_path / "stores" / "eu.yaml").write_text(STORE.format(name="served"))
    words = [
        sys.executable,
        "-m",
        "reconciler",
        "sandbox",
        "serve",
        "--port",
        "0",
        "--json",
        "--project",
        str(tmp_path),
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        lines = []
        for line in program.stdout:
            lines.append(line)
            if line == "}\n":
                break
        served = json.loads("".join(lines))
        assert ["served"] == [store["store"] for store in served["stores"]]
        assert "EUR" == _ask(served["stores"][0])
        program.kill()
    for _ in range(100):
        try:
            _ask(served["stores"][0])
            time.sleep(0.1)
        except urllib.error.URLError:
            return
    pytest.fail("the server outlived the command")


def test_a_server_stays_while_another_command_uses_it(tmp_path: Path) -> None:
    with EmbeddedStores(tmp_path) as second:
        with EmbeddedStores(tmp_path) as first:
            started = first.shop("eu", "EUR")
            assert started == second.shop("eu", "EUR")
        time.sleep(0.5)
        assert started == second.shop("eu", "EUR")
    for _ in range(100):
        if not (tmp_path / "server.json").exists():
            break
        time.sleep(0.1)
    with EmbeddedStores(tmp_path) as third:
        assert started[1] == third.shop("eu", "EUR")[1]


def test_commands_that_start_at_once_share_one_server(tmp_path: Path) -> None:
    with ExitStack() as stack:
        users = [stack.enter_context(EmbeddedStores(tmp_path)) for _ in range(4)]
        with ThreadPoolExecutor() as pool:
            shops = list(pool.map(lambda user: user.shop("eu", "EUR"), users))
    assert 1 == len(set(shops))


@pytest.mark.parametrize("first", ["query", "plan"])
def test_an_embedded_store_has_the_places_of_its_file_whoever_asks_for_it_first(tmp_path, capsys, first):
    (tmp_path / "stores").mkdir()
    (tmp_path / "stores" / "eu.yaml").write_text(f"{STORE.format(name='eu')}locations: {{oslo: Oslo warehouse}}\n")
    words = {"query": ("sandbox", "query", "eu", "{ locations(first: 5) { nodes { name } } }"), "plan": ("plan",)}
    main([*words[first], "--project", str(tmp_path)])
    capsys.readouterr()
    assert 0 == main([*words["query"], "--project", str(tmp_path)])
    answer = json.loads(capsys.readouterr().out)
    assert ["Oslo warehouse"] == [node["name"] for node in answer["data"]["locations"]["nodes"]]
