"""What a store answered about a root is known again by its bytes: any other answer, or question, is another one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.json import JsonObject
from reconciler.model.kind import Kind, KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Found, FoundGroup
from reconciler.shopify.codec import Codec, Owner, Read
from reconciler.shopify.gathered import Familiar, Knows
from reconciler.shopify.identity import OWN_APP
from reconciler.shopify.reader import Reader
from reconciler.shopify.wait import Wait
from tests.shopify.answering import ScriptedClient

KINDS = KindSet(
    [
        Kind("shelf", Resource),
        Kind("box", Resource, parent="shelf"),
        Kind("lid", Resource, parent="box", claimed_by_root=False),
    ]
)


def mark_of(node: JsonObject) -> str | None:
    mark = node["mark"]
    return mark if isinstance(mark, str) else None


def a_codec(kind: str, connection: str, selection: str = "mark", **more: Any) -> Codec:
    def parse(node: JsonObject) -> Found:
        return Found(kind, str(node["id"]), Resource(), mark=mark_of(node), pending=bool(node.get("working")))

    return Codec(kind, Read(kind.title(), connection, selection, parse, page_size=2, **more), write=lambda batch: ())


CODECS = {
    "shelf": a_codec("shelf", "shelves", mark_of=mark_of),
    "box": a_codec("box", "boxes"),
    "lid": a_codec("lid", "lids"),
}
PAGE: dict[str, Any] = {"hasNextPage": False, "endCursor": None}


def a_node(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "mark": f"of {name}", **more}


def connected(*nodes: Any, **more: Any) -> dict[str, Any]:
    return {"nodes": list(nodes), "pageInfo": {**PAGE, **more}}


def a_store() -> dict[str, Any]:
    """Return id → what a store says of a shelf with two boxes, one of which has a lid, and of another shelf."""
    return {
        "1": a_node("1", boxes=connected(a_node("1a"), a_node("1b"))),
        "1a": a_node("1a", lids=connected(a_node("1aa"))),
        "1b": a_node("1b", lids=connected()),
        "2": a_node("2", boxes=connected()),
    }


def a_client(store: Mapping[str, Any], app: str = "7") -> ScriptedClient:
    def answer(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        if document == OWN_APP:
            return {"currentAppInstallation": {"app": {"id": f"gid://shopify/App/{app}"}}}
        if "ids" in variables:
            below = {own_id: {**node, "mark": node["mark"]} for own_id, node in store.items()}
            return {"nodes": [below[own_id] for own_id in variables["ids"]]}
        if "id" in variables:
            return {"node": {"boxes": connected(), "lids": connected()}}
        return {"shelves": connected(*(a_node(each, mark=store[each]["mark"]) for each in "12"))}

    return ScriptedClient(answer)


def answers(client: ScriptedClient, codecs: Mapping[str, Codec] = CODECS, **more: Any) -> Mapping[str, bytes | None]:
    """Return the digest of what was answered about each shelf, as it is noted with its group."""
    knows: Knows[object] = lambda mark, answered: None  # noqa: E731
    met = Reader(client, KINDS, codecs, **more).met("shelf", knows)
    return {group.root.id: group.answered for group in met if isinstance(group, FoundGroup)}


def test_a_root_that_somebody_knows_is_not_parsed_and_nothing_else_is_asked_for_it():
    def unparsable(node: JsonObject) -> Found:
        raise AssertionError(node)

    first = a_client(a_store())
    noted = answers(first)
    codecs = {
        kind: replace(codec, read=replace(codec.read, parse=unparsable)) if kind != "lid" else codec
        for kind, codec in CODECS.items()
    }
    again = a_client(a_store())
    known = {("of 1", noted["1"]): "one", ("of 2", noted["2"]): "two"}
    met = list(Reader(again, KINDS, codecs).met("shelf", lambda mark, answered: known.get((mark, answered))))
    assert [Familiar("1", "of 1", "one"), Familiar("2", "of 2", "two")] == met
    assert first.asked == again.asked


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value that is neither an object nor a list, but for ids and marks of roots."""
    if isinstance(value, dict | list):
        for step, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(below, (*path, step))
    elif path[-1] != "hasNextPage" and (path[1:] not in {("id",), ("mark",)} or len(path[0]) > 1):
        yield path


def changed(path: tuple[Any, ...]) -> dict[str, Any]:
    store = a_store()
    at: Any = store
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = f"not {at[path[-1]]}"
    return store


@pytest.mark.parametrize("path", [path for path in leaves(a_store()) if path[0] != "2" and path[-1] != "id"], ids=str)
def test_whatever_is_answered_otherwise_shows_in_that_root_alone(path: tuple[Any, ...]):
    before, after = answers(a_client(a_store())), answers(a_client(changed(path)))
    assert (before["1"] != after["1"], before["2"]) == (True, after["2"])


def test_the_order_and_the_number_of_members_show():
    store = a_store()
    boxes = store["1"]["boxes"]["nodes"]
    found = [answers(a_client(store))["1"]]
    boxes.reverse()
    found.append(answers(a_client(store))["1"])
    boxes.pop()
    found.append(answers(a_client(store))["1"])
    assert 3 == len({*found} - {None})


def test_what_is_asked_shows_although_the_answer_is_the_same():
    other = {**CODECS, "lid": a_codec("lid", "lids", "mark colour")}
    assert answers(a_client(a_store())) != answers(a_client(a_store()), other)
    assert answers(a_client(a_store())) != answers(a_client(a_store()), wanted=["box"])


def test_the_app_that_asks_shows_where_a_root_holds_a_namespace_of_some_app():
    store = a_store()
    assert answers(a_client(store)) == answers(a_client(store, app="8"))
    store["1a"]["lids"]["nodes"][0]["namespace"] = "app--7--x"
    seven, eight = (answers(a_client(store, app=app)) for app in "78")
    assert (seven["1"] != eight["1"], seven["2"]) == (True, eight["2"])


@pytest.mark.parametrize("holder", ["1", "1a"])
def test_what_was_not_answered_at_once_is_never_known(holder: str):
    store = a_store()
    (name,) = {"boxes", "lids"} & store[holder].keys()
    store[holder][name]["pageInfo"] = {"hasNextPage": True, "endCursor": "c"}
    assert (None, True) == ((found := answers(a_client(store)))["1"], found["2"] is not None)


def test_what_was_read_again_because_the_store_worked_on_it_is_never_known():
    store = a_store()
    store["1"]["boxes"]["nodes"][0]["working"] = True
    found = answers(a_client(store), patience=Wait(limit_s=0.0))
    assert (None, True) == (found["1"], found["2"] is not None)


def test_what_hangs_on_other_objects_is_never_known():
    owned = replace(CODECS["box"].read, owner=Owner("Room", "room"))
    found = answers(a_client(a_store()), {**CODECS, "box": replace(CODECS["box"], read=owned)})
    assert {"1": None, "2": None} == found
