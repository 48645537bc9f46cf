import pytest

from tests.sandbox.store import PRODUCT_CREATE, a_product, ids, titles

_PRODUCT = "product { id options { id name position values optionValues { id name hasVariants } } }"
_TAIL = _PRODUCT + " userErrors { code field message } } }"
CREATE = (
    "mutation C($id: ID!, $options: [OptionCreateInput!]!, $strategy: ProductOptionCreateVariantStrategy) {"
    " productOptionsCreate(productId: $id, options: $options, variantStrategy: $strategy) {" + _TAIL
)
UPDATE = (
    "mutation U($id: ID!, $option: OptionUpdateInput!, $add: [OptionValueCreateInput!],"
    " $update: [OptionValueUpdateInput!], $delete: [ID!], $strategy: ProductOptionUpdateVariantStrategy) {"
    " productOptionUpdate(productId: $id, option: $option, optionValuesToAdd: $add, optionValuesToUpdate: $update,"
    " optionValuesToDelete: $delete, variantStrategy: $strategy) {" + _TAIL
)
DELETE = (
    "mutation D($id: ID!, $options: [ID!]!, $strategy: ProductOptionDeleteStrategy) {"
    " productOptionsDelete(productId: $id, options: $options, strategy: $strategy) { deletedOptionsIds " + _TAIL
)
REORDER = (
    "mutation R($id: ID!, $options: [OptionReorderInput!]!) {"
    " productOptionsReorder(productId: $id, options: $options) {" + _TAIL
)
COLOR = {"name": "Color", "values": [{"name": "Red"}, {"name": "Blue"}]}


def _value(product, name):
    values = [value for option in product["options"] for value in option["optionValues"]]
    return next(value["id"] for value in values if value["name"] == name)


def test_the_first_options_replace_the_default_and_keep_the_variant(store):
    before = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    store.mutate(CREATE, id=before["id"], options=[COLOR])
    after = store.product(before["id"])
    assert (ids(before), ["Red"]) == (ids(after), titles(after))
    assert [("Color", ["Red"])] == [(option["name"], option["values"]) for option in after["options"]]


def test_a_further_option_gives_existing_variants_its_first_value(store):
    before = store.set_product(a_product("S", "M"))
    store.mutate(CREATE, id=before["id"], options=[COLOR])
    after = store.product(before["id"])
    assert (ids(before), ["S / Red", "M / Red"]) == (ids(after), titles(after))


def test_the_create_strategy_fills_the_matrix_after_the_existing_variants(store):
    before = store.set_product(a_product("S", "M"))
    store.mutate(CREATE, id=before["id"], options=[COLOR], strategy="CREATE")
    after = store.product(before["id"])
    assert ["S / Red", "M / Red", "S / Blue", "M / Blue"] == titles(after)
    assert ids(before) == ids(after)[:2]
    assert {"49.00"} == {variant["price"] for variant in after["variants"]["nodes"]}


def _filled(store):
    """Return a product of three variants, of which two were made to fill its option."""
    before = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    sizes = {"name": "Size", "values": [{"name": name} for name in ("S", "M", "L")]}
    store.mutate(CREATE, id=before["id"], options=[sizes], strategy="CREATE")
    return store.product(before["id"])


def _positions(store, product):
    query = "query P($id: ID!) { product(id: $id) { variants(first: 9) { nodes { title position } } } }"
    return [tuple(one.values()) for one in store.run(query, id=product["id"])["product"]["variants"]["nodes"]]


def test_the_variants_that_fill_the_matrix_all_stand_at_one_place(store):
    product = _filled(store)
    assert [("S", 1), ("M", 2), ("L", 2)] == _positions(store, product)


def test_changing_an_option_or_variants_leaves_positions_alone(store):
    product = _filled(store)
    store.mutate(UPDATE, id=product["id"], option={"id": product["options"][0]["id"], "name": "Fit"})
    query = """mutation V($id: ID!, $rows: [ProductVariantsBulkInput!]!) {
      productVariantsBulkUpdate(productId: $id, variants: $rows) { userErrors { message } } }"""
    store.mutate(query, id=product["id"], rows=[{"id": one, "price": "5.00"} for one in ids(product)])
    assert [("S", 1), ("M", 2), ("L", 2)] == _positions(store, product)


