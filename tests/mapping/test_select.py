"""Selection: which products reach a store, and the line that decides it."""

import pytest

from reconciler.mapping.select import selected, why
from reconciler.model.catalog import Catalog
from tests.mapping.builders import a_store, an_entry

CASES = [
    ({}, True, "published, and names no channels, so every channel sells it, north-america too", "shirt.yaml"),
    ({"channels": None}, True, "published, and names no channels", "shirt.yaml"),
    ({"channels": ["north-america"]}, True, "the channel of store us", "shirt.yaml.channels"),
    ({"channels": ["europe", "asia"]}, False, "assigned to europe, asia; store us sells", "shirt.yaml.channels"),
    ({"channels": []}, False, "assigned to no channel; store us sells", "shirt.yaml.channels"),
    ({"published": False}, False, "published is false", "shirt.yaml.published"),
    ({"published": False, "channels": ["north-america"]}, False, "published is false", "shirt.yaml.published"),
    ({"status": "draft"}, True, "published", "shirt.yaml"),
]


@pytest.mark.parametrize(("fields", "reaches", "reason", "place"), CASES)
def test_a_product_reaches_a_store_for_a_reason(fields, reaches, reason, place):
    selection = why(an_entry(**fields), a_store())
    assert (reaches, place) == (selection.reaches, str(selection.place))
    assert reason in selection.reason


def test_the_selected_keys_are_in_the_order_of_the_catalog():
    entries = {key: an_entry(key=key, channels=channels) for key, channels in [("b", None), ("a", ["x"]), ("c", None)]}
    assert ("b", "c") == selected(Catalog(entries, {}), a_store())
