"""The pages of commands and of exit codes, from click's own parameters."""

import inspect
from collections.abc import Callable, Iterator

import click

from reconciler.cli.main import program
from tests.reference.markdown import code, table

MEANINGS = {
    0: "done, or nothing to do",
    1: "unexpected error; `audit verify`: a journal is not as it was written",
    2: "changes are pending (`plan --detailed-exitcode`, `drift`)",
    3: "configuration or catalog is not right",
    4: "the plan breaks a limit that nobody accepted",
    5: "the plan, or the snapshot, is stale, foreign or damaged, or another than the approved one; nothing was written",
    6: "done in part; the report says what and why",
    7: "a store could not be reached, or refused us",
    64: "wrong usage",
    130: "interrupted; what was written stays, run the command again",
}
_ALWAYS = (0, 1, 64, 130)
_ASKS = (3, 7)
EXITS: dict[str, tuple[int, ...]] = {
    "init": (),
    "validate": (3,),
    "doctor": _ASKS,
    "plan": (2, 3, 5, 7),
    "snapshot": _ASKS,
    "show": (5,),
    "compare": (5,),
    "apply": (3, 4, 5, 6, 7),
    "drift": (2, 3, 6, 7),
    "rollback": (3, 5, 7),
    "audit log": (),
    "audit runs": (),
    "audit verify": _ASKS,
    "audit acknowledge": _ASKS,
    "explain": (3,),
    "import csv": (3,),
    "import json": (3,),
    "import store": _ASKS,
    "schema": (),
    "watch": (3, 4, 6, 7),
    "ci validate": (3,),
    "ci plan": (3, 4, 7),
    "ci stores": (3,),
    "ci part": (3, 7),
    "ci gather": (3, 4, 5),
    "ci approved": (3, 4, 5, 7),
    "ci apply": (3, 4, 5, 6, 7),
    "ci drift": (3, 6, 7),
    "sandbox serve": (7,),
    "sandbox query": (7,),
    "sandbox reset": (7,),
    "demo": (),
    "completion": (),
}
"""Command → the codes that it may end with, besides those of every command."""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, with its words."""
    yield from _below(program, "")


def _below(group: click.Group, words: str) -> Iterator[tuple[str, click.Command]]:
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            if isinstance(command, click.Group):
                yield from _below(command, f"{words}{name} ")
            else:
                yield f"{words}{name}", command


def commands_page() -> str:
    """Return a section for each command."""
    common = _options(next(iter(commands()))[1], lambda name: name in _COMMON)
    found = [_section(words, command) for words, command in commands()]
    return "\n".join(["## With every command\n", table(("option", "does"), common), *found])


def exits_page() -> str:
    """Return what each code means, and which commands may end with it."""
    rows = []
    for number, meaning in MEANINGS.items():
        who = "every command" if number in _ALWAYS else ", ".join(code(w) for w, own in EXITS.items() if number in own)
        rows.append((code(str(number)), meaning, who))
    return table(("code", "means", "of"), rows)


_COMMON = {"project", "as_json", "verbose"}


def _section(words: str, command: click.Command) -> str:
    text, _, example = inspect.cleandoc(command.help or "").partition("\b\nExample:\n")
    usage = " ".join(["reconciler", words, *_arguments(command)])
    rows = list(_options(command, lambda name: name not in _COMMON))
    codes = ", ".join(code(str(number)) for number in sorted({*_ALWAYS, *EXITS.get(words, ())}))
    shown = "\n".join(line.strip() for line in example.strip().splitlines())
    options = f"{table(('option', 'does'), rows)}\n" if rows else ""
    return (
        f"## {words}\n\n{text.strip()}\n\n`{usage}`\n\n{options}"
        f"```sh\n{shown}\n```\n\n[Exit codes](exit-codes.md): {codes}.\n"
    )


def _arguments(command: click.Command) -> Iterator[str]:
    context = click.Context(command)
    yield from (
        parameter.make_metavar(context) for parameter in command.params if isinstance(parameter, click.Argument)
    )
    if any(isinstance(each, click.Option) and each.name not in _COMMON for each in command.params):
        yield "[OPTIONS]"


def _options(command: click.Command, fits: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    context = click.Context(command, max_content_width=1000)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and fits(parameter.name or ""):
            record = parameter.get_help_record(context)
            assert record is not None
            yield code(record[0]), record[1]
