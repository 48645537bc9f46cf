"""Two workers, processes of their own on this machine, a scheduler, and three stores that they can reach."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.embedded import EmbeddedStores, query
from reconciler.cli.main import main
from reconciler.model.store import API_VERSION

pytest.importorskip("distributed", reason="the extra `cluster` is not installed; requirements-dev.lock has it")
from distributed import LocalCluster

STORES = ("de", "eu", "us")
PRODUCT = """\
key: {key}
name: {key}
handle: {key}
status: active
tags: [new]
variants:
  - {{sku: {key}-1, price: {{EUR: 19.00}}}}
"""


def token_name(store: str) -> str:
    return f"CLUSTER_TEST_TOKEN_{store.upper()}"


@dataclass
class Shops:
    """A repository of three stores, asked over HTTP with tokens that stand in nobody's files."""

    root: Path
    embedded: EmbeddedStores
    tokens: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def write(self, products: int) -> None:
        """Write the stores and a catalog, and commit it."""
        for folder in ("stores", "catalog/products"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
            (self.root / folder).mkdir(parents=True)
        for store in STORES:
            self.urls[store], self.tokens[store] = self.embedded.shop(store, "EUR")
            (self.root / f"stores/{store}.yaml").write_text(
                f"url: {self.urls[store]}\nchannel: web\ncurrency: EUR\n"
                f"credentials: {{token: {{env: {token_name(store)}}}}}\n"
            )
        for number in range(products):
            key = f"product-{number}"
            (self.root / f"catalog/products/{key}.yaml").write_text(PRODUCT.format(key=key))
        (self.root / ".gitignore").write_text("/plans/\n/.reconciler/\n/journal/\n")
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "--allow-empty", "-m", "x"]):
            subprocess.run(
                ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *words], cwd=self.root, check=True
            )

    def run(self, *words: str) -> int:
        return main([*words, "--project", str(self.root)])

    def handles(self, store: str) -> list[str]:
        body = {"query": "{ products(first: 50) { nodes { handle } } }"}
        answer: Any = query(self.urls[store], API_VERSION, self.tokens[store], body)
        return sorted(node["handle"] for node in answer["data"]["products"]["nodes"])


@dataclass
class Cluster:
    """A scheduler, its workers, and what they share with whoever asks."""

    workers: LocalCluster
    artefacts: Path

    @property
    def scheduler(self) -> str:
        return str(self.workers.scheduler_address)

    def options(self, scheduler: str = "") -> tuple[str, ...]:
        return ("--executor", "dask", "--scheduler", scheduler or self.scheduler, "--artefacts", str(self.artefacts))

    def doing(self, task: str) -> list[str]:
        """Return the addresses of the workers that have a task."""
        assert self.workers.scheduler is not None
        workers = [*self.workers.scheduler.workers.values()]
        return [
            each.address for each in workers if any(str(task_.key).startswith(task) for task_ in [*each.processing])
        ]

    def kill_whoever_does(self, task: str, when: Callable[[], bool] = lambda: True) -> None:
        """Wait for a worker to have a task, and for something to be so; then kill its process."""
        for _ in range(20_000):
            busy = self.doing(task)
            if busy and when():
                pids = [each.pid for each in self.workers.workers.values() if each.worker_address == busy[0]]
                os.kill(pids[0], signal.SIGKILL)
                return
            time.sleep(0.001)
        raise AssertionError(task)


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    with EmbeddedStores(tmp_path_factory.mktemp("embedded")) as embedded:
        found = Shops(tmp_path_factory.mktemp("repository"), embedded)
        found.write(1)
        yield found


@pytest.fixture(scope="module")
def cluster(shops: Shops, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The tokens are in the environment of the workers, and nowhere else."""
    tokens = {token_name(store): token for store, token in shops.tokens.items()}
    with LocalCluster(
        processes=True,
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        local_directory=str(tmp_path_factory.mktemp("dask")),
        env=tokens,
    ) as workers:
        yield Cluster(workers, tmp_path_factory.mktemp("artefacts"))
