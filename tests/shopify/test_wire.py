import socket
import ssl
import threading

import pytest
import requests
import urllib3
from urllib3.connection import HTTPConnection

from reconciler.shopify.retry import Event
from reconciler.shopify.wire import Broken, Patience, Wire, _broken
from tests.shopify.scripted import TOKEN, Reply, ScriptedStore

CONNECTION = HTTPConnection("shop.example")


def wrapped(reason: Exception) -> requests.ConnectionError:
    """As requests wraps what happened before an answer came."""
    request = requests.Request("POST", "http://shop.example", headers={"X-Shopify-Access-Token": TOKEN}).prepare()
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", reason), request=request)  # type: ignore[arg-type]


def refused_certificate() -> Exception:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return urllib3.exceptions.SSLError(error)


@pytest.mark.parametrize(
    ("error", "event", "said"),
    [
        (requests.ConnectTimeout(), Event.NOT_SENT, "no connection within 10 s"),
        (requests.exceptions.ProxyError(TOKEN), Event.NOT_SENT, "the proxy that the environment names"),
        (
            wrapped(urllib3.exceptions.NewConnectionError(CONNECTION, TOKEN)),
            Event.NOT_SENT,
            "the connection was refused",
        ),
        (
            wrapped(urllib3.exceptions.NameResolutionError("h", CONNECTION, socket.gaierror(-2, TOKEN))),
            Event.NOT_SENT,
            "its name is not known (DNS)",
        ),
        (wrapped(refused_certificate()), Event.REFUSED, "its certificate was not accepted (self-signed certificate)"),
        (wrapped(ssl.SSLError(1, TOKEN)), Event.LOST, "the encrypted connection failed"),
        (requests.exceptions.InvalidHeader(TOKEN), Event.REFUSED, "the credential holds characters"),
        (requests.exceptions.InvalidURL(TOKEN), Event.REFUSED, "the address cannot be asked"),
        (requests.ReadTimeout(), Event.LOST, "no answer within 90 s"),
        (requests.ConnectionError(urllib3.exceptions.ProtocolError("x", ConnectionResetError())), Event.LOST, "broke"),
        (requests.exceptions.ChunkedEncodingError(TOKEN), Event.LOST, "the connection broke"),
        (OSError(TOKEN), Event.LOST, "the connection broke"),
    ],
)
def test_only_what_surely_was_not_sent_counts_as_not_sent(error, event, said):
    broken = _broken(error, Patience())
    assert event is broken.event
    assert said in broken.reason
    assert TOKEN not in broken.reason


def test_a_host_that_does_not_speak_tls_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_plainly() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(4096)

        thread = threading.Thread(target=answer_plainly)
        thread.start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        wire = Wire(url)
        broken = wire.post(url, b"", {})
        wire.close()
        thread.join()
    assert isinstance(broken, Broken)
    assert "the encrypted connection failed" in broken.reason


def test_an_answer_that_drips_is_left():
    seconds = iter(range(0, 100_000, 1000))
    with ScriptedStore(Reply(b"x" * 300_000)) as store:
        wire = Wire(store.url, clock=lambda: next(seconds))
        broken = wire.post(store.url, b"", {})
        wire.close()
    assert Broken(Event.LOST, "the answer was not complete after 300 s") == broken


def test_a_proxy_and_a_certificate_of_the_environment_are_kept(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ours.pem")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    wire = Wire("https://shop.example")
    assert "http://proxy.example:3128" == wire._session.proxies["https"]
    assert "/etc/ours.pem" == wire._session.verify
    wire.close()


def test_a_netrc_is_not_read(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with ScriptedStore(Reply()) as store:
        wire = Wire(store.url)
        wire.post(store.url, b"", {})
        wire.close()
        assert "authorization" not in store.sent[0].headers
