"""``audit``: what was done to the stores, and whether the record of it is whole."""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import complete
from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, failures_document, failures_shown, result, style
from reconciler.cli.sandbox import embedded_stores
from reconciler.model.errors import WrongUsage

if TYPE_CHECKING:
    from reconciler.app.journal.audit import Verified, Wanted
    from reconciler.model.record import Entry

EXIT_BROKEN = 1
_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


_FILTERS = (
    click.argument("stores", nargs=-1, shell_complete=complete.stores),
    click.option("--since", metavar="TIME", help="From this time on: 2026-11-28, or 2026-11-28T06:15 (UTC)."),
    click.option("--until", metavar="TIME", help="Before this time; a day is meant whole."),
    click.option(
        "--address",
        metavar="PATTERN",
        shell_complete=complete.addresses,
        help="What speaks of such addresses: variant/*/LS-*.",
    ),
    click.option(
        "--run",
        metavar="RUN",
        shell_complete=complete.runs,
        help="Of one run, or of those that fit a pattern: 20261128*.",
    ),
    click.option("--actor", metavar="NAME", help="Of runs that somebody began; a pattern, too."),
)


def _filtered(command: Callable[..., int]) -> Callable[..., int]:
    """Return a command that is asked for a part of the journals."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


@click.group()
def audit() -> None:
    """Read the journals of the stores, and prove that nobody changed them."""


@audit.command(cls=Command, short_help="Show what was done, the oldest first.")
@_filtered
def log(common: Common, stores: tuple[str, ...], **filters: str | None) -> int:
    """Show what was done: every run, request, answer and outcome, the oldest first.

    \b
    Example:
      reconciler audit log eu --since 2026-11-28 --address 'variant/linen-shirt/*'
    """
    from reconciler.app.journal.chain import entry_document
    from reconciler.render.journal import entries_text

    root, wanted = common.root(), _wanted(**filters)
    journals = [(store, _entries(root, store, wanted)) for store in _named(root, stores)]
    if common.json:
        document({"entries": [{"store": store, **entry_document(each)} for store, found in journals for each in found]})
        return 0
    shown = False
    for store, found in journals:
        for text in entries_text(store, found, style(sys.stdout)):
            shown = True
            result(text)
    if not shown:
        result(_nothing(is_there=bool(journals)))
    return 0


@audit.command(cls=Command, short_help="List the runs: when, who, what came of each.")
@_filtered
def runs(common: Common, stores: tuple[str, ...], **filters: str | None) -> int:
    """List the runs, the oldest first: when, who, of which commit, and what came of each.

    \b
    Example:
      reconciler audit runs eu --since 2026-11-28
      reconciler audit runs --address 'variant/linen-shirt/*'
    """
    from reconciler.app.journal.run_overview import run_overviews
    from reconciler.render.run_overview import overview_document, overview_text

    root, wanted = common.root(), _wanted(**filters)
    named = _named(root, stores)
    found = run_overviews(root, named, wanted)
    if common.json:
        document({"runs": [overview_document(each) for each in found]})
    elif found:
        result(overview_text(found, style(sys.stdout)))
    else:
        result(_nothing(is_there=bool(named)))
    return 0


@audit.command(cls=Command, short_help="Prove that nobody changed a journal.")
@click.argument("stores", nargs=-1, shell_complete=complete.stores)
@click.option("--offline", is_flag=True, help="Ask no store what it remembers of its journal.")
def verify(common: Common, stores: tuple[str, ...], offline: bool) -> int:
    """Prove that journals are as they were written: no entry changed, removed, added, moved or cut off.

    The chain of hashes is followed from the first entry to the last, which is held against the head file beside it and
    against what the store remembers. The first thing that is wrong is told with file and line; the exit code is 1 then.

    \b
    Example:
      reconciler audit verify
      reconciler audit verify eu --offline
    """
    from reconciler.app.journal.audit import verified_alone, verified_with_stores
    from reconciler.app.stores.fleet import FleetResult

    root = common.root()
    if offline:
        fleet = FleetResult(verified_alone(root, _named(root, stores)), ())
    else:
        with embedded_stores(common) as embedded:
            fleet = verified_with_stores(root, stores, embedded)
    if common.json:
        found = [_verified_document(each) for each in fleet.results]
        document({"journals": found, "errors": failures_document(fleet.failures)})
    else:
        for each in fleet.results:
            result(_verified_text(each, offline=offline))
        failures_shown(fleet.failures)
    if any(each.broken for each in fleet.results):
        return EXIT_BROKEN
    return fleet.failures[0].error.exit_code if fleet.failures else 0


@audit.command(cls=Command, short_help="Say that entries are known to be missing.")
@click.argument("store", shell_complete=complete.stores)
@click.option("--reason", required=True, metavar="TEXT", help="Why the part is missing; it stands in the journal.")
def acknowledge(common: Common, store: str, reason: str) -> int:
    """Say that a part of a journal is known to be missing, and why; from then on it counts as whole.

    `audit verify` tells of entries which the store remembers and the journal does not hold, of a run that held the
    store and is not in it, and of runs that began without them, until somebody says why. A journal that was changed
    no reason settles.

    \b
    Example:
      reconciler audit acknowledge eu --reason "the runner of 28 November kept no journal"
    """
    from reconciler.app.journal.acknowledging import acknowledge as acknowledged
    from reconciler.app.journal.chain import record_document
    from reconciler.render.printable import printable

    with embedded_stores(common) as embedded:
        said = acknowledged(common.root(), store, reason, embedded)
    if common.json:
        document({"acknowledged": [record_document(each) for each in said]})
        return 0
    for each in said:
        result(printable(f"journal/{store}.jsonl: that {each.missing} is gone is known now"))
    return 0


def _named(root: Path, stores: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stores that were named, or all that have a journal. Raises WrongUsage for one that has none."""
    from reconciler.app.journal.audit import stores_with_journals

    known = stores_with_journals(root)
    for store in stores:
        if store not in known:
            raise WrongUsage(
                f"store {store} has no journal in {root / 'journal'}; there are: {', '.join(known) or 'none'}"
            )
    return stores or known


