import pytest

from tests.sandbox.stock import (
    ACTIVATE,
    ADJUST,
    DEACTIVATE,
    SET,
    TOGGLE,
    a_key,
    an_item,
    item,
    places,
    put_stock,
    quantities,
    set_rows,
    stocked,
)
from tests.sandbox.store import a_product, a_variant

AT_THE_SAME_TIME = "because not allowed to set available and on_hand quantities at the same time."
OUT_OF_RANGE = "because the quantity needs to be between -1 billion and 1 billion."
ONLY_ONE = "because products need to be stocked at a minimum of 1 location."

LEVEL = "query L($id: ID!) { inventoryLevel(id: $id) { id isActive item { id } location { name } } }"


@pytest.fixture(scope="module")
def shop(server):
    return server.shop("levels", locations=["Main", "Annex", "Barn"])


@pytest.fixture(scope="module")
def known(shop):
    return places(shop)


def activate(shop, found, place, **amounts):
    return {"item": found["id"], "place": place, "key": a_key(), **amounts}


def test_a_new_item_is_kept_at_the_primary_location_and_nothing_is_there(shop):
    shirt = an_item(shop, tracked=False)
    assert {"Main": {}} == stocked(shirt)
    level = shirt["inventoryLevels"]["nodes"][0]
    assert {"available"} == {one["name"] for one in level["quantities"] if one["updatedAt"]}


def test_a_level_is_found_by_its_id_in_two_parts(shop):
    shirt = an_item(shop)
    gid = shirt["inventoryLevels"]["nodes"][0]["id"]
    assert f"?inventory_item_id={shirt['id'].rpartition('/')[2]}" in gid
    expected = {"id": gid, "isActive": True, "item": {"id": shirt["id"]}, "location": {"name": "Main"}}
    assert expected == shop.run(LEVEL, id=gid)["inventoryLevel"]
    assert {"node": {"id": gid}} == shop.run("query N($id: ID!) { node(id: $id) { id } }", id=gid)


@pytest.mark.parametrize(
    "gid", ["gid://shopify/InventoryLevel/1?inventory_item_id=2", "gid://shopify/InventoryLevel/1"]
)
def test_a_level_that_is_not_there_is_null(shop, gid):
    assert None is shop.run(LEVEL, id=gid)["inventoryLevel"]


def test_what_is_given_when_an_item_is_stocked_is_there_at_once(shop, known):
    shirt = an_item(shop)
    level = shop.mutate(ACTIVATE, **activate(shop, shirt, known["Annex"], onHand=50))["inventoryLevel"]
    assert (True, {"available": 50, "on_hand": 50}) == (level["isActive"], quantities(level))


def test_stocking_an_item_that_is_not_tracked_takes_a_quantity_and_ignores_it(shop, known):
    shirt = an_item(shop, tracked=False)
    level = shop.mutate(ACTIVATE, **activate(shop, shirt, known["Annex"], available=9))["inventoryLevel"]
    assert {} == quantities(level)


@pytest.mark.parametrize(
    ("place", "amounts", "message"),
    [
        ("Annex", {"available": 1, "onHand": 2}, f"The product couldn't be stocked at Annex {AT_THE_SAME_TIME}"),
        ("Annex", {"onHand": 1_000_000_001}, f"The product couldn't be stocked at Annex {OUT_OF_RANGE}"),
        (
            "Main",
            {"onHand": 1},
            "Not allowed to set an on_hand quantity when the item is already active at the location.",
        ),
        (
            "Main",
            {"available": 1},
            "Not allowed to set available quantity when the item is already active at the location.",
        ),
    ],
)
def test_quantities_for_stocking_that_make_no_sense_are_refused(shop, place, amounts, message):
    shirt = an_item(shop)
    payload = shop.refusal(ACTIVATE, **activate(shop, shirt, places(shop)[place], **amounts))
    assert [{"field": [name], "message": message} for name in amounts] == payload["userErrors"]
    assert (place == "Main") == (payload["inventoryLevel"] is not None)
    assert {"Main": {}} == stocked(item(shop, shirt["id"]))


