"""Verdicts: yes, no, or nobody can say (None); a known part decides where it can."""

from collections.abc import Iterable
from typing import TypeAlias

Verdict: TypeAlias = bool | None


def every(verdicts: Iterable[Verdict]) -> Verdict:
    """Return whether all hold: one that does not decides, whatever nobody can say of the others."""
    is_sure = True
    for each in verdicts:
        if each is False:
            return False
        is_sure = is_sure and each is not None
    return True if is_sure else None


def some(verdicts: Iterable[Verdict]) -> Verdict:
    """Return whether one holds at least: one that does decides."""
    return negated(every(negated(each) for each in verdicts))


def negated(verdict: Verdict) -> Verdict:
    """Return the contrary."""
    return None if verdict is None else not verdict
