"""The command ``drift``: what stores hold that git did not ask for; with ``--adopt``, into the files."""

import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli import complete
from reconciler.cli.executor import LOCAL, Executor, executed
from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, failures_document, failures_shown, hooks_told, result, style
from reconciler.cli.sandbox import embedded_stores
from reconciler.model.errors import StoreRefused, WrongUsage

if TYPE_CHECKING:
    from reconciler.app.stores.fleet import FleetResult
    from reconciler.model.adoption import Adoption
    from reconciler.model.drift import Drift

EXIT_DRIFT = 2
EXIT_PARTIAL = 6


@click.command(cls=Command)
@click.argument("stores", nargs=-1, shell_complete=complete.stores)
@click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    shell_complete=complete.addresses,
    help="Look at these addresses, or field:NAME, only.",
)
@click.option(
    "--except", "exclude", multiple=True, metavar="PATTERN", shell_complete=complete.addresses, help="Leave these out."
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.option("--all", "show_all", is_flag=True, help="Show everything, however much.")
@click.option(
    "--adopt",
    "adopt",
    multiple=True,
    metavar="ADDRESS",
    shell_complete=complete.addresses,
    help="Write what the store holds into the files.",
)
@click.option("--field", "fields", multiple=True, metavar="NAME", help="With --adopt: this field, whoever changed it.")
@executed
def drift(
    common: Common,
    executor: Executor,
    stores: tuple[str, ...],
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    form: str,
    show_all: bool,
    adopt: tuple[str, ...],
    fields: tuple[str, ...],
) -> int:
    """Say what the stores hold that git did not ask for; the exit code is 2 when there is any.

    Counts that customers moved are listed apart. With --adopt, what one store holds at an address is written into the
    files: into the line that the value came from, else as an override in the store's file.

    \b
    Example:
      reconciler drift --format markdown
      reconciler drift eu --adopt product/linen-shirt --field title
    """
    as_json = common.json or form == "json"
    if adopt:
        return _adopt(common, stores, adopt, fields, as_json=as_json)
    if fields:
        raise WrongUsage("--field goes with --adopt ADDRESS; to look at one field only, say --only field:NAME")
    found = found_in(common, stores, only, exclude, executor)
    _show(found, form="json" if as_json else form, show_all=show_all)
    return exit_code_of(found)


def found_in(
    common: Common,
    stores: tuple[str, ...],
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    executor: Executor = LOCAL,
) -> "FleetResult[Drift]":
    """Return the drift of each store, or of all; their hooks are told."""
    from reconciler.app.plans.drift import drift_of
    from reconciler.app.sessions.session import Session
    from reconciler.app.stores.fleet import FleetResult
    from reconciler.app.unattended.notifying import notices_of_drift
    from reconciler.cli.progress import Progress
    from reconciler.model.plan import Scope

    progress = Progress(common)
    with embedded_stores(common) as embedded, progress, executor.fleet(common, progress) as workers:
        planned = Session(common.root(), stores, embedded, progress, fleet=workers).planned(Scope(only, exclude))
    drifts = tuple(drift_of(each.plan, each.store, common.named) for each in planned.results)
    found = FleetResult(drifts, planned.failures)
    hooks_told(common.root(), notices_of_drift(found))
    return found


def _show(found: "FleetResult[Drift]", *, form: str, show_all: bool) -> None:
    from reconciler.render.drift import SHOWN, drift_text
    from reconciler.render.drift_json import drift_document
    from reconciler.render.drift_markdown import drift_markdown

    if form == "json":
        stores = [drift_document(each) for each in found.results]
        document({"stores": stores, "errors": failures_document(found.failures)})
        return
    if form == "markdown":
        result(drift_markdown(found.results))
    else:
        for each in found.results:
            result(drift_text(each, style(sys.stdout), limit=None if show_all else SHOWN) + "\n")
    failures_shown(found.failures)


def exit_code_of(found: "FleetResult[Drift]") -> int:
    """Return 2 for drift; a store of which a part is unknown is no store without drift."""
    if found.failures:
        return found.failures[0].error.exit_code
    if any(each.items for each in found.results):
        return EXIT_DRIFT
    return StoreRefused.exit_code if any(each.errored for each in found.results) else 0


def _adopt(
    common: Common, stores: tuple[str, ...], addresses: tuple[str, ...], fields: tuple[str, ...], *, as_json: bool
) -> int:
    from reconciler.app.importing.adopt import adopted
    from reconciler.render.adoption import adoption_text
    from reconciler.render.drift_json import adoption_document

    if len(stores) != 1:
        raise WrongUsage("--adopt takes what one store holds; name the store: reconciler drift STORE --adopt ADDRESS")
    with embedded_stores(common) as embedded:
        adoption = adopted(common.root(), stores[0], addresses, fields, embedded)
    if as_json:
        document(adoption_document(adoption))
    else:
        result(adoption_text(adoption, style(sys.stdout), project=common.named))
    return _exit_code_of(adoption)


def _exit_code_of(adoption: "Adoption") -> int:
    """Return 0 when all was adopted; 6: in part; 2: nothing, so that the drift is still there."""
    if not adoption.refused:
        return 0
    return EXIT_PARTIAL if adoption.adopted else EXIT_DRIFT


COMMANDS: dict[str, click.Command] = {"drift": drift}
