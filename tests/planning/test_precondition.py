"""May a change still be made? Every action against every way in which the store may have moved on."""

from decimal import Decimal

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.collection_image import CollectionImage
from reconciler.kinds.product import Product
from reconciler.kinds.stock import Stock
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, FieldChange, Remove, Update
from reconciler.model.json import Json
from reconciler.model.outcome import AlreadySo, Stale
from reconciler.model.state import Live
from reconciler.planning.precondition import checked, values_by_path
from tests.laws.toys import TOYS, Box

SHIRT = Address("product", "shirt")
BEFORE, AFTER = "Shirt", "Linen shirt"
TITLE = (FieldChange("title", BEFORE, AFTER),)
CREATE = Create(SHIRT, (FieldChange("title", None, AFTER),))
ADOPT = Adopt(SHIRT, "P1", TITLE)
BARE_ADOPT = Adopt(SHIRT, "P1", ())
UPDATE = Update(SHIRT, "P1", TITLE)
DELETE = Remove(SHIRT, "P1", (FieldChange("title", BEFORE, None),))
RETIRE = Remove(SHIRT, "P1", TITLE, how="archive")
GO, ALREADY, STALE, GO_ON = "go", "already so", "stale", "go on without fields"


def a_live(title: str | None, *, owned: bool = True) -> Live:
    if title is None:
        return Live()
    return Live({SHIRT: Product(title=title)}, {SHIRT: "P1"}, frozenset({SHIRT}) if owned else frozenset())


def verdict(change: Change, live: Live) -> str:
    result = checked([change], live, KINDS)
    match result.go, result.settled:
        case (gone_on,), ():
            if gone_on == change:
                return GO
            return GO_ON if not gone_on.fields else f"go as {gone_on}"
        case (), (AlreadySo(),):
            return ALREADY
        case (), (Stale(),):
            return STALE
        case _:
            return str(result)


@pytest.mark.parametrize(
    ("change", "gone", "as_before", "as_after", "third"),
    [
        (CREATE, GO, STALE, ALREADY, STALE),
        (ADOPT, STALE, GO, GO_ON, STALE),
        (BARE_ADOPT, STALE, GO, GO, GO),
        (UPDATE, STALE, GO, ALREADY, STALE),
        (DELETE, ALREADY, GO, STALE, STALE),
        (RETIRE, ALREADY, GO, ALREADY, STALE),
    ],
    ids=["create", "adopt", "adopt without fields", "update", "delete", "archive"],
)
def test_verdict(change, gone, as_before, as_after, third):
    lives = [None, BEFORE, AFTER, "Wool shirt"]
    assert [gone, as_before, as_after, third] == [verdict(change, a_live(title, owned=False)) for title in lives]


@pytest.mark.parametrize(
    ("title", "expected"), [(BEFORE, f"go as {Update(SHIRT, 'P1', TITLE)}"), (AFTER, ALREADY), ("Wool shirt", STALE)]
)
def test_an_adoption_that_was_made_already_goes_on_as_an_update(title, expected):
    assert expected == verdict(ADOPT, a_live(title))


def test_only_the_fields_that_are_not_so_yet_go_ahead():
    vendor = FieldChange("vendor", "Nordlicht", "Südwind")
    live = Live({SHIRT: Product(title=AFTER, vendor="Nordlicht")}, {SHIRT: "P1"}, frozenset({SHIRT}))
    assert (Update(SHIRT, "P1", (vendor,)),) == checked([Update(SHIRT, "P1", (*TITLE, vendor))], live, KINDS).go


def test_one_changed_field_makes_the_whole_change_stale():
    vendor = FieldChange("vendor", "Nordlicht", "Südwind")
    live = Live({SHIRT: Product(title=BEFORE, vendor="Other")}, {SHIRT: "P1"}, frozenset({SHIRT}))
    (outcome,) = checked([Update(SHIRT, "P1", (*TITLE, vendor))], live, KINDS).settled
    assert Stale(SHIRT, "vendor is now Other, the plan expected Nordlicht; run plan again") == outcome


