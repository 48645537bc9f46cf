"""A store on this machine that plays a script: one step for each request. Also the builders that its tests share."""

import gzip
import socket
import socketserver
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

from reconciler.model.store import Store, StoreDocument
from reconciler.shopify.auth import StaticToken, TokenSource
from reconciler.shopify.client import WriteClient, connect_to_write
from reconciler.shopify.codec import Mutation
from reconciler.shopify.lane import Timing
from reconciler.shopify.retry import Budget
from reconciler.shopify.secret import Secret
from reconciler.shopify.wire import LARGEST_ANSWER, Patience

TOKEN = "shpat_0123456789abcdef0123456789abcdef"
VERSION = "2026-10"
SHOP = "query Shop { shop { name } }"
RETITLE = "mutation Retitle($t: String!) { productUpdate(product: {title: $t}) { userErrors { message } } }"


@dataclass(frozen=True)
class Reply:
    """An answer. ``announced`` lies about its length; ``body`` is sent as it is when it is bytes."""

    body: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    announced: int | None = None
    zipped: bool = False


@dataclass(frozen=True)
class Drop:
    """The connection is reset; the request was read, or was not."""

    after_reading: bool = True


@dataclass(frozen=True)
class Hang:
    """No answer until the test is over."""


Step = Reply | Drop | Hang


@dataclass(frozen=True)
class Sent:
    """A request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class ScriptedStore(socketserver.ThreadingTCPServer):
    """Plays its steps in order and remembers what it was sent."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *steps: Step) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.steps = list(steps)
        self.sent: list[Sent] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """The client closed the connection, as some scripts make it do."""


class _Connection(socketserver.StreamRequestHandler):
    server: ScriptedStore

    def handle(self) -> None:
        while line := self.rfile.readline():
            step = self.server.steps.pop(0) if self.server.steps else Reply("the script is over", 418)
            if isinstance(step, Drop) and not step.after_reading:
                self._reset()
                return
            self._read(line)
            match step:
                case Drop():
                    self._reset()
                    return
                case Hang():
                    self.server.over.wait(30)
                    return
                case Reply():
                    self.wfile.write(_bytes(step))
                    if step.announced is not None:
                        return

    def _read(self, line: bytes) -> None:
        headers = {}
        while (header := self.rfile.readline().strip()) != b"":
            name, _, value = header.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", "0")))
        self.server.sent.append(Sent(line.split()[1].decode(), headers, body))

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _bytes(reply: Reply) -> bytes:
    body = reply.body if isinstance(reply.body, bytes) else orjson.dumps(reply.body)
    headers = {"Content-Type": "application/json", "X-Shopify-API-Version": VERSION, "X-Request-Id": "r-1"}
    if reply.zipped:
        body = gzip.compress(body)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body) if reply.announced is None else reply.announced)
    lines = [f"{name}: {value}" for name, value in (headers | dict(reply.headers)).items()]
    return "\r\n".join([f"HTTP/1.1 {reply.status} Scripted", *lines, "", ""]).encode() + body


def answered(data: object, *, requested: int = 10, actual: int = 10, available: int = 1990, **more: object) -> Reply:
    """A GraphQL answer with its cost."""
    return Reply({"data": data, "extensions": {"cost": _cost(requested, actual, available), **more}})


def problem(code: str, *, data: object = ..., **more: object) -> Reply:
    """A GraphQL answer with one error; without a ``data`` key unless it is given."""
    body: dict[str, object] = {"errors": [{"message": f"it says {code}", "extensions": {"code": code}, **more}]}
    return Reply(body if data is ... else body | {"data": data})


def throttled(requested: int = 752, available: int = 2) -> Reply:
    """The recorded shape: no data, the actual cost null, HTTP 200."""
    errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
    return Reply({"errors": errors, "extensions": {"cost": _cost(requested, None, available)}})


def _cost(requested: int, actual: int | None, available: int) -> dict[str, object]:
    bucket = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": 100.0}
    return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": bucket}


def a_store(url: str = "http://127.0.0.1", **more: object) -> Store:
    document = {"url": url, "api_version": VERSION, "channel": "eu", "currency": "EUR"} | more
    return Store("eu", "stores/eu.yaml", StoreDocument.model_validate(document), {})


def a_mutation(*, repeatable: bool = True, document: str = RETITLE) -> Mutation:
    return Mutation("productUpdate", document, {"t": "Linen"}, covers=(), repeatable=repeatable)


@dataclass
class Hours:
    """A clock that moves when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def timing(self) -> Timing:
        return Timing(clock=lambda: self.now, sleep=self.sleep, jitter=lambda: 0.5)


def a_client(
    url: str,
    hours: Hours | None = None,
    *,
    token: TokenSource | None = None,
    budget: Budget | None = None,
    silence_s: float = 5.0,
    largest_answer: int = LARGEST_ANSWER,
) -> WriteClient:
    """A client with a clock of its own, so that nothing is ever waited for."""
    return connect_to_write(
        a_store(),
        base_url=url,
        token=token or StaticToken(Secret(TOKEN), "EU_TOKEN"),
        budget=budget or Budget(attempts=3),
        timing=(hours or Hours()).timing(),
        patience=Patience(connect_s=5.0, silence_s=silence_s),
        largest_answer=largest_answer,
    )
