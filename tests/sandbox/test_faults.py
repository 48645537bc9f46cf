import time

import pytest
import requests

from tests.sandbox.stock import an_item, sale
from tests.sandbox.store import PRODUCT_CREATE, Store, a_product

COUNT = "{ productsCount { count } }"
SHOP = "{ shop { id } }"


def declare(store: Store, *faults, expect=200):
    answer = requests.put(faults_url(store), json={"faults": list(faults)}, timeout=9)
    assert expect == answer.status_code, answer.text
    return answer.json()


def faults_url(store: Store) -> str:
    return f"{store.server_url}/_sandbox/shops/{store.shop['name']}/faults"


def create(store: Store, title="Shirt"):
    return store.post({"query": PRODUCT_CREATE, "variables": {"given": {"title": title}}})


def count(store: Store):
    return store.run(COUNT)["productsCount"]["count"]


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_has_no_answer_and_the_write_is_done_or_not(store, kind, made):
    declare(store, {"kind": kind, "on": "mutation", "times": 1})
    with pytest.raises(requests.ConnectionError):
        create(store)
    assert made == count(store)
    assert 200 == create(store).status_code


@pytest.mark.parametrize(("kind", "made"), [("bad_gateway_before", 0), ("bad_gateway_after", 1)])
@pytest.mark.parametrize("status", [502, 503])
def test_a_bad_gateway_answers_a_page_and_the_write_is_done_or_not(store, kind, made, status):
    declare(store, {"kind": kind, "status": status, "root": "productCreate", "times": 1})
    answer = create(store)
    assert (status, "text/html") == (answer.status_code, answer.headers["content-type"].partition(";")[0])
    assert made == count(store)


def test_a_burst_of_throttling_ends_after_so_many(store):
    declare(store, {"kind": "throttled", "times": 2})
    codes = [store.answer(SHOP).get("errors", [{}])[0].get("extensions", {}).get("code") for _ in range(3)]
    assert ["THROTTLED", "THROTTLED", None] == codes


def test_a_throttled_answer_says_that_the_bucket_is_empty_and_runs_nothing(store):
    declare(store, {"kind": "throttled", "times": 1})
    answer = create(store).json()
    assert "data" not in answer
    assert 0 == answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]
    assert 0 == count(store)


def test_a_slow_answer_comes_late(store):
    declare(store, {"kind": "slow", "milliseconds": 80, "times": 1})
    before = time.monotonic()
    store.run(SHOP)
    assert 0.08 <= time.monotonic() - before


def test_access_to_one_scope_is_denied_and_the_rest_answered(store):
    declare(store, {"kind": "access_denied", "scope": "read_products"})
    answer = store.answer("{ shop { id } productsCount { count } }")
    assert answer["data"]["shop"]["id"]
    assert ["ACCESS_DENIED"] == [error["extensions"]["code"] for error in answer["errors"]]


def test_a_token_runs_out_after_so_many_calls(store):
    declare(store, {"kind": "unauthorized", "skip": 2, "times": 1})
    assert [200, 200, 401, 200] == [store.post({"query": SHOP}).status_code for _ in range(4)]


def test_another_version_answers(store):
    declare(store, {"kind": "other_version", "version": "2026-07", "times": 1})
    versions = [store.post({"query": SHOP}).headers["X-Shopify-API-Version"] for _ in range(2)]
    assert ["2026-07", "2026-10"] == versions


def test_a_fault_is_limited_to_an_operation_and_a_root_field(store):
    declare(
        store,
        {"kind": "throttled", "on": "mutation"},
        {"kind": "unauthorized", "root": "productsCount"},
    )
    assert 200 == store.post({"query": SHOP}).status_code
    assert 401 == store.post({"query": COUNT}).status_code
    assert "THROTTLED" == create(store).json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("seed", [0, 7])
