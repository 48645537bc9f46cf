"""Options that go with every command, and the folder that a command works in."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from reconciler.model.errors import WrongUsage


@dataclass(frozen=True, slots=True)
class Common:
    """The options that go with every command."""

    project: Path | None
    json: bool
    verbose: bool

    @property
    def named(self) -> str | None:
        """The repository as it was named, for commands that a reader is told; None where it is found."""
        return str(self.project) if self.project is not None else None

    def root(self) -> Path:
        """Return the repository: named, or the nearest folder upwards that holds stores/."""
        from reconciler.app.repository.workspace import find_root

        if self.project is None:
            return find_root(Path.cwd())
        if not (self.project / "stores").is_dir():
            raise WrongUsage(
                f"{self.project}: there is no stores/ in it; name the folder that holds stores/ and catalog/"
            )
        return self.project.resolve()


class Command(click.Command):
    """A command with the options that go with every one; its function receives them as ``common``."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params += _OPTIONS

    def invoke(self, ctx: click.Context) -> Any:
        given = Common(ctx.params.pop("project"), ctx.params.pop("as_json"), ctx.params.pop("verbose"))
        if given.verbose:
            logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
            logging.getLogger("reconciler").setLevel(logging.DEBUG)
        ctx.params["common"] = given
        return super().invoke(ctx)


_OPTIONS = [
    click.Option(["--project"], type=click.Path(path_type=Path), help="The repository.  [default: found upwards]"),
    click.Option(["--json", "as_json"], is_flag=True, help="One JSON document on stdout, also on failure."),
    click.Option(["-v", "--verbose"], is_flag=True, help="Log each request on stderr."),
]
