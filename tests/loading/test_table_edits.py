"""Edits of tables: one quantity changes, and no other byte."""

import pytest

from reconciler.loading.catalog import STOCK
from reconciler.loading.places import Places
from reconciler.loading.table_edits import with_count
from reconciler.loading.tables import stock_rows
from reconciler.loading.yaml_edits import Unwritable
from reconciler.model.edit import SetCount
from reconciler.model.errors import Diagnostic
from tests.loading.memory import Memory

CASES = {
    "commas": (
        "a.csv",
        "sku,location,quantity\nA,oslo,11\nB,oslo,11\n",
        "sku,location,quantity\nA,oslo,11\nB,oslo,7\n",
    ),
    "columns in another order, quotes and blanks": (
        "a.csv",
        '"quantity";"location";"sku";intent\r\n"11"; oslo ;"A";\r\n" 011 ";oslo;B;set\r\n',
        '"quantity";"location";"sku";intent\r\n"11"; oslo ;"A";\r\n" 7 ";oslo;B;set\r\n',
    ),
    "a quoted line end before it, and none after it": (
        "a.csv",
        'sku,location,quantity\n"A\n1",oslo,5\nB,oslo,11',
        'sku,location,quantity\n"A\n1",oslo,5\nB,oslo,7',
    ),
    "a mark at the beginning, tabs": (
        "a.tsv",
        "\ufeffsku\tlocation\tquantity\nB\toslo\t+11\n",
        "\ufeffsku\tlocation\tquantity\nB\toslo\t7\n",
    ),
    "rows in YAML": (
        "a.yaml",
        "- {sku: B, location: x, quantity: 11}\n- {quantity: 11, sku: B, location: oslo} # B\n",
        "- {sku: B, location: x, quantity: 11}\n- {quantity: 7, sku: B, location: oslo} # B\n",
    ),
    "SKUs in YAML": ("a.yaml", "A: {oslo: 11}\nB: {x: 11, oslo: 11}\n", "A: {oslo: 11}\nB: {x: 11, oslo: 7}\n"),
    "SKUs in YAML, with an intent": (
        "a.yaml",
        "B:\n  oslo: {intent: set, quantity: 11}\n",
        "B:\n  oslo: {intent: set, quantity: 7}\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_quantity_changes_and_no_other_byte(name: str) -> None:
    file, before, after = CASES[name]
    content = before.encode()
    path = f"{STOCK}/{file}"
    problems: list[Diagnostic] = []
    rows = stock_rows(path, content, Places(Memory({path: content})).of(path), problems)
    row = next(row for row in rows if (row.sku, row.location) == ("B", "oslo"))
    assert [] == problems
    assert after == with_count(content, SetCount(path, row.place.line, row.sku, row.location, 7)).decode()


def test_a_row_without_a_quantity_is_left_alone() -> None:
    with pytest.raises(Unwritable):
        with_count(b"sku,location,quantity,adjust,reference\nB,oslo,,1,P\n", SetCount("a.csv", 2, "B", "oslo", 7))
    with pytest.raises(Unwritable):
        with_count(b"B: {x: 1}\n", SetCount("a.yaml", 1, "B", "oslo", 7))
