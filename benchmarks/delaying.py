"""A proxy before a store that is far away: every answer is held back for the latency, and what it cost is noted."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import requests

TIMEOUT_S = 600
_NAMED = re.compile(r"\s*((?:query|mutation) \w+)")
_KEPT = ("Content-Type", "X-Shopify-Access-Token")


@dataclass(frozen=True)
class Answered:
    """One answer: when it left, in seconds, and what stood in it of costs, in points."""

    at_s: float
    operation: str
    """Such as ``mutation UpdateVariants``."""
    points: float
    is_throttled: bool
    available: float
    restore_rate: float

    @property
    def is_mutation(self) -> bool:
        return self.operation.startswith("mutation")


@dataclass
class Far:
    """A store behind the latency."""

    url: str
    answers: list[Answered] = field(default_factory=list)


@contextmanager
def far_away(target: str, latency_s: float) -> Iterator[Far]:
    """Pass requests on to the store at ``target`` (scheme and host), each answer so much later."""
    far = Far("")

    class Passing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: self.headers[name] for name in _KEPT if self.headers[name]}
            answer = requests.post(f"{target}{self.path}", asked, headers=headers, timeout=TIMEOUT_S)
            time.sleep(latency_s)
            far.answers.append(answered(asked, answer.content))
            self.send_response(answer.status_code)
            for name in ("Content-Type", "X-Shopify-API-Version"):
                self.send_header(name, answer.headers.get(name, ""))
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *words: object) -> None:
            """Say nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    server.daemon_threads = True
    far.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield far
    finally:
        server.shutdown()
        server.server_close()


def answered(asked: bytes, content: bytes) -> Answered:
    """Return what is noted of an answer."""
    told: Any = orjson.loads(content)
    cost = told.get("extensions", {}).get("cost", {})
    status = cost.get("throttleStatus", {})
    return Answered(
        at_s=time.monotonic(),
        operation=named[1] if (named := _NAMED.match(orjson.loads(asked)["query"])) else "without a name",
        points=cost.get("actualQueryCost") or 0,
        is_throttled=any(each.get("extensions", {}).get("code") == "THROTTLED" for each in told.get("errors", ())),
        available=status.get("currentlyAvailable", 0),
        restore_rate=status.get("restoreRate", 0),
    )
