import pytest

from tests.sandbox.store import METAFIELDS_SET

CREATE = """mutation C($input: MarketCreateInput!) { marketCreate(input: $input) {
  market { id name handle status enabled type currencySettings { baseCurrency { currencyCode } localCurrencies } }
  userErrors { code field message } } }"""
UPDATE = """mutation U($id: ID!, $input: MarketUpdateInput!) { marketUpdate(id: $id, input: $input) {
  market { name handle status regions(first: 9) { nodes { ... on MarketRegionCountry { code } } }
    currencySettings { baseCurrency { currencyCode } } }
  userErrors { code field message } } }"""
DELETE = "mutation D($id: ID!) { marketDelete(id: $id) { deletedId userErrors { code field message } } }"
LIST = "query L($query: String) { markets(first: 9, query: $query) { nodes { id name primary } } }"


def test_a_market_starts_as_a_draft_without_regions(store):
    made = store.mutate(CREATE, input={"name": " New Market "})["market"]
    assert ("New Market", "new-market", "DRAFT", False, "NONE", None) == tuple(
        made[key] for key in ("name", "handle", "status", "enabled", "type", "currencySettings")
    )


def test_a_market_takes_the_shops_currency_when_none_is_named(store):
    made = store.mutate(CREATE, input={"name": "Local", "currencySettings": {"localCurrencies": True}})["market"]
    assert {"baseCurrency": {"currencyCode": "EUR"}, "localCurrencies": True} == made["currencySettings"]


def test_a_market_is_changed(store):
    given = {"name": "North", "enabled": True, "conditions": {"regionsCondition": {"regions": [{"countryCode": "SE"}]}}}
    made = store.mutate(CREATE, input={**given, "currencySettings": {"baseCurrency": "SEK"}})["market"]
    changes = {
        "name": "South",
        "status": "DRAFT",
        "removeCurrencySettings": True,
        "conditions": {
            "conditionsToAdd": {"regionsCondition": {"regions": [{"countryCode": "IT"}]}},
            "conditionsToDelete": {"regionsCondition": {"regions": [{"countryCode": "SE"}]}},
        },
    }
    changed = store.mutate(UPDATE, id=made["id"], input=changes)["market"]
    assert ("ACTIVE", "REGION") == (made["status"], made["type"])
    assert ("South", "north", "DRAFT", None) == tuple(
        changed[key] for key in ("name", "handle", "status", "currencySettings")
    )
    assert [{"code": "IT"}] == changed["regions"]["nodes"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": "primary MARKET"}, "TAKEN", ["input", "name"]),
        ({"name": "A"}, "TOO_SHORT", ["input", "name"]),
        ({"name": "Ab", "status": "DRAFT", "enabled": True}, "INVALID_STATUS_AND_ENABLED_COMBINATION", ["input"]),
        (
            {"name": "Ab", "regions": [{"countryCode": "CU"}]},
            "UNSUPPORTED_COUNTRY_REGION",
            ["input", "regions", "0", "countryCode"],
        ),
        (
            {"name": "Ab", "catalogs": ["gid://shopify/MarketCatalog/7"]},
            "CUSTOMIZATIONS_NOT_FOUND",
            ["input", "catalogs"],
        ),
    ],
)
def test_a_market_that_cannot_be_is_refused(shared, given, code, field):
    refused = shared.refusal(CREATE, input=given)["userErrors"]
    assert [(code, field)] == [(one["code"], one["field"]) for one in refused]


def test_the_primary_market_stays(store):
    primary = store.run(LIST)["markets"]["nodes"][0]
    assert primary["primary"]
    assert "CANNOT_DELETE_PRIMARY_MARKET" == store.refusal(DELETE, id=primary["id"])["userErrors"][0]["code"]
    refused = store.refusal(UPDATE, id=primary["id"], input={"enabled": False})
    assert "CANNOT_DISABLE_PRIMARY_MARKET" == refused["userErrors"][0]["code"]


def test_a_removed_market_is_gone_and_so_is_its_name(store):
    made = store.mutate(CREATE, input={"name": "Short"})["market"]["id"]
    store.mutate(DELETE, id=made)
    assert [] == store.run(LIST, query="name:short")["markets"]["nodes"]
    assert "MARKET_NOT_FOUND" == store.refusal(DELETE, id=made)["userErrors"][0]["code"]


def test_handles_that_collide_count_up(store):
    made = [store.mutate(CREATE, input={"name": name})["market"]["handle"] for name in ("Far East", "Far-East")]
    assert ["far-east", "far-east-1"] == made


INCLUDED = """mutation M($id: ID!, $given: MarketUpdateInput!) { marketUpdate(id: $id, input: $given) {
  market { priceInclusions { adaptivePricingEnabled inclusiveDutiesPricingStrategy inclusiveTaxPricingStrategy } }
  userErrors { message } } }"""


def test_a_market_says_what_its_prices_include(store):
    create = "mutation C($given: MarketCreateInput!) { marketCreate(input: $given) { market { id priceInclusions {"
    create += " inclusiveTaxPricingStrategy } } userErrors { message } } }"
    made = store.mutate(create, given={"name": "North"})["market"]
    assert None is made["priceInclusions"]
    said = {"taxPricingStrategy": "INCLUDES_TAXES_IN_PRICE"}
    market = store.mutate(INCLUDED, id=made["id"], given={"priceInclusions": said})["market"]
    expected = {
        "adaptivePricingEnabled": False,
        "inclusiveDutiesPricingStrategy": "ADD_DUTIES_AT_CHECKOUT",
        "inclusiveTaxPricingStrategy": "INCLUDES_TAXES_IN_PRICE",
    }
    assert expected == market["priceInclusions"]
    market = store.mutate(INCLUDED, id=made["id"], given={"removePriceInclusions": True})["market"]
    assert None is market["priceInclusions"]


def test_a_market_has_metafields_and_its_regions_a_currency(store):
    conditions = {"regionsCondition": {"regions": [{"countryCode": "DK"}]}}
    given = {"name": "Danes", "conditions": conditions, "currencySettings": {"baseCurrency": "DKK"}}
    market = store.mutate(CREATE, input=given)["market"]["id"]
    row = {"ownerId": market, "namespace": "custom", "key": "note", "type": "single_line_text_field", "value": "x"}
    store.mutate(METAFIELDS_SET, rows=[row])
    read = """query R($id: ID!) { market(id: $id) { metafield(namespace: "custom", key: "note") { value }
      webPresences(first: 1) { nodes { id } }
      conditions { regionsCondition { regions(first: 1) { nodes { ... on MarketRegionCountry {
        currency { currencyCode enabled } } } } } } } }"""
    found = store.run(read, id=market)["market"]
    assert ({"value": "x"}, []) == (found["metafield"], found["webPresences"]["nodes"])
    regions = found["conditions"]["regionsCondition"]["regions"]["nodes"]
    assert [{"currency": {"currencyCode": "DKK", "enabled": True}}] == regions
