"""A lease is kept while a run works on its own, whatever the keeping meets."""

import logging
from threading import Event
from typing import Any

import pytest

from reconciler.app.applying import staying


class Failing:
    """A client whose first look at the lease meets a defect."""

    store = "shop"

    def __init__(self) -> None:
        self.failed = False
        self.kept = Event()

    def stay(self) -> None:
        """Fail, then keep it."""
        if self.failed:
            self.kept.set()
            return
        self.failed = True
        raise RuntimeError("a defect of ours")


def test_what_the_keeping_meets_is_logged_and_ends_neither_it_nor_the_work(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(staying, "STAY_S", 0.001)
    client: Any = Failing()
    with caplog.at_level(logging.DEBUG, staying.__name__), staying.staying(client):
        assert client.kept.wait(5), "tried again"
    (record,) = caplog.records
    assert (logging.DEBUG, "store shop: its lease could not be looked at; tried again later") == (
        record.levelno,
        record.message,
    )
    assert "" == capsys.readouterr().err
