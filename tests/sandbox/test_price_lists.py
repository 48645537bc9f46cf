import pytest

from tests.sandbox.store import a_product, a_variant, ids

CREATE = """mutation C($input: PriceListCreateInput!) { priceListCreate(input: $input) {
  priceList { id name currency catalog { title } parent { adjustment { type value } settings { compareAtMode } } }
  userErrors { code field message } } }"""
UPDATE = """mutation U($id: ID!, $input: PriceListUpdateInput!) { priceListUpdate(id: $id, input: $input) {
  priceList { id currency fixedPricesCount } userErrors { code field message } } }"""
DELETE = "mutation D($id: ID!) { priceListDelete(id: $id) { deletedId userErrors { code field } } }"
READ = """query R($id: ID!, $origin: PriceListPriceOriginType, $query: String, $first: Int = 9, $after: String) {
  priceList(id: $id) { fixedPricesCount prices(first: $first, after: $after, originType: $origin, query: $query) {
    nodes { originType variant { id } price { amount currencyCode } compareAtPrice { amount } }
    pageInfo { hasNextPage endCursor } } } }"""
ADD = """mutation A($list: ID!, $prices: [PriceListPriceInput!]!) { priceListFixedPricesAdd(priceListId: $list,
  prices: $prices) { prices { variant { id } price { amount } originType } userErrors { code field message } } }"""
CHANGE = """mutation C($list: ID!, $add: [PriceListPriceInput!]!, $delete: [ID!]!) { priceListFixedPricesUpdate(
  priceListId: $list, pricesToAdd: $add, variantIdsToDelete: $delete) {
    priceList { fixedPricesCount } pricesAdded { price { amount } } deletedFixedPriceVariantIds
    userErrors { code field message } } }"""
REMOVE = """mutation R($list: ID!, $variants: [ID!]!) { priceListFixedPricesDelete(priceListId: $list,
  variantIds: $variants) { deletedFixedPriceVariantIds userErrors { code field message } } }"""
BY_PRODUCT = """mutation B($list: ID!, $add: [PriceListProductPriceInput!], $delete: [ID!]) {
  priceListFixedPricesByProductUpdate(priceListId: $list, pricesToAdd: $add, pricesToDeleteByProductIds: $delete) {
    priceList { fixedPricesCount } pricesToAddProducts { id } pricesToDeleteProducts { id }
    userErrors { code field message } } }"""
CATALOG = """mutation C($input: CatalogCreateInput!) { catalogCreate(input: $input) {
  catalog { id title priceList { id } ... on MarketCatalog { markets(first: 9) { nodes { name } } } }
  userErrors { code field message } } }"""
MARKETS = """{ markets(first: 9) { nodes { id name primary
  currencySettings { baseCurrency { currencyCode currencyName } }
  conditions { regionsCondition { regions(first: 9) { nodes { ... on MarketRegionCountry { code name } } } } } } } }"""
DOWN = {"adjustment": {"type": "PERCENTAGE_DECREASE", "value": 10}}


def a_list(store, name="Switzerland", currency="CHF", **fields):
    given = {"name": name, "currency": currency, "parent": DOWN, **fields}
    return store.mutate(CREATE, input=given)["priceList"]["id"]


def a_price(variant, amount, currency="CHF", compare=None):
    row = {"variantId": variant, "price": {"amount": amount, "currencyCode": currency}}
    return row | ({"compareAtPrice": {"amount": compare, "currencyCode": currency}} if compare else {})


def prices(store, price_list, **chosen):
    rows = store.run(READ, id=price_list, **chosen)["priceList"]["prices"]["nodes"]
    return [(row["originType"], row["price"]["amount"], row["price"]["currencyCode"]) for row in rows]


def two_variants(store):
    rows = [a_variant("S", price="49.99", compareAtPrice="60"), a_variant("M", price="20")]
    product = store.set_product(a_product("S", "M", variants=rows))
    return product["id"], ids(product)


def codes(refused):
    return [(one["code"], one["field"]) for one in refused["userErrors"]]


