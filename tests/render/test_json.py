"""The documents behind ``--json``."""

import json

import pytest

from reconciler.model.errors import (
    Diagnostic,
    InvalidInput,
    LimitBroken,
    PlanRefused,
    ReconcilerError,
    StoreRefused,
    WrongUsage,
)
from reconciler.model.origin import Place
from reconciler.model.outcome import Applied, ApplyReport, Failed, Stale
from reconciler.render.json import error_document, failure_document, report_document
from tests.render.plans import an_address

DIAGNOSTIC = Diagnostic("price is missing", Place("catalog/a.yaml", 3), "give it one")


def test_a_report_is_told_whole():
    shirt, hat, scarf = (an_address(f"product/{key}") for key in ("shirt", "hat", "scarf"))
    outcomes = (Applied(shirt), Failed(hat, "title is taken"), Stale(scarf, "title is Scarf now", marked=True))
    report = ApplyReport(
        "eu", "abc", outcomes, (hat,), mutations=4, requests=4, cost_points=31, bookkeeping=2, run="r1"
    )
    expected = {
        "store": "eu",
        "plan": "abc",
        "run": "r1",
        "complete": False,
        "verified": True,
        "recorded": True,
        "earlier": [],
        "in_doubt": 0,
        "counts": {"applied": 1, "already-so": 0, "stale": 1, "failed": 1, "skipped": 0},
        "requests": 4,
        "mutations": 4,
        "bookkeeping": 2,
        "cost_points": 31,
        "left_over": ["product/hat"],
        "notes": [],
        "outcomes": [
            {"address": "product/shirt", "result": "applied"},
            {"address": "product/hat", "result": "failed", "reason": "title is taken", "marked": False},
            {
                "address": "product/scarf",
                "result": "stale",
                "reason": "it carries our mark now, but not all of the rest is as planned: title is Scarf now",
                "marked": True,
            },
        ],
    }
    assert json.dumps(expected) == json.dumps(report_document(report))


def test_an_unknown_line_is_null_and_not_zero():
    document = error_document(InvalidInput([Diagnostic("empty", Place("a.yaml"))]))
    assert '"file": "a.yaml", "line": null, "column": null' in json.dumps(document)


@pytest.mark.parametrize(
    ("error", "kind", "exit_code"),
    [
        (ReconcilerError("x"), "reconciler-error", 1),
        (LimitBroken("x"), "limit-broken", 4),
        (PlanRefused("x"), "plan-refused", 5),
        (StoreRefused("x"), "store-refused", 7),
        (WrongUsage("x"), "wrong-usage", 64),
    ],
)
def test_an_error_has_a_kind_and_an_exit_code(error, kind, exit_code):
    expected = {"error": {"kind": kind, "message": "x", "exit_code": exit_code, "diagnostics": []}}
    assert expected == error_document(error)


def test_a_problem_of_files_carries_every_diagnostic():
    expected = {
        "severity": "error",
        "file": "catalog/a.yaml",
        "line": 3,
        "column": None,
        "summary": "price is missing",
        "hint": "give it one",
    }
    message = "catalog/a.yaml:3: price is missing; give it one"
    assert {
        "error": {"kind": "invalid-input", "message": message, "exit_code": 3, "diagnostics": [expected]}
    } == error_document(InvalidInput([DIAGNOSTIC]))


def test_a_failure_without_a_class_is_told_alike():
    expected = {"error": {"kind": "unexpected", "message": "x", "exit_code": 1, "diagnostics": []}}
    assert expected == failure_document("unexpected", "x", exit_code=1)
