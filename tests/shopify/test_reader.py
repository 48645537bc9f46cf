"""Reading a store whole or not at all, from a client that is a function."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.errors import StoreRefused
from reconciler.model.json import JsonObject
from reconciler.model.kind import Kind, KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Codec, Owner, Read, Slice
from reconciler.shopify.queries import trees
from reconciler.shopify.reader import Reader
from tests.shopify.answering import ScriptedClient


def a_codec(kind: str, connection: str, identifier: str | None = None) -> Codec:
    def parse(node: JsonObject) -> Found:
        mark: Any = node.get("mark")
        return Found(kind, str(node["id"]), Resource(), mark=mark)

    read = Read(kind.title(), connection, "mark", parse, page_size=2, identifier=identifier)
    return Codec(kind, read, write=lambda batch: ())


KINDS = KindSet([Kind("shelf", Resource), Kind("box", Resource, parent="shelf"), Kind("rail", Resource)])
CODECS = {
    "shelf": a_codec("shelf", "shelves", "shelfByIdentifier"),
    "box": a_codec("box", "boxes"),
    "rail": a_codec("rail", "rails"),
}


def page(nodes: list[Any], after: str | None = None) -> dict[str, Any]:
    return {"pageInfo": {"hasNextPage": after is not None, "endCursor": after}, "nodes": nodes}


def a_shelf(name: str, *boxes: str, after: str | None = None, mark: str | None = None) -> dict[str, Any]:
    return {"id": name, "mark": mark or name, "boxes": page([{"id": box} for box in boxes], after)}


def a_client(pages: Mapping[str | None, Any], rest: Mapping[str, Any] | None = None) -> ScriptedClient:
    """A client that answers pages of shelves by cursor, what stands on them by id, and further boxes by cursor."""
    cursors: list[Any] = []

    def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        if document.startswith("query Below_Shelf"):
            shelves = {node["id"]: node for each in pages.values() for node in each["nodes"] if node}
            return {"nodes": [shelves[each] for each in variables["ids"]]}
        cursors.append(variables["after"])
        assert len(cursors) < 9, "the reader goes on for ever"
        if document.startswith("query Rest_boxes"):
            return {"node": (rest or {})[variables["after"]]}
        return {"shelves": pages[variables["after"]]}

    return ScriptedClient(answer)


def read_whole(client: ScriptedClient) -> list[tuple[str, list[str]]]:
    groups = Reader(client, KINDS, CODECS).groups("shelf")
    return [(group.root.id, [child.id for child in group.children]) for group in groups]


def test_pages_of_roots_are_followed_to_the_end():
    client = a_client({None: page([a_shelf("1", "x"), a_shelf("2")], "c1"), "c1": page([a_shelf("3", "y", "z")])})
    assert [("1", ["x"]), ("2", []), ("3", ["y", "z"])] == read_whole(client)
    assert [{"after": None}, {"ids": ["1", "2"]}, {"after": "c1"}, {"ids": ["3"]}] == [
        variables for _, variables in client.asked
    ]


def test_pages_of_children_are_followed_to_the_end():
    client = a_client(
        {None: page([a_shelf("1", "u", "v", after="b1"), a_shelf("2", "z")])},
        {"b1": {"boxes": page([{"id": "w"}, {"id": "x"}], "b2")}, "b2": {"boxes": page([{"id": "y"}])}},
    )
    assert [("1", ["u", "v", "w", "x", "y"]), ("2", ["z"])] == read_whole(client)
    assert [{"id": "1", "after": "b1"}, {"id": "1", "after": "b2"}] == [variables for _, variables in client.asked[2:]]


def test_an_empty_store_has_no_groups():
    assert [] == read_whole(a_client({None: page([])}))


def test_groups_are_yielded_before_the_next_page_is_asked_for():
    client = a_client({None: page([a_shelf("1")], "c1"), "c1": page([a_shelf("2")])})
    next(iter(Reader(client, KINDS, CODECS).groups("shelf")))
    assert [{"after": None}, {"ids": ["1"]}] == [variables for _, variables in client.asked]


def test_what_is_not_ours_comes_without_what_hangs_on_it():
    client = ScriptedClient(lambda document, variables: {"shelves": page([{"id": "1", "mark": None}])})
    (group,) = Reader(client, KINDS, CODECS).groups("shelf")
    assert ("1", ()) == (group.root.id, group.children)
    assert 1 == len(client.asked)


def test_what_went_away_between_two_reads_is_not_there():
    def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        shelves = page([{"id": "1", "mark": "a"}, {"id": "2", "mark": "b"}])
        return {"nodes": [None, a_shelf("2", "x")]} if "ids" in variables else {"shelves": shelves}

    assert ["2"] == [group.root.id for group in Reader(ScriptedClient(answer), KINDS, CODECS).groups("shelf")]


@pytest.mark.parametrize(
    ("pages", "rest", "message"),
    [
        ({None: page([a_shelf("1"), None])}, {}, "a page of shelves has holes"),
        ({None: page([{"id": "1", "mark": "1", "boxes": page([None])}])}, {}, "a page of boxes has holes"),
        ({None: page([], "c1"), "c1": page([], "c1")}, {}, "the pages of shelves do not end"),
        (
            {None: {"pageInfo": {"hasNextPage": True, "endCursor": None}, "nodes": []}},
            {},
            "the pages of shelves do not end",
        ),
        (
            {None: page([a_shelf("1", after="b1")])},
            {"b1": {"boxes": page([], "b1")}},
            "the pages of boxes do not end",
        ),
        ({None: page([a_shelf("1", after="b1")])}, {"b1": None}, "1 went away while it was read"),
        (
            {None: page([a_shelf("1", after="b1")])},
            {"b1": {"boxes": page([None])}},
            "a page of boxes has holes",
        ),
    ],
    ids=[
        "hole in a page",
        "hole in children",
        "standing cursor",
        "no cursor",
        "standing cursor of children",
        "gone while paging",
        "hole in further children",
    ],
)
def test_what_cannot_be_read_whole_is_refused(pages, rest, message):
    with pytest.raises(StoreRefused, match=message):
        read_whole(a_client(pages, rest))


def test_given_ids_come_in_their_order_and_none_for_what_is_gone():
    client = ScriptedClient(
        lambda document, variables: {"nodes": [a_shelf(one) if one != "2" else None for one in variables["ids"]]}
    )
    found = list(Reader(client, KINDS, CODECS).by_id("shelf", ["3", "2", "1"]))
    assert ["3", None, "1"] == [group.root.id if group else None for group in found]


def test_ids_are_asked_for_100_at_a_time():
    client = ScriptedClient(lambda document, variables: {"nodes": [a_shelf(one) for one in variables["ids"]]})
    ids = [str(number) for number in range(120)]
    assert ids == [group.root.id for group in Reader(client, KINDS, CODECS).by_id("shelf", ids) if group]
    assert [100, 20] == [len(variables["ids"]) for _, variables in client.asked]


def test_no_ids_are_no_request():
    client = ScriptedClient(lambda document, variables: {})
    assert [] == list(Reader(client, KINDS, CODECS).by_id("shelf", []))
    assert [] == client.asked


def test_fewer_objects_than_ids_are_refused():
    client = ScriptedClient(lambda document, variables: {"nodes": [a_shelf("1")]})
    with pytest.raises(StoreRefused, match="asked for 2 objects by id, got 1"):
        list(Reader(client, KINDS, CODECS).by_id("shelf", ["1", "2"]))


def test_children_of_given_ids_are_paged_too():
    def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        if document.startswith("query Rest_boxes"):
            return {"node": {"boxes": page([{"id": "y"}])}}
        return {"nodes": [a_shelf("1", "x", after="b1")]}

    (group,) = Reader(ScriptedClient(answer), KINDS, CODECS).by_id("shelf", ["1"])
    assert group is not None
    assert ["x", "y"] == [child.id for child in group.children]


@pytest.mark.parametrize(("node", "expected"), [(a_shelf("1", mark="a"), "1"), (None, None)])
def test_a_root_is_found_by_its_mark(node, expected):
    client = ScriptedClient(lambda document, variables: {"shelfByIdentifier": node})
    found = Reader(client, KINDS, CODECS).by_mark("shelf", "a")
    assert expected == (found.root.id if found else None)
    assert [{"key": "a"}] == [variables for _, variables in client.asked]


@pytest.mark.parametrize(("key", "expected"), [("b", "2"), ("c", None)])
def test_a_root_without_an_identifier_is_looked_for_in_all_of_them(key, expected):
    nodes = [{"id": "1", "mark": "a"}, {"id": "2", "mark": "b"}]
    client = ScriptedClient(lambda document, variables: {"rails": page(nodes)})
    found = Reader(client, KINDS, CODECS).by_mark("rail", key)
    assert expected == (found.root.id if found else None)


def test_every_root_kind_has_a_tree_with_its_children():
    assert [("Shelf", ["Box"]), ("Rail", [])] == [
        (tree.root.type, [child.root.type for child in tree.children]) for tree in trees(KINDS, CODECS)
    ]


def test_children_of_what_a_parent_names_are_read_by_the_ids_of_that_and_to_the_end():
    def shelf(node: JsonObject) -> Found:
        return Found("shelf", str(node["id"]), Resource(), mark="m", handles={"rack": f"R{node['id']}"})

    owned = replace(CODECS["box"].read, owner=Owner("Rack", "rack"))
    codecs = {**CODECS, "shelf": replace(CODECS["shelf"], read=replace(CODECS["shelf"].read, parse=shelf))}
    codecs["box"] = replace(CODECS["box"], read=owned)

    def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        if document.startswith("query Owned_Rack"):
            return {"nodes": [{"id": each, "boxes": page([{"id": f"{each}-1"}], "next")} for each in variables["ids"]]}
        if document.startswith("query Rest_boxes"):
            assert "... on Rack" in document
            return {"node": {"id": variables["id"], "boxes": page([{"id": f"{variables['id']}-2"}])}}
        return {"shelves": page([{"id": "A"}, {"id": "B"}])}

    client = ScriptedClient(answer)
    groups = list(Reader(client, KINDS, codecs).groups("shelf"))
    assert [["RA-1", "RA-2"], ["RB-1", "RB-2"]] == [[box.id for box in group.children] for group in groups]
    assert {"A", "B"} == {str(box.parent) for group in groups for box in group.children}
    assert 4 == len(client.asked)


def test_children_that_are_read_for_their_order_alone_become_that_order():
    def order(parent_id: str, found: Sequence[Found]) -> Found:
        return Found("box", parent_id, Resource(), mark=" ".join(each.id for each in found))

    codecs = {**CODECS, "box": replace(CODECS["box"], read=replace(CODECS["box"].read, arranged=order))}
    client = a_client({None: page([a_shelf("A", "1", "2")])})
    (group,) = Reader(client, KINDS, codecs).groups("shelf")
    assert ["1 2"] == [child.mark for child in group.children]


def with_read(kind: str, **fields: Any) -> dict[str, Codec]:
    """The codecs with another read of a kind."""
    read = CODECS[kind].read
    assert read is not None
    return {**CODECS, kind: replace(CODECS[kind], read=replace(read, **fields))}


@pytest.mark.parametrize(
    ("wanted", "expected"), [(None, ["1", "2", "3"]), ({"rail"}, ["1", "2"]), ({"shelf", "rail"}, ["1", "2", "3"])]
)
def test_slices_are_read_one_after_the_other_as_far_as_somebody_needs_them(wanted, expected):
    further = (Slice("of: 2", "two"), Slice("of: 3", "three", only_with="shelf"))
    names = {"Page_rails(": "1", "Page_rails_two(": "2", "Page_rails_three(": "3"}

    def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        (found,) = (each for name, each in names.items() if name in document)
        assert found == "1" or f"of: {found}" in document
        return {"rails": page([{"id": found}])}

    reader = Reader(ScriptedClient(answer), KINDS, with_read("rail", further=further), wanted)
    assert expected == [group.root.id for group in reader.groups("rail")]


def test_two_kinds_of_root_may_share_a_connection():
    def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"shelves": page([{"id": "the rail" if "Page_rails" in document else "the shelf", "mark": None}])}

    reader = Reader(ScriptedClient(answer), KINDS, with_read("rail", connection="shelves", name="rails"))
    assert ["the rail"] == [group.root.id for group in reader.groups("rail")]
    assert ["the shelf"] == [group.root.id for group in reader.groups("shelf")]


def test_namespaces_of_our_own_app_are_named_as_files_name_them_and_others_are_not():
    marks = ["app--7.note", "product.app--7--own.note", "app--71--own.note", "app--8.note", "custom.app--7", "custom.a"]

    def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        if "OwnApp" in document:
            return {"currentAppInstallation": {"app": {"id": "gid://shopify/App/7"}}}
        return {"rails": page([{"id": str(number), "mark": mark} for number, mark in enumerate(marks)])}

    client = ScriptedClient(answer)
    reader = Reader(client, KINDS, with_read("rail", has_namespace=True))
    expected = ["$app.note", "product.$app:own.note", "app--71--own.note", "app--8.note", "custom.app--7", "custom.a"]
    assert expected == [group.root.mark for group in reader.groups("rail")]
    assert 2 == len(client.asked)


def test_who_we_are_is_not_asked_where_nobody_has_a_namespace_of_an_app():
    client = ScriptedClient(lambda document, variables: {"rails": page([{"id": "1", "mark": "custom.a"}])})
    assert 1 == len(list(Reader(client, KINDS, with_read("rail", has_namespace=True)).groups("rail")))
    assert 1 == len(client.asked)
