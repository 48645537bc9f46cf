import contextlib
import os
import signal
import subprocess
import sys
import threading

import orjson
import requests

from tests.sandbox.store import ended, started


def test_a_second_server_for_the_same_directory_is_refused(tmp_path):
    first = started(tmp_path)
    command = [sys.executable, "-m", "reconciler.sandbox", "serve", "--data", str(tmp_path)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    ended(first)
    assert (3, "") == (second.returncode, second.stdout)
    assert f"is already served by process {first.process.pid} at {first.url}" in second.stderr


def test_with_parent_a_second_server_leaves_it_to_the_parent_to_speak(tmp_path):
    first = started(tmp_path)
    command = [sys.executable, "-m", "reconciler.sandbox", "serve", "--data", str(tmp_path), "--with-parent"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    ended(first)
    assert (3, "", "") == (second.returncode, second.stdout, second.stderr)


def test_server_json_is_there_while_it_runs_and_gone_after(tmp_path):
    running = started(tmp_path)
    known = orjson.loads((tmp_path / "server.json").read_bytes())
    ended(running)
    assert (running.url, running.process.pid) == (known["url"], known["pid"])
    assert not (tmp_path / "server.json").exists()


def test_its_folder_is_no_part_of_the_repository_that_it_lies_in(tmp_path):
    ended(started(tmp_path))
    assert "*\n" == (tmp_path / ".gitignore").read_text()


def test_with_parent_it_ends_when_standard_input_does(tmp_path):
    running = started(tmp_path, "--with-parent")
    assert running.process.stdin
    running.process.stdin.close()
    assert 0 == running.process.wait(timeout=20)
    ended(running)


def test_a_killed_server_loses_nothing_it_had_answered(tmp_path):
    running = started(tmp_path)
    shop = running.shop("crash")
    answered: list[str] = []

    def write() -> None:
        with contextlib.suppress(requests.RequestException):
            while True:
                answered.append(shop.set_product({"title": f"Product {len(answered)}"})["id"])

    writer = threading.Thread(target=write)
    writer.start()
    while len(answered) < 20:
        pass
    os.kill(running.process.pid, signal.SIGKILL)
    writer.join(timeout=20)
    ended(running)

    again = started(tmp_path)
    reopened = again.shop("crash")
    nodes = reopened.run("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=answered[-50:])["nodes"]
    ended(again)
    assert [{"id": one} for one in answered[-50:]] == nodes
