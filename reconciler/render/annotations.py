"""Diagnostics as CI shows them: beside the line of a diff (GitHub, GitLab), or among the tests (JUnit).

GitHub shows ten errors and ten warnings of a step and drops the others without a word, so that the tenth says how many
there are. (docs.github.com, workflow commands and their limits; docs.gitlab.com, code quality report; the JUnit schema
that GitLab and Jenkins read; 2026-11)
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from reconciler.model.errors import Diagnostic
from reconciler.render.printable import printable

_SUITE = "reconciler validate"
_SHOWN = 10
_SEVERITIES = {"error": "major", "warning": "minor"}


def github_commands(diagnostics: Sequence[Diagnostic]) -> str:
    """Return a workflow command a diagnostic, each on a line of its own, as many as GitHub shows."""
    return "".join(f"{_command(each)}\n" for each in _few(diagnostics))


def code_quality_report(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the JSON that GitLab shows beside the lines of a merge request."""
    return json.dumps([_finding(each) for each in diagnostics], ensure_ascii=False, indent=2) + "\n"


def junit_report(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the XML of a test suite with a test for each file that is not right; one that passes when all are."""
    by_file: dict[str, list[Diagnostic]] = {}
    for each in diagnostics:
        if each.severity == "error":
            by_file.setdefault(each.place.file if each.place else "the repository", []).append(each)
    cases = [line for file, problems in by_file.items() for line in _case(file, problems)]
    cases = cases or [f"  <testcase classname={quoteattr(_SUITE)} name={quoteattr('every file')}/>"]
    count, failures = max(len(by_file), 1), len(by_file)
    head = f"<testsuite name={quoteattr(_SUITE)} tests={quoteattr(str(count))} failures={quoteattr(str(failures))}>"
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', head, *cases, "</testsuite>", ""])


def _few(diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield as many of each severity as are shown; the last one counts what it stands for."""
    count = Counter(each.severity for each in diagnostics)
    told: Counter[str] = Counter()
    for each in diagnostics:
        told[each.severity] += 1
        if told[each.severity] < _SHOWN or count[each.severity] == _SHOWN:
            yield each
        elif told[each.severity] == _SHOWN:
            more = count[each.severity] - _SHOWN + 1
            yield Diagnostic(f"{more} more {each.severity}s; the summary lists them all", severity=each.severity)


def _finding(each: Diagnostic) -> dict[str, object]:
    file = each.place.file if each.place else "stores"
    line = (each.place.line if each.place else 0) or 1
    words = printable(each.summary + (f"; {each.hint}" if each.hint else ""))
    return {
        "description": words,
        "check_name": _SUITE,
        # The line is no part of it: what moves down in a file is the same problem.
        "fingerprint": hashlib.sha256(f"{file}\0{words}".encode()).hexdigest(),
        "severity": _SEVERITIES[each.severity],
        "location": {"path": file, "lines": {"begin": line}},
    }


def _command(each: Diagnostic) -> str:
    place = each.place
    parts = [("file", place.file)] if place else []
    parts += [("line", str(place.line))] if place and place.line else []
    parts += [("col", str(place.column))] if place and place.column else []
    properties = ",".join(f"{name}={_property(printable(value))}" for name, value in parts)
    words = each.summary + (f"; {each.hint}" if each.hint else "")
    return f"::{each.severity}{f' {properties}' if properties else ''}::{_data(printable(words))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _case(file: str, problems: Sequence[Diagnostic]) -> Iterator[str]:
    named = quoteattr(printable(file))
    yield f"  <testcase classname={quoteattr(_SUITE)} name={named} file={named}>"
    text = "\n".join(printable(str(problem)) for problem in problems)
    yield f"    <failure message={quoteattr(printable(problems[0].summary))}>{escape(text)}</failure>"
    yield "  </testcase>"
