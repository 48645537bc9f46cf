"""Progress of an apply, on stderr and only on a terminal."""

import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from reconciler.model.outcome import Outcome


class Progress:
    """Counts outcomes as they are known. Stores report side by side, so it takes turns."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._seen = 0
        self._shown = sys.stderr.isatty()
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown and self._seen:
            click.echo(err=True)

    def seen(self, outcomes: "Sequence[Outcome]") -> None:
        """Count outcomes."""
        with self._turn:
            self._seen += len(outcomes)
            if self._shown:
                click.echo(f"\r{self._seen} of {self._total} changes", nl=False, err=True)
