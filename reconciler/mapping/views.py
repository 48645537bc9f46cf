"""Views: what expressions see of a product, a variant and a store, looked up by name and never by Python attribute.

A field has three states. Given: its value, None for an explicit null. Known, but left out of the file: ``LeftOut``,
which raises ``LeftOutUsed`` as soon as anything but ``default`` or ``is defined`` touches it. Unknown: refused.
A field whose default means something (``published``, ``attributes``) is never left out.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Final, cast

from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import StrictUndefined
from pydantic import BaseModel

from reconciler.mapping.pricing import capacity, pick, too_fine
from reconciler.mapping.refusal import Refused
from reconciler.model.catalog import Product, Variant, options_of
from reconciler.model.category import Category
from reconciler.model.document import Markdown
from reconciler.model.meant import meant
from reconciler.model.money import amount_text
from reconciler.model.origin import FieldPath
from reconciler.model.picture import Image
from reconciler.model.store import Store

MONEY: Final = frozenset({"price", "compare_at_price", "cost"})
STORE_FIELDS: Final = ("name", "channel", "currency")
PUBLICATION_FIELDS: Final = ("name",)
"""All that a rule may know of a store. Credentials are not among it, and never will be."""


class Nothing(Enum):
    """The value of a rule that has none."""

    LEFT_OUT = "left out"
    UNSEEN = "only a view says it"


LEFT_OUT: Final = Nothing.LEFT_OUT
"""The field is not ours for this product: the catalog leaves out what the rule reads."""
UNSEEN: Final = Nothing.UNSEEN
"""A field is nothing that can be taken as it is: its view has to say what it is."""


class LeftOutUsed(TemplateRuntimeError):
    """An expression used a field that the catalog leaves out; the message is the field's name."""


class LeftOut(StrictUndefined):
    """A known field that the file does not give."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__(hint=name, exc=LeftOutUsed)

    def below(self, name: str) -> "LeftOut":
        """Return what a field of something left out is: left out too."""
        return LeftOut(f"{self._undefined_hint}.{name}")


class Fields:
    """A record whose fields are known: a product, a variant, SEO, a store.

    ``name``: as rules spell it: product.seo. ``path``: the way to it in the product's document.
    """

    __slots__ = ("known", "name", "path", "store", "values")

    def __init__(
        self, name: str, path: FieldPath, values: Mapping[str, object], known: Collection[str], store: Store
    ) -> None:
        self.name = name
        self.path = path
        self.values = values
        self.known = known
        self.store = store

    def field(self, name: str) -> object:
        """Return the view of a field. Raises Refused when no such field is known."""
        if name in self.values:
            value = self.values[name]
            return value if type(value) in PLAIN else self._view(name, value)
        if name in self.known:
            return _left_out(f"{self.name}.{name}")
        raise Refused(*unknown_field(self.name, name, self.known))

    def bare(self, name: str) -> object:
        """Return what ``stripped`` makes of the view of a field, without making the view; or LEFT_OUT, or UNSEEN."""
        given = self.values.get(name, LEFT_OUT)
        kind = type(given)
        if kind in PLAIN:
            return given
        if given is LEFT_OUT:
            return LEFT_OUT if name in self.known else UNSEEN
        if kind is tuple:
            return given if PLAIN.issuperset(map(type, cast("tuple[object, ...]", given))) else UNSEEN
        return dict(cast("dict[str, object]", given)) if kind is dict and name not in MONEY else UNSEEN

    def bare_below(self, name: str, inner: str) -> object:
        """Return the same of a field of a record in this one: of SEO."""
        record = self.values.get(name, LEFT_OUT)
        if record is LEFT_OUT and name in self.known:
            return LEFT_OUT
        if not isinstance(record, BaseModel) or isinstance(record, Markdown):
            return UNSEEN
        given = vars(record).get(inner, UNSEEN)
        if given is None:
            return None if inner in record.model_fields_set else LEFT_OUT
        return given if type(given) in PLAIN else UNSEEN

    def amount(self, name: str, currency: str | None) -> Decimal | Nothing | None:
        """Return what ``Amounts`` says of a field of money, None for a null; or LEFT_OUT; or UNSEEN: it says more."""
        prices = self.values.get(name, LEFT_OUT)
        if prices is None:
            return None
        if prices is LEFT_OUT:
            return LEFT_OUT if name in self.known else UNSEEN
        wanted = currency or self.store.currency
        amount = pick(prices, wanted) if type(prices) is dict else None
        return UNSEEN if amount is None or too_fine(amount, wanted) else amount

    def _view(self, name: str, value: object) -> object:
        dotted, path = f"{self.name}.{name}", (*self.path, name)
        if isinstance(value, Markdown):
            return html_of(value.markdown)
        if isinstance(value, BaseModel):
            return Fields(dotted, path, _given(value), type(value).model_fields, self.store)
        if isinstance(value, dict) and name in MONEY:
            return Amounts(dotted, path, value, self.store)
        if isinstance(value, tuple) and value and isinstance(value[0], Variant):
            return tuple(variant_view(each, position, self.store) for position, each in enumerate(value))
        return _free(dotted, value)


class Free:
    """A record whose fields are the catalog's own: attributes, or option values."""

    __slots__ = ("name", "values")

    def __init__(self, name: str, values: Mapping[str, object]) -> None:
        self.name = name
        self.values = values

    def field(self, name: str) -> object:
        """Return the view of a field; one that this product does not have is left out."""
        if name in self.values:
            return _free(f"{self.name}.{name}", self.values[name])
        return _left_out(f"{self.name}.{name}")


