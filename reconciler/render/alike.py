"""Alike: problems that say the same of other things, so that one mistake made a hundred times is read once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.model.errors import Diagnostic

_FEW = 5  # are shown one by one
_FIRST = 3  # of more than a few
# What differs between equal problems: texts in quotes, addresses, numbers.
_OWN = re.compile(r'"[^"]*"|\b[a-z_]+/\S+|\d[\d.,]*')


@dataclass(slots=True)
class Shown:
    """A problem that is shown, and those alike that are not."""

    diagnostic: Diagnostic
    others: list[Diagnostic] = field(default_factory=list)


def folded(diagnostics: Sequence[Diagnostic]) -> list[Shown]:
    """Return the problems that are shown, in their order; the last of a sort has the others of it."""
    sorts: dict[tuple[str, str, str | None], list[Diagnostic]] = {}
    for each in diagnostics:
        sorts.setdefault(_sort(each), []).append(each)
    shown: list[Shown] = []
    told: dict[tuple[str, str, str | None], list[Shown]] = {}
    for each in diagnostics:
        of_sort = told.setdefault(_sort(each), [])
        if len(sorts[_sort(each)]) <= _FEW or len(of_sort) < _FIRST:
            of_sort.append(Shown(each))
            shown.append(of_sort[-1])
        else:
            of_sort[-1].others.append(each)
    return shown


def _sort(diagnostic: Diagnostic) -> tuple[str, str, str | None]:
    hint = _OWN.sub("", diagnostic.hint) if diagnostic.hint else None
    return diagnostic.severity, _OWN.sub("", diagnostic.summary), hint
