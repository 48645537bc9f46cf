import hmac
import time
from pathlib import Path

import orjson
import pytest
import requests

from tests.sandbox.bulk import CANCEL, READ, RUN_QUERY, counted, ended, exported, lines, started, started_mutation
from tests.sandbox.store import a_product
from tests.sandbox.store import ended as stopped
from tests.sandbox.store import started as served

IDS = "{ products { edges { node { id } } } }"


def a_grid(sizes, colours, **fields):
    """Return a productSet input with a variant for each size in each colour."""
    names = {"Size": [f"S{one}" for one in range(sizes)], "Colour": [f"C{one}" for one in range(colours)]}
    pairs = [(size, colour) for size in names["Size"] for colour in names["Colour"]]
    return {
        "title": "Shirt",
        "productOptions": [
            {"name": name, "values": [{"name": one} for one in values]} for name, values in names.items()
        ],
        "variants": [
            {"optionValues": [{"optionName": "Size", "name": size}, {"optionName": "Colour", "name": colour}]}
            for size, colour in pairs
        ],
        **fields,
    }


@pytest.fixture
def quick(server, store):
    server.put(store.shop["name"], bulk_start_ms=0, bulk_finish_ms=0)
    return store


@pytest.fixture
def waiting(server, store):
    """A shop whose bulk operations do not begin."""
    server.put(store.shop["name"], bulk_start_ms=600_000)
    return store


def test_an_operation_starts_as_created_with_nothing_counted(waiting):
    operation = started(waiting, IDS)
    assert ("CREATED", "QUERY", "0", "0") == (
        operation["status"],
        operation["type"],
        operation["objectCount"],
        operation["rootObjectCount"],
    )
    assert (None, None, None, None) == tuple(operation[key] for key in ("url", "fileSize", "completedAt", "errorCode"))
    assert IDS == operation["query"]


def test_children_are_lines_of_their_own_that_name_their_parent(quick):
    product = quick.set_product(a_product("S", "M", title="Shirt"))
    text = "{ products { edges { node { id title variants { edges { node { id title } } } } } } }"
    first, second = (variant["id"] for variant in product["variants"]["nodes"])
    assert [
        {"id": product["id"], "title": "Shirt"},
        {"id": first, "title": "S", "__parentId": product["id"]},
        {"id": second, "title": "M", "__parentId": product["id"]},
    ] == exported(quick, text)


def test_objects_are_counted_all_and_at_the_root(quick):
    quick.set_product(a_product("S", "M"))
    text = "{ products { edges { node { id variants { edges { node { id } } } } } } }"
    operation = ended(quick, started(quick, text))
    assert ("COMPLETED", "3", "1") == (operation["status"], operation["objectCount"], operation["rootObjectCount"])
    content = requests.get(operation["url"], timeout=9).content
    assert str(len(content)) == operation["fileSize"]


def test_lists_inside_are_whole_however_long(quick):
    quick.set_product(a_grid(20, 15))
    text = "{ products(first: 1) { edges { node { id variants(first: 2) { edges { node { id } } } } } } }"
    assert 301 == len(exported(quick, text))


def test_more_roots_than_one_page_holds_are_all_there_once(quick):
    for number in range(3):
        quick.set_product(a_grid(20, 10, title=f"P{number}"))
    found = [line["id"] for line in exported(quick, "{ productVariants { edges { node { id } } } }")]
    assert (600, 600) == (len(found), len(set(found)))


def test_a_search_narrows_an_export_and_the_order_is_kept(quick):
    for title in ("Bag", "Cap", "Axe"):
        quick.set_product(a_product("S", title=title, vendor="Acme" if title != "Cap" else "Other"))
    text = '{ products(query: "vendor:Acme", sortKey: TITLE) { edges { node { title } } } }'
    assert ["Axe", "Bag"] == [line["title"] for line in exported(quick, text)]


def test_objects_that_are_no_connections_stay_inline_and_fragments_and_aliases_work(quick):
    quick.set_product(a_product("S", title="Shirt"))
    text = """query Export { all: productVariants { edges { node { ...V item: inventoryItem { tracked } } } } }
      fragment V on ProductVariant { name: title product { title } }"""
    assert [{"name": "S", "product": {"title": "Shirt"}, "item": {"tracked": False}}] == exported(quick, text)


def test_a_connection_below_a_single_object_has_it_as_parent(quick):
    product = quick.set_product(a_product("S", title="Shirt"))
    text = '{ product(id: "ID") { id title variants { edges { node { title } } } } }'.replace("ID", product["id"])
    expected = [{"id": product["id"], "title": "Shirt"}, {"title": "S", "__parentId": product["id"]}]
    assert expected == exported(quick, text)


def test_nothing_found_has_no_url(quick):
    operation = ended(quick, started(quick, IDS))
    assert ("COMPLETED", "0", None) == (operation["status"], operation["objectCount"], operation["url"])


def test_slashes_are_escaped_in_the_file(quick):
    product = quick.set_product(a_product("S"))
    url = ended(quick, started(quick, IDS))["url"]
    escaped = product["id"].replace("/", "\\/")
    assert f'{{"id":"{escaped}"}}\n' == requests.get(url, timeout=9).text


