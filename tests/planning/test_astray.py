"""What is at a place that the store does not have, told by its address."""

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.planning.astray import astray

PLACES = Directory({"location": {"north": "L1"}}, {"location": {"L1": "North", "L2": "Back: room"}, "publication": {}})
THERE = [
    "product/cup",
    "variant/cup/CUP",
    "stock/cup/CUP/north",
    "stock/cup/CUP/Back: room",
    "adjustment/cup/CUP/north: R: 1",
]
GONE = {
    "stock/cup/CUP/south": "no location south ",
    "stock/cup/CUP/north: 1": "no location north: 1 ",
    "adjustment/cup/CUP/south: R: 1": "no location south ",
    "publication/cup/north": "no publication north ",
    "collection_publication/hats/Web": "no publication Web ",
}


def test_what_is_at_a_place_that_the_store_has_not_is_told_by_its_address():
    found = astray(map(Address.parse, [*THERE, *GONE, "nothing/known"]), PLACES, KINDS)
    assert [*GONE] == [str(address) for address in found]
    assert {address: part for address, part in GONE.items() if part in found[Address.parse(address)]} == GONE
