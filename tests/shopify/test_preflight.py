from dataclasses import replace

import pytest
from graphql import build_schema, parse, validate

from reconciler.model.errors import InvalidInput, StoreRefused
from reconciler.shopify.errors import BadResponse
from reconciler.shopify.preflight import DOCUMENT, ShopFacts, missing_scopes, preflight
from tests.shopify.scripted import ScriptedStore, a_client, a_store, answered

SHOP = {
    "id": "gid://shopify/Shop/1",
    "name": "EU",
    "myshopifyDomain": "eu.myshopify.com",
    "currencyCode": "EUR",
    "plan": {"publicDisplayName": "Basic"},
}
FACTS = ShopFacts("gid://shopify/Shop/1", "EU", "eu.myshopify.com", "EUR", "Basic", frozenset({"write_products"}))
SCHEMA = """
type Query { shop: Shop! currentAppInstallation: AppInstallation! }
type Shop { id: ID! name: String! myshopifyDomain: String! currencyCode: String! plan: ShopPlan!
  metafield(namespace: String, key: String!): Metafield }
type Metafield { value: String! compareDigest: String! }
type ShopPlan { publicDisplayName: String! }
type AppInstallation { accessScopes: [AccessScope!]! }
type AccessScope { handle: String! }
"""


def asked(required=(), scopes=("write_products",), **shop):
    installation = {"accessScopes": [{"handle": scope} for scope in scopes]}
    step = answered({"shop": SHOP | shop, "currentAppInstallation": installation})
    with ScriptedStore(step) as store, a_client(store.url) as client:
        return preflight(client, a_store(), required)


def test_the_facts_of_a_shop_are_read_at_once():
    assert FACTS == asked(["write_products", "read_products"])


def test_what_the_shop_remembers_comes_along():
    applied = {"value": '{"commit": "%s"}' % ("a" * 40), "compareDigest": "x"}
    remembered = asked(applied=applied, rewritten=None).memory
    assert ("a" * 40, "x") == (remembered.pointer.value.commit, remembered.pointer.digest)


def test_another_currency_is_an_error_of_the_stores_file():
    with pytest.raises(InvalidInput) as caught:
        asked(currencyCode="CHF")
    expected = (
        "stores/eu.yaml: currency is EUR, but eu.myshopify.com sells in CHF; "
        "write currency: CHF, or correct url if this is the wrong shop"
    )
    assert expected == str(caught.value)


def test_every_missing_scope_is_named_with_its_cure():
    with pytest.raises(StoreRefused) as caught:
        asked(["write_products", "write_inventory", "read_locations"])
    assert str(caught.value).startswith(
        "store eu: the app lacks the access scopes read_locations, write_inventory; add"
    )


@pytest.mark.parametrize(
    ("granted", "required", "missing"),
    [
        ({"write_products"}, {"read_products"}, ()),
        ({"read_products"}, {"write_products"}, ("write_products",)),
        (set(), {"b", "a"}, ("a", "b")),
        ({"a"}, set(), ()),
    ],
)
def test_writing_includes_reading(granted, required, missing):
    assert missing == missing_scopes(replace(FACTS, scopes=frozenset(granted)), required)


@pytest.mark.parametrize("shop", [{"plan": None}, {"currencyCode": None}])
def test_an_answer_that_describes_no_shop_is_refused(shop):
    with pytest.raises((BadResponse, InvalidInput)):
        asked(**shop)


def test_the_document_is_graphql():
    assert [] == validate(build_schema(SCHEMA), parse(DOCUMENT))
