"""The embedded store as a process of its own: started when a store's URL is ``sandbox:NAME``, asked over HTTP only."""

import fcntl
import json
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from reconciler.model.errors import ReconcilerError, StoreRefused, WrongUsage

_LEAVING_S = 2
_CALL_TIMEOUT_S = 30
_ALREADY_SERVED = 3  # how a server ends that finds another one there
_PATIENCE, _PAUSE_S = 300, 0.1
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback never goes through a proxy


class EmbeddedStores:
    """The embedded stores of one data folder. One that runs already is used; else one runs until this is closed."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._process: subprocess.Popen[bytes] | None = None
        self._url: str | None = None
        self._use: IO[str] | None = None
        self._start = threading.Lock()  # stores are asked side by side, and one server is enough

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._use is not None:
            self._use.close()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # the store leaves when nobody holds the other end
            if self._process.stdout is not None:
                self._process.stdout.close()
            try:
                self._process.wait(timeout=_LEAVING_S)
            except subprocess.TimeoutExpired:  # another command uses it: it leaves when that one is done
                threading.Thread(target=self._process.wait, daemon=True).start()

    def names(self) -> list[str]:
        """Return the names of the embedded stores that were made, sorted."""
        try:
            return [str(name) for name in _call("GET", f"{self._base()}/_sandbox/shops", None)["shops"]]
        except (OSError, HTTPException, ValueError, KeyError, TypeError, RecursionError) as error:
            raise StoreRefused(f"the embedded stores in {self.data} do not answer: {error}") from None

    def shop(
        self, name: str, currency: str | None, places: Mapping[str, Sequence[str]] | None = None
    ) -> tuple[str, str]:
        """Return base URL and token of an embedded store, which is made when there is none of that name.

        ``currency``: None for one that is there, whatever it has.
        ``places``: the names of locations and publications that a new one has.
        """
        body: dict[str, Any] = {"when_new": dict(places or {})} | ({"currency": currency} if currency else {})
        answer = self._control("PUT", name, body)
        try:
            return f"{self._base()}{answer['url_path']}", str(answer["token"])
        except (KeyError, TypeError):
            raise StoreRefused(f"embedded store {name}: {self._base()} is not a server of embedded stores") from None

    def run(self) -> None:
        """Have a server run, for this and other commands, until this is closed."""
        self._base()

    def sell(self, name: str, sku: str, quantity: int, location: str) -> None:
        """Play a customer who buys something in an embedded store."""
        self._control("POST", name, {"sale": {"sku": sku, "quantity": quantity, "location": location}}, "/actions")

    def reset(self, name: str) -> bool:
        """Remove an embedded store with all it holds; return whether there was one."""
        return bool(self._control("DELETE", name, None).get("removed"))

    def serve(self, port: int) -> str:
        """Start the server on a port and return its URL; it runs until this is closed.

        Raises StoreRefused when one runs already.
        """
        self._hold()
        self._url = self._started(port)
        if self._process is None or self._process.poll() is not None:
            raise StoreRefused(f"the embedded stores in {self.data} are served already, at {self._url}")
        return self._url

    def wait(self) -> int:
        """Wait until the server ends by itself, and return its exit code."""
        return self._process.wait() if self._process else 0

    def _base(self) -> str:
        with self._start:
            if self._url is None:
                self._hold()
                self._url = self._running() or self._started(0)
            return self._url

    def _hold(self) -> None:
        """Say that we use the server: one that another command started stays until we are done, or killed."""
        self._make_folder()
        self._use = (self.data / "users.lock").open("a")
        fcntl.flock(self._use, fcntl.LOCK_SH)

    def _running(self) -> str | None:
        try:
            url = str(json.loads((self.data / "server.json").read_bytes())["url"])
            _call("GET", f"{url}/_sandbox/health", None)
        except (OSError, HTTPException, ValueError, KeyError, TypeError, RecursionError):
            return None  # no server, or one that was killed and left its address behind
        return url.rstrip("/")

    def _started(self, port: int) -> str:
        self._make_folder()
        where = ["--data", str(self.data), f"--port={port}"]
        command = [sys.executable, "-m", "reconciler.sandbox", "serve", *where, "--with-parent"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self._process.stdout.readline() if self._process.stdout else b""
        try:
            return str(json.loads(line)["url"]).rstrip("/")
        except (ValueError, KeyError, TypeError):
            if not line and self._process.wait() == _ALREADY_SERVED and (running := self._about_to_run()) is not None:
                return running
            raise StoreRefused(f"the embedded store in {self.data} {self._why_not()}") from None

    def _why_not(self) -> str:
        """Return why a server that was started is not there."""
        if self._process is not None and self._process.poll() == _ALREADY_SERVED:
            return "is held by another server, which does not answer; end that one, and run the command again"
        return "did not start; its reason is above"

    def _about_to_run(self) -> str | None:
        """Return where the server of a faster command runs; on a busy machine its start takes a while."""
        for _ in range(_PATIENCE):
            running = self._running()
            if running is not None:
                return running
            time.sleep(_PAUSE_S)
        return None

    def _make_folder(self) -> None:
        try:
            self.data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReconcilerError(
                f"{self.data}: the folder of the embedded stores cannot be made: {error.strerror}"
            ) from error

    def _control(self, method: str, name: str, body: Mapping[str, Any] | None, part: str = "") -> Mapping[str, Any]:
        if not _NAME.fullmatch(name):
            raise WrongUsage(f"{name!r} cannot be an embedded store: expected lower-case letters, digits and dashes")
        url = f"{self._base()}/_sandbox/shops/{name}{part}"
        try:
            return _call(method, url, body)
        except urllib.error.HTTPError as error:
            raise StoreRefused(f"embedded store {name}: {_reason(error)}") from None
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            raise StoreRefused(f"embedded store {name}: it does not answer: {error}") from None


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["error"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"HTTP {error.code}"


def _call(method: str, url: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310  loopback, told by the server
    with _OPENER.open(request, timeout=_CALL_TIMEOUT_S) as response:
        answer: Mapping[str, Any] = json.loads(response.read() or b"{}")
        return answer


def query(base_url: str, version: str, token: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer of an embedded store to one GraphQL request: to play the person in the admin."""
    url = f"{base_url}/admin/api/{version}/graphql.json"
    headers = {"Content-Type": "application/json", "X-Shopify-Access-Token": token}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310  as above
    try:
        with _OPENER.open(request, timeout=_CALL_TIMEOUT_S) as response:
            answer: Mapping[str, Any] = json.loads(response.read())
            return answer
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise StoreRefused(f"the embedded store does not answer: {error}") from None
