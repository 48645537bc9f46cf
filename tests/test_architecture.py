"""The house keeps its rules, and each rule bites when it is broken."""

from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import MAY_IMPORT, ORDER_OF_APP, PURE, ROOMS_OF_LIBRARY, Source, long_functions, violations

TESTS = Path(__file__).parent


def a_package(root: Path, files: dict[str, str]) -> Path:
    """A package folder holding these modules."""
    package = root / "reconciler"
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return package


def found(root: Path, files: dict[str, str]) -> list[str]:
    return [str(violation) for violation in violations(a_package(root, files))]


def test_the_package_keeps_every_rule():
    assert [] == [str(violation) for violation in violations(architecture.PACKAGE)]


def test_the_tests_switch_no_check_off_silently():
    modules = [
        Source(path.relative_to(TESTS.parent).as_posix(), path.with_suffix("").parts, path.read_text(encoding="utf-8"))
        for path in sorted(TESTS.rglob("*.py"))
    ]
    assert [] == [str(each) for module in modules for each in architecture.comment_violations(module)]


def test_an_empty_package_breaks_nothing(tmp_path):
    assert [] == found(tmp_path, {"__init__.py": '"""Nothing yet."""\n'})


@pytest.mark.parametrize(
    ("room", "other"),
    [
        (room, other)
        for room, allowed in MAY_IMPORT.items()
        for other in MAY_IMPORT
        if not room.startswith("_") and not other.startswith("_") and other not in allowed | {room}
    ],
)
def test_a_room_may_not_import_one_it_does_not_know(tmp_path, room, other):
    within = "journal" if room == "app" else "x"
    file = f"{room}/{within}/a.py"
    messages = found(tmp_path, {f"{room}/__init__.py": "", file: f"from reconciler.{other} import thing\n"})
    assert [True] == [
        f"may not import {other}" in text or "sandbox is a leaf" in text for text in messages if "MODULES" not in text
    ]


@pytest.mark.parametrize(
    ("room", "other"), [(room, other) for room, allowed in MAY_IMPORT.items() for other in sorted(allowed)]
)
def test_a_room_may_import_what_the_map_allows(tmp_path, room, other):
    name = f"{room}.py" if room.startswith("_") else f"{room}/__init__.py"
    assert [] == found(tmp_path, {name: f"from reconciler.{other} import thing\nimport reconciler.{room}\n"})


@pytest.mark.parametrize(
    "statement",
    [
        "import reconciler.shopify.client",
        "import reconciler.shopify as s",
        "from reconciler import shopify",
        "from reconciler.shopify import client",
        "from reconciler.shopify.client import send",
        "from .. import shopify",
        "from ..shopify import client",
        "def late():\n    from reconciler.shopify import client",
        "if TYPE_CHECKING:\n    from reconciler.shopify import client",
        "try:\n    import reconciler.shopify\nexcept ImportError:\n    pass",
        "importlib.import_module('reconciler.shopify.client')",
        "__import__('reconciler.shopify')",
    ],
)
def test_no_spelling_of_an_import_escapes(tmp_path, statement):
    messages = found(tmp_path, {"planning/a.py": f"{statement}\n"})
    assert 1 == len(messages)
    assert "planning may not import shopify; it may import model" in messages[0]


@pytest.mark.parametrize(
    ("room", "library"),
    [
        (room, library)
        for library, rooms in ROOMS_OF_LIBRARY.items()
        for room in MAY_IMPORT
        if room not in rooms and not room.startswith("_")
    ],
)
def test_a_library_stays_in_its_room(tmp_path, room, library):
    messages = found(tmp_path, {f"{room}/__init__.py": f"from {library}.part import thing\n"})
    assert any(f"{room} may not import {library}; only" in text for text in messages)


def test_a_library_may_be_used_in_its_room(tmp_path):
    files = {f"{room}/__init__.py": "" for rooms in ROOMS_OF_LIBRARY.values() for room in rooms if room[0] != "_"}
    for library, rooms in ROOMS_OF_LIBRARY.items():
        for room in rooms - {"__main__", "__init__"}:
            files[f"{room}/__init__.py"] += f"import {library}\n"
    assert [] == found(tmp_path, files)


