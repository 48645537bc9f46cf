import pytest

from tests.sandbox.stock import ACTIVATE, a_key, an_item, item, places, stocked

FIELDS = """id handle serviceName callbackUrl inventoryManagement trackingSupport requiresShippingMethod type
  location { id name isActive isFulfillmentService deactivatable fulfillmentService { handle } }"""
CREATE = (
    "mutation C($name: String!) { fulfillmentServiceCreate(name: $name, trackingSupport: true) {"
    " fulfillmentService {" + FIELDS + "} userErrors { field message } } }"
)
UPDATE = (
    "mutation U($id: ID!, $name: String, $tracks: Boolean) {"
    " fulfillmentServiceUpdate(id: $id, name: $name, trackingSupport: $tracks) {"
    " fulfillmentService {" + FIELDS + "} userErrors { field message } } }"
)
DELETE = """mutation D($id: ID!, $action: FulfillmentServiceDeleteInventoryAction, $to: ID) {
  fulfillmentServiceDelete(id: $id, inventoryAction: $action, destinationLocationId: $to) {
    deletedId userErrors { field message } } }"""
DEACTIVATE = """mutation D($id: ID!, $key: String!) { locationDeactivate(locationId: $id) @idempotent(key: $key) {
  location { isActive } locationDeactivateUserErrors { code } } }"""
ACTIVATE_PLACE = """mutation A($id: ID!, $key: String!) { locationActivate(locationId: $id) @idempotent(key: $key) {
  location { isActive } locationActivateUserErrors { code } } }"""
READ = "query R($id: ID!) { fulfillmentService(id: $id) {" + FIELDS + "} shop { fulfillmentServices { id } } }"
PLACE = "query L($id: ID!) { location(id: $id) { name isFulfillmentService } }"


def a_service(store, name="Far Away Depot"):
    return store.mutate(CREATE, name=name)["fulfillmentService"]


def test_a_service_comes_with_a_location_of_its_own(store):
    made = a_service(store)
    assert ("far-away-depot", "Far Away Depot", "THIRD_PARTY") == (made["handle"], made["serviceName"], made["type"])
    assert (True, False, True) == (made["trackingSupport"], made["inventoryManagement"], made["requiresShippingMethod"])
    place = made["location"]
    assert ("Far Away Depot", True, True, False) == tuple(
        place[key] for key in ("name", "isActive", "isFulfillmentService", "deactivatable")
    )
    assert {"handle": "far-away-depot"} == place["fulfillmentService"]
    read = store.run(READ, id=made["id"])
    assert (made, [{"id": made["id"]}]) == (read["fulfillmentService"], read["shop"]["fulfillmentServices"])


def test_the_location_of_a_service_is_neither_deactivated_nor_activated(store):
    place = a_service(store)["location"]["id"]
    payload = store.run(DEACTIVATE, id=place, key=a_key())["locationDeactivate"]
    assert [{"code": "PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR"}] == payload["locationDeactivateUserErrors"]
    payload = store.run(ACTIVATE_PLACE, id=place, key=a_key())["locationActivate"]
    assert ({"isActive": True}, [{"code": "LOCATION_NOT_FOUND"}]) == tuple(payload.values())


def test_a_service_is_changed_in_what_is_given(store):
    made = a_service(store)
    changed = store.mutate(UPDATE, id=made["id"], name="Near Depot")["fulfillmentService"]
    assert ("Near Depot", "Near Depot", True) == (
        changed["serviceName"],
        changed["location"]["name"],
        changed["trackingSupport"],
    )
    assert False is store.mutate(UPDATE, id=made["id"], tracks=False)["fulfillmentService"]["trackingSupport"]


@pytest.mark.parametrize("name", ["", "Far Away Depot"])
def test_a_service_needs_a_name_that_no_location_has(store, name):
    a_service(store)
    assert ["name"] == store.refusal(CREATE, name=name)["userErrors"][0]["field"]


def test_a_service_that_is_not_there_is_not_found(store):
    missing = "gid://shopify/FulfillmentService/1?id=true"
    assert None is store.run(READ, id=missing)["fulfillmentService"]
    assert ["id"] == store.refusal(DELETE, id=missing)["userErrors"][0]["field"]
    assert ["id"] == store.refusal(UPDATE, id=missing)["userErrors"][0]["field"]


def test_a_deleted_service_takes_its_location_along_unless_it_is_kept(store):
    gone, kept = a_service(store, "Gone"), a_service(store, "Kept")
    assert gone["id"].removesuffix("?id=true") == store.mutate(DELETE, id=gone["id"], action="DELETE")["deletedId"]
    store.mutate(DELETE, id=kept["id"], action="KEEP")
    assert None is store.run(PLACE, id=gone["location"]["id"])["location"]
    assert {"name": "Kept", "isFulfillmentService": False} == store.run(PLACE, id=kept["location"]["id"])["location"]


def test_the_stock_of_a_service_goes_where_it_is_sent(store):
    (home_name, home), *_ = places(store).items()
    found = an_item(store)
    made = a_service(store)
    away = made["location"]["id"]
    store.mutate(ACTIVATE, item=found["id"], place=away, available=4, key=a_key())
    assert ["destinationLocationId"] == store.refusal(DELETE, id=made["id"])["userErrors"][0]["field"]
    store.mutate(DELETE, id=made["id"], to=home)
    assert {home_name: {"available": 4, "on_hand": 4}} == stocked(item(store, found["id"]))
