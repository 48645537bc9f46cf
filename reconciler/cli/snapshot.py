"""The command ``snapshot``, and the option of ``plan`` that takes what it wrote."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import complete
from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, result, seen_from_here
from reconciler.cli.sandbox import embedded_stores
from reconciler.model.errors import SnapshotRefused

if TYPE_CHECKING:
    from reconciler.app.sessions.snapshot_file import Snapshot

OPTION = click.option(
    "--snapshot",
    "snapshots",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    shell_complete=complete.snapshots,
    help="Plan a store against what `snapshot` wrote, and do not ask it.",
)


@contextmanager
def opened_snapshots(files: Sequence[Path], stores: Sequence[str]) -> Iterator[Mapping[str, "Snapshot"]]:
    """Lend the snapshots of files, by store: one for each of the stores, where any is given and stores are named.

    Raises WrongUsage, SnapshotRefused.
    """
    if not files:
        yield {}
        return
    from reconciler.app.sessions.snapshot import for_stores

    with for_stores(files) as found:
        for name in (name for name in stores if name not in found):
            other = ", ".join(f"{snapshot.name} is of store {store}" for store, snapshot in found.items())
            raise SnapshotRefused(
                f"no snapshot of store {name} was given: {other}; make it: reconciler snapshot {name}"
            )
        for name in (name for name in found if stores and name not in stores):
            raise SnapshotRefused(f"{found[name].name}: it is of store {name}, and {', '.join(stores)} was named")
        yield found


@click.command(cls=Command)
@click.argument("store", shell_complete=complete.stores)
@click.option("--out", type=click.Path(path_type=Path), help="The file.  [default: snapshots/STORE.jsonl]")
@click.option("--all-kinds", is_flag=True, help="Keep kinds too of which git does not speak yet.")
def snapshot(common: Common, store: str, out: Path | None, all_kinds: bool) -> int:
    """Keep what a store holds as a file, for plans where there is neither token nor network.

    Nothing is written to the store. The file holds what a plan reads: prices, costs and stock too, and no secret.

    \b
    Example:
      reconciler snapshot eu
      reconciler plan eu --snapshot snapshots/eu.jsonl
    """
    from reconciler.app.sessions.session import Session
    from reconciler.app.sessions.snapshot import FOLDER, Reach
    from reconciler.cli.progress import Progress

    root = common.root()
    file = out or root / FOLDER / f"{store}.jsonl"
    with embedded_stores(common) as embedded, Progress(common) as progress:
        taken = Session(root, [store], embedded, progress).kept(file, Reach.ALL if all_kinds else Reach.PLAN)
    if common.json:
        about = taken.about
        document(
            {
                "file": str(taken.file),
                "store": about.store,
                "shop_id": about.shop_id,
                "api_version": about.api_version,
                "engine": about.engine,
                "taken_at": about.taken_at,
                "kinds": list(about.kinds),
                "roots": taken.roots,
                "digest": taken.digest,
            }
        )
    else:
        when = f"{seen_from_here(taken.file)}: store {taken.about.store} as it was at {taken.about.taken_at}"
        result(f"{when}, {taken.roots} objects with what hangs on them (SHA-256 {taken.digest[:12]})")
    return 0


COMMANDS: dict[str, click.Command] = {"snapshot": snapshot}
