import hashlib

import pytest

from tests.sandbox.store import DEFINITION_CREATE, METAFIELDS_SET, PRODUCT_CREATE, PRODUCT_UPDATE, a_product

ENABLE = """mutation E($locale: String!, $at: [ID!]) { shopLocaleEnable(locale: $locale, marketWebPresenceIds: $at) {
  shopLocale { locale name primary published marketWebPresences { id } } userErrors { field message } } }"""
PUBLISH = """mutation P($locale: String!, $published: Boolean) { shopLocaleUpdate(locale: $locale,
  shopLocale: { published: $published }) { shopLocale { locale published } userErrors { field message } } }"""
DISABLE = "mutation D($locale: String!) { shopLocaleDisable(locale: $locale) { locale userErrors { field message } } }"
REGISTER = """mutation R($id: ID!, $rows: [TranslationInput!]!) { translationsRegister(resourceId: $id,
  translations: $rows) { translations { key value locale outdated market { id } updatedAt }
  userErrors { code field message } } }"""
REMOVE = """mutation X($id: ID!, $keys: [String!]!, $locales: [String!]!, $markets: [ID!]) { translationsRemove(
  resourceId: $id, translationKeys: $keys, locales: $locales, marketIds: $markets) {
  translations { key value } userErrors { code field message } } }"""
READ = """query R($id: ID!, $market: ID) { translatableResource(resourceId: $id) {
  translatableContent { key value digest locale type }
  translations(locale: "fr", marketId: $market) { key value outdated } } }"""
PUBLISHED = 'query P($id: ID!) { product(id: $id) { translations(locale: "fr") { key value } } }'


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def a_row(value, *, source, key="title", locale="fr", **fields):
    return {"locale": locale, "key": key, "value": value, "translatableContentDigest": digest(source), **fields}


@pytest.fixture
def french(store):
    store.mutate(ENABLE, locale="fr")
    return store


def a_shirt(store, **fields):
    return store.mutate(PRODUCT_CREATE, given={"title": "Shirt", **fields})["product"]["id"]


def read(store, gid, **chosen):
    return store.run(READ, id=gid, **chosen)["translatableResource"]


def codes(refused):
    return [(one["code"], one["field"]) for one in refused["userErrors"]]


def test_a_shop_starts_in_english_and_lists_its_languages_by_code(french):
    french.mutate(ENABLE, locale="de")
    query = "{ all: shopLocales { locale name primary published } public: shopLocales(published: true) { locale } }"
    found = french.run(query)
    assert ["de", "en", "fr"] == [row["locale"] for row in found["all"]]
    assert {"locale": "fr", "name": "French", "primary": False, "published": False} == found["all"][2]
    assert [{"locale": "en"}] == found["public"]


@pytest.mark.parametrize(
    ("mutation", "locale", "message"),
    [
        (ENABLE, "en", "The primary locale of your store can't be changed through this endpoint."),
        (ENABLE, "fr", "Locale has already been taken"),
        (ENABLE, "zz", "The locale doesn't exist."),
        (PUBLISH, "en", "The primary locale of your store can't be changed through this endpoint."),
        (PUBLISH, "zz", "The locale doesn't exist."),
        (DISABLE, "en", "The primary locale of your store can't be changed through this endpoint."),
    ],
)
def test_a_language_that_cannot_be_changed_so_says_why(french, mutation, locale, message):
    assert [{"field": ["locale"], "message": message}] == french.refusal(mutation, locale=locale)["userErrors"]


def test_a_shop_has_twenty_languages_at_most(store):
    codes = [row["isoCode"] for row in store.run("{ availableLocales { isoCode } }")["availableLocales"]]
    for code in [code for code in codes if code != "en"][:19]:
        store.mutate(ENABLE, locale=code)
    assert store.refusal(ENABLE, locale="zu")


def test_changing_a_language_that_is_not_enabled_does_nothing(store):
    answer = store.mutate(PUBLISH, locale="it", published=True)["shopLocale"]
    assert ({"locale": "it", "published": False}, [{"locale": "en"}]) == (
        answer,
        store.run("{ shopLocales { locale } }")["shopLocales"],
    )


