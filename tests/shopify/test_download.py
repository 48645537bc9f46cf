"""Files that a store serves: had, gone for good, or not to be had this time."""

import pytest

from reconciler.shopify import download
from reconciler.shopify.download import NotHad, NotThere, downloaded
from reconciler.shopify.retry import Event
from reconciler.shopify.wire import Broken, Received


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(download, "_PAUSE_S", 0)


def answering(*answers):
    waiting = list(answers)
    return lambda url: waiting.pop(0)


def test_the_bytes_of_a_file_are_what_the_store_serves():
    assert b"picture" == downloaded("https://cdn/x.png", answering(Received(200, {}, b"picture")))


def test_an_attempt_that_fails_is_tried_again():
    get = answering(Received(503, {}, b""), Broken(Event.LOST, "the connection broke"), Received(200, {}, b"picture"))
    assert b"picture" == downloaded("https://cdn/x.png", get)


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_not_asked_for_again(status):
    with pytest.raises(NotThere):
        downloaded("https://cdn/x.png", answering(Received(status, {}, b"")))


def test_what_cannot_be_had_is_said_with_the_last_reason():
    get = answering(*[Received(503, {}, b"")] * 2, Broken(Event.LOST, "the connection broke"))
    with pytest.raises(NotHad, match="the connection broke"):
        downloaded("https://cdn/x.png", get)


def test_a_redirect_is_not_followed():
    with pytest.raises(NotHad, match="302"):
        downloaded("https://cdn/x.png", answering(*[Received(302, {}, b"")] * 3))
