import pytest

from tests.sandbox.stock import ACTIVATE, a_key, an_item, item, places, put_stock, stocked

FIELDS = """id name isActive isPrimary activatable deactivatable deletable fulfillsOnlineOrders hasActiveInventory
  hasUnfulfilledOrders shipsInventory isFulfillmentService addressVerified deactivatedAt createdAt updatedAt
  address { address1 address2 city country countryCode province provinceCode zip phone formatted }"""
LOCATION = "query L($id: ID) { location(id: $id) {" + FIELDS + "} }"
ADD = (
    "mutation A($given: LocationAddInput!) { locationAdd(input: $given) { location {"
    + FIELDS
    + " metafields(first: 5) { nodes { key value } } } userErrors { code field message } } }"
)
EDIT = (
    "mutation E($id: ID!, $given: LocationEditInput!) { locationEdit(id: $id, input: $given) { location {"
    + FIELDS
    + "} userErrors { code field message } } }"
)
ACTIVATE_PLACE = """mutation A($id: ID!, $key: String!) { locationActivate(locationId: $id) @idempotent(key: $key) {
  location { id isActive } locationActivateUserErrors { code field message } } }"""
DEACTIVATE_PLACE = """mutation D($id: ID!, $to: ID, $key: String!) {
  locationDeactivate(locationId: $id, destinationLocationId: $to) @idempotent(key: $key) {
  location { id isActive deletable } locationDeactivateUserErrors { code field message } } }"""
DELETE = """mutation D($id: ID!) { locationDelete(locationId: $id) {
  deletedLocationId locationDeleteUserErrors { code field message } } }"""
US = {"countryCode": "US"}


def add(store, name, **fields):
    return store.mutate(ADD, given={"name": name, "address": US, **fields})["location"]


def deactivate(store, gid, to=None):
    payload = store.run(DEACTIVATE_PLACE, id=gid, to=to, key=a_key())["locationDeactivate"]
    return payload["location"], [error["code"] for error in payload["locationDeactivateUserErrors"]]


def delete(store, gid):
    payload = store.run(DELETE, id=gid)["locationDelete"]
    return payload["deletedLocationId"], [error["code"] for error in payload["locationDeleteUserErrors"]]


def test_a_new_shop_has_one_location_and_it_is_the_primary_one(store):
    place = store.run(LOCATION, id=None)["location"]
    assert {"Shop location": place["id"]} == places(store)
    assert (True, False, True) == (place["isPrimary"], place["deactivatable"], place["fulfillsOnlineOrders"])


def test_a_shop_is_made_with_the_locations_that_it_is_to_have(server):
    store = server.shop("with-locations", locations=["Main", "Annex"])
    assert ["Main", "Annex"] == [*places(store)]
    server.put("with-locations", locations=["Annex", "Barn"])
    assert ["Main", "Annex", "Barn"] == [*places(store)]
    assert "Main" == store.run(LOCATION, id=None)["location"]["name"]


@pytest.mark.parametrize("names", ["Main", [1], [""], ["N" * 101], [*map(str, range(201))]])
def test_locations_that_make_no_sense_are_refused(server, names):
    answer = server.put("refused-locations", locations=names)
    assert 400 == answer.status_code
    assert "locations" in answer.json()["error"]


def test_an_added_location_is_active_and_fulfils_online_orders_unless_told_otherwise(store):
    place = add(
        store, "Annex", address={**US, "address1": "1 Main St", "city": "Boston", "provinceCode": "MA", "zip": "02110"}
    )
    assert {"isActive": True, "fulfillsOnlineOrders": True, "hasActiveInventory": False, "deletable": False} == {
        name: place[name] for name in ("isActive", "fulfillsOnlineOrders", "hasActiveInventory", "deletable")
    }
    assert ("United States", "Massachusetts") == (place["address"]["country"], place["address"]["province"])
    assert ["1 Main St", "Boston MA 02110", "United States"] == place["address"]["formatted"]
    assert False is add(store, "Barn", fulfillsOnlineOrders=False)["fulfillsOnlineOrders"]


