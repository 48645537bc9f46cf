import hashlib

import pytest

from tests.sandbox.store import METAFIELDS_SET

DEFINE = """mutation D($given: MetaobjectDefinitionCreateInput!) { metaobjectDefinitionCreate(definition: $given) {
  metaobjectDefinition { id type name displayNameKey access { admin storefront customerAccount }
    capabilities { publishable { enabled } translatable { enabled } } fieldDefinitions { key name required } }
  userErrors { code field message elementKey } } }"""
REDEFINE = """mutation U($id: ID!, $given: MetaobjectDefinitionUpdateInput!) { metaobjectDefinitionUpdate(id: $id,
  definition: $given) { metaobjectDefinition { displayNameKey fieldDefinitions { key name required type { name } } }
  userErrors { code field elementKey } } }"""
UNDEFINE = "mutation X($id: ID!) { metaobjectDefinitionDelete(id: $id) { deletedId userErrors { code field } } }"
ENTRY = "{ id type handle displayName fields { key value jsonValue } capabilities { publishable { status } } }"
CREATE = (
    "mutation C($given: MetaobjectCreateInput!) { metaobjectCreate(metaobject: $given) { metaobject "
    + ENTRY
    + " userErrors { code field message elementKey } } }"
)
UPDATE = (
    "mutation U($id: ID!, $given: MetaobjectUpdateInput!) { metaobjectUpdate(id: $id, metaobject: $given) { metaobject "
    + ENTRY
    + " userErrors { code field message elementKey } } }"
)
UPSERT = (
    "mutation U($handle: MetaobjectHandleInput!, $given: MetaobjectUpsertInput!) { metaobjectUpsert(handle: $handle,"
    " metaobject: $given) { metaobject " + ENTRY + " userErrors { code field message elementKey } } }"
)
DELETE = "mutation X($id: ID!) { metaobjectDelete(id: $id) { deletedId userErrors { code field } } }"
BULK = """mutation B($where: MetaobjectBulkDeleteWhereCondition!) { metaobjectBulkDelete(where: $where) {
  job { done } userErrors { code field } } }"""
LIST = """query L($query: String, $sortKey: String, $reverse: Boolean) { metaobjects(type: "author", first: 9,
  query: $query, sortKey: $sortKey, reverse: $reverse) { nodes { handle } } }"""
NAME = {"key": "name", "type": "single_line_text_field"}


def a_type(store, *fields, **given):
    given = {"type": "author", "displayNameKey": "name", "fieldDefinitions": [NAME, *fields], **given}
    return store.mutate(DEFINE, given=given)["metaobjectDefinition"]


def an_entry(store, name="Ada Lovelace", **given):
    fields = [{"key": "name", "value": name}] if name else []
    return store.mutate(CREATE, given={"type": "author", "fields": fields, **given})["metaobject"]


def handles(store, **chosen):
    return [row["handle"] for row in store.run(LIST, **chosen)["metaobjects"]["nodes"]]


def codes(refused):
    return [(one["code"], one["field"]) for one in refused["userErrors"]]


def test_a_definition_fills_in_what_is_not_said(store):
    made = a_type(store, type="Book_Author")
    assert ("book_author", "Book Author") == (made["type"], made["name"])
    assert {"admin": "PUBLIC_READ_WRITE", "storefront": "NONE", "customerAccount": "NONE"} == made["access"]
    assert [{"key": "name", "name": "Name", "required": False}] == made["fieldDefinitions"]


