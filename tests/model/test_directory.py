"""What git calls the places of a store."""

from reconciler.model.directory import Directory

TITLES = {
    "L1": "Warehouse Berlin",
    "L2": "berlin",
    "L3": "A/B",
    "L4": "Twin",
    "L5": "Twin",
    "L6": "Depot",
    "L7": "Front/Back",
    "L8": "Front-Back",
}
PLACES = Directory({"location": {"berlin": "L1"}}, {"location": TITLES, "publication": {"P1": "Depot", "P2": "Web"}})


def test_a_place_goes_by_the_name_that_git_gives_it_else_by_that_of_the_store():
    assert ("berlin", "Depot", "A-B") == tuple(PLACES.name("location", each) for each in ("L1", "L6", "L3"))


def test_no_two_places_share_a_name():
    names = {PLACES.name("location", each) for each in TITLES}
    assert len(TITLES) == len(names)
    assert {"L2", "L4", "L5", "L7", "L8"} <= names


def test_a_place_that_nobody_knows_goes_by_its_id():
    assert "gid:--shopify-Location-9" == PLACES.name("location", "gid://shopify/Location/9")


def test_the_name_of_every_place_leads_back_to_it():
    assert {each: each for each in TITLES} == {
        each: PLACES.id("location", PLACES.name("location", each)) for each in TITLES
    }
    assert ("L6", "P1") == (PLACES.id("location", "Depot"), PLACES.id("publication", "Depot"))


def test_the_name_in_the_file_wins_over_the_title_of_another_place():
    assert "L1" == PLACES.id("location", "berlin")


def test_a_name_of_no_place_or_of_several_says_what_to_write_in_the_file():
    unmet = {name: (PLACES.id("location", name), PLACES.lacking("location", name)) for name in LACKING}
    assert {name: (None, why) for name, why in LACKING.items()} == unmet
    assert PLACES.lacking("location", "Depot") is None


LACKING = {
    "Twin": "2 locations of the store are called Twin; write which one is meant under locations: in the store's file: "
    "Twin: L4 or Twin: L5",
    "Warehouse Berlin": "location Warehouse Berlin is called berlin by now; give it the name Warehouse Berlin under "
    "locations: in the store's file",
    "Web": "the store has no location Web any more; give this name to the one that takes its place, under locations: "
    "in the store's file",
}
