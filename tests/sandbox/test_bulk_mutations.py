import orjson
import pytest
import requests

from tests.sandbox.bulk import CANCEL, CREATE, RUN_MUTATION, ended, lines, started_mutation, uploaded
from tests.sandbox.store import Server, Store, a_product
from tests.sandbox.store import ended as stopped
from tests.sandbox.store import started as served

A, B = '{"product": {"title": "A"}}', '{"product": {"title": "B"}}'


@pytest.fixture
def quick(server, store):
    server.put(store.shop["name"], bulk_start_ms=0, bulk_finish_ms=0)
    return store


def titles_in(store):
    return [node["title"] for node in store.run("{ products(first: 250) { nodes { title } } }")["products"]["nodes"]]


def test_every_line_is_run_and_answered_with_its_number(quick):
    operation = ended(quick, started_mutation(quick, CREATE, A, B))
    assert ("COMPLETED", "MUTATION", "2", "2") == tuple(
        operation[key] for key in ("status", "type", "objectCount", "rootObjectCount")
    )
    answers = lines(operation["url"])
    assert [0, 1] == [answer["__lineNumber"] for answer in answers]
    assert ["A", "B"] == [answer["data"]["productCreate"]["product"]["title"] for answer in answers]
    assert ["A", "B"] == titles_in(quick)


def test_a_line_that_is_refused_does_not_stop_the_others(quick):
    bad = ['{"product": {"title": ""}}', '{"product": {"titel": "x"}}', "no JSON", "[]"]
    operation = ended(quick, started_mutation(quick, CREATE, A, *bad, B))
    first, blank, unknown, broken, odd, last = lines(operation["url"])
    assert "Title can't be blank" == blank["data"]["productCreate"]["userErrors"][0]["message"]
    assert "INVALID_VARIABLE" == unknown["errors"][0]["extensions"]["code"]
    assert ([3, 4], [1, 1]) == (
        [one["__lineNumber"] for one in (broken, odd)],
        [len(one["errors"]) for one in (broken, odd)],
    )
    assert ([], []) == tuple(one["data"]["productCreate"]["userErrors"] for one in (first, last))
    assert ["A", "B"] == titles_in(quick)


def test_a_product_set_is_synchronous_whatever_it_says(quick):
    text = """mutation S($input: ProductSetInput!) { productSet(input: $input, synchronous: false) {
      product { title } productSetOperation { id } userErrors { field } } }"""
    operation = ended(
        quick, started_mutation(quick, text, orjson.dumps({"input": a_product("S", title="Now")}).decode())
    )
    payload = lines(operation["url"])[0]["data"]["productSet"]
    assert ({"title": "Now"}, None) == (payload["product"], payload["productSetOperation"])


def test_a_product_is_deleted_at_once_whatever_a_line_says(quick):
    made = quick.set_product(a_product("S"))
    text = """mutation D($id: ID!) { productDelete(input: {id: $id}, synchronous: false) {
      deletedProductId productDeleteOperation { id } userErrors { message } } }"""
    operation = ended(quick, started_mutation(quick, text, orjson.dumps({"id": made["id"]}).decode()))
    payload = lines(operation["url"])[0]["data"]["productDelete"]
    assert {"deletedProductId": made["id"], "productDeleteOperation": None, "userErrors": []} == payload
    assert [] == titles_in(quick)


def test_a_product_is_duplicated_at_once_whatever_a_line_says(quick):
    made = quick.set_product(a_product("S", title="First"))
    text = """mutation D($id: ID!) { productDuplicate(productId: $id, newTitle: "Second", synchronous: false) {
      newProduct { title } productDuplicateOperation { id } userErrors { message } } }"""
    operation = ended(quick, started_mutation(quick, text, orjson.dumps({"id": made["id"]}).decode()))
    payload = lines(operation["url"])[0]["data"]["productDuplicate"]
    assert {"newProduct": {"title": "Second"}, "productDuplicateOperation": None, "userErrors": []} == payload
    assert ["First", "Second"] == titles_in(quick)


