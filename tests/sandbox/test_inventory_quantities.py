import pytest

from tests.sandbox.stock import (
    ADJUST,
    MOVE,
    SET,
    SET_ON_HAND,
    a_key,
    an_item,
    item,
    places,
    put_stock,
    set_rows,
    stocked,
)

ADJUSTABLE = "available, damaged, incoming, quality_control, reserved, safety_stock"


def adjust(found, place, delta, name="available", **fields):
    row = {"inventoryItemId": found["id"], "locationId": place, "delta": delta, "changeFromQuantity": None}
    return {"name": name, "reason": "correction", "changes": [row | fields]}


def move(found, place, pieces, start, end, **fields):
    ends = {
        side: {"locationId": place, "name": name, "changeFromQuantity": None}
        | ({} if name == "available" else {"ledgerDocumentUri": "ledger://one"})
        for side, name in (("from", start), ("to", end))
    }
    change = {"inventoryItemId": found["id"], "quantity": pieces, **ends, **fields}
    return {"reason": "correction", "referenceDocumentUri": "plan://1", "changes": [change]}


@pytest.fixture
def place(store):
    return places(store)["Shop location"]


def test_setting_what_is_available_changes_what_is_on_hand_by_as_much(store, place):
    shirt = an_item(store)
    group = put_stock(store, shirt, place, 5)
    assert [("available", 5, None), ("on_hand", 5, None)] == [
        (one["name"], one["delta"], one["quantityAfterChange"]) for one in group["changes"]
    ]
    assert {"Shop location": {"available": 5, "on_hand": 5}} == stocked(item(store, shirt["id"]))


def test_setting_what_is_on_hand_leaves_what_is_damaged_alone(store, place):
    shirt = an_item(store)
    store.mutate(ADJUST, given=adjust(shirt, place, 2, "damaged", ledgerDocumentUri="ledger://1"), key=a_key())
    given = {**set_rows(shirt, place, 9), "name": "on_hand"}
    store.mutate(SET, given=given, key=a_key())
    assert {"Shop location": {"available": 7, "damaged": 2, "on_hand": 9}} == stocked(item(store, shirt["id"]))


def test_the_deprecated_way_to_set_what_is_on_hand_does_the_same(store, place):
    shirt = an_item(store)
    rows = set_rows(shirt, place, 3)["quantities"]
    payload = store.mutate(SET_ON_HAND, given={"reason": "correction", "setQuantities": rows}, key=a_key())
    changes = payload["inventoryAdjustmentGroup"]["changes"]
    assert [("available", 3), ("on_hand", 3)] == [(one["name"], one["delta"]) for one in changes]


@pytest.mark.parametrize(("name", "mirrored"), [("reserved", True), ("safety_stock", True), ("incoming", False)])
def test_what_is_on_its_way_is_not_on_hand_and_the_rest_is(store, place, name, mirrored):
    shirt = an_item(store)
    given = adjust(shirt, place, 4, name, ledgerDocumentUri="ledger://1")
    group = store.mutate(ADJUST, given=given, key=a_key())["inventoryAdjustmentGroup"]
    expected = [(name, "ledger://1"), ("on_hand", None)] if mirrored else [(name, "ledger://1")]
    assert expected == [(one["name"], one["ledgerDocumentUri"]) for one in group["changes"]]


def test_the_changes_of_two_items_come_before_what_they_do_to_the_stock_on_hand(store, place):
    one, two = an_item(store), an_item(store)
    rows = adjust(one, place, 1)["changes"] + adjust(two, place, 2)["changes"]
    given = {"name": "available", "reason": "restock", "changes": rows}
    group = store.mutate(ADJUST, given=given, key=a_key())["inventoryAdjustmentGroup"]
    assert [("available", 1), ("available", 2), ("on_hand", 1), ("on_hand", 2)] == [
        (change["name"], change["delta"]) for change in group["changes"]
    ]


def test_what_changes_nothing_leaves_no_group(store, place):
    shirt = an_item(store)
    for document, given in ((ADJUST, adjust(shirt, place, 0)), (SET, set_rows(shirt, place, 0))):
        assert None is store.mutate(document, given=given, key=a_key())["inventoryAdjustmentGroup"]


def test_a_move_within_a_location_leaves_what_is_on_hand(store, place):
    shirt = an_item(store)
    put_stock(store, shirt, place, 7)
    given = move(shirt, place, 3, "available", "damaged")
    group = store.mutate(MOVE, given=given, key=a_key())["inventoryAdjustmentGroup"]
    assert [("available", -3), ("damaged", 3)] == [(one["name"], one["delta"]) for one in group["changes"]]
    assert {"Shop location": {"available": 4, "damaged": 3, "on_hand": 7}} == stocked(item(store, shirt["id"]))


