"""Ledger: a plan in money, in the store's currency: what a reviewer wants to know before any single change."""

from dataclasses import dataclass
from decimal import Decimal

from reconciler.model.address import AddressText
from reconciler.model.money import Amount


@dataclass(frozen=True, slots=True)
class PriceMove:
    """The price of one variant, before and after."""

    address: AddressText
    """The variant."""
    before: Amount
    """The price in the store."""
    after: Amount
    """The price that git asks for."""
    percent: Amount
    """Rounded to one decimal; below zero for a cut."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many prices move by at least ``low`` and less than ``high`` percent; None: without an end."""

    low: int | None
    """From this percentage on; null: from below all others."""
    high: int | None
    """Below this percentage; null: without an end."""
    count: int
    """How many prices."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A plan in money. Percentages are of the price before."""

    repriced: int = 0
    """Variants that have a price and get another one."""
    moves: tuple[Bar, ...] = ()
    """A histogram of those, from the deepest cuts to the steepest rises."""
    cuts: tuple[PriceMove, ...] = ()
    """The deepest."""
    rises: tuple[PriceMove, ...] = ()
    """The steepest."""
    below_cost: int = 0
    """Prices that the plan writes, and that are below the cost."""
    without_cost: int = 0
    """Prices that the plan writes, of variants of which nobody knows the cost."""
    stock_added: Amount = Decimal(0)
    """The value of the pieces that come: at cost, or at price where the cost is not known."""
    stock_removed: Amount = Decimal(0)
    """The same, of the pieces that go."""
    pieces_added: int = 0
    """How many pieces come."""
    pieces_removed: int = 0
    """How many pieces go."""
    appear: tuple[AddressText, ...] = ()
    """Products that shoppers will see, and do not see now: by their status, or with their first publication."""
    vanish: tuple[AddressText, ...] = ()
    """Products that shoppers see, and will not see any more: by their status, or with their last publication."""
