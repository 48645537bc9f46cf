"""Stocktaking: quantities by location, as files say them, inline or in tables, each with what is meant by it."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr, model_validator

from reconciler.model.document import Document

Intent = Literal["set", "adjust", "seed", "observe"]
"""What git means by a quantity. set: git is the record. adjust: a signed change, applied exactly once. seed: only when
the item is first stocked there. observe: shown, never written."""

MOST = 1_000_000_000
_NAME = re.compile(r"[^/\x00-\x1f]+")
_REFERENCE = re.compile(r"[^\x00-\x1f]+")


def spelled_out(value: object) -> object:
    """Return a quantity that is written as a number as the mapping that it stands for."""
    return {"quantity": value} if isinstance(value, int) and not isinstance(value, bool) else value


def location_name(name: str) -> str:
    """Return the text if it can name a location. Raises ValueError."""
    if not _NAME.fullmatch(name) or name != name.strip() or ": " in name:
        message = f"{name!r} cannot be the name of a location: no slash, no colon with a space, no spaces around it"
        raise ValueError(message)
    return name


def _reference(text: str) -> str:
    if not _REFERENCE.fullmatch(text) or text != text.strip():
        message = f"{text!r} cannot be a reference: it is one line, without spaces around it"
        raise ValueError(message)
    return text


Quantity = Annotated[StrictInt, Field(ge=-MOST, le=MOST)]


class Stock(Document):
    """A quantity at one location. Written as a number it is the quantity, with the intent of its location or store."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["quantity"]}, {"required": ["adjust"]}],
            "dependencies": {"adjust": ["reference"], "reference": ["adjust"]},
        }
    )

    quantity: Quantity | None = None
    """How many can be sold."""
    intent: Literal["set", "seed", "observe"] | None = None
    """What git means by the quantity; left out, what its location or its store says."""
    adjust: Quantity | None = None
    """A signed change instead of a quantity: ``-3``."""
    reference: Annotated[StrictStr, Field(min_length=1, max_length=200), AfterValidator(_reference)] | None = None
    """What the change is for; a change of one reference is applied once to each item and location."""

    @model_validator(mode="after")
    def _one_meaning(self) -> "Stock":
        if (self.quantity is None) == (self.adjust is None):
            message = "expected exactly one of quantity and adjust"
            raise ValueError(message)
        if (self.adjust is None) != (self.reference is None):
            message = "adjust and reference go together: the reference is what makes a change count once"
            raise ValueError(message)
        if self.adjust is not None and self.intent is not None:
            message = "adjust is an intent of its own; leave intent out"
            raise ValueError(message)
        return self


LocationName = Annotated[StrictStr, Field(min_length=1, max_length=100), AfterValidator(location_name)]
GivenStock = Annotated[Stock, BeforeValidator(spelled_out, json_schema_input_type=Quantity | Stock)]
Stocks = dict[LocationName, GivenStock | None]
"""Location, as the stores' files name it → the quantity there; null takes the item out of the location."""
