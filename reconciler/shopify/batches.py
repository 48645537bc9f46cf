"""Batches: the API takes lists of a limited length."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

INPUT_ROWS: Final = 250
"""The most rows of a list in an input, where the API does not say otherwise. (shopify.dev, API limits, 2026-10)"""

Row = TypeVar("Row")
_FEW_MORE: Final = 1.1


def in_batches(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Yield the rows in their order, at most ``size`` at once."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def kept_together(
    rows: Sequence[Row], size: int, owner: Callable[[Row], Hashable], most_empty: int
) -> Sequence[Sequence[Row]]:
    """Return the rows, at most ``size`` at once, those of one owner beside each other and in one batch.

    They are parted where keeping them together would leave more than ``most_empty`` places of a batch empty, and
    altogether where it would take a tenth more batches.
    """
    by_owner: dict[Hashable, list[Row]] = {}
    for row in rows:
        by_owner.setdefault(owner(row), []).append(row)
    apart = list(in_batches([row for own in by_owner.values() for row in own], size))
    together = list(_together(by_owner.values(), size, most_empty))
    return together if len(together) <= _FEW_MORE * len(apart) else apart


def _together(owned: Iterable[Sequence[Row]], size: int, most_empty: int) -> Iterator[Sequence[Row]]:
    batch: list[Row] = []
    for own in owned:
        if len(batch) + len(own) > size and size - len(batch) <= most_empty:
            yield batch
            batch = []
        batch += own
        while len(batch) > size:
            yield batch[:size]
            batch = batch[size:]
    if batch:
        yield batch