def test_a_type_of_the_apps_own_has_its_prefix(store):
    made = a_type(store, type="$app:author")["type"]
    assert made.startswith("app--")
    assert made.endswith("--author")
    found = store.run('{ metaobjectDefinitionByType(type: "$app:author") { type } }')
    assert {"type": made} == found["metaobjectDefinitionByType"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"type": "author"}, "TAKEN", ["definition", "type"]),
        ({"type": "shopify--x"}, "NOT_AUTHORIZED", ["definition"]),
        ({"type": "app--1--x"}, "NOT_AUTHORIZED", ["definition"]),
        ({"displayNameKey": "no"}, "UNDEFINED_OBJECT_FIELD", ["definition", "displayNameKey"]),
        ({"fieldDefinitions": [NAME, NAME]}, "DUPLICATE_FIELD_INPUT", ["definition", "fieldDefinitions", "1"]),
        ({"fieldDefinitions": [{**NAME, "key": "id"}]}, "RESERVED_NAME", ["definition", "fieldDefinitions", "0"]),
        ({"fieldDefinitions": [{**NAME, "type": "no"}]}, "INCLUSION", ["definition", "fieldDefinitions", "0"]),
        (
            {"fieldDefinitions": [{**NAME, "key": f"k{n:02}"} for n in range(41)]},
            "INVALID",
            ["definition", "fieldDefinitions"],
        ),
        (
            {"access": {"admin": "MERCHANT_READ"}},
            "ADMIN_ACCESS_INPUT_NOT_ALLOWED",
            ["definition", "access", "admin"],
        ),
    ],
)
def test_a_definition_that_cannot_be_is_refused(shared, given, code, field):
    shared.run(DEFINE, given={"type": "author"})
    refused = shared.refusal(DEFINE, given={"type": "other", "fieldDefinitions": [NAME], **given})
    assert [(code, field)] == codes(refused)


def test_fields_are_added_changed_and_taken_away(store):
    made = a_type(store, {"key": "born", "type": "date"})
    operations = [
        {"create": {"key": "site", "type": "url"}},
        {"update": {"key": "name", "name": "Full name", "required": True}},
        {"delete": {"key": "born"}},
    ]
    changed = store.mutate(REDEFINE, id=made["id"], given={"fieldDefinitions": operations})["metaobjectDefinition"]
    assert [("name", "Full name", True), ("site", "Site", False)] == [
        (row["key"], row["name"], row["required"]) for row in changed["fieldDefinitions"]
    ]


def test_operations_on_fields_that_cannot_be_are_all_told(store):
    made = a_type(store)
    operations = [{"create": NAME}, {"update": {"key": "no"}}, {"delete": {"key": "no"}}]
    refused = store.refusal(REDEFINE, id=made["id"], given={"fieldDefinitions": operations})
    assert [
        ("OBJECT_FIELD_TAKEN", ["definition", "fieldDefinitions", "0", "create", "key"]),
        ("UNDEFINED_OBJECT_FIELD", ["definition", "fieldDefinitions", "1", "update", "key"]),
        ("UNDEFINED_OBJECT_FIELD", ["definition", "fieldDefinitions", "2", "delete", "key"]),
    ] == codes(refused)


def test_a_removed_definition_takes_its_entries_along(store):
    made = a_type(store)
    entry = an_entry(store)
    store.mutate(UNDEFINE, id=made["id"])
    assert {"node": None} == store.run("query N($id: ID!) { node(id: $id) { id } }", id=entry["id"])
    assert [("RECORD_NOT_FOUND", ["id"])] == codes(store.refusal(UNDEFINE, id=made["id"]))


@pytest.mark.parametrize(
    ("name", "handle", "expected"),
    [
        ("Ada Lovelace", None, ("ada-lovelace", "Ada Lovelace")),
        ("Ada", "TheCountess", ("thecountess", "Ada")),
        (None, "TheCountess", ("thecountess", "The Countess")),
    ],
)
def test_a_handle_and_a_name_follow_from_one_another(store, name, handle, expected):
    a_type(store)
    entry = an_entry(store, name, handle=handle)
    assert expected == (entry["handle"], entry["displayName"])


def test_an_entry_without_handle_and_name_gets_something_unique(store):
    a_type(store)
    first, second = an_entry(store, None), an_entry(store, None)
    suffix = first["handle"].removeprefix("author-")
    assert (8, f"Author #{suffix.upper()}") == (len(suffix), first["displayName"])
    assert first["handle"] != second["handle"]


def test_a_handle_that_is_taken_counts_up_on_create_and_is_refused_on_update(store):
    a_type(store)
    first, second = an_entry(store), an_entry(store)
    assert ["ada-lovelace", "ada-lovelace-1"] == [first["handle"], second["handle"]]
    refused = store.refusal(UPDATE, id=second["id"], given={"handle": "Ada-Lovelace"})
    assert [("TAKEN", ["metaobject", "handle"])] == codes(refused)