def _entries(root: Path, store: str, wanted: "Wanted") -> "Iterator[Entry]":
    from reconciler.app.journal.audit import wanted_entries
    from reconciler.app.journal.file import Journal

    return wanted_entries(Journal(root, store).entries(), wanted)


def _wanted(since: str | None, until: str | None, address: str | None, run: str | None, actor: str | None) -> "Wanted":
    from reconciler.app.journal.audit import Wanted

    return Wanted(_time(since), _time(until, whole_day=True), address, run, actor)


def _nothing(*, is_there: bool) -> str:
    return (
        "nothing that fits is in the journals"
        if is_there
        else "there is no journal in journal/: nothing was applied, or not from here"
    )


def _time(text: str | None, *, whole_day: bool = False) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsage(f"{text!r} is no time; expected 2026-11-28 or 2026-11-28T06:15, in UTC") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + timedelta(days=1) if whole_day and _A_DAY.fullmatch(text) else moment


def _verified_text(found: "Verified", *, offline: bool) -> str:
    from reconciler.render.printable import printable
    from reconciler.render.words import counted, short

    if found.broken is not None:
        return printable(str(found.broken))
    if not found.head.seq and not found.anchors:
        return f"{found.file}: nothing was applied yet"
    alone = "so only the head file beside it says where it ends"
    asked = "the store was not asked" if offline else "the store remembers no run"
    held = f"{asked}, {alone}"
    if found.anchors:
        noted = found.anchors[0].head.seq
        held = f"the store remembers entry {noted}, and it is the one that is here"
        if noted < found.head.seq:
            held += "; it is told before a run writes its last entries"
    torn = "; its last line was torn by a kill, and is no entry" if found.torn else ""
    ahead = "; its last line is not in its head file, as a kill or whoever adds a line leaves it" if found.ahead else ""
    cut = f"; the end of run {found.lacks_end} is not here: it was killed right then, or lines were cut off"
    torn += ahead + (cut if found.lacks_end is not None else "")
    gone = [f"; {each.missing} before it is gone, {each.actor} says: {each.reason}" for each in found.acknowledged]
    whole = (
        f"{found.file} is whole: {counted(found.head.seq, 'entry')}, the last {short(found.head.hash)}; {held}{torn}"
    )
    return printable(f"{whole}{''.join(gone)}")


def _verified_document(found: "Verified") -> dict[str, Any]:
    from reconciler.app.journal.chain import record_document

    broken = found.broken
    return {
        "store": found.store,
        "file": found.file,
        "whole": broken is None,
        "entries": found.head.seq,
        "hash": found.head.hash,
        "remembered": [{"seq": each.head.seq, "hash": each.head.hash} for each in found.anchors],
        "torn": found.torn,
        "ahead": found.ahead,
        "lacks_end": found.lacks_end,
        "acknowledged": [record_document(each) for each in found.acknowledged],
        "broken": {"line": broken.line, "reason": broken.reason} if broken is not None else None,
    }


COMMANDS: dict[str, click.Command] = {"audit": audit}
