"""What goes along, read with as little as a token and a version of the API allow."""

from collections.abc import Mapping
from typing import Any

from reconciler.model.store import Store, StoreDocument
from reconciler.shopify.along import looked_along
from reconciler.shopify.errors import AccessDenied
from reconciler.shopify.preflight import ShopFacts
from tests.shopify.answering import ScriptedClient

VARIANT = "gid://shopify/ProductVariant/7"
SCOPES = frozenset({"read_products", "read_locales", "read_translations"})
NODE = {
    "id": VARIANT,
    "metafields": {
        "pageInfo": {"hasNextPage": True},
        "nodes": [{"namespace": "app--5--reconciler", "key": "stock", "value": "{}"}],
    },
    "product": {"id": "gid://shopify/Product/1"},
    "requiresComponents": False,
    "unitPriceMeasurement": {"quantityValue": 0, "quantityUnit": None, "referenceValue": 0, "referenceUnit": None},
    "inventoryItem": {"harmonizedSystemCode": None, "countryCodeOfOrigin": None, "provinceCodeOfOrigin": None},
}


def a_store(version: str) -> Store:
    document = StoreDocument.model_validate(
        {
            "url": "https://shop.myshopify.com",
            "channel": "web",
            "currency": "EUR",
            "api_version": version,
            "credentials": {"token": {"env": "T"}},
        }
    )
    return Store("shop", "stores/shop.yaml", document, {})


def facts(scopes: frozenset[str] = SCOPES) -> ShopFacts:
    return ShopFacts("gid://shopify/Shop/1", "Shop", "shop.myshopify.com", "EUR", "Basic", scopes)


def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    if "priceLists" in document:
        raise AccessDenied("shop", "no", "ask for it", path=["priceLists"])
    return {"nodes": [NODE], "currentAppInstallation": {"app": {"id": "gid://shopify/App/5"}}, "shopLocales": []}


def test_what_a_token_may_not_look_at_is_said_and_our_own_notes_are_nobodys_loss():
    client = ScriptedClient(answer)
    found = looked_along(
        client, a_store("2026-10"), facts(), [VARIANT, "gid://shopify/MediaImage/3", "gid://shopify/X/1#2"]
    ).along
    assert {VARIANT: ["fixed prices", "more metafields"]} == {
        at: sorted(each.name for each in along if each.sort == "unseen") for at, along in found.items()
    }
    assert ["unseen"] * 2 == [each.sort for each in found[VARIANT]]
    assert [VARIANT] == client.asked[0][1]["ids"]


def test_nothing_is_asked_where_nothing_takes_anything_along():
    client = ScriptedClient(answer)
    assert {} == looked_along(client, a_store("2026-10"), facts(), ["gid://shopify/MediaImage/3"]).along
    assert [] == client.asked


def test_an_older_version_is_not_asked_for_sources_nor_a_token_for_languages_that_it_may_not_read():
    client = ScriptedClient(lambda document, _: {**answer("", {}), "priceLists": {"nodes": []}})
    looked_along(client, a_store("2026-01"), facts(SCOPES - {"read_locales"}), [VARIANT])
    ((asked, _),) = client.asked
    assert "sources" not in asked
    assert "ruleSet" in asked
    assert "shopLocales" not in asked