class Amounts:
    """Amounts by currency. In arithmetic, comparisons and text it is the amount in the store's currency."""

    __slots__ = ("name", "path", "prices", "store")

    def __init__(self, name: str, path: FieldPath, prices: Mapping[str, Decimal], store: Store) -> None:
        self.name = name
        self.path = path
        self.prices = prices
        self.store = store

    def amount(self, currency: str | None = None) -> Decimal:
        """Return the amount in a currency, by default the store's. Raises Refused when there is none."""
        wanted = currency or self.store.currency
        amount = pick(self.prices, wanted)
        field = self.name.rpartition(".")[2]
        if amount is None:
            raise Refused(*self._missing(field, currency), path=self.path)
        if too_fine(amount, wanted):
            own = (*self.path, wanted) if wanted in self.prices else self.path
            raise Refused(f"{field} {amount:f} has more decimals than {capacity(wanted)}", path=own)
        return amount

    def field(self, name: str) -> object:
        """Return the amount in a currency that a rule names; one that the catalog does not have is left out."""
        return self.prices[name] if name in self.prices else _left_out(f"{self.name}.{name}")

    def _missing(self, field: str, currency: str | None) -> tuple[str, str]:
        store, there = self.store, " and ".join(self.prices) or "no amount"
        mapping = f"mappings/{store.document.mapping or 'default'}.yaml"
        if currency is None:
            summary = f"{field} has {there}, store {store.name} sells in {store.currency}"
            return summary, f"add {store.currency}, or map it in {mapping}"
        return f"{field} has {there}, and {mapping} asks for {currency}", f"add {currency}, or change the rule"

    def __str__(self) -> str:
        return amount_text(self.amount())

    def __eq__(self, other: object) -> bool:
        return self.amount() == _number(other)

    def __lt__(self, other: object) -> bool:
        return self.amount() < _order(other)

    def __le__(self, other: object) -> bool:
        return self.amount() <= _order(other)

    def __gt__(self, other: object) -> bool:
        return self.amount() > _order(other)

    def __ge__(self, other: object) -> bool:
        return self.amount() >= _order(other)

    __hash__ = None  # type: ignore[assignment]  # equal by amount, so it must not be a key


PLAIN: Final = frozenset({str, bool, int, Decimal, type(None)})
"""The types of values that are what they are: nothing stands for them, and nothing is below them."""


def product_view(product: Product, store: Store) -> Fields:
    """Return the view of a product. Options that the file leaves out are those of its variants."""
    values = _given(product)
    values["options"] = options_of(product)
    if product.publish_at is not None:
        values["publish_at"] = product.publish_at.isoformat()
    return Fields("product", (), values, Product.model_fields, store)


def variant_view(variant: Variant, position: int, store: Store) -> Fields:
    """Return the view of a product's variant."""
    return Fields("variant", ("variants", position), _given(variant), Variant.model_fields, store)


