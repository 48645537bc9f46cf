"""Pages: a Markdown file as the examples in it: commands to be run, and files to be written, from top to bottom.

What a page may say, in a comment right before a block or, for the first one, anywhere:

    <!-- stores: empty -->              the page begins with empty stores, else with the example applied to them
    <!-- not run: REASON -->            the block cannot run here; the test lists it as skipped, with the reason
    <!-- write: FILE -->                the block is what the file says from here on
    <!-- append: FILE -->               the block is added to the end of the file

A day after ``until:`` in such a file is put a month from now, so that no page expires.

A command begins with ``$ ``, goes on in lines that begin with ``> ``, and is followed by what it prints; where nothing
follows, only its exit code is looked at: 0, or the one that it names in a comment (``# exit code 5``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GENERATED = ROOT / "docs" / "reference"
"""Written by a program, and tested with it."""

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<language>\w*)\s*$")
_COMMENT = re.compile(r"^<!-- (?P<word>[a-z ]+): (?P<rest>.+) -->$")
_EXIT_CODE = re.compile(r"#.*\bexit code (\d+)")
_SHELL = frozenset({"", "console", "sh", "bash", "shell"})
_PROMPT, _MORE = "$ ", "> "


@dataclass(frozen=True, slots=True)
class Command:
    """What is typed, and what the page shows below it."""

    line: int  # of its first line, from 1
    typed: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Return the exit code that the reader is told, or 0."""
        told = _EXIT_CODE.search(self.typed[-1])
        return int(told.group(1)) if told else 0

    @property
    def first_shown(self) -> int:
        """Return the line at which its output begins, from 1."""
        return self.line + len(self.typed)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block with the comment right before it."""

    line: int  # of its first line of text, from 1
    language: str
    lines: tuple[str, ...]
    word: str = ""
    rest: str = ""

    @property
    def is_shell(self) -> bool:
        """Whether a reader would type what is in it."""
        return self.language in _SHELL

    @property
    def is_file(self) -> bool:
        """Whether the block is put into a file."""
        return self.word in {"append", "write"}

    @property
    def is_played(self) -> bool:
        """Whether anything is done with the block."""
        return self.is_file or (self.is_shell and self.word != "not run")

    def commands(self) -> Iterator[Command]:
        """Yield the commands in order. Raises ValueError for a block that begins with something else."""
        if not self.lines or not self.lines[0].startswith(_PROMPT):
            raise ValueError("expected `$ ` before each command; write ```text for what is not typed")
        starts = [index for index, text in enumerate(self.lines) if text.startswith(_PROMPT)]
        for start, end in zip(starts, [*starts[1:], len(self.lines)], strict=True):
            typed = [self.lines[start].removeprefix(_PROMPT)]
            for text in self.lines[start + 1 : end]:
                if not text.startswith(_MORE):
                    break
                typed.append(text.removeprefix(_MORE))
            yield Command(self.line + start, tuple(typed), tuple(self.lines[start + len(typed) : end]))


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the documentation."""

    file: Path
    blocks: tuple[Block, ...]
    begins_empty: bool

    @property
    def name(self) -> str:
        """Return its path below the repository."""
        return str(self.file.relative_to(ROOT))


def page_files() -> Iterator[Path]:
    """Yield every page that people wrote for people who use the program, in order."""
    yield ROOT / "README.md"
    for file in sorted((ROOT / "docs").rglob("*.md")):
        if not file.is_relative_to(GENERATED):
            yield file


def read_page(file: Path) -> Page:
    """Return the page of a file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return Page(file, tuple(_blocks(lines)), "<!-- stores: empty -->" in lines)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    opened: tuple[int, str, str] | None = None
    for index, text in enumerate(lines):
        fence = _FENCE.match(text)
        if opened is None and fence:
            opened = index, fence["ticks"], fence["language"]
        elif opened is not None and text.rstrip() == opened[1]:
            first = opened[0] + 1
            said = _COMMENT.match(lines[opened[0] - 1]) if opened[0] else None
            word, rest = (said["word"], said["rest"]) if said else ("", "")
            yield Block(first + 1, opened[2], tuple(lines[first:index]), word, rest)
            opened = None
    if opened is not None:
        raise ValueError(f"line {opened[0] + 1}: the block is not closed")