def test_nothing_is_stocked_of_nothing_or_nowhere(shop, known):
    shirt = an_item(shop)
    wrong = {"id": "gid://shopify/InventoryItem/1"}
    texts = [
        shop.refusal(ACTIVATE, **activate(shop, *pair))["userErrors"][0]
        for pair in ((shirt, "gid://shopify/Location/1"), (wrong, known["Annex"]))
    ]
    assert [
        (["locationId"], "The product couldn't be stocked because the location wasn't found."),
        (["inventoryItemId"], "The product couldn't be stocked at Annex because the product was deleted."),
    ] == [(error["field"], error["message"]) for error in texts]


def test_a_level_that_comes_back_has_its_id_and_its_quantities(shop, known):
    shirt = an_item(shop)
    level = shop.mutate(ACTIVATE, **activate(shop, shirt, known["Annex"]))["inventoryLevel"]
    put_stock(shop, shirt, known["Annex"], 7)
    shop.mutate(DEACTIVATE, id=level["id"])
    found = item(shop, shirt["id"])
    assert ({"Main": {}}, 0) == (stocked(found), found["variant"]["inventoryQuantity"])
    back = shop.mutate(ACTIVATE, **activate(shop, shirt, known["Annex"]))["inventoryLevel"]
    assert (level["id"], {"available": 7, "on_hand": 7}) == (back["id"], quantities(back))


def test_inactive_levels_are_shown_to_those_who_ask(shop, known):
    shirt = an_item(shop)
    level = shop.mutate(ACTIVATE, **activate(shop, shirt, known["Annex"]))["inventoryLevel"]
    shop.mutate(DEACTIVATE, id=level["id"])
    query = """query I($id: ID!, $place: ID!, $all: Boolean!) { inventoryItem(id: $id) { locationsCount { count }
      inventoryLevel(locationId: $place, includeInactive: $all) { id }
      inventoryLevels(first: 5, includeInactive: $all) { nodes { id } } } }"""
    seen = {
        all_: shop.run(query, id=shirt["id"], place=known["Annex"], all=all_)["inventoryItem"] for all_ in (False, True)
    }
    assert [1, 2] == [len(seen[one]["inventoryLevels"]["nodes"]) for one in (False, True)]
    assert [None, {"id": level["id"]}] == [seen[one]["inventoryLevel"] for one in (False, True)]
    assert 1 == seen[True]["locationsCount"]["count"]


def test_an_item_stays_at_one_location_at_least(shop):
    shirt = an_item(shop)
    level = shirt["inventoryLevels"]["nodes"][0]
    assert False is level["canDeactivate"]
    error = shop.refusal(DEACTIVATE, id=level["id"])["userErrors"][0]
    assert (None, f"The product couldn't be unstocked from Main {ONLY_ONE}") == (error["field"], error["message"])


def test_what_is_on_its_way_keeps_a_level_active(shop, known):
    shirt = an_item(shop)
    level = shop.mutate(ACTIVATE, **activate(shop, shirt, known["Annex"]))["inventoryLevel"]
    row = {"inventoryItemId": shirt["id"], "locationId": known["Annex"], "delta": 3, "changeFromQuantity": 0}
    given = {"name": "incoming", "reason": "movement_created", "changes": [{**row, "ledgerDocumentUri": "ledger://1"}]}
    shop.mutate(ADJUST, given=given, key=a_key())
    assert shop.refusal(DEACTIVATE, id=level["id"])["userErrors"]
    rows = [{"locationId": known["Annex"], "activate": False}]
    payload = shop.refusal(TOGGLE, item=shirt["id"], rows=rows)
    assert ["INCOMING_INVENTORY_AT_LOCATION"] == [error["code"] for error in payload["userErrors"]]


