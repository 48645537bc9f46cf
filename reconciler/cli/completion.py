"""The command ``completion``: the script that makes a shell complete our words."""

import click
from click.shell_completion import get_completion_class

from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, result
from reconciler.model.errors import ReconcilerError

_VARIABLE = "_RECONCILER_COMPLETE"
_SHELLS = ["bash", "zsh", "fish"]


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(common: Common, shell: str) -> int:
    """Print the script that completes commands, stores, plan files, addresses, limits and runs in a shell.

    \b
    Example:
      eval "$(reconciler completion bash)"                                  # in ~/.bashrc
      eval "$(reconciler completion zsh)"                                   # in ~/.zshrc, below compinit
      reconciler completion fish > ~/.config/fish/completions/reconciler.fish
    """
    from reconciler.cli.main import program

    kind = get_completion_class(shell)
    if kind is None:
        raise ReconcilerError(f"click completes nothing in {shell}; install the package again")
    script = kind(program, {}, "reconciler", _VARIABLE).source()
    if common.json:
        document({"shell": shell, "script": script})
    else:
        result(script)
    return 0


COMMANDS: dict[str, click.Command] = {"completion": completion}
