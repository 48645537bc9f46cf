"""Limits: what a plan must not do before somebody accepts it by name, as a store's file sets them.

Thresholds hold for the whole store; an exception sets others for the products of a tag or a collection. An acceptance
lets one limit through for a time, with a reason that is reviewed like everything else in git.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, model_validator

from reconciler.model.money import Amount


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Percent = Annotated[Amount, Field(ge=0)]
Switchable = Literal[
    "price-move",
    "price-zero",
    "price-swapped",
    "below-cost",
    "cost-cleared",
    "compare-at-not-above",
    "text-emptied",
    "pictures-lost",
    "publications-lost",
    "stock-lost",
    "stock-unknown",
    "prices-changed",
    "catalog-shrunk",
]
"""The limits that a store may switch off for good. What takes over, removes or conflicts is always asked."""


class Share(_Document):
    """A limit as a share of what is managed, with a number below which it does not speak."""

    share: Annotated[Amount, Field(ge=0, le=1)]
    """The share, from 0 to 1: 0.1 is ten percent."""
    floor: Annotated[int, Field(ge=0)] = 0
    """Below this number the limit does not speak."""


class Exceptional(_Document):
    """Other thresholds for some products: those with a tag, or in a collection."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["tag"]}, {"required": ["collection"]}]})

    tag: StrictStr | None = None
    """A tag that the store's products carry."""
    collection: StrictStr | None = None
    """The key of a collection of the catalog."""
    price_move: Percent | None = None
    """By how many percent their prices may move."""
    margin: Percent | None = None
    """How many percent of their prices have to be above the cost."""
    off: tuple[Switchable, ...] = ()
    """Limits that these products do not know."""

    @model_validator(mode="after")
    def _about_something(self) -> "Exceptional":
        if (self.tag is None) == (self.collection is None):
            message = "expected either a tag or a collection"
            raise ValueError(message)
        return self


class Acceptance(_Document):
    """A limit let through for a time."""

    rule: Annotated[StrictStr, Field(min_length=1)]
    """The name that a plan gives to the limit: ``price-move``."""
    reason: Annotated[StrictStr, Field(min_length=1)]
    """Why, for whoever reads it later; the journal keeps it."""
    until: date
    """The last day, in UTC."""


class Limits(_Document):
    """What a plan may do before somebody has to accept it by name."""

    removed: dict[str, Share] = {
        "product": Share(share=Decimal("0.1"), floor=5),
        "variant": Share(share=Decimal("0.1"), floor=10),
        "collection": Share(share=Decimal("0.1"), floor=3),
    }
    """By kind: the share of what is managed, and the number below which the limit does not speak."""
    shrunk: Share = Share(share=Decimal("0.25"), floor=1)
    """How much smaller than what is managed in the store the catalog may be."""
    prices_changed: Share = Share(share=Decimal("0.5"), floor=5)
    """The share of the managed variants whose price changes."""
    price_move: Percent = Decimal(50)
    """By how many percent a price may move, up or down."""
    margin: Percent = Decimal(0)
    """How many percent of a price have to be above the cost; 0: a price must not be below the cost."""
    off: tuple[Switchable, ...] = ()
    """Limits that this store does not want."""
    exceptions: tuple[Exceptional, ...] = ()
    """Other thresholds for some products; the last one that fits a product decides."""
    accept: tuple[Acceptance, ...] = ()
    """Limits that are let through for a time."""
