"""Transport: gql's transport over requests, with the policy of ``wire``.

A wire takes one request at a time, so there are as many as there are requests on their way at once.

gql's own ``execute`` follows redirects, prints the document anew for each request and logs bodies; here all three are
left out, and the answer is kept whole, because whether ``data`` is missing or null decides if a write was executed.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any, Final, Protocol

import orjson
import requests
from gql import GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed, TransportProtocolError, TransportServerError
from gql.transport.requests import RequestsHTTPTransport
from graphql import ExecutionResult

from reconciler.model.json import JsonObject
from reconciler.shopify.documents import Document
from reconciler.shopify.secret import Secret
from reconciler.shopify.wire import LARGEST_ANSWER, Broken, Patience, Received, Wire

_OK: Final = 200


class TokenGiver(Protocol):
    """Whoever has a token."""

    def token(self) -> Secret:
        """A token that should be accepted now."""
        ...


class ShopTransport(RequestsHTTPTransport):
    """A gql transport to one store."""

    def __init__(
        self,
        url: str,
        token: TokenGiver,
        *,
        patience: Patience | None = None,
        largest_answer: int = LARGEST_ANSWER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(url, json_serialize=orjson.dumps, json_deserialize=orjson.loads)
        self._token = token
        session = requests.Session()
        self.session = session
        self._wired = partial(Wire, url, patience=patience, largest_answer=largest_answer, clock=clock)
        self._idle = [self._wired(session=session)]
        self._turn = Lock()

    def connect(self) -> None:
        """Nothing to do: the session opens its connection with the first request."""

    def exchange(self, document: Document, variables: JsonObject, secret: Secret) -> Received | Broken:
        """Send one document and return what came back. Raises TypeError for variables that JSON cannot hold."""
        payload: dict[str, object] = {"query": document.text}
        if variables:
            payload["variables"] = variables
        return self._post(orjson.dumps(payload, default=_plain), secret)

    def execute(
        self,
        request: GraphQLRequest,
        timeout: int | None = None,
        extra_args: dict[str, Any] | None = None,
        upload_files: bool = False,  # noqa: FBT001, FBT002 -- gql's signature
    ) -> ExecutionResult:
        """Execute as gql's own clients expect it; without files, and with our own limits in place of ``timeout``."""
        if extra_args or upload_files:
            raise TransportProtocolError("neither files nor extra arguments are sent to a store")
        del timeout
        received = self._post(orjson.dumps(request.payload, default=_plain), self._token.token())
        if isinstance(received, Broken):
            raise TransportConnectionFailed(received.reason)
        if received.status != _OK:
            raise TransportServerError(f"the store answered {received.status}", received.status)
        self.response_headers = requests.structures.CaseInsensitiveDict(received.headers)
        try:
            body = orjson.loads(received.body)
        except orjson.JSONDecodeError:
            raise TransportProtocolError("the answer is not JSON") from None
        if not isinstance(body, dict):
            raise TransportProtocolError("the answer is not a GraphQL response")
        return ExecutionResult(data=body.get("data"), errors=body.get("errors"), extensions=body.get("extensions"))

    def close(self) -> None:
        """Close the connections that nobody waits for. What is sent afterwards opens new ones."""
        with self._turn:
            for wire in self._idle:
                wire.close()

    def _post(self, body: bytes, secret: Secret) -> Received | Broken:
        headers = {"Content-Type": "application/json", "X-Shopify-Access-Token": secret.reveal()}
        with self._turn:
            wire = self._idle.pop() if self._idle else self._wired()
        try:
            return wire.post(self.url, body, headers)
        finally:
            with self._turn:
                self._idle.append(wire)


def _plain(value: object) -> object:
    """Mappings of any make are objects."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