def test_a_share_of_requests_is_the_same_again_for_a_seed(store, seed):
    def statuses():
        declare(store, {"kind": "unauthorized", "probability": 0.5, "seed": seed})
        return [store.post({"query": SHOP}).status_code for _ in range(12)]

    first = statuses()
    assert {200, 401} == set(first)
    assert first == statuses()


RIVAL = (
    "mutation R($id: ID!, $title: String!) { productUpdate(product: {id: $id, title: $title}) { product { title } } }"
)


@pytest.mark.parametrize(("moment", "seen", "kept"), [("before", "Rival", "Rival"), ("after", "Mine", "Rival")])
def test_a_rival_edits_between_two_calls(store, moment, seen, kept):
    product = store.set_product(a_product("S", title="Mine"))
    read = {"query": "query Q($id: ID!) { product(id: $id) { title } }", "variables": {"id": product["id"]}}
    variables = {"id": product["id"], "title": "Rival"}
    declare(
        store,
        {"kind": "rival", "document": RIVAL, "variables": variables, "moment": moment, "root": "product", "times": 1},
    )
    titles = [store.post(read).json()["data"]["product"]["title"] for _ in range(2)]
    assert [seen, kept] == titles
    reported = requests.get(faults_url(store), timeout=9).json()["faults"][0]
    assert (2, 1) == (reported["seen"], reported["fired"])
    assert "Rival" == reported["outcomes"][0]["data"]["productUpdate"]["product"]["title"]


def test_a_rival_who_is_refused_is_reported(store):
    declare(store, {"kind": "rival", "document": "{ nothing }", "times": 1})
    store.run(SHOP)
    outcome = requests.get(faults_url(store), timeout=9).json()["faults"][0]["outcomes"][0]
    assert "undefinedField" == outcome["errors"][0]["extensions"]["code"]


def test_removed_faults_happen_no_more(store):
    declare(store, {"kind": "unauthorized"})
    assert {"faults": []} == requests.delete(faults_url(store), timeout=9).json()
    assert 200 == store.post({"query": SHOP}).status_code


def test_a_shop_is_made_with_faults(server):
    store = server.shop("made-faulty", faults=[{"kind": "unauthorized", "times": 1}])
    assert [401, 200] == [store.post({"query": SHOP}).status_code for _ in range(2)]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"kind": "meteor"}, "faults[0].kind is 'meteor'; expected one of drop_before"),
        ({}, "faults[0].kind is None"),
        ({"kind": "slow"}, "faults[0]: slow needs milliseconds"),
        ({"kind": "slow", "milliseconds": -1}, "faults[0].milliseconds is -1; expected a whole number"),
        ({"kind": "drop_after", "status": 502}, "faults[0]: drop_after takes no status; it takes on"),
        ({"kind": "bad_gateway_after", "status": 404}, "faults[0].status is 404; expected one of 500, 502"),
        ({"kind": "throttled", "probability": 2}, "faults[0].probability is 2; expected a number from 0 to 1"),
        ({"kind": "throttled", "on": "reads"}, "faults[0].on is 'reads'; expected one of query, mutation"),
        ({"kind": "stale_search"}, "faults[0]: stale_search needs milliseconds or requests"),
        ({"kind": "rival", "document": "{ shop { id } }", "variables": []}, "faults[0].variables is []"),
        (
            {"kind": "media_fails", "code": "TIRED"},
            "faults[0].code is 'TIRED'; expected one of DUPLICATE_FILENAME_ERROR",
        ),
        ("drop_after", "faults[0]: expected an object"),
    ],
)
def test_what_declares_no_fault_is_refused_with_the_place(store, fault, problem):
    assert problem in declare(store, fault, expect=400)["error"]
    assert 200 == store.post({"query": SHOP}).status_code


def test_faults_of_a_shop_that_is_not_there_are_not_found(server):
    assert 404 == requests.get(f"{server.url}/_sandbox/shops/nowhere/faults", timeout=9).status_code


