"""The journal as text: each entry in one sentence."""

import pytest

from reconciler.model.address import Address
from reconciler.model.outcome import Failed
from reconciler.model.record import Entry, Held, Told
from reconciler.render.journal import entries_text
from reconciler.render.style import Style


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 thing that goes along, or loses its place"), (3, "3 things that go along, or lose their places")],
)
def test_what_goes_along_is_counted(count: int, said: str) -> None:
    fields = {Address("stock", f"cup/CUP/{place}"): {"available": place} for place in range(count)}
    entry = Entry(seq=1, at="2026-11-28T12:00:00+00:00", previous="", record=Held(run="r1", fields=fields))
    assert said in "\n".join(entries_text("eu", [entry], Style()))


@pytest.mark.parametrize(
    ("marked", "said"), [(True, ": it carries our mark now, but not all of the rest"), (False, ": no")]
)
def test_what_got_our_mark_and_not_the_rest_is_said(*, marked: bool, said: str) -> None:
    told = Told(run="r1", outcomes=(Failed(Address("product", "cup"), "no", marked=marked),))
    entry = Entry(seq=1, at="2026-11-28T12:00:00+00:00", previous="", record=told)
    assert f"failed product/cup{said}" in "\n".join(entries_text("eu", [entry], Style()))
