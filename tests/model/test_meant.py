"""What was meant by a name that nothing has."""

import re
from pathlib import Path

from reconciler.model.meant import meant, nearest


def test_the_nearest_name_is_found_whatever_its_capitals():
    assert "Apply" == nearest("APLY", ["plan", "Apply"])


def test_a_name_that_is_near_none_is_told_all_in_their_order():
    assert "expected one of us, eu" == meant("kitchen", ["us", "eu"])
    assert "expected one of eu, us" == meant("kitchen", {"us", "eu"})
    assert "do that" == meant("kitchen", ["us", "eu"], "do that")
    assert "nothing is known here" == meant("kitchen", [])


def test_many_and_long_names_are_shortened():
    hint = meant("?", ["x" * 100, *map(str, range(40))])
    assert "expected one of " + "x" * 57 + "..., 0, 1" == hint[:82]
    assert hint.endswith("28 and 11 more")


def test_nobody_else_looks_for_what_was_meant():
    sources = Path(__file__).parents[2].joinpath("reconciler").rglob("*.py")
    found = [path.name for path in sources if re.search(r"get_close_matches|f\"did you mean", path.read_text("utf-8"))]
    assert ["meant.py"] == found
