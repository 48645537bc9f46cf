"""What counts as printed alike, and that an example that is not so any more is found."""

from pathlib import Path

import pytest

from tests.docs.likeness import anew, fits, learned, renamed
from tests.docs.pages import Block, read_page
from tests.docs.test_examples import Try

ALIKE = {
    "a commit": ("commit 313bba4a1726, dirty", "commit c6ace5d09e91, dirty"),
    "a run": ("run 20261128T061500Z-ab12cd-0f3e", "run 20271201T000000Z-000000-1111"),
    "a time": ("at 2026-11-28 10:20:26", "at 2027-01-01 00:00:00"),
    "a time as machines spell it": (
        "as it was at 2026-11-28T16:17:29+00:00, 59",
        "as it was at 2027-01-01T00:00:00+00:00, 59",
    ),
    "a day": ("accepted until 2026-12-28", "accepted until 2027-01-28"),
    "a port": ("http://127.0.0.1:8899/eu", "http://127.0.0.1:40001/eu"),
    "an id": ("gid://shopify/Product/9000000000001", "gid://shopify/Product/7000000000002"),
    "lines left out": ("first\n[...]\nlast", "first\nsecond\nthird\nlast"),
    "nothing left out": ("first\n[...]\nlast", "first\nlast"),
    "blanks at the end": ("told", "told  \n\n"),
}
OTHERWISE = {
    "a price": ("89.00 → 84.00 EUR", "89.00 → 84.01 EUR"),
    "a count": ("25 requests", "26 requests"),
    "a word": ("1 applied", "1 failed"),
    "a line more": ("told", "told\nmore"),
    "another beginning": ("first\n[...]\nlast", "second\nlast"),
    "another end": ("first\n[...]\nlast", "first\nlast\nmore"),
    "beginning and end are one line": ("same\n[...]\nsame", "same"),
    "a short number": ("123456 pieces", "123457 pieces"),
}


@pytest.mark.parametrize(("shown", "printed"), ALIKE.values(), ids=ALIKE)
def test_what_is_never_the_same_twice_is_alike(shown: str, printed: str):
    assert fits(shown.split("\n"), printed.split("\n"))


@pytest.mark.parametrize(("shown", "printed"), OTHERWISE.values(), ids=OTHERWISE)
def test_anything_else_has_to_be_the_same(shown: str, printed: str):
    assert not fits(shown.split("\n"), printed.split("\n"))


def test_written_anew_a_page_leaves_out_as_much_as_before():
    printed = ["a", "b", "c", "d", "e", ""]
    assert ["a", "b", "[...]", "e"] == anew(["x", "y", "[...]", "z"], printed)
    assert ["a", "b", "c", "d", "e"] == anew(["?"], printed)


def test_a_later_command_may_name_what_an_earlier_one_made():
    shown = ["run 20261128T061500Z-ab12cd-0f3e", "[...]", "commit 313bba4a1726"]
    printed = ["run 20271201T000000Z-000000-1111", "9 applied", "commit c6ace5d09e91"]
    called = learned(shown, printed)
    typed = "reconciler rollback 20261128T061500Z-ab12cd-0f3e && git revert 313bba4a1726"
    assert "reconciler rollback 20271201T000000Z-000000-1111 && git revert c6ace5d09e91" == renamed(typed, called)


PAGE = """\
<!-- stores: empty -->
```console
$ true    # all is well
$ printf 'one\\n
> two\\n'
one
two
$ false   # exit code 1
```
<!-- not run: it takes for ever -->
```
$ sleep inf
```
```text
not typed
```
"""


def test_a_page_is_read_as_a_reader_would(tmp_path: Path):
    (tmp_path / "page.md").write_text(PAGE)
    page = read_page(tmp_path / "page.md")
    played, waiting, text = page.blocks
    assert page.begins_empty
    assert [(3, 0, ()), (4, 0, ("one", "two")), (8, 1, ())] == [
        (each.line, each.exit_code, each.shown) for each in played.commands()
    ]
    assert ("not run", "it takes for ever", False) == (waiting.word, waiting.rest, waiting.is_played)
    assert (True, False) == (played.is_played, text.is_played)


def test_a_block_of_commands_without_a_prompt_is_refused():
    with pytest.raises(ValueError, match="expected `\\$ `"):
        list(Block(1, "sh", ("reconciler plan",)).commands())


@pytest.mark.parametrize(("printed", "code"), [(["one"], 0), (["one", "two"], 1), (["one", "three"], 0)])
def test_an_example_that_is_not_so_any_more_is_found(printed: list[str], code: int, tmp_path: Path):
    (tmp_path / "page.md").write_text(PAGE)
    command = list(read_page(tmp_path / "page.md").blocks[0].commands())[1]
    assert Try(command, ["one", "two"], 0).as_shown
    assert not Try(command, printed, code).as_shown
