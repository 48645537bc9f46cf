"""Claims: the limits that a plan's own changes show to be broken, whatever the plan says of itself.

Nobody signs a plan, so whoever can write its file can take a violation out and make the digest fit. What the changes
hold is worked out again from them alone: a limit that needs what the plan does not hold, such as how many prices there
are, stays a claim. Thresholds are the mildest that may hold for a product, so that no honest plan is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from pydantic import ValidationError

from reconciler.limits import losses, prices
from reconciler.limits.facts import Finding, Rule, Thresholds
from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, Remove
from reconciler.model.facts import GroupFacts
from reconciler.model.json import Json
from reconciler.model.limits import Limits
from reconciler.model.money import Amount
from reconciler.model.resource import Resource

RULES: Final[tuple[Rule, ...]] = (*prices.RULES, losses.text_emptied, losses.stock_unknown)
"""Those that speak of what a change says; the others look at what stays beside it."""
_OF_PRODUCTS: Final = frozenset({"variant", "stock"})


class _Priced(Resource):
    """What a change says of prices; the rest is not known."""

    price: Amount | None = None
    compare_at_price: Amount | None = None
    cost: Amount | None = None


def shown_broken(
    changes: Iterable[Change],
    limits: Limits,
    collections_of: Callable[[Address], frozenset[str]],
    unexplained: frozenset[Address] = frozenset(),
) -> Iterator[Finding]:
    """Yield what the changes break.

    ``collections_of``: the collections that git puts a product into. ``unexplained``: counts of which nobody knows
    whether customers moved them.
    """
    for change in changes:
        if isinstance(change, Remove):
            continue
        of_product = change.address.kind in _OF_PRODUCTS
        root = Address("product", change.address.root_key) if of_product else change.address
        thresholds = _mildest(limits, collections_of(root))
        facts = replace(_facts(root, change), unexplained=unexplained)
        for rule in RULES:
            yield from (finding for finding in rule(facts, thresholds) if finding.rule not in thresholds.off)


def _facts(root: Address, change: Change) -> GroupFacts:
    before = _priced((field, field.before) for field in change.fields)
    after = _priced((field, field.after) for field in change.fields)
    return GroupFacts(root, (change,), {change.address: before}, {change.address: after})


def _priced(values: Iterable[tuple[FieldChange, Json]]) -> _Priced:
    given = {field.path: value for field, value in values if field.path in _Priced.model_fields}
    try:
        return _Priced.model_validate(given)
    except ValidationError:
        return _Priced()  # it is no amount, and the store will say so


def _mildest(limits: Limits, collections: frozenset[str]) -> Thresholds:
    """Return the mildest thresholds that may hold: which tags a product has is not known."""
    may_fit = [each for each in limits.exceptions if each.collection is None or each.collection in collections]
    moves = _given([limits.price_move, *(each.price_move for each in may_fit)])
    margins = _given([limits.margin, *(each.margin for each in may_fit)])
    off = frozenset(limits.off).union(*(each.off for each in may_fit))
    return Thresholds(max(moves), min(margins), off)


def _given(values: Sequence[Decimal | None]) -> list[Decimal]:
    return [value for value in values if value is not None]
