"""The reference is what the program says of itself."""

import re
from pathlib import Path

import pytest

from reconciler.model.errors import ReconcilerError
from tests.reference.commands import EXITS, MEANINGS, commands
from tests.reference.limits import SPEAKS, names
from tests.reference.pages import FOLDER, pages

PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_the_program_says(name: str):
    assert PAGES[name] == (FOLDER / name).read_text(encoding="utf-8"), "run: make reference"


def test_no_page_is_left_behind():
    assert set(PAGES) == {file.name for file in FOLDER.iterdir()}


def test_every_command_has_its_exit_codes_and_every_code_a_meaning():
    assert set(EXITS) == {words for words, _ in commands()}
    told = {code for codes in EXITS.values() for code in codes}
    known = {kind.exit_code for kind in _kinds(ReconcilerError)}
    assert told | known <= MEANINGS.keys()


def _kinds(error: type[ReconcilerError]) -> set[type[ReconcilerError]]:
    return {error, *(each for below in error.__subclasses__() for each in _kinds(below))}


def test_every_limit_is_described():
    assert set(SPEAKS) == set(names())


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str):
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", PAGES[name]):
        file = FOLDER / (target or name)
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", Path(file).read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, anchor


@pytest.mark.parametrize("name", PAGES)
def test_rows_have_as_many_cells_as_their_head(name: str):
    for block in re.findall(r"(?:^\|.*\n)+", PAGES[name], re.MULTILINE):
        assert 1 == len({len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}), block.splitlines()[0]