def test_lines_cost_no_points(quick):
    before = quick.answer("{ shop { id } }")["extensions"]["cost"]["throttleStatus"]["maximumAvailable"]
    ended(quick, started_mutation(quick, CREATE, *[A] * 30))
    left = quick.answer("{ shop { id } }")["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]
    assert before - left < 30 * 10


TWO_CONNECTIONS = """mutation C($product: ProductCreateInput!) { productCreate(product: $product) { product {
  variants(first: 1) { edges { node { id } } } metafields(first: 1) { nodes { id } } } } }"""


@pytest.mark.parametrize(
    ("text", "field", "message", "code"),
    [
        (
            "mutation { not",
            None,
            "Failed to parse the mutation - syntax error, unexpected end of file",
            "INVALID_MUTATION",
        ),
        (
            "{ shop { id } }",
            None,
            "Invalid operation type. Only `mutation` operations are supported.",
            "INVALID_MUTATION",
        ),
        (
            "mutation { a: tagsAdd(id: 1) { userErrors { field } } b: tagsAdd(id: 1) { userErrors { field } } }",
            ["mutation"],
            "You must specify a single top level mutation.",
            None,
        ),
        (
            "mutation { bulkOperationCancel(id: 1) { userErrors { field } } }",
            ["mutation"],
            "You must use an allowed mutation name.",
            None,
        ),
        (
            TWO_CONNECTIONS,
            ["mutation"],
            "Bulk mutations cannot contain more than 1 connection.",
            None,
        ),
        (
            "mutation C { productCreate(product: {}) { nothing } }",
            None,
            "Failed to parse the mutation - Field 'nothing' doesn't exist on type 'ProductCreatePayload'",
            "INVALID_MUTATION",
        ),
    ],
)
def test_a_mutation_that_cannot_run_in_bulk_is_refused(quick, text, field, message, code):
    error = quick.refusal(RUN_MUTATION, text=text, path="nowhere")["userErrors"][0]
    assert (field, code) == (error["field"], error["code"])
    assert error["message"].startswith(message)


@pytest.mark.parametrize(
    ("name", "message"),
    [("short", "is too short (minimum is 10 characters)"), ("x" * 256, "is too long (maximum is 255 characters)")],
)
def test_a_client_identifier_has_a_length(quick, name, message):
    error = quick.refusal(RUN_MUTATION, text=CREATE, path=uploaded(quick, A), name=name)["userErrors"][0]
    assert (["clientIdentifier"], message, "INVALID_MUTATION") == (error["field"], error["message"], error["code"])


def test_a_file_that_was_not_uploaded_is_not_found_before_anything_else_is_looked_at(quick):
    error = quick.refusal(RUN_MUTATION, text=CREATE, path="tmp/nowhere.jsonl")["userErrors"][0]
    assert (None, "NO_SUCH_FILE") == (error["field"], error["code"])


def test_an_empty_file_is_refused(quick):
    error = quick.refusal(RUN_MUTATION, text=CREATE, path=uploaded(quick))["userErrors"][0]
    assert (None, "The input file is empty.", "INVALID_STAGED_UPLOAD_FILE") == tuple(error.values())


def test_queries_and_mutations_are_counted_apart(server, store):
    server.put(store.shop["name"], bulk_start_ms=600_000)
    path = uploaded(store, A)
    for _ in range(5):
        store.mutate(RUN_MUTATION, text=CREATE, path=path)
    assert "OPERATION_IN_PROGRESS" == store.refusal(RUN_MUTATION, text=CREATE, path=path)["userErrors"][0]["code"]
    query = (
        'mutation { bulkOperationRunQuery(query: "{ products { edges { node { id } } } }") { userErrors { field } } }'
    )
    assert [] == store.run(query)["bulkOperationRunQuery"]["userErrors"]


def test_an_operation_that_is_made_to_fail_keeps_what_it_did(quick):
    fault = {"kind": "bulk_fails", "after_lines": 1, "root": "productCreate", "on": "mutation"}
    faults = f"{quick.server_url}/_sandbox/shops/{quick.shop['name']}/faults"
    assert 200 == requests.put(faults, json={"faults": [fault]}, timeout=9).status_code
    operation = ended(quick, started_mutation(quick, CREATE, A, B))
    assert ("FAILED", "INTERNAL_SERVER_ERROR", None) == tuple(operation[key] for key in ("status", "errorCode", "url"))
    assert [0] == [line["__lineNumber"] for line in lines(operation["partialDataUrl"])]
    assert ["A"] == titles_in(quick)


@pytest.fixture
def killable(tmp_path):
    running: list[Server] = []

    def start() -> Server:
        running.append(served(tmp_path / "data"))
        return running[-1]

    yield start
    for server in running:
        if server.process.poll() is None:
            stopped(server)


def test_a_killed_server_goes_on_where_it_was_and_does_no_line_twice(killable, tmp_path):
    first = killable()
    store = first.shop("resumed", bulk_start_ms=0, bulk_finish_ms=0)
    count = 400
    operation = started_mutation(store, CREATE, *(f'{{"product": {{"title": "P{one}"}}}}' for one in range(count)))
    read = "query Q($id: ID!) { bulkOperation(id: $id) { status objectCount } }"
    while int(store.run(read, id=operation["id"])["bulkOperation"]["objectCount"]) < 50:
        pass
    first.process.kill()
    first.process.wait(timeout=9)
    for stream in (first.process.stdin, first.process.stdout):
        if stream:
            stream.close()
    # What a killed process wrote beyond its last transaction is no part of the result.
    (result,) = (tmp_path / "data" / "shops" / "resumed.bulk").iterdir()
    with result.open("ab") as torn:
        torn.write(b'{"data":{"prod')
    again = Store(killable().url, store.shop)
    found = ended(again, operation)
    assert ("COMPLETED", str(count)) == (found["status"], found["objectCount"])
    answers = lines(found["url"])
    assert list(range(count)) == [answer["__lineNumber"] for answer in answers]
    assert count == again.run("{ productsCount { count } }")["productsCount"]["count"]


def test_a_mutation_that_is_canceled_before_it_began_has_done_its_first_lines(server, store):
    server.put(store.shop["name"], bulk_start_ms=600_000)
    operation = started_mutation(store, CREATE, A)
    assert "CANCELING" == store.mutate(CANCEL, id=operation["id"])["bulkOperation"]["status"]
    found = ended(store, operation)
    assert ("CANCELED", "1", None) == (found["status"], found["objectCount"], found["url"])
    assert ["A"] == titles_in(store)
