"""A Shopify product export becomes products. What the model does not hold yet is counted, never dropped in silence.

Rows of one handle make one product, wherever they stand; the first holds the product's own values, each row with an
option value, a SKU or a price is a variant, and the others only bring pictures. Stores keep white space around the
names and values of options, so it is kept here. Blank cells are left out, which means "not ours": an export cannot
tell a cleared field from one that nobody ever filled.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from reconciler.loading.consistency import faults
from reconciler.loading.csv_rows import Row, Table
from reconciler.loading.validation import Refused, spelled, validated
from reconciler.loading.weights import GRAMS, weight_text
from reconciler.model.catalog import VALUE_SEPARATOR, Product
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.money import exact
from reconciler.model.origin import FieldPath, Place

_TELLING: Final = ("title", "status")  # what tells two products of one handle apart
_FIRST_ONLY: Final = ("description", "brand", "type", "tags", "seo_title", "seo_description")
_OF_VARIANT: Final = ("option1_value", "option2_value", "option3_value", "sku", "barcode", "price", "cost")
_NO_OPTIONS: Final = [("Title", "Default Title")]  # how Shopify spells it
_FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}
_POLICIES: Final = {"deny": False, "continue": True, "false": False, "true": True}
# What is not carried over, but says nothing as long as it has this value.
_USUAL: Final = {"published": {"true"}, "gift_card": {"false"}, "fulfillment": {"manual"}, "tracker": {"shopify"}}


@dataclass(frozen=True, slots=True)
class NotCarriedOver:
    """A column whose values did not reach the products, with how many there were."""

    column: str
    values: int


@dataclass(frozen=True, slots=True)
class Export:
    """What files of a Shopify export hold."""

    products: tuple[Product, ...]
    not_carried_over: tuple[NotCarriedOver, ...]


@dataclass(slots=True)
class _Draft:
    """The rows of one handle: where the product begins, and its variants."""

    first: Row
    columns: Mapping[str, str]
    variants: list[Row] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # number of the option → its name

    @property
    def handle(self) -> str:
        return self.first.text("handle")


def read_export(files: Sequence[Path], currency: str | None = None) -> Export:
    """Return the products of the files, prices in the currency, or in whichever store's when none is named.

    Raises InvalidInput with every problem of every file.
    """
    problems: list[Diagnostic] = []
    lost: Counter[str] = Counter()
    drafts: dict[str, _Draft] = {}
    for file in files:
        table = Table(file)
        for row in table.rows(problems):
            _collect(row, table, drafts, problems)
            lost.update(_lost(row, table.columns, drafts.get(row.text("handle").lower())))
    if not (drafts or problems):
        problems.append(Diagnostic("there are no products to import", Place(str(files[0])) if files else None))
    products = list(_products(drafts, currency, problems))
    if problems:
        raise InvalidInput(problems)
    return Export(tuple(products), tuple(NotCarriedOver(column, times) for column, times in lost.items()))


def _lost(row: Row, columns: Mapping[str, str], draft: _Draft | None) -> Iterator[str]:
    """Yield the names of the columns of a row whose values are not carried over."""
    yield from row.other
    for meaning in _FIRST_ONLY:  # Shopify, too, reads these from a product's first row
        if draft is not None and row.text(meaning) and row.text(meaning) != draft.first.text(meaning):
            yield columns[meaning]
    for meaning, usual in _USUAL.items():
        if row.text(meaning) and row.text(meaning).lower() not in usual:
            yield columns[meaning]


def _collect(row: Row, table: Table, drafts: dict[str, _Draft], problems: list[Diagnostic]) -> None:
    handle = row.text("handle")
    if not handle:
        problems.append(Diagnostic("the row has no handle", row.place, "give it that of its product"))
        return
    draft = drafts.setdefault(handle.lower(), _Draft(row, table.columns))
    if handle != draft.handle:
        summary = f"the handle is {handle} here, and {draft.handle} at {draft.first.place}; case makes no difference"
        problems.append(Diagnostic(summary, row.place, "spell it alike, or give one of the products another"))
        return
    if draft.first.place.file != row.place.file:
        summary = f"{handle} is also in {draft.first.place}"
        problems.append(Diagnostic(summary, row.place, "import one of the files, or rename one of the products"))
        return
    problems += _contradictions(row, draft)
    for number in (1, 2, 3):
        if name := row.exact(f"option{number}_name"):
            draft.names.setdefault(number, name)
    if row is draft.first or any(row.text(meaning) for meaning in _OF_VARIANT):
        draft.variants.append(row)


def _contradictions(row: Row, draft: _Draft) -> Iterator[Diagnostic]:
    """Yield the values of a product that a later row gives otherwise."""
    if row is draft.first:
        return
    first = draft.first
    for meaning in _TELLING:
        if row.text(meaning) and row.text(meaning).lower() != first.text(meaning).lower():
            column, said = draft.columns[meaning], spelled(first.text(meaning))
            summary = f"{column} is {spelled(row.text(meaning))}, and {said} where the product begins, at {first.place}"
            yield Diagnostic(summary, row.place, "give the product a handle of its own, or correct one of them")
    for number in (1, 2, 3):
        name, known = row.exact(f"option{number}_name"), draft.names.get(number)
        if name and known and name != known:
            yield Diagnostic(f"option {number} is called {name} here, and {known} above", row.place, "use one name")


def _products(drafts: Mapping[str, _Draft], currency: str | None, problems: list[Diagnostic]) -> Iterator[Product]:
    times = Counter(_sku(row) for draft in drafts.values() for row in draft.variants)
    shared = frozenset(sku for sku, count in times.items() if sku and count > 1)
    keys: set[str] = set()
    for draft in drafts.values():
        handle = draft.handle
        key = _key(handle, keys)
        keys.add(key.lower())
        locator = _RowLocator(draft)
        try:
            product = validated(Product, _Document(draft, currency, shared, problems).product(key, handle), locator)
        except Refused as refused:
            problems += refused.diagnostics
            continue
        problems += (Diagnostic(f.summary, locator.value(f.path), f.hint) for f in faults(product))
        yield product


def _key(handle: str, taken: Iterable[str]) -> str:
    stem = re.sub(r"[\s/\x00-\x1f]+", "-", handle)
    key, number = stem, 2
    while key.lower() in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def _sku(row: Row) -> str:
    # Spreadsheets are told by a leading ' that digits are text, and some write it into the file.
    return row.text("sku").removeprefix("'").strip()


class _Document:
    """Builds the document of one product, as a file of the catalog would say it."""

    def __init__(self, draft: _Draft, currency: str | None, shared: frozenset[str], problems: list[Diagnostic]) -> None:
        self._draft = draft
        self._currency = currency
        self._shared = shared
        self._problems = problems
        self._names = self._option_names()

    def product(self, key: str, handle: str) -> dict[str, object]:
        first = self._draft.first
        document: dict[str, object] = {"key": key}
        if name := first.exact("title"):
            document["name"] = name
        else:
            summary = f"{handle} has no title in its first row; expected its name"
            self._problems.append(Diagnostic(summary, first.place, "fill the column Title"))
            document["name"] = "-"
        if handle != key:
            document["handle"] = handle
        document |= {name: text for name in ("description", "brand", "type") if (text := first.exact(name))}
        if tags := _tags(first.text("tags")):
            document["tags"] = tags
        seo = {name: text for name in ("title", "description") if (text := first.exact(f"seo_{name}"))}
        if seo:
            document["seo"] = seo
        if status := first.text("status").lower():
            document["status"] = status
        variants = [self._variant(row) for row in self._draft.variants]
        if self._names:
            document["options"] = self._options()
        return document | {"variants": variants}

    def _option_names(self) -> Mapping[int, str]:
        names = dict(sorted(self._draft.names.items()))
        values = [row.exact("option1_value") for row in self._draft.variants]
        if list(names.items()) == [(1, _NO_OPTIONS[0][0])] and set(values) <= {_NO_OPTIONS[0][1], ""}:
            return {}
        if len(set(names.values())) < len(names):
            summary = f"two options have one name: {', '.join(names.values())}"
            self._problems.append(Diagnostic(summary, self._draft.first.place, "give each a name of its own"))
        return names

    def _options(self) -> dict[str, list[str]]:
        """Return option name → values, in the order in which the rows bring them up."""
        seen: dict[str, dict[str, None]] = {name: {} for name in self._names.values()}
        for row in self._draft.variants:
            for name, value in self._values(row).items():
                seen[name][value] = None
        return {name: list(values) for name, values in seen.items()}

    def _values(self, row: Row) -> dict[str, str]:
        texts = {name: row.exact(f"option{number}_value") for number, name in self._names.items()}
        return {name: text for name, text in texts.items() if text}

    def _variant(self, row: Row) -> dict[str, object]:
        variant: dict[str, object] = {}
        values = self._values(row)
        for number in (1, 2, 3):
            value = row.exact(f"option{number}_value")
            if value and number not in self._names and value != _NO_OPTIONS[0][1]:
                summary = f'option {number} has the value "{value}" and no name'
                self._add(row, summary, f"fill the column Option{number} Name in the product's first row")
        if sku := _sku(row):
            if sku in self._shared:
                variant["key"] = VALUE_SEPARATOR.join(values.values()) or sku
            variant["sku"] = sku
        if values:
            variant["options"] = values
        variant |= {
            name: self._amounts(row.text(name)) for name in ("price", "compare_at_price", "cost") if row.text(name)
        }
        if "price" not in variant:
            self._add(row, "the variant has no price; expected an amount", "fill the column of its price")
            variant["price"] = "0"
        if barcode := row.text("barcode").removeprefix("'").strip():
            variant["barcode"] = barcode
        return variant | self._weight(row) | self._switches(row)

    def _amounts(self, text: str) -> object:
        return {self._currency: text} if self._currency else text

    def _weight(self, row: Row) -> dict[str, object]:
        grams, unit = row.text("grams"), row.text("unit").lower() or "g"
        if not grams:
            return {}
        if unit not in GRAMS:
            self._add(row, f"the weight unit {unit} is not known; expected {', '.join(GRAMS)}", "correct it")
            return {}
        try:
            amount: Decimal | None = exact(grams)
        except ValueError:
            amount = None
        if amount is None or amount < 0:
            self._add(row, f"the weight {grams} is not a number of grams; expected digits, such as 250", "correct it")
            return {}
        return {"weight": weight_text(amount, unit)}

    def _switches(self, row: Row) -> dict[str, object]:
        switches: dict[str, object] = {}
        for name, meaning, choices in (
            ("taxable", "taxable", _FLAGS),
            ("requires_shipping", "requires_shipping", _FLAGS),
            ("sell_when_out_of_stock", "policy", _POLICIES),
        ):
            text = row.text(meaning).lower()
            if text in choices:
                switches[name] = choices[text]
            elif text:
                column = self._draft.columns[meaning]
                expected = " or ".join(list(choices)[:2]) if choices is _POLICIES else "true or false"
                self._add(row, f"{column} is {spelled(row.text(meaning))}; expected {expected}", "correct it")
        if "tracker" in self._draft.columns:
            switches["tracked"] = bool(row.text("tracker"))
        return switches

    def _add(self, row: Row, summary: str, hint: str) -> None:
        self._problems.append(Diagnostic(summary, row.place, hint))


def _tags(text: str) -> list[str]:
    """Return the tags of a list with commas, each once, ignoring case as Shopify does."""
    seen: dict[str, str] = {}
    for tag in text.split(","):
        if tag.strip():
            seen.setdefault(tag.strip().lower(), tag.strip())
    return list(seen.values())


class _RowLocator:
    """Finds the row that a value of the document came from."""

    def __init__(self, draft: _Draft) -> None:
        self._draft = draft

    def value(self, path: FieldPath) -> Place:
        """Return the place of the variant's row, or of the product's first."""
        match path:
            case ("variants", int() as position, *_) if position < len(self._draft.variants):
                return self._draft.variants[position].place
            case _:
                return self._draft.first.place

    def key(self, path: FieldPath) -> Place:
        return self.value(path)

    def written(self, path: FieldPath) -> str | None:
        del path
        return None
