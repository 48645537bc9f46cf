"""``--executor``: who does what is done for each store: threads of this process, or the workers of a cluster."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.cli.options import Common
from reconciler.model.errors import WrongUsage

if TYPE_CHECKING:
    from reconciler.app.stores.fleet import Fleet
    from reconciler.cli.progress import Progress

_EXTRA: Final = (
    "--executor dask needs the libraries of the extra `cluster`, which are not installed; install this program with "
    "it, here and on every worker: pip install 'reconciler[cluster] @ git+URL@COMMIT'"
)
_OPTIONS: Final = (
    click.option(
        "--executor",
        "kind",
        type=click.Choice(["local", "dask"]),
        default="local",
        show_default=True,
        help="Who plans and applies: this process, or the workers of a Dask scheduler.",
    ),
    click.option("--scheduler", metavar="ADDRESS", help="With dask: the scheduler, such as tcp://HOST:8786."),
    click.option(
        "--artefacts", metavar="URL", help="With dask: a folder that all machines reach, such as s3://BUCKET/FOLDER."
    ),
)


@dataclass(frozen=True, slots=True)
class Executor:
    """Who was asked to do the work."""

    kind: str
    scheduler: str | None
    artefacts: str | None

    @contextmanager
    def fleet(self, common: Common, progress: "Progress") -> "Iterator[Fleet]":
        """Have the fleet for the time of a command. Raises WrongUsage for options that do not go together."""
        if self.kind == "local":
            for name, value in (("--scheduler", self.scheduler), ("--artefacts", self.artefacts)):
                if value is not None:
                    raise WrongUsage(f"{name} goes with --executor dask")
            from reconciler.app.stores.fleet import SideBySide

            yield SideBySide()
            return
        if self.scheduler is None or self.artefacts is None:
            raise WrongUsage("--executor dask needs --scheduler ADDRESS and --artefacts URL; see docs/many-stores.md")
        if any(find_spec(library) is None for library in ("distributed", "fsspec")):
            raise WrongUsage(_EXTRA)
        from reconciler.cli.embedded import EmbeddedStores
        from reconciler.cli.sandbox import DATA_FOLDER
        from reconciler.cluster.artefacts import Artefacts
        from reconciler.cluster.dask import DaskFleet

        embedded = (EmbeddedStores, common.root() / DATA_FOLDER)
        with DaskFleet(self.scheduler, Artefacts(self.artefacts), embedded, progress) as fleet:
            yield fleet


LOCAL: Final = Executor("local", None, None)


def executed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; its function receives them as ``executor``."""

    def run(*, kind: str, scheduler: str | None, artefacts: str | None, **given: Any) -> Any:
        return command(executor=Executor(kind, scheduler, artefacts), **given)

    run.__doc__, run.__name__ = command.__doc__, command.__name__
    run.__click_params__ = list(getattr(command, "__click_params__", ()))  # type: ignore[attr-defined]
    wrapped: Callable[..., Any] = run
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
