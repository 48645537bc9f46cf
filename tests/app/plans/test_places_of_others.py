"""Whose doing it is that something a run made is in a collection of ours."""

from collections.abc import Mapping

import pytest

from reconciler.app.plans.places_of_others import PlacesOfOthers
from reconciler.model.address import Address
from reconciler.model.change import Change, Create
from reconciler.shopify.along import LookedAlong
from reconciler.shopify.remains import InCollection
from tests.shopify.answering import ScriptedClient

CUP, RACK, SHELF = Address("product", "cup"), Address("collection", "rack"), Address("collection", "shelf")
MADE: Mapping[Address, Change] = {at: Create(at, ()) for at in (CUP, Address("membership", "rack/cup"))}


@pytest.mark.parametrize(
    ("wrote", "mark", "then", "said"),
    [
        (MADE, "rack", {}, []),
        (MADE, "shelf", {}, ["it was put into collection 'Shelf'"]),
        (MADE, "shelf", {SHELF: RACK}, []),
        ({}, "shelf", {}, []),
    ],
    ids=["the-run's", "a-person's", "the-run's-whose-key-went-back-already", "of-what-the-run-did-not-make"],
)
def test_only_a_place_that_the_run_did_not_give_is_somebody_elses(wrote, mark, then, said):
    places = PlacesOfOthers(wrote, {"membership"}, ScriptedClient(lambda *_: {}))
    seen = LookedAlong({}, {"cup's": (InCollection("gid://shopify/Collection/1", "Shelf", mark, by_hand=True),)})
    assert said == [*places.of(CUP, "cup's", seen, then)]