def test_deleting_a_value_with_its_variants_numbers_the_others_again(store):
    product = _filled(store)
    option = {"id": product["options"][0]["id"]}
    store.mutate(UPDATE, id=product["id"], option=option, delete=[_value(product, "M")], strategy="MANAGE")
    assert [("S", 1), ("L", 2)] == _positions(store, product)


def test_a_position_puts_the_new_option_before_others(store):
    before = store.set_product(a_product("S"))
    store.mutate(CREATE, id=before["id"], options=[{**COLOR, "position": 1}])
    assert ["Red / S"] == titles(store.product(before["id"]))


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ([{"values": [{"name": "x"}]}], "OPTION_NAME_MISSING", ["options", "0", "name"]),
        ([{"name": "Size", "values": [{"name": "x"}]}], "OPTION_ALREADY_EXISTS", ["options", "0"]),
        ([{**COLOR, "name": "A / B"}], "INVALID_NAME", ["options", "0", "name"]),
        ([{**COLOR, "name": "x" * 256}], "OPTION_NAME_TOO_LONG", ["options", "0", "name"]),
        ([COLOR, COLOR], "DUPLICATED_OPTION_NAME", ["options", "1"]),
        (
            [{"name": "Color"}],
            "NEW_OPTION_WITHOUT_VALUE_FOR_EXISTING_VARIANTS",
            ["options", "0", "values"],
        ),
        (
            [{"name": "Color", "values": [{"name": "x"}, {"name": "X"}]}],
            "DUPLICATED_OPTION_VALUE",
            ["options", "0", "values", "1", "name"],
        ),
        ([{**COLOR, "name": str(n)} for n in range(3)], "OPTIONS_OVER_LIMIT", ["options"]),
    ],
)
def test_a_bad_new_option_is_refused_and_nothing_changes(store, options, code, field):
    before = store.set_product(a_product("S"))
    refused = store.refusal(CREATE, id=before["id"], options=options)
    assert (code, field) == (refused["userErrors"][0]["code"], refused["userErrors"][0]["field"])
    assert before == store.product(before["id"])


def test_an_option_is_renamed_moved_and_its_values_changed_in_one_call(store):
    before = store.set_product(a_product("S", "M"))
    store.mutate(CREATE, id=before["id"], options=[COLOR])
    product = store.product(before["id"])
    store.mutate(
        UPDATE,
        id=before["id"],
        option={"id": product["options"][0]["id"], "name": "Cut", "position": 9},
        add=[{"name": "L"}],
        update=[{"id": _value(product, "S"), "name": "Small"}],
    )
    after = store.product(before["id"])
    assert ["Red / Small", "Red / M"] == titles(after)
    assert [("Color", 1), ("Cut", 2)] == [(option["name"], option["position"]) for option in after["options"]]
    assert ["Small", "M"] == after["options"][1]["values"]
    assert ["Small", "M", "L"] == [value["name"] for value in after["options"][1]["optionValues"]]


def test_managing_makes_and_removes_variants_with_their_values(store):
    before = store.set_product(a_product("S", "M"))
    option = {"id": before["options"][0]["id"]}
    store.mutate(
        UPDATE,
        id=before["id"],
        option=option,
        add=[{"name": "L"}],
        delete=[_value(before, "S")],
        strategy="MANAGE",
    )
    assert ["M", "L"] == titles(store.product(before["id"]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda product: {"option": {"id": "gid://shopify/ProductOption/1"}}, "OPTION_DOES_NOT_EXIST"),
        (lambda product: {"delete": [_value(product, "S")]}, "OPTION_VALUE_HAS_VARIANTS"),
        (lambda product: {"add": [{"name": "s"}]}, "OPTION_VALUE_ALREADY_EXISTS"),
        (
            lambda product: {"update": [{"id": _value(product, "S"), "name": "M"}]},
            "OPTION_VALUE_ALREADY_EXISTS",
        ),
        (
            lambda product: {"update": [{"id": "gid://shopify/ProductOptionValue/1", "name": "M"}]},
            "OPTION_VALUE_DOES_NOT_EXIST",
        ),
        (
            lambda product: {"delete": [_value(product, "S"), _value(product, "M")], "strategy": "MANAGE"},
            "CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION",
        ),
    ],
)
def test_a_bad_option_update_is_refused_and_nothing_changes(store, change, code):
    before = store.set_product(a_product("S", "M"))
    given = {"option": {"id": before["options"][0]["id"]}, **change(before)}
    assert code == store.refusal(UPDATE, id=before["id"], **given)["userErrors"][0]["code"]
    assert before == store.product(before["id"])