@pytest.mark.parametrize(("expected", "is_stale"), [(5, False), (4, True), (None, False)])
def test_a_quantity_is_set_only_if_it_is_what_the_client_thinks(store, place, expected, is_stale):
    shirt = an_item(store)
    put_stock(store, shirt, place, 5)
    given = set_rows(shirt, place, 9, changeFromQuantity=expected)
    if is_stale:
        error = store.refusal(SET, given=given, key=a_key())["userErrors"][0]
        assert ("CHANGE_FROM_QUANTITY_STALE", ["input", "quantities", "0", "changeFromQuantity"]) == (
            error["code"],
            error["field"],
        )
    else:
        store.mutate(SET, given=given, key=a_key())
    left = 5 if is_stale else 9
    assert {"Shop location": {"available": left, "on_hand": left}} == stocked(item(store, shirt["id"]))


def test_one_stale_row_undoes_the_call(store, place):
    one, two = an_item(store), an_item(store)
    rows = set_rows(one, place, 1)["quantities"] + set_rows(two, place, 2, changeFromQuantity=7)["quantities"]
    store.refusal(SET, given={"name": "available", "reason": "correction", "quantities": rows}, key=a_key())
    assert {"Shop location": {}} == stocked(item(store, one["id"]))


@pytest.mark.parametrize(
    ("document", "given", "kind"),
    [
        (SET, {"quantities": [{"quantity": 1}]}, "InventoryQuantityInput"),
        (ADJUST, {"changes": [{"delta": 1}]}, "InventoryChangeInput"),
    ],
)
def test_what_to_compare_with_must_be_said_even_if_it_is_nothing(store, place, document, given, kind):
    shirt = an_item(store)
    rows_name, rows = next(iter(given.items()))
    rows = [{**row, "inventoryItemId": shirt["id"], "locationId": place} for row in rows]
    sent = {"name": "available", "reason": "correction", rows_name: rows}
    error = store.answer(document, given=sent, key=a_key())["errors"][0]
    assert "INVALID_FIELD_ARGUMENTS" == error["extensions"]["code"]
    assert f"{kind} must include the following argument: changeFromQuantity." == error["message"]


@pytest.mark.parametrize(
    ("changes", "field", "code", "message"),
    [
        (
            {"name": "committed"},
            ["input", "name"],
            "INVALID_NAME",
            "The quantity name must be either 'available' or 'on_hand'.",
        ),
        ({"reason": "whim"}, ["input", "reason"], "INVALID_REASON", None),
        (
            {"referenceDocumentUri": "no uri"},
            ["input", "referenceDocumentUri"],
            "INVALID_REFERENCE_DOCUMENT",
            "The specified reference document is invalid.",
        ),
        (
            {"quantity": 1_000_000_001},
            ["input", "quantities", "0", "quantity"],
            "INVALID_QUANTITY_TOO_HIGH",
            "The quantity can't be higher than 1,000,000,000.",
        ),
        (
            {"quantity": -1_000_000_001},
            ["input", "quantities", "0", "quantity"],
            "INVALID_QUANTITY_TOO_LOW",
            "The quantity can't be lower than -1,000,000,000.",
        ),
        (
            {"name": "on_hand", "quantity": -1},
            ["input", "quantities", "0", "quantity"],
            "INVALID_QUANTITY_NEGATIVE",
            "The quantity can't be negative.",
        ),
        (
            {"inventoryItemId": "gid://shopify/InventoryItem/1"},
            ["input", "quantities", "0", "inventoryItemId"],
            "INVALID_INVENTORY_ITEM",
            "The specified inventory item could not be found.",
        ),
        (
            {"locationId": "gid://shopify/Location/1"},
            ["input", "quantities", "0", "locationId"],
            "INVALID_LOCATION",
            "The specified location could not be found.",
        ),
    ],
)
def test_a_set_that_makes_no_sense_is_refused(shared, changes, field, code, message):
    given = set_rows(an_item(shared), places(shared)["Shop location"], 1)
    row = {name: changes.pop(name) for name in ("quantity", "inventoryItemId", "locationId") if name in changes}
    given = {**given, **changes, "quantities": [given["quantities"][0] | row]}
    error = shared.refusal(SET, given=given, key=a_key())["userErrors"][0]
    assert (field, code) == (error["field"], error["code"])
    assert message in {None, error["message"]}


def test_stock_may_become_negative_but_not_what_is_on_hand(store, place):
    shirt = an_item(store)
    put_stock(store, shirt, place, -3)
    assert {"Shop location": {"available": -3, "on_hand": -3}} == stocked(item(store, shirt["id"]))