def test_a_place_that_only_its_country_is_known_of_has_no_more(store):
    address = add(store, "Annex", address={"countryCode": "DE"})["address"]
    assert ("Germany", None, None, ["Germany"]) == tuple(
        address[name] for name in ("country", "city", "province", "formatted")
    )


@pytest.mark.parametrize(
    ("given", "field", "code", "message"),
    [
        ({"name": "Shop location"}, ["input", "name"], "TAKEN", "You already have a location with this name"),
        ({"name": " "}, ["input", "name"], "BLANK", "Add a location name"),
        ({"name": "N" * 101}, ["input", "name"], "TOO_LONG", "Use a shorter location name (up to 100 characters)"),
        (
            {"address": {**US, "address1": "A" * 256}},
            ["input", "address", "address1"],
            "TOO_LONG",
            "Use a shorter name for the street (up to 255 characters)",
        ),
        (
            {"address": {**US, "zip": "A" * 256}},
            ["input", "address", "zip"],
            "TOO_LONG",
            "Use a shorter postal / ZIP code (up to 255 characters)",
        ),
    ],
)
def test_a_location_that_makes_no_sense_is_neither_added_nor_edited_to_be_one(store, given, field, code, message):
    annex = add(store, "Annex")
    expected = [{"code": code, "field": field, "message": message}]
    payload = store.refusal(ADD, given={"name": "Barn", "address": US, **given})
    assert (None, expected) == (payload["location"], payload["userErrors"])
    payload = store.refusal(EDIT, id=annex["id"], given=given)
    assert (None, expected) == (payload["location"], payload["userErrors"])
    assert annex["address"] == store.run(LOCATION, id=annex["id"])["location"]["address"]


def test_an_edit_changes_what_it_says_and_keeps_its_own_name(store):
    annex = add(store, "Annex", address={**US, "address1": "1 Main St", "city": "Boston", "provinceCode": "MA"})
    given = {"name": "Annex", "address": {"countryCode": "CA", "provinceCode": "ON", "city": "Toronto"}}
    address = store.mutate(EDIT, id=annex["id"], given=given)["location"]["address"]
    assert ("1 Main St", "Toronto", "Canada", "Ontario") == tuple(
        address[name] for name in ("address1", "city", "country", "province")
    )


def test_a_location_that_is_not_there_cannot_be_edited(store):
    error = store.refusal(EDIT, id="gid://shopify/Location/1", given={"name": "X"})["userErrors"][0]
    assert ("NOT_FOUND", ["id"]) == (error["code"], error["field"])


def test_one_location_goes_on_fulfilling_online_orders(store):
    annex = add(store, "Annex", fulfillsOnlineOrders=False)
    place = places(store)["Shop location"]
    payload = store.refusal(EDIT, id=place, given={"fulfillsOnlineOrders": False})
    assert [("CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT", ["input"])] == [
        (error["code"], error["field"]) for error in payload["userErrors"]
    ]
    assert ["CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT"] == deactivate(store, place)[1]
    store.mutate(EDIT, id=annex["id"], given={"fulfillsOnlineOrders": True})
    store.mutate(EDIT, id=place, given={"fulfillsOnlineOrders": False})


def test_the_only_active_location_stays_active(store):
    place, codes = deactivate(store, places(store)["Shop location"])
    assert (True, ["PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR"]) == (place["isActive"], codes)


def test_stock_goes_to_the_destination_when_a_location_is_deactivated(store):
    annex, barn = add(store, "Annex"), add(store, "Barn")
    shirt = an_item(store)
    store.mutate(ACTIVATE, item=shirt["id"], place=annex["id"], available=7, key=a_key())
    put_stock(store, shirt, places(store)["Shop location"], 1)
    assert ["HAS_ACTIVE_INVENTORY_ERROR"] == deactivate(store, annex["id"])[1]
    assert [] == deactivate(store, annex["id"], to=barn["id"])[1]
    expected = {"Shop location": {"available": 1, "on_hand": 1}, "Barn": {"available": 7, "on_hand": 7}}
    assert expected == stocked(item(store, shirt["id"]))
    assert 8 == item(store, shirt["id"])["variant"]["inventoryQuantity"]