def test_every_room_of_the_app_has_its_place():
    rooms = {path.parent.name for path in (architecture.PACKAGE / "app").glob("*/__init__.py")}
    assert sorted(ORDER_OF_APP) == sorted(rooms)


@pytest.mark.parametrize("file", ["app/loose.py", "app/attic/a.py"])
def test_no_module_of_the_app_stands_outside_a_room(tmp_path, file):
    (message,) = found(tmp_path, {file: "from reconciler.app.unattended import thing\n"})
    assert "is no room of app; put it into one of unattended, importing" in message


@pytest.mark.parametrize(
    ("room", "above"), [(room, above) for at, room in enumerate(ORDER_OF_APP) for above in ORDER_OF_APP[:at]]
)
def test_a_room_of_the_app_imports_nothing_from_above(tmp_path, room, above):
    late = f"def late():\n    from reconciler.app.{above} import thing\n"
    messages = found(tmp_path, {f"app/{room}/a.py": late})
    assert [f"reconciler/app/{room}/a.py:2: app/{room} stands below app/{above} and may not import it"] == messages


@pytest.mark.parametrize(
    ("room", "below"), [(room, below) for at, room in enumerate(ORDER_OF_APP) for below in ORDER_OF_APP[at:]]
)
def test_a_room_of_the_app_imports_from_itself_and_below(tmp_path, room, below):
    assert [] == found(tmp_path, {f"app/{room}/a.py": f"from reconciler.app.{below} import thing\n"})


@pytest.mark.parametrize("room", sorted(PURE))
@pytest.mark.parametrize(
    "statement",
    [f"import {module}" for module in sorted(architecture.IMPURE)]
    + ["from os.path import join", "from urllib.request import urlopen", "from logging import getLogger"]
    + ["import pathlib", "from pathlib import Path", "from pathlib import PurePath"]
    + ["open('x')", "datetime.now()", "datetime.datetime.now(tz)", "date.today()"],
)
def test_a_pure_room_does_no_io(tmp_path, room, statement):
    assert any(f"{room} is pure" in text for text in found(tmp_path, {f"{room}/__init__.py": f"{statement}\n"}))


