"""One server process for one data directory: the lock, the announcement, the end.

The lock is held by the operating system, so a killed server leaves nothing to clean up: the next one simply starts.
"""

import contextlib
import fcntl
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import orjson
import uvicorn
from starlette.applications import Starlette

from reconciler.sandbox.http.hang_up import able_to_hang_up


class AlreadyServed(Exception):
    """Another live process serves the data directory."""


class PortTaken(Exception):
    """The port cannot be listened on."""


@contextlib.contextmanager
def claim(data_dir: Path) -> Iterator[None]:
    """Hold the data directory for the block. Raises AlreadyServed."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / ".gitignore").write_text("*\n", encoding="utf-8")  # it often lies in somebody's repository
    with (data_dir / "server.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise AlreadyServed(
                f"{data_dir} is already served{_by_whom(data_dir)}; stop that server first"
            ) from problem
        yield


def serve(app: Starlette, data_dir: Path, *, port: int, with_parent: bool) -> None:
    """Serve until told to stop; announce the address on stdout and in ``server.json``. Raises PortTaken."""
    # The protocol is named: asyncio turns delayed sending (40 ms a request) off only where it reads TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as problem:
        raise PortTaken(f"port {port} of 127.0.0.1 is taken ({problem.strerror}); choose another") from problem
    listener.listen(128)
    bound = int(listener.getsockname()[1])
    announced = {"url": f"http://127.0.0.1:{bound}", "port": bound, "pid": os.getpid()}
    config = uvicorn.Config(
        able_to_hang_up(app), log_config=None, access_log=False, lifespan="off", ws="none", timeout_keep_alive=75
    )
    server = _Server(config, announced, data_dir)
    if with_parent:
        threading.Thread(target=_stop_at_eof, args=(server, data_dir), daemon=True).start()
    try:
        server.run(sockets=[listener])
    finally:
        (data_dir / "server.json").unlink(missing_ok=True)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announced: dict[str, object], data_dir: Path) -> None:
        super().__init__(config)
        self._announced = announced
        self._data_dir = data_dir
        self.users: IO[str] | None = None  # locked from the moment nobody uses the server

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM. The base class raises them again at the end, which would skip our own end."""
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        (self._data_dir / "server.json").write_bytes(orjson.dumps(self._announced))
        sys.stdout.write(orjson.dumps(self._announced).decode() + "\n")
        sys.stdout.flush()


def _stop_at_eof(server: _Server, data_dir: Path) -> None:
    """Stop when the parent is gone and nobody else uses the server.

    Whoever uses it holds a shared lock on ``users.lock``. Ours is kept to the end, so that a newcomer waits until we
    are gone, and then starts a server of its own.
    """
    while sys.stdin.buffer.read(4096):
        pass
    users = (data_dir / "users.lock").open("a")
    fcntl.flock(users, fcntl.LOCK_EX)
    server.users = users
    server.should_exit = True


def _by_whom(data_dir: Path) -> str:
    try:
        known = orjson.loads((data_dir / "server.json").read_bytes())
        return f" by process {known['pid']} at {known['url']}"
    except (OSError, orjson.JSONDecodeError, KeyError):
        return ""
