"""Category: a group of products, for every store; a store shows it as a collection.

Products name the categories that they are in. A category with conditions takes its products by itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool, StrictStr, ValidationInfo, field_validator, model_validator

from reconciler.model.document import AttributeValue, Document, Key, Markdown, Moved, Seo, Text
from reconciler.model.metafields import Metafields
from reconciler.model.money import Amount, exact
from reconciler.model.origin import FieldPath, Place
from reconciler.model.ownership import Ownership
from reconciler.model.picture import Picture

Sorting = Literal[
    "manual",
    "best-selling",
    "most-relevant",
    "title",
    "title-descending",
    "price",
    "price-descending",
    "newest",
    "oldest",
]
ConditionField = Literal[
    "tag", "title", "type", "vendor", "variant_title", "price", "compare_at_price", "weight", "inventory", "category"
]
Relation = Literal[
    "is",
    "is_not",
    "contains",
    "does_not_contain",
    "starts_with",
    "ends_with",
    "above",
    "below",
    "is_set",
    "is_not_set",
]
_TEXT: Final = ("is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with")
_NUMBER: Final = ("is", "is_not", "above", "below")
_RELATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "tag": ("is", "is_not"),
    "title": _TEXT,
    "type": _TEXT,
    "vendor": _TEXT,
    "variant_title": _TEXT,
    "category": ("is", "is_not"),
    "price": _NUMBER,
    "compare_at_price": (*_NUMBER, "is_set", "is_not_set"),
    "weight": _NUMBER,
    "inventory": ("is", "above", "below"),
}
_WITHOUT_VALUE: Final = frozenset({"is_set", "is_not_set"})
_MONEY: Final = frozenset({"price", "compare_at_price"})
_ONE_VALUE: Final = _MONEY | {"weight", "inventory"}
_WEIGHT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,14})? (g|kg|oz|lb)")
_TAXONOMY: Final = re.compile(r"[a-z]{2}(-[0-9]+)*")


class Condition(Document):
    """One condition: a field, how it compares, and the values.

    Of several values one is enough; with ``is_not`` and ``does_not_contain`` none may fit.
    """

    field: ConditionField
    """What of a product is looked at."""
    relation: Relation = "is"
    """How it compares with the values."""
    values: tuple[StrictStr | Amount, ...] = ()
    """Texts. ``price``, ``compare_at_price``: one amount in the store's currency. ``weight``: one, such as ``250 g``.
    ``inventory``: one whole number. ``category``: codes of Shopify's taxonomy, each with all below it."""

    @field_validator("relation")
    @classmethod
    def _goes_with_the_field(cls, relation: str, info: ValidationInfo) -> str:
        fitting = _RELATIONS.get(info.data.get("field", ""), (relation,))
        if relation not in fitting:
            message = f"{relation} does not go with {info.data['field']}; expected one of {', '.join(fitting)}"
            raise ValueError(message)
        return relation

    @model_validator(mode="after")
    def _has_fitting_values(self) -> "Condition":
        if (self.relation in _WITHOUT_VALUE) != (not self.values):
            lacking = "values is missing" if not self.values else f"{self.relation} takes no values"
            message = f"{lacking}; write which {self.field} is meant" if not self.values else lacking
            raise ValueError(message)
        if self.field in _ONE_VALUE and len(self.values) > 1:
            message = f"{self.field} is compared with one value, and there are {len(self.values)}; write two conditions"
            raise ValueError(message)
        for value in self.values:
            expected = _misfit(self.field, value)
            if expected is not None:
                message = f"{value} does not fit {self.field}; expected {expected}"
                raise ValueError(message)
        return self

    @property
    def is_about_money(self) -> bool:
        """Whether its values are amounts."""
        return self.field in _MONEY

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Its values, where they are amounts."""
        return tuple(exact(value) for value in self.values)


def _misfit(field: str, value: str | Decimal) -> str | None:
    """Return what was expected instead of a value; None where it fits."""
    text = str(value)
    match field:
        case "price" | "compare_at_price":
            return None if _is_amount(text) else "an amount, such as 49.00"
        case "weight":
            return None if _WEIGHT.fullmatch(text) else "a number and g, kg, oz or lb, such as 250 g"
        case "inventory":
            return None if re.fullmatch(r"-?[0-9]{1,9}", text) else "a whole number"
        case "category":
            return None if _TAXONOMY.fullmatch(text) else "a code of Shopify's product taxonomy, such as aa-1-13-8"
        case _ if isinstance(value, Decimal):
            return f'text; quote it: "{value:f}"'
        case _:
            return None if text.strip() else "text"


def _is_amount(text: str) -> bool:
    try:
        return exact(text) >= 0
    except ValueError:
        return False


class Conditions(Document):
    """What makes a product a member: all of the conditions, or any."""

    match: Literal["all", "any"] = "all"
    """Whether all of the conditions have to hold, or any of them is enough."""
    rules: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=60)]
    """The conditions."""


class Category(Document):
    """One category."""

    key: Key
    """Identity for life; everything else, the handle too, may change."""
    moved: Moved = ()
    """The key that it had before, or several: what stores know by it stays what it is, and gets the new key."""
    name: Annotated[Text, Field(min_length=1, max_length=255)]
    """What shoppers read above it."""
    handle: Annotated[Text, Field(min_length=1, max_length=255)] | None = None
    """The last part of its web address; left out, the key serves."""
    description: Text | Markdown | None = None
    """HTML, or ``{markdown: ...}``."""
    image: Picture | None = None
    """The picture that stands for it."""
    sort: Sorting | None = None
    """The order in which a shopper sees the products. ``manual``: that of ``products``."""
    products: tuple[Key, ...] | None = None
    """Products in the order in which they are shown, with ``sort: manual``; they need not name the category too."""
    conditions: Conditions | None = None
    """Left out, the products that name the category are in it."""
    seo: Seo | None = None
    """What search engines show; left out, the store makes it of name and description."""
    attributes: dict[str, AttributeValue] = Field(default_factory=dict)
    """Anything else, for mappings to use."""
    metafields: Metafields = Field(default_factory=dict)
    """Values of our own, by ``NAMESPACE.KEY``, of the types that ``catalog/metafields.yaml`` defines."""
    channels: tuple[Text, ...] | None = None
    """The publishing channels that show it; left out, every channel does."""
    ownership: dict[str, Ownership] = Field(default_factory=dict)
    """Who decides a field, by ``kind.field``: ``collection.title: observe``. Closer than store and mapping."""
    published: StrictBool = True
    """false takes the category out of every store."""

    @model_validator(mode="after")
    def _by_hand_or_by_conditions(self) -> "Category":
        if self.conditions is not None and self.products is not None:
            message = "products and conditions cannot both say which products are in it"
            raise ValueError(message)
        if self.products is not None and self.sort not in {None, "manual"}:
            message = f"products gives an order, and sort is {self.sort!r}; write sort: manual, or leave products out"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """One category with its file, and the place of any value in it."""

    category: Category
    file: str
    locate: Callable[[FieldPath], Place]
    """The place of the value at a path, or of its nearest ancestor in the file."""
    above: FieldPath = ()
    """The way to it in its file."""

    @property
    def document(self) -> Document:
        """What the file says of it."""
        return self.category
