"""Unmodified clients that others wrote work against the store."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema

from tests.conformance.clients.packages import node_modules, python_path
from tests.sandbox.store import VERSION, Server, Store, ended, started

pytestmark = [pytest.mark.network, pytest.mark.slow]

HERE = Path(__file__).parent
SHOP = "clients"
NODE_CLIENTS = ("@shopify/admin-api-client@2.0.0", "@shopify/shopify-api@15.0.0")
AUDIT = ("graphql-http@1.23.1", "graphql@16.11.0")
_PATIENCE_S = 60


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    running: Server = started(tmp_path_factory.mktemp("clients"))
    yield running.shop(SHOP, display_name="Clients")
    ended(running)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packages")


def ran(command: list[str], store: Store, **more: str) -> str:
    """Run a client's script and return what it printed."""
    base = f"{store.server_url}{store.shop['url_path']}"
    settings = {
        "STORE_URL": base,
        "GRAPHQL_URL": f"{base}/admin/api/{VERSION}/graphql.json",
        "TOKEN": store.shop["token"],
        "SHOP": SHOP,
        "API_VERSION": VERSION,
        "CLIENT_ID": store.shop["client_id"],
        "CLIENT_SECRET": store.shop["client_secret"],
    }
    environment = {**os.environ, **settings, **more}
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_PATIENCE_S, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def ran_with_node(script: str, folder: Path, store: Store) -> Any:
    """Run one of our scripts where its packages are, and return what it printed as JSON."""
    copy = folder / script
    copy.write_bytes((HERE / script).read_bytes())
    return json.loads(ran(["node", str(copy)], store).splitlines()[-1])


def test_the_admin_api_client_reads_writes_and_is_refused(store, scratch):
    folder = node_modules(scratch / "node", *NODE_CLIENTS)
    expected = {"shop": "Clients", "product": "From Node", "cost": 10, "refusal": "undefinedField"}
    assert expected == ran_with_node("admin_api_client.mjs", folder, store)


def test_an_app_of_shopify_api_gets_a_token_and_writes(store, scratch):
    folder = node_modules(scratch / "node", *NODE_CLIENTS)
    expected = {"shop": "Clients", "product": "From an app", "scopes": True}
    assert expected == ran_with_node("shopify_api.mjs", folder, store)


def test_the_python_api_queries_and_pings(store, scratch):
    folder = python_path(scratch / "shopify", "ShopifyAPI==12.7.0")
    command = [sys.executable, str(HERE / "shopify_python.py")]
    printed = json.loads(ran(command, store, PYTHONPATH=str(folder)))
    assert {"shop": "Clients", "domain": "clients.myshopify.com"} == printed


def test_gql_cli_prints_a_schema_that_builds(store, scratch):
    folder = python_path(scratch / "gql", "gql[httpx]==4.4.0")
    url = f"{store.server_url}{store.shop['url_path']}/admin/api/{VERSION}/graphql.json"
    options = ["--transport", "httpx", "-H", f"X-Shopify-Access-Token:{store.shop['token']}", "--print-schema"]
    command = [sys.executable, str(folder / "bin" / "gql-cli"), url, *options]
    printed = build_schema(ran(command, store, PYTHONPATH=str(folder)), assume_valid=True)
    assert {"product", "shop"} <= getattr(printed.query_type, "fields", {}).keys()


def test_the_audit_of_graphql_over_http_finds_no_error(store, scratch):
    found = ran_with_node("audit.mjs", node_modules(scratch / "audit", *AUDIT), store)
    assert found["asked"] > 50
    assert [] == [one for one in found["told"] if one["status"] == "error"]
