"""A repository as `init` writes it, its remote, its store and its forge; and whoever edits, merges and looks."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.app.scaffold.provenance import Source
from reconciler.app.scaffold.starting import Answers, Host, started
from reconciler.cli.embedded import EmbeddedStores, query
from reconciler.model.store import API_VERSION
from tests.ci.forge_server import FORK, HERE, ForgeServer, Memory, Request
from tests.ci.jobs import Done

PRODUCT = "catalog/products/first-product.yaml"
JOURNAL = "reconciler-journal"
IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "protocol.file.allow=always")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass
class Shop:
    """One repository for a host; `fresh` gives it another store, and a history that begins anew."""

    root: Path
    host: Host
    program: Path
    source: Path
    """A checkout of this project, as far as a job needs it."""
    stores: EmbeddedStores
    forge: ForgeServer
    name: str = ""
    _files: dict[str, bytes] = field(default_factory=dict)

    @property
    def memory(self) -> Memory:
        return self.forge.memory

    @property
    def remote(self) -> Path:
        return self.root.parent / "server" / "shop" / ("catalog.git" if self.host == "gitlab" else "catalog")

    def fresh(self, name: str) -> None:
        self.name = name
        self.memory.forget()
        for child in self.root.iterdir():
            if child.name != ".reconciler":
                shutil.rmtree(child) if child.is_dir() else child.unlink()
        if not self._files:
            source = Source("https://github.com/some/reconciler", "1" * 40)
            written = started(self.root, Answers("eu", "sandbox:NAME", "EUR", self.host, source)).written
            self._files = {file: (self.root / file).read_bytes() for file in written}
        for file, text in self._files.items():
            path = self.root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.replace(b"sandbox:NAME", f"sandbox:{name}".encode()))
        shutil.rmtree(self.remote, ignore_errors=True)
        self.remote.mkdir(parents=True)
        git(self.remote, "init", "-q", "--bare", "-b", "main")
        git(self.root, "init", "-q", "-b", "main")
        self.commit("the catalog")

    def commit(self, message: str) -> str:
        git(self.root, "add", ".")
        git(self.root, "commit", "-q", "--allow-empty", "-m", message)
        return self.head

    @property
    def head(self) -> str:
        return git(self.root, "rev-parse", "HEAD")

    def edit(self, old: str, new: str, file: str = PRODUCT) -> None:
        path = self.root / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def request(self, *, fork: bool = False) -> Request:
        """Open a request of what is committed."""
        made = Request(7 + len(self.memory.requests), self.head, source=FORK if fork else HERE)
        self.memory.requests.append(made)
        return made

    def merge(self, request: Request) -> None:
        request.merged_as = self.commit("merged")

    def ask(self, document: str, **variables: Any) -> Any:
        """Play the person in the admin."""
        base_url, token = self.stores.shop(self.name, "EUR")
        return query(base_url, API_VERSION, token, {"query": document, "variables": variables})["data"]

    def titles(self) -> list[str]:
        return [node["title"] for node in self.ask("{ products(first: 9) { nodes { title } } }")["products"]["nodes"]]

    def retitle(self, title: str) -> None:
        (node,) = self.ask("{ products(first: 9) { nodes { id } } }")["products"]["nodes"]
        document = (
            "mutation ($product: ProductUpdateInput!) { productUpdate(product: $product) { userErrors { message } } }"
        )
        answer = self.ask(document, product={"id": node["id"], "title": title})
        assert [] == answer["productUpdate"]["userErrors"]

    def forget_workspace(self) -> None:
        """Have what the next job finds: a new checkout, in which nothing is left of the one before."""
        for folder in ("plans", "journal"):
            shutil.rmtree(self.root / folder, ignore_errors=True)

    def run(self, *words: str) -> Done:
        """Run the program in what a job left behind."""
        done = subprocess.run([self.program, *words], cwd=self.root, capture_output=True, text=True, check=False)
        return Done(done.returncode, done.stdout + done.stderr)
