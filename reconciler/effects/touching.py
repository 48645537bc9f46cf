"""Touching: which subjects of conditions the changes of a group bear upon; the others need not be looked at."""

from collections.abc import Iterator
from typing import Final

from reconciler.effects.sorting import OF_VARIANTS
from reconciler.model.automatic import CONDITIONS_OF
from reconciler.model.change import Change, deletes
from reconciler.model.facts import GroupFacts
from reconciler.model.metafields import METAFIELDS_ON

VARIANTS: Final = "variants"
"""Stands for whatever variants have: one comes or goes."""
EVERYTHING: Final = "everything"
"""The product itself comes."""
_METAFIELDS: Final = frozenset({METAFIELDS_ON["product"], METAFIELDS_ON["variant"]})


def touched(facts: GroupFacts) -> frozenset[str]:
    """Return what conditions may see change; nothing of what is no product, or is deleted whole."""
    if facts.root.kind != "product" or facts.root not in facts.after:
        return frozenset()
    if facts.root not in facts.before:
        return frozenset({EVERYTHING})
    return frozenset(subject for change in facts.changes for subject in _of(change))


def _of(change: Change) -> Iterator[str]:
    kind = change.address.kind
    if kind == "variant" and (change.action == "create" or deletes(change)):
        yield from (VARIANTS, *OF_VARIANTS)
    elif kind in _METAFIELDS:
        yield f"{kind}:{change.address.key.rpartition('/')[2]}"
    else:
        names = CONDITIONS_OF.get(kind, {})
        yield from (names[each.path] for each in change.fields if each.path in names)
