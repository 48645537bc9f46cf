"""Facts: what rules look at, a group at a time, and what they find."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from reconciler.model.address import Address
from reconciler.model.facts import GroupFacts
from reconciler.model.limits import Limits


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of one group."""

    price_move: Decimal
    margin: Decimal
    off: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A limit that one change breaks, in words."""

    rule: str
    address: Address
    words: str
    bound: str = ""
    """The threshold that it goes beyond, where there is one: ``50 %``."""


Rule: TypeAlias = Callable[[GroupFacts, Thresholds], Iterator[Finding]]


def thresholds_for(facts: GroupFacts, limits: Limits) -> Thresholds:
    """Return what holds for a group: the store's, but for what the exceptions that fit it set otherwise."""
    move, margin, off = limits.price_move, limits.margin, frozenset[str](limits.off)
    tags = _tags(facts) if limits.exceptions else frozenset()
    for each in limits.exceptions:
        if each.tag is not None and each.tag.casefold() not in tags:
            continue
        if each.collection is not None and each.collection not in facts.collections:
            continue
        move = move if each.price_move is None else each.price_move
        margin = margin if each.margin is None else each.margin
        off |= frozenset(each.off)
    return Thresholds(move, margin, off)


def _tags(facts: GroupFacts) -> frozenset[str]:
    root = facts.after.get(facts.root) or facts.before.get(facts.root)
    tags: tuple[str, ...] = getattr(root, "tags", None) or ()
    return frozenset(tag.casefold() for tag in tags)
