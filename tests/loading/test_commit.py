"""A commit as a source, in repositories made for it."""

import os
from pathlib import Path

import pytest

from reconciler.loading.catalog import load_catalog
from reconciler.loading.commit import CommitTree, NoHistory, open_commit
from reconciler.loading.known import Loaded
from reconciler.loading.source import LARGEST_FILE, WorkTree
from reconciler.model.errors import InvalidInput
from tests.contract.history import History, git
from tests.contract.pictures import a_png

PRODUCT = "key: {key}\nname: {name}\nimages: [{{file: images/{key}.png}}]\nvariants: [{{sku: {key}, price: 1}}]\n"


def write(root: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = root / "catalog" / name.replace("__", "/").replace("_yaml", ".yaml").replace("_png", ".png")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project below the root of a repository, with two products."""
    History(tmp_path).begin()
    project = tmp_path / "shop"
    for shade, key in enumerate("ab"):
        write(project, **{f"products__{key}_yaml": PRODUCT.format(key=key, name="N")})
        write(project, **{f"images__{key}_png": a_png(shade)})
    return project


def opened(root: Path) -> tuple[CommitTree, str]:
    commit = History(root).commit()
    return open_commit(root, commit), commit


def test_a_commit_holds_what_the_work_tree_held(root: Path) -> None:
    tree, _ = opened(root)
    there = WorkTree(root)
    assert there.files("catalog", (".yaml", ".png")) == tree.files("catalog", (".yaml", ".png"))
    assert there.read("catalog/images/a.png") == tree.read("catalog/images/a.png")
    tree.close()
    assert there.read("catalog/products/b.yaml") == tree.read("catalog/products/b.yaml")
    tree.close()


def test_what_changed_since_is_known(root: Path) -> None:
    tree, commit = opened(root)
    files = WorkTree(root).files("catalog", (".yaml", ".png"))
    assert tree.is_whole(files)
    assert not tree.is_whole([*files, "catalog/ignored.yaml"])
    write(root, products__a_yaml=PRODUCT.format(key="a", name="Other"))
    later = open_commit(root, commit)
    assert (False, True, False) == (
        later.same("catalog/products/a.yaml"),
        later.same("catalog/products/b.yaml"),
        later.is_whole(files),
    )
    git(root, "checkout", "--quiet", "--", ".")
    write(root, products__new_yaml=PRODUCT.format(key="c", name="N"))
    assert not open_commit(root, commit).is_whole(files)


def test_a_commit_that_is_not_there_says_what_helps(root: Path, tmp_path: Path) -> None:
    first = History(root).commit()
    History(root).commit()
    clone = tmp_path / "clone"
    git(root, "clone", "--quiet", "--depth", "1", f"file://{tmp_path}", str(clone))
    with pytest.raises(NoHistory, match=r"git fetch --unshallow"):
        open_commit(clone / "shop", first)
    with pytest.raises(NoHistory, match=rf"git fetch origin {'0' * 40}"):
        open_commit(root, "0" * 40)


def test_a_folder_that_is_no_repository_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoHistory, match="no git repository"):
        open_commit(tmp_path, "0" * 40)


def test_a_commit_is_never_an_option_of_git(root: Path) -> None:
    opened(root)
    with pytest.raises(NoHistory):
        open_commit(root, "--output=owned")
    assert not (root / "owned").exists()


def test_links_lead_to_what_they_led_to(root: Path) -> None:
    (root / "catalog" / "products" / "c.yaml").symlink_to("a.yaml")
    (root / "catalog" / "more").symlink_to("products")
    (root / "catalog" / "out.yaml").symlink_to(os.devnull)
    (root / "catalog" / "circle.yaml").symlink_to("circle.yaml")
    tree, _ = opened(root)
    assert ["catalog/more/a.yaml", "catalog/more/b.yaml", "catalog/more/c.yaml"] == tree.files(
        "catalog/more", (".yaml",)
    )
    assert tree.read("catalog/products/a.yaml") == tree.read("catalog/more/c.yaml")
    assert (True, False) == (tree.same("catalog/products/a.yaml"), tree.same("catalog/products/c.yaml"))
    for nowhere in ("catalog/out.yaml", "catalog/circle.yaml", "catalog/none.yaml"):
        with pytest.raises(InvalidInput, match="does not exist in commit"):
            tree.read(nowhere)
    tree.close()


def test_a_file_that_no_catalog_may_hold_is_not_read(root: Path) -> None:
    write(root, products__large_yaml=b"#" * (LARGEST_FILE + 1))
    tree, _ = opened(root)
    with pytest.raises(InvalidInput, match="does not hold the file's content"):
        tree.read("catalog/products/large.yaml")
    assert tree.read("catalog/products/a.yaml")
    tree.close()


def test_hidden_files_are_skipped(root: Path) -> None:
    write(root, **{"products__.a_yaml": "x", ".git-keep__b_yaml": "x"})
    tree, _ = opened(root)
    assert ["catalog/products/a.yaml", "catalog/products/b.yaml"] == tree.files("catalog", (".yaml",))


def test_a_catalog_of_then_is_loaded_from_what_changed_alone(root: Path) -> None:
    _, commit = opened(root)
    before = load_catalog(WorkTree(root))
    write(root, products__a_yaml=PRODUCT.format(key="a", name="Other"), images__a_png=a_png(9))
    now = load_catalog(WorkTree(root))
    read: list[str] = []
    tree = open_commit(root, commit)

    class Listening:
        files = staticmethod(tree.files)

        @staticmethod
        def read(file: str) -> bytes:
            read.append(file)
            return tree.read(file)

    then = load_catalog(Listening(), known=Loaded(now, tree.same))
    tree.close()
    assert {"catalog/products/a.yaml", "catalog/images/a.png"} == set(read)
    assert (before.inputs, before.files) == (then.inputs, then.files)
    assert {key: entry.product for key, entry in before.entries.items()} == {
        key: entry.product for key, entry in then.entries.items()
    }
    assert "N" == then.entries["a"].product.name
