"""Hostile journals: cut, reordered, doubled, of odd bytes or values; whoever reads them says so, and never falls.

Verification finds every change of a journal that is not made anew as a whole. One that is, with hashes that fit, is
read like any other: what stands in it may be anything. ``HOSTILE_INPUTS=100000`` draws a tenth of that for each test.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.app.journal.audit import Wanted, verified, wanted_entries
from reconciler.app.journal.chain import beginning
from reconciler.app.journal.file import Journal
from reconciler.app.journal.known_run import written_by
from reconciler.app.journal.repeated import written_before
from reconciler.app.journal.run_overview import run_overviews, still_taken_back
from reconciler.app.journal.runs import run_of
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.record import Acknowledged, Held, Missing, Record
from reconciler.model.state import Live
from reconciler.planning.ground import Ground
from reconciler.planning.invert import Inversion
from reconciler.render.journal import entries_text
from reconciler.render.run_overview import overview_text
from reconciler.render.style import Style
from tests.app.journal.test_file import CUP, RECORDS, a_journal, begun, requested
from tests.faults.schedules import count_of
from tests.hostile.inputs import edited, rebuilt
from tests.hostile.limits import survived
from tests.render.plans import a_plan

MANY = settings(
    max_examples=max(1, count_of("HOSTILE_INPUTS", otherwise=1_000) // 10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
ALL: list[Record] = [
    *RECORDS,
    replace(begun("r2"), fence=4),
    requested(1, "r2"),
    Held(run="r2", fields={Address("stock", "cup/CUP/berlin"): {"available": 3}}),
    Acknowledged(run="r2", missing=Missing(3, "0" * 64), actor="anna", reason="a fire"),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("journals")
    a_journal(root, ALL)
    return root


def reads(root: Path) -> Iterator[Callable[[], object]]:
    """Yield all that reads a journal, and what goes on with it."""
    journal = Journal(root, "eu")
    noon = datetime(2026, 11, 28, 12, tzinfo=UTC)
    wanted = [Wanted(), Wanted(since=noon, until=noon), Wanted(addresses="product/*", run="r*", actor="a*")]
    yield lambda: verified(journal, ())
    for each in wanted:
        yield lambda each=each: [*entries_text("eu", wanted_entries(journal.entries(), each), Style())]  # type: ignore[misc]
    yield lambda: overview_text(run_overviews(root, ["eu"]), Style())
    yield lambda: still_taken_back(root, "eu", "c1")
    yield lambda: run_of("p1", journal.glances(), noon)
    yield lambda: written_before(a_plan(), journal)
    yield lambda: taken_back(journal)
    yield lambda: appended(journal)


def taken_back(journal: Journal) -> None:
    inversion = Inversion(written_by(journal, "r1"), Ground(), KINDS)
    for root in inversion.roots():
        inversion.group(root, Live(ids={CUP: "gid://shopify/Product/1"}))


def appended(journal: Journal) -> None:
    with suppress(OSError):
        journal.open()
    journal.close()


def spoiled(root: Path, content: bytes, head: bytes | None = None) -> bool:
    """Read a journal of this content by all means; return whether it counts as what was written."""
    file, head_file = root / "journal/eu.jsonl", root / "journal/eu.head"
    before = file.read_bytes(), head_file.read_bytes()
    file.write_bytes(content)
    head_file.write_bytes(before[1] if head is None else head)
    try:
        is_whole = verified(Journal(root, "eu"), ()).broken is None
        for read in reads(root):
            survived(read)
        return is_whole
    finally:
        file.write_bytes(before[0])
        head_file.write_bytes(before[1])


def sealed_anew(documents: list[Any]) -> tuple[bytes, bytes]:
    """Return a journal of these entries with hashes that fit, and its head: as whoever can write it may make one."""
    lines, before = [], beginning("eu").hash
    for number, document in enumerate(documents, 1):
        entry = {**document, "seq": number, "previous": before} if isinstance(document, dict) else {"entry": document}
        entry.pop("hash", None)
        body = json.dumps(entry, separators=(",", ":")).removesuffix("}").encode()
        before = hashlib.sha256(body).hexdigest()
        lines.append(body + b',"hash":"' + before.encode() + b'"}\n')
    return b"".join(lines), f"{len(lines):020d} {before}\n".encode()


@MANY
@given(data=st.data())
def test_whatever_bytes_change_is_found_and_falls_nobody(whole: Path, data: st.DataObject) -> None:
    content = (whole / "journal/eu.jsonl").read_bytes()
    lines = content.splitlines(keepends=True)
    if data.draw(st.booleans()):
        order = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=2 * len(lines)))
        changed = b"".join(lines[number] for number in order)
    else:
        changed = data.draw(edited(content.decode())).encode("utf-8", "surrogatepass")
    is_whole = spoiled(whole, changed)
    assert is_whole is (content == changed[: len(content)] and b"\n" not in changed[len(content) :])


@MANY
@given(data=st.data())
def test_a_journal_that_was_made_anew_may_hold_anything(whole: Path, data: st.DataObject) -> None:
    documents = [json.loads(line) for line in (whole / "journal/eu.jsonl").read_bytes().splitlines()]
    drawn = data.draw(rebuilt(documents))
    spoiled(whole, *sealed_anew(drawn if isinstance(drawn, list) else [drawn]))


@pytest.mark.parametrize("field", ["run", "event", "plan"])
def test_a_name_may_be_no_text(field: str, whole: Path) -> None:
    documents = [json.loads(line) for line in (whole / "journal/eu.jsonl").read_bytes().splitlines()]
    for document in documents[:2]:
        document["record"][field] = []
    assert not spoiled(whole, *sealed_anew(documents))


@pytest.mark.parametrize(
    "odd", ["1e999", "-1", "9" * 5000, "[" * 5000 + "]" * 5000, '"1"', '{"a":' * 900 + "1" + "}" * 900]
)
def test_a_number_of_a_request_may_be_anything(odd: str, whole: Path) -> None:
    documents = [json.loads(line) for line in (whole / "journal/eu.jsonl").read_bytes().splitlines()]
    documents[1]["record"]["request"] = "@"
    content, head = sealed_anew(documents)
    assert not spoiled(whole, content.replace(b'"@"', odd.encode()), head)
