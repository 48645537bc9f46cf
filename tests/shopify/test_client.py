import socket
import threading

import pytest

from reconciler.model.errors import InvalidInput, StoreRefused
from reconciler.model.json import JsonObject
from reconciler.shopify import errors
from reconciler.shopify.auth import StaticToken
from reconciler.shopify.client import connect
from reconciler.shopify.lane import Counters
from reconciler.shopify.retry import Budget
from reconciler.shopify.secret import Secret
from tests.shopify.scripted import (
    RETITLE,
    SHOP,
    TOKEN,
    Drop,
    Hang,
    Hours,
    Reply,
    ScriptedStore,
    a_client,
    a_mutation,
    a_store,
    answered,
    problem,
    throttled,
)

NAMED = answered({"shop": {"name": "Café ☕ 亜麻"}})
DONE = answered({"productUpdate": {"userErrors": []}})
BROKEN = Reply({"errors": "Bad Gateway"}, 502)


def queried(*steps, hours=None, **options):
    """The answer to one query, and the store that was asked."""
    with ScriptedStore(*steps) as store, a_client(store.url, hours, **options) as client:
        return client.query(SHOP), store


def mutated(*steps, repeatable=True, **options):
    with ScriptedStore(*steps) as store, a_client(store.url, **options) as client:
        return client.mutate(a_mutation(repeatable=repeatable)), store


def refusal(*steps, error=errors.ShopError, **options):
    """The error of one query, and how often the store was asked."""
    with ScriptedStore(*steps) as store, a_client(store.url, **options) as client:
        with pytest.raises(error) as caught:
            client.query(SHOP)
        return caught.value, len(store.sent)


def write_refusal(*steps, repeatable=True, **options):
    with ScriptedStore(*steps) as store, a_client(store.url, **options) as client:
        with pytest.raises(errors.ShopError) as caught:
            client.mutate(a_mutation(repeatable=repeatable))
        return caught.value, len(store.sent)


def test_a_query_is_posted_and_its_answer_returned():
    answer, store = queried(NAMED)
    assert {"shop": {"name": "Café ☕ 亜麻"}} == answer.data
    assert ("r-1", 10, 10) == (answer.request_id, answer.cost.requested, answer.cost.actual)
    (sent,) = store.sent
    assert "/admin/api/2026-10/graphql.json" == sent.path
    assert {"query": SHOP} == sent.json
    assert TOKEN == sent.headers["x-shopify-access-token"]
    assert "application/json" == sent.headers["content-type"]


def test_the_url_may_carry_a_prefix():
    with ScriptedStore(NAMED) as store, a_client(f"{store.url}/eu/") as client:
        client.query(SHOP)
        assert "/eu/admin/api/2026-10/graphql.json" == store.sent[0].path


def test_variables_travel_as_json():
    with ScriptedStore(DONE) as store, a_client(store.url) as client:
        client.mutate(a_mutation())
        assert {"query": RETITLE, "variables": {"t": "Linen"}} == store.sent[0].json


def test_a_zipped_answer_is_read():
    answer, store = queried(Reply({"data": {"shop": {"name": "x" * 10_000}}}, zipped=True))
    assert 10_000 == len(answer.data["shop"]["name"])
    assert "gzip" in store.sent[0].headers["accept-encoding"]


@pytest.mark.parametrize("document", [RETITLE, "subscription { a }", "mutation A { a } query B { b }", "query {", ""])
def test_a_reading_client_sends_nothing_but_queries(document):
    with ScriptedStore() as store:
        token = StaticToken(Secret(TOKEN), "EU_TOKEN")
        with connect(a_store(), base_url=store.url, token=token) as client:
            with pytest.raises((errors.WriteRefused, errors.QueryRejected)):
                client.query(document)
            assert not hasattr(client, "mutate")
        assert [] == store.sent