def test_a_destination_is_another_active_location(store):
    annex, barn = add(store, "Annex"), add(store, "Barn")
    deactivate(store, barn["id"])
    wrong = [annex["id"], barn["id"], "gid://shopify/Location/1"]
    assert [
        ["DESTINATION_LOCATION_IS_THE_SAME_LOCATION"],
        ["DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE"],
        ["DESTINATION_LOCATION_NOT_SHOPIFY_MANAGED"],
    ] == [deactivate(store, annex["id"], to=one)[1] for one in wrong]


def test_a_deactivated_location_is_listed_for_those_who_ask_and_can_be_activated_again(store):
    annex = add(store, "Annex")
    deactivate(store, annex["id"])
    assert ["Shop location"] == [*places(store)]
    listed = store.run("{ locations(first: 5, includeInactive: true) { nodes { name isActive } } }")["locations"]
    assert [{"name": "Annex", "isActive": False}, {"name": "Shop location", "isActive": True}] == listed["nodes"]
    payload = store.run(ACTIVATE_PLACE, id=annex["id"], key=a_key())["locationActivate"]
    assert (True, []) == (payload["location"]["isActive"], payload["locationActivateUserErrors"])


def test_a_location_whose_name_was_taken_meanwhile_cannot_be_activated(store):
    annex = add(store, "Annex")
    deactivate(store, annex["id"])
    add(store, "Annex")
    payload = store.run(ACTIVATE_PLACE, id=annex["id"], key=a_key())["locationActivate"]
    assert ["HAS_NON_UNIQUE_NAME"] == [error["code"] for error in payload["locationActivateUserErrors"]]
    assert False is payload["location"]["isActive"]


@pytest.mark.parametrize(
    ("document", "root"),
    [(ACTIVATE_PLACE, "locationActivate"), (DEACTIVATE_PLACE, "locationDeactivate"), (DELETE, "locationDelete")],
)
def test_a_location_that_is_not_there_is_not_found(store, document, root):
    variables = {"id": "gid://shopify/Location/1", "key": a_key()}
    payload = store.run(document, **(variables if "$key" in document else {"id": variables["id"]}))[root]
    expected = {"code": "LOCATION_NOT_FOUND", "field": ["locationId"], "message": "Location not found."}
    assert [expected] == payload[f"{root}UserErrors"]


def test_a_location_is_deleted_when_it_is_inactive_and_empty(store):
    annex, barn = add(store, "Annex"), add(store, "Barn")
    shirt = an_item(store)
    store.mutate(ACTIVATE, item=shirt["id"], place=annex["id"], available=7, key=a_key())
    assert (None, ["LOCATION_IS_ACTIVE", "LOCATION_HAS_INVENTORY"]) == delete(store, annex["id"])
    deactivate(store, annex["id"], to=barn["id"])
    assert (annex["id"], []) == delete(store, annex["id"])
    assert None is store.run(LOCATION, id=annex["id"])["location"]
    assert ["Shop location", "Barn"] == [
        one["location"]["name"] for one in item(store, shirt["id"])["inventoryLevels"]["nodes"]
    ]


def test_metafields_come_with_a_location_and_blank_ones_are_passed_over(store):
    rows = [
        {"namespace": "custom", "key": "hours", "type": "single_line_text_field", "value": text} for text in ("9-5", "")
    ]
    assert [{"key": "hours", "value": "9-5"}] == add(store, "Annex", metafields=rows[:1])["metafields"]["nodes"]
    assert [] == add(store, "Barn", metafields=rows[1:])["metafields"]["nodes"]


