"""Rules: how catalog fields become the fields of a store, as values; ``mapping`` evaluates them.

A mapping is a table ``kind → field → Rule``. A rule knows the place that it was written at, for trails and messages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from reconciler.model.origin import Place
from reconciler.model.ownership import Ownership

Rounding = Literal["nearest", "up", "down"]


@dataclass(frozen=True, slots=True)
class Template:
    """Jinja2 over ``product``, ``variant`` and ``store``.

    Text that is one ``{{ expression }}`` keeps the expression's type; anything else makes text.
    """

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every resource; None clears the field."""

    value: str | int | bool | Decimal | tuple[str, ...] | None
    place: Place


@dataclass(frozen=True, slots=True)
class PriceRule:
    """A price: pick the currency, multiply, add, round to an ending; in that order, exactly."""

    source: Template
    place: Place
    currency: str | None = None  # None: the store's
    multiply: Decimal | None = None
    add: Decimal | None = None
    ending: Decimal | None = None  # 0.95: the nearest amount that ends so; 9.99 looks at the tens too
    rounding: Rounding = "nearest"


@dataclass(frozen=True, slots=True)
class UnionRule:
    """The members of several lists, in order, each once, ignoring case."""

    sources: tuple[Template | Constant, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """The field is not ours in this store."""

    place: Place


Rule = Template | Constant | PriceRule | UnionRule | Unmanaged


@dataclass(frozen=True, slots=True)
class MetafieldRule:
    """What makes a metafield: any rule, with the type of its value where no definition gives it."""

    rule: Rule
    type: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Owner:
    """Who decides a field, where a mapping says so."""

    ownership: Ownership
    place: Place


@dataclass(frozen=True, slots=True)
class MappingRules:
    """One mapping with everything that it inherits, resolved."""

    name: str
    rules: Mapping[str, Mapping[str, Rule]]
    """kind → field → rule."""
    inputs: Mapping[str, str]
    """File → SHA-256 of its bytes, for every file that it was made of."""
    metafields: Mapping[str, Mapping[str, MetafieldRule]] = field(default_factory=dict)
    """kind of the owner → name of the metafield → its rule."""
    ownership: Mapping[str, Owner] = field(default_factory=dict)
    """``kind.field`` → who decides it, where the store does not say."""
