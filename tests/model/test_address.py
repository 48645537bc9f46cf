"""Addresses: there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address


@given(st.text(st.characters(exclude_characters="/"), min_size=1), st.text(min_size=1))
def test_an_address_survives_its_text(kind, key):
    assert Address(kind, key) == Address.parse(str(Address(kind, key)))


@pytest.mark.parametrize("text", ["", "product", "product/", "/shirt"])
def test_a_part_that_is_missing_is_named(text):
    with pytest.raises(ValueError, match="is not an address; expected KIND/KEY"):
        Address.parse(text)


@pytest.mark.parametrize(("key", "root"), [("shirt", "shirt"), ("shirt/A", "shirt"), ("shirt/A/B", "shirt")])
def test_a_key_begins_with_the_key_of_its_root(key, root):
    assert root == Address("variant", key).root_key