def test_a_metafield_of_an_unknown_type_is_counted_behind_those_that_are_there(store):
    row = {"namespace": "custom", "key": "hours", "type": "single_line_text_field", "value": "9-5"}
    annex = add(store, "Annex", metafields=[row])
    given = {"metafields": [{**row, "key": "other", "type": "bogus"}]}
    error = store.refusal(EDIT, id=annex["id"], given=given)["userErrors"][0]
    assert ("INVALID_TYPE", ["input", "metafields", "1", "type"]) == (error["code"], error["field"])
    assert error["message"].startswith("Type must be one of the following: antenna_gain, area, ")


def test_a_metafield_without_a_key_is_a_top_level_error(store):
    row = {"namespace": "custom", "key": "", "type": "single_line_text_field", "value": "9-5"}
    error = store.answer(ADD, given={"name": "Annex", "address": US, "metafields": [row]})["errors"][0]
    assert ("INVALID_FIELD_ARGUMENTS", "key can't be blank") == (error["extensions"]["code"], error["message"])


def test_a_location_is_found_by_its_custom_id(store):
    query = """query C($value: String!) { locationByIdentifier(
      identifier: {customId: {namespace: "custom", key: "code", value: $value}}) { name } }"""
    error = store.answer(query, value="A1")["errors"][0]
    assert "Metafield definition of type 'id' is required when using custom ids." == error["message"]
    definition = """mutation { metafieldDefinitionCreate(definition: {name: "Code", namespace: "custom", key: "code",
      ownerType: LOCATION, type: "id"}) { createdDefinition { id } userErrors { message } } }"""
    store.mutate(definition)
    add(store, "Annex", metafields=[{"namespace": "custom", "key": "code", "type": "id", "value": "A1"}])
    assert {"name": "Annex"} == store.run(query, value="A1")["locationByIdentifier"]


def test_locations_are_searched_and_counted(store):
    add(store, "North Annex", address={"countryCode": "DE", "city": "Köln"})
    add(store, "South Annex")
    query = (
        "query L($q: String) { locations(first: 5, query: $q) { nodes { name } } locationsCount(query: $q) { count } }"
    )
    for text, names in (("name:annex", ["North Annex", "South Annex"]), ("city:Köln", ["North Annex"])):
        found = store.run(query, q=text)
        assert (names, len(names)) == (
            [node["name"] for node in found["locations"]["nodes"]],
            found["locationsCount"]["count"],
        )


@pytest.mark.parametrize(
    ("scopes", "query", "needed"),
    [
        (["read_inventory"], "{ locations(first: 1) { nodes { id } } }", "read_locations"),
        (["read_locations"], "{ inventoryProperties { quantityNames { name } } }", "read_inventory"),
        (
            ["read_locations"],
            'mutation { locationDelete(locationId: "gid://shopify/Location/1") { deletedLocationId } }',
            "write_locations",
        ),
        (
            ["read_inventory"],
            'mutation { inventoryDeactivate(inventoryLevelId: "gid://x/Y/1") { userErrors { message } } }',
            "write_inventory",
        ),
    ],
)
def test_stock_and_locations_are_guarded_by_scopes_of_their_own(server, scopes, query, needed):
    store = server.shop(f"scoped-{needed.replace('_', '-')}", scopes=scopes)
    error = store.answer(query)["errors"][0]
    assert ("ACCESS_DENIED", True) == (error["extensions"]["code"], needed in error["message"])


@pytest.mark.parametrize(
    ("fields", "cost"),
    [("id isActive address { city }", 1), ("id hasUnfulfilledOrders", 2), ("fulfillmentService { id }", 2)],
)
def test_an_address_costs_nothing_and_unfulfilled_orders_must_be_counted(store, fields, cost):
    answer = store.answer("{ location {" + fields + "} }")
    assert cost == answer["extensions"]["cost"]["requestedQueryCost"]
