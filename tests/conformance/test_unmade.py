"""Which reads are left out because they show what nothing in the recording makes."""

import pytest

from tests.conformance.scenario import FORMAT, scenario
from tests.conformance.unmade import unmade

SHIRT, PICKED = "gid://shopify/Product/100000001", "gid://shopify/Collection/100000002"
READ = {
    "query": "{ product { id collections { nodes { id } } } }",
    "response": {"data": {"product": {"id": SHIRT, "collections": {"nodes": [{"id": PICKED}]}}}},
}
MADE = {
    "query": "mutation { productCreate { product { id } } }",
    "response": {"data": {"productCreate": {"product": {"id": SHIRT}}}},
}


def left_out(*steps, ignore=(), **seed):
    content = {"format": FORMAT, "name": "s", "domain": "d", "steps": list(steps), "seed": seed, "ignore": list(ignore)}
    return unmade(scenario(content, "s"))


def test_a_read_of_what_nothing_made_is_left_out():
    assert {1: {PICKED}} == left_out(MADE, READ)


def test_what_is_made_later_was_not_made_before():
    made = {"query": "mutation { collectionCreate { collection { id } } }", "response": {"data": {"id": PICKED}}}
    assert {0: {SHIRT, PICKED}} == left_out(READ, MADE, made)


@pytest.mark.parametrize(
    "seed",
    [
        {"objects": [{"id": PICKED, "state": {}}]},
        {"ambient": [{"id": PICKED, "type": "Collection"}]},
        {"steps": [{"bindings": [{"literal": PICKED, "from": "data.x"}]}]},
    ],
)
def test_what_the_seed_names_is_accounted_for(seed):
    assert {} == left_out(MADE, READ, **seed)


@pytest.mark.parametrize(
    "query",
    [
        "mutation { collectionCreate { userErrors { message } } }",
        "mutation { bulkOperationRunMutation { bulkOperation { id } } }",
    ],
)
def test_a_mutation_may_make_it_out_of_sight(query):
    assert {} == left_out(MADE, {"query": query, "response": {"data": {}}}, READ)


def test_what_a_mutation_answered_with_is_accounted_for():
    joined = {"query": "mutation { productUpdate { product { id } } }", "response": {"data": {"joined": PICKED}}}
    assert {} == left_out(MADE, joined, READ)


def test_neither_mutations_nor_what_is_not_compared_nor_what_a_shop_has_anyway_is_left_out():
    place = {
        "query": "{ location { id } }",
        "response": {"data": {"location": {"id": "gid://shopify/Location/100000003"}}},
    }
    assert {} == left_out(place)
    assert {} == left_out({**READ, "query": "mutation { productUpdate { product { id } } }"})
    assert {} == left_out(MADE, READ, ignore=["$.steps[1].response.data.product.collections"])
