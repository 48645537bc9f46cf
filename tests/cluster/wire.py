"""A wire that remembers: everything that is said to a scheduler, and what it says, passes through here."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


@contextmanager
def recorded(scheduler: str) -> Iterator[tuple[str, bytearray]]:
    """Yield another address of a scheduler, and all bytes that pass there."""
    said = bytearray()
    parts = urlsplit(scheduler)
    there = (str(parts.hostname), int(parts.port or 0))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=_accept, args=(listening, there, said), daemon=True)
        accepting.start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}", said
        listening.shutdown(socket.SHUT_RDWR)
        accepting.join()


def _accept(listening: socket.socket, there: tuple[str, int], said: bytearray) -> None:
    with suppress(OSError):
        while True:
            near, _ = listening.accept()
            far = socket.create_connection(there)
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_pass, args=(source, target, said), daemon=True).start()


def _pass(source: socket.socket, target: socket.socket, said: bytearray) -> None:
    with suppress(OSError), source:
        while data := source.recv(65536):
            said += data
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
