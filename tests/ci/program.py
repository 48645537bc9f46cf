"""The program for shell steps, without a start of Python for each: a socket that runs its words in this process."""

import contextlib
import io
import json
import os
import socketserver
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from reconciler.cli.main import main

_CALL = """\
import json, os, socket, sys
asked = socket.socket(socket.AF_UNIX)
asked.connect({address!r})
asked.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode())
asked.shutdown(socket.SHUT_WR)
code, out, err = json.loads(asked.makefile("rb").read())
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        words, folder, environment = json.loads(self.rfile.read())
        self.wfile.write(json.dumps(_run(words, folder, environment)).encode())


def _run(words: list[str], folder: str, environment: dict[str, str]) -> tuple[int, str, str]:
    """Run the program as if it had been started there; whoever asked waits for it, so that nobody else is disturbed."""
    before, here = dict(os.environ), Path.cwd()
    out, err = io.StringIO(), io.StringIO()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words)
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    return code, out.getvalue(), err.getvalue()


@contextlib.contextmanager
def program(folder: Path) -> Iterator[Path]:
    """Yield an executable file that is the program."""
    address = str(folder / "program.socket")
    with socketserver.UnixStreamServer(address, _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        call = folder / "call.py"
        call.write_text(_CALL.format(address=address))
        file = folder / "reconciler"
        file.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{call}" "$@"\n')
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        try:
            yield file
        finally:
            server.shutdown()
            thread.join()
