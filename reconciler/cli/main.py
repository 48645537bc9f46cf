"""The program ``reconciler``: every command, and the one place that turns errors into messages and exit codes."""

import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from reconciler import __version__
from reconciler.app.repository.collector import seldom
from reconciler.model.errors import InvalidInput, ReconcilerError, notes_beside

EXIT_UNEXPECTED = 1
EXIT_USAGE = 64
EXIT_INTERRUPTED = 130

_COMMANDS = {
    "init": "reconciler.cli.starting",
    "validate": "reconciler.cli.files",
    "doctor": "reconciler.cli.doctor",
    "explain": "reconciler.cli.files",
    "schema": "reconciler.cli.files",
    "import": "reconciler.cli.files",
    "plan": "reconciler.cli.plans",
    "snapshot": "reconciler.cli.snapshot",
    "show": "reconciler.cli.plans",
    "compare": "reconciler.cli.plans",
    "apply": "reconciler.cli.apply",
    "drift": "reconciler.cli.drift",
    "rollback": "reconciler.cli.rollback",
    "audit": "reconciler.cli.audit",
    "watch": "reconciler.cli.watch",
    "ci": "reconciler.cli.ci",
    "sandbox": "reconciler.cli.sandbox",
    "demo": "reconciler.cli.demo",
    "completion": "reconciler.cli.completion",
}
"""Command → the module that holds it, imported when it is asked for."""

_HELP = {
    "init": "Write a new repository, with CI and editor settings.",
    "validate": "Check the files, without a store: every problem at once.",
    "doctor": "Test the connection to stores: token, scopes, places, documents.",
    "plan": "Show what would change in the stores, and write plan files.",
    "snapshot": "Keep what a store holds as a file, to plan against offline.",
    "show": "Show plan files again, offline.",
    "compare": "Say whether plans are those that were approved.",
    "apply": "Make the changes of plan files.",
    "drift": "Say what stores hold that git did not ask for; adopt it.",
    "rollback": "Plan to take a run back.",
    "audit": "Read the journals of what was applied, and prove them whole.",
    "explain": "Say where a value comes from, and why a product is in a store.",
    "import": "Turn product exports, dumps and live stores into catalog files.",
    "schema": "Print the JSON Schema of a file.",
    "watch": "Pull, plan and apply again and again what policy lets through.",
    "ci": "Run a moment of CI: comments, approved plans, one issue.",
    "sandbox": "Run, ask and reset embedded stores.",
    "demo": "Play a story on embedded stores, in a scratch folder.",
    "completion": "Print the script that completes words in a shell.",
}


class _Program(click.Group):
    """A group whose commands are imported only when they run, so that help comes at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_HELP)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        commands: dict[str, click.Command] = import_module(_COMMANDS[cmd_name]).COMMANDS
        return commands[cmd_name]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS:
            from reconciler.model.meant import meant

            ctx.fail(f"there is no command {args[0]}; {meant(args[0], _HELP, '`reconciler --help` lists them')}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_HELP.items()))


@click.group(
    cls=_Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="reconciler")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Keep Shopify stores as git says they should be.

    YAML in git says what every store sells; `plan` shows what would change and why, `apply` makes exactly that.

    \b
    Example:
      reconciler validate
      reconciler plan eu --out plans
      reconciler apply plans/eu.json
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run() -> NoReturn:
    """Run the program as a process of its own, and leave it. Who ends a job of CI sends SIGTERM and means Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with seldom():  # a tenth of what importing takes is looking for garbage among what stays
        code = main()
    if code == EXIT_INTERRUPTED:
        # Else the threads of stores would be waited for. What they have sent is in the journal, before and after.
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    wants_json = "--json" in words
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot spell a title still shows the rest
    try:
        code = program.main(words, prog_name="reconciler", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        return _told(error.format_message(), EXIT_USAGE, wants_json=wants_json)
    except (click.Abort, KeyboardInterrupt) as error:
        said = "interrupted; what was written stays, run the command again"
        notes = notes_beside(error.__cause__ or error)  # click raises an error of its own from the interruption
        return _told("\n".join([said, *notes]), EXIT_INTERRUPTED, wants_json=wants_json)
    except ReconcilerError as error:
        return _explained(error, wants_json=wants_json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has left
        return EXIT_UNEXPECTED
    except OSError as error:
        return _told(_system_problem(error), EXIT_UNEXPECTED, wants_json=wants_json)
    except Exception as error:
        if "-v" in words or "--verbose" in words:
            raise
        return _told(_ours(error), EXIT_UNEXPECTED, wants_json=wants_json)
    return code if isinstance(code, int) else 0


def _explained(error: ReconcilerError, *, wants_json: bool) -> int:
    from reconciler.cli.output import diagnostics_shown, document, said
    from reconciler.render.printable import printable

    if wants_json:
        from reconciler.render.json import error_document

        document(error_document(error))
    elif isinstance(error, InvalidInput):
        diagnostics_shown(error.diagnostics)
    else:
        # A line that is set in belongs to the one before: the names to choose from are no errors.
        lines = str(error).splitlines()
        said("\n".join(printable(line if line.startswith("  ") else f"error: {line}") for line in lines))
    return error.exit_code


def _told(message: str, code: int, *, wants_json: bool) -> int:
    from reconciler.cli.output import document, said
    from reconciler.render.json import failure_document
    from reconciler.render.printable import printable

    if wants_json:
        document(failure_document(_KINDS[code], message, exit_code=code))
    else:
        said("\n".join(printable(f"error: {line}") for line in message.splitlines()))
    return code


_KINDS = {EXIT_UNEXPECTED: "unexpected", EXIT_USAGE: "wrong-usage", EXIT_INTERRUPTED: "interrupted"}


def _system_problem(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def _ours(error: Exception) -> str:
    return (
        f"unexpected {type(error).__name__}; this is a defect of ours: run it again with -v and report what it prints"
    )
