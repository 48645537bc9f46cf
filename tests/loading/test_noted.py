"""Product files that are noted: known again by their bytes, parsed once somebody asks, and never otherwise told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reconciler.loading.catalog import load_catalog
from reconciler.loading.indexed import Indexed
from reconciler.loading.known import NOTHING_KNOWN
from reconciler.loading.noted import Noted
from reconciler.loading.source import WorkTree
from reconciler.model.catalog import Catalog
from reconciler.model.errors import InvalidInput
from reconciler.model.origin import Place

CUP = "key: cup\nname: Cup\nmoved: beaker\nvariants:\n- {sku: C-1, options: {Size: S}, price: 9.00, stock: {main: 3}}\n"
TWO = """products:
- {key: hat, name: Hat, handle: a-hat, images: [hat.svg], variants: [{key: h, sku: H, price: 1.00}]}
- {key: mug, name: Mug, channels: [web], categories: [bar], variants: [{sku: M, price: 1.00}]}
"""
FILES = {
    "catalog/products/cup.yaml": CUP,
    "catalog/products/two.yaml": TWO,
    "catalog/collections/bar.yaml": "key: bar\nname: Bar\n",
    "catalog/hat.svg": "<svg/>",
    "catalog/stock/main.csv": "sku,location,quantity\nH,main,3\n",
}


@dataclass
class Remembered:
    """Notes that are kept nowhere; ``whatever``: the values that stand for any other key."""

    values: dict[str, Any] = field(default_factory=dict)
    whatever: Any = None

    def get(self, key: str) -> Any:
        return self.values.get(key, self.whatever)

    def put(self, key: str, values: object) -> None:
        self.values[key] = values


def write(root: Path, files: Mapping[str, str]) -> None:
    for file, text in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)


def loaded(root: Path, notes: Remembered, engine: bytes = b"ours") -> Catalog:
    noted = Noted(Indexed(WorkTree(root)), notes, engine)
    catalog = load_catalog(WorkTree(root), known=noted)
    noted.keep(catalog)
    return catalog


@pytest.fixture
def notes(tmp_path: Path) -> Remembered:
    """The notes of a catalog that was loaded once."""
    write(tmp_path, FILES)
    found = Remembered()
    loaded(tmp_path, found)
    assert 2 == len(found.values)
    return found


def all_of(catalog: Catalog) -> Iterable[object]:
    yield catalog.inputs, catalog.files, catalog.stock.keys(), catalog.formerly()
    for key, entry in catalog.entries.items():
        yield key, entry.gist, entry.product, entry.file, entry.above, entry.locate(("variants", 0, "sku"))


def test_a_catalog_of_noted_files_says_what_it_says_without_notes(tmp_path: Path, notes: Remembered):
    assert list(all_of(load_catalog(WorkTree(tmp_path)))) == list(all_of(loaded(tmp_path, notes)))


def test_a_noted_file_is_not_parsed_before_a_product_of_it_is_asked_for(tmp_path: Path, notes: Remembered):
    write(tmp_path, {"catalog/products/cup.yaml": "this: [is no YAML"})
    whatever = next(held for held in notes.values.values() if len(held) == 1)
    entry = loaded(tmp_path, Remembered(notes.values, whatever)).entries["cup"]
    assert "cup" == entry.gist.key
    with pytest.raises(InvalidInput, match="this is not YAML"):
        _ = entry.product


def test_a_product_is_what_its_file_said_when_the_catalog_was_loaded(tmp_path: Path, notes: Remembered):
    catalog = loaded(tmp_path, notes)
    write(tmp_path, {"catalog/products/cup.yaml": CUP.replace("Cup", "Jug")})
    assert ["Cup", "Cup"] == [catalog.entries["cup"].product.name for _ in "ab"]


def test_other_code_knows_nothing_of_the_notes(tmp_path: Path, notes: Remembered):
    loaded(tmp_path, notes, engine=b"theirs")
    assert 4 == len(notes.values)


RULES = "{rules: [{field: tag, relation: is, values: [a]}]}"
ACROSS = {
    "a key twice": {"catalog/products/more.yaml": CUP.replace("C-1", "C-2").replace("moved: beaker\n", "")},
    "a handle twice": {"catalog/products/more.yaml": CUP.replace("C-1", "C-2").replace("key: cup", "key: a-hat")},
    "a SKU twice": {"catalog/products/more.yaml": "key: jug\nname: Jug\nvariants: [{sku: H, price: 1.00}]\n"},
    "a key that is in use": {"catalog/products/more.yaml": "key: beaker\nname: B\nvariants: [{sku: B, price: 1.00}]\n"},
    "a key that moved twice": {"catalog/products/more.yaml": CUP.replace("key: cup", "key: jug").replace("C-1", "J")},
    "a category that is not there": {"catalog/collections/bar.yaml": "key: pub\nname: Pub\n"},
    "a category by conditions": {
        "catalog/collections/bar.yaml": f"key: bar\nname: Bar\nconditions: {RULES}\n",
    },
    "a product that is not there": {"catalog/collections/bar.yaml": "key: bar\nname: Bar\nproducts: [beaker]\n"},
    "stock of nothing": {"catalog/stock/main.csv": "sku,location,quantity\nX,main,3\n"},
    "stock given twice": {"catalog/stock/main.csv": "sku,location,quantity\nC-1,main,3\n"},
    "a picture that is none": {"catalog/hat.svg": "x" * 20_000_001},
}


@pytest.mark.parametrize("files", ACROSS.values(), ids=ACROSS)
def test_what_is_wrong_across_files_is_told_the_same_of_noted_ones(
    tmp_path: Path, notes: Remembered, files: Mapping[str, str]
):
    write(tmp_path, files)
    told = []
    for known in (NOTHING_KNOWN, Noted(Indexed(WorkTree(tmp_path)), notes, b"ours")):
        with pytest.raises(InvalidInput) as refused:
            load_catalog(WorkTree(tmp_path), known=known)
        told.append(list(map(str, refused.value.diagnostics)))
    assert told[0]
    assert told[0] == told[1]


def test_a_file_that_is_gone_is_told_where_it_is_read(tmp_path: Path, notes: Remembered):
    (tmp_path / "catalog/products/cup.yaml").unlink()
    (tmp_path / "catalog/products/cup.yaml").symlink_to("nowhere")
    with pytest.raises(InvalidInput, match=r"cup.yaml: the file does not exist"):
        loaded(tmp_path, notes)
    assert Place("catalog/products/cup.yaml").file not in notes.values