def test_a_product_shows_what_can_be_translated(store):
    seo = {"title": "Meta", "description": "Text"}
    gid = a_shirt(store, descriptionHtml="<p>Linen</p>", productType="Tops", seo=seo)
    rows = read(store, gid)["translatableContent"]
    assert [
        ("title", "Shirt", "SINGLE_LINE_TEXT_FIELD"),
        ("body_html", "<p>Linen</p>", "HTML"),
        ("handle", "shirt", "URI"),
        ("product_type", "Tops", "SINGLE_LINE_TEXT_FIELD"),
        ("meta_title", "Meta", "MULTI_LINE_TEXT_FIELD"),
        ("meta_description", "Text", "MULTI_LINE_TEXT_FIELD"),
    ] == [(row["key"], row["value"], row["type"]) for row in rows]
    assert [(digest(row["value"]), "en") for row in rows] == [(row["digest"], row["locale"]) for row in rows]


def test_empty_texts_are_left_out_but_the_product_type_is_not(store):
    rows = read(store, a_shirt(store))["translatableContent"]
    assert ["title", "handle", "product_type"] == [row["key"] for row in rows]


def test_a_collection_is_translated_without_a_product_type(french):
    french.mutate(PUBLISH, locale="fr", published=True)
    query = """mutation C($given: CollectionInput!) { collectionCreate(input: $given) {
      collection { id } userErrors { message } } }"""
    given = {"title": "Summer", "descriptionHtml": "<p>Linen</p>", "seo": {"title": "Meta"}}
    gid = french.mutate(query, given=given)["collection"]["id"]
    keys = [row["key"] for row in read(french, gid)["translatableContent"]]
    french.mutate(REGISTER, id=gid, rows=[a_row("Été", source="Summer")])
    shown = french.run('query P($id: ID!) { collection(id: $id) { translations(locale: "fr") { key value } } }', id=gid)
    assert (["title", "body_html", "handle", "meta_title"], [{"key": "title", "value": "Été"}]) == (
        keys,
        shown["collection"]["translations"],
    )


def test_a_translation_is_registered_and_outdated_when_its_source_changes(french):
    gid = a_shirt(french)
    french.mutate(REGISTER, id=gid, rows=[a_row("Chemise", source="Shirt")])
    before = read(french, gid)["translations"]
    french.mutate(PRODUCT_UPDATE, given={"id": gid, "title": "Linen Shirt"})
    after = read(french, gid)["translations"]
    assert [{"key": "title", "value": "Chemise", "outdated": False}] == before
    assert [{"key": "title", "value": "Chemise", "outdated": True}] == after


def test_a_row_that_cannot_be_leaves_the_others(french):
    gid = a_shirt(french)
    rows = [
        a_row("Chemise", source="Shirt"),
        a_row("Chemise", source="Other"),
        a_row(" ", source="Shirt"),
        a_row("x", source="Shirt", key="colour"),
        a_row("x", source="Shirt", locale="it"),
        a_row("x", source="Shirt", locale="en"),
        a_row("x", source="Shirt", locale="it", marketId="gid://shopify/Market/1"),
    ]
    refused = french.refusal(REGISTER, id=gid, rows=rows)
    assert ["Chemise"] == [row["value"] for row in refused["translations"]]
    assert [
        ("INVALID_TRANSLATABLE_CONTENT", ["translations", "1", "translatableContentDigest"]),
        ("FAILS_RESOURCE_VALIDATION", ["translations", "2", "value"]),
        ("INVALID_KEY_FOR_MODEL", ["translations", "3", "key"]),
        ("INVALID_LOCALE_FOR_SHOP", ["translations", "4", "locale"]),
        ("INVALID_LOCALE_FOR_SHOP", ["translations", "5", "locale"]),
        ("MARKET_DOES_NOT_EXIST", ["translations", "6", "marketId"]),
    ] == codes(refused)


def test_a_hundred_keys_are_the_most(french):
    refused = french.refusal(REGISTER, id=a_shirt(french), rows=[a_row("Chemise", source="Shirt")] * 101)
    assert (None, [("TOO_MANY_KEYS_FOR_RESOURCE", ["resourceId"])]) == (refused["translations"], codes(refused))


