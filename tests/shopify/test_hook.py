"""A hook is told once, signed, and where it leads is nobody's to change."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reconciler.shopify.hook import SIGNATURE, TIMESTAMP, posted
from reconciler.shopify.secret import Secret

KEY = Secret("the-shared-secret")


class Receiver(ThreadingHTTPServer):
    """Answers what a test wants, and remembers what it was told."""

    status = 200
    location = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Told)
        self.told: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook/very-secret-path"


class Told(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name in the standard library
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_time_and_the_body_are_signed(receiver):
    assert None is posted(Secret(receiver.url), b'{"a":1}', 1795852040, KEY)
    ((path, headers, body),) = receiver.told
    assert ("/hook/very-secret-path", b'{"a":1}') == (path, body)
    expected = hmac.new(b"the-shared-secret", b'1795852040.{"a":1}', hashlib.sha256).hexdigest()
    assert f"sha256={expected}" == headers[SIGNATURE]
    assert "1795852040" == headers[TIMESTAMP]


def test_without_a_secret_nothing_is_signed(receiver):
    assert None is posted(Secret(receiver.url), b"{}", 1, None)
    assert SIGNATURE not in receiver.told[0][1]


def test_a_redirect_is_not_followed(receiver):
    receiver.status, receiver.location = 307, receiver.url.replace("hook", "elsewhere")
    problem = posted(Secret(receiver.url), b"{}", 1, KEY)
    expected = "it answers 307, a redirect, which is not followed; name the address that it leads to"
    assert (expected, 1) == (problem, len(receiver.told))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://example.com/hook?key=abc", "its address is not encrypted; expected https://"),
        ("https://user:pass@example.com/", "its address holds a user name or a password; sign with a secret instead"),
        ("ftp://example.com/abc", "its address is none that can be asked; expected https://"),
        ("https://[abc/", "its address is none that can be asked; expected https://"),
        ("http://127.0.0.1:1/abc", None),
    ],
)
def test_a_message_never_repeats_the_address(address, expected):
    problem = posted(Secret(address), b"{}", 1, KEY)
    assert problem is not None
    assert expected in {None, problem}
    assert "abc" not in problem
    assert "pass" not in problem.replace("password", "")


def test_a_refusal_is_told_with_its_status(receiver):
    receiver.status = 500
    assert "it answers 500" == posted(Secret(receiver.url), b"{}", 1, KEY)
