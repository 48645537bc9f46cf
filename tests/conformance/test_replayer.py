"""The replayer itself: what it holds for the same, and what it tells apart."""

from typing import Any

import pytest

from tests.conformance.compare import differences
from tests.conformance.names import Names
from tests.conformance.paths import found_at, masked, parsed, shown
from tests.conformance.places import places
from tests.conformance.scenario import FORMAT, roots_of, scenario

A, B = "gid://shopify/Product/1000000001", "gid://shopify/Product/1000000002"
X, Y = "gid://shopify/Product/7", "gid://shopify/Product/8"


def where(recorded, ours, *left_out):
    return [one.path for one in differences(recorded, ours, masked(left_out), Names())]


@pytest.mark.parametrize(
    ("recorded", "ours"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}),
        ([A, B, A], [X, Y, X]),
        ({"id": A, "search": f"id:1000000001 and {A}"}, {"id": X, "search": f"id:7 and {X}"}),
        ("taken by [gid://shopify/Product/1000000001]", "taken by [gid://shopify/Product/7]"),
        ({"data": {}}, {"data": {}, "extensions": {"cost": 1}}),
        (["app--123--notes"], ["app--77--notes"]),
        (["a\\/b"], ["a/b"]),
        (1, 1.0),
    ],
)
def test_the_same_but_for_names_is_the_same(recorded, ours):
    assert [] == where(recorded, ours)


@pytest.mark.parametrize(
    ("recorded", "ours", "path"),
    [
        ({"a": 1}, {"a": 2}, "a"),
        ({"a": 1}, {}, "a"),
        ({}, {"a": None}, "a"),
        ({"a": None}, {"a": ""}, "a"),
        ({"a": True}, {"a": 1}, "a"),
        ({"a": "1"}, {"a": 1}, "a"),
        ({"a": [1]}, {"a": [1, 2]}, "a"),
        ({"a": [1, 2]}, {"a": [2, 1]}, "a[0]"),
        ([A, B], [X, X], "[1]"),
        ([A, A], [X, Y], "[1]"),
        ([A], ["gid://shopify/Collection/7"], "[0]"),
        (["gid://shopify/TaxonomyCategory/aa-1"], ["gid://shopify/TaxonomyCategory/aa-2"], "[0]"),
        ({"odd name": 1}, {"odd name": 2}, '["odd name"]'),
    ],
)
def test_another_answer_is_told_with_its_place(recorded, ours, path):
    assert path == where(recorded, ours)[0]


@pytest.mark.parametrize("left_out", ["$.rows[*].at", "$.rows[0].at", "$.rows[*]", "rows"])
def test_what_is_left_out_is_not_compared(left_out):
    assert [] == where({"rows": [{"at": 1}]}, {"rows": [{"at": 2}]}, left_out)


def test_an_object_all_of_whose_fields_are_left_out_may_be_absent():
    assert [] == where({"a": {"b": 1, "c": 2}}, {}, "$.a.b", "$.a.c")
    assert ["a"] == where({"a": {"b": 1, "c": 2}}, {}, "$.a.b")


def test_what_a_map_says_of_an_address_is_not_compared_but_must_be_there():
    address = {"city": "Bree", "latitude": 1.5, "longitude": 2.5}
    assert [] == where({"address": address}, {"address": {"city": "Bree", "latitude": None, "longitude": None}})
    assert ["address.longitude"] == where({"address": address}, {"address": {"city": "Bree", "latitude": None}})


def test_a_request_is_sent_with_our_names():
    names = Names()
    names.bind(A, X)
    names.bind("a-recorded-cursor-of-some-length", "ours")
    sent = {"id": A, "query": "id:1000000001", "unknown": B, "after": "a-recorded-cursor-of-some-length", "count": 5}
    expected = {"id": X, "query": "id:7", "unknown": B, "after": "ours", "count": 5}
    assert expected == names.rewritten(sent)
    assert "gid://shopify/ProductVariant/7" == names.rewritten("gid://shopify/ProductVariant/1000000001")


@pytest.mark.parametrize("text", ["$.steps[0].a", '$["odd name"][*]', "a.b[10]", "$"])
def test_a_path_is_read_as_it_is_shown(text):
    assert parsed(text) == parsed(shown(parsed(text)).replace('["*"]', "[*]"))


def test_a_path_that_leads_nowhere_finds_nothing():
    assert found_at({"a": [1]}, parsed("a[0]")) == 1
    assert found_at({"a": [1]}, parsed("a[1].b")) is None
    with pytest.raises(ValueError, match="expected a name or an index"):
        parsed("$.a[")


@pytest.mark.parametrize(
    ("query", "operation", "roots"),
    [
        ("{ shop { id } other: product(id: 1) { id } }", None, {"shop", "product"}),
        ("query A { shop { id } } query B { node(id: 1) { id } }", "B", {"node"}),
        ("{ ...F } fragment F on QueryRoot { ... on QueryRoot { job(id: 1) { id } } }", None, {"job"}),
        ("{ shop {", None, set()),
    ],
)
def test_a_request_is_known_by_its_root_fields(query, operation, roots):
    assert roots == roots_of(query, operation)


def test_the_recordings_of_a_shop_tell_its_first_location_and_the_names_of_all():
    first, second, third = (f"gid://shopify/Location/{number}" for number in (20, 100, 3))
    listed = {"data": {"locations": {"nodes": [{"id": second, "name": "Barn"}, {"id": first, "name": "<hidden>"}]}}}
    contents: list[dict[str, Any]] = [
        {"store": "one", "steps": [{"response": listed}]},
        {"store": "other", "steps": [], "seed": {"ambient": [{"id": third, "type": "Location"}]}},
    ]
    known = places(contents)
    assert (first, {second: "Barn"}) == (known["one"].first, known["one"].names)
    assert third == known["other"].first


def test_a_scenario_makes_what_its_mutations_answered():
    steps = [
        {"query": "query { shop { id } }"},
        {"query": "mutation { locationAdd { location { id } } }"},
        {"query": "{ node { id } }", "bindings": [{"from": "0.data.shop.id", "literal": A}]},
        {"query": "{ node { id } }", "bindings": [{"from": "1.data.locationAdd.location.id", "literal": B}]},
    ]
    assert {B} == scenario({"format": FORMAT, "name": "s", "domain": "d", "steps": steps}, "s").makes
