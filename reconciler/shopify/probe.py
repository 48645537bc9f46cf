"""Probe: whether anything answers at a store's address. It carries no token, so none goes to whoever sits there."""

from typing import Final

from reconciler.shopify.answer import Failure, judge
from reconciler.shopify.endpoint import Endpoint
from reconciler.shopify.errors import BadResponse, SecurityRejection, ShopError, ShopFrozen, ShopLocked, ShopNotFound
from reconciler.shopify.refusals import of_broken
from reconciler.shopify.retry import Effect
from reconciler.shopify.wire import Broken, Patience, Received, Wire

_QUESTION: Final = b'{"query":"{ shop { id } }"}'
_HEADERS: Final = {"Content-Type": "application/json"}
_PATIENCE: Final = Patience(silence_s=20.0, answer_s=30.0)
_TOLD_TO_ANYBODY: Final = (BadResponse, SecurityRejection, ShopFrozen, ShopLocked, ShopNotFound)


def probe(endpoint: Endpoint) -> Received:
    """Return what is answered without a token. Raises ShopError when nothing is; it is asked once."""
    wire = Wire(endpoint.graphql_url, patience=_PATIENCE)
    try:
        received = wire.post(endpoint.graphql_url, _QUESTION, _HEADERS)
    finally:
        wire.close()
    if isinstance(received, Broken):
        raise of_broken(received, endpoint)
    return received


def refusal(received: Received, endpoint: Endpoint) -> ShopError | None:
    """Return what an answer without a token says about the shop itself; None when it only asks for a token."""
    verdict = judge(received, Effect.READ, endpoint).verdict
    told = isinstance(verdict, Failure) and isinstance(verdict.error, _TOLD_TO_ANYBODY)
    return verdict.error if isinstance(verdict, Failure) and told else None
