"""``doctor``: the connection test."""

import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli import complete
from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, failures_document, failures_shown, result, style
from reconciler.cli.sandbox import embedded_stores

if TYPE_CHECKING:
    from reconciler.app.stores.fleet import FleetResult
    from reconciler.model.checkup import Checkup


@click.command(cls=Command)
@click.argument("stores", nargs=-1, shell_complete=complete.stores)
def doctor(common: Common, stores: tuple[str, ...]) -> int:
    """Test the connection to stores, all of them when none is named; nothing is written there.

    Looked at: address, shop, token, API version, access scopes, currency, locations, publications, every GraphQL
    document that this catalog needs, limits. Each failure is told with its cure. The exit code is 7 when a store could
    not be reached or refuses something, and 3 when only files have to be changed.

    \b
    Example:
      reconciler doctor eu us
    """
    from reconciler.app.sessions.doctor import checkups
    from reconciler.render.checkup import checkup_document, checkups_text

    with embedded_stores(common) as embedded:
        fleet = checkups(common.root(), stores, embedded)
    if common.json:
        found = [checkup_document(checkup) for checkup in fleet.results]
        document({"stores": found, "errors": failures_document(fleet.failures)})
    else:
        result(checkups_text(fleet.results, style(sys.stdout)))
        failures_shown(fleet.failures)
    return _exit_code(fleet)


def _exit_code(fleet: "FleetResult[Checkup]") -> int:
    """Return 0 only when every store is well; a defect of ours comes before what a store or a file is to blame for."""
    if fleet.failures:
        return fleet.failures[0].error.exit_code
    return max((checkup.exit_code for checkup in fleet.results), default=0)


COMMANDS: dict[str, click.Command] = {"doctor": doctor}
