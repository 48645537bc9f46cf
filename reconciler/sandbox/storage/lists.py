"""Lists of keys in SQL: ``IN (...)`` takes a limited number of parameters."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

Key = TypeVar("Key")
_LONGEST: Final = 900  # SQLite's oldest default limit is 999, and a statement has parameters beside the list


def in_lists(keys: Sequence[Key]) -> Iterator[tuple[str, Sequence[Key]]]:
    """Yield the keys in their order, as many as one list may hold, each list with its question marks before it."""
    for start in range(0, len(keys), _LONGEST):
        some = keys[start : start + _LONGEST]
        yield ", ".join("?" * len(some)), some
