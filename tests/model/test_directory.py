"""What git calls the places of a store."""

from reconciler.model.directory import Directory

TITLES = {"L1": "Warehouse Berlin", "L2": "berlin", "L3": "A/B", "L4": "Twin", "L5": "Twin", "L6": "Depot"}
PLACES = Directory({"location": {"berlin": "L1"}}, TITLES)


def test_a_place_goes_by_the_name_that_git_gives_it_else_by_that_of_the_store():
    assert ("berlin", "Depot", "A-B") == tuple(PLACES.name("location", each) for each in ("L1", "L6", "L3"))


def test_no_two_places_share_a_name():
    names = {PLACES.name("location", each) for each in TITLES}
    assert len(TITLES) == len(names)
    assert {"L2", "L4", "L5"} <= names


def test_a_place_that_nobody_knows_goes_by_its_id():
    assert "gid:--shopify-Location-9" == PLACES.name("location", "gid://shopify/Location/9")