def test_many_locations_are_switched_at_once_and_those_switched_on_are_shown(shop, known):
    shirt = an_item(shop)
    rows = [{"locationId": known[name], "activate": name != "Main"} for name in ("Annex", "Barn", "Main")]
    payload = shop.mutate(TOGGLE, item=shirt["id"], rows=rows)
    assert ["Annex", "Barn"] == [level["location"]["name"] for level in payload["inventoryLevels"]]
    assert {"Annex": {}, "Barn": {}} == stocked(item(shop, shirt["id"]))
    off = [{"locationId": known["Barn"], "activate": False}]
    assert [] == shop.mutate(TOGGLE, item=shirt["id"], rows=off)["inventoryLevels"]


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        (
            {"locationId": "gid://shopify/Location/1", "activate": True},
            "LOCATION_NOT_FOUND",
            "The quantity couldn't be updated because the location was not found.",
        ),
        (
            {"locationId": "Main", "activate": False},
            "CANNOT_DEACTIVATE_FROM_ONLY_LOCATION",
            f"The variant couldn't be unstocked from Main {ONLY_ONE}",
        ),
    ],
)
def test_a_switch_that_cannot_be_turned_is_refused(shop, known, row, code, message):
    shirt = an_item(shop)
    row = {**row, "locationId": known.get(row["locationId"], row["locationId"])}
    payload = shop.refusal(TOGGLE, item=shirt["id"], rows=[row])
    field = ["inventoryItemUpdates", "0", "locationId"]
    assert [{"code": code, "field": field, "message": message}] == payload["userErrors"]
    assert (None, None) == (payload["inventoryItem"], payload["inventoryLevels"])


def test_a_quantity_may_be_set_where_an_item_is_not_stocked_and_does_not_count_there(shop, known):
    shirt = an_item(shop)
    shop.mutate(SET, given=set_rows(shirt, known["Barn"], 8), key=a_key())
    found = item(shop, shirt["id"])
    barn = next(one for one in found["inventoryLevels"]["nodes"] if "Barn" == one["location"]["name"])
    assert (False, {"available": 8, "on_hand": 8}) == (barn["isActive"], quantities(barn))
    assert (0, {"Main": {}}) == (found["variant"]["inventoryQuantity"], stocked(found))


def test_only_locations_that_fulfil_online_orders_sell_online(shop, known):
    shirt = an_item(shop)
    put_stock(shop, shirt, known["Main"], 5)
    shop.mutate(ACTIVATE, **activate(shop, shirt, known["Annex"], available=2))
    edit = """mutation E($id: ID!, $online: Boolean) { locationEdit(id: $id, input: {fulfillsOnlineOrders: $online}) {
      userErrors { code } } }"""
    shop.mutate(edit, id=known["Annex"], online=False)
    variant = item(shop, shirt["id"])["variant"]
    shop.mutate(edit, id=known["Annex"], online=True)
    assert (7, 5) == (variant["inventoryQuantity"], variant["sellableOnlineQuantity"])


def test_the_levels_of_a_location_are_paged_and_searched(server):
    shop = server.shop("levels-at-a-location")
    place = places(shop)["Shop location"]
    shirts = [an_item(shop) for _ in range(3)]
    query = """query L($id: ID!, $after: String, $q: String) { location(id: $id) {
      inventoryLevels(first: 2, after: $after) { nodes { item { id } } pageInfo { hasNextPage endCursor } }
      found: inventoryLevels(first: 5, query: $q) { nodes { item { id } } } } }"""
    search = f"inventory_item_id:{shirts[1]['id'].rpartition('/')[2]}"
    first = shop.run(query, id=place, q=search)["location"]
    rest = shop.run(query, id=place, after=first["inventoryLevels"]["pageInfo"]["endCursor"], q=search)["location"]
    pages = [one["inventoryLevels"]["nodes"] for one in (first, rest)]
    assert [shirt["id"] for shirt in shirts] == [node["item"]["id"] for page in pages for node in page]
    assert [shirts[1]["id"]] == [node["item"]["id"] for node in first["found"]["nodes"]]


