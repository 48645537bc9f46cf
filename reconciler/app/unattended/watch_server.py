"""The server of a watch: whether it lives, and its metrics. It takes nothing in and changes nothing."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from reconciler.model.errors import WrongUsage

_TIMEOUT_S: Final = 10  # whoever sends nothing does not hold a thread for ever


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says."""

    status: int
    content_type: str
    body: str


Pages = Mapping[str, Callable[[], Answer]]
"""Path → what it answers."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, pages: Pages) -> None:
        self.pages = pages
        super().__init__((host, port), _Request)


class _Request(BaseHTTPRequestHandler):
    timeout = _TIMEOUT_S
    server_version = "reconciler"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a page."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without the page."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name in the standard library
        """Say nothing: a request a second is no news."""

    def _answer(self, *, with_body: bool) -> None:
        pages = self.server.pages if isinstance(self.server, _Server) else {}
        page = pages.get(self.path.partition("?")[0])
        answer = page() if page is not None else Answer(404, "text/plain; charset=utf-8", f"{', '.join(pages)}\n")
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_body:
            self.wfile.write(body)


@contextmanager
def served(host: str, port: int, pages: Pages) -> Iterator[int]:
    """Serve pages until this is left; yields the port. Raises WrongUsage where nobody can listen."""
    try:
        server = _Server(host, port, pages)
    except (OSError, OverflowError) as error:
        message = (
            f"{host}:{port} cannot be listened on: {getattr(error, 'strerror', None) or error}; take another --port"
        )
        raise WrongUsage(message) from None
    thread = threading.Thread(target=server.serve_forever, name="watch server", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
