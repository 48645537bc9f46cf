"""Every link of the documentation leads somewhere, and every page is led to."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.docs.pages import ROOT
from tests.docs.picture import LARGEST, PICTURE

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_FENCED = re.compile(r"^(`{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#{1,6} (?P<text>.+)$", re.MULTILINE)


def prose(page: Path) -> str:
    return _CODE.sub("", _FENCED.sub("", page.read_text(encoding="utf-8")))


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield the file and the anchor that each link within the repository leads to."""
    for found in _LINK.finditer(prose(page)):
        target, _, anchor = found["target"].partition("#")
        if not re.match(r"[a-z]+:", target):
            yield (page.parent / target).resolve() if target else page, anchor


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page as GitHub makes them: lower case, spaces to dashes, no punctuation."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    return {_anchor(found["text"]) for found in _HEADING.finditer(text)}


def _anchor(heading: str) -> str:
    kept = (
        each for each in heading.strip().lower() if each in " -_" or unicodedata.category(each)[0] in {"L", "N", "M"}
    )
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path):
    broken = [
        f"{target}#{anchor}"
        for target, anchor in links(page)
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target))
    ]
    assert [] == broken


def test_every_page_can_be_reached_from_the_readme():
    reached, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            ahead += [target for target, _ in links(page)]
            ahead += [
                file for target, _ in links(page) if target.is_dir() for file in target.glob("*.md")
            ]  # a link to a folder shows its files
    assert [] == [str(page.relative_to(ROOT)) for page in PAGES if page not in reached]


def test_the_picture_of_the_readme_comes_at_once_and_is_large_enough_to_read():
    assert LARGEST >= PICTURE.stat().st_size
    with Image.open(PICTURE) as picture:
        assert ("PNG", 1200) == (picture.format, picture.width)