def test_what_is_not_there_cannot_be_translated(shared):
    gone = "gid://shopify/Product/1"
    for refused in (shared.refusal(REGISTER, id=gone, rows=[]), shared.refusal(REMOVE, id=gone, keys=[], locales=[])):
        assert (None, [("RESOURCE_NOT_FOUND", ["resourceId"])]) == (refused["translations"], codes(refused))
    assert None is read(shared, gone)


def test_a_market_has_words_of_its_own_unless_they_are_the_shops(french):
    gid = a_shirt(french)
    market = french.run("{ markets(first: 1) { nodes { id } } }")["markets"]["nodes"][0]["id"]
    french.mutate(REGISTER, id=gid, rows=[a_row("Chemise", source="Shirt")])
    same = french.refusal(REGISTER, id=gid, rows=[a_row("Chemise", source="Shirt", marketId=market)])
    own = french.mutate(REGISTER, id=gid, rows=[a_row("Liquette", source="Shirt", marketId=market)])
    assert [("FAILS_RESOURCE_VALIDATION", ["translations", "0", "value"])] == codes(same)
    assert {"id": market} == own["translations"][0]["market"]
    assert [["Chemise"], ["Liquette"]] == [
        [row["value"] for row in read(french, gid, **chosen)["translations"]] for chosen in ({}, {"market": market})
    ]
    french.mutate(REMOVE, id=gid, keys=["title"], locales=["fr"], markets=[market])
    assert [[], 1] == [read(french, gid, market=market)["translations"], len(read(french, gid)["translations"])]


def test_what_is_removed_is_told_and_nothing_is_no_list(french):
    gid = a_shirt(french)
    french.mutate(REGISTER, id=gid, rows=[a_row("Chemise", source="Shirt")])
    nothing = french.mutate(REMOVE, id=gid, keys=["handle"], locales=["fr"])
    removed = french.mutate(REMOVE, id=gid, keys=["title"], locales=["fr"])
    assert (None, [{"key": "title", "value": "Chemise"}]) == (nothing["translations"], removed["translations"])
    assert [] == read(french, gid)["translations"]


@pytest.mark.parametrize(
    ("given", "stored"),
    [("Ma Chemise!", "ma-chemise"), ("%%%", "store-localization/generic-dynamic-content-translation")],
)
def test_a_translated_handle_becomes_one(french, given, stored):
    gid = a_shirt(french)
    rows = [a_row(given, source="shirt", key="handle")]
    assert stored == french.mutate(REGISTER, id=gid, rows=rows)["translations"][0]["value"]


def test_disabling_a_language_takes_its_translations(french):
    gid = a_shirt(french)
    french.mutate(REGISTER, id=gid, rows=[a_row("Chemise", source="Shirt")])
    french.mutate(DISABLE, locale="fr")
    french.mutate(ENABLE, locale="fr")
    assert [] == read(french, gid)["translations"]


def test_buyers_see_translations_of_published_languages_only(french):
    gid = a_shirt(french)
    french.mutate(REGISTER, id=gid, rows=[a_row("Chemise", source="Shirt")])
    before = french.run(PUBLISHED, id=gid)["product"]["translations"]
    french.mutate(PUBLISH, locale="fr", published=True)
    assert [[], [{"key": "title", "value": "Chemise"}]] == [
        before,
        french.run(PUBLISHED, id=gid)["product"]["translations"],
    ]


