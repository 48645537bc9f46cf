"""What a command says: the result on stdout, everything else on stderr, colours only for a terminal."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from reconciler.model.errors import Diagnostic, InvalidInput

if TYPE_CHECKING:
    from reconciler.app.stores.fleet import Failure
    from reconciler.model.notice import Notice
    from reconciler.render.style import Style


def result(text: str) -> None:
    """Write a result to stdout."""
    click.echo(text.rstrip("\n"), color=True)


def lines_shown(lines: Iterable[str]) -> None:
    """Write lines to stdout that may hold text of files; nothing in them does anything to a terminal."""
    from reconciler.render.printable import printable

    result("\n".join(map(printable, lines)))


def document(value: object) -> None:
    """Write the one JSON document of a command to stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def seen_from_here(file: Path) -> str:
    """Return a file as a person here would write it."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def said(text: str) -> None:
    """Write progress or a warning to stderr."""
    click.echo(text.rstrip("\n"), err=True, color=True)


def style(stream: TextIO) -> "Style":
    """Return how text is written to a stream: colours for a terminal that wants them. NO_COLOR: no-color.org."""
    from reconciler.render.style import Colour, Style

    if not stream.isatty():
        return Style()
    width = shutil.get_terminal_size((100, 24)).columns
    return Style(Colour.OFF if os.environ.get("NO_COLOR") else Colour.ON, max(width, 60))


def diagnostics_shown(diagnostics: Sequence[Diagnostic]) -> None:
    """Write problems to stderr, as a person reads them."""
    from reconciler.render.diagnostics import diagnostics_text

    if not diagnostics:
        return
    said(diagnostics_text(diagnostics, style(sys.stderr)))


def failures_document(failures: "Sequence[Failure]") -> list[dict[str, Any]]:
    """Return the stores that failed, as a program reads them."""
    from reconciler.render.json import error_document

    return [{"store": failure.store, **error_document(failure.error)} for failure in failures]


def failures_shown(failures: "Sequence[Failure]") -> None:
    """Write the stores that failed to stderr."""
    from reconciler.render.printable import printable

    for failure in failures:
        if isinstance(failure.error, InvalidInput):
            diagnostics_shown(failure.error.diagnostics)
            continue
        said("\n".join(printable(f"error: {line}") for line in str(failure.error).splitlines()))


def hooks_told(root: Path, notices: "Iterable[Notice]") -> None:
    """Tell the hooks of the stores; what cannot be told is a warning, and fails nothing."""
    from reconciler.app.unattended.notifying import Notifier
    from reconciler.render.printable import printable

    found = list(notices)
    for problem in Notifier.of(root, sorted({each.store for each in found})).told(found) if found else ():
        said(f"warning: {printable(problem)}")
