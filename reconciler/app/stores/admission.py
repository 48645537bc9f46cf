"""Admission: how far a store lets us in: does its address answer, is there a shop, is the token good, which version.

The address is tried without a token first: a refused connection and a refused token are told apart, and a store whose
credential is not to be had is looked at as far as anybody can. Where another version of the API answers, the store is
asked in that one, so that one run tells everything that is wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reconciler.app.stores.checks import failed, passed, refused
from reconciler.app.stores.connect import EmbeddedShops, address, way
from reconciler.model.checkup import Check
from reconciler.model.errors import Diagnostic, InvalidInput, StoreRefused
from reconciler.model.origin import Place
from reconciler.model.store import API_VERSION, Store
from reconciler.shopify.auth import TokenSource
from reconciler.shopify.client import ReadClient, connect
from reconciler.shopify.endpoint import Endpoint, endpoint_of
from reconciler.shopify.errors import ShopNotFound, Unauthorized, WrongVersion
from reconciler.shopify.offer import Offer, read_offer
from reconciler.shopify.preflight import ShopFacts, read_facts
from reconciler.shopify.probe import probe, refusal
from reconciler.shopify.retry import Budget
from reconciler.shopify.wire import Received

_BUDGET: Final = Budget(attempts=3)  # somebody is watching
_VERSION: Final = re.compile(r"20\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A store that lets us in."""

    client: ReadClient
    facts: ShopFacts
    offer: Offer
    asked_otherwise: bool
    """Whether it is asked in another version of the API than its file says."""


class Admission:
    """The way into one store; ``checks`` holds what was met on it."""

    def __init__(self, store: Store, root: Path, embedded: EmbeddedShops) -> None:
        self._store = store
        self._root = root
        self._embedded = embedded
        self.checks: list[Check] = []

    def entered(self) -> Admitted | None:
        """Return the store as far as it lets us in; None when it does not."""
        try:
            endpoint = endpoint_of(self._store, base_url=address(self._store, self._embedded), credential="")
            answered = probe(endpoint)
        except (InvalidInput, StoreRefused) as error:
            self.checks.append(refused("address", error))
            return None
        self.checks.append(passed("address", f"{endpoint.host} answers"))
        try:
            base_url, token = way(self._store, self._root, self._embedded)
        except InvalidInput as error:
            self._without_token(endpoint, answered, error)
            return None
        return self._admitted(base_url, token)

    def _without_token(self, endpoint: Endpoint, answered: Received, error: InvalidInput) -> None:
        """The credential is not to be had; what the shop tells anybody is told."""
        told = refusal(answered, endpoint)
        self.checks.append(refused("shop", told) if told else passed("shop", "asks for a token"))
        self.checks.append(refused("token", error))

    def _admitted(self, base_url: str, token: TokenSource) -> Admitted | None:
        wrong: StoreRefused | None = None
        try:
            client, facts, offer = _asked(self._store, base_url, token)
        except StoreRefused as error:
            other = _version_worth_a_try(error, self._store)
            found = _asked_again(self._store, other, base_url, token) if other else None
            if found is None:
                self.checks += _refusal(error)
                return None
            (client, facts, offer), wrong = found, error
        self.checks.append(passed("shop", f"{facts.name} ({facts.domain})"))
        self.checks.append(passed("token", f"accepted; it comes from {token.reference}"))
        self.checks.append(_version(self._store, offer, wrong))
        return Admitted(client, facts, offer, asked_otherwise=wrong is not None)


def _asked(store: Store, base_url: str, token: TokenSource) -> tuple[ReadClient, ShopFacts, Offer]:
    client = connect(store, base_url=base_url, token=token, budget=_BUDGET)
    try:
        return client, read_facts(client, store), read_offer(client)
    except StoreRefused:
        client.close()
        raise


def _asked_again(
    store: Store, version: str, base_url: str, token: TokenSource
) -> tuple[ReadClient, ShopFacts, Offer] | None:
    """Return what the store says in another version of the API; None when it does not."""
    document = store.document.model_copy(update={"api_version": version})
    try:
        return _asked(replace(store, document=document), base_url, token)
    except StoreRefused:
        return None


def _version_worth_a_try(error: StoreRefused, store: Store) -> str | None:
    """Return the version that may answer: 404 is said of a shop and of a version that nobody knows."""
    match error:
        case WrongVersion(answered=answered) if _VERSION.fullmatch(answered):
            return answered
        case ShopNotFound() if store.document.api_version != API_VERSION:
            return API_VERSION
        case _:
            return None


def _refusal(error: StoreRefused) -> Iterator[Check]:
    """Yield the checks that an error settles: what got as far as a later one passed the earlier ones."""
    match error:
        case Unauthorized():
            yield passed("shop", "is there, and asks for another token")
            yield refused("token", error)
        case WrongVersion():
            yield passed("shop", "answers")
            yield passed("token", "accepted")
            yield refused("API version", error)
        case _:
            yield refused("shop", error)


def _version(store: Store, offer: Offer, wrong: StoreRefused | None) -> Check:
    asked = store.document.api_version
    hint = f"set api_version to one of {', '.join(offer.versions)}; this engine was written against {API_VERSION}"
    if isinstance(wrong, WrongVersion):
        problem = f"{asked} was asked for, and {wrong.answered} answered: {asked} is not served any more"
        return failed("API version", [Diagnostic(problem, Place(store.file), hint)])
    if wrong is not None:
        problem = f"{asked} is not known there; {API_VERSION} is"
        return failed("API version", [Diagnostic(problem, Place(store.file), hint)])
    if asked not in offer.versions:
        problem = f"{asked} answers, but is not a supported version: it may still change"
        return failed("API version", [Diagnostic(problem, Place(store.file), hint)], exit_code=InvalidInput.exit_code)
    note = "" if asked == API_VERSION else f"; this engine was written against {API_VERSION}"
    return passed("API version", f"{asked} answers, and is supported{note}")
