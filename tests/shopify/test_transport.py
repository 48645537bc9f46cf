import subprocess
import sys

import gql
import pytest
from gql.transport.exceptions import TransportConnectionFailed, TransportProtocolError, TransportServerError

from reconciler.shopify.auth import StaticToken
from reconciler.shopify.secret import Secret
from reconciler.shopify.transport import ShopTransport
from tests.shopify.scripted import SHOP, TOKEN, Drop, Reply, ScriptedStore, Step, answered


def executed(step: Step) -> object:
    with ScriptedStore(step) as store:
        transport = ShopTransport(store.url, StaticToken(Secret(TOKEN), "EU_TOKEN"))
        with gql.Client(transport=transport) as session:
            return session.execute(gql.gql(SHOP))


def test_it_serves_a_gql_client():
    assert {"shop": {"name": "EU"}} == executed(answered({"shop": {"name": "EU"}}))


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (Drop(), TransportConnectionFailed),
        (Reply(TOKEN.encode()), TransportProtocolError),
        (Reply([]), TransportProtocolError),
        (Reply(b"", 401), TransportServerError),
        (Reply(b"", 302, {"Location": f"http://evil.example/{TOKEN}"}), TransportServerError),
    ],
)
def test_it_fails_as_a_gql_client_expects_and_keeps_the_token(step, error):
    with pytest.raises(error) as caught:
        executed(step)
    assert TOKEN not in repr(caught.value)
    assert None is caught.value.__cause__


@pytest.mark.parametrize("module", ["reconciler.shopify", "reconciler.shopify.codec", "reconciler.shopify.errors"])
def test_what_the_command_line_starts_with_imports_no_http(module):
    code = f"import sys, {module}; print(sorted({{'gql', 'graphql', 'requests', 'urllib3'}} & set(sys.modules)))"
    assert "[]\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