def test_a_writing_client_does_not_write_by_query_nor_query_by_writing():
    with ScriptedStore() as store, a_client(store.url) as client:
        with pytest.raises(errors.WriteRefused):
            client.query(RETITLE)
        with pytest.raises(errors.QueryRejected):
            client.mutate(a_mutation(document=SHOP))
        assert [] == store.sent


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (400, errors.QueryRejected, "the request was rejected (400, Unavailable Shop)"),
        (401, errors.Unauthorized, "create a new token and set EU_TOKEN"),
        (402, errors.ShopFrozen, "the store is frozen because its bill is unpaid (402, Unavailable Shop)"),
        (403, errors.Forbidden, "the app is forbidden there (403, Unavailable Shop)"),
        (404, errors.ShopNotFound, "correct url or api_version in stores/eu.yaml"),
        (423, errors.ShopLocked, "the store is locked (423"),
        (430, errors.SecurityRejection, "Shopify took us for an attack (430"),
    ],
)
def test_a_definite_status_ends_it_at_once(status, error, said):
    reply = Reply({"errors": "Unavailable Shop"}, status)
    caught, asked = refusal(reply, reply)
    assert (error, 1) == (type(caught), asked)
    assert str(caught).startswith("store eu: ")
    assert said in str(caught)
    caught, asked = write_refusal(reply, reply, repeatable=False)
    assert (error, 1) == (type(caught), asked)


def test_a_store_that_refuses_exits_with_seven():
    caught, _ = refusal(Reply(b"", 402))
    assert isinstance(caught, StoreRefused)
    assert 7 == caught.exit_code


@pytest.mark.parametrize("reply", [throttled(), Reply(b"", 429, {"Retry-After": "7.5"})])
def test_a_throttled_mutation_waits_and_goes_again(reply):
    hours = Hours()
    with ScriptedStore(reply, DONE) as store, a_client(store.url, hours) as client:
        answer = client.mutate(a_mutation(repeatable=False))
        assert not answer.resent
        assert 2 == len(store.sent)
    assert 7.75 == hours.slept[0]


def test_a_request_waits_before_it_would_be_throttled():
    hours = Hours()
    expensive = answered({"shop": {}}, requested=500, actual=500, available=100)
    with ScriptedStore(expensive, expensive) as store, a_client(store.url, hours) as client:
        client.query(SHOP)
        assert [] == hours.slept
        client.query(SHOP)
    assert [4.0] == hours.slept
    assert Counters(requests=2, cost_points=1000, waited_s=4.0) == client.counters


def test_a_bucket_that_stays_empty_ends_it():
    caught, asked = refusal(*[throttled()] * 4, budget=Budget(throttled_wait_s=20.0))
    assert (errors.Throttled, 3) == (type(caught), asked)


def test_a_wait_longer_than_our_patience_is_not_begun():
    caught, asked = refusal(Reply(b"", 429, {"Retry-After": "3600"}))
    assert (errors.Throttled, 1) == (type(caught), asked)


def test_retry_after_may_be_a_date():
    hours = Hours()
    dates = {"Retry-After": "Mon, 23 Nov 2026 19:00:09 GMT", "Date": "Mon, 23 Nov 2026 19:00:00 GMT"}
    queried(Reply(b"", 503, dates), NAMED, hours=hours)
    assert [9.0] == hours.slept


LOST = [
    BROKEN,
    Reply(b"<html>", 500),
    Drop(),
    Drop(after_reading=False),
    Reply(b'{"data":', announced=500),
    Reply(b'{"data": {"shop"'),
    Reply(b"<html>login</html>", headers={"Content-Type": "text/html"}),
    Reply([]),
    Reply({"data": None}),
    Reply(b"not gzip", headers={"Content-Encoding": "gzip"}),
    Reply({}, headers={"Content-Length": "many"}, announced=2),
    problem("INTERNAL_SERVER_ERROR"),
    problem("INTERNAL_SERVER_ERROR", data={"productUpdate": None}, path=["productUpdate"]),
    problem("TIMEOUT"),
]


@pytest.mark.parametrize("step", LOST)
def test_a_lost_read_is_sent_again(step):
    answer, _ = queried(step, step, NAMED)
    assert "Café ☕ 亜麻" == answer.data["shop"]["name"]


@pytest.mark.parametrize("step", LOST)
def test_a_lost_write_is_sent_again_when_it_may_be(step):
    answer, _ = mutated(step, DONE)
    assert answer.resent


