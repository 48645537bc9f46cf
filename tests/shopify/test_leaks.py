"""A token must not be found in a log, an exception or a pickle, whatever goes wrong."""

import io
import logging
import pickle
import traceback

import pytest

from reconciler.shopify.errors import ShopError
from reconciler.shopify.retry import Budget
from tests.shopify.scripted import (
    SHOP,
    TOKEN,
    Drop,
    Hang,
    Reply,
    ScriptedStore,
    a_client,
    a_mutation,
    answered,
    problem,
)

VARIABLE = "Linen"
ECHO = {"errors": f"bad header X-Shopify-Access-Token: {TOKEN}"}
STEPS = [
    answered({"shop": {"name": "EU"}, "productUpdate": {}}),
    Reply(ECHO, 401),
    Reply(ECHO, 403),
    Reply(ECHO, 502),
    Reply(ECHO, 200),
    Reply(f"<html>{TOKEN}".encode()),
    Reply(b"", 302, {"Location": f"https://evil.example/?access_token={TOKEN}"}),
    Reply({"data": {}}, headers={"X-Shopify-API-Version": TOKEN}),
    Reply(b"", 500, {"X-Request-Id": TOKEN}),
    Reply(b"x" * 2000, announced=5000),
    problem("BAD_REQUEST", path=[TOKEN]),
    Drop(),
    Drop(after_reading=False),
    Hang(),
]


@pytest.fixture
def every_word(caplog):
    """Everything that is logged, by whoever, at the lowest level."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests", "gql", "gql.transport.requests", "reconciler"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("ask", [lambda c: c.query(SHOP), lambda c: c.mutate(a_mutation(repeatable=False))])
def test_the_token_is_never_told(step, ask, every_word):
    told = io.StringIO()
    with ScriptedStore(step) as store, a_client(store.url, silence_s=0.05, budget=Budget(attempts=1)) as client:
        try:
            told.write(repr(ask(client)))
        except ShopError as error:
            frames = error.__traceback__.tb_next if error.__traceback__ else None  # this test's own holds the script
            whole = traceback.TracebackException(type(error), error, frames, capture_locals=True)
            told.write("".join(whole.format()) + traceback.format_exc() + str(error) + repr(error))
            told.write(repr(pickle.dumps(error)))
            told.write("".join(repr(vars(each)) + repr(each.args) for each in _chain(error)))
        told.write(repr(client) + repr(client._lane))
    told.write(every_word.text + "".join(repr(vars(record)) for record in every_word.records))
    assert TOKEN not in told.getvalue()
    assert VARIABLE not in every_word.text


@pytest.mark.parametrize("step", STEPS)
def test_no_error_leads_to_one_of_the_http_library(step):
    with ScriptedStore(step) as store, a_client(store.url, silence_s=0.05, budget=Budget(attempts=1)) as client:
        foreign = []
        try:
            client.mutate(a_mutation(repeatable=False))
        except ShopError as error:
            foreign = [each for each in _chain(error) if not isinstance(each, ShopError)]
    assert [] == foreign


def test_an_error_survives_a_pickle():
    with (
        ScriptedStore(problem("BAD_REQUEST")) as store,
        a_client(store.url) as client,
        pytest.raises(ShopError) as caught,
    ):
        client.query(SHOP)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(caught.value) == str(again)
    assert vars(caught.value) == vars(again)


def test_one_line_is_logged_for_each_request(every_word):
    with ScriptedStore(answered({"shop": {}})) as store, a_client(store.url) as client:
        client.query(SHOP)
    ours = [record.getMessage() for record in every_word.records if record.name.startswith("reconciler")]
    assert ["store=eu operation=Shop outcome=ok cost=10 ms=0"] == ours


def _chain(error: BaseException | None) -> list[BaseException]:
    chain = []
    while error is not None:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