@pytest.mark.parametrize(
    ("fields", "code", "element"),
    [
        ([{"key": "born", "value": "soon"}], "INVALID_VALUE", "born"),
        ([{"key": "no", "value": "x"}], "UNDEFINED_OBJECT_FIELD", "no"),
        ([{"key": "name", "value": "Ada"}], "OBJECT_FIELD_REQUIRED", "born"),
    ],
)
def test_values_that_cannot_be_are_refused(store, fields, code, element):
    a_type(store, {"key": "born", "type": "date", "required": True})
    refused = store.refusal(CREATE, given={"type": "author", "fields": fields})
    assert [(code, element)] == [(one["code"], one["elementKey"]) for one in refused["userErrors"]]
    assert [] == handles(store)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("speed", '{"value": 60, "unit": "kilometers_per_hour"}', '{"value":60,"unit":"kilometers_per_hour"}'),
        ("list.speed", '[{"value": 60, "unit": "KILOMETERS_PER_HOUR"}]', '[{"value":60,"unit":"kilometers_per_hour"}]'),
        ("number_integer", "5.0", "5"),
    ],
)
def test_a_name_shows_the_value_it_is_made_of(store, kind, value, shown):
    a_type(store, fieldDefinitions=[{"key": "name", "type": kind}])
    assert shown == an_entry(store, value)["displayName"]


def test_an_update_leaves_what_it_does_not_name(store):
    a_type(store, {"key": "born", "type": "date"})
    entry = an_entry(store, fields=[{"key": "name", "value": "Ada"}, {"key": "born", "value": "1815-12-10"}])
    changed = store.mutate(UPDATE, id=entry["id"], given={"fields": [{"key": "name", "value": "Ada K."}]})["metaobject"]
    assert ("Ada K.", "1815-12-10") == (changed["displayName"], changed["fields"][1]["value"])
    emptied = store.mutate(UPDATE, id=entry["id"], given={"fields": [{"key": "born", "value": ""}]})["metaobject"]
    assert None is emptied["fields"][1]["value"]


def test_an_upsert_makes_or_changes(store):
    a_type(store)
    address = {"type": "author", "handle": "ada"}
    made = store.mutate(UPSERT, handle=address, given={"fields": [{"key": "name", "value": "Ada"}]})["metaobject"]
    again = store.mutate(UPSERT, handle=address, given={"fields": [{"key": "name", "value": "A."}]})["metaobject"]
    assert (made["id"], "A.", ["ada"]) == (again["id"], again["displayName"], handles(store))
    refused = store.refusal(UPSERT, handle={"type": "no", "handle": "x"}, given={})
    assert [("UNDEFINED_OBJECT_TYPE", ["handle", "type"])] == codes(refused)


def test_a_publishable_entry_starts_as_a_draft(store):
    a_type(store, capabilities={"publishable": {"enabled": True}})
    assert {"status": "DRAFT"} == an_entry(store)["capabilities"]["publishable"]


def test_a_capability_that_is_off_cannot_be_used(store):
    a_type(store)
    given = {"type": "author", "capabilities": {"publishable": {"status": "ACTIVE"}}}
    refused = store.refusal(CREATE, given=given)
    assert [("CAPABILITY_NOT_ENABLED", ["metaobject", "capabilities", "publishable"])] == codes(refused)


def test_entries_are_searched_and_sorted(store):
    a_type(store, {"key": "site", "type": "single_line_text_field"})
    for name in ("Cy", "Ann", "Bo"):
        an_entry(store, fields=[{"key": "name", "value": name}, {"key": "site", "value": f"{name} online"}])
    assert ["cy", "ann", "bo"] == handles(store)
    assert ["cy", "bo", "ann"] == handles(store, sortKey="display_name", reverse=True)
    assert [["ann"], ["bo"], ["cy"]] == [
        handles(store, query=text) for text in ("display_name:Ann*", "handle:bo", "fields.site:Cy*")
    ]