@pytest.mark.parametrize("step", LOST)
def test_a_lost_write_that_must_not_be_repeated_is_not(step):
    caught, _ = write_refusal(step, DONE, repeatable=False)
    assert errors.OutcomeUnknown is type(caught)
    assert "Retitle was sent and may or may not have been done" in str(caught)


@pytest.mark.parametrize("step", LOST)
def test_retries_end(step):
    caught, _ = refusal(step, step, step, NAMED)
    assert type(caught) in {errors.Unavailable, errors.BadResponse}
    caught, _ = write_refusal(step, step, step, DONE)
    assert errors.OutcomeUnknown is type(caught)
    assert "after 3 attempts" in str(caught)
    assert isinstance(caught.__cause__, errors.ShopError)


def test_a_write_refused_after_a_lost_attempt_stays_unknown():
    caught, _ = write_refusal(BROKEN, Reply(b"", 403))
    assert errors.OutcomeUnknown is type(caught)
    assert errors.Forbidden is type(caught.__cause__)


def test_a_store_that_never_answers_is_left():
    caught, asked = refusal(Hang(), budget=Budget(attempts=1), silence_s=0.5)
    assert (errors.Unavailable, 1) == (type(caught), asked)
    assert "no answer within 0.5 s" in str(caught)
    caught, _ = write_refusal(Hang(), repeatable=False, silence_s=0.05)
    assert errors.OutcomeUnknown is type(caught)


def test_a_closed_door_is_unreachable_and_nothing_was_done():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
    with a_client(url) as client, pytest.raises(errors.Unreachable, match="the connection was refused"):
        client.mutate(a_mutation(repeatable=False))


@pytest.mark.parametrize("zipped", [False, True])
def test_an_answer_that_is_too_large_is_not_read(zipped):
    huge = Reply(b'{"data": {"a": "' + b"x" * 3_000_000 + b'"}}', zipped=zipped)
    caught, asked = refusal(huge, huge, largest_answer=1_000_000)
    assert (errors.BadResponse, 1) == (type(caught), asked)
    assert "larger than 1000000 bytes" in str(caught)
    caught, _ = write_refusal(huge, DONE, largest_answer=1_000_000)
    assert errors.OutcomeUnknown is type(caught)


def test_another_version_of_the_api_is_refused():
    other = Reply({"data": {"shop": {}}}, headers={"X-Shopify-API-Version": "2026-01"})
    caught, _ = refusal(other)
    assert errors.WrongVersion is type(caught)
    assert "store eu: version 2026-01 of the API answered, expected 2026-10; set api_version in stores/eu.yaml" in str(
        caught
    )
    caught, _ = write_refusal(other)
    assert errors.OutcomeUnknown is type(caught)


def test_a_refusal_is_told_before_the_version_that_refused():
    reply = Reply(b"", 401, {"X-Shopify-API-Version": "2026-01"})
    assert errors.Unauthorized is type(refusal(reply)[0])


def test_part_of_an_answer_is_no_answer():
    denied = {
        "errors": [
            {
                "message": "Access denied for locations field.",
                "extensions": {"code": "ACCESS_DENIED", "requiredAccess": "`read_locations` access scope."},
                "path": ["locations"],
            }
        ],
        "data": {"shop": {"name": "x"}, "locations": None},
    }
    caught, asked = refusal(Reply(denied), NAMED, error=errors.AccessDenied)
    assert ("read_locations", ("locations",), 1) == (caught.scope, caught.path, asked)
    assert "add read_locations to the app's access scopes" in str(caught)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("MAX_COST_EXCEEDED", errors.ImpossibleCost),
        ("SHOP_INACTIVE", errors.ShopLocked),
        ("ACCESS_DENIED", errors.AccessDenied),
        ("undefinedField", errors.QueryRejected),
        ("BAD_REQUEST", errors.QueryRejected),
        ("MAX_INPUT_SIZE_EXCEEDED", errors.QueryRejected),
        ("INVALID_VARIABLE", errors.QueryRejected),
        ("SOMETHING_NEW", errors.QueryRejected),
    ],
)
def test_a_refused_document_was_not_executed(code, error):
    refused = problem(code, path=["mutation Retitle", "productUpdate", "x"])
    assert error is type(refusal(refused)[0])
    caught, asked = write_refusal(refused, repeatable=False)
    assert (error, 1) == (type(caught), asked)


