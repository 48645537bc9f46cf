"""The rooms of the sandbox stand on one another in one order: what is above may import what is below."""

import re
from pathlib import Path

import pytest

import reconciler.sandbox

FOLDER = Path(reconciler.sandbox.__file__).parent
ORDER = (
    "http",
    "jobs",
    "language",
    "resolvers",
    "bulk",
    "markets",
    "translations",
    "collections",
    "products",
    "media",
    "metaobjects",
    "publications",
    "inventory",
    "metafields",
    "search",
    "shops",
    "faults",
    "storage",
    "wire",
)
_IMPORT = re.compile(r"^\s*(?:from|import) reconciler\.sandbox\.(\w+)", re.MULTILINE)


def test_every_room_has_its_place():
    assert sorted(ORDER) == sorted(path.parent.name for path in FOLDER.glob("*/__init__.py"))


def test_nothing_but_the_entry_stands_outside_a_room():
    assert {"__init__.py", "__main__.py"} == {path.name for path in FOLDER.glob("*.py")}


@pytest.mark.parametrize("room", ORDER)
def test_a_room_imports_only_from_itself_and_below(room):
    below = ORDER[ORDER.index(room) :]
    used = {
        f"{path.name}: {name}"
        for path in (FOLDER / room).glob("*.py")
        for name in _IMPORT.findall(path.read_text(encoding="utf-8"))
        if name not in below
    }
    assert set() == used
