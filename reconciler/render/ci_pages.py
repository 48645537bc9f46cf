"""What a job of CI writes for people beside its log: the summary of a job, and comments where there is no plan.

GitHub refuses a summary of more than 1 MiB, and a comment of more than 65,536 characters; both are shorter here by
construction. Words of files and stores stand in a fence that is longer than any in them. (docs.github.com, 2026-11)
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from reconciler.model.errors import Diagnostic
from reconciler.model.plan import Plan
from reconciler.render.markdown import MARKER
from reconciler.render.markdown_text import code, text
from reconciler.render.printable import clipped, printable
from reconciler.render.words import counted, number, short

SUMMARY_ROOM: Final = 1_000_000  # bytes of the 1 MiB: the runner may add a line of its own
COMMENT_ROOM: Final = 60_000
_LONGEST_REASON: Final = 600
_FENCE: Final = re.compile(r"`{3,}")
_CUT: Final = "… cut here: the log of the job holds everything."


def problems_summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Return every problem of the files as a table."""
    if not diagnostics:
        return "### Files: no problems\n"
    head = [f"### Files: {counted(len(diagnostics), 'problem')}", "", "| where | what | what to do |", "|---|---|---|"]
    rows = [
        f"| {code(str(each.place)) if each.place else ''} | {text(each.summary)} | {text(each.hint or '')} |"
        for each in diagnostics
    ]
    return shorter("\n".join([*head, *rows]) + "\n", SUMMARY_ROOM)


def fenced(title: str, words: str, room: int = SUMMARY_ROOM) -> str:
    """Return a heading and what a command said, as it said it."""
    safe = "\n".join(printable(line) for line in words.splitlines())
    fence = "`" * max(3, 1 + max((len(run) for run in _FENCE.findall(safe)), default=0))
    closing = f"\n{fence}\n"
    opening = f"### {text(title)}\n\n{fence}text\n"
    return opening + shorter(safe, room - len((opening + closing).encode())) + closing


def summary_of(markdown: str) -> str:
    """Return Markdown that fits into the summary of a job."""
    return shorter(markdown, SUMMARY_ROOM)


def no_plan(commit: str, reason: str) -> str:
    """Return the comment that replaces a plan which is not that of the last commit any more."""
    return f"{MARKER}\n" + fenced(f"No plan of {short(commit)}", reason, COMMENT_ROOM - len(MARKER) - 1)


def with_failures(markdown: str, failures: Sequence[tuple[str, str]]) -> str:
    """Return Markdown that says first which stores could not be looked at, and why; after the marker, if it has one."""
    if not failures:
        return markdown
    said = "".join(f"- **{text(store)}**: {text(clipped(reason, _LONGEST_REASON))}\n" for store, reason in failures)
    marker = f"{MARKER}\n" if markdown.startswith(MARKER) else ""
    return f"{marker}### Not everything could be read\n\n{said}\n{markdown.removeprefix(marker)}"


def consent_in_git(plans: Sequence[Plan], until: date) -> str:
    """Return the lines that let the limits of plans through, by store; nothing where none waits for somebody."""
    lines: list[str] = []
    for plan in plans:
        rules = sorted({broken.rule for broken in plan.violations if broken.acceptance is None})
        if rules:
            entries = [f"    - {{rule: {rule}, reason: WHY, until: {until}}}" for rule in rules]
            lines += [f"# stores/{printable(plan.target.store)}.yaml", "limits:", "  accept:", *entries]
    if not lines:
        return ""
    told = "Whoever agrees adds this to the branch, with the reason; the plan is then made again."
    return "\n".join(["", f"**To let it through**: {told}", "", "```yaml", *lines, "```", ""])


def shorter(words: str, room: int) -> str:
    """Return the words up to a line that fits into so many bytes, and how many lines were left out."""
    raw = words.encode()
    if len(raw) <= room:
        return words
    kept = raw[: room - len(_CUT.encode()) - 64].decode(errors="ignore").rpartition("\n")[0]
    left = len(words.splitlines()) - len(kept.splitlines())
    return f"{kept}\n{number(left)} more lines {_CUT}\n"