@pytest.mark.parametrize(
    "statement", ["from pathlib import PurePosixPath", "from urllib.parse import urlsplit", "import datetime"]
)
def test_a_pure_room_may_compute(tmp_path, statement):
    assert [] == found(tmp_path, {"planning/a.py": f"{statement}\n"})


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        # Sources that break a rule, as text for the checker; none of them is run, and none switches a check off here.
        ("app/journal/a.py", "import pandas\n", "pandas is a new dependency"),
        ("model/a.py", "import orjson\n", "model may not import orjson"),
        ("sandbox/a.py", "from reconciler import __version__\n", "the sandbox is a leaf"),
        ("engine/a.py", "", "engine is not a room"),
        ("loose.py", "", "loose is not a room"),
        ("app/journal/a.py", "def f():\n    print('x')\n", "app/journal/a.py:2: print outside cli"),
        ("app/journal/a.py", "try:\n    f()\nexcept Exception:\n    g()\n", "app/journal/a.py:3: catches everything"),
        ("app/journal/a.py", "try:\n    f()\nexcept (KeyError, BaseException) as e:\n    g()\n", "catches everything"),
        ("app/journal/a.py", "try:\n    f()\nexcept:\n    g()\n", "catches everything"),
        (
            "app/journal/a.py",
            "try:\n    f()\nexcept BaseException as e:\n    raise Broken from None\n",
            "catches everything",
        ),
        ("app/journal/a.py", "try:\n    f()\nexcept Exception as e:\n    raise Broken from f\n", "catches everything"),
        ("cli/main.py", "try:\n    f()\nexcept Exception:\n    g()\n" * 2, "cli/main.py:7: catches everything"),
        ("app/journal/a.py", "x = 1  # type: ignore\n", "names no code"),
        ("app/journal/a.py", "x = 1  # pragma: no cover\n", "hides untested code"),
        ("app/journal/a.py", "x = 1\n" * 401, "has 401 lines"),
        *[(f"app/journal/{name}.py", "", f"{name} is a drawer") for name in sorted(architecture.DRAWERS)],
        ("app/journal/utils/a.py", "", "utils is a drawer"),
    ],
)
def test_the_rule_bites(tmp_path, file, text, complaint):
    messages = found(tmp_path, {file: text})
    assert 1 == len(messages)
    assert complaint in messages[0]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        # Sources that break none: the command line has one place for bugs of ours, and text is no comment.
        ("cli/a.py", "print('x')\n"),
        ("cli/main.py", "try:\n    f()\nexcept Exception:\n    g()\n"),
        ("app/journal/a.py", "try:\n    f()\nexcept (KeyError, ValueError):\n    g()\n"),
        ("app/journal/a.py", "try:\n    f()\nexcept BaseException:\n    undo()\n    raise\n"),
        ("app/journal/a.py", "try:\n    f()\nexcept Exception as e:\n    raise Broken(told()) from e\n"),
        ("app/journal/a.py", "x = 1  # type: ignore[assignment]\n"),
        ("app/journal/a.py", "x = 'pragma: no cover, type: ignore'\n"),
        ("app/journal/a.py", "x = 1\n" * 400),
        ("app/journal/database.py", ""),
    ],
)
def test_the_rule_forgives_what_is_allowed(tmp_path, file, text):
    assert [] == found(tmp_path, {file: text})


KINDS = "from reconciler.kinds import image, variant as variants\nMODULES: tuple[M, ...] = (image, variants)\n"


@pytest.mark.parametrize(
    "listing",
    [KINDS, "MODULES = ('image', 'variant')\n", "import reconciler.kinds\nMODULES = (kinds.image, variant)\n"],
)
def test_kinds_that_are_listed_are_fine(tmp_path, listing):
    assert [] == found(tmp_path, {"kinds/__init__.py": listing, "kinds/image.py": "", "kinds/variant.py": ""})


def test_a_kind_must_be_listed(tmp_path):
    messages = found(
        tmp_path, {"kinds/__init__.py": "MODULES = (image,)\n", "kinds/image.py": "", "kinds/stock.py": ""}
    )
    assert ["reconciler/kinds/stock.py:1: stock is missing from MODULES in reconciler/kinds/__init__.py"] == messages


def test_a_listed_kind_must_exist(tmp_path):
    messages = found(tmp_path, {"kinds/__init__.py": "MODULES = (image,)\n"})
    assert ["reconciler/kinds/__init__.py:1: MODULES names image, which is no module of reconciler/kinds"] == messages


@pytest.mark.parametrize(
    "statement",
    [
        "from reconciler.kinds import stock",
        "from reconciler.kinds.stock import KIND",
        "import reconciler.kinds.stock",
        "import reconciler.kinds",
        "from . import stock",
        "from .stock import KIND",
    ],
)
def test_kinds_never_import_one_another(tmp_path, statement):
    files = {
        "kinds/__init__.py": "MODULES = (image, stock)\n",
        "kinds/stock.py": "",
        "kinds/image.py": f"{statement}\n",
    }
    messages = found(tmp_path, files)
    assert 1 == len(messages)
    assert "kinds/image.py:1: kinds never import one another" in messages[0]


def test_long_functions_are_reported_and_forgiven(tmp_path):
    package = a_package(
        tmp_path, {"app/journal/a.py": "def long():\n" + "    x = 1\n" * 30 + "\ndef short():\n    pass\n"}
    )
    assert ["reconciler/app/journal/a.py:1: long has 31 lines; 30 is what fits the eye"] == [
        str(n) for n in long_functions(package)
    ]
    assert [] == violations(package)
