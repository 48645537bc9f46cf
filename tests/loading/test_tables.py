"""Tables of stock, as they are exported: every spelling of a table gives the same rows."""

import pytest

from reconciler.loading.catalog import load_catalog
from tests.loading.memory import Memory

CUP = b"key: cup\nname: Cup\noptions: {Size: [S, M]}\nvariants:\n- {sku: '0012', price: 1, options: {Size: S}}\n"
MUG = b"- {sku: 'M, \"big\"', price: 1, options: {Size: M}}\n"


def rows(file: str, content: bytes) -> list[tuple[object, ...]]:
    catalog = load_catalog(Memory({"catalog/products/cup.yaml": CUP + MUG, f"catalog/stock/{file}": content}))
    return [
        (row.sku, row.location, row.stock and row.stock.quantity, str(row.place))
        for of_sku in catalog.stock.values()
        for row in of_sku
    ]


@pytest.mark.parametrize(
    "content",
    [
        b'sku,location,quantity\n0012,berlin,7\n"M, ""big""",berlin,+8\n',
        b'\xef\xbb\xbfsku,location,quantity\r\n0012,berlin,7\r\n"M, ""big""",berlin,8\r\n',
        b'quantity;location;sku\n7;berlin;0012\n8;berlin;"M, ""big"""\n',
        b'location\tSKU\tQuantity\nberlin\t0012\t7\nberlin\t"M, ""big"""\t8\n',
        b'sku,location,quantity\r0012,berlin,7\r"M, ""big""",berlin,8\r',
        b'"sku","location","quantity","intent"\n 0012 , berlin , 7 ,\n"M, ""big""",berlin,8,set\n\n,,,\n',
    ],
    ids=["plain", "excel", "semicolons", "tabs", "carriage returns", "quotes, spaces and blank lines"],
)
def test_every_spelling_of_a_table_gives_the_same_rows(content):
    expected = [
        ("0012", "berlin", 7, "catalog/stock/erp.csv:2"),
        ('M, "big"', "berlin", 8, "catalog/stock/erp.csv:3"),
    ]
    assert expected == rows("erp.csv", content)


def test_a_quoted_value_of_many_lines_counts_as_many():
    text = b'sku,location,quantity,reference\n0012,berlin,7,"\n\n"\n0012,hamburg,8,\n'
    places = [row[3] for row in rows("erp.csv", text)]
    assert ["catalog/stock/erp.csv:2", "catalog/stock/erp.csv:5"] == places


@pytest.mark.parametrize(
    "content",
    [
        b"- {sku: '0012', location: berlin, quantity: 7}\n- {sku: '0012', location: bonn, quantity: 0, intent: seed}\n",
        b"'0012': {berlin: 7, bonn: {quantity: 0, intent: seed}}\n",
    ],
    ids=["rows", "by sku"],
)
def test_a_table_in_yaml_is_a_list_of_rows_or_stock_by_sku(content):
    assert [("0012", "berlin", 7), ("0012", "bonn", 0)] == [row[:3] for row in rows("erp.yaml", content)]


def test_null_in_a_table_takes_the_item_out_of_a_location():
    assert [("0012", "berlin", None)] == [row[:3] for row in rows("erp.yaml", b"'0012': {berlin: null}\n")]


def test_a_table_of_no_rows_says_nothing():
    assert [] == rows("erp.csv", b"sku,location,quantity\n")


def test_a_change_has_a_reference_in_either_form():
    text = b"sku,location,adjust,reference\n0012,berlin,-3,PO 2026/118\n"
    files = {"catalog/products/cup.yaml": CUP + MUG, "catalog/stock/erp.csv": text}
    (row,) = load_catalog(Memory(files)).stock["0012"]
    assert row.stock is not None
    assert (-3, "PO 2026/118") == (row.stock.adjust, row.stock.reference)
