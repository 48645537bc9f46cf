"""An import writes one file for each product, whole or not at all, and overwrites nothing unasked."""

import pytest

from reconciler.app.importing.export import Destination, Existing, import_csv, import_json
from reconciler.loading.catalog import load_catalog
from reconciler.loading.source import WorkTree
from reconciler.model.errors import InvalidInput, WrongUsage

HEADER = "Handle,Title,Variant Price,Variant Fulfillment Service\n"
SHIRT = "catalog/products/shirt.yaml"


def an_export(folder, text="shirt,Shirt,49.00,x\nhat,Hat,9,\n", name="export.csv"):
    path = folder / name
    path.write_text(HEADER + text, encoding="utf-8")
    return path


@pytest.fixture
def into(tmp_path):
    return tmp_path / "repository"


def files(into):
    return sorted(path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file())


def test_a_product_becomes_a_file_of_the_catalog(tmp_path, into):
    report = import_csv([an_export(tmp_path)], Destination(into))
    assert (SHIRT, "catalog/products/hat.yaml") == report.written
    assert (2, 2) == (report.products, report.variants)
    assert [("Variant Fulfillment Service", 1)] == [(lost.column, lost.values) for lost in report.not_carried_over]
    assert [
        "2 products with 2 variants: 2 files written, 0 unchanged.",
        "Not carried over:",
        "  Variant Fulfillment Service: 1 value; the catalog does not say who ships",
    ] == report.lines()
    assert "key: shirt\nname: Shirt\nvariants:\n  - price: 49.00\n" == (into / SHIRT).read_text(encoding="utf-8")


def test_importing_again_changes_nothing(tmp_path, into):
    import_csv([an_export(tmp_path)], Destination(into))
    before = (into / SHIRT).stat()
    report = import_csv([an_export(tmp_path)], Destination(into))
    assert ((), 2) == (report.written, len(report.unchanged))
    assert before.st_mtime_ns == (into / SHIRT).stat().st_mtime_ns


def test_a_file_that_says_something_else_is_in_the_way_and_nothing_is_written(tmp_path, into):
    (into / SHIRT).parent.mkdir(parents=True)
    (into / SHIRT).write_text("key: shirt\nname: Mine\nvariants: [{price: 1}]\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        import_csv([an_export(tmp_path)], Destination(into))
    expected = f"{SHIRT}: the file exists, and says something else; move it away, or say that existing files shall be"
    assert f"{expected} replaced" == str(refused.value)
    assert [SHIRT] == files(into)


def test_existing_files_are_replaced_when_that_is_said(tmp_path, into):
    (into / SHIRT).parent.mkdir(parents=True)
    (into / SHIRT).write_text("key: shirt\nname: Mine\nvariants: [{price: 1}]\n", encoding="utf-8")
    import_csv([an_export(tmp_path)], Destination(into, existing=Existing.REPLACE))
    assert "Shirt" == load_catalog(WorkTree(into)).entries["shirt"].product.name


def test_a_product_in_another_file_is_not_made_twice(tmp_path, into):
    (into / SHIRT).parent.mkdir(parents=True)
    (into / "catalog/products/all.yaml").write_text("key: hat\nname: Mine\nvariants: [{price: 1}]\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        import_csv([an_export(tmp_path)], Destination(into, existing=Existing.REPLACE))
    assert str(refused.value).startswith("catalog/products/all.yaml:1:6: the product hat is here already")


def test_nothing_is_written_when_a_row_is_not_right(tmp_path, into):
    with pytest.raises(InvalidInput, match=r"export\.csv:3: price"):
        import_csv([an_export(tmp_path, "shirt,Shirt,49.00,\nhat,Hat,free,\n")], Destination(into))
    assert not into.exists()


def test_a_currency_is_written_beside_the_amounts(tmp_path, into):
    import_csv([an_export(tmp_path)], Destination(into, "EUR"))
    assert "price:\n      EUR: 49.00\n" in (into / SHIRT).read_text(encoding="utf-8")


def test_a_currency_that_is_none_is_wrong_usage(tmp_path, into):
    with pytest.raises(WrongUsage, match=r"^'euro' is not a currency code; expected one such as EUR$"):
        import_csv([an_export(tmp_path)], Destination(into, "euro"))


def test_a_location_that_none_can_be_called_is_wrong_usage(tmp_path, into):
    with pytest.raises(WrongUsage, match=r"^'a/b' cannot be the name of a location"):
        import_csv([an_export(tmp_path)], Destination(into, location="a/b"))


DUMP = """{"products": [{"handle": "shirt", "title": "Shirt", "variants": [
  {"price": "49.00", "inventory_management": "shopify", "inventory_quantity": 3}]}]}"""


def test_a_dump_becomes_files_of_the_catalog(tmp_path, into):
    (tmp_path / "dump.json").write_text(DUMP, encoding="utf-8")
    report = import_json([tmp_path / "dump.json"], Destination(into, "EUR", "berlin"))
    assert (SHIRT,) == report.written
    (variant,) = load_catalog(WorkTree(into)).entries["shirt"].product.variants
    assert {"berlin": 3} == {name: stock and stock.quantity for name, stock in (variant.stock or {}).items()}


def test_nothing_is_written_when_a_product_of_a_dump_is_not_right(tmp_path, into):
    (tmp_path / "dump.json").write_text(DUMP.replace("49.00", "free"), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"dump\.json:2:13: price"):
        import_json([tmp_path / "dump.json"], Destination(into))
    assert not into.exists()


def test_what_refers_to_the_exporting_store_is_told(tmp_path, into):
    path = tmp_path / "export.csv"
    column = "Color (product.metafields.shopify.color-pattern)"
    path.write_text(f"Handle,Title,Variant Price,{column}\nshirt,Shirt,49.00,red; blue\n", encoding="utf-8")
    (note,) = import_csv([path], Destination(into)).notes
    assert "shopify.color-pattern" in note


def test_a_handle_that_no_file_can_be_called_after_is_imported(tmp_path, into):
    handles = [".hidden", "con", "a:b*c", "x" * 250, "ق" * 120, "../../up", "trailing."]
    import_csv([an_export(tmp_path, "".join(f"{handle},T,1,\n" for handle in handles))], Destination(into))
    loaded = {entry.product.handle or key for key, entry in load_catalog(WorkTree(into)).entries.items()}
    assert set(handles) == loaded
    assert all(name.startswith("catalog/products/") for name in files(into))


def test_a_folder_that_cannot_be_written_is_told(tmp_path, into):
    into.write_text("a file, no folder")
    with pytest.raises(InvalidInput, match="cannot be"):
        import_csv([an_export(tmp_path)], Destination(into))


def test_no_half_written_file_is_left(tmp_path, into):
    (into / SHIRT).mkdir(parents=True)
    with pytest.raises(InvalidInput, match=r"shirt\.yaml"):
        import_csv([an_export(tmp_path)], Destination(into, existing=Existing.REPLACE))
    assert [] == files(into)
