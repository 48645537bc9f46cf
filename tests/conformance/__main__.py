"""`make conformance`: replay the recordings, print the score of each core root, keep the report.

With words as arguments only the scenarios whose domain/name holds one of them are replayed, every miss is shown with
what was recorded, and nothing is kept.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from tests.conformance import costs, recordings, report
from tests.conformance.replay import Outcome, Verdict
from tests.conformance.score import by_root

_SHOWN = 300  # characters of a value


def main(words: Sequence[str]) -> int:
    """Replay and print. The exit code is 0 unless there is nothing to replay."""
    folder = recordings.folder()
    if folder is None:
        sys.stderr.write(f"no recordings: {recordings.NAMED_BY} names no folder\n")
        return 1
    chosen = [
        one
        for one in recordings.all_scenarios(folder)
        if not words or any(word in f"{one.domain}/{one.name}" for word in words)
    ]
    outcomes, reasons = recordings.replay_all(chosen)
    if words:
        sys.stdout.writelines(_shown(one, str(reasons.of(one))) for one in outcomes if one.difference)
    else:
        report.KEPT.write_text(f"{report.text(outcomes, reasons)}\n{_costs()}", encoding="utf-8")
    sys.stdout.write("\n".join(report.lines(by_root(outcomes))) + "\n")
    return 0


def _costs() -> str:
    try:
        return costs.summary(costs.samples())
    except pytest.skip.Exception as reason:
        return f"## Requested cost\n\nNot measured: {reason}.\n"


def _shown(one: Outcome, reason: str) -> str:
    assert one.difference is not None
    mark = "MISS" if one.verdict is Verdict.MISS else "    "
    then, now = _short(one.difference.recorded), _short(one.difference.ours)
    return (
        f"{mark} {one.domain}/{one.key} {','.join(sorted(one.roots))}\n  at {one.difference.path}\n"
        f"  recorded {then}\n  ours     {now}\n  ({reason})\n"
    )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
