"""Limits on prices: a slip of a finger, a wrong column, a wrong currency."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from reconciler.limits.facts import Finding, Rule, Thresholds
from reconciler.model.address import Address
from reconciler.model.change import Remove
from reconciler.model.facts import GroupFacts
from reconciler.model.money import amount_text

_VARIANT: Final = "variant"
_FIELDS: Final = frozenset({"price", "compare_at_price", "cost"})


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one variant; None: it has none, or nobody knows."""

    price: Decimal | None
    compare_at: Decimal | None
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Repricing:
    """A variant of which the plan writes a price, a compare-at price or a cost."""

    address: Address
    before: Prices
    after: Prices
    written: frozenset[str]


def repricings(facts: GroupFacts) -> Iterator[Repricing]:
    """Yield the variants of a group whose prices the plan writes; what goes has none."""
    for change in facts.changes:
        written = _FIELDS.intersection(field.path for field in change.fields)
        if change.address.kind == _VARIANT and written and not isinstance(change, Remove):
            before, after = _prices(facts.before.get(change.address)), _prices(facts.after.get(change.address))
            yield Repricing(change.address, before, after, written)


def price_zero(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield variants that would cost nothing."""
    del thresholds
    for each in repricings(facts):
        if "price" in each.written and each.after.price == 0:
            yield Finding("price-zero", each.address, f"{_said(each.before.price)} → 0.00")


def price_move(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield prices that move by more than they may, up or down."""
    for each in repricings(facts):
        percent = moved_percent(each.before.price, each.after.price)
        if percent is not None and abs(percent) > thresholds.price_move:
            moved = f"{_said(each.before.price)} → {_said(each.after.price)} ({percent:+.0f} %)"
            yield Finding("price-move", each.address, moved, f"{thresholds.price_move.normalize():f} %")


def price_swapped(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield variants whose price and compare-at price change places."""
    del thresholds
    for each in repricings(facts):
        before, after = each.before, each.after
        differed = None not in (before.price, before.compare_at) and before.price != before.compare_at
        if differed and (after.price, after.compare_at) == (before.compare_at, before.price):
            words = f"price {_said(after.price)}, compare-at {_said(after.compare_at)}: they were the other way round"
            yield Finding("price-swapped", each.address, words)


def compare_at_not_above(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield variants whose compare-at price would not be above the price: a sale that is none."""
    del thresholds
    for each in repricings(facts):
        price, compare_at = each.after.price, each.after.compare_at
        if {"price", "compare_at_price"} & each.written and price and compare_at and compare_at <= price:
            yield Finding("compare-at-not-above", each.address, f"price {_said(price)}, compare-at {_said(compare_at)}")


def below_cost(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield prices below the cost, or with less of a margin than there has to be."""
    for each in repricings(facts):
        price, cost = each.after.price, each.after.cost
        if not ({"price", "cost"} & each.written and price) or cost is None:
            continue
        if price * (100 - thresholds.margin) < cost * 100:
            wanted = f", less than {thresholds.margin.normalize():f} % above it" if cost <= price else ""
            yield Finding("below-cost", each.address, f"price {_said(price)}, cost {_said(cost)}{wanted}")


def cost_cleared(facts: GroupFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """Yield variants that lose their cost: without it nobody sees a price below it."""
    del thresholds
    for each in repricings(facts):
        if "cost" in each.written and each.before.cost and not each.after.cost:
            yield Finding("cost-cleared", each.address, f"{_said(each.before.cost)} → {_said(each.after.cost)}")


def moved_percent(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """Return by how many percent a price moves; None where there was none, or where it does not."""
    if not before or after is None or before == after:
        return None
    return (after - before) * 100 / before


def _prices(resource: object) -> Prices:
    return Prices(
        getattr(resource, "price", None), getattr(resource, "compare_at_price", None), getattr(resource, "cost", None)
    )


def _said(amount: Decimal | None) -> str:
    return "nothing" if amount is None else amount_text(amount)


RULES: Final[tuple[Rule, ...]] = (
    price_zero,
    price_move,
    price_swapped,
    compare_at_not_above,
    below_cost,
    cost_cleared,
)
