"""Automatic collections: what takes a product in by itself, as values, whichever model of a store they come from.

The words are those of ``model/category.py``: ``tag is summer``, ``price above 20``. Whoever reads a store turns its
spelling into these; what has no such words is Opaque, and nothing is ever guessed about it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from reconciler.model.address import Address

Match: TypeAlias = Literal["all", "any"]

CONDITIONS_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "product": {
        "title": "title",
        "product_type": "type",
        "vendor": "vendor",
        "tags": "tag",
        "status": "status",
        "category": "category",
    },
    "variant": {
        "price": "price",
        "compare_at_price": "compare_at_price",
        "weight": "weight",
        "option_values": "variant_title",
    },
    "stock": {"available": "inventory"},
    "adjustment": {"delta": "inventory"},
}
"""Kind → field → what conditions call it. Metafields go by their own name, after the kind that holds them."""
_NONE_MAY: Final = frozenset({"is_not", "does_not_contain"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition: a subject, how it compares, and values."""

    subject: str
    """``tag``, ``price``; for metafields ``metafield:NAMESPACE.KEY`` and ``variant_metafield:NAMESPACE.KEY``."""
    relation: str
    values: tuple[str, ...] = ()
    match: Match = "any"
    """Of several values: whether one has to fit, or all."""
    deep: bool = True
    """Of a category: whether what is below it counts."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that decides about products, and that nobody here can work out; ``why`` says what it is."""

    why: str


Condition: TypeAlias = Comparison | Opaque


@dataclass(frozen=True, slots=True)
class Source:
    """What takes products in: conditions and a selection by hand, less what is kept out."""

    conditions: tuple[Condition, ...] = ()
    match: Match = "all"
    has_selected: bool = False
    """Some products are in it by hand; which, is not read."""
    out: tuple[Condition, ...] = ()
    out_match: Match = "all"
    has_deselected: bool = False
    """Some products are kept out by hand; which, is not read."""
    is_ours: bool = False
    """Git writes its conditions."""
    kept: tuple[Condition, ...] = ()
    """Conditions beside the others that no file can say: they stay when git writes."""
    one_variant: bool = True
    """Conditions on variants have to be met by one and the same; False: nobody says."""


@dataclass(frozen=True, slots=True)
class Automatic:
    """A collection that finds products by itself: the union of its sources."""

    title: str
    handle: str | None = None
    id: str | None = None
    """None: it is to be made."""
    address: Address | None = None
    """None: it is not ours."""
    sources: tuple[Source | Opaque, ...] = ()

    @property
    def is_by_hand_alone(self) -> bool:
        """Whether no product is in it but those that somebody put there."""
        return not any(isinstance(each, Opaque) or each.conditions or each.kept for each in self.sources)

    def ours(self) -> Source | None:
        """Return the source that git writes, if it has one."""
        return next((each for each in self.sources if isinstance(each, Source) and each.is_ours), None)

    def with_conditions(self, conditions: tuple[Comparison, ...], match: Match) -> "Automatic":
        """Return the collection with these in place of the conditions that git can write."""
        own = self.ours()
        written = replace(own or Source(is_ours=True), conditions=conditions, match=match)
        if own is None:
            return replace(self, sources=(*self.sources, written))
        return replace(self, sources=tuple(written if each is own else each for each in self.sources))


def as_git_writes(subject: str, relation: str, values: tuple[str, ...]) -> Comparison:
    """Return a condition as git writes it: of several values one is enough, of those that must not be, none may be."""
    return Comparison(subject, relation, values, "all" if relation in _NONE_MAY else "any")


def everything(automatic: Automatic) -> Iterator[Condition]:
    """Yield every condition of a collection, of whatever sort."""
    for source in automatic.sources:
        if isinstance(source, Opaque):
            yield source
        else:
            yield from (*source.conditions, *source.kept, *source.out)
