"""What a group is noted under: whatever a plan of it depends on shows there, each thing on its own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.app.plans.settled import settled
from reconciler.app.repository import engine as engines
from reconciler.app.repository.workspace import checked_views, open_workspace
from reconciler.model.address import Address
from reconciler.model.directory import Directory

CUP = Address("product", "cup")
PIXEL = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x00;"
FILES: Mapping[str, bytes] = {
    "catalog/products/cup.yaml": b"key: cup\nname: Cup\nimages: [{file: cup.gif}]\nvariants: [{sku: C, price: 9.00}]\n",
    "catalog/products/two.yaml": b"""products:
- {key: hat, name: Hat, variants: [{sku: H, price: 1.00}]}
- {key: mug, name: Mug, variants: [{sku: M, price: 1.00}]}
- {key: pan, name: Pan, variants: [{sku: P, price: 1.00}]}
""",
    "catalog/cup.gif": PIXEL,
    "catalog/stock/main.csv": b"sku,location,quantity\nC,main,3\nH,main,3\n",
    "catalog/metafields.yaml": b"product.custom.care: {name: Care, type: single_line_text_field}\n",
    "mappings/default.yaml": b"product: {vendor: {value: Ours}}\n",
    "stores/eu.yaml": b"url: sandbox:eu\nchannel: web\ncurrency: EUR\nlocations: {main: Main}\n",
}
PLACES = Directory({"location": {"main": "gid://Main"}})


@pytest.fixture
def key(tmp_path: Path) -> Callable[..., str | None]:
    """Return what a group is noted under, in a repository with some files otherwise."""

    def noted_under(
        changed: Mapping[str, bytes] | None = None,
        root: Address = CUP,
        answered: bytes = b"a cup",
        places: Directory = PLACES,
        respelled: Mapping[Address, Mapping[str, tuple[str, str]]] | None = None,
    ) -> str | None:
        for file, content in {**FILES, **(changed or {})}.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_bytes(content)
        view = checked_views(open_workspace(tmp_path))["eu"]
        return settled(tmp_path, view, places, respelled or {}).key(root, answered)

    return noted_under


OTHERWISE = {
    "catalog/products/cup.yaml": FILES["catalog/products/cup.yaml"] + b"# said otherwise\n",
    "catalog/cup.gif": PIXEL + b";",
    "catalog/stock/main.csv": b"sku,location,quantity\nC,main,4\nH,main,3\n",
    "catalog/metafields.yaml": FILES["catalog/metafields.yaml"].replace(b"name: Care", b"name: Washing"),
    "mappings/default.yaml": b"product: {vendor: {value: Theirs}}\n",
    "stores/eu.yaml": FILES["stores/eu.yaml"] + b"stock: seed\n",
}


@pytest.mark.parametrize("file", OTHERWISE)
def test_whatever_file_a_product_depends_on_shows(key: Callable[..., str | None], file: str):
    assert key() != key({file: OTHERWISE[file]})


def test_what_the_store_has_shows(key: Callable[..., str | None]):
    moved = replace(PLACES, places={"location": {"main": "gid://Other"}})
    spelled = {CUP: {"title": ("ours", "theirs")}}
    noted = {key(), key(answered=b"a mug"), key(places=moved), key(respelled=spelled)}
    assert 4 == len(noted - {None})


def test_a_key_that_moved_and_what_others_point_at_show(key: Callable[..., str | None]):
    two = FILES["catalog/products/two.yaml"]
    pointing = two.replace(b"name: Mug", b"name: Mug, metafields: {custom.like: product/cup}")
    moved = two.replace(b"name: Mug", b"name: Mug, moved: jug")
    like = FILES["catalog/metafields.yaml"] + b"product.custom.like: {name: Like, type: product_reference}\n"
    defined = key({"catalog/metafields.yaml": like})
    assert key() != key({"catalog/products/two.yaml": moved})
    assert defined not in {None, key({"catalog/metafields.yaml": like, "catalog/products/two.yaml": pointing})}


def test_what_concerns_another_product_alone_does_not_show(key: Callable[..., str | None]):
    other = FILES["catalog/products/two.yaml"].replace(b"name: Hat", b"name: Cap")
    stock = FILES["catalog/stock/main.csv"].replace(b"H,main,3", b"H,main,9")
    assert key() == key({"catalog/products/two.yaml": other, "catalog/stock/main.csv": stock})


def test_two_products_of_one_file_are_two(key: Callable[..., str | None]):
    assert key(root=Address("product", "mug")) != key(root=Address("product", "pan"))


def test_our_own_code_shows(key: Callable[..., str | None], monkeypatch: pytest.MonkeyPatch):
    before = key()
    monkeypatch.setattr(engines, "_SPELLING", (*engines._SPELLING, "requests"))
    engines.engine.cache_clear()
    assert before != key()
    engines.engine.cache_clear()


def test_what_is_no_product_is_not_noted(key: Callable[..., str | None]):
    assert key(root=Address("product", "nowhere")) is None