def test_a_part_of_a_result_can_be_asked_for(quick):
    quick.set_product(a_product("S"))
    url = ended(quick, started(quick, IDS))["url"]
    whole = requests.get(url, timeout=9)
    part = requests.get(url, headers={"Range": "bytes=2-5"}, timeout=9)
    assert (206, whole.content[2:6]) == (part.status_code, part.content)
    assert "application/jsonl" == whole.headers["Content-Type"]
    assert 'filename="bulk-' in whole.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("changed", "to", "status"), [("Signature=", "Signature=0", 403), ("Expires=", "Expires=9", 403), ("?", "0?", 403)]
)
def test_an_address_that_was_changed_opens_nothing(quick, changed, to, status):
    quick.set_product(a_product("S"))
    url = ended(quick, started(quick, IDS))["url"]
    assert status == requests.get(url.replace(changed, to, 1), timeout=9).status_code


def test_an_address_that_ran_out_opens_nothing(quick):
    quick.set_product(a_product("S"))
    operation = ended(quick, started(quick, IDS))
    number = operation["id"].rpartition("/")[2]
    signature = hmac.new(quick.shop["client_secret"].encode(), f"{number}:9".encode(), "sha256").hexdigest()
    parameters = {"Expires": "9", "Signature": signature}
    answer = requests.get(operation["url"].partition("?")[0], params=parameters, timeout=9)
    assert (400, True) == (answer.status_code, "ExpiredToken" in answer.text)


CONNECTIONS = " ".join(f"c{number}: metafields {{ edges {{ node {{ id }} }} }}" for number in range(5))


