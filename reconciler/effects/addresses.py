"""Addresses of the web: which of them stop to show what they show. A handle is the last part of one.

Shopify leaves a redirect from an old handle to the new one when it is asked to, and it is. A redirect works only where
nothing answers at its path: a handle that something else takes over is lost. (shopify.dev, UrlRedirect, read 2026-11)
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reconciler.effects.losses import HIDDEN
from reconciler.model.address import Address
from reconciler.model.effect import AddressMoved
from reconciler.model.facts import GroupFacts
from reconciler.model.resource import Resource

_FOLDERS: Final = {"product": "/products/", "collection": "/collections/"}


def moved_addresses(groups: Sequence[GroupFacts], redirects: Mapping[str, str]) -> Iterator[AddressMoved]:
    """Yield the addresses that change what they show. ``redirects``: path → target, as git lists them."""
    takers = {
        path: facts.root
        for facts in groups
        if (path := _path(facts.after, facts.root)) is not None and path != _path(facts.before, facts.root)
    }
    for facts in groups:
        old, new = _path(facts.before, facts.root), _path(facts.after, facts.root)
        if old is None or old == new or _is_hidden(facts):
            continue
        taker = takers.get(old)
        leads_to = (redirects.get(old) or new) if taker is None else None
        yield AddressMoved(facts.root, old, leads_to, taker)


def _path(resources: Mapping[Address, Resource], root: Address) -> str | None:
    handle = getattr(resources.get(root), "handle", None)
    return f"{_FOLDERS[root.kind]}{handle}" if handle and root.kind in _FOLDERS else None


def _is_hidden(facts: GroupFacts) -> bool:
    return getattr(facts.before[facts.root], "status", None) in HIDDEN
