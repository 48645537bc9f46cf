"""``watch``: the loop. Pull, plan, apply what policy lets through; health and metrics; a signal ends it."""

import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import complete
from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, result, said
from reconciler.cli.sandbox import embedded_stores

if TYPE_CHECKING:
    from reconciler.app.unattended.watch_server import Answer
    from reconciler.app.unattended.watching import Watcher
    from reconciler.model.round import Round

_EVERY = re.compile(r"(\d{1,6})([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_MISSED_ROUNDS = 3
_LONGEST_ROUND_S = 1800.0  # of a store with a very large catalog


class _Interval(click.ParamType[float]):
    name = "interval"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = _EVERY.fullmatch(str(value))
        if not found or not int(found[1]):
            self.fail(f"{value!r} is no interval; expected one such as 30s, 10m or 1h", param, ctx)
        return float(int(found[1]) * _SECONDS[found[2]])


@click.command(cls=Command)
@click.argument("stores", nargs=-1, shell_complete=complete.stores)
@click.option("--every", type=_Interval(), default="10m", show_default=True, help="How long from round to round.")
@click.option("--once", is_flag=True, help="Do one round, and end with its exit code.")
@click.option("--port", type=click.IntRange(0, 65535), help="Serve /healthz and /metrics there; 0 takes a free port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
def watch(common: Common, stores: tuple[str, ...], every: float, once: bool, port: int | None, host: str) -> int:
    """Pull, plan and apply, again and again, what every store's policy lets through.

    What breaks a limit waits for your consent; what changed in git and in the store waits alone. A store that fails
    stops no other. A signal ends the watch as soon as its round is done; a second one ends it at once.

    \b
    Example:
      reconciler watch --every 10m --port 9464
      reconciler watch eu --once
    """
    from reconciler.app.unattended.watching import Watcher

    root = common.root()
    with ExitStack() as stack:
        embedded = stack.enter_context(embedded_stores(common))
        watcher = Watcher(root, stores, every, embedded)
        watcher.check_names()
        if once:
            return _shown(common, watcher.round(), streaming=False)
        if port is not None:
            _serve(stack, watcher, host, port)
        stop = stack.enter_context(_until_a_signal())
        while not stop.is_set():
            _shown(common, watcher.round(), streaming=True)
            stop.wait(every)
        said("the watch has ended, between two rounds.")
    return 0


def _serve(stack: ExitStack, watcher: "Watcher", host: str, port: int) -> None:
    from reconciler.app.unattended.watch_server import Answer, served
    from reconciler.render.metrics import CONTENT_TYPE, metrics_text

    pages = {
        "/healthz": lambda: _health(watcher),
        "/metrics": lambda: Answer(200, CONTENT_TYPE, metrics_text(watcher.state)),
    }
    taken = stack.enter_context(served(host, port, pages))
    said(f"health and metrics: http://{host}:{taken}/healthz and /metrics")


def _health(watcher: "Watcher") -> "Answer":
    """Return 200 while rounds begin and end as they should. A store that fails is no reason to start us anew."""
    from reconciler.app.unattended.watch_server import Answer

    state = watcher.state
    late = state.beat_s and time.time() - state.beat_s > _MISSED_ROUNDS * watcher.every_s + _LONGEST_ROUND_S
    stores = {name: each.state for name, each in sorted(state.stores.items())}
    body = {"status": "late" if late else "ok", "rounds": state.rounds, "beat": state.beat_s, "stores": stores}
    return Answer(503 if late else 200, "application/json", f"{json.dumps(body)}\n")


@contextmanager
def _until_a_signal() -> Iterator[threading.Event]:
    """Yield an event that the first signal to end sets; the second one ends the program as it always would."""
    stop = threading.Event()
    before: dict[int, Any] = {}

    def ended(number: int, frame: FrameType | None) -> None:
        del frame
        stop.set()
        signal.signal(number, signal.default_int_handler)
        said("the watch ends as soon as its round is done; once more ends it now.")

    for each in (signal.SIGINT, signal.SIGTERM):
        before[each] = signal.signal(each, ended)
    try:
        yield stop
    finally:
        for taken, handler in before.items():
            signal.signal(taken, handler)


def _shown(common: Common, done: "Round", *, streaming: bool) -> int:
    from reconciler.render.printable import printable

    for warning in (*([done.pull_problem] if done.pull_problem else []), *done.warnings):
        said(f"warning: {printable(warning)}")
    if common.json and streaming:
        result(json.dumps(done.document(), ensure_ascii=False))
    elif common.json:
        document(done.document())
    else:
        commit = f" at {done.commit[:12]}" if done.commit else ""
        for each in done.stores:
            count = f", {each.applied} applied" if each.applied else ""
            why = f": {printable(each.detail)}" if each.detail else ""
            result(f"{each.store}{commit}: {each.state}{count}{why}")
    return done.exit_code


COMMANDS: dict[str, click.Command] = {"watch": watch}