def test_a_list_has_a_row_for_every_variant(store):
    _, (small, _) = two_variants(store)
    price_list = a_list(store)
    store.mutate(ADD, list=price_list, prices=[a_price(small, "55.5", compare="70")])
    assert [("FIXED", "55.5", "CHF"), ("RELATIVE", "18.0", "EUR")] == prices(store, price_list)
    assert [("FIXED", "55.5", "CHF")] == prices(store, price_list, origin="FIXED")
    assert [("RELATIVE", "18.0", "EUR")] == prices(store, price_list, origin="RELATIVE")
    number = small.rpartition("/")[2]
    assert [("FIXED", "55.5", "CHF")] == prices(store, price_list, query=f"variant_id:{number}")


@pytest.mark.parametrize(
    ("change", "mode", "expected"),
    [
        (("PERCENTAGE_DECREASE", 10), "ADJUSTED", ("44.99", "54.0")),
        (("PERCENTAGE_INCREASE", 50), "ADJUSTED", ("74.99", "90.0")),
        (("PERCENTAGE_INCREASE", 0), "NULLIFY", ("49.99", None)),
    ],
)
def test_what_is_not_fixed_follows_from_the_variant(store, change, mode, expected):
    two_variants(store)
    parent = {"adjustment": {"type": change[0], "value": change[1]}, "settings": {"compareAtMode": mode}}
    row = store.run(READ, id=a_list(store, parent=parent))["priceList"]["prices"]["nodes"][0]
    compare = row["compareAtPrice"]
    assert expected == (row["price"]["amount"], compare["amount"] if compare else None)


def test_prices_are_paged(store):
    two_variants(store)
    price_list = a_list(store)
    first = store.run(READ, id=price_list, first=1)["priceList"]["prices"]
    second = prices(store, price_list, first=1, after=first["pageInfo"]["endCursor"])
    assert (True, [("RELATIVE", "18.0", "EUR")]) == (first["pageInfo"]["hasNextPage"], second)


def test_the_last_price_of_a_variant_wins_and_replaces_the_row(store):
    _, (small, _) = two_variants(store)
    price_list = a_list(store)
    store.mutate(ADD, list=price_list, prices=[a_price(small, "1", compare="9"), a_price(small, "2.10")])
    row = store.run(READ, id=price_list)["priceList"]
    assert (1, "2.1", None) == (
        row["fixedPricesCount"],
        row["prices"]["nodes"][0]["price"]["amount"],
        row["prices"]["nodes"][0]["compareAtPrice"],
    )


def test_prices_are_fixed_and_freed_at_once(store):
    _, (small, medium) = two_variants(store)
    price_list = a_list(store)
    store.mutate(ADD, list=price_list, prices=[a_price(small, "1")])
    changed = store.mutate(CHANGE, list=price_list, add=[a_price(medium, "2")], delete=[small])
    freed = store.mutate(REMOVE, list=price_list, variants=[medium])
    assert ([small], 1) == (changed["deletedFixedPriceVariantIds"], changed["priceList"]["fixedPricesCount"])
    assert ([medium], []) == (freed["deletedFixedPriceVariantIds"], prices(store, price_list, origin="FIXED"))


def test_a_price_that_cannot_be_fixed_is_refused_and_none_is(store):
    _, (small, medium) = two_variants(store)
    price_list = a_list(store)
    gone = "gid://shopify/ProductVariant/1"
    rows = [a_price(small, "1", "EUR"), a_price(gone, "1", "EUR"), a_price(medium, "1")]
    refused = store.refusal(ADD, list=price_list, prices=rows)
    assert [
        ("PRICE_LIST_CURRENCY_MISMATCH", ["prices", "0", "price", "currencyCode"]),
        ("VARIANT_NOT_FOUND", ["prices", "1", "variantId"]),
    ] == codes(refused)
    assert [] == prices(store, price_list, origin="FIXED")


def test_only_what_is_fixed_can_be_freed(store):
    _, (small, _) = two_variants(store)
    price_list = a_list(store)
    refused = store.refusal(REMOVE, list=price_list, variants=[small, "gid://shopify/ProductVariant/1"])
    assert [("PRICE_NOT_FIXED", ["variantIds", "0"]), ("VARIANT_NOT_FOUND", ["variantIds", "1"])] == codes(refused)
    missing = store.refusal(REMOVE, list="gid://shopify/PriceList/1", variants=[])
    assert [("PRICE_LIST_NOT_FOUND", ["priceListId"])] == codes(missing)