SEARCH = "query S($text: String!) { products(first: 9, query: $text) { nodes { title } } }"


def found(store: Store, text: str) -> list[str]:
    return [node["title"] for node in store.run(SEARCH, text=text)["products"]["nodes"]]


def test_a_search_behind_by_requests_sees_a_write_after_so_many(server):
    store = server.shop("behind", search_lag_requests=2)
    product = store.set_product(a_product("S", title="Late"))
    assert [[], [], ["Late"]] == [found(store, "title:Late") for _ in range(3)]
    assert "Late" == store.product(product["id"])["title"]


def test_reads_by_id_and_lists_without_a_search_are_never_behind(server):
    store = server.shop("by-id", search_lag_ms=60_000)
    product = store.set_product(a_product("S", title="Now"))
    assert "Now" == store.product(product["id"])["title"]
    assert "Now" == store.run("{ products(first: 1) { nodes { title } } }")["products"]["nodes"][0]["title"]
    by_handle = '{ productByIdentifier(identifier: {handle: "now"}) { title } }'
    assert "Now" == store.run(by_handle)["productByIdentifier"]["title"]
    assert [] == found(store, "title:Now")
    assert 0 == store.run('{ productsCount(query: "title:Now") { count } }')["productsCount"]["count"]


def test_a_removed_tag_leaves_a_late_search_at_once_and_an_added_one_comes_late(server):
    store = server.shop("late-tags", search_lag_requests=3)
    product = store.set_product(a_product("S", title="Tagged", tags=["old"]))
    for _ in range(4):
        store.run(SHOP)
    assert ["Tagged"] == found(store, "tag:old")
    store.run(
        'mutation T($id: ID!) { tagsRemove(id: $id, tags: ["old"]) { userErrors { message } } }', id=product["id"]
    )
    store.run('mutation T($id: ID!) { tagsAdd(id: $id, tags: ["new"]) { userErrors { message } } }', id=product["id"])
    assert [[], []] == [found(store, "tag:old"), found(store, "tag:new")]
    for _ in range(2):
        store.run(SHOP)
    assert ["Tagged"] == found(store, "tag:new")


def test_a_sale_and_an_added_place_come_late_into_searches_too(server):
    store = server.shop("late-stock", search_lag_requests=2)
    an_item(store, sku="LATE-1")
    for _ in range(3):
        store.run(SHOP)
    assert 200 == sale(store, sku="LATE-1", quantity=3).status_code
    assert [[], [], ["Linen Shirt"]] == [found(store, "inventory_total:-3") for _ in range(3)]
    server.put("late-stock", locations=["Bergen"])
    places = '{ locations(first: 9, query: "name:Bergen") { nodes { name } } }'
    assert [0, 0, 1] == [len(store.run(places)["locations"]["nodes"]) for _ in range(3)]


def test_faults_wished_for_a_new_shop_are_not_declared_later(server):
    fault = {"kind": "throttled", "times": 1}
    store = server.shop("new-faults", when_new={"faults": [fault]})
    server.put("new-faults", when_new={"faults": [fault, fault]})
    assert 1 == len(requests.get(faults_url(store), timeout=9).json()["faults"])


def test_a_stale_search_happens_to_the_requests_that_it_names(store):
    declare(store, {"kind": "stale_search", "requests": 5, "times": 1, "root": "products"})
    store.set_product(a_product("S", title="Fresh"))
    assert [[], ["Fresh"]] == [found(store, "title:Fresh") for _ in range(2)]


@pytest.mark.parametrize("setting", ["search_lag_ms", "search_lag_requests", "bulk_start_ms", "bulk_finish_ms"])
@pytest.mark.parametrize("value", [-1, "9", True])
def test_a_lag_that_is_no_count_is_refused(server, setting, value):
    answer = server.put("ok", **{setting: value})
    assert (400, True) == (answer.status_code, answer.json()["error"].startswith(setting))
