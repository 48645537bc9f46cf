"""Credentials: from the references in a store's file to a source of tokens. The only reader of secrets."""

import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place
from reconciler.model.store import SecretReference, Store
from reconciler.shopify.auth import ClientCredentials, StaticToken, TokenSource
from reconciler.shopify.endpoint import endpoint_of
from reconciler.shopify.secret import Secret

_LONGEST_COMMAND_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Vault:
    """Where references point to."""

    environment: Mapping[str, str] = field(repr=False)
    root: Path  # the repository: files are relative to it, and commands run in it


def token_source(store: Store, *, base_url: str, vault: Vault) -> TokenSource:
    """Return the source of tokens that a store's file describes. Nothing is sent; secrets are read now.

    Raises InvalidInput with everything that is missing, by reference.
    """
    credentials = store.document.credentials
    if credentials is None:
        if store.sandbox_name is not None:
            return StaticToken(Secret("sandbox"), "nothing; the embedded store takes any token")
        hint = "name a token, such as credentials: {token: {env: EU_TOKEN}}"
        raise InvalidInput([Diagnostic("credentials are missing", Place(store.file), hint)])
    if credentials.token is not None:
        (token,) = _all_read(store, vault, credentials.token)
        return StaticToken(token, reference_name(credentials.token))
    if credentials.client_id is None or credentials.client_secret is None:
        raise InvalidInput([Diagnostic("credentials name neither a token nor a client", Place(store.file))])
    client_id, client_secret = _all_read(store, vault, credentials.client_id, credentials.client_secret)
    names = f"{reference_name(credentials.client_id)} and {reference_name(credentials.client_secret)}"
    return ClientCredentials(endpoint_of(store, base_url=base_url, credential=names), client_id, client_secret)


def reference_name(reference: SecretReference | str) -> str:
    """Return where a secret is found, for people. Of a command only its program: arguments may be secrets."""
    if isinstance(reference, str):
        return "client_id"
    if reference.env is not None:
        return reference.env
    if reference.file is not None:
        return f"the file {reference.file}"
    return f"what the command {(_words(reference.command or '') or ('?',))[0]} prints"


def _all_read(store: Store, vault: Vault, *references: SecretReference | str) -> list[Secret]:
    secrets: list[Secret] = []
    problems: list[Diagnostic] = []
    for reference in references:
        read = _read(reference, vault)
        if isinstance(read, Secret):
            secrets.append(read)
        else:
            problems.append(Diagnostic(f"{reference_name(reference)} {read}", Place(store.file)))
    if problems:
        raise InvalidInput(problems)
    return secrets


def _read(reference: SecretReference | str, vault: Vault) -> Secret | str:
    """The secret, or what is wrong with it: said of the reference, without showing the value."""
    if isinstance(reference, str):
        value = reference
    elif reference.env is not None:
        if reference.env not in vault.environment:
            return "is not set; set this environment variable to the token"
        value = vault.environment[reference.env].strip()
    elif reference.file is not None:
        try:
            value = (vault.root / reference.file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return "cannot be read; write the token to it"
    else:
        printed = _printed(_words(reference.command or ""), vault.root)
        if printed is None:
            return "cannot be used: the command failed; run it by hand to see why"
        value = printed.strip()
    if not value:
        return "is empty; expected a token"
    # What no header can carry ends in an exception of the HTTP library that shows the value.
    if not (value.isascii() and value.isprintable()) or " " in value:
        return "holds a character that no token has, such as a space or a line break; copy the token again"
    return Secret(value)


def _printed(words: tuple[str, ...], folder: Path) -> str | None:
    if not words:
        return None
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, timeout=_LONGEST_COMMAND_S, check=False)
        return done.stdout.decode("utf-8") if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return ()
