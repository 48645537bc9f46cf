"""What goes along with a deletion: the plan says it, and apply deletes nothing that would take more along by then."""

from typing import Any

import pytest

from reconciler.model.change import Remove
from reconciler.model.errors import LimitBroken
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan
from tests.contract.repository import Repository

BEFORE_SOURCES = "2026-04"
STORE = "on_remove: delete\nlocations: {main: Main}\n"
SHIRT = """\
key: shirt
name: Shirt
variants:
  - {sku: A, price: 10, options: {Size: S}}
  - {sku: B, price: 20, options: {Size: M}}
"""
HAT = "key: hat\nname: Hat\nvariants: [{sku: H, price: 3}]\n"
PRODUCT = """query($h: String!) { productByIdentifier(identifier: {handle: $h}) {
  id options { id } variants(first: 9) { nodes { id sku inventoryItem { id } } } } }"""
CARE = 'query($id: ID!) { product(id: $id) { metafield(namespace: "custom", key: "care") { value } } }'
SET = """mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"""
DIGEST = "query($id: ID!) { translatableResource(resourceId: $id) { translatableContent { key digest } } }"
TRANSLATE = """mutation($id: ID!, $t: [TranslationInput!]!) {
  translationsRegister(resourceId: $id, translations: $t) { userErrors { message } } }"""
ITEM = """mutation($id: ID!, $i: InventoryItemInput!) {
  inventoryItemUpdate(id: $id, input: $i) { userErrors { message } } }"""
VIDEO = """mutation($p: ProductUpdateInput!, $m: [CreateMediaInput!]) {
  productUpdate(product: $p, media: $m) { userErrors { message } } }"""
PRICE_LIST = """mutation($i: PriceListCreateInput!) {
  priceListCreate(input: $i) { priceList { id } userErrors { message } } }"""
