"""Scratch copies of the example repository: with empty stores, or with stores that the example was applied to."""

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.cli.embedded import EmbeddedStores
from reconciler.cli.sandbox import DATA_FOLDER
from tests.docs.pages import ROOT, Block
from tests.docs.terminal import Terminal

NAME = "shop"
_UNTIL = re.compile(r"until: \d{4}-\d\d-\d\d")
_FAMILIES = ("catalog", "stores", "mappings")


class Scratch:
    """Makes scratch copies below one folder."""

    def __init__(self, folder: Path, bin_folder: Path, shared: Path) -> None:
        self._folder = folder
        self._bin = bin_folder
        self._shared = shared  # by all processes of the run: what costs most is made once

    def empty(self, name: str) -> Path:
        """Return a new copy with empty stores, for the page of a name."""
        copy = self._folder / _plain(name) / NAME
        for family in _FAMILIES:
            shutil.copytree(ROOT / family, copy / family)
        (copy / ".gitignore").write_text(".reconciler/\nplans/\njournal/\n", encoding="utf-8")
        with Terminal(copy, self._bin) as terminal:
            _done(terminal, "git init -q -b main && git add . && git commit -q -m 'The catalog'")
        return copy

    def applied(self, name: str) -> Path:
        """Return a new copy whose stores are as git says, for the page of a name."""
        template = self._shared / "template"
        with (self._shared / "template.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not template.exists():
                made = self.empty("applied")
                with stores_of(made), Terminal(made, self._bin) as terminal:
                    _done(terminal, "reconciler apply eu us --yes")
                made.rename(template)
        copy = self._folder / _plain(name) / NAME
        shutil.copytree(template, copy)
        return copy

    def terminal(self, copy: Path) -> Terminal:
        """Return a new terminal in a copy."""
        return Terminal(copy, self._bin)


@contextmanager
def stores_of(copy: Path) -> Iterator[None]:
    """Keep one server of embedded stores running: a start costs more than a command."""
    with EmbeddedStores(copy / DATA_FOLDER) as stores:
        stores.run()
        yield


def write(copy: Path, block: Block) -> None:
    """Write a block into the file that it is meant for."""
    file = copy / block.rest
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if block.word == "append" else ""
    text = _UNTIL.sub(f"until: {(datetime.now(UTC) + timedelta(days=30)).date()}", "\n".join(block.lines))
    file.write_text(f"{before}{text}\n", encoding="utf-8")


def _plain(name: str) -> str:
    return name.removesuffix(".md").replace("/", "-")


def _done(terminal: Terminal, command: str) -> None:
    printed, code = terminal.type([command])
    if code:
        raise AssertionError("\n".join((f"{command}: exit code {code}", *printed)))
