"""Sorting: whether a product is in an automatic collection, by its sources, compiled once for all products.

A collection is the union of its sources; each has the products that meet its conditions, and those that somebody put
there, less those that it keeps out. A product meets conditions on variants if one of its variants does.
(shopify.dev, CollectionSourceTargetType, read 2026-11)
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from reconciler.effects.comparing import Holds, compiled
from reconciler.effects.subject import Seen, Subject
from reconciler.effects.verdict import Verdict, every, negated, some
from reconciler.model.automatic import Automatic, Comparison, Condition, Match, Opaque, Source, everything

OF_VARIANTS: Final = frozenset({"price", "compare_at_price", "weight", "inventory", "variant_title"})
SELECTED: Final = "some products are in it by hand, and which is not read"
DESELECTED: Final = "some products are kept out of it by hand, and which is not read"

_Meets: TypeAlias = Callable[[Subject], Verdict]


@dataclass(frozen=True, slots=True)
class Sorting:
    """A collection, ready to say which products are in it."""

    automatic: Automatic
    reads: frozenset[str] | None
    """The subjects that it looks at; None: who knows."""
    has: Callable[[Subject], Verdict]

    def doubts(self, subject: Subject) -> Iterator[str]:
        """Yield why nobody can say whether it has a product."""
        for condition in everything(self.automatic):
            if isinstance(condition, Opaque):
                yield condition.why
            elif _held(condition.subject, subject) is None:
                yield f"{spoken(condition.subject)} of some products is not known"
        for source in self.automatic.sources:
            if isinstance(source, Source):
                yield from [SELECTED] if source.has_selected else []
                yield from [DESELECTED] if source.has_deselected else []


def sorting(automatic: Automatic, currency: str) -> Sorting:
    """Return a collection that is ready. ``currency``: that of the store's prices."""
    conditions = list(everything(automatic))
    is_known = not any(isinstance(each, Opaque) for each in conditions)
    reads = frozenset(each.subject for each in conditions if isinstance(each, Comparison)) if is_known else None
    sources = [_nobody_knows if isinstance(each, Opaque) else _source(each, currency) for each in automatic.sources]
    return Sorting(automatic, reads, lambda subject: some(meets(subject) for meets in sources))


def is_of_variant(subject: str) -> bool:
    """Return whether variants are looked at, and not the product itself."""
    return subject in OF_VARIANTS or subject.startswith("variant_metafield:")


def spoken(subject: str) -> str:
    """Return what people call what a condition looks at."""
    kind, _, name = subject.partition(":")
    if name:
        return f"the metafield {name}" if kind == "metafield" else f"the metafield {name} of variants"
    return f"the {subject.replace('_', ' ')}"


def _source(source: Source, currency: str) -> _Meets:
    is_in = _conditions((*source.conditions, *source.kept), source.match, currency, one_variant=source.one_variant)
    is_out = _conditions(source.out, source.out_match, currency, one_variant=True)

    def meets(subject: Subject) -> Verdict:
        selected, deselected = (
            None if by_hand and not subject.is_made else False
            for by_hand in (source.has_selected, source.has_deselected)
        )
        inside = some((is_in(subject), selected))
        return inside if inside is False else every((inside, negated(some((is_out(subject), deselected)))))

    return meets


def _conditions(conditions: Iterable[Condition], match: Match, currency: str, *, one_variant: bool) -> _Meets:
    of_product: list[Callable[[Seen], Verdict]] = []
    of_variant: list[Callable[[Seen], Verdict]] = []
    for each in conditions:
        if isinstance(each, Opaque):
            of_product.append(_nobody_can_say)
        else:
            (of_variant if is_of_variant(each.subject) else of_product).append(
                _holding(each.subject, compiled(each, currency))
            )
    if not (of_product or of_variant):
        return _nobody
    join = every if match == "all" else some

    def by_variants(subject: Subject) -> Verdict:
        if subject.variants is None:
            return None
        together = some(join(holds(each) for holds in of_variant) for each in subject.variants)
        if one_variant or len(of_variant) == 1:
            return together
        apart = join(some(holds(each) for each in subject.variants) for holds in of_variant)
        return together if together == apart else None

    def meets(subject: Subject) -> Verdict:
        parts = (holds(subject.product) for holds in of_product)
        return join((*parts, by_variants(subject))) if of_variant else join(parts)

    return meets


def _holding(subject: str, holds: Holds) -> Callable[[Seen], Verdict]:
    def of(seen: Seen) -> Verdict:
        held = seen.of(subject)
        return None if held is None else holds(held)

    return of


def _held(subject: str, product: Subject) -> object:
    if is_of_variant(subject):
        return None if product.variants is None or any(each.of(subject) is None for each in product.variants) else ()
    return product.product.of(subject)


def _nobody(subject: Subject) -> Verdict:
    del subject
    return False


def _nobody_can_say(seen: Seen) -> Verdict:
    del seen
    return None


def _nobody_knows(subject: Subject) -> Verdict:
    del subject
    return None
