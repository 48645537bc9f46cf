"""A proxy before an embedded store that spoils one answer: by its members, by its characters, by its size."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Spoil = Callable[[bytes], bytes]


class SpoilingProxy(ThreadingHTTPServer):
    """Passes requests on; the answer to the one of that number, from 0, is spoiled on its way back."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.target = target
        self.number = -1
        self.spoil: Spoil = bytes
        self.each: Callable[[bytes], object] = bytes
        """Told every answer, as the store gave it."""
        self.seen = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_time(self, number: int, spoil: Spoil) -> None:
        """Say what is spoiled, counting from now."""
        self.number, self.spoil, self.seen = number, spoil, 0

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.shutdown()
        self.server_close()


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SpoilingProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {
            name: self.headers[name] for name in ("Content-Type", "X-Shopify-Access-Token") if self.headers[name]
        }
        asked = urllib.request.Request(f"{self.server.target}{self.path}", body, headers, method="POST")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            content, version = answer.read(), answer.headers["X-Shopify-API-Version"]
        self.server.each(content)
        if self.server.seen == self.server.number:
            content = self.server.spoil(content)
        self.server.seen += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Shopify-API-Version", version or "")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        """Say nothing on stderr."""
