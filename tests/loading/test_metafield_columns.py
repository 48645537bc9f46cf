"""Which columns of an export are metafields, and the type that all values of one have."""

import pytest

from reconciler.loading.metafield_columns import MetafieldColumn, column_type, metafield_column, metafield_value

CUSTOM = MetafieldColumn("product", "custom.x")

HEADERS = [
    ("Fabric (product.metafields.custom.fabric)", "product", "custom.fabric"),
    ("  Size (cm) (variant.metafields.my-app.size_cm) ", "variant", "my-app.size_cm"),
    ("Google Shopping / Google Product Category", "product", "mm-google-shopping.google_product_category"),
    ("Google Shopping / Custom Label 0", "product", "mm-google-shopping.custom_label_0"),
]


@pytest.mark.parametrize(("header", "owner", "name"), HEADERS)
def test_a_column_that_names_a_metafield_is_one(header, owner, name):
    assert MetafieldColumn(owner, name) == metafield_column(header)


@pytest.mark.parametrize(
    "header", ["Color", "x (product.metafields.a.b)", "x (order.metafields.custom.y)", "Price / Poland", ""]
)
def test_other_columns_are_none(header):
    assert metafield_column(header) is None


VALUES = [
    (["true", "FALSE"], "boolean", [True, False]),
    (["true", "1"], "single_line_text_field", ["true", "1"]),
    (["6", "'12", "-3"], "number_integer", [6, 12, -3]),
    (["6", "007"], "single_line_text_field", ["6", "007"]),
    (["1.50", "2"], "number_decimal", ["1.50", "2"]),
    (["1.50", "1,50"], "single_line_text_field", ["1.50", "1,50"]),
    (["9" * 16], "single_line_text_field", ["9" * 16]),
    (['["a", "b c"]', '["d"]'], "list.single_line_text_field", [["a", "b c"], ["d"]]),
    (['["a"]', "b"], "single_line_text_field", ['["a"]', "b"]),
    (['{"a": 1}', "[1, 2]"], "json", ['{"a": 1}', "[1, 2]"]),
    (["{not json}"], "single_line_text_field", ["{not json}"]),
    (["[" * 100_000], "single_line_text_field", ["[" * 100_000]),
    (["red; blue"], "single_line_text_field", ["red; blue"]),
    (["one", "two\r\nlines"], "multi_line_text_field", ["one", "two\nlines"]),
]


@pytest.mark.parametrize(("texts", "type_name", "values"), VALUES, ids=[str(texts)[:30] for texts, _, _ in VALUES])
def test_the_type_is_the_narrowest_that_fits_every_value(texts, type_name, values):
    assert type_name == column_type(CUSTOM, texts)
    assert values == [metafield_value(type_name, text) for text in texts]


OWNED = [
    ("shopify.color-pattern", "black; white", ["black", "white"]),
    ("shopify--discovery--product_recommendation.related_products", "a-b; c", ["a-b", "c"]),
    ("shopify--discovery--product_search_boost.queries", "boho\nkinky", ["boho", "kinky"]),
]


@pytest.mark.parametrize(("name", "text", "values"), OWNED)
def test_what_shopify_owns_is_a_list_of_text(name, text, values):
    type_name = column_type(MetafieldColumn("product", name), [text])
    assert ("list.single_line_text_field", values) == (type_name, metafield_value(type_name, text))


@pytest.mark.parametrize(("name", "type_name"), [("mpn", "single_line_text_field"), ("custom_product", "boolean")])
def test_columns_of_the_google_channel_have_the_types_that_it_gives_them(name, type_name):
    text = "TRUE" if type_name == "boolean" else "12345"
    assert type_name == column_type(MetafieldColumn("product", f"mm-google-shopping.{name}"), [text])
