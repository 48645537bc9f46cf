"""What all mutations share: one transaction for each root field, refusals as payloads, and keys against repetition."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.shops.context import Args, Context, Resolver
from reconciler.sandbox.storage.catalog import PRODUCTS
from reconciler.sandbox.wire.errors import Refused


def _nothing(_context: Context, _args: Args) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Keyed:
    """A mutation that is sent with an idempotency key; a module lists such of its mutations as IDEMPOTENT.

    ``errors`` is the payload's list of user errors, ``shown`` what it shows beside an error about the key, and
    ``fails_for_good`` says that a key under which something was refused is spent.
    """

    errors: str = "userErrors"
    shown: Callable[[Context, Args], dict[str, Any]] = _nothing
    fails_for_good: bool = False


def atomic(resolver: Resolver) -> Resolver:
    """Return the resolver inside a transaction: what it refuses, or dies of, leaves no trace."""

    def resolve(source: Any, context: Context, args: Args) -> Any:
        try:
            with context.database.transaction():
                return resolver(source, context, args)
        except Refused as refusal:
            return refusal_payload(context, refusal)

    return resolve


def refusal_payload(context: Context, refusal: Refused) -> dict[str, Any]:
    """Return the payload of a refused mutation: what it names unchanged, and the user errors."""
    return {
        **refusal.payload,
        "product": PRODUCTS.find(context.database, refusal.unchanged),
        "userErrors": refusal.errors,
    }
