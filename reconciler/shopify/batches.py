"""Batches: the API takes lists of a limited length."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

INPUT_ROWS: Final = 250
"""The most rows of a list in an input, where the API does not say otherwise. (shopify.dev, API limits, 2026-10)"""

Row = TypeVar("Row")


def in_batches(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Yield the rows in their order, at most ``size`` at once."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