def test_every_row_of_a_pair_that_stands_twice_is_reported(shared):
    given = set_rows(an_item(shared), places(shared)["Shop location"], 1)
    errors = shared.refusal(SET, given={**given, "quantities": given["quantities"] * 2}, key=a_key())["userErrors"]
    assert [["input", "quantities", "0", "locationId"], ["input", "quantities", "1", "locationId"]] == [
        error["field"] for error in errors
    ]


@pytest.mark.parametrize(
    ("name", "ledger", "codes"),
    [
        ("available", "ledger://1", ["INVALID_AVAILABLE_DOCUMENT"]),
        ("damaged", None, ["INVALID_QUANTITY_DOCUMENT"]),
        ("damaged", "gid://shopify/Order/1", ["INTERNAL_LEDGER_DOCUMENT"]),
        ("damaged", "no uri", ["INVALID_LEDGER_DOCUMENT"]),
        ("on_hand", None, ["INVALID_QUANTITY_NAME", "INVALID_QUANTITY_DOCUMENT"]),
        ("on_hand", "ledger://1", ["INVALID_QUANTITY_NAME"]),
    ],
)
def test_a_ledger_document_goes_with_all_but_what_is_available(shared, name, ledger, codes):
    given = adjust(an_item(shared), places(shared)["Shop location"], 1, name, ledgerDocumentUri=ledger)
    errors = shared.refusal(ADJUST, given=given, key=a_key())["userErrors"]
    assert codes == [error["code"] for error in errors]
    if name == "on_hand":
        assert f"The specified quantity name is invalid. Valid values are: {ADJUSTABLE}." == errors[0]["message"]


@pytest.mark.parametrize(
    ("names", "fields", "code", "field"),
    [
        (("on_hand", "damaged"), {}, "INVALID_QUANTITY_NAME", ["input", "changes", "0", "from", "name"]),
        (("damaged", "damaged"), {}, "SAME_QUANTITY_NAME", ["input", "changes", "0"]),
        (
            ("available", "damaged"),
            {"quantity": -1},
            "INVALID_QUANTITY_NEGATIVE",
            ["input", "changes", "0", "quantity"],
        ),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(shared, names, fields, code, field):
    given = move(an_item(shared), places(shared)["Shop location"], 1, *names, **fields)
    error = shared.refusal(MOVE, given=given, key=a_key())["userErrors"][0]
    assert (code, field) == (error["code"], error["field"])


def test_a_move_between_locations_is_refused(server):
    store = server.shop("move-between", locations=["Main", "Annex"])
    known = places(store)
    given = move(an_item(store), known["Main"], 1, "available", "damaged")
    given["changes"][0]["to"]["locationId"] = known["Annex"]
    assert "DIFFERENT_LOCATIONS" == store.refusal(MOVE, given=given, key=a_key())["userErrors"][0]["code"]


def test_more_than_250_rows_are_refused_before_anything_runs(store, place):
    given = set_rows(an_item(store), place, 1)
    answer = store.answer(SET, given={**given, "quantities": given["quantities"] * 251}, key=a_key())
    assert "MAX_INPUT_SIZE_EXCEEDED" == answer["errors"][0]["extensions"]["code"]
    assert "data" not in answer


def test_the_total_of_a_product_lags_behind_its_variants(store, place):
    shirt = an_item(store)
    put_stock(store, shirt, place, 5)
    variant = item(store, shirt["id"])["variant"]
    assert (5, 5) == (variant["inventoryQuantity"], variant["sellableOnlineQuantity"])
    assert (0, False) == (variant["product"]["totalInventory"], variant["product"]["hasOutOfStockVariants"])


def test_a_group_of_changes_can_be_read_again_and_narrowed_down(store, place):
    shirt = an_item(store)
    group = put_stock(store, shirt, place, 5)
    query = """query G($id: ID!, $names: [String!]) { node(id: $id) { ... on InventoryAdjustmentGroup {
      reason changes(quantityNames: $names) { name item { sku } } } } }"""
    found = store.run(query, id=group["id"], names=["on_hand"])["node"]
    assert ("correction", ["on_hand"]) == (found["reason"], [one["name"] for one in found["changes"]])


def test_who_on_the_staff_it_was_is_not_for_apps_but_the_change_stands(store, place):
    shirt = an_item(store)
    document = SET.replace("reason referenceDocumentUri", "staffMember { id } reason referenceDocumentUri")
    answer = store.answer(document, given=set_rows(shirt, place, 5), key=a_key())
    assert "ACCESS_DENIED" == answer["errors"][0]["extensions"]["code"]
    assert None is answer["data"]["inventorySetQuantities"]["inventoryAdjustmentGroup"]["staffMember"]
    assert {"Shop location": {"available": 5, "on_hand": 5}} == stocked(item(store, shirt["id"]))
