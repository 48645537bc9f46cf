"""Lines of exports put together: whatever order the API allows them, and never by half."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import orjson
import pytest

from reconciler.model.json import JsonObject
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Read
from reconciler.shopify.export_documents import Export, exports_of
from reconciler.shopify.queries import Tree
from reconciler.shopify.regrouped import Lines, Torn, indexed, whole


def a_read(type_name: str, connection: str, selection: str = "") -> Read:
    def parse(node: JsonObject) -> Found:
        return Found(type_name, str(node["id"]), Resource())

    return Read(type_name, connection, selection, parse, page_size=9)


LEVELS = Tree(a_read("Level", "item.levels", "at"))
VARIANTS = Tree(replace(a_read("Variant", "variants", "sku item { id }")), (LEVELS, Tree(a_read("Note", "notes"))))
MEDIA = Tree(a_read("Image", "media", "alt ... on Image { url }"))
SHOP = Tree(replace(a_read("Product", "products", "title")), (VARIANTS, MEDIA, Tree(a_read("Note", "notes", "text"))))
FIRST, SECOND = exports_of(SHOP)


FILES = ExitStack()


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    FILES.close()


def line(type_name: str, own_id: str, parent: str | None = None, **fields: Any) -> dict[str, Any]:
    above = {} if parent is None else {"__parentId": parent}
    return {"__typename": type_name, "id": own_id, **fields, **above}


def lines(export: Export, *rows: dict[str, Any]) -> Lines:
    return written(export, b"".join(orjson.dumps(row) + b"\n" for row in rows))


def written(export: Export, content: bytes) -> Lines:
    file = FILES.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  lent to the lines
    file.write(content)
    file.seek(0)
    return indexed(export, file)


SHIRT = line("Product", "p1", title="Shirt")
CAP = line("Product", "p2", title="Cap")
SMALL = line("Variant", "v1", "p1", sku="S", item={"id": "i1"})
LARGE = line("Variant", "v2", "p1", sku="L", item={"id": "i2"})
ONLY = line("Variant", "v3", "p2", sku="O", item={"id": "i3"})
ROWS = [
    SHIRT,
    SMALL,
    line("Level", "l1", "v1", at="oslo"),
    line("Level", "l2", "v1", at="bergen"),
    LARGE,
    line("Note", "n1", "v2"),
    line("Image", "m1", "p1", alt="front"),
    line("Video", "m2", "p1"),
    CAP,
    ONLY,
]
NOTES = [line("Product", "p1"), line("Note", "n2", "p1", text="x"), line("Product", "p2")]


def ids(connection: Any) -> list[str]:
    return [node["id"] for node in connection["nodes"]]


def test_a_tree_fits_as_few_queries_as_their_rules_allow():
    assert (5, 2) == tuple(export.text.count("edges") for export in (FIRST, SECOND))
    assert "first:" not in FIRST.text + SECOND.text
    assert "title" not in SECOND.text


def test_everything_hangs_where_a_query_would_have_shown_it():
    nodes = whole([lines(FIRST, *ROWS), lines(SECOND, *NOTES)], "p1")
    shirt: Any = nodes["p1"]
    assert ("Shirt", ["v1", "v2"], ["m1", "m2"], ["n2"]) == (
        shirt["title"],
        *(ids(shirt[connection]) for connection in ("variants", "media", "notes")),
    )
    small: Any = nodes["v1"]
    large: Any = nodes["v2"]
    assert (["l1", "l2"], []) == (ids(small["item"]["levels"]), ids(small["notes"]))
    assert ([], ["n1"]) == (ids(large["item"]["levels"]), ids(large["notes"]))
    assert "i1" == small["item"]["id"]


def test_children_need_not_follow_their_parent_at_once():
    apart = [SHIRT, CAP, SMALL, ONLY, LARGE, *ROWS[5:8], *ROWS[2:4]]
    exports = [lines(FIRST, *apart), lines(SECOND, NOTES[0], NOTES[2], NOTES[1])]
    together = [lines(FIRST, *ROWS), lines(SECOND, *NOTES)]
    assert whole(together, "p1") == whole(exports, "p1")
    assert whole(together, "p2") == whole(exports, "p2")


def test_children_of_one_parent_come_in_any_order():
    mixed = [SHIRT, *ROWS[6:8], SMALL, ROWS[2], LARGE, ROWS[3], *ROWS[5:6], CAP, ONLY]
    assert whole([lines(FIRST, *ROWS)], "p1") == whole([lines(FIRST, *mixed)], "p1")


def test_lines_with_spaces_and_without_a_last_break_are_read_alike():
    spaced = b"\n".join(json.dumps(row).encode() for row in ROWS)
    assert whole([lines(FIRST, *ROWS)], "p1") == whole([written(FIRST, spaced)], "p1")
    assert whole([lines(FIRST, *ROWS)], "p2") == whole([written(FIRST, spaced)], "p2")


def test_ids_whose_slashes_are_escaped_are_the_same_ids():
    rows = [
        {name: f"gid://x/{value}" if name in {"id", "__parentId"} else value for name, value in row.items()}
        for row in ROWS
    ]
    plain = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    expected = whole([written(FIRST, plain)], "gid://x/p1")
    assert ["gid://x/v1", "gid://x/v2"] == ids(expected["gid://x/p1"]["variants"])
    assert expected == whole([written(FIRST, plain.replace(b"/", b"\\/"))], "gid://x/p1")


def test_a_text_that_looks_like_a_parent_is_none():
    tricky = {**SHIRT, "title": 'Shirt","__parentId":"p9"'}
    nodes: Any = whole([lines(FIRST, tricky, SMALL)], "p1")
    assert (tricky["title"], ["v1"]) == (nodes["p1"]["title"], ids(nodes["p1"]["variants"]))


def test_a_broken_line_is_torn():
    with pytest.raises(Torn, match="p1 are no JSON"):
        whole([written(FIRST, orjson.dumps(SHIRT) + b"\n" + b'{"id":"m1,"__parentId":"p1"}\n')], "p1")


def test_what_follows_at_once_is_one_place_to_look_at():
    held = lines(FIRST, *ROWS)
    assert {b"p1": 2, b"p2": 2} == {root: len(places) for root, places in held.runs.items()}  # a start and an end each
    assert len(ROWS) == held.count


def test_a_line_whose_parent_is_nowhere_makes_the_whole_file_worthless():
    with pytest.raises(Torn, match="v9"):
        lines(FIRST, SHIRT, line("Level", "l9", "v9"))


def test_a_root_that_one_export_does_not_have_is_torn():
    with pytest.raises(Torn, match="p2"):
        whole([lines(FIRST, *ROWS), lines(SECOND, *NOTES[:2])], "p2")


def test_a_line_that_nobody_asked_for_is_torn():
    with pytest.raises(Torn, match="Video"):
        whole([lines(FIRST, *ROWS), lines(SECOND, *NOTES[:2], line("Video", "x", "p1"))], "p1")


def carrying(*rows: dict[str, Any]) -> list[Lines]:
    """Exports of which the second one carries variants for the sake of what hangs on them."""
    notes = Tree(a_read("Note", "notes"))
    others = [Tree(a_read("Other", name)) for name in ("first_ones", "second_ones")]
    tree = Tree(SHOP.root, (Tree(VARIANTS.root, (LEVELS, notes, *others)),))
    first, second = exports_of(tree)
    return [lines(first, SHIRT, SMALL, LARGE), lines(second, line("Product", "p1"), *rows)]


BARE = {name: line("Variant", name, "p1") for name in ("v1", "v2", "v9")}


def test_a_parent_that_is_carried_is_not_there_twice():
    exports = carrying(BARE["v1"], line("Other", "o1", "v1"), BARE["v2"])
    nodes: Any = whole(exports, "p1")
    assert (["v1", "v2"], ["o1"]) == (ids(nodes["p1"]["variants"]), ids(nodes["v1"]["second_ones"]))
    assert "S" == nodes["v1"]["sku"]


@pytest.mark.parametrize(("told", "who"), [(["v1", "v2", "v9"], "v9 came"), (["v1"], "v2 went")])
def test_a_variant_that_came_or_went_between_two_exports_is_torn(told, who):
    with pytest.raises(Torn, match=who):
        whole(carrying(*(BARE[each] for each in told)), "p1")
