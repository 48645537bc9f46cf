"""What a store remembers of us is read as it was written, and what is damaged is nothing."""

import pytest

from reconciler.model.address import Address
from reconciler.shopify import shop_notes
from reconciler.shopify.pointer import (
    JournalHead,
    Memory,
    Pointer,
    Record,
    memory_in,
    pointer_json,
    pointer_row,
    respelled_json,
    respelled_row,
)

CUP = Address("product", "cup")
POINTER = Pointer(
    commit="a" * 40,
    engine="1",
    plan="p",
    run="r",
    exceptions={"b" * 40: (CUP,)},
    unknown=(Address("variant", "cup/A"),),
    taken=(CUP,),
    journal=JournalHead(3, "h"),
)
RESPELLED = {CUP: {"title": ("1", "2")}}


def test_a_shop_that_remembers_nothing_has_no_memory() -> None:
    assert Memory() == memory_in({"applied": None, "rewritten": None}) == memory_in({})


def test_what_was_written_is_read() -> None:
    shop = {
        "applied": {"value": pointer_json(POINTER), "compareDigest": "x"},
        "rewritten": {"value": respelled_json(RESPELLED), "compareDigest": "y"},
    }
    assert Memory(Record(POINTER, "x"), Record(RESPELLED, "y")) == memory_in(shop)


def test_what_an_older_version_wrote_is_read_and_what_a_newer_one_adds_is_passed_over() -> None:
    value = f'{{"commit": "{"a" * 40}", "engine": "1", "exceptions": {{}}, "unknown": [], "later": [1]}}'
    read = memory_in({"applied": {"value": value, "compareDigest": "x"}}).pointer
    assert Record(Pointer(commit="a" * 40, engine="1"), "x") == read


@pytest.mark.parametrize(
    "value", ["", "[]", '{"commit": "HEAD"}', '{"commit": "--all"}', '{"exceptions": {"x": []}}', '{"unknown": ["x"]}']
)
def test_what_is_damaged_is_no_pointer_and_can_be_replaced(value: str) -> None:
    pointer = memory_in({"applied": {"value": value, "compareDigest": "x"}}).pointer
    assert Record(None, "x", is_damaged=True) == pointer
    assert "x" == pointer_row("gid://shopify/Shop/1", POINTER, pointer)["compareDigest"]


@pytest.mark.parametrize(
    ("address", "commit"), [(CUP, "b" * 40), (Address("variant", "cup/A"), None), (Address("product", "x"), "a" * 40)]
)
def test_an_address_has_the_commit_that_it_was_last_brought_to(address: Address, commit: str | None) -> None:
    assert commit == POINTER.of(address)


def test_both_are_written_by_one_request_with_what_was_read_before() -> None:
    rows = [
        pointer_row("gid://shopify/Shop/1", POINTER, Record()),
        respelled_row("gid://shopify/Shop/1", RESPELLED, Record(RESPELLED, "y")),
    ]
    mutation = shop_notes.writing(rows)
    assert ("metafieldsSet", {"rows": rows}) == (mutation.root, mutation.variables)
    assert [("applied", None), ("rewritten", "y")] == [(row["key"], row["compareDigest"]) for row in rows]
