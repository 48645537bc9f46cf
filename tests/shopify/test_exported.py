"""Nodes out of exports: a root has the bytes of its lines only where these make a whole."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from reconciler.shopify.nodes import Exported, Paged
from reconciler.shopify.queries import below_document
from tests.shopify.answering import ScriptedClient
from tests.shopify.test_regrouped import CAP, FILES, FIRST, LARGE, NOTES, ONLY, ROWS, SECOND, SHIRT, SHOP, line, lines


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    FILES.close()


def by_ids(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    assert below_document(SHOP) == document
    return {"nodes": [{"id": each, "title": "asked for"} for each in variables["ids"]]}


def test_a_root_is_all_of_its_lines_in_all_exports():
    exported = Exported([lines(FIRST, *ROWS), lines(SECOND, *NOTES)], Paged(ScriptedClient(by_ids)))
    other = Exported([lines(FIRST, *ROWS), lines(SECOND, NOTES[0], NOTES[2])], Paged(ScriptedClient(by_ids)))
    assert [["p1", "p2"]] == [[node["id"] for node in page] for page in exported.pages(SHOP)]
    assert exported.spelled("p2") == other.spelled("p2")
    assert exported.spelled("p1") != other.spelled("p1")
    (shirt,) = exported.below(SHOP, ["p1"])
    assert shirt is not None
    assert "Shirt" == shirt["title"]
    assert exported.spelled("p1") is not None


def test_a_root_that_is_not_in_every_export_has_none():
    exported = Exported([lines(FIRST, *ROWS), lines(SECOND, *NOTES[:2])], Paged(ScriptedClient(by_ids)))
    assert (True, None) == (exported.spelled("p1") is not None, exported.spelled("p2"))


def test_a_root_of_which_exports_tell_different_things_has_none_once_that_shows():
    carrying = line("Variant", "v9", "p1")  # the second export does not know it
    asked = Exported(
        [lines(FIRST, SHIRT, LARGE, CAP, ONLY), lines(SECOND, *NOTES, carrying)], Paged(ScriptedClient(by_ids))
    )
    list(asked.pages(SHOP))
    (found,) = asked.below(SHOP, ["p1"])
    assert {"id": "p1", "title": "asked for"} == found
    assert asked.spelled("p1") is None
