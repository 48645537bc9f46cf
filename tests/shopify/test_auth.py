import threading
from urllib.parse import parse_qs

import pytest

from reconciler.shopify.auth import ClientCredentials, StaticToken
from reconciler.shopify.endpoint import endpoint_of
from reconciler.shopify.errors import BadResponse, OutcomeUnknown, Unauthorized, Unavailable, Unreachable
from reconciler.shopify.retry import Event
from reconciler.shopify.secret import Secret
from reconciler.shopify.wire import Broken, Received
from tests.shopify.scripted import SHOP, TOKEN, Hours, Reply, ScriptedStore, a_client, a_mutation, a_store, answered

NAMED = answered({"shop": {"name": "EU"}})
CLIENT_SECRET = "shpss_very secret&=%ü"


def granted(token: str, **more: object) -> Reply:
    return Reply({"access_token": token, "scope": "read_products", "expires_in": 1000} | more)


def a_grant(base_url, hours=None, post=None):
    endpoint = endpoint_of(a_store(), base_url=base_url, credential="EU_ID and EU_SECRET")
    clock = (hours or Hours()).timing().clock
    return ClientCredentials(endpoint, Secret("id-1"), Secret(CLIENT_SECRET), post, clock)


class Office:
    """Answers grants by a script, without a network."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, url, body, headers):
        self.asked += 1
        answer = self.answers.pop(0)
        return answer if isinstance(answer, Broken) else Received(200, {}, answer)


def test_a_client_secret_is_exchanged_for_a_token():
    with ScriptedStore(granted("shpat_first"), NAMED) as store:
        with a_client(f"{store.url}/eu", token=a_grant(f"{store.url}/eu")) as client:
            client.query(SHOP)
        grant, query = store.sent
    assert "/eu/admin/oauth/access_token" == grant.path
    assert "application/x-www-form-urlencoded" == grant.headers["content-type"]
    form = {"grant_type": ["client_credentials"], "client_id": ["id-1"], "client_secret": [CLIENT_SECRET]}
    assert form == parse_qs(grant.body.decode())
    assert "shpat_first" == query.headers["x-shopify-access-token"]


def test_a_token_is_kept_until_nine_tenths_of_its_life():
    hours = Hours(now=0.0)
    office = Office(b'{"access_token":"a","expires_in":1000}', b'{"access_token":"b","expires_in":1000}')
    grant = a_grant("http://127.0.0.1", hours, office)
    assert "a" == grant.token().reveal()
    hours.now = 899.0
    assert "a" == grant.token().reveal()
    hours.now = 900.0
    assert "b" == grant.token().reveal()
    assert 2 == office.asked


@pytest.mark.parametrize("life", ["", ',"expires_in":null', ',"expires_in":-5', ',"expires_in":"soon"'])
def test_a_token_of_unknown_life_lives_a_day(life):
    hours = Hours(now=0.0)
    grant = a_grant("http://127.0.0.1", hours, Office(f'{{"access_token":"a"{life}}}'.encode()))
    grant.token()
    hours.now = 70_000.0
    assert "a" == grant.token().reveal()


def test_an_old_token_outlives_a_renewal_that_fails_for_now():
    hours = Hours(now=0.0)
    broken = Broken(Event.NOT_SENT, "the connection was refused")
    office = Office(b'{"access_token":"a","expires_in":1000}', broken, broken)
    grant = a_grant("http://127.0.0.1", hours, office)
    grant.token()
    hours.now = 950.0
    assert "a" == grant.token().reveal()
    hours.now = 1000.0
    with pytest.raises(Unreachable, match=r"store eu: no token from 127\.0\.0\.1: the connection was refused"):
        grant.token()


def test_many_threads_ask_for_one_token():
    office = Office(b'{"access_token":"a","expires_in":1000}')
    grant = a_grant("http://127.0.0.1", post=office)
    threads = [threading.Thread(target=grant.token) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 == office.asked


def test_a_newer_token_is_not_thrown_away_for_an_older_one():
    office = Office(b'{"access_token":"a","expires_in":1000}')
    grant = a_grant("http://127.0.0.1", post=office)
    grant.token()
    assert grant.renew(Secret("older"))
    assert "a" == grant.token().reveal()


def test_a_refused_token_is_renewed_once():
    refused = Reply(b"", 401)
    with ScriptedStore(granted("old"), refused, granted("new"), NAMED) as store:
        with a_client(store.url, token=a_grant(store.url)) as client:
            assert {"shop": {"name": "EU"}} == client.query(SHOP).data
        assert ["old", "new"] == [s.headers["x-shopify-access-token"] for s in store.sent if "graphql" in s.path]


def test_a_token_that_is_refused_twice_is_refused():
    refused = Reply(b"", 401)
    with ScriptedStore(granted("old"), refused, granted("new"), refused) as store:
        with a_client(store.url, token=a_grant(store.url)) as client, pytest.raises(Unauthorized) as caught:
            client.mutate(a_mutation(repeatable=False))
        assert 4 == len(store.sent)
    assert "create a new token and set EU_ID and EU_SECRET" in str(caught.value)


def test_a_static_token_is_not_asked_for_again():
    with (
        ScriptedStore(Reply(b"", 401)) as store,
        a_client(store.url) as client,
        pytest.raises(Unauthorized, match=r"store eu: the token was refused \(401\); it is wrong, or the app was"),
    ):
        client.query(SHOP)
    assert not StaticToken(Secret(TOKEN), "EU_TOKEN").renew(Secret(TOKEN))


@pytest.mark.parametrize("token", ["", "shpat_a\nX-Evil: 1", "shpat_ü", "shpat_a b"])
def test_a_token_that_no_header_can_carry_is_not_sent(token):
    with ScriptedStore() as store:
        source = StaticToken(Secret(token), "EU_TOKEN")
        with a_client(store.url, token=source) as client, pytest.raises(Unauthorized, match="set EU_TOKEN") as caught:
            client.query(SHOP)
        assert [] == store.sent
    assert "shpat_" not in str(caught.value)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refused_grant_names_the_reference(status):
    reply = Reply({"error": f"invalid_client {CLIENT_SECRET}"}, status)
    with (
        ScriptedStore(reply) as store,
        a_client(store.url, token=a_grant(store.url)) as client,
        pytest.raises(Unauthorized, match="set EU_ID and EU_SECRET") as caught,
    ):
        client.query(SHOP)
    assert "very secret" not in str(caught.value)


def test_a_grant_that_fails_for_now_is_asked_for_again():
    with (
        ScriptedStore(Reply(b"", 502), granted("new"), NAMED) as store,
        a_client(store.url, token=a_grant(store.url)) as client,
    ):
        assert client.query(SHOP).data
    with (
        ScriptedStore(*[Reply(b"", 502)] * 3) as store,
        a_client(store.url, token=a_grant(store.url)) as client,
        pytest.raises(Unavailable),
    ):
        client.mutate(a_mutation(repeatable=False))


def test_a_token_that_cannot_be_had_after_a_lost_write_leaves_it_unknown():
    hours = Hours()
    with (
        ScriptedStore(granted("old", expires_in=0.1), Reply(b"", 502), Reply(b"", 400)) as store,
        a_client(store.url, hours, token=a_grant(store.url, hours)) as client,
        pytest.raises(OutcomeUnknown),
    ):
        client.mutate(a_mutation())


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"access_token": ""}', b'{"access_token": "a\\nb"}'])
def test_a_grant_without_a_token_is_a_bad_answer(body):
    with pytest.raises(BadResponse, match="the grant was answered without a token"):
        a_grant("http://127.0.0.1", post=Office(body)).token()
