"""What a job writes for people stays below the limits of its host, and says what it left out."""

import json

from reconciler.model.errors import Diagnostic, Severity
from reconciler.model.origin import Place
from reconciler.render.annotations import code_quality_report, github_commands
from reconciler.render.ci_pages import COMMENT_ROOM, SUMMARY_ROOM, fenced, no_plan, problems_summary, with_failures
from reconciler.render.markdown import MARKER


def problems(count: int, severity: Severity = "error") -> list[Diagnostic]:
    return [Diagnostic(f"problem {n}", Place("stores/eu.yaml", n, 3), "mend it", severity) for n in range(1, count + 1)]


def test_a_summary_is_smaller_than_what_github_takes_and_counts_the_rest():
    text = problems_summary(problems(40_000))
    assert SUMMARY_ROOM - 200 < len(text.encode()) <= SUMMARY_ROOM
    shown = text.count("| problem ")
    assert f"{40_000 - shown:,} more lines … cut here" in text


def test_words_of_a_store_cannot_leave_their_fence_nor_outgrow_a_comment():
    text = no_plan("a" * 40, "```\n<img src=x>\n" + "é" * 100_000 + "\nend")
    assert text.startswith(f"{MARKER}\n### No plan of ")
    assert "\n````text\n```\n" in text
    assert len(text.encode()) <= COMMENT_ROOM
    assert text.endswith("\n````\n")
    assert "\x1b" not in fenced("Apply", "\x1b[31m")


def test_stores_that_were_not_read_are_said_after_the_marker():
    text = with_failures(f"{MARKER}\n### Plan", [("eu", "no *answer*")])
    assert [MARKER, "### Not everything could be read"] == text.splitlines()[:2]
    assert "no &#42;answer&#42;" in text
    assert "### Plan" == text.splitlines()[-1]
    assert "untouched" == with_failures("untouched", [])


def test_github_is_told_ten_of_a_kind_and_the_tenth_counts_the_others():
    lines = github_commands(problems(12) + problems(11, "warning")).splitlines()
    assert (10, 10) == tuple(sum(line.startswith(f"::{kind}") for line in lines) for kind in ("error", "warning"))
    assert "::error::3 more errors; the summary lists them all" in lines
    assert "::warning::2 more warnings; the summary lists them all" in lines
    assert 10 == len(github_commands(problems(10)).splitlines())
    assert "::error file=stores/eu.yaml,line=10,col=3::" in github_commands(problems(10))


def test_gitlab_knows_a_problem_again_that_moved_down():
    first, moved = problems(2)
    same = Diagnostic(first.summary, Place("stores/eu.yaml", 99), first.hint)
    found = json.loads(code_quality_report([first, moved, same, Diagnostic("of no file")]))
    prints = [each["fingerprint"] for each in found]
    assert prints[0] == prints[2] != prints[1]
    assert {"path": "stores/eu.yaml", "lines": {"begin": 1}} == found[0]["location"]
    assert ["major"] * 4 == [each["severity"] for each in found]
