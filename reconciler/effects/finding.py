"""Finding: the collections that may have a product, by its tags, its type and its vendor.

Most collections of a large store ask for one tag or one type, and nearly every product is held against them in vain. A
collection that has no product without one of certain values is found by those; any other one may have every product.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from reconciler.effects.comparing import Text, text
from reconciler.effects.subject import Subject
from reconciler.model.automatic import Automatic, Comparison, Condition, Opaque, Source

Key: TypeAlias = tuple[str, str]
"""A subject, and a value in one of the spellings that a store may compare."""

_SUBJECTS: Final = ("tag", "type", "vendor")
_EQUALS: Final = frozenset({"is", "includes"})


class Index:
    """Places in a list of collections, by what a product has to hold to be in one of them."""

    def __init__(self, collections: Sequence[Iterable[Automatic]]) -> None:
        """``collections``: each as it is and as it will be; both count."""
        self._anyway: list[int] = []
        self._by_key: dict[Key, list[int]] = {}
        self._by_subject: dict[str, list[int]] = {subject: [] for subject in _SUBJECTS}
        for place, sides in enumerate(collections):
            needed = _either(needed_by(side) for side in sides)
            if needed is None:
                self._anyway.append(place)
                continue
            for key in needed:
                self._by_key.setdefault(key, []).append(place)
            for subject in {subject for subject, _ in needed}:
                self._by_subject[subject].append(place)

    def places(self, *products: Subject | None) -> list[int]:
        """Return the places of the collections that may have one of these, in their order."""
        found = set(self._anyway)
        for product in products:
            for subject in _SUBJECTS if product is not None and self._by_key else ():
                held = product.product.of(subject) if product is not None else None
                if held is None:  # nobody read it
                    found.update(self._by_subject[subject])
                    continue
                for key in _spellings(subject, (each for each in held if isinstance(each, Text))):
                    found.update(self._by_key.get(key, ()))
        return sorted(found)


def needed_by(automatic: Automatic) -> frozenset[Key] | None:
    """Return what a product holds one of, unless it is surely not in the collection; None where it may be anything."""
    return _either(None if isinstance(source, Opaque) else _of_source(source) for source in automatic.sources)


def _of_source(source: Source) -> frozenset[Key] | None:
    if source.has_selected:
        return None
    keys = [_of_condition(each) for each in (*source.conditions, *source.kept)]
    if source.match == "any":
        return _either(keys)
    return min((each for each in keys if each is not None), key=len, default=None if keys else frozenset())


def _of_condition(condition: Condition) -> frozenset[Key] | None:
    if isinstance(condition, Opaque) or not _is_found(condition):
        return None
    values = condition.values if condition.match == "any" else condition.values[:1]
    return frozenset(_spellings(condition.subject, map(text, values)))


def _is_found(condition: Comparison) -> bool:
    return condition.subject in _SUBJECTS and condition.relation in _EQUALS and bool(condition.values)


def _either(sides: Iterable[frozenset[Key] | None]) -> frozenset[Key] | None:
    found: set[Key] = set()
    for each in sides:
        if each is None:
            return None
        found |= each
    return frozenset(found)


def _spellings(subject: str, texts: Iterable[Text]) -> Iterable[Key]:
    return ((subject, spelling) for each in texts for spelling in {each.lower, each.plain})