def test_deleting_the_last_option_brings_the_default_back_on_the_same_variant(store):
    before = store.set_product(a_product("S"))
    payload = store.mutate(DELETE, id=before["id"], options=[before["options"][0]["id"]])
    after = store.product(before["id"])
    assert [before["options"][0]["id"]] == payload["deletedOptionsIds"]
    assert (ids(before), ["Default Title"], ["Title"]) == (
        ids(after),
        titles(after),
        [option["name"] for option in after["options"]],
    )


@pytest.mark.parametrize(
    ("strategy", "code", "left"),
    [
        ("DEFAULT", "CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES", ["S", "M"]),
        ("NON_DESTRUCTIVE", "CANNOT_USE_NON_DESTRUCTIVE_STRATEGY", ["S", "M"]),
        ("POSITION", None, ["Default Title"]),
    ],
)
def test_the_strategy_says_whether_variants_may_go_with_an_option(store, strategy, code, left):
    before = store.set_product(a_product("S", "M"))
    payload = next(
        iter(store.run(DELETE, id=before["id"], options=[before["options"][0]["id"]], strategy=strategy).values())
    )
    assert ([code] if code else []) == [error["code"] for error in payload["userErrors"]]
    assert left == titles(store.product(before["id"]))


def test_reordering_options_and_values_reorders_the_variants(store):
    before = store.set_product(a_product("S", "M"))
    store.mutate(CREATE, id=before["id"], options=[COLOR], strategy="CREATE")
    order = [{"name": "Color", "values": [{"name": "Blue"}, {"name": "Red"}]}, {"name": "Size"}]
    store.mutate(REORDER, id=before["id"], options=order)
    assert ["Blue / S", "Blue / M", "Red / S", "Red / M"] == titles(store.product(before["id"]))


def test_a_value_without_variants_comes_last_however_it_is_ordered(store):
    product = store.set_product(a_product("S"))
    store.mutate(UPDATE, id=product["id"], option={"id": product["options"][0]["id"]}, add=[{"name": "M"}])
    order = [{"name": "Size", "values": [{"name": "M"}, {"name": "S"}]}]
    store.mutate(REORDER, id=product["id"], options=order)
    shown = [value["name"] for value in store.product(product["id"])["options"][0]["optionValues"]]
    assert ["S", "M"] == shown


def test_an_entry_with_both_id_and_name_is_a_top_level_error(store):
    product = store.set_product(a_product("S"))
    both = {"id": product["options"][0]["id"], "name": "Size"}
    error = store.answer(REORDER, id=product["id"], options=[both])["errors"][0]
    assert ("INVALID_FIELD_ARGUMENTS", "OptionReorderInput requires exactly one of id, name") == (
        error["extensions"]["code"],
        error["message"],
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([{"name": "Nope"}], "OPTION_NAME_DOES_NOT_EXIST"),
        ([], "MISSING_OPTION_NAME"),
        ([{"name": "Size"}, {"name": "Size"}], "DUPLICATED_OPTION_NAME"),
        ([{"name": "Size", "values": [{"name": "S"}]}], "MISSING_OPTION_VALUE"),
        ([{"name": "Size", "values": [{"name": "S"}, {"name": "Q"}]}], "OPTION_VALUE_DOES_NOT_EXIST"),
    ],
)
def test_a_bad_option_order_is_refused(store, options, code):
    product = store.set_product(a_product("S", "M"))
    assert code == store.refusal(REORDER, id=product["id"], options=options)["userErrors"][0]["code"]