def test_options_their_values_and_metafields_are_translated_too(french):
    product = french.set_product(a_product("Small"))
    field = {"ownerId": product["id"], "namespace": "custom", "key": "care", "type": "multi_line_text_field"}
    metafield = french.mutate(METAFIELDS_SET, rows=[{**field, "value": "Wash"}])["metafields"][0]["id"]
    option = product["options"][0]
    value = option["optionValues"][0]["id"]
    for gid, source, key in ((option["id"], "Size", "name"), (value, "Small", "name"), (metafield, "Wash", "value")):
        french.mutate(REGISTER, id=gid, rows=[a_row("Mot", source=source, key=key)])
        assert ["Mot"] == [row["value"] for row in read(french, gid)["translations"]]
    query = """query N($id: ID!, $option: ID!) {
      product: translatableResource(resourceId: $id) { all: nestedTranslatableResources(first: 9) { nodes {
        resourceId } } fields: nestedTranslatableResources(first: 9, resourceType: METAFIELD) { nodes { resourceId } } }
      option: translatableResource(resourceId: $option) { nestedTranslatableResources(first: 9) { nodes {
        resourceId } } } }"""
    nested = french.run(query, id=product["id"], option=option["id"])
    assert [option["id"], metafield] == [row["resourceId"] for row in nested["product"]["all"]["nodes"]]
    assert [{"resourceId": metafield}] == nested["product"]["fields"]["nodes"]
    assert [{"resourceId": value}] == nested["option"]["nestedTranslatableResources"]["nodes"]


def test_a_number_is_not_translated(store):
    given = {"name": "N", "namespace": "custom", "key": "count", "ownerType": "SHOP", "type": "number_integer"}
    store.mutate(DEFINITION_CREATE, given=given)
    row = {"ownerId": store.shop["shop_id"], "namespace": "custom", "key": "count", "value": "3"}
    gid = store.mutate(METAFIELDS_SET, rows=[row])["metafields"][0]["id"]
    listed = store.run("{ translatableResources(first: 9, resourceType: METAFIELD) { nodes { resourceId } } }")
    assert (None, []) == (read(store, gid), listed["translatableResources"]["nodes"])


def test_resources_are_listed_by_type_and_by_id(french):
    first, second = a_shirt(french), a_shirt(french)
    french.mutate(REGISTER, id=second, rows=[a_row("Chemise", source="Shirt")])
    query = """query L($ids: [ID!]!) {
      list: translatableResources(first: 9, resourceType: PRODUCT, reverse: true) { nodes { resourceId
        translations(locale: "fr") { value } } }
      byIds: translatableResourcesByIds(first: 9, resourceIds: $ids) { nodes { resourceId } } }"""
    found = french.run(query, ids=[second, "gid://shopify/Product/1", first])
    assert [
        {"resourceId": second, "translations": [{"value": "Chemise"}]},
        {"resourceId": first, "translations": []},
    ] == found["list"]["nodes"]
    assert {first, second} == {row["resourceId"] for row in found["byIds"]["nodes"]}


def test_a_removed_product_leaves_no_translation(french):
    gid = a_shirt(french)
    french.mutate(REGISTER, id=gid, rows=[a_row("Chemise", source="Shirt")])
    delete = "mutation D($id: ID!) { productDelete(input: {id: $id}) { deletedProductId userErrors { message } } }"
    french.mutate(delete, id=gid)
    assert None is read(french, gid)


def test_a_web_presence_offers_the_languages_it_is_given(french):
    create = """mutation C($input: WebPresenceCreateInput!) { webPresenceCreate(input: $input) {
      webPresence { id rootUrls { locale url } } userErrors { code field } } }"""
    none = french.refusal(create, input={"defaultLocale": "en"})["userErrors"][0]["code"]
    made = french.mutate(create, input={"defaultLocale": "en", "subfolderSuffix": "alps"})["webPresence"]
    french.mutate(ENABLE, locale="pt-BR", at=[made["id"]])
    home, alps = french.run("{ webPresences(first: 9) { nodes { id domain { host } rootUrls { locale url } } } }")[
        "webPresences"
    ]["nodes"]
    domain = home["domain"]["host"]
    assert "REQUIRES_DOMAIN_OR_SUBFOLDER" == none
    assert [{"locale": "en", "url": f"https://{domain}/"}] == home["rootUrls"]
    assert [f"https://{domain}/en-alps/", f"https://{domain}/pt-alps/"] == [one["url"] for one in alps["rootUrls"]]
    delete = "mutation D($id: ID!) { webPresenceDelete(id: $id) { deletedId userErrors { code } } }"
    assert (
        "SHOP_MUST_HAVE_PRIMARY_DOMAIN_WEB_PRESENCE" == french.refusal(delete, id=home["id"])["userErrors"][0]["code"]
    )
    assert alps["id"] == french.mutate(delete, id=alps["id"])["deletedId"]
