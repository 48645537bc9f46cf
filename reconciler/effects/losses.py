"""Losses: what shoppers do not find any more, although nobody deletes it: things, choices, pictures."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from reconciler.model.address import Address
from reconciler.model.change import Remove, deletes
from reconciler.model.effect import Effect, OffSale, OptionValueGone, WithoutPictures
from reconciler.model.facts import GroupFacts
from reconciler.model.resource import Resource

HIDDEN: Final = frozenset({"DRAFT", "ARCHIVED"})
"""Statuses of a product that nobody can buy. An unlisted one is for whoever has its address."""
_PUBLICATIONS: Final = {"product": "publication", "collection": "collection_publication"}


def losses(facts: GroupFacts, read: Collection[str]) -> Iterator[Effect]:
    """Yield what shoppers lose with one group. ``read``: the kinds of which live ones were read."""
    known = frozenset(read) - facts.unread
    yield from _off_sale(facts, known)
    if facts.root.kind == "product" and facts.root in facts.after:
        yield from _option_values(facts)
        if not facts.is_leaving:
            yield from _pictures(facts, known)


def _off_sale(facts: GroupFacts, known: Collection[str]) -> Iterator[Effect]:
    root = facts.root
    kind = _PUBLICATIONS.get(root.kind)
    if kind is None or root not in facts.before or root not in facts.after:
        return
    was, will = _status(facts.before, root), _status(facts.after, root)
    if was in HIDDEN or (kind in known and not _has(facts.before, kind)):
        return
    if was != will and will in {*HIDDEN, "UNLISTED"}:
        yield OffSale(root, "status", will)
    elif facts.lost(kind):
        yield OffSale(root, "publications", will)


def _option_values(facts: GroupFacts) -> Iterator[Effect]:
    removed = [
        change.address
        for change in facts.changes
        if isinstance(change, Remove) and deletes(change) and change.address.kind == "variant"
    ]
    if removed:
        left = {pair for address in facts.after if address.kind == "variant" for pair in _values(facts.after, address)}
        gone = dict.fromkeys(pair for address in removed for pair in _values(facts.before, address))
        for option, value in gone:
            if (option, value) not in left:
                yield OptionValueGone(facts.root, option, value)


def _pictures(facts: GroupFacts, known: Collection[str]) -> Iterator[Effect]:
    is_new = facts.root not in facts.before
    if (is_new and not _has(facts.after, "image")) or ("image" in known and facts.lost("image")):
        yield WithoutPictures(facts.root, is_new)


def _status(resources: Mapping[Address, Resource], root: Address) -> str | None:
    status: str | None = getattr(resources[root], "status", None)
    return status


def _has(resources: Mapping[Address, Resource], kind: str) -> bool:
    return any(address.kind == kind for address in resources)


def _values(resources: Mapping[Address, Resource], address: Address) -> tuple[tuple[str, str], ...]:
    values: tuple[tuple[str, str], ...] | None = getattr(resources.get(address), "option_values", None)
    return values or ()