def test_a_deletion_is_stale_when_a_field_that_was_empty_is_filled():
    live = Live({SHIRT: Product(title=BEFORE, product_type="Shirts")}, {SHIRT: "P1"}, frozenset({SHIRT}))
    change = Remove(SHIRT, "P1", (FieldChange("title", BEFORE, None), FieldChange("product_type", None, None)))
    assert STALE == verdict(change, live)


def test_a_creation_that_finds_other_values_says_which():
    (outcome,) = checked([CREATE], a_live(BEFORE), KINDS).settled
    assert isinstance(outcome, Stale)
    assert (
        "it is in the store already, with title Shirt, the plan expected to make it with Linen shirt; run plan again"
    ) == outcome.reason


def test_a_creation_of_a_list_that_the_store_has_already_is_so():
    address = Address("image_order", "shirt")
    order: list[Json] = ["front", "back"]
    live = Live({address: KINDS["image_order"].resource.model_validate({"images": order})}, {address: "P1"})
    assert ALREADY == verdict(Create(address, (FieldChange("images", None, order),)), live)


def test_a_creation_does_not_mind_what_it_does_not_write():
    live = Live({SHIRT: Product(title=AFTER, vendor="Nordlicht")}, {SHIRT: "P1"}, frozenset({SHIRT}))
    assert ALREADY == verdict(CREATE, live)


LEVEL = Address("stock", "shirt/S/north")


@pytest.mark.parametrize(("asked", "held", "expected"), [(0, 0, ALREADY), (5, 0, [(0, 5)]), (5, 5, ALREADY)])
def test_a_level_that_the_store_made_by_itself_is_filled_unless_it_is_to_be_empty(asked, held, expected):
    live = Live({LEVEL: Stock(available=held)}, {LEVEL: "L1"})
    creates = Create(LEVEL, (FieldChange("available", None, asked),))
    filled = [(each.before, each.after) for go in checked([creates], live, KINDS).go for each in go.fields]
    assert expected == (filled or verdict(creates, live))


def test_what_a_store_does_not_give_back_is_as_the_field_that_takes_it_along():
    cover = Address("collection_image", "kitchen")
    fields = (("image", "pot-1", "pan-2"), ("source", None, "images/pan.png"), ("sha256", None, "2"))
    replaces = Update(cover, "C1", tuple(FieldChange(*each) for each in fields))
    other, same, third = (Live({cover: CollectionImage(image=key)}, {cover: "C1"}) for key in ("pot-1", "pan-2", "x-3"))
    assert [GO, ALREADY, STALE] == [verdict(replaces, live) for live in (other, same, third)]


def test_long_values_are_cut_in_messages():
    (outcome,) = checked([UPDATE], a_live("x" * 200), KINDS).settled
    assert isinstance(outcome, Stale)
    assert f"title is now {'x' * 59}…, the plan expected Shirt; run plan again" == outcome.reason


def test_members_of_a_mapping_are_compared_one_by_one():
    box = Address("box", "a/1")
    live = Live({box: Box(contents={"nut": Decimal(1), "bolt": Decimal(2)})}, {box: "B1"}, frozenset({box}))
    change = Update(box, "B1", (FieldChange("contents.nut", "1.00", "3.00"),))
    assert (change,) == checked([change], live, TOYS).go


def test_values_by_path_hold_a_mapping_whole_and_by_member():
    assert {"contents": {"nut": "1.00"}, "contents.nut": "1.00"} == values_by_path(Box(contents={"nut": Decimal(1)}))


def test_every_change_has_one_verdict():
    other = Address("product", "tie")
    changes = [UPDATE, Update(other, "P2", TITLE)]
    result = checked(changes, a_live(BEFORE), KINDS)
    assert [SHIRT] == [change.address for change in result.go]
    assert [other] == [outcome.address for outcome in result.settled]


def test_what_is_not_there_is_told_by_the_id_that_the_plan_saw():
    (gone,) = checked([UPDATE], a_live(None), KINDS).settled
    assert Stale(SHIRT, "it is not in the store any more as P1; run plan again") == gone
