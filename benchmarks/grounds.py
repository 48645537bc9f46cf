"""Grounds: what a size is measured on, made once and kept: a repository with its store, the same as JSON, a zone."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from benchmarks.catalogs import REPEATED, STORES, VARIANTS, Shape, write_repository
from benchmarks.filling import fill, served
from benchmarks.multiplying import multiply
from benchmarks.octodns import write_zone
from reconciler.loading.source import WorkTree
from reconciler.loading.yaml import parse

COMMIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "--message=bench")
SHELL = "printf '.reconciler/\\nplans/\\n' > .gitignore; git init --quiet; git add --all"


@dataclass(frozen=True)
class Ground:
    """The folders of one size."""

    shape: Shape
    folder: Path

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    @property
    def as_json(self) -> Path:
        return self.folder / "json"

    @property
    def zone(self) -> Path:
        return self.folder / "zone"

    @property
    def sandbox(self) -> Path:
        return self.repository / ".reconciler" / "sandbox"

    @property
    def first_store(self) -> Path:
        return self.sandbox / "shops" / f"{STORES[0]}.sqlite3"

    @property
    def a_file(self) -> Path:
        """The file that changes where one does."""
        return self.repository / "catalog" / "products" / "0000" / "product-7.yaml"


def prepared(shape: Shape, data: Path) -> Ground:
    """Return the ground of a size, which is made where it is not there yet."""
    ground = Ground(shape, data / f"{shape.variants}x{shape.products_per_file}")
    done = ground.folder / "done"
    if not done.exists():
        shutil.rmtree(ground.folder, ignore_errors=True)
        print(f"making {shape.variants:,} variants in {ground.folder}", file=sys.stderr, flush=True)
        write_repository(ground.repository, shape)
        subprocess.run(SHELL, cwd=ground.repository, shell=True, check=True)
        subprocess.run(COMMIT, cwd=ground.repository, check=True)
        _write_json(ground)
        write_zone(ground.zone, shape.variants)
        _fill(ground, data)
        for other in STORES[1:]:
            shutil.copy(ground.first_store, ground.first_store.with_stem(other))
        done.touch()
    return ground


def _fill(ground: Ground, data: Path) -> None:
    """Fill the first store; one that holds the same products several times over, from one that holds them once."""
    copies, others = divmod(ground.shape.products, REPEATED)
    if copies <= 1 or others:
        with served(ground.repository) as store:
            fill(ground.repository, store)
        return
    once = prepared(replace(ground.shape, variants=REPEATED * VARIANTS), data)
    shutil.copytree(once.sandbox, ground.sandbox)
    multiply(ground.first_store, copies)


@contextmanager
def open_to_plans(ground: Ground) -> Iterator[None]:
    """Serve the store of a ground, so that what is measured is not the store's start."""
    with served(ground.repository):
        yield


def _write_json(ground: Ground) -> None:
    tree = WorkTree(ground.repository)
    for file in tree.files("catalog", (".yaml",)):
        target = (ground.as_json / file).with_suffix(".json")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(parse(file, tree.read(file)), default=_number), encoding="utf-8")


def _number(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)
