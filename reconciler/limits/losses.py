"""Limits on losses: what a shopper would miss at once, and nobody meant to take away."""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.limits.facts import Finding, Rule, Thresholds
from reconciler.model.address import Address
from reconciler.model.change import Create, Remove
from reconciler.model.facts import GroupFacts
from reconciler.model.resource import Resource

_TEXTS: Final = ("title", "description_html")
_SHOWN: Final = frozenset({"product", "collection"})


def text_emptied(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield products and collections that lose their title or their description."""
    del thresholds
    for change in facts.changes:
        if change.address.kind in _SHOWN and not isinstance(change, Create | Remove):
            for field in change.fields:
                if field.path in _TEXTS and field.before and not _words(field.after):
                    size = len(str(field.before))
                    yield Finding("text-emptied", change.address, f"{field.path}: {size} characters → nothing")


def pictures_lost(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield products that stay, and lose their last picture."""
    del thresholds
    yield from _last_lost(facts, "image", "pictures-lost", "picture")


def publications_lost(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield products and collections that stay, and leave the last place where they are sold."""
    del thresholds
    for kind in ("publication", "collection_publication"):
        yield from _last_lost(facts, kind, "publications-lost", "publication")


def stock_lost(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield products that stay, and of which nothing could be sold any more."""
    del thresholds
    if _leaves(facts) or not any(change.address.kind == "stock" for change in facts.changes):
        return
    had, has = _pieces(facts.before), _pieces(facts.after)
    if had > 0 >= has:
        yield Finding("stock-lost", facts.root, f"{had} → {has} pieces over all variants and locations")


def stock_unknown(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield counts that would be written over what customers may have bought: git's history does not tell."""
    del thresholds
    for change in facts.changes:
        if change.address in facts.unexplained:
            for field in change.fields:
                yield Finding("stock-unknown", change.address, f"{field.before} → {field.after}")


def _last_lost(facts: GroupFacts, kind: str, rule: str, noun: str) -> Iterator[Finding]:
    if _leaves(facts):
        return
    had = facts.lost(kind)
    if had:
        yield Finding(rule, facts.root, f"{had} {noun}{'s' if had > 1 else ''} → none")


def _leaves(facts: GroupFacts) -> bool:
    return facts.is_leaving or any(
        isinstance(change, Remove) and change.address == facts.root for change in facts.changes
    )


def _pieces(resources: Mapping[Address, Resource]) -> int:
    levels = (
        getattr(resource, "available", None) for address, resource in resources.items() if address.kind == "stock"
    )
    return sum(available for available in levels if available is not None)


def _words(value: object) -> bool:
    """Whether a text says anything: markup without a word does not."""
    text, inside = str(value or ""), False
    for character in text:
        inside = (inside or character == "<") and character != ">"
        if not inside and character != ">" and not character.isspace():
            return True
    return False


RULES: Final[tuple[Rule, ...]] = (text_emptied, pictures_lost, publications_lost, stock_lost, stock_unknown)
