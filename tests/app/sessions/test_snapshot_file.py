"""Snapshot files: read as they were written, and refused by half, edited, or of something else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from reconciler.app.sessions.snapshot import for_stores
from reconciler.app.sessions.snapshot_file import About, Snapshot, opened, writing_snapshot
from reconciler.model.errors import SnapshotRefused, WrongUsage
from reconciler.shopify.recording import Answered, Kept, Refusal

ABOUT: Final = About(
    taken_at="2026-11-28T12:00:00+00:00",
    engine="1.0",
    store="eu",
    url="https://eu.example.com",
    shop_id="gid://shopify/Shop/1",
    api_version="2026-10",
    questions="0" * 64,
    kinds=("product", "redirect"),
)
WHO: Final = "query Who { shop { id } }"


def a_root(number: int, kind: str = "product", piece: int = 0) -> Kept:
    root_id = f"gid://shopify/{kind.title()}/{number}"
    return Kept(kind, piece, root_id, is_alone=False, held={root_id: {"id": root_id, "title": f'No. {number} "ø"'}})


def a_snapshot(folder: Path, about: About = ABOUT) -> Path:
    file = folder / f"{about.store}.jsonl"
    with writing_snapshot(file) as writer:
        writer.about(about)
        writer.answer(Answered(WHO, {"after": None}, {"shop": {"id": "1"}}))
        for number in (3, 1, 2):
            writer.root(a_root(number))
        writer.root(a_root(7, piece=1))
        writer.root(a_root(5, "redirect"))
        writer.refused("redirect", Refusal("a scope is missing", "grant it"))
        writer.seal()
    return file


def pages(snapshot: Snapshot, kind: str, piece: int = 0) -> list[list[str]]:
    found: list[list[str]] = []
    after: int | None = None
    while True:
        page, after = snapshot.page(kind, piece, after, 2)
        found.append([kept.id.rpartition("/")[2] for kept in page])
        if after is None or not page:
            return found


def test_what_was_written_is_read_in_pages_by_id_and_as_answers(tmp_path):
    with opened(a_snapshot(tmp_path)) as snapshot:
        assert ABOUT == snapshot.about
        assert [["3", "1"], ["2"]] == pages(snapshot, "product")
        assert [["7"]] == pages(snapshot, "product", 1)
        assert [[]] == pages(snapshot, "collection")
        assert a_root(1) == snapshot.find("product", "gid://shopify/Product/1")
        assert snapshot.find("product", "gid://shopify/Product/9") is None
        assert snapshot.find("collection", "gid://shopify/Product/1") is None
        answered = snapshot.answered(WHO, {"after": None})
        assert answered is not None
        assert {"shop": {"id": "1"}} == answered.data
        assert snapshot.answered(WHO, {"after": "x"}) is None


def test_a_kind_that_was_not_read_to_its_end_ends_with_an_empty_page(tmp_path):
    with opened(a_snapshot(tmp_path)) as snapshot:
        assert [["5"], []] == pages(snapshot, "redirect")
        assert Refusal("a scope is missing", "grant it") == snapshot.refusal("redirect")


def test_the_same_store_gives_the_same_bytes(tmp_path):
    first = a_snapshot(tmp_path / "a").read_bytes()
    assert first == a_snapshot(tmp_path / "b").read_bytes()


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda content: b"".join(change(content.splitlines(keepends=True)))


DAMAGE: Final[dict[str, tuple[Callable[[bytes], bytes], str]]] = {
    "nothing": (lambda content: b"", r"eu.jsonl:1: not a snapshot"),
    "a plan": (lambda content: b'{"format": "reconciler-plan/1"}', r"eu.jsonl:1: not a snapshot"),
    "a list": (lambda content: b"[1]\n", r"eu.jsonl:1: not a snapshot"),
    "an older format": (
        lambda content: content.replace(b"snapshot/1", b"snapshot/0"),
        r"eu.jsonl:1: the format is reconciler-snapshot/0, expected reconciler-snapshot/1; make a new one",
    ),
    "no shop": (lambda content: content.replace(b'"shop_id":"gid://shopify/Shop/1",', b""), r"eu.jsonl:1: shop_id"),
    "cut within a line": (lambda content: content[:-200], r"eu.jsonl:\d: ends here, .* it was cut short; make a new"),
    "cut between lines": (_lines(lambda lines: lines[:4]), r"eu.jsonl:4: ends here"),
    "without its last break": (lambda content: content[:-1], r"eu.jsonl:9: ends here"),
    "an edited title": (
        lambda content: content.replace(b"No. 2", b"No. 4"),
        r"eu.jsonl: changed after it was written: its lines have the SHA-256 \w{12}, and line 9 says \w{12} of 8 lines",
    ),
    "a line less": (_lines(lambda lines: [*lines[:3], *lines[4:]]), "changed after it was written"),
    "no JSON": (lambda content: content.replace(b'{"answer"', b"{answer"), r"eu.jsonl:2: not a line of a snapshot"),
    "a line of something else": (
        _lines(lambda lines: [lines[0], b'{"x": 1}\n', *lines[1:]]),
        r"eu.jsonl:2: not a line of a snapshot",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_not_as_it_was_written_is_refused(name, tmp_path):
    damage, message = DAMAGE[name]
    file = a_snapshot(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(SnapshotRefused, match=message) as refused:
        opened(file)
    assert 5 == refused.value.exit_code


def test_two_snapshots_of_a_store_are_one_too_many(tmp_path):
    files = [a_snapshot(tmp_path / "a"), a_snapshot(tmp_path / "b")]
    with pytest.raises(WrongUsage, match="a second snapshot of store eu"), for_stores(files):
        pass
    other = a_snapshot(tmp_path / "c", replace(ABOUT, store="us"))
    with for_stores([files[0], other]) as found:
        assert ["eu", "us"] == list(found)


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(WrongUsage, match=r"eu.jsonl: the snapshot cannot be read: No such file"):
        opened(tmp_path / "eu.jsonl")


def test_one_that_breaks_off_while_it_is_written_leaves_the_old_one(tmp_path):
    file = a_snapshot(tmp_path)
    before = file.read_bytes()
    with pytest.raises(TypeError), writing_snapshot(file) as writer:
        writer.root(replace(a_root(1), held={"x": object()}))
    assert (before, [file]) == (file.read_bytes(), list(tmp_path.iterdir()))


def test_the_cure_names_the_store_as_a_shell_takes_it(tmp_path):
    cut = a_snapshot(tmp_path)
    cut.write_bytes(cut.read_bytes()[:-10])
    with pytest.raises(SnapshotRefused, match=r"make a new one: reconciler snapshot eu$"):
        opened(cut)
    odd = a_snapshot(tmp_path, replace(ABOUT, store="eu; ls"))
    odd.write_bytes(odd.read_bytes()[:-10])
    with pytest.raises(SnapshotRefused, match=r"make a new one: reconciler snapshot 'eu; ls'$"):
        opened(odd)
    old = tmp_path / "old.jsonl"
    old.write_text('{"format": "reconciler-snapshot/0", "store": "us"}\n')
    with pytest.raises(SnapshotRefused, match=r"make a new one: reconciler snapshot us$"):
        opened(old)
    old.write_text('{"format": "reconciler-snapshot/0"}\n')
    with pytest.raises(SnapshotRefused, match=r"make a new one with `reconciler snapshot` and the name of its store$"):
        opened(old)