TOO_DEEP = """{ collections { edges { node { id products { edges { node { id variants { edges { node {
  id metafields { edges { node { id } } } } } } } } } } } } }"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Invalid bulk query: syntax error, unexpected end of file"),
        ("{ shop { id } }", "Bulk queries must contain at least one connection."),
        (
            "{ products { nodes { id } } }",
            "Selecting via 'nodes' is not supported. Invalid connection fields: 'products'.",
        ),
        ('{ node(id: "gid://shopify/Product/1") { id } }', "Bulk queries cannot contain a top level `node` field."),
        (
            f"{{ products {{ edges {{ node {{ id {CONNECTIONS} }} }} }} }}",
            "Bulk queries cannot contain more than 5 connections.",
        ),
        (
            TOO_DEEP,
            "Bulk queries cannot contain connections with a nesting depth greater than 2.",
        ),
        (
            "{ products { edges { node { key: id variants { edges { node { id } } } } } } }",
            "Connection fields without 'id': products.",
        ),
        ("mutation { productDelete { userErrors { field } } }", "Only `query` operations are supported."),
        ("{ products { edges { node { nothing } } } }", "Field 'nothing' doesn't exist on type 'Product'"),
        ("#" + "a" * 65_600 + "\n" + IDS, f"Query is too large ({65_602 + len(IDS)} bytes; maximum is 65535 bytes)"),
    ],
)
def test_a_query_that_cannot_run_in_bulk_is_refused_and_nothing_starts(quick, text, message):
    payload = quick.refusal(RUN_QUERY, text=text)
    assert message in payload["userErrors"][0]["message"]
    assert (["query"], "INVALID") == (payload["userErrors"][0]["field"], payload["userErrors"][0]["code"])
    assert None is payload["bulkOperation"]
    assert [] == quick.run("{ bulkOperations(first: 1) { nodes { id } } }")["bulkOperations"]["nodes"]


def test_five_run_at_once_and_the_sixth_is_told_which(waiting):
    ids = [started(waiting, IDS)["id"] for _ in range(5)]
    error = waiting.refusal(RUN_QUERY, text=IDS)["userErrors"][0]
    message = f"A bulk query operation for this app and shop is already in progress: {', '.join(ids)}."
    assert (None, message, "OPERATION_IN_PROGRESS") == (error["field"], error["message"], error["code"])


def test_before_2026_one_runs_at_once(waiting):
    body = {"query": RUN_QUERY, "variables": {"text": IDS}}
    errors = [
        waiting.post(body, version="2025-10").json()["data"]["bulkOperationRunQuery"]["userErrors"] for _ in range(2)
    ]
    assert [[], "OPERATION_IN_PROGRESS"] == [errors[0], errors[1][0]["code"]]


def test_an_operation_is_canceled_in_two_steps(waiting, server):
    operation = started(waiting, IDS)
    assert "CANCELING" == waiting.mutate(CANCEL, id=operation["id"])["bulkOperation"]["status"]
    found = ended(waiting, operation)
    assert ("CANCELED", None, None) == (found["status"], found["url"], found["completedAt"])


def test_an_operation_that_is_canceled_before_it_began_counts_what_it_meets(waiting):
    waiting.set_product(a_product("S"))
    operation = started(waiting, IDS)
    assert "0" == waiting.mutate(CANCEL, id=operation["id"])["bulkOperation"]["objectCount"]
    found = ended(waiting, operation)
    assert ("CANCELED", "1", "1") == (found["status"], found["objectCount"], found["rootObjectCount"])


def test_an_operation_has_counted_everything_before_it_is_done(quick, server):
    server.put(quick.shop["name"], bulk_finish_ms=600_000)
    quick.set_product(a_product("S"))
    operation = counted(quick, started(quick, IDS), 1)
    assert ("RUNNING", None, None) == (operation["status"], operation["url"], operation["completedAt"])
    canceled = quick.mutate(CANCEL, id=operation["id"])["bulkOperation"]
    assert ("CANCELING", "1") == (canceled["status"], canceled["objectCount"])
    found = ended(quick, operation)
    assert ("CANCELED", "1", None) == (found["status"], found["objectCount"], found["url"])


@pytest.mark.parametrize("missing", ["gid://shopify/BulkOperation/1"])
def test_an_operation_that_is_not_there_cannot_be_canceled(waiting, missing):
    error = waiting.refusal(CANCEL, id=missing)["userErrors"][0]
    assert (["id"], "Bulk operation does not exist") == (error["field"], error["message"])
    assert None is waiting.run(READ, id=missing)["bulkOperation"]


def test_an_operation_that_is_done_cannot_be_canceled(quick):
    operation = ended(quick, started(quick, IDS))
    payload = quick.refusal(CANCEL, id=operation["id"])
    message = "A bulk operation cannot be canceled when it is completed"
    assert (None, message) == (payload["userErrors"][0]["field"], payload["userErrors"][0]["message"])
    assert operation["id"] == payload["bulkOperation"]["id"]


def test_operations_are_listed_newest_first_and_searched(quick, server):
    first, second = (ended(quick, started(quick, IDS))["id"] for _ in range(2))
    server.put(quick.shop["name"], bulk_start_ms=600_000)
    third = started(quick, IDS)["id"]
    query = "query L($text: String) { bulkOperations(first: 9, query: $text) { nodes { id } } }"

    def listed(text):
        return [node["id"] for node in quick.run(query, text=text)["bulkOperations"]["nodes"]]

    assert [third, second, first] == listed(None)
    assert [second, first] == listed("status:completed operation_type:query")
    assert [third] == listed("status:created")
    assert [] == listed("operation_type:mutation")
    assert third == quick.run("{ currentBulkOperation { id } }")["currentBulkOperation"]["id"]
    assert None is quick.run("{ currentBulkOperation(type: MUTATION) { id } }")["currentBulkOperation"]


def test_an_operation_whose_scope_is_missing_fails(quick, server):
    quick.set_product(a_product("S"))
    server.put(quick.shop["name"], scopes=["read_inventory"])
    operation = ended(quick, started(quick, IDS))
    assert ("FAILED", "ACCESS_DENIED", None) == (operation["status"], operation["errorCode"], operation["url"])


def test_an_operation_that_is_made_to_fail_leaves_what_it_had(quick):
    for number in range(3):
        quick.set_product(a_product("S", title=f"P{number}"))
    fault = {"kind": "bulk_fails", "after_lines": 2, "error_code": "TIMEOUT", "times": 1}
    faults = f"{quick.server_url}/_sandbox/shops/{quick.shop['name']}/faults"
    assert 200 == requests.put(faults, json={"faults": [fault]}, timeout=9).status_code
    operation = ended(quick, started(quick, IDS))
    assert ("FAILED", "TIMEOUT", "2", None) == tuple(
        operation[key] for key in ("status", "errorCode", "objectCount", "url")
    )
    assert 2 == len(lines(operation["partialDataUrl"]))
    assert 3 == len(exported(quick, IDS))


def test_requests_get_in_while_an_operation_runs(quick):
    for number in range(4):
        quick.set_product(a_grid(25, 20, title=f"P{number}"))
    text = "{ productVariants { edges { node { id title sku selectedOptions { name value } product { title } } } } }"
    operation = started(quick, text)
    seen = set()
    until_s = time.monotonic() + 60
    while "COMPLETED" not in seen and time.monotonic() < until_s:
        seen.add(quick.run(READ, id=operation["id"])["bulkOperation"]["status"])
    assert {"RUNNING", "COMPLETED"} <= seen


def peak_kb(server):
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        pytest.skip("there is no /proc to ask how much memory a process holds")
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def test_memory_does_not_grow_with_what_is_exported(tmp_path):
    server = served(tmp_path / "data")
    try:
        store = server.shop("large", bulk_start_ms=0, bulk_finish_ms=0)
        text = "{ products { edges { node { id title description: descriptionHtml } } } }"
        long = "x" * 20_000
        create = (
            "mutation C($product: ProductCreateInput!) { productCreate(product: $product) { userErrors { field } } }"
        )
        line = orjson.dumps({"product": {"title": "Long", "descriptionHtml": long}}).decode()
        ended(store, started_mutation(store, create, *[line] * 500))
        before_kb = peak_kb(server)
        assert 500 == len(exported(store, text))
        assert peak_kb(server) - before_kb < 500 * len(long) / 1_024 / 2
    finally:
        stopped(server)