def test_a_search_among_an_items_levels_says_where_it_was_made_and_what_it_left_out(shop, known):
    query = """query I($id: ID!, $q: String) { item: inventoryItem(id: $id) {
      levels: inventoryLevels(first: 5, query: $q) { nodes { id } } } }"""
    answer = shop.answer(query, id=an_item(shop)["id"], q=f"location_id:{known['Annex'].rpartition('/')[2]}")
    assert 1 == len(answer["data"]["item"]["levels"]["nodes"])
    said = answer["extensions"]["search"][0]
    assert (["item", "levels"], "invalid_field") == (said["path"], said["warnings"][0]["code"])


def test_items_leave_with_their_variants_and_so_do_their_levels(shop):
    product = shop.set_product(a_product("S", "M"))
    gone = [node["inventoryItem"]["id"] for node in product["variants"]["nodes"]]
    levels = [item(shop, one)["inventoryLevels"]["nodes"][0]["id"] for one in gone]
    one_size = a_product("S")
    shop.set_product({**one_size, "variants": [a_variant("S")]}, id=product["id"])
    assert [True, False] == [item(shop, one) is not None for one in gone]
    assert [True, False] == [shop.run(LEVEL, id=one)["inventoryLevel"] is not None for one in levels]
    delete = "mutation D($id: ID!) { productDelete(input: {id: $id}) { userErrors { message } } }"
    shop.mutate(delete, id=product["id"])
    assert None is shop.run(LEVEL, id=levels[0])["inventoryLevel"]


def test_the_quantity_names_say_what_they_are_made_of(shop):
    query = "{ inventoryProperties { quantityNames { name displayName belongsTo comprises isInUse } } }"
    names = {one["name"]: one for one in shop.run(query)["inventoryProperties"]["quantityNames"]}
    assert [
        "available",
        "committed",
        "damaged",
        "incoming",
        "on_hand",
        "quality_control",
        "reserved",
        "safety_stock",
    ] == [*names]
    assert ("Quality control", ["on_hand"], []) == tuple(
        names["quality_control"][part] for part in ("displayName", "belongsTo", "comprises")
    )
    assert {"incoming", "on_hand"} == names.keys() - set(names["on_hand"]["comprises"])


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("INVENTORY_QUANTITY", ["M", "S", "L"]),
        ("INVENTORY_MANAGEMENT", ["L", "S", "M"]),
        ("INVENTORY_LEVELS_AVAILABLE", []),
    ],
)
def test_variants_are_sorted_by_their_stock(shop, known, sort, expected):
    product = a_product("S", "M", "L")
    rows = [
        {
            **row,
            "inventoryItem": {"tracked": size != "L"},
            "inventoryQuantities": [{"locationId": known["Main"], "name": "available", "quantity": amount}],
        }
        for row, size, amount in zip(product["variants"], "SML", (4, 2, 9), strict=True)
    ]
    gid = shop.set_product({**product, "variants": rows})["id"]
    query = "query V($id: ID!, $by: ProductVariantSortKeys) { product(id: $id) { variants(first: 5, sortKey: $by) {"
    query += " nodes { title } } } }"
    found = shop.run(query, id=gid, by=sort)["product"]["variants"]["nodes"]
    assert expected == [node["title"] for node in found]


def test_variants_are_sorted_by_the_stock_of_a_location_that_the_search_names(server):
    shop = server.shop("sorted-at", locations=["Main", "Annex"])
    known = places(shop)
    shirts = [an_item(shop, sku=f"S-{number}") for number in range(3)]
    for shirt, amount in zip(shirts, (3, 1, 2), strict=True):
        shop.mutate(ACTIVATE, **activate(shop, shirt, known["Annex"], available=amount))
    query = """query V($q: String) { productVariants(first: 2, query: $q, sortKey: INVENTORY_LEVELS_AVAILABLE) {
      nodes { sku } pageInfo { hasNextPage } } }"""
    found = shop.run(query, q=f"location_id:{known['Annex'].rpartition('/')[2]}")["productVariants"]
    assert (["S-1", "S-2"], True) == ([node["sku"] for node in found["nodes"]], found["pageInfo"]["hasNextPage"])
