"""A fault of the store's own: a table that is gone makes any resolver fail, without a switch in the program."""

import sqlite3
import subprocess
import sys

import orjson
import requests

from reconciler.sandbox.http.server_log import NAME
from tests.sandbox.store import Server


def spoken(tmp_path, *tables, ask):
    """What ``ask`` returned, and what stderr and the log said, of a server whose shop lost these tables."""
    command = [sys.executable, "-m", "reconciler.sandbox", "serve", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        server = Server(orjson.loads(process.stdout.readline())["url"], process)
        shop = server.shop("broken")
        connection = sqlite3.connect(tmp_path / "shops" / "broken.sqlite3")
        for table in tables:
            connection.execute(f"DROP TABLE {table}")
        connection.close()
        answer = ask(shop)
        process.terminate()
        stderr = process.communicate(timeout=20)[1].decode()
    return answer, stderr, (tmp_path / NAME).read_text(encoding="utf-8")


def test_a_resolver_that_fails_is_one_line_on_stderr_and_a_traceback_in_the_log(tmp_path):
    answer, stderr, log = spoken(
        tmp_path, "products", ask=lambda shop: shop.answer("{ shop { name } productsCount { count } }")
    )
    request_id = answer["errors"][0]["extensions"]["requestId"]
    expected = f"embedded store: request {request_id} failed inside; the details are in {tmp_path / NAME}\n"
    assert expected == stderr
    assert "INTERNAL_SERVER_ERROR" == answer["errors"][0]["extensions"]["code"]
    assert f"request {request_id} failed inside" in log
    assert "no such table: products" in log


def test_a_fault_outside_a_resolver_has_the_same_shape_and_a_request_id_that_is_in_the_log(tmp_path):
    answer, stderr, log = spoken(tmp_path, "tokens", ask=lambda shop: shop.post({"query": "{ shop { name } }"}))
    error = answer.json()["errors"][0]
    request_id = answer.headers["X-Request-Id"]
    assert (500, "INTERNAL_SERVER_ERROR", request_id) == (
        answer.status_code,
        error["extensions"]["code"],
        error["extensions"]["requestId"],
    )
    assert (1, True) == (stderr.count("\n"), request_id in stderr)
    assert f"request {request_id} failed inside" in log


def test_a_fault_of_the_control_side_is_said_in_its_own_shape(tmp_path):
    answer, stderr, log = spoken(
        tmp_path,
        "tokens",
        ask=lambda shop: requests.put(f"{shop.server_url}/_sandbox/shops/broken", json={}, timeout=9),
    )
    assert (500, 1) == (answer.status_code, stderr.count("\n"))
    assert "Internal error" in answer.json()["error"]
    assert "no such table: tokens" in log


def test_a_port_that_is_taken_is_one_line(server, tmp_path):
    port = server.url.rpartition(":")[2]
    command = [sys.executable, "-m", "reconciler.sandbox", "serve", "--data", str(tmp_path), "--port", port]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert 4 == ended.returncode
    assert f"port {port} of 127.0.0.1 is taken (Address already in use); choose another\n" == ended.stderr
