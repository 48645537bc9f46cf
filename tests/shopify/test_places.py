"""Locations by name or id: what a store's file says, resolved against what the store has."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter

from reconciler.model.errors import InvalidInput
from reconciler.model.store import Store, StoreDocument
from reconciler.shopify.places import read_directory
from tests.shopify.answering import ScriptedClient

THERE = [
    {"id": "gid://shopify/Location/1", "name": "Warehouse Berlin"},
    {"id": "gid://shopify/Location/2", "name": "Shop"},
    {"id": "gid://shopify/Location/3", "name": "Shop"},
]


def a_store(locations: Mapping[str, Any]) -> Store:
    fields = {"url": "sandbox:eu", "channel": "web", "currency": "EUR", "locations": locations}
    return Store("eu", "stores/eu.yaml", TypeAdapter(StoreDocument).validate_python(fields), {})


def pages(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two places on the first page, and one on the second."""
    del document
    nodes = THERE[2:] if variables["after"] else THERE[:2]
    page = {"hasNextPage": not variables["after"], "endCursor": "two"}
    return {"locations": {"nodes": nodes, "pageInfo": page}}


def test_locations_are_found_by_name_and_by_id_on_any_page():
    named = {"berlin": "Warehouse Berlin", "hamburg": {"name": "gid://shopify/Location/3", "intent": "seed"}}
    directory = read_directory(ScriptedClient(pages), a_store(named))
    assert {"berlin": "gid://shopify/Location/1", "hamburg": "gid://shopify/Location/3"} == directory.places["location"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Warehose Berlin", "has no location of the name Warehose Berlin; did you mean Warehouse Berlin?"),
        ("Rome", "has no location of the name Rome; it has Shop, Shop, Warehouse Berlin"),
        ("gid://shopify/Location/9", "has no location of the id gid://shopify/Location/9"),
        (
            "Shop",
            "2 locations are called Shop; write the id of the one you mean: gid://shopify/Location/2 or gid:",
        ),
    ],
)
def test_a_name_of_no_location_or_of_several_is_refused(title, expected):
    with pytest.raises(InvalidInput) as refused:
        read_directory(ScriptedClient(pages), a_store({"berlin": title}))
    assert expected in str(refused.value)
    assert str(refused.value).startswith("stores/eu.yaml: ")


def test_a_store_that_names_no_locations_is_not_asked():
    client = ScriptedClient(pages)
    assert {} == read_directory(client, a_store({})).places
    assert [] == client.asked


def test_two_names_of_one_location_are_refused():
    named = {"berlin": "Warehouse Berlin", "spandau": "gid://shopify/Location/1"}
    with pytest.raises(InvalidInput) as refused:
        read_directory(ScriptedClient(pages), a_store(named))
    assert str(refused.value) == (
        "stores/eu.yaml: berlin and spandau are the same location of store eu, Warehouse Berlin; "
        "keep one of the two names"
    )
