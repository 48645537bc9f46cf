"""The connection test: what is wrong with a store is told check by check, each failure with its cure."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.store import API_VERSION
from reconciler.shopify.introspection import DOCUMENT as INTROSPECTION
from tests.cli.conftest import Project, Said
from tests.shopify.scripted import Reply, ScriptedStore, answered

VARIABLE = "DOCTOR_TOKEN"
TOKEN = "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"
REAL = "url: {url}\nchannel: web\ncurrency: {currency}\ncredentials: {{token: {{env: DOCTOR_TOKEN}}}}\n{more}"
SHOP = {
    "id": "gid://shopify/Shop/1",
    "name": "EU",
    "myshopifyDomain": "eu.myshopify.com",
    "currencyCode": "EUR",
    "plan": {"publicDisplayName": "Basic"},
}
SCOPES = ("write_products", "write_inventory", "read_files", "write_files")
VERSIONS = [{"handle": "2026-04", "supported": True}, {"handle": API_VERSION, "supported": True}]
LIMITS = {"locationLimit": 200, "maxProductOptions": 3, "maxProductVariants": 2048}
ASKS_FOR_A_TOKEN = Reply({"errors": "[API] Invalid API key or access token"}, 401)


def facts(*scopes: str) -> Reply:
    installation = {"accessScopes": [{"handle": scope} for scope in scopes or SCOPES]}
    return answered({"shop": SHOP, "currentAppInstallation": installation})


def offer(**limits: int) -> Reply:
    return answered({"publicApiVersions": VERSIONS, "shop": {"resourceLimits": LIMITS | limits}})


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The embedded store behind an ordinary URL, with a token in an environment variable."""
    connect(project, monkeypatch)
    return project


def connect(project: Project, monkeypatch: pytest.MonkeyPatch, more: str = "", currency: str = "EUR") -> None:
    url, token = project.stores.shop(project.shop, "EUR", {"locations": ["Berlin"]})
    monkeypatch.setenv(VARIABLE, token)
    project.write("stores/eu.yaml", REAL.format(url=url, currency=currency, more=more))


def granted(project: Project, *scopes: str) -> None:
    project.stores._control("PUT", project.shop, {"scopes": list(scopes)})


def checked(project: Project, *names: str) -> tuple[int, dict[str, Any]]:
    """Run the test for a program: the exit code, and what was found out about the first store."""
    said = project.run("doctor", *names, "--json")
    for stream in (said.out, said.err):
        assert "Traceback" not in stream
        assert "shpat_" not in stream
    (found, *_), errors = said.json["stores"], said.json["errors"]
    assert [] == errors
    return said.code, {check["name"]: check for check in found["checks"]}


def results(checks: dict[str, Any]) -> dict[str, str]:
    """The checks that are not ok."""
    return {name: check["result"] for name, check in checks.items() if check["result"] != "ok"}


def told(check: dict[str, Any]) -> str:
    return " ".join(f"{problem['file']} {problem['summary']} {problem['hint']}" for problem in check["problems"])


def after(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "not looked at")


LAST = ("scopes", "currency", "locations", "publications", "documents", "limits")


def test_a_store_that_is_well_passes_every_check(shop: Project) -> None:
    code, checks = checked(shop)
    assert (0, {}) == (code, results(checks))
    assert 10 == len(checks)
    assert VARIABLE in checks["token"]["found"][0]
    assert API_VERSION in checks["API version"]["found"][0]
    assert "2,000 points" in checks["limits"]["found"][0]


def test_an_embedded_store_is_tested_like_any_other(project: Project) -> None:
    assert {} == results(checked(project, "eu")[1])