def test_one_price_is_fixed_for_all_variants_of_a_product(store):
    product, _ = two_variants(store)
    price_list = a_list(store)
    row = {"productId": product, "price": {"amount": "7", "currencyCode": "CHF"}}
    added = store.mutate(BY_PRODUCT, list=price_list, add=[row])
    assert [("FIXED", "7.0", "CHF")] * 2 == prices(store, price_list)
    removed = store.mutate(BY_PRODUCT, list=price_list, delete=[product])
    assert [2, 0] == [one["priceList"]["fixedPricesCount"] for one in (added, removed)]
    assert [product] == [one["id"] for one in removed["pricesToDeleteProducts"]]


@pytest.mark.parametrize(
    ("adds", "deletes", "expected"),
    [
        (0, 0, ["NO_UPDATE_OPERATIONS_SPECIFIED"]),
        (2, 0, ["DUPLICATE_ID_IN_INPUT"]),
        (1, 1, ["ID_MUST_BE_MUTUALLY_EXCLUSIVE"]),
        (0, 2, ["DUPLICATE_ID_IN_INPUT"]),
    ],
)
def test_a_change_by_product_that_contradicts_itself_is_refused(store, adds, deletes, expected):
    product, _ = two_variants(store)
    row = {"productId": product, "price": {"amount": "7", "currencyCode": "CHF"}}
    refused = store.refusal(BY_PRODUCT, list=a_list(store), add=[row] * adds, delete=[product] * deletes)
    assert expected == [one["code"] for one in refused["userErrors"]]


def test_another_currency_makes_fixed_prices_void(store):
    _, (small, _) = two_variants(store)
    price_list = a_list(store)
    store.mutate(ADD, list=price_list, prices=[a_price(small, "1")])
    kept = store.mutate(UPDATE, id=price_list, input={"currency": "CHF"})["priceList"]
    wiped = store.mutate(UPDATE, id=price_list, input={"currency": "USD"})["priceList"]
    assert [1, 0] == [one["fixedPricesCount"] for one in (kept, wiped)]


def test_a_removed_variant_takes_its_fixed_price_along(store):
    product, (small, _) = two_variants(store)
    price_list = a_list(store)
    store.mutate(ADD, list=price_list, prices=[a_price(small, "1")])
    delete = "mutation D($id: ID!) { productDelete(input: {id: $id}) { deletedProductId userErrors { message } } }"
    store.mutate(delete, id=product)
    assert 0 == store.run(READ, id=price_list)["priceList"]["fixedPricesCount"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "BLANK"),
        ({"name": "SWITZERLAND"}, "TAKEN"),
        ({"parent": {"adjustment": {"type": "PERCENTAGE_DECREASE", "value": 101}}}, "INVALID_ADJUSTMENT_MIN_VALUE"),
        ({"parent": {"adjustment": {"type": "PERCENTAGE_INCREASE", "value": 1001}}}, "INVALID_ADJUSTMENT_MAX_VALUE"),
        ({"parent": {"adjustment": {"type": "PERCENTAGE_INCREASE", "value": -1}}}, "INVALID_ADJUSTMENT_VALUE"),
        ({"name": " ", "catalogId": "gid://shopify/MarketCatalog/1"}, "CATALOG_DOES_NOT_EXIST"),
    ],
)
def test_a_list_that_cannot_be_is_refused(shared, fields, code):
    shared.run(CREATE, input={"name": "Switzerland", "currency": "CHF", "parent": DOWN})
    refused = shared.refusal(CREATE, input={"name": "Other", "currency": "CHF", "parent": DOWN, **fields})
    assert [code] == [one["code"] for one in refused["userErrors"]]


def test_a_shop_has_a_primary_market_and_those_wished_for(server):
    wished = [{"name": "Alps", "currency": "CHF", "countries": ["CH", "LI"]}]
    server.shop("alpine", currency="SEK", markets=wished)
    shop = server.shop("alpine", currency="SEK", markets=wished)
    alps, primary = shop.run(MARKETS)["markets"]["nodes"]
    regions = alps["conditions"]["regionsCondition"]["regions"]["nodes"]
    assert (False, True) == (alps["primary"], primary["primary"])
    assert ["CH", "LI"] == [one["code"] for one in regions]
    assert {"currencyCode": "CHF", "currencyName": "Swiss Franc"} == alps["currencySettings"]["baseCurrency"]
    assert [{"code": "SE", "name": "Sweden"}] == primary["conditions"]["regionsCondition"]["regions"]["nodes"]


