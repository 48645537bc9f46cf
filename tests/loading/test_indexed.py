"""Files that git calls unchanged are not read again once their content is known, and no catalog is other for it."""

import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reconciler.loading.catalog import load_catalog
from reconciler.loading.indexed import Indexed, indexed
from reconciler.loading.noted import Noted
from reconciler.loading.source import WorkTree
from reconciler.model.catalog import Catalog
from reconciler.model.errors import InvalidInput
from tests.contract.history import History, git
from tests.loading.test_noted import Remembered, all_of

CUP = "catalog/products/cup.yaml"
FRONT = "catalog/front.svg"
SAID = "key: cup\nname: Cup\nimages: [front.svg]\nvariants: [{sku: C, price: 9.00}]\n"


@dataclass(frozen=True, slots=True)
class Counted(WorkTree):
    """A work tree that notes what is read of it."""

    reads: list[str] = field(default_factory=list)

    def read(self, file: str) -> bytes:
        self.reads.append(file)
        return WorkTree.read(self, file)


@dataclass
class Shop:
    """A project below the root of a repository, loaded again and again with the same notes."""

    root: Path
    notes: Remembered = field(default_factory=Remembered)

    def write(self, file: str, text: str) -> None:
        (self.root / file).parent.mkdir(parents=True, exist_ok=True)
        (self.root / file).write_bytes(text.encode())

    def asked(self) -> Indexed:
        """Ask git."""
        return indexed(Counted(self.root))

    def load(self, files: Indexed | None = None) -> tuple[list[str], Catalog]:
        """Return what was read of product files and pictures, and the catalog; it is as it is without notes."""
        tree = files.tree if files else Counted(self.root)
        noted = Noted(files or indexed(tree), self.notes, b"ours")
        catalog = load_catalog(tree, known=noted)
        assert isinstance(tree, Counted)
        read = sorted(set(tree.reads))
        noted.keep(catalog)
        if files is None:
            assert list(all_of(load_catalog(WorkTree(self.root)))) == list(all_of(catalog))
        return read, catalog


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A clean work tree, loaded once."""
    History(tmp_path).begin()
    made = Shop(tmp_path / "shop")
    made.write(CUP, SAID)
    made.write(FRONT, "<svg/>")
    History(tmp_path).commit()
    assert [FRONT, CUP] == sorted(made.load()[0])
    return made


def test_what_git_calls_unchanged_is_not_read_again(shop: Shop):
    assert [] == shop.load()[0]


@pytest.mark.parametrize("looks_less", [(), ("core.trustctime", "false"), ("core.checkStat", "minimal")])
def test_what_was_saved_is_read_whatever_its_size_and_time_and_how_little_git_looks(
    looks_less: tuple[str, ...], shop: Shop
):
    if looks_less:
        git(shop.root, "config", *looks_less)
        git(shop.root, "update-index", "--refresh")
        time.sleep(1.1)  # what is changed in the second of the index is looked at whatever its times
        git(shop.root, "status")
    before = (shop.root / CUP).stat()
    shop.write(CUP, SAID.replace("Cup", "Jug"))
    os.utime(shop.root / CUP, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [CUP] == shop.load()[0]
    shop.write(FRONT, "<gvs/>")
    assert [FRONT, CUP] == shop.load()[0]
    shop.write(CUP, SAID)
    shop.write(FRONT, "<svg/>")
    assert [] == shop.load()[0]


def test_what_git_does_not_look_at_is_read(shop: Shop):
    git(shop.root, "update-index", "--assume-unchanged", CUP)
    (shop.root / FRONT).rename(shop.root / "catalog/back.svg")
    (shop.root / FRONT).symlink_to("back.svg")
    History(shop.root).commit()
    assert [FRONT, CUP] == shop.load()[0]
    shop.write(CUP, SAID.replace("Cup", "Jug"))
    (shop.root / FRONT).unlink()
    (shop.root / FRONT).symlink_to("other.svg")
    shop.write("catalog/other.svg", "<gvs/>")
    assert [FRONT, CUP] == shop.load()[0]


def test_other_line_endings_of_the_same_object_are_read(shop: Shop):
    shop.write(".gitattributes", "*.yaml eol=crlf\n")
    (shop.root / CUP).unlink()
    git(shop.root, "checkout", "--", CUP)
    assert b"\r\n" in (shop.root / CUP).read_bytes()
    assert "" == git(shop.root, "status", "--porcelain", "--", "catalog")
    assert [CUP] == shop.load()[0]
    assert [] == shop.load()[0]


def test_without_git_everything_is_read(tmp_path: Path):
    bare = Shop(tmp_path)
    bare.write(CUP, SAID)
    bare.write(FRONT, "<svg/>")
    assert [[FRONT, CUP]] * 2 == [bare.load()[0] for _ in "ab"]


def test_a_file_saved_after_git_was_asked_counts_as_it_was(shop: Shop):
    files = shop.asked()
    shop.write(CUP, SAID.replace("Cup", "Jug"))
    assert "Cup" == shop.load(files)[1].entries["cup"].product.name
    files = Indexed(Counted(shop.root), files.names)
    (shop.root / CUP).unlink()
    (shop.root / CUP).write_bytes(SAID.replace("Cup", "Mug").encode())
    assert "Cup" == shop.load(files)[1].entries["cup"].product.name


def test_a_content_that_is_nowhere_any_more_is_said_to_be_gone(shop: Shop):
    shop.write(".gitattributes", "*.yaml eol=crlf\n")
    shop.write(CUP, SAID.replace("\n", "\r\n"))
    git(shop.root, "add", "--renormalize", CUP)
    shop.load()
    catalog = shop.load(shop.asked())[1]
    shop.write(CUP, SAID.replace("Cup", "Jug"))
    with pytest.raises(InvalidInput, match=r"cup\.yaml: the file was changed while it was used; run it again"):
        _ = catalog.entries["cup"].product


def test_a_name_of_git_is_noted_only_for_the_content_that_it_names(shop: Shop):
    files = shop.asked()
    shop.write(CUP, SAID.replace("C, price: 9.00", "C, price: 8.00"))
    fresh = Shop(shop.root)
    fresh.load(files)
    subprocess.run(["git", "checkout", "-q", "--", CUP], cwd=shop.root, check=True)
    assert {"": 9} == {
        code: int(price) for code, price in fresh.load()[1].entries["cup"].product.variants[0].price.items()
    }
