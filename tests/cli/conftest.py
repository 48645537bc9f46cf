"""The program as a user runs it: words in, exit code and two streams out."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.embedded import EmbeddedStores, query
from reconciler.cli.main import main
from reconciler.cli.sandbox import DATA_FOLDER
from reconciler.model.store import API_VERSION

STORE = "url: sandbox:{name}\nchannel: web\ncurrency: EUR\n"
SHIRT = """\
key: shirt
name: Shirt
options: {Size: [S, M]}
variants:
  - {sku: S-S, options: {Size: S}, price: 49.00}
  - {sku: S-M, options: {Size: M}, price: 49.00}
"""
CUP = "key: cup\nname: Cup\nvariants: [{sku: CUP, price: 9.00}]\n"


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Project:
    """A repository with one store, and the program run in it."""

    root: Path
    capsys: pytest.CaptureFixture[str]
    stores: EmbeddedStores
    shop: str

    def write(self, file: str, text: str | bytes) -> Path:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, *words: str) -> Said:
        self.capsys.readouterr()
        code = main([*words, "--project", str(self.root)])
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def bare(self, *words: str) -> Said:
        """Run without naming the project."""
        self.capsys.readouterr()
        code = main(list(words))
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def file(self, name: str) -> str:
        return str(self.root / name)

    def ask(self, document: str, variables: dict[str, Any] | None = None) -> Any:
        base_url, token = self.stores.shop(self.shop, "EUR")
        return query(base_url, API_VERSION, token, {"query": document, "variables": variables or {}})["data"]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, EmbeddedStores]]:
    """One repository with a running embedded store for all modules: a start, and documents it sees first, cost most."""
    root = tmp_path_factory.mktemp("project")
    with EmbeddedStores(root / DATA_FOLDER) as stores:
        stores.shop("warm", "EUR")
        yield root, stores


@pytest.fixture
def project(
    shared: tuple[Path, EmbeddedStores], capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> Project:
    """Two products and an empty store, new for each test."""
    root, stores = shared
    for child in root.iterdir():
        if child.name != ".reconciler":
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    shop = f"shop-{abs(hash(request.node.nodeid)) % 10**9}"
    made = Project(root, capsys, stores, shop)
    made.write("stores/eu.yaml", STORE.format(name=shop))
    made.write("catalog/products/shirt.yaml", SHIRT)
    made.write("catalog/products/cup.yaml", CUP)
    return made


Prepare = Callable[[Project], object]
