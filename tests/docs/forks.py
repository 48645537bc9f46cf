"""Forks: the program, imported once and forked for each command: starting Python anew costs more than most of them.

``python -m tests.docs.forks SOCKET`` serves; ``client`` returns the text of a ``reconciler`` for PATH that asks it.
Each command is a process of its own with the caller's words, folder, environment and streams.
"""

import json
import os
import signal
import socket
import sys
import traceback
from pathlib import Path

_STREAMS = 3
_LARGEST = 1 << 20  # bytes of words and environment

_CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect({address!r})
    body = json.dumps({{"words": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}).encode()
    socket.send_fds(asked, [len(body).to_bytes(4, "big")], [0, 1, 2])
    asked.sendall(body)
    sys.exit(int(asked.recv(8) or b"70"))
"""


def client(address: Path) -> str:
    """Return the program to be put on PATH."""
    return _CLIENT.format(python=sys.executable, address=str(address))


def serve(address: Path) -> None:
    """Serve until stdin is closed by whoever started this."""
    import select

    import reconciler.app.sessions.session
    import reconciler.cli.main  # noqa: F401  what every command would import
    from reconciler.cli import progress

    progress.LINE_EVERY_S = float("inf")  # what a command says of its progress tells how busy the machine is
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks: each tells its caller itself
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address))
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while sys.stdin not in (ready := select.select([listening, sys.stdin], [], [])[0]):
            assert ready
            asked, _ = listening.accept()
            with asked:
                if os.fork() == 0:
                    listening.close()
                    _answer(asked)


def _answer(asked: socket.socket) -> None:
    """Run the command that a client asks for, and leave."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, streams, _, _ = socket.recv_fds(asked, 4, _STREAMS)
    body = b""
    while len(body) < min(int.from_bytes(size, "big"), _LARGEST):
        body += asked.recv(1 << 16)
    wanted = json.loads(body)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin = open(0, closefd=False, encoding="utf-8")  # noqa: SIM115  what a new process would have
    sys.stdout = open(1, "w", closefd=False, encoding="utf-8")  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False, encoding="utf-8")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.chdir(wanted["folder"])
    code = 1
    try:
        from reconciler.cli.main import main

        code = main(wanted["words"])
    except BaseException:  # noqa: BLE001  a fork must never go on as its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        asked.sendall(str(code).encode())
        os._exit(code)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
