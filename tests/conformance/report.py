"""docs/conformance.md: the score of each root and the reason of each miss, written and read back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from tests.conformance.reasons import Reasons
from tests.conformance.replay import Outcome, Verdict
from tests.conformance.roots import CORE
from tests.conformance.score import Score, by_domain, by_root, percent, total

KEPT = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"
_HEAD = """# The embedded store against recorded traffic

`make conformance` wrote this file; a test fails when a root scores less than it says. It replays interactions that
real Shopify stores answered, each scenario in a fresh shop, and holds the answers against the recorded ones: objects
by key, lists by position, values strictly, ids one-to-one. What the recording marks as never the same twice is not
compared, nor is what a map says of an address: coordinates and suggestions. The recordings are no part of this
repository: `RECONCILER_CONFORMANCE` names the folder that holds them.

A root's score is the share of the steps that ask for it and are answered wholly as recorded. A step that asks for
several roots counts for each. The total is the average over the core roots.
"""
_ROW = re.compile(r"^\| `(?P<root>\w+)` \| (?P<matched>\d+) \| (?P<counted>\d+) \|", re.MULTILINE)


def text(outcomes: Sequence[Outcome], reasons: Reasons) -> str:
    """Return the whole report."""
    scores = by_root(outcomes)
    core = {root: score for root, score in scores.items() if root in CORE}
    parts = [_HEAD, f"**Total: {percent(total(scores))}**\n"]
    parts.append("## Core roots\n\n" + _table(core))
    silent = sorted(CORE - core.keys())
    if silent:
        parts.append(f"No counted step asks for {', '.join(f'`{root}`' for root in silent)}.\n")
    parts.append("## Other roots\n\n" + _table({root: one for root, one in scores.items() if root not in CORE}))
    parts.append("## Domains\n\nEvery counted step, whatever it asks for.\n\n" + _domains(outcomes))
    parts += [_misses(outcomes, reasons), _not_counted(outcomes, reasons)]
    return "\n".join(parts)


def kept_scores() -> dict[str, Score]:
    """Return the scores that the kept report holds, by root."""
    rows = _ROW.finditer(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else ()
    return {row["root"]: Score(int(row["matched"]), int(row["counted"])) for row in rows}


def lines(scores: Mapping[str, Score]) -> list[str]:
    """Return what `make conformance` prints: a line for each core root, the total last."""
    shown = [
        f"{percent(one.share):>8}  {one.matched:>4}/{one.counted:<4} {root}"
        for root, one in scores.items()
        if root in CORE
    ]
    return [*shown, percent(total(scores))]


def _table(scores: Mapping[str, Score]) -> str:
    rows = [f"| `{root}` | {one.matched} | {one.counted} | {percent(one.share)} |\n" for root, one in scores.items()]
    return "| root | matched | counted | score |\n|---|--:|--:|--:|\n" + "".join(rows)


def _domains(outcomes: Sequence[Outcome]) -> str:
    rows = [
        f"| {name} | {one.matched} | {one.counted} | {percent(one.share)} |\n"
        for name, one in by_domain(outcomes).items()
    ]
    return "| domain | matched | counted | score |\n|---|--:|--:|--:|\n" + "".join(rows)


def _misses(outcomes: Iterable[Outcome], reasons: Reasons) -> str:
    missed = [one for one in outcomes if one.verdict is Verdict.MISS]
    core = [one for one in missed if one.roots & CORE or not one.roots]
    rest = [one for one in missed if one not in core]
    return (
        f"## Misses on core roots\n\n{len(core)} steps.\n\n{_rows(core, reasons)}\n"
        f"## Misses on other roots\n\n{len(rest)} steps.\n\n{_grouped(rest, reasons)}"
    )


def _rows(missed: Iterable[Outcome], reasons: Reasons) -> str:
    rows = []
    for one in missed:
        place = f"`{one.difference.path}`" if one.difference else ""
        rows.append(f"| {one.domain} | {one.scenario} | {one.step} | {place} | {reasons.of(one)} |\n")
    return "| domain | scenario | step | first difference | reason |\n|---|---|--:|---|---|\n" + "".join(rows)


def _not_counted(outcomes: Iterable[Outcome], reasons: Reasons) -> str:
    left_out = [one for one in outcomes if one.verdict is Verdict.NOT_COUNTED]
    return (
        f"## Not counted\n\n{len(left_out)} steps whose answer belongs to another version or token, to an index that "
        f"runs behind, or to objects of the recorded shop that nothing in the recording builds.\n\n"
        f"{_grouped(left_out, reasons)}"
    )


def _grouped(outcomes: Iterable[Outcome], reasons: Reasons) -> str:
    rows = []
    for (domain, scenario), steps in groupby(outcomes, lambda one: (one.domain, one.scenario)):
        by_reason: dict[str, list[int]] = {}
        for one in steps:
            by_reason.setdefault(str(reasons.of(one)), []).append(one.step)
        rows += [f"| {domain} | {scenario} | {_ranges(found)} | {why} |\n" for why, found in by_reason.items()]
    return "| domain | scenario | steps | reason |\n|---|---|---|---|\n" + "".join(rows)


def _ranges(numbers: Sequence[int]) -> str:
    """Return numbers in order as people list them: 1-3, 7."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
