"""``plan --list-stores``: the stores that a plan would look at, and the command that plans each of them alone."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import Common
from reconciler.cli.output import document, result

if TYPE_CHECKING:
    from reconciler.model.plan import Scope

list_stores_option = click.option(
    "--list-stores",
    is_flag=True,
    help="Plan nothing: name the stores, and the command for each; with --json for a matrix of CI.",
)


def stores_listed(common: Common, stores: tuple[str, ...], out: Path | None, scope: "Scope") -> int:
    """Print the stores that a plan of these would look at; no store is asked, and no catalog is read."""
    from reconciler.app.stores.store_list import listed, store_list_document

    found = listed(common.root(), stores, str(out or "plans"), tuple(_options(common, out, scope)))
    if common.json:
        document(store_list_document(found))
    else:
        result("\n".join(shlex.join(each.command) for each in found.stores))
    return 0


def _options(common: Common, out: Path | None, scope: "Scope") -> Iterator[str]:
    """Yield the words that make the command of a store mean what the list was asked for with."""
    if common.named is not None:
        yield from ("--project", common.named)
    if out is not None:
        yield from ("--out", str(out))
    for pattern in scope.only:
        yield from ("--only", pattern)
    for pattern in scope.exclude:
        yield from ("--except", pattern)
    if scope.changed_since is not None:
        yield from ("--changed-since", scope.changed_since)