def test_many_entries_are_removed_at_once(store):
    a_type(store)
    entries = [an_entry(store, name) for name in ("A1", "B2", "C3")]
    store.mutate(BULK, where={"ids": [entries[0]["id"], "gid://shopify/Metaobject/1"]})
    left = handles(store)
    store.mutate(BULK, where={"type": "author"})
    assert (["b2", "c3"], []) == (left, handles(store))
    assert [("RECORD_NOT_FOUND", ["where", "type"])] == codes(store.refusal(BULK, where={"type": "no"}))
    both = store.answer(BULK, where={"type": "author", "ids": []})
    assert "INVALID_FIELD_ARGUMENTS" == both["errors"][0]["extensions"]["code"]


def test_values_lead_to_what_they_point_at_and_back(store):
    a_type(store, {"key": "friend", "type": "metaobject_reference"})
    ada = an_entry(store)["id"]
    fields = [{"key": "name", "value": "Charles"}, {"key": "friend", "value": ada}]
    charles = an_entry(store, fields=fields)["id"]
    product = store.set_product({"title": "Engine"})["id"]
    row = {"ownerId": product, "namespace": "custom", "key": "by", "type": "list.metaobject_reference"}
    store.mutate(METAFIELDS_SET, rows=[{**row, "value": f'["{charles}","{ada}"]'}])
    query = """query R($ada: ID!, $charles: ID!, $product: ID!) {
      charles: metaobject(id: $charles) { field(key: "friend") { reference { ... on Metaobject { id } } } }
      ada: metaobject(id: $ada) { referencedBy(first: 9) { nodes { key namespace referencer { ... on Node { id } } } } }
      product(id: $product) { metafield(namespace: "custom", key: "by") { reference { __typename }
        references(first: 9) { nodes { ... on Metaobject { id } } } } } }"""
    found = store.run(query, ada=ada, charles=charles, product=product)
    assert {"id": ada} == found["charles"]["field"]["reference"]
    assert {"reference": None, "references": {"nodes": [{"id": charles}, {"id": ada}]}} == found["product"]["metafield"]
    assert [
        {"key": "friend", "namespace": "author", "referencer": {"id": charles}},
        {"key": "by", "namespace": "custom", "referencer": {"id": product}},
    ] == found["ada"]["referencedBy"]["nodes"]


def test_what_points_at_nothing_is_refused(store):
    a_type(store, {"key": "friend", "type": "metaobject_reference"})
    given = {"type": "author", "fields": [{"key": "friend", "value": "gid://shopify/Metaobject/1"}]}
    assert "INVALID_VALUE" == store.refusal(CREATE, given=given)["userErrors"][0]["code"]


def test_a_translatable_entry_is_translated(store):
    a_type(store, capabilities={"translatable": {"enabled": True}})
    entry = an_entry(store, "Ada")["id"]
    enable = 'mutation { shopLocaleEnable(locale: "fr") { shopLocale { locale } userErrors { message } } }'
    store.mutate(enable)
    register = """mutation R($id: ID!, $rows: [TranslationInput!]!) { translationsRegister(resourceId: $id,
      translations: $rows) { translations { value } userErrors { code } } }"""
    digest = hashlib.sha256(b"Ada").hexdigest()
    row = {"locale": "fr", "key": "name", "value": "Adèle", "translatableContentDigest": digest}
    store.mutate(register, id=entry, rows=[row])
    query = """{ translatableResources(first: 9, resourceType: METAOBJECT) { nodes { resourceId
      translations(locale: "fr") { value } } } }"""
    nodes = store.run(query)["translatableResources"]["nodes"]
    assert [{"resourceId": entry, "translations": [{"value": "Adèle"}]}] == nodes
    wrong = store.refusal(register, id=entry, rows=[{**row, "key": "no"}])
    assert ["INVALID_KEY_FOR_MODEL"] == [one["code"] for one in wrong["userErrors"]]


def test_definitions_and_entries_need_their_scopes(server):
    shop = server.shop("no-metaobjects", scopes=["write_products"])
    for query, variables in ((DEFINE, {"given": {"type": "x1"}}), (LIST, {})):
        assert "ACCESS_DENIED" == shop.answer(query, **variables)["errors"][0]["extensions"]["code"]
