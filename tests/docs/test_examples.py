"""Every example of the documentation is run as it stands there, and prints what is shown.

``pytest tests/docs --rewrite-docs`` writes what was printed into the pages; read the difference like code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.docs.likeness import anew, fits, learned, renamed
from tests.docs.pages import Command, Page, page_files, read_page
from tests.docs.scratch import Scratch, stores_of, write
from tests.docs.terminal import Terminal

PAGES = {page.name: page for page in map(read_page, page_files())}
PLAYED = [name for name, page in PAGES.items() if any(block.is_played for block in page.blocks)]
BLOCKS = {f"{name}:{block.line}": block for name, page in PAGES.items() for block in page.blocks}


@dataclass(frozen=True, slots=True)
class Try:
    """A command of a page, and what became of it."""

    command: Command
    printed: Sequence[str]
    code: int

    @property
    def as_shown(self) -> bool:
        shown = self.command.shown
        return self.code == self.command.exit_code and (not shown or fits(shown, self.printed))

    def told(self, page: Page) -> str:
        where = f"{page.name}:{self.command.line}: $ {self.command.typed[0]}"
        codes = f"exit code {self.code}, the page says {self.command.exit_code}; it printed:"
        return "\n".join((where, codes, *self.printed))


@pytest.mark.parametrize("name", PLAYED)
def test_a_page_shows_what_its_commands_print(name: str, scratch: Scratch, rewrite: bool):
    page = PAGES[name]
    copy = scratch.empty(name) if page.begins_empty else scratch.applied(name)
    with stores_of(copy), scratch.terminal(copy) as terminal:
        tries = list(played(page, copy, terminal))
    if rewrite:
        write_anew(page, tries)
        tries = [each for each in tries if each.code != each.command.exit_code]
    assert [] == [each.told(page) for each in tries if not each.as_shown]


def played(page: Page, copy: Path, terminal: Terminal) -> Iterator[Try]:
    called: dict[str, str] = {}
    for block in page.blocks:
        if block.is_file:
            write(copy, block)
        elif block.is_played:
            for command in block.commands():
                printed, code = terminal.type([renamed(text, called) for text in command.typed])
                called |= learned(command.shown, printed)
                yield Try(command, printed, code)


def write_anew(page: Page, tries: Sequence[Try]) -> None:
    """Write what was printed into the page, where it differs from what is shown."""
    lines = page.file.read_text(encoding="utf-8").splitlines()
    as_before: dict[str, str] = {}
    found: list[tuple[Command, list[str]]] = []
    for each in tries:
        shown = each.command.shown
        as_before |= {new: old for old, new in learned(shown, each.printed).items()}
        if shown and not fits(shown, each.printed):
            found.append((each.command, [renamed(text, as_before) for text in anew(shown, each.printed)]))
    for command, shown_now in reversed(found):
        first = command.first_shown - 1
        lines[first : first + len(command.shown)] = shown_now
    page.file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("place", [place for place, block in BLOCKS.items() if block.word == "not run"])
def test_what_is_not_run_says_why(place: str):
    pytest.skip(f"{place}: {BLOCKS[place].rest}")


@pytest.mark.parametrize("place", [place for place, block in BLOCKS.items() if block.is_shell])
def test_what_is_typed_stands_behind_a_prompt(place: str):
    assert list(BLOCKS[place].commands())


@pytest.mark.parametrize("place", [place for place, block in BLOCKS.items() if block.language == "yaml"])
def test_yaml_is_yaml(place: str):
    assert isinstance(yaml.safe_load("\n".join(BLOCKS[place].lines)), dict | list | None)
