import time

import pytest
import requests

from reconciler.sandbox.shops.settings import EVERY_SCOPE

SHOP_QUERY = {"query": "{ shop { myshopifyDomain } }"}
BAD_TOKEN = {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}


def test_a_wrong_token_is_401_with_the_apis_sentence(shared):
    for token in ("", "shpat_wrong"):
        answer = shared.post(SHOP_QUERY, **{"X-Shopify-Access-Token": token})
        assert (401, BAD_TOKEN) == (answer.status_code, answer.json())


def test_an_unknown_shop_is_404(server):
    answer = requests.post(f"{server.url}/nobody/admin/api/2026-10/graphql.json", json=SHOP_QUERY, timeout=9)
    assert (404, {"errors": "Not Found"}) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    ("asked", "served"),
    [("2026-10", "2026-10"), ("2026-07", "2026-07"), ("2025-10", "2025-10"), ("2024-01", "2025-10")],
)
def test_an_expired_version_falls_forward_to_the_oldest_served(shared, asked, served):
    answer = shared.post(SHOP_QUERY, version=asked)
    assert (200, served) == (answer.status_code, answer.headers["X-Shopify-API-Version"])


@pytest.mark.parametrize(("asked", "is_told"), [("2026-10", False), ("unstable", False), ("2024-01", True)])
def test_who_asks_for_an_expired_version_is_told(shared, asked, is_told):
    answer = shared.post({"query": "{ shop { id } }"}, version=asked)
    assert is_told == ("X-Shopify-API-Deprecated-Reason" in answer.headers)


@pytest.mark.parametrize("version", ["2031-01", "2026-11", "latest"])
def test_a_version_that_never_was_is_404(shared, version):
    assert 404 == shared.post(SHOP_QUERY, version=version).status_code


def test_every_answer_names_its_request(shared):
    first, second = shared.post(SHOP_QUERY), shared.post(SHOP_QUERY)
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({"Host": "{name}.localhost"}, "/admin/api/2026-10/graphql.json"),
        ({"Host": "{name}.myshopify.com"}, "/admin/api/2026-10/graphql.json"),
        ({"X-Forwarded-Host": "{name}.myshopify.com"}, "/admin/api/2026-10/graphql.json"),
        ({}, "/{name}/admin/api/2026-10/graphql.json"),
        ({}, "/{name}/admin/api/graphql.json"),
    ],
)
def test_a_shop_is_chosen_by_path_or_by_host(server, shared, headers, path):
    name = shared.shop["name"]
    sent = {key: value.format(name=name) for key, value in headers.items()}
    sent["X-Shopify-Access-Token"] = shared.shop["token"]
    answer = requests.post(server.url + path.format(name=name), json=SHOP_QUERY, headers=sent, timeout=9)
    assert {"shop": {"myshopifyDomain": f"{name}.myshopify.com"}} == answer.json()["data"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{not json", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"variables": {}}', "application/json", 400),
        (b'{"query": "{ shop { id } }", "variables": []}', "application/json", 200),
        (b'{"query": "{ shop { id } }", "variables": [1]}', "application/json", 400),
        (b"query=x", "application/x-www-form-urlencoded", 400),
        (b"{ shop { id } }", "application/graphql", 200),
        (b'{"query": "{ shop { id } }"}', "application/json; charset=utf-8", 200),
    ],
)
def test_a_body_that_is_no_request_is_400(server, shared, body, content_type, status):
    url = f"{server.url}{shared.shop['url_path']}/admin/api/2026-10/graphql.json"
    headers = {"Content-Type": content_type, "X-Shopify-Access-Token": shared.shop["token"]}
    assert status == requests.post(url, data=body, headers=headers, timeout=9).status_code


def _grant(store, **request):
    url = f"{store.server_url}{store.shop['url_path']}/admin/oauth/access_token"
    asked = {
        "grant_type": "client_credentials",
        "client_id": store.shop["client_id"],
        "client_secret": store.shop["client_secret"],
        **request,
    }
    return url, asked


@pytest.mark.parametrize("encoding", ["data", "json"])
def test_client_credentials_are_exchanged_for_a_token_that_works(shared, encoding):
    url, asked = _grant(shared)
    granted = requests.post(url, **{encoding: asked}, timeout=9).json()
    assert 86_399 == granted["expires_in"]
    assert ",".join(EVERY_SCOPE) == granted["scope"]
    answer = shared.post(SHOP_QUERY, **{"X-Shopify-Access-Token": granted["access_token"]})
    assert 200 == answer.status_code


def test_a_granted_token_expires_and_the_permanent_one_does_not(server):
    shop = server.shop("short-lived", token_lifetime_s=1)
    url, asked = _grant(shop)
    token = requests.post(url, data=asked, timeout=9).json()["access_token"]
    assert 200 == shop.post(SHOP_QUERY, **{"X-Shopify-Access-Token": token}).status_code
    time.sleep(1.1)
    assert 401 == shop.post(SHOP_QUERY, **{"X-Shopify-Access-Token": token}).status_code
    assert 200 == shop.post(SHOP_QUERY).status_code


@pytest.mark.parametrize(
    ("request_change", "error"),
    [({"client_secret": "wrong"}, "invalid_client"), ({"grant_type": "password"}, "unsupported_grant_type")],
)
def test_a_grant_with_wrong_credentials_is_refused(shared, request_change, error):
    url, asked = _grant(shared, **request_change)
    answer = requests.post(url, data=asked, timeout=9)
    assert (400, error) == (answer.status_code, answer.json()["error"])


def test_the_rest_pings_of_common_clients_work(shared):
    headers = {"X-Shopify-Access-Token": shared.shop["token"]}
    root = shared.server_url + shared.shop["url_path"]
    shop = requests.get(f"{root}/admin/api/2026-10/shop.json", headers=headers, timeout=9).json()
    scopes = requests.get(f"{root}/admin/oauth/access_scopes.json", headers=headers, timeout=9).json()
    assert ("Demo", "EUR") == (shop["shop"]["name"], shop["shop"]["currency"])
    assert {"handle": "write_products"} in scopes["access_scopes"]