def test_an_error_at_the_root_field_means_that_nothing_was_done():
    caught, _ = write_refusal(problem("BAD_REQUEST", data={"productUpdate": None}, path=["productUpdate"]))
    assert errors.QueryRejected is type(caught)
    assert "BAD_REQUEST" == caught.code


def test_null_that_rose_from_below_the_root_may_follow_a_write():
    below = problem("ACCESS_DENIED", data={"productUpdate": None}, path=["productUpdate", "product", "title"])
    caught, asked = write_refusal(below, DONE)
    assert (errors.OutcomeUnknown, 1) == (type(caught), asked)


def test_a_field_denied_below_a_payload_leaves_the_write_done():
    data: JsonObject = {"productUpdate": {"userErrors": [], "staff": None}}
    answer, _ = mutated(problem("ACCESS_DENIED", data=data, path=["productUpdate", "staff"]), repeatable=False)
    assert data == answer.data
    assert ("it says ACCESS_DENIED (ACCESS_DENIED, productUpdate.staff)",) == answer.problems


def test_user_errors_are_for_the_writer():
    payload = {"productUpdate": {"userErrors": [{"field": ["t"], "message": "too long"}]}}
    assert payload == mutated(answered(payload))[0].data


def test_a_search_filter_that_was_ignored_spoils_a_read():
    warning = {"field": "sko", "message": "Invalid search field for this query.", "code": "invalid_field"}
    search = [{"path": ["products"], "query": "sko:1", "warnings": [warning]}]
    caught, _ = refusal(answered({"products": {}}, search=search))
    assert errors.SearchIgnored is type(caught)
    assert "sko: Invalid search field" in str(caught)
    assert queried(answered({"products": {}}, search=[{"path": ["products"], "warnings": []}]))[0].data
    answer, _ = mutated(answered({"productUpdate": {"userErrors": []}}, search=search))
    assert ("sko: Invalid search field for this query.",) == answer.search_warnings


def test_a_redirect_is_not_followed():
    with ScriptedStore(NAMED) as other:
        caught, asked = refusal(Reply(b"", 301, {"Location": f"{other.url}/x"}))
        assert [] == other.sent
    assert (errors.BadResponse, 1) == (type(caught), asked)
    assert "correct url in stores/eu.yaml" in str(caught)


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(monkeypatch):
    with ScriptedStore() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert queried(NAMED)[0].data
        assert [] == proxy.sent


def test_variables_that_are_not_json_are_ours_to_mend():
    with ScriptedStore() as store, a_client(store.url) as client:
        with pytest.raises(errors.QueryRejected, match="are not JSON"):
            client.query(SHOP, {"price": object()})  # type: ignore[dict-item]
        assert [] == store.sent


def test_requests_to_one_store_take_turns():
    with ScriptedStore(*[NAMED] * 8) as store, a_client(store.url) as client:
        threads = [threading.Thread(target=client.query, args=(SHOP,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (8, 80) == (client.counters.requests, client.counters.cost_points)


def test_what_others_wrote_cannot_steer_a_terminal():
    caught, _ = refusal(Reply({"errors": [{"message": "\x1b[2Jred\nline two" + "x" * 9000}]}))
    assert "\x1b" not in str(caught)
    assert "\n" not in str(caught)
    assert len(str(caught)) < 500


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.example",
        "https://",
        "https://user:hunter2@shop.example",
        "https://shop.example/?token=hunter2",
        "http://shop.example",
        "https://shop.example:hunter2",
    ],
)
def test_a_token_is_not_sent_to_a_doubtful_url(url):
    with pytest.raises(InvalidInput) as caught:
        a_client(url)
    assert str(caught.value).startswith("stores/eu.yaml: url ")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:8080", "http://[::1]:8080/eu", "http://sandbox:8080", "http://10.0.0.7"]
)
def test_a_store_nearby_may_speak_plain_http(url):
    a_client(url).close()