def category_view(category: Category, store: Store) -> Fields:
    """Return the view of a category. One that lists its products in order is sorted by hand."""
    values = _given(category)
    if category.products is not None:
        values["sort"] = "manual"
    return Fields("category", (), values, Category.model_fields, store)


def image_view(image: Image, position: int, store: Store) -> Fields:
    """Return the view of one of a product's images."""
    return Fields("image", ("images", position), _given(image), Image.model_fields, store)


def publication_view(name: str, store: Store) -> Fields:
    """Return the view of a place where the store's products and collections are published."""
    return Fields("publication", (), {"name": name}, PUBLICATION_FIELDS, store)


def store_view(store: Store) -> Fields:
    """Return the view of a store: its name, channel and currency."""
    values = {"name": store.name, "channel": store.document.channel, "currency": store.currency}
    return Fields("store", (), values, STORE_FIELDS, store)


def currency_of(view: object) -> str:
    """Return the currency of the store that a view is about; "" for anything else."""
    return view.store.currency if isinstance(view, Fields) else ""


def looked_up(value: object, name: object) -> object:
    """Return a field or a member of a view. Raises Refused for anything that is not in the catalog."""
    if isinstance(value, Fields | Free | Amounts) and isinstance(name, str):
        return value.field(name)
    if isinstance(value, LeftOut):
        return value.below(str(name))
    if value is None:
        return None  # null clears all that would be below it
    if isinstance(value, tuple) and isinstance(name, int) and not isinstance(name, bool):
        if -len(value) <= name < len(value):
            return value[name]
        raise Refused(f"there is no member {name} in a list of {len(value)}")
    raise Refused(f"{kind_of(value)} has no field {name!r}")


def stripped(value: object) -> object:
    """Return the value that a view stands for, fit for a resource. Raises Refused for a whole record."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, Free):
        return dict(value.values)
    if isinstance(value, Amounts):
        return value.amount()
    if isinstance(value, tuple | list):
        return tuple(stripped(member) for member in value)
    if isinstance(value, Fields):
        raise Refused(f"{value.name} is a record, not a value", f"name one of its fields, such as {_example(value)}")
    raise Refused(f"{kind_of(value)} is not a value")


def kind_of(value: object) -> str:
    """Return what people call a value of this type."""
    if isinstance(value, Fields | Free | Amounts):
        return value.name
    names = {str: "text", bool: "true or false", int: "a number", Decimal: "a number", type(None): "null"}
    return names.get(type(value), "a list" if isinstance(value, tuple | list) else "this")


def unknown_field(owner: str, name: str, known: Collection[str]) -> tuple[str, str]:
    """Return the sentence and the hint for a name that nothing has."""
    article = "the store" if owner == "store" else f"a {owner}" if "." not in owner else owner
    return f"{owner}.{name} is not a field of {article}", meant(name, known)


@lru_cache(maxsize=4096)
def html_of(markdown: str) -> str:
    """Return the HTML of a CommonMark text; HTML inside it is kept."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  few catalogs have any, and it takes as long as pydantic

    return str(MarkdownIt("commonmark", {"html": True}).render(markdown)).rstrip("\n")


@lru_cache(maxsize=4096)
def _left_out(name: str) -> LeftOut:
    return LeftOut(name)


def _given(model: BaseModel) -> dict[str, object]:
    given = model.model_fields_set
    return {name: value for name, value in vars(model).items() if value is not None or name in given}


def _free(name: str, value: object) -> object:
    if isinstance(value, dict):
        return Free(name, value)
    if isinstance(value, tuple | list):
        return tuple(_free(f"{name}[{position}]", member) for position, member in enumerate(value))
    return value


def _number(value: object) -> object:
    return value.amount() if isinstance(value, Amounts) else value


def _order(value: object) -> Decimal:
    number = _number(value)
    if isinstance(number, LeftOut):
        str(number)  # raises: it is used
    if isinstance(number, Decimal | int) and not isinstance(number, bool):
        return Decimal(number)
    raise Refused(f"an amount cannot be compared with {kind_of(number)}")


def _example(fields: Fields) -> str:
    return f"{fields.name}.{next(iter(fields.known))}"
