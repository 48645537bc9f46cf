"""Bars: one line for each store on a terminal, with rate, remaining time and what is waited for; gone when all is done.

The only importer of ``rich``, and only for a person who looks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO, assert_never

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.table import Column
from rich.text import Text

from reconciler.cli.progress import awaited_words
from reconciler.model.progress import Advanced, Began, Event, Listener, Waiting

_LEAST_RATE = 0.1
_MINUTE_S, _HOUR_S = 60, 3600


@contextmanager
def bars(stream: TextIO) -> Iterator[Listener]:
    """Show bars on a terminal until the work is over or interrupted; then the lines are empty, and the cursor is back.

    Colours: as NO_COLOR and the terminal have it. stdout is left alone, it may be a file.
    """
    console = Console(file=stream)
    columns = (
        TextColumn("{task.fields[store]}", markup=False, style="bold"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=16),
        _Counted(_one_line()),
        _Time(_one_line()),
    )
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as shown:
        yield _Bars(shown)


class _Bars:
    """A bar for each store, begun anew with each part of its work."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        match event:
            case Began(store, doing, expected):
                self._begin(store, doing, expected)
            case Advanced(store, done, unforeseen) if store in self._tasks:
                task = self._task(store)
                total = task.total + unforeseen if task.total is not None else None
                self._shown.update(task.id, advance=done, total=total, awaited="", until_s=0.0)
            case Waiting(store, awaited, seconds) if store in self._tasks:
                until_s = self._shown.get_time() + seconds
                words = awaited_words(awaited, seconds)
                self._shown.update(self._tasks[store], awaited=words, until_s=until_s)
            case Advanced() | Waiting():
                pass  # nothing was said to have begun
            case _:
                assert_never(event)

    def _begin(self, store: str, doing: str, expected: int | None) -> None:
        if store:
            self._drop("")  # the files are read
        self._drop(store)
        self._tasks[store] = self._shown.add_task(doing, total=expected, store=store, awaited="", until_s=0.0)

    def _drop(self, store: str) -> None:
        if store in self._tasks:
            self._shown.remove_task(self._tasks.pop(store))

    def _task(self, store: str) -> Task:
        return next(task for task in self._shown.tasks if task.id == self._tasks[store])


class _Counted(ProgressColumn):
    """How many are done, and how many a second."""

    def render(self, task: Task) -> Text:
        """Return the text of one line."""
        total = f" of {task.total:.0f}" if task.total is not None else ""
        rate = task.finished_speed or task.speed or 0.0
        fast = f"  {rate:.0f}/s" if rate >= 1 else f"  {rate:.1f}/s" if rate >= _LEAST_RATE else ""
        return Text(f"{task.completed:.0f}{total}{fast}" if task.completed or total else "")


class _Time(ProgressColumn):
    """What is waited for, or the time that went by; and what is left at this rate."""

    max_refresh = None

    def render(self, task: Task) -> Text:
        """Return the text of one line."""
        left = f", {_spelled(task.time_remaining)} left" if task.time_remaining else ""
        if task.fields["until_s"] > task.get_time():
            return Text(f"{task.fields['awaited']}{left}", style="yellow")
        return Text(_spelled(task.elapsed or 0.0) + left)


def _one_line() -> Column:
    return Column(no_wrap=True, overflow="ellipsis")


def _spelled(seconds: float) -> str:
    whole = round(seconds)
    if whole >= _HOUR_S:
        return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"
    return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s" if whole >= _MINUTE_S else f"{whole} s"
