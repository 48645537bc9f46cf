"""Meant: what somebody probably meant by a name that nothing has, said in one way everywhere."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_NAMED: Final = 30  # of what is known, in a hint
_LIKE: Final = 0.6
_LONGEST: Final = 60  # characters of a name in a hint


def nearest(name: str, known: Iterable[str], *, likeness: float = _LIKE) -> str | None:
    """Return the known name that comes nearest, whatever its capitals; None when none is near.

    ``likeness``: how alike two have to be, from 0 to 1; names that all have one form are more alike than words.
    """
    by_folded = {each.casefold(): each for each in _in_order(known)}
    near = get_close_matches(name.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[near[0]] if near else None


def meant(name: str, known: Iterable[str], otherwise: str | None = None, *, likeness: float = _LIKE) -> str:
    """Return a hint at the name that was meant.

    Where none is near: what to do ``otherwise``, or the names that there are, in their order, if they have one.
    """
    names = _in_order(known)
    near = nearest(name, names, likeness=likeness)
    if near is not None:
        return f"did you mean {near}?"
    if otherwise is not None:
        return otherwise
    if not names:
        return "nothing is known here"
    others = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"expected one of {', '.join(map(_shortened, names[:_NAMED]))}{others}"


def _in_order(known: Iterable[str]) -> list[str]:
    return sorted(known) if isinstance(known, set | frozenset) else list(known)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 3]}..."