@pytest.mark.parametrize(
    "markets", [[{}], [{"name": "A", "countries": ["QQ"]}], [{"name": "A", "currency": "?"}], ["A"]]
)
def test_markets_that_make_no_sense_are_refused(server, markets):
    assert 400 == server.put("odd-markets", markets=markets).status_code


def test_a_catalog_brings_a_list_to_a_market_and_takes_it_along(server):
    shop = server.shop("catalogued", markets=[{"name": "Alps", "currency": "CHF"}])
    market = shop.run(MARKETS)["markets"]["nodes"][0]["id"]
    price_list = a_list(shop)
    given = {"title": "Alps", "status": "ACTIVE", "context": {"marketIds": [market]}, "priceListId": price_list}
    catalog = shop.mutate(CATALOG, input=given)["catalog"]
    taken = shop.refusal(CREATE, input={"name": "X", "currency": "CHF", "parent": DOWN, "catalogId": catalog["id"]})
    assert ({"id": price_list}, [{"name": "Alps"}]) == (catalog["priceList"], catalog["markets"]["nodes"])
    assert "CATALOG_TAKEN" == taken["userErrors"][0]["code"]
    shop.mutate("mutation D($id: ID!) { catalogDelete(id: $id) { deletedId userErrors { code } } }", id=catalog["id"])
    assert None is shop.run(READ, id=price_list)["priceList"]


def test_a_removed_list_leaves_its_catalog(store):
    market = store.run(MARKETS)["markets"]["nodes"][0]["id"]
    given = {"title": "Home", "status": "ACTIVE", "context": {"marketIds": [market]}, "priceListId": a_list(store)}
    catalog = store.mutate(CATALOG, input=given)["catalog"]
    store.mutate(DELETE, id=given["priceListId"])
    read = store.run("query C($id: ID!) { catalog(id: $id) { priceList { id } } }", id=catalog["id"])
    assert {"priceList": None} == read["catalog"]


@pytest.mark.parametrize(
    ("context", "code"),
    [
        ({}, "MUST_PROVIDE_EXACTLY_ONE_CONTEXT_TYPE"),
        ({"marketIds": ["gid://shopify/Market/1"]}, "MARKET_NOT_FOUND"),
        ({"companyLocationIds": ["gid://shopify/CompanyLocation/1"]}, "COMPANY_LOCATION_NOT_FOUND"),
    ],
)
def test_a_catalog_needs_a_context_that_is_there(shared, context, code):
    refused = shared.refusal(CATALOG, input={"title": "T", "status": "ACTIVE", "context": context})
    assert [code] == [one["code"] for one in refused["userErrors"]]


def test_catalogs_of_channels_and_of_markets_are_listed(store):
    market = store.run(MARKETS)["markets"]["nodes"][0]["id"]
    store.mutate(CATALOG, input={"title": "Mine", "status": "DRAFT", "context": {"marketIds": [market]}})
    query = "query C($type: CatalogType, $query: String) { catalogs(first: 9, type: $type, query: $query) {"
    query += " nodes { __typename title } } catalogsCount(type: $type, query: $query) { count } }"
    found = [store.run(query, **chosen) for chosen in ({}, {"type": "MARKET"}, {"query": "title:shop"})]
    assert [4, 1, 1] == [one["catalogsCount"]["count"] for one in found]
    assert [{"__typename": "MarketCatalog", "title": "Mine"}] == found[1]["catalogs"]["nodes"]
    assert [{"__typename": "AppCatalog", "title": "Shop"}] == found[2]["catalogs"]["nodes"]


def test_a_publication_joins_a_catalog(store):
    market = store.run(MARKETS)["markets"]["nodes"][0]["id"]
    given = {"title": "Mine", "status": "ACTIVE", "context": {"marketIds": [market]}}
    catalog = store.mutate(CATALOG, input=given)["catalog"]["id"]
    create = "mutation P($input: PublicationCreateInput!) { publicationCreate(input: $input) {"
    create += " publication { id catalog { id title } } userErrors { code } } }"
    made = store.mutate(create, input={"catalogId": catalog})["publication"]
    again = store.refusal(create, input={"catalogId": catalog})
    listed = store.run("{ publications(first: 9, catalogType: MARKET) { nodes { id } } }")["publications"]["nodes"]
    assert ({"id": catalog, "title": "Mine"}, [{"id": made["id"]}]) == (made["catalog"], listed)
    assert "TAKEN" == again["userErrors"][0]["code"]
