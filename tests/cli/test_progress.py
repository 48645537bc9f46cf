"""Progress of long work: bars for a person, a line now and then for a log, nothing for a program."""

import io
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rich.progress

from reconciler.cli.bars import _Time, bars
from reconciler.cli.options import Common
from reconciler.cli.progress import LINE_EVERY_S, Lines, Progress, has_bars
from reconciler.model.progress import Advanced, Began, Teller, Waiting
from tests.cli.terminal import HIDDEN, SHOWN, in_a_terminal, terminal

COMMON = Common(None, json=False, verbose=False)

CUP = "key: cup\nname: Cup\nvariants: [{sku: CUP, price: 9.00}]\n"


def test_two_stores_have_a_bar_each_with_what_each_waits_for(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    with terminal() as (stream, seen):
        with bars(stream) as listener:
            eu, us = Teller("eu", listener), Teller("us", listener)
            eu.began("planning", 40)
            us.began("applying", 8)
            eu.advanced(10)
            eu.advanced(2, unforeseen=2)
            us.waiting("bucket", 12.4)
            seen("rate limit, 12 s")
        told = seen(SHOWN)
    assert HIDDEN in told
    for words in ("eu", "planning", "12 of 42", "us", "applying", "0 of 8", "waiting for the rate limit, 12 s"):
        assert words in told
    assert told.rstrip().endswith(f"{SHOWN}\r\x1b[1A\x1b[2K\x1b[1A\x1b[2K")  # both lines are gone, the cursor is back


def test_what_is_waited_for_is_gone_once_something_is_done(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    with terminal() as (stream, seen):
        with bars(stream) as listener:
            eu = Teller("eu", listener)
            eu.began("applying", 2)
            eu.waiting("media", 60)
            before = seen("waiting for pictures")
            eu.advanced()
            seen("1 of 2")
        after = seen(SHOWN)[len(before) :]
    assert "waiting for pictures" in before
    assert "1 of 2" in after
    assert "waiting" not in after.rpartition("1 of 2")[2]


def test_while_a_bulk_operation_is_waited_for_its_own_rate_says_what_is_left():
    now = [0.0]
    shown = rich.progress.Progress(get_time=lambda: now[0])
    waiting: dict[str, Any] = {"awaited": "waiting for a bulk operation, 10 s", "until_s": 1e9}
    bar = shown.add_task("a bulk operation", total=1000, **waiting)
    assert "waiting for a bulk operation, 10 s" == str(_Time().render(shown.tasks[0]))
    for _ in range(4):
        now[0] += 10
        shown.update(bar, advance=100)  # ten lines a second
    assert "waiting for a bulk operation, 10 s, 1 min 0 s left" == str(_Time().render(shown.tasks[0]))


def test_no_color_means_bars_without_colours(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    with terminal() as (stream, seen):
        with bars(stream) as listener:
            Teller("eu", listener).began("planning", 4)
        told = seen(SHOWN)
    assert "0 of 4" in told
    assert "\x1b[3" not in told  # a foreground colour


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "CI": "false"}, True),
        ({"TERM": "xterm", "CI": "true"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_bars_are_for_terminals_that_can_and_people_who_look(environment, expected):
    with terminal() as (stream, _):
        assert expected is has_bars(stream, environment)
    assert not has_bars(io.StringIO(), environment)


def test_a_log_gets_a_line_now_and_then():
    now, said = [0.0], list[str]()
    lines = Lines(lambda: now[0], said.append)
    eu = Teller("eu", lines)
    eu.began("planning", 100)
    eu.advanced(10)
    now[0] += LINE_EVERY_S - 1
    eu.advanced(10, unforeseen=1)
    assert [] == said
    now[0] += 2
    eu.waiting("retry", 7)
    eu.advanced(1)
    now[0] += LINE_EVERY_S
    eu.began("looking again")
    now[0] += LINE_EVERY_S
    eu.advanced(3)
    assert [
        "eu: planning, 20 of 101, waiting for another try, 7 s",
        "eu: looking again",
        "eu: looking again, 3 so far",
    ] == said


def test_what_never_began_is_not_shown():
    said = list[str]()
    lines = Lines(lambda: 0.0, said.append)
    lines(Advanced("eu", 1))
    lines(Waiting("eu", "job", 1.0))
    assert [] == said


@pytest.mark.parametrize("json", [True, False])
def test_nothing_is_written_while_nobody_looks(json, capsys):
    with Progress(Common(None, json=json, verbose=False)) as progress:
        teller = Teller("eu", progress)
        teller.began("planning", 3)
        teller.advanced(3)
    assert ("", "") == capsys.readouterr()


def test_bars_stop_for_a_question_and_come_back(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    with terminal() as (stream, seen):
        monkeypatch.setattr(sys, "stderr", stream)
        progress = Progress(COMMON)
        with progress:
            progress(Began("eu", "planning"))
        between = seen(SHOWN)
        progress(Began("eu", "unseen"))
        with progress:
            progress(Began("eu", "applying"))
        told = seen("applying")
    assert SHOWN in between
    assert "unseen" not in told
    assert "applying" in told[len(between) :]


def test_ctrl_c_ends_work_on_several_stores_at_once_and_leaves_the_terminal_as_it_was(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes every request, and answers none
        port = silent.getsockname()[1]
        for name, host in (("eu", "127.0.0.1"), ("us", "localhost")):
            text = f"url: http://{host}:{port}\ncredentials: {{token: {{env: T}}}}\nchannel: web\ncurrency: EUR\n"
            (tmp_path / "stores").mkdir(exist_ok=True)
            (tmp_path / "stores" / f"{name}.yaml").write_text(text)
        (tmp_path / "catalog/products").mkdir(parents=True)
        (tmp_path / "catalog/products/cup.yaml").write_text(CUP)
        environment = {**os.environ, "TERM": "xterm", "T": "a-token", "CI": "", "PYTHONPATH": os.pathsep.join(sys.path)}
        words = [sys.executable, "-m", "reconciler", "plan", "--project", str(tmp_path)]
        told, code = in_a_terminal(
            words,
            environment,
            interrupt_when=lambda said: "eu\x1b[0m planning" in said and "us\x1b[0m planning" in said,
        )
    assert 130 == code, told[-500:]
    assert told.count(SHOWN) == told.count(HIDDEN) > 0
    assert "error: interrupted" in told.rpartition(SHOWN)[2]
    assert "Traceback" not in told


def test_whoever_ends_a_job_is_obeyed_as_ctrl_c_is(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        (tmp_path / "catalog/products").mkdir(parents=True)
        (tmp_path / "catalog/products/cup.yaml").write_text(CUP)
        (tmp_path / "stores").mkdir()
        (tmp_path / "stores" / "eu.yaml").write_text(
            f"url: {url}\ncredentials: {{token: {{env: T}}}}\nchannel: web\ncurrency: EUR\n"
        )
        words = [sys.executable, "-m", "reconciler", "plan", "--project", str(tmp_path)]
        environment = {**os.environ, "T": "a-token", "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as program:
            silent.settimeout(30)
            asked, _ = silent.accept()
            program.send_signal(signal.SIGTERM)
            _, told = program.communicate(timeout=30)
            asked.close()
    assert (130, "error: interrupted; what was written stays, run the command again") == (
        program.returncode,
        told.splitlines()[-1],
    )
