"""What apply says of a store that was written, and failed all the same: each thing once."""

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.app.journal.file import JournalFailed
from reconciler.app.stores.fleet import Failure, FleetResult, failures_noted
from reconciler.cli import apply, ci
from reconciler.cli.options import Common
from reconciler.cli.progress import Progress
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import Applied, ApplyReport
from reconciler.model.plan import Target
from tests.render.plans import a_plan

PLANS = [a_plan(target=Target(name, "gid://shopify/Shop/1", "2026-10", "EUR")) for name in ("eu", "us")]
OUT = JournalFailed("artefacts/eu: the log has a hole", "bring it home")
OUT.add_note("noted beside it")
FLEET = failures_noted(
    FleetResult(
        (ApplyReport("eu", "1", (Applied(Address("product", "shirt")),), (), 1, 1, 10),),
        (Failure("eu", OUT), Failure("us", ReconcilerError("store us: it does not answer"))),
    )
)


def applied(root: Path, *, as_json: bool = False) -> int:
    """Apply through a session that has come to its end."""
    (root / "stores").mkdir(exist_ok=True)
    common = Common(root, as_json, verbose=False)
    session: Any = SimpleNamespace(applied=lambda plans, accepted: FLEET if plans and not accepted else None)
    return apply._apply(common, session, Progress(common), PLANS, ())


def times(text: str, *said: str) -> Sequence[int]:
    return [text.count(each) for each in said]


def test_an_error_that_a_report_holds_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert apply.EXIT_PARTIAL == applied(tmp_path)
    out, err = capsys.readouterr()
    assert [1, 1, 1] == times(out + err, OUT.message(), "\n  noted beside it\n", "error: store us: it does not answer")
    assert "What was done is not recorded in full; the notes say why." in out


def test_a_job_says_it_once_too():
    text = "\n".join(ci._told(FLEET, PLANS))
    assert [1, 1, 1] == times(text, OUT.message(), "\n  noted beside it\n", "error: store us: it does not answer")


def test_a_program_reads_it_as_an_error_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    applied(tmp_path, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert ["eu", "us"] == [each["store"] for each in document["errors"]]
    assert [False] == [each["recorded"] for each in document["reports"]]
