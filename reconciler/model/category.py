"""Category: a group of products, for every store; a store shows it as a collection.

Products name the categories that they are in. A category with conditions takes its products by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictStr, model_validator

from reconciler.model.document import AttributeValue, Document, Key, Markdown, Seo, Text
from reconciler.model.metafields import Metafields
from reconciler.model.money import Amount
from reconciler.model.origin import FieldPath, Place
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
Relation = Literal["is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with", "above", "below"]


class Condition(Document):
    """One condition: a field, how it compares, and the values; with several values one of them is enough."""

    field: ConditionField
    relation: Relation = "is"
    values: Annotated[tuple[StrictStr | Amount, ...], Field(min_length=1)]


class Conditions(Document):
    """What makes a product a member: all of the conditions, or any."""

    match: Literal["all", "any"] = "all"
    rules: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=60)]


class Category(Document):
    """One category."""

    key: Key
    """Identity for life; everything else, the handle too, may change."""
    name: Annotated[Text, Field(min_length=1, max_length=255)]
    handle: Annotated[Text, Field(min_length=1, max_length=255)] | None = None
    """The last part of its web address; left out, the key serves."""
    description: Text | Markdown | None = None
    """HTML, or ``{markdown: ...}``."""
    image: Picture | None = None
    sort: Sorting | None = None
    """The order in which a shopper sees the products. ``manual``: that of ``products``."""
    products: tuple[Key, ...] | None = None
    """Products in the order in which they are shown, with ``sort: manual``; they need not name the category too."""
    conditions: Conditions | None = None
    """Left out, the products that name the category are in it."""
    seo: Seo | None = None
    attributes: dict[str, AttributeValue] = Field(default_factory=dict)
    """Anything else, for mappings to use."""
    metafields: Metafields = Field(default_factory=dict)
    channels: tuple[Text, ...] | None = None
    """The publishing channels that show it; left out, every channel does."""
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

    @property
    def document(self) -> Document:
        """What the file says of it."""
        return self.category
