"""What a repository's files must be together, said at the line at fault."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reconciler.app.repository.validate import validated
from reconciler.app.repository.workspace import checked_views, open_workspace, workspace_of
from reconciler.loading.source import WorkTree
from reconciler.model.errors import InvalidInput

EXAMPLE = Path(__file__).parents[3]
VARIANTS = "variants: [{sku: C, price: 9.00}]\n"
STORE = "url: sandbox:eu\nchannel: web\ncurrency: EUR\n"


def problems(root: Path, product: str, store: str = STORE) -> list[str]:
    (root / "catalog" / "products").mkdir(parents=True)
    (root / "stores").mkdir()
    (root / "catalog" / "products" / "cup.yaml").write_text(product)
    (root / "stores" / "eu.yaml").write_text(store)
    with pytest.raises(InvalidInput) as refused:
        checked_views(open_workspace(root))
    return [str(problem) for problem in refused.value.diagnostics]


def test_a_key_that_cannot_be_a_handle_is_told_with_the_handle_to_write(tmp_path: Path):
    assert [
        (
            "catalog/products/cup.yaml:2:6: handle of product/CUP: 'CUP' would be rewritten by Shopify; "
            "write handle: cup; it was made by the rule at builtin/default.yaml:6 product.handle"
        )
    ] == problems(tmp_path, f"name: Cup\nkey: CUP\n{VARIANTS}")


def test_each_field_that_a_store_cannot_hold_is_told_at_its_line(tmp_path: Path):
    assert [
        (
            "catalog/products/cup.yaml:3:9: handle of product/cup: 'Cup 1' would be rewritten by Shopify; "
            "write handle: cup-1; it was made by the rule at builtin/default.yaml:6 product.handle"
        ),
        (
            "catalog/products/cup.yaml:4:8: vendor of product/cup: it cannot be cleared; leave it out to leave "
            "it alone; it was made by the rule at builtin/default.yaml:8 product.vendor"
        ),
    ] == problems(tmp_path, f"key: cup\nname: Cup\nhandle: Cup 1\nbrand: null\n{VARIANTS}")


def test_what_a_store_decides_is_held_against_the_kinds(tmp_path: Path):
    policy = "ownership: {product.status: observe, product.title: merge, product.tags: merge, variant: merge}\n"
    assert [
        (
            "stores/eu.yaml:4:29: product.status is never written where it is observed, and on_remove: archive "
            "writes it; write on_remove: keep"
        ),
        (
            "stores/eu.yaml:4:53: product.title is one value; merge is for sets; write enforce, seed or observe, "
            "and merge for product.tags alone"
        ),
    ] == problems(tmp_path, f"key: cup\nname: Cup\n{VARIANTS}", STORE + policy)


def test_a_handle_that_a_mapping_gives_to_two_products_is_refused_before_any_store_is_asked(tmp_path: Path):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "default.yaml").write_text("product: {handle: {value: same}}\n")
    two = f"products:\n- key: cup\n  name: Cup\n  {VARIANTS}- key: mug\n  name: Mug\n  {VARIANTS.replace('C,', 'M,')}"
    assert [
        (
            "catalog/products/cup.yaml:5:3: handle same of product/mug is that of product/cup too in store eu; "
            "let them differ; it was made by mappings/default.yaml:1 product.handle"
        )
    ] == problems(tmp_path, two)


@dataclass(frozen=True, slots=True)
class CountedTree(WorkTree):
    """A work tree that notes what is read of it."""

    reads: Counter[str] = field(default_factory=Counter)

    def read(self, file: str) -> bytes:
        self.reads[file] += 1
        return WorkTree.read(self, file)


def test_no_document_is_read_a_second_time_to_find_a_place_that_nobody_asks_for():
    tree = CountedTree(EXAMPLE)
    checked_views(workspace_of(tree))
    documents = [count for file, count in tree.reads.items() if file.startswith(("catalog/products", "catalog/coll"))]
    assert {1} == set(documents)


def test_what_is_wrong_with_one_file_hides_nothing_of_the_others(tmp_path: Path):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "default.yaml").write_text("produkt: {}\n")
    (tmp_path / "mappings" / "us.yaml").write_text("product: {titel: x}\n")
    (tmp_path / "catalog" / "products").mkdir(parents=True)
    (tmp_path / "catalog" / "products" / "mug.yaml").write_text("key: mug\nname: Mug\nvariants: nothing\n")
    found = problems_of(tmp_path, f"key: CUP\nname: Cup\n{VARIANTS}", {"eu": STORE, "us": STORE.replace("EUR", "euro")})
    assert [
        "catalog/products/mug.yaml:3",
        "mappings/default.yaml:1",
        "mappings/us.yaml:1",
        "stores/us.yaml:3",
    ] == found


def test_products_that_are_right_are_mapped_although_others_are_not(tmp_path: Path):
    (tmp_path / "catalog" / "products").mkdir(parents=True)
    (tmp_path / "catalog" / "products" / "mug.yaml").write_text("key: mug\nname: Mug\nvariants: nothing\n")
    found = problems_of(tmp_path, f"name: Cup\nkey: CUP\n{VARIANTS}", {"eu": STORE, "us": STORE.replace("EUR", "euro")})
    assert ["catalog/products/cup.yaml:2", "catalog/products/mug.yaml:3", "stores/us.yaml:3"] == found


def test_a_mapping_that_no_store_names_is_checked_too(tmp_path: Path):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "us.yaml").write_text("product: {titel: x}\n")
    (tmp_path / "catalog" / "products").mkdir(parents=True)
    assert ["mappings/us.yaml:1"] == problems_of(tmp_path, f"key: cup\nname: Cup\n{VARIANTS}", {"eu": STORE})


def test_an_override_of_a_misspelled_field_is_told_once(tmp_path: Path):
    (tmp_path / "catalog" / "products").mkdir(parents=True)
    store = f"{STORE.rstrip()}\noverrides: {{product/cup: {{titel: x}}}}\n"
    found = problems_of(tmp_path, f"key: cup\nname: Cup\n{VARIANTS}", {"eu": store})
    assert [f"stores/eu.yaml:{len(store.splitlines())}"] == found


def problems_of(root: Path, product: str, stores: dict[str, str]) -> list[str]:
    """Return the file and line of everything that validate finds."""
    (root / "catalog" / "products" / "cup.yaml").write_text(product)
    (root / "stores").mkdir()
    for name, text in stores.items():
        (root / "stores" / f"{name}.yaml").write_text(text.replace("sandbox:eu", f"sandbox:{name}"))
    with pytest.raises(InvalidInput) as refused:
        validated(root)
    places = [problem.place for problem in refused.value.diagnostics]
    return [f"{place.file}:{place.line}" for place in places if place]
