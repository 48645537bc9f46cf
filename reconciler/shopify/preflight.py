"""Preflight: one small read before a store is planned. Shopify: ``shop``, ``currentAppInstallation``.

What the shop remembers of the last apply comes along, and who holds it, or held it last.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place
from reconciler.model.store import Store
from reconciler.shopify.asking import Client
from reconciler.shopify.errors import BadResponse, MissingScopes
from reconciler.shopify.pointer import SELECTION, Memory, memory_in
from reconciler.shopify.refusals import WHERE_SCOPES_ARE
from reconciler.shopify.shop_notes import LEASE_SELECTION, lease_in
from reconciler.shopify.terms import Terms, terms_of

DOCUMENT: Final = f"""\
query Preflight {{
  shop {{ id name myshopifyDomain currencyCode plan {{ publicDisplayName }} {SELECTION} {LEASE_SELECTION} }}
  currentAppInstallation {{ accessScopes {{ handle }} }}
}}
"""
_WRITE: Final = "write_"


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """Who answered, and what it lets us do."""

    shop_id: str  # gid://shopify/Shop/1; a plan is made for this shop and no other
    name: str  # for people
    domain: str  # NAME.myshopify.com, for people
    currency: str
    plan: str  # the merchant's plan, for people; limits are read from the bucket
    scopes: frozenset[str]  # as the store lists them
    memory: Memory = field(default_factory=Memory)  # what it remembers of the last apply
    lease: Terms | None = None  # who holds it, or held it last


def preflight(client: Client, store: Store, required: Iterable[str]) -> ShopFacts:
    """Return the facts of the shop behind a store's URL, once they fit to the store's file.

    Raises InvalidInput for another currency, MissingScopes for scopes that were not granted, and whatever the client
    raises: a wrong token, URL or API version shows here first.
    """
    facts = read_facts(client, store)
    check_currency(facts, store)
    check_scopes(facts, store, required)
    return facts


def read_facts(client: Client, store: Store) -> ShopFacts:
    """Return the facts, unchecked. Raises BadResponse when the answer is not about a shop."""
    data = client.query(DOCUMENT).data
    try:
        shop, installation = data["shop"], data["currentAppInstallation"]
        return ShopFacts(
            shop_id=shop["id"],
            name=shop["name"],
            domain=shop["myshopifyDomain"],
            currency=shop["currencyCode"],
            plan=shop["plan"]["publicDisplayName"],
            scopes=frozenset(scope["handle"] for scope in installation["accessScopes"]),
            memory=memory_in(shop),
            lease=terms_of(lease_in(shop)),
        )
    except (KeyError, TypeError):
        raise BadResponse(
            store.name, "the answer does not describe a shop", f"check that url in {store.file} is a Shopify store"
        ) from None


def check_currency(facts: ShopFacts, store: Store) -> None:
    """Raise InvalidInput when the shop's prices are in another currency than the store's file says."""
    if facts.currency != store.currency:
        raise InvalidInput(
            [
                Diagnostic(
                    f"currency is {store.currency}, but {facts.domain} sells in {facts.currency}",
                    Place(store.file),
                    f"write currency: {facts.currency}, or correct url if this is the wrong shop",
                )
            ]
        )


def missing_scopes(facts: ShopFacts, required: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that were not granted, sorted.

    Writing includes reading, and some installations list the write scope alone.
    (shopify.dev, "API access scopes", read 2026-08)
    """
    implied = {f"read_{scope.removeprefix(_WRITE)}" for scope in facts.scopes if scope.startswith(_WRITE)}
    return tuple(sorted(set(required) - facts.scopes - implied))


def check_scopes(facts: ShopFacts, store: Store, required: Iterable[str]) -> None:
    """Raise MissingScopes, naming each, when the app was granted less than is needed."""
    if missing := missing_scopes(facts, required):
        raise MissingScopes(
            store.name,
            f"the app lacks the access scopes {', '.join(missing)}",
            f"add them to {WHERE_SCOPES_ARE} and install it again",
            missing,
        )
