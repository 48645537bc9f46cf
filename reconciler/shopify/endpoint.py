"""Endpoint: where a store is asked. Shopify: ``{url}/admin/api/{version}/graphql.json``."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from reconciler.model import loopback
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place
from reconciler.model.store import Store


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A store's address, and the words that a message about it needs."""

    store: str
    file: str
    base_url: str  # without a slash at the end; may carry a path prefix
    version: str
    credential: str  # where the credential is found, for people: EU_TOKEN

    @property
    def graphql_url(self) -> str:
        """Where documents are posted."""
        return f"{self.base_url}/admin/api/{self.version}/graphql.json"

    @property
    def grant_url(self) -> str:
        """Where a client id and secret are exchanged for a token."""
        return f"{self.base_url}/admin/oauth/access_token"

    @property
    def host(self) -> str:
        """The host, for messages."""
        return urlsplit(self.base_url).hostname or self.base_url


def endpoint_of(store: Store, *, base_url: str, credential: str) -> Endpoint:
    """Return the endpoint of a store. Raises InvalidInput for a URL that a token must not be sent to."""
    if problem := _problem(base_url):
        raise InvalidInput([Diagnostic(problem, Place(store.file))])
    return Endpoint(store.name, store.file, base_url.rstrip("/"), store.document.api_version, credential)


def is_loopback(url: str) -> bool:
    """Whether the URL names this very machine."""
    return loopback.is_loopback(_host(url))


def _problem(url: str) -> str | None:
    """What speaks against sending a token there; the URL is not repeated, it may hold a password."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "url cannot be read; expected https://NAME.myshopify.com"
    if parts.scheme not in {"http", "https"} or not host:
        return "url is not an http address; expected https://NAME.myshopify.com"
    if parts.username is not None or parts.password is not None:
        return "url holds a user name or a password; take it out and name the credential below credentials"
    if parts.query or parts.fragment:
        return "url holds a ? or a #; expected https://NAME.myshopify.com"
    if parts.scheme == "http" and not _is_near(url):
        return f"url would send the token to {host} unencrypted; write https://"
    return None


def _is_near(url: str) -> bool:
    """Whether the host is this machine or its neighbour: an address that the internet does not route."""
    host = _host(url)
    if is_loopback(url) or "." not in host.strip("."):
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return host.endswith((".local", ".internal", ".test"))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
