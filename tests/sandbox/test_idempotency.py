import pytest

from tests.sandbox.stock import ADJUST, SET, a_key, an_item, item, places, set_rows, stocked
from tests.sandbox.store import ended, started

BARE = "mutation Q($given: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $given) "
BARE_END = "{ inventoryAdjustmentGroup { id } userErrors { code } } }"
LOCATION_DEACTIVATE = """mutation D($id: ID!, $key: String!) {
  locationDeactivate(locationId: $id) @idempotent(key: $key) {
  location { id isActive } locationDeactivateUserErrors { code field message } } }"""


def an_adjustment(store, found, delta):
    row = {"inventoryItemId": found["id"], "locationId": places(store)["Shop location"], "delta": delta}
    return {"name": "available", "reason": "correction", "changes": [{**row, "changeFromQuantity": None}]}


def test_what_was_done_under_a_key_is_not_done_again_but_its_result_is_given_again(store):
    shirt, key = an_item(store), a_key()
    given = an_adjustment(store, shirt, 4)
    first = store.mutate(ADJUST, given=given, key=key)
    assert first == store.mutate(ADJUST, given=given, key=key)
    assert {"Shop location": {"available": 4, "on_hand": 4}} == stocked(item(store, shirt["id"]))


def test_the_repeated_request_may_select_other_fields(store):
    shirt, key = an_item(store), a_key()
    given = an_adjustment(store, shirt, 4)
    store.mutate(ADJUST, given=given, key=key)
    again = store.mutate(ADJUST.replace("changes {", "again: changes {"), given=given, key=key)
    assert [4, 4] == [one["delta"] for one in again["inventoryAdjustmentGroup"]["again"]]


def test_the_same_request_under_another_key_is_another_request(store):
    shirt = an_item(store)
    given = an_adjustment(store, shirt, 4)
    for _ in range(2):
        store.mutate(ADJUST, given=given, key=a_key())
    assert {"Shop location": {"available": 8, "on_hand": 8}} == stocked(item(store, shirt["id"]))


def test_a_key_with_other_parameters_is_refused_and_nothing_happens(store):
    shirt, key = an_item(store), a_key()
    store.mutate(ADJUST, given=an_adjustment(store, shirt, 4), key=key)
    payload = store.refusal(ADJUST, given=an_adjustment(store, shirt, 5), key=key)
    message = "The same idempotency key cannot be used with different operation parameters."
    error = {"code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "field": None, "message": message}
    assert (None, [error]) == (payload["inventoryAdjustmentGroup"], payload["userErrors"])
    assert {"Shop location": {"available": 4, "on_hand": 4}} == stocked(item(store, shirt["id"]))


def test_a_key_of_another_mutation_is_refused_and_the_location_is_shown_as_it_is(store):
    shirt, key = an_item(store), a_key()
    store.mutate(ADJUST, given=an_adjustment(store, shirt, 4), key=key)
    place = places(store)["Shop location"]
    payload = store.run(LOCATION_DEACTIVATE, id=place, key=key)["locationDeactivate"]
    assert {"id": place, "isActive": True} == payload["location"]
    assert "IDEMPOTENCY_KEY_PARAMETER_MISMATCH" == payload["locationDeactivateUserErrors"][0]["code"]


def test_a_key_that_met_a_refusal_is_spent(store):
    shirt, key = an_item(store), a_key()
    given = set_rows(shirt, places(store)["Shop location"], 5, changeFromQuantity=3)
    codes = [store.refusal(SET, given=given, key=key)["userErrors"][0]["code"] for _ in range(2)]
    assert ["CHANGE_FROM_QUANTITY_STALE", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"] == codes


def test_where_no_error_is_known_for_it_the_refusal_is_given_again(store):
    key, place = a_key(), places(store)["Shop location"]
    answers = [store.run(LOCATION_DEACTIVATE, id=place, key=key)["locationDeactivate"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert "PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR" == answers[1]["locationDeactivateUserErrors"][0]["code"]


def test_keys_of_two_shops_have_nothing_to_do_with_one_another(server):
    key = a_key()
    for name in ("keys-one", "keys-two"):
        store = server.shop(name)
        shirt = an_item(store)
        store.mutate(ADJUST, given=an_adjustment(store, shirt, 1), key=key)
        assert {"Shop location": {"available": 1, "on_hand": 1}} == stocked(item(store, shirt["id"]))


def test_a_key_outlives_the_server(tmp_path):
    server = started(tmp_path)
    store = server.shop("eu")
    shirt, key = an_item(store), a_key()
    given = an_adjustment(store, shirt, 4)
    first = store.mutate(ADJUST, given=given, key=key)
    ended(server)
    server = started(tmp_path)
    store = server.shop("eu")
    assert first == store.mutate(ADJUST, given=given, key=key)
    assert {"Shop location": {"available": 4, "on_hand": 4}} == stocked(item(store, shirt["id"]))
    ended(server)


def test_without_a_key_the_mutation_is_refused_and_costs_what_it_would(store):
    given = set_rows(an_item(store), places(store)["Shop location"], 5)
    answer = store.answer(BARE + BARE_END, given=given)
    error = answer["errors"][0]
    assert {"inventorySetQuantities": None} == answer["data"]
    assert ("BAD_REQUEST", ["inventorySetQuantities"]) == (error["extensions"]["code"], error["path"])
    assert "The @idempotent directive is required for this mutation but was not provided." == error["message"]
    assert 10 == answer["extensions"]["cost"]["actualQueryCost"]


def test_older_versions_do_not_insist_on_a_key(store):
    given = set_rows(an_item(store), places(store)["Shop location"], 5)
    body = {"query": BARE + BARE_END, "variables": {"given": given}}
    assert [] == store.post(body, version="2026-01").json()["data"]["inventorySetQuantities"]["userErrors"]


@pytest.mark.parametrize(
    ("directive", "code"), [("@idempotent", "missingRequiredArguments"), ('@idempotent(key: " ")', "BAD_REQUEST")]
)
def test_a_directive_without_a_key_is_none(store, directive, code):
    given = set_rows(an_item(store), places(store)["Shop location"], 5)
    answer = store.answer(BARE + directive + BARE_END, given=given)
    assert code == answer["errors"][0]["extensions"]["code"]


def test_mutations_that_repeat_without_harm_take_a_key_and_need_none(store):
    document = """mutation U($id: ID!) { inventoryItemUpdate(id: $id, input: {tracked: false}) @idempotent(key: "k") {
      inventoryItem { tracked } userErrors { message } } }"""
    assert False is store.mutate(document, id=an_item(store)["id"])["inventoryItem"]["tracked"]
