"""What all mutations share: one transaction for each root field, and refusals as payloads."""

from typing import Any

from reconciler.sandbox.shops.context import Args, Context, Resolver
from reconciler.sandbox.storage.catalog import PRODUCTS
from reconciler.sandbox.wire.errors import Refused


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