FIX = """mutation($l: ID!, $p: [PriceListPriceInput!]!) {
  priceListFixedPricesAdd(priceListId: $l, prices: $p) { userErrors { message } } }"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["Main"])
    repository.store_says(STORE)
    repository.file("catalog/products/shirt.yaml", SHIRT)
    repository.file("catalog/products/hat.yaml", HAT)
    repository.has_categories([{"key": "summer", "name": "Summer"}])
    applied(repository)
    person(repository, 'mutation { shopLocaleEnable(locale: "de") { userErrors { message } } }', {})
    return repository


def applied(repository: Repository, plan: Plan | None = None, *accepted: str) -> ApplyReport:
    report = repository.apply(plan or repository.plan(), *accepted)
    assert report.complete, (report.outcomes, report.left_over, report.notes)
    return report


def person(repository: Repository, document: str, variables: dict[str, Any]) -> Any:
    (payload,) = repository.ask(document, variables).values()
    assert [] == payload["userErrors"]
    return payload


def product(repository: Repository, handle: str) -> Any:
    return repository.ask(PRODUCT, {"h": handle})["productByIdentifier"]


def translates(repository: Repository, resource: str, key: str, text: str) -> None:
    contents = repository.ask(DIGEST, {"id": resource})["translatableResource"]["translatableContent"]
    digest = next(each["digest"] for each in contents if each["key"] == key)
    row = {"locale": "de", "key": key, "value": text, "translatableContentDigest": digest}
    person(repository, TRANSLATE, {"id": resource, "t": [row]})


def notes(repository: Repository, owner: str, value: str) -> None:
    row = {"ownerId": owner, "namespace": "custom", "key": "care", "type": "single_line_text_field", "value": value}
    person(repository, SET, {"m": [row]})


def fixes_a_price(repository: Repository, variant: str) -> None:
    rule = {"adjustment": {"type": "PERCENTAGE_DECREASE", "value": 10}}
    made = person(repository, PRICE_LIST, {"i": {"name": "Nordic", "currency": "EUR", "parent": rule}})
    price = {"variantId": variant, "price": {"amount": "9", "currencyCode": "EUR"}}
    person(repository, FIX, {"l": made["priceList"]["id"], "p": [price]})


def dresses_up(repository: Repository, handle: str) -> Any:
    """Play the person who adds to a product what no catalog speaks of."""
    found = product(repository, handle)
    translates(repository, found["id"], "title", "Hemd")
    translates(repository, found["options"][0]["id"], "name", "Größe")
    video = {"originalSource": "https://www.youtube.com/watch?v=abcdefghijk", "mediaContentType": "EXTERNAL_VIDEO"}
    person(repository, VIDEO, {"p": {"id": found["id"]}, "m": [{**video, "alt": "Worn"}]})
    first = found["variants"]["nodes"][0]
    person(repository, ITEM, {"id": first["inventoryItem"]["id"], "i": {"harmonizedSystemCode": "610910"}})
    fixes_a_price(repository, first["id"])
    return found


def leaves_git(repository: Repository, name: str) -> None:
    (repository.root / f"catalog/{name}.yaml").unlink()


def along(plan: Plan) -> dict[str, set[str]]:
    """Return address → what its deletion takes along, ids left out."""
    return {
        str(change.address): {
            f"{each.sort} {each.name.partition(' of ')[0]}: {each.value}" for each in change.takes_along
        }
        for change in plan.changes
        if isinstance(change, Remove) and change.takes_along
    }


def reasons(report: ApplyReport) -> dict[str, str]:
    return {str(each.address): f"{each.result}: {getattr(each, 'reason', '')}" for each in report.outcomes}


def test_a_deletion_says_what_it_takes_along_and_what_cannot_come_back_needs_consent(shop):
    notes(shop, dresses_up(shop, "shirt")["id"], "wash cold")
    leaves_git(shop, "products/shirt")
    plan = shop.plan()
    said = along(plan)
    video = next(each for each in said["product/shirt"] if each.startswith("media"))
    assert video.startswith("media external_video ")
    assert video.endswith(": Worn")
    assert said == {
        "product/shirt": {
            "metafield custom.care: wash cold",
            "translation de title: Hemd",
            "translation de name: Größe",
            video,
        },
        "variant/shirt/A": {"customs harmonizedSystemCode: 610910", "fixed price in Nordic: 9.0 EUR"},
    }
    assert ["takes-along"] == [each.rule for each in plan.violations]
    with pytest.raises(LimitBroken):
        shop.apply(plan)
    applied(shop, plan, "takes-along")
    assert product(shop, "shirt") is None


def test_what_a_rollback_brings_back_needs_no_consent(shop):
    notes(shop, product(shop, "hat")["id"], "wash cold")
    leaves_git(shop, "products/hat")
    plan = shop.plan()
    assert {"product/hat": {"metafield custom.care: wash cold"}} == along(plan)
    assert () == plan.violations
    run = applied(shop, plan).run
    applied(shop, shop.rollback(run))
    care = shop.ask(CARE, {"id": product(shop, "hat")["id"]})["product"]["metafield"]
    assert "wash cold" == care["value"]


ADDITIONS = {
    "metafield custom.care wash cold": lambda shop, found: notes(shop, found["id"], "wash cold"),
    "translation de title Hut": lambda shop, found: translates(shop, found["id"], "title", "Hut"),
    "fixed price in Nordic 9.0 EUR": lambda shop, found: fixes_a_price(shop, found["variants"]["nodes"][0]["id"]),
    "customs countryCodeOfOrigin PT": lambda shop, found: person(
        shop, ITEM, {"id": found["variants"]["nodes"][0]["inventoryItem"]["id"], "i": {"countryCodeOfOrigin": "PT"}}
    ),
}


def test_what_a_person_added_after_the_plan_keeps_the_product(shop):
    for place in range(len(ADDITIONS)):
        shop.file(
            f"catalog/products/p{place}.yaml", f"key: p{place}\nname: P\nvariants: [{{sku: P{place}, price: 3}}]\n"
        )
    applied(shop)
    for place in range(len(ADDITIONS)):
        leaves_git(shop, f"products/p{place}")
    plan = shop.plan()
    for place, add in enumerate(ADDITIONS.values()):
        add(shop, product(shop, f"p{place}"))
    said = reasons(shop.apply(plan))
    for place, added in enumerate(ADDITIONS):
        expected = f"stale: it would take along {added}, which the plan did not say; run plan again"
        assert expected == said.pop(f"product/p{place}")
        assert product(shop, f"p{place}") is not None
    assert {f"skipped: product/p{place} was not removed" for place in range(len(ADDITIONS))} == set(said.values())


def test_a_variant_and_a_collection_are_looked_at_like_a_product(shop):
    shop.file("catalog/products/shirt.yaml", SHIRT.rpartition("  - ")[0])
    leaves_git(shop, "collections/summer")
    plan = shop.plan()
    assert {"product/shirt", "variant/shirt/B", "collection/summer"} == {str(each.address) for each in plan.changes}
    notes(shop, product(shop, "shirt")["variants"]["nodes"][1]["id"], "iron")
    collection = shop.ask("{ collections(first: 9) { nodes { id } } }")["collections"]["nodes"][0]["id"]
    translates(shop, collection, "title", "Sommer")
    said = reasons(shop.apply(plan))
    assert "stale: it would take along metafield custom.care iron" in said["variant/shirt/B"]
    assert "skipped: variant/shirt/B stays, which goes in the same request" == said["product/shirt"]
    assert "stale: it would take along translation de title Sommer" in said["collection/summer"]
    assert 2 == len(product(shop, "shirt")["variants"]["nodes"])


def test_what_goes_away_again_after_the_plan_is_no_reason_to_keep_anything(shop):
    found = product(shop, "hat")
    notes(shop, found["id"], "wash cold")
    leaves_git(shop, "products/hat")
    plan = shop.plan()
    row = {"ownerId": found["id"], "namespace": "custom", "key": "care"}
    forget = (
        "mutation($m: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $m) { userErrors { message } } }"
    )
    person(shop, forget, {"m": [row]})
    applied(shop, plan)


def test_a_token_that_cannot_look_at_translations_is_told_and_needs_consent(shop):
    shop.embedded._control("PUT", shop.shop, {"scopes": [each for each in _scopes(shop) if "translations" not in each]})
    leaves_git(shop, "products/hat")
    plan = shop.plan()
    assert {"product/hat": {"unseen translations: the app lacks read_translations"}} == along(plan)
    assert ["takes-along"] == [each.rule for each in plan.violations]
    applied(shop, plan, "takes-along")


def _scopes(shop: Repository) -> list[str]:
    asked = shop.ask("{ currentAppInstallation { accessScopes { handle } } }")
    return [each["handle"] for each in asked["currentAppInstallation"]["accessScopes"]]


def test_a_creation_that_people_added_to_is_not_taken_back(shop):
    shop.file("catalog/products/cap.yaml", "key: cap\nname: Cap\nvariants: [{sku: C, price: 4, options: {Size: S}}]\n")
    shop.file("catalog/products/tie.yaml", "key: tie\nname: Tie\nvariants: [{sku: T, price: 4}]\n")
    run = applied(shop).run
    dresses_up(shop, "cap")
    plan = shop.rollback(run)
    assert {"product/tie", "variant/tie/T"} == {
        str(each.address) for each in plan.changes if each.address.kind in {"product", "variant"}
    }
    (note,) = (each for each in plan.notes if "product/cap" in each)
    for taken in (
        "translation de title Hemd",
        "media external_video",
        "customs harmonizedSystemCode 610910",
        "fixed price in Nordic",
    ):
        assert taken in note
    translates(shop, product(shop, "tie")["id"], "title", "Krawatte")
    assert "stale: it would take along translation de title Krawatte" in reasons(shop.apply(plan))["product/tie"]
    assert {"cap", "tie"} <= {
        each["handle"] for each in shop.ask("{ products(first: 9) { nodes { handle } } }")["products"]["nodes"]
    }


LEGACY = """mutation($i: CollectionInput!) {
  collectionCreate(input: $i) { collection { id } userErrors { message } } }"""


def test_a_version_without_sources_shows_the_collections_that_people_put_a_product_into(repository: Repository) -> None:
    repository.store_says(f"on_remove: delete\napi_version: {BEFORE_SOURCES}\n")
    repository.file("catalog/products/hat.yaml", HAT)
    repository.file("catalog/products/cap.yaml", HAT.replace("hat", "cap").replace("H,", "C,"))
    run = applied(repository).run
    rule = {"column": "TITLE", "relation": "EQUALS", "condition": "Hat"}
    by_rules = {"title": "Hats", "ruleSet": {"appliedDisjunctively": False, "rules": [rule]}}
    by_hand = {"title": "Theirs", "products": [product(repository, "hat")["id"]]}
    theirs = [person(repository, LEGACY, {"i": each})["collection"]["id"] for each in (by_rules, by_hand)][1]
    assert run is not None
    plan = repository.rollback(run)
    assert {"cap"} == {each.address.root_key for each in plan.changes}
    (note,) = (each for each in plan.notes if "product/hat stays" in each)
    assert "product/hat was put into collection 'Theirs'" in note
    leaves_git(repository, "products/hat")
    plan = repository.plan()
    assert {"product/hat": {f"collection {theirs.rpartition('/')[2]}: Theirs"}} == along(plan)
    assert ["takes-along"] == [each.rule for each in plan.violations]
