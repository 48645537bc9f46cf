"""From a store's file to a client: where it is asked, and with which credential."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from reconciler.loading.secrets import resolve
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place
from reconciler.model.progress import Listener, Teller, unheard
from reconciler.model.store import SecretReference, Store
from reconciler.shopify.auth import ClientCredentials, StaticToken, TokenSource
from reconciler.shopify.client import ReadClient, WriteClient, connect, connect_to_write
from reconciler.shopify.endpoint import endpoint_of
from reconciler.shopify.interruption import Interruption
from reconciler.shopify.secret import Secret


class EmbeddedShops(Protocol):
    """Whoever can start embedded stores: the command line."""

    def shop(self, name: str, currency: str, places: Mapping[str, Sequence[str]] | None = None) -> tuple[str, str]:
        """Return base URL and token of an embedded store, made when there is none of that name.

        ``places``: the names of locations and publications that a new one has.
        """


def read_client(store: Store, root: Path, embedded: EmbeddedShops, listener: Listener = unheard) -> ReadClient:
    """Return a client that cannot write. Raises InvalidInput for credentials that are not to be had."""
    base_url, token = way(store, root, embedded)
    return connect(store, base_url=base_url, token=token, teller=Teller(store.name, listener))


def write_client(
    store: Store,
    root: Path,
    embedded: EmbeddedShops,
    listener: Listener = unheard,
    interruption: Interruption | None = None,
) -> WriteClient:
    """Return a client that may write until the interruption comes. Raises as ``read_client``."""
    base_url, token = way(store, root, embedded)
    teller = Teller(store.name, listener)
    return connect_to_write(store, base_url=base_url, token=token, teller=teller, interruption=interruption)


def way(store: Store, root: Path, embedded: EmbeddedShops) -> tuple[str, TokenSource]:
    """Return where a store is asked, and with which token. Raises as ``read_client``."""
    if store.sandbox_name is not None:
        base_url, token = embedded.shop(store.sandbox_name, store.currency, places_of_new(store))
        return base_url, StaticToken(Secret(token), "the embedded store's own token")
    return store.document.url, _token(store, root)


def address(store: Store, embedded: EmbeddedShops) -> str:
    """Return where a store is asked; no credential is looked for."""
    if store.sandbox_name is not None:
        return embedded.shop(store.sandbox_name, store.currency, places_of_new(store))[0]
    return store.document.url


def places_of_new(store: Store) -> dict[str, list[str]]:
    """Return the places that a store's file names: an embedded store is made with them."""
    named = store.document.places()
    return {
        f"{kind}s": [title for title in titles.values() if not title.startswith("gid://")]
        for kind, titles in named.items()
        if titles
    }


def _token(store: Store, root: Path) -> TokenSource:
    credentials = store.document.credentials
    if credentials is None:
        hint = "name one by reference: credentials: {token: {env: NAME_OF_A_VARIABLE}}"
        raise InvalidInput([Diagnostic("the store has no credentials", Place(store.file), hint)])
    if credentials.token is not None:
        return StaticToken(_secret(credentials.token, store, root), _name(credentials.token))
    if credentials.client_id is None or credentials.client_secret is None:
        raise InvalidInput([Diagnostic("credentials hold neither a token nor a client", Place(store.file))])
    reference = f"{_name(credentials.client_id)} and {_name(credentials.client_secret)}"
    endpoint = endpoint_of(store, base_url=store.document.url, credential=reference)
    client_id = _secret(credentials.client_id, store, root)
    return ClientCredentials(endpoint, client_id, _secret(credentials.client_secret, store, root))


def _secret(reference: SecretReference | str, store: Store, root: Path) -> Secret:
    return Secret(reference if isinstance(reference, str) else resolve(reference, root, Place(store.file)))


def _name(reference: SecretReference | str) -> str:
    """Return where a person finds the credential; of a command only its program, its arguments may be secret."""
    if isinstance(reference, str):
        return "client_id"
    return reference.env or reference.file or f"the command {(reference.command or '').split(' ')[0]}"
