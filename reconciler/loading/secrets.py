"""Secrets: a reference becomes its value, when it is needed and no sooner. No message ever holds the value."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reconciler.loading.plain_file import opened_as_named
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place
from reconciler.model.store import SecretReference

COMMAND_TIMEOUT_S: Final = 60.0  # a password manager may wait for a fingerprint
_LONGEST: Final = 64 * 1024  # bytes, of a secret in a file


def resolve(
    reference: SecretReference, root: Path, place: Place, *, environment: Mapping[str, str] | None = None
) -> str:
    """Return the secret that a reference of a store's file leads to.

    Raises InvalidInput, which names the variable, the file or the program, when there is none.
    """
    if reference.env is not None:
        return _variable(reference.env, os.environ if environment is None else environment, place)
    if reference.file is not None:
        return _file(reference.file, root, place)
    return _command(reference.command or "", root, place)


def _variable(name: str, environment: Mapping[str, str], place: Place) -> str:
    value = environment.get(name)
    if value is None:
        raise _missing(f"the environment variable {name} is not set", place, "set it, and run again")
    return _given(value, f"the environment variable {name}", place)


def _file(name: str, root: Path, place: Place) -> str:
    try:
        with opened_as_named(root / Path(name).expanduser()) as stream:
            text = stream.read(_LONGEST).decode("utf-8")
    except UnicodeDecodeError:
        raise _missing(f"the secret's file {name} is not text", place, "expected one line of UTF-8") from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise _missing(f"the secret's file {name} cannot be read: {reason}", place, "write the secret there") from None
    return _given(text, f"the secret's file {name}", place)


def _command(command: str, root: Path, place: Place) -> str:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise _missing("the command cannot be split into words", place, "close its quotes")
    # Only the program is named: its arguments may hold what nobody should read.
    what = f"the command {words[0]}"
    try:
        done = subprocess.run(
            words, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=COMMAND_TIMEOUT_S
        )
        text = done.stdout.decode("utf-8")
    except subprocess.TimeoutExpired:
        raise _missing(f"{what} took more than {COMMAND_TIMEOUT_S:.0f} s", place, "run it by hand to see why") from None
    except UnicodeDecodeError:
        raise _missing(f"{what} printed what is not text", place, "expected one line of UTF-8") from None
    except (OSError, ValueError):
        raise _missing(f"{what} cannot be run", place, "install it, or correct its name") from None
    if done.returncode:
        raise _missing(f"{what} ended with exit code {done.returncode}", place, "run it by hand to see why")
    return _given(text, what, place)


def _given(text: str, what: str, place: Place) -> str:
    secret = text.strip()
    if not secret:
        raise _missing(f"{what} is empty; expected a secret", place, "give it a value, and run again")
    if any(character.isspace() or not character.isprintable() for character in secret):
        raise _missing(f"{what} holds more than one word; expected a secret", place, "leave only the secret there")
    return secret


def _missing(summary: str, place: Place, hint: str) -> InvalidInput:
    return InvalidInput([Diagnostic(summary, place, hint)])
