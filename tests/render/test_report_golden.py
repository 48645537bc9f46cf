"""Reports and diagnostics as people read them."""

from typing import Any

import pytest

from reconciler.model.errors import Diagnostic
from reconciler.model.origin import Place
from reconciler.model.outcome import AlreadySo, Applied, ApplyReport, Failed, Outcome, Skipped, Stale
from reconciler.render.diagnostics import diagnostics_text
from reconciler.render.report import report_text
from reconciler.render.style import Style
from tests.render.plans import a_plan, an_address, an_update

ADDRESSES = [an_address(f"variant/linen-shirt/LS-{number:02}") for number in range(20)]
PLAN = a_plan(*(an_update(str(address)) for address in ADDRESSES))


def a_report(*outcomes: Outcome, **parts: Any) -> ApplyReport:
    usual: dict[str, Any] = {"left_over": (), "mutations": 3, "requests": 9, "cost_points": 120}
    return ApplyReport("eu", PLAN.digest, outcomes, **{**usual, **parts})


def of_all_kinds() -> ApplyReport:
    stale = "price is now 45.00, the plan expected 49.00; run plan again"
    return a_report(
        *(Applied(address) for address in ADDRESSES[:5]),
        AlreadySo(ADDRESSES[5]),
        Stale(ADDRESSES[6], stale),
        Stale(ADDRESSES[7], stale.replace("45", "44")),
        Failed(ADDRESSES[8], "the store says:\n\x1b[2Jprice must be less than 1,000,000"),
        *(Skipped(address, "not tried: 403, the token has no write_products") for address in ADDRESSES[9:18]),
        left_over=tuple(ADDRESSES[6:]),
        notes=("the lease was taken over from a run that ended",),
    )


REPORTS = {
    "report-done": lambda: a_report(*(Applied(address) for address in ADDRESSES)),
    "report-of-all-kinds": of_all_kinds,
    "report-unverified": lambda: a_report(*(Applied(address) for address in ADDRESSES), verified=False),
    "report-left-over": lambda: a_report(*(Applied(address) for address in ADDRESSES), left_over=(ADDRESSES[0],)),
    "report-not-recorded": lambda: a_report(*(Applied(address) for address in ADDRESSES), recorded=False),
    "report-only-marked": lambda: a_report(
        Stale(ADDRESSES[0], "title is now Theirs; run plan again", marked=True),
        Failed(ADDRESSES[1], "the store refused it", marked=True),
        Failed(ADDRESSES[2], "the store refused it"),
    ),
    "report-gone-on-with": lambda: a_report(
        AlreadySo(ADDRESSES[0]), Stale(ADDRESSES[1], "title is now Theirs; run plan again"), earlier=(ADDRESSES[0],)
    ),
    "report-in-doubt": lambda: a_report(Stale(ADDRESSES[0], "title is now Theirs; run plan again"), in_doubt=2),
    "report-nothing-applied": lambda: a_report(*(Skipped(address, "not tried: 401") for address in ADDRESSES)),
    "report-many-reasons": lambda: a_report(
        *(Failed(address, f"refused, request {address.key}") for address in ADDRESSES[:12])
    ),
}


@pytest.mark.parametrize("case", REPORTS)
def test_a_report_reads_as_its_golden_file_says(case, golden):
    golden(case, report_text(REPORTS[case](), PLAN, Style(), limit=8))


def test_a_report_of_a_plan_without_changes_claims_no_look_that_nobody_made(golden):
    golden("report-no-changes", report_text(a_report(verified=None), a_plan(), Style(), limit=8))


DIAGNOSTICS = (
    Diagnostic(
        "sku 0012 was read as the number 12 and lost its zeros",
        Place("catalog/products/linen-shirt.yaml", 8, 10),
        'quote it: "0012"',
    ),
    Diagnostic("price is missing", Place("catalog/products/linen-shirt.yaml", 12)),
    Diagnostic("channel web\x1b[31m is not used", Place("stores/eu.yaml"), severity="warning"),
    Diagnostic("no store was found", hint="write stores/NAME.yaml"),
)


def test_diagnostics_read_as_their_golden_file_says(golden):
    lines = {8: "  - sku: 0012\n         ^", 12: None}
    golden("diagnostics", diagnostics_text(DIAGNOSTICS, Style(), lambda place: lines.get(place.line)))


def test_problems_and_files_are_counted():
    assert "2 problems in 1 file\n" == diagnostics_text(DIAGNOSTICS[:2], Style()).splitlines(keepends=True)[-1]


def test_many_problems_that_say_the_same_are_told_as_the_first_ones_and_their_number():
    alike = [
        Diagnostic(f"price of variant/cup/C-{n} has EUR {n}.00, not USD", Place(f"{file}.yaml", n), "add USD")
        for file in ("a", "b", "c")
        for n in range(1, 40)
    ]
    other = Diagnostic("price is missing", Place("b.yaml", 50))
    said = diagnostics_text([*alike, other], Style()).splitlines()
    assert [
        "a.yaml:1: price of variant/cup/C-1 has EUR 1.00, not USD",
        "    hint: add USD",
        "a.yaml:2: price of variant/cup/C-2 has EUR 2.00, not USD",
        "    hint: add USD",
        "a.yaml:3: price of variant/cup/C-3 has EUR 3.00, not USD",
        "    hint: add USD",
        "    and 114 more of the same in 3 files; --json has them all",
        "",
        "b.yaml:50: price is missing",
        "",
        "118 problems in 3 files",
    ] == said


def test_a_few_problems_that_say_the_same_are_told_one_by_one():
    few = [Diagnostic("price is missing", Place("a.yaml", n)) for n in range(1, 6)]
    assert 5 == diagnostics_text(few, Style()).count("price is missing")


def test_no_problem_is_said_so():
    assert "No problems.\n" == diagnostics_text((), Style())
