"""What groups tell of a store is the same whether they are mapped for it, or were before."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.app.repository.notes import FOLDER
from reconciler.app.repository.told import NotedViews
from reconciler.app.repository.workspace import checked_views, open_workspace
from reconciler.model.errors import InvalidInput
from tests.app.plans.test_settled import FILES, OTHERWISE

LIKE = b"product.custom.like: {name: Like, type: product_reference}\n"
POINTING = b"key: fan\nname: Fan\nmetafields: {custom.like: product/cup}\nvariants: [{sku: F, price: 1.00}]\n"
START: Mapping[str, bytes] = {
    **FILES,
    "catalog/metafields.yaml": FILES["catalog/metafields.yaml"] + LIKE,
    "catalog/products/fan.yaml": POINTING,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository, of which earlier runs noted what its groups tell."""
    write(tmp_path, START)
    views = NotedViews(tmp_path)
    checked_views(open_workspace(tmp_path), views)
    views.save()
    assert 5 == len((tmp_path / FOLDER / "mapped-eu.notes").read_bytes().splitlines())
    return tmp_path


def write(root: Path, files: Mapping[str, bytes]) -> None:
    for file, content in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(content)


def told(root: Path, views: NotedViews | None = None) -> object:
    """Return what the views of a repository say, or what is wrong with them."""
    workspace = open_workspace(root)
    try:
        checked = checked_views(workspace, views) if views else checked_views(workspace)
    except InvalidInput as error:
        return list(map(str, error.diagnostics))
    return [(view.kinds, view.targets, list(view.entries)) for view in checked.values()]


IDLE = b"overrides: {variant/cup/X: {price: 1.00}}\n"
FURTHER = {
    "a handle twice": {"mappings/default.yaml": b"product: {handle: {value: same}}\n"},
    "a value that does not map": {"mappings/default.yaml": b"product: {handle: '{{ product.brand }}'}\n"},
    "an override of nothing": {"stores/eu.yaml": START["stores/eu.yaml"] + IDLE},
    "a target that is gone": {"catalog/products/fan.yaml": POINTING.replace(b"product/cup", b"product/cups")},
    "a target that left the store": {
        "catalog/products/cup.yaml": START["catalog/products/cup.yaml"] + b"published: false\n"
    },
    "another kind": {"stores/eu.yaml": START["stores/eu.yaml"] + b"publications: [Online Store]\n"},
    **{file: {file: content} for file, content in OTHERWISE.items() if file != "catalog/metafields.yaml"},
}


@pytest.mark.parametrize("files", FURTHER.values(), ids=FURTHER)
def test_whatever_changes_the_views_are_as_without_notes(root: Path, files: Mapping[str, bytes]):
    write(root, files)
    assert told(root) == told(root, NotedViews(root))


def test_groups_that_were_mapped_are_not_mapped_again(root: Path):
    memory = NotedViews(root)
    checked_views(open_workspace(root), memory)
    view = open_workspace(root).view(open_workspace(root).stores[0])
    assert [root_ for root_ in view.roots() if memory(view).told(root_) is None] == [
        root_ for root_ in view.roots() if root_.kind != "product"
    ]