def test_a_wrong_token_is_told_with_the_variable_that_holds_it(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    code, checks = checked(shop)
    assert (7, {"token": "failed", **after("API version", *LAST)}) == (code, results(checks))
    assert f"create a new token and set {VARIABLE}" in told(checks["token"])
    assert {"token"} == {checks[name]["because"] for name in LAST}


def test_without_a_token_the_store_is_looked_at_as_far_as_it_goes(
    shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    code, checks = checked(shop)
    assert (3, {"token": "failed", **after("API version", *LAST)}) == (code, results(checks))
    assert f"stores/eu.yaml the environment variable {VARIABLE} is not set" in told(checks["token"])


def test_a_shop_that_is_not_there_is_told(shop: Project) -> None:
    file = shop.root / "stores/eu.yaml"
    file.write_text(file.read_text().replace(shop.shop, "nobody"))
    code, checks = checked(shop)
    assert (7, {"shop": "failed", **after("token", "API version", *LAST)}) == (code, results(checks))
    assert "correct url" in told(checks["shop"])


def test_a_version_that_nobody_knows_is_told_with_those_that_are_served(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(project, monkeypatch, "api_version: 2099-01\n")
    code, checks = checked(project)
    assert (7, {"API version": "failed", "documents": "not looked at"}) == (code, results(checks))
    assert "2099-01 is not known there; 2026-10 is" in told(checks["API version"])
    assert "2026-07, 2026-10" in told(checks["API version"])


def test_another_version_that_answers_is_told_and_the_rest_is_still_looked_at(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"X-Shopify-API-Version": "2026-04"}
    older = [Reply(facts().body, headers=other), Reply(facts().body, headers=other), Reply(offer().body, headers=other)]
    code, checks = scripted(project, monkeypatch, ASKS_FOR_A_TOKEN, *older)
    assert (7, {"API version": "failed", "documents": "not looked at"}) == (code, results(checks))
    assert "2026-10 was asked for, and 2026-04 answered" in told(checks["API version"])
    assert "set api_version to one of 2026-04, 2026-10" in told(checks["API version"])


def test_a_shop_in_another_currency_is_a_mistake_of_the_file(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(project, monkeypatch, currency="USD")
    code, checks = checked(project)
    assert (3, {"currency": "failed"}) == (code, results(checks))
    assert "stores/eu.yaml" in told(checks["currency"])
    assert "sells in EUR" in told(checks["currency"])


def test_every_missing_scope_is_told_with_who_needs_it(shop: Project) -> None:
    granted(shop, "read_inventory")
    code, checks = checked(shop)
    assert (7, {"scopes": "failed"}) == (code, results(checks))
    assert "read_products is not granted; mark, product, variant" in told(checks["scopes"])
    assert "add write_inventory to the app's access scopes" in told(checks["scopes"])
    assert [] == checks["scopes"]["found"]


def test_a_token_that_only_reads_is_said_to_be_enough_for_a_plan(shop: Project) -> None:
    granted(shop, "read_inventory", "read_products")
    code, checks = checked(shop)
    assert (7, {"scopes": "failed"}) == (code, results(checks))
    assert "plan works" in checks["scopes"]["found"][0]
    assert 0 == shop.run("plan").code


def test_a_plan_needs_no_scope_that_is_not_told(shop: Project) -> None:
    granted(shop, "read_inventory", "read_products")
    assert shop.run("plan", "--json").json["plans"][0]["plan"]["complete"]


LOCATIONS = {
    "of a name that is there": ("Berlin", None, ""),
    "of a name that is not": ("Berln", 3, "has no location of the name Berln did you mean Berlin?"),
    "of an id that is not there": ("gid://shopify/Location/1", 3, "has no location of the id gid://shopify/Location/1"),
}


@pytest.mark.parametrize("case", LOCATIONS)
def test_a_location_is_found_or_told(case: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    name, code, expected = LOCATIONS[case]
    connect(project, monkeypatch, f"locations: {{main: '{name}'}}\n")
    got, checks = checked(project)
    assert (code or 0, {"locations": "failed"} if code else {}) == (got, results(checks))
    assert expected in told(checks["locations"])
    if not code:
        assert "main is Berlin (gid://shopify/Location/" in checks["locations"]["found"][0]


def test_a_name_that_two_locations_have_is_told_with_their_ids(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {"hasNextPage": False, "endCursor": None}
    nodes = [{"id": f"gid://shopify/Location/{number}", "name": "Berlin"} for number in (1, 2)]
    berlins = answered({"locations": {"pageInfo": page, "nodes": nodes}})
    steps = [ASKS_FOR_A_TOKEN, facts(*SCOPES, "read_locations"), offer(), berlins, answered(project.ask(INTROSPECTION))]
    code, checks = scripted(project, monkeypatch, *steps, more="locations: {main: Berlin}\n")
    assert (3, {"locations": "failed"}) == (code, results(checks))
    assert "2 locations are called Berlin" in told(checks["locations"])
    assert "gid://shopify/Location/1 or gid://shopify/Location/2" in told(checks["locations"])


def test_a_publication_that_is_not_there_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(project, monkeypatch, "publications: [Onlin Store]\n")
    code, checks = checked(project)
    assert (3, {"publications": "failed"}) == (code, results(checks))
    assert "Onlin Store" in told(checks["publications"])


def test_places_that_may_not_be_read_are_not_looked_at(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(project, monkeypatch, "locations: {main: Berlin}\n")
    granted(project, "write_products", "write_inventory")
    code, checks = checked(project)
    assert (7, {"scopes": "failed", "locations": "not looked at"}) == (code, results(checks))
    assert "read_locations is not granted; locations of the store's file" in told(checks["scopes"])
    assert "scopes" == checks["locations"]["because"]


STATUSES = {
    401: ("token", VARIABLE),
    402: ("shop", "settle the bill"),
    403: ("shop", "check the app's installation"),
    404: ("shop", "correct url or api_version in stores/eu.yaml"),
    423: ("shop", "ask Shopify's support"),
    430: ("shop", "stop for a while"),
    302: ("shop", "correct url in stores/eu.yaml"),
    503: ("shop", "shopifystatus.com"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_store_that_refuses_us_is_told_with_the_cure(
    status: int, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, cure = STATUSES[status]
    code, checks = scripted(project, monkeypatch, *[Reply({"errors": f"no: {TOKEN}"}, status)] * 4)
    assert (7, "failed") == (code, checks[check]["result"])
    assert cure in told(checks[check])
    assert {check} == {checks[name]["because"] for name in LAST}


@pytest.mark.parametrize("status", [402, 404, 423, 430])
def test_what_a_shop_tells_anybody_is_told_without_a_token(
    status: int, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedStore(Reply({"errors": "no"}, status)) as store:
        connect(project, monkeypatch)
        monkeypatch.delenv(VARIABLE)
        project.write("stores/eu.yaml", REAL.format(url=store.url, currency="EUR", more=""))
        code, checks = checked(project)
    assert (7, "failed", "failed") == (code, checks["shop"]["result"], checks["token"]["result"])


def scripted(
    project: Project, monkeypatch: pytest.MonkeyPatch, *steps: Reply, more: str = ""
) -> tuple[int, dict[str, Any]]:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with ScriptedStore(*steps) as store:
        project.write("stores/eu.yaml", REAL.format(url=store.url, currency="EUR", more=more))
        return checked(project)


@pytest.mark.parametrize("status", [200, 401, 403, 500])
def test_no_answer_makes_the_token_appear(
    status: int, project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with ScriptedStore(*[Reply({"errors": f"bad header X-Shopify-Access-Token: {TOKEN}"}, status)] * 4) as store:
        project.write("stores/eu.yaml", REAL.format(url=store.url, currency="EUR", more=""))
        said = project.run("doctor", "-v")
    assert 7 == said.code
    assert TOKEN not in said.out + said.err + caplog.text


def test_a_person_is_told_the_same_as_a_program(shop: Project) -> None:
    granted(shop, "read_inventory")
    _, checks = checked(shop)
    shown = shop.run("doctor").out
    for check in checks.values():
        assert check["result"] in shown
        assert check["name"] in shown
        assert all(problem["summary"] in shown and problem["hint"] in shown for problem in check["problems"])
    assert "shpat_" not in shown


ADDRESSES = {
    "nobody listens": ("http://127.0.0.1:9", "the connection was refused"),
    "no encryption there": ("https://{server}", "the encrypted connection failed"),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_an_address_that_is_not_reached_is_told(case: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    url, expected = ADDRESSES[case]
    monkeypatch.setenv(VARIABLE, TOKEN)
    server = project.stores.shop(project.shop, "EUR")[0].removeprefix("http://")
    project.write("stores/eu.yaml", REAL.format(url=url.format(server=server), currency="EUR", more=""))
    code, checks = checked(project)
    assert 7 == code
    assert {"address": "failed", **after("shop", "token", "API version", *LAST)} == results(checks)
    assert expected in told(checks["address"])


def test_the_token_is_not_sent_before_something_answers(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with ScriptedStore(*[Reply({"errors": "no"}, 402)] * 2) as store:
        project.write("stores/eu.yaml", REAL.format(url=store.url, currency="EUR", more=""))
        project.run("doctor")
        assert [False, True] == ["x-shopify-access-token" in sent.headers for sent in store.sent]


def test_a_document_that_the_stores_schema_does_not_take_is_told_with_the_field(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = copy.deepcopy(project.ask(INTROSPECTION))
    product = next(each for each in schema["__schema"]["types"] if each["name"] == "Product")
    product["fields"] = [field for field in product["fields"] if field["name"] != "vendor"]
    code, checks = scripted(project, monkeypatch, ASKS_FOR_A_TOKEN, facts(), offer(), answered(schema))
    assert (7, {"documents": "failed"}) == (code, results(checks))
    assert "Given_products (product, variant" in told(checks["documents"])
    assert "Cannot query field 'vendor' on type 'Product'" in told(checks["documents"])


@pytest.mark.parametrize(("version", "is_told"), [("2026-04", True), ("2026-10", False)])
def test_rule_sets_are_held_against_the_schema_where_they_are_asked_for(
    version: str, is_told: bool, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = copy.deepcopy(project.ask(INTROSPECTION))
    collection = next(each for each in schema["__schema"]["types"] if each["name"] == "Collection")
    collection["fields"] = [field for field in collection["fields"] if field["name"] != "ruleSet"]
    replies = (ASKS_FOR_A_TOKEN, facts(), offer(), answered(schema))
    steps = [replace(reply, headers={"X-Shopify-API-Version": version}) for reply in replies]
    _, checks = scripted(project, monkeypatch, *steps, more=f"api_version: {version}\n")
    assert is_told == ("RuleSets (product): Cannot query field 'ruleSet'" in told(checks["documents"]))


def test_a_product_with_more_variants_than_the_shop_takes_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [ASKS_FOR_A_TOKEN, facts(), offer(maxProductVariants=1), answered(project.ask(INTROSPECTION))]
    code, checks = scripted(project, monkeypatch, *steps)
    assert (3, {"limits": "failed"}) == (code, results(checks))
    assert "catalog/products/shirt.yaml shirt has 2 variants, and the store takes 1" in told(checks["limits"])


def test_one_store_that_fails_stops_no_other(shop: Project) -> None:
    shop.write("stores/us.yaml", REAL.format(url="http://127.0.0.1:9", currency="EUR", more=""))
    said = shop.run("doctor", "--json")
    assert 7 == said.code
    assert [("eu", True), ("us", False)] == [(each["store"], each["well"]) for each in said.json["stores"]]
    assert 0 == shop.run("doctor", "eu").code


def test_mistakes_in_files_are_told_before_any_store_is_asked(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    project.write("catalog/products/x.yaml", "key: x\nnmae: X\nvariants: [{price: 1}]\n")
    with ScriptedStore() as store:
        project.write("stores/eu.yaml", REAL.format(url=store.url, currency="EUR", more=""))
        said: Said = project.run("doctor")
        assert [] == store.sent
    assert (3, "") == (said.code, said.out)
    assert "x.yaml:2:1: nmae" in said.err


def test_a_store_that_no_file_names_is_told(project: Project) -> None:
    said = project.run("doctor", "euu")
    assert (64, "") == (said.code, said.out)
    assert "did you mean eu" in said.err
