"""Cells of a table of stock in CSV: what each column may hold, and what is said of a cell that holds something else."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from reconciler.loading.validation import spelled
from reconciler.model.catalog import StockRow
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.meant import meant
from reconciler.model.origin import Place
from reconciler.model.stocktaking import MOST, Stock, location_name

COLUMNS: Final = frozenset({"sku", "location", "quantity", "intent", "adjust", "reference"})
_IN_ORDER: Final = ("sku", "location", "quantity", "intent", "adjust", "reference")
_INTENTS: Final = ("set", "seed", "observe", "adjust")
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[,.\u00a0\u202f' ][0-9]{3})+")
_EXPONENT: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")


def header_of(names: Sequence[str], place: Place) -> list[str]:
    """Return the columns of a table. Raises InvalidInput with everything that is wrong with them."""
    columns = [name.strip().lower() for name in names]
    problems = list(_of_header(columns, place))
    if problems:
        raise InvalidInput(problems)
    return columns


def _of_header(columns: Sequence[str], place: Place) -> Iterator[Diagnostic]:
    for name, times in Counter(columns).items():
        if name not in COLUMNS:
            shown = name or "without a name"
            yield Diagnostic(f"the column {shown} is not known", place, meant(name, _IN_ORDER))
        elif times > 1:
            yield Diagnostic(f"the column {name} is given twice", place, "keep one of them")
    wanted = ["sku", "location", *([] if "adjust" in columns else ["quantity"])]
    missing = [name for name in wanted if name not in columns]
    missing += ["reference"] if "adjust" in columns and "reference" not in columns else []
    if missing:
        word = "column" if len(missing) == 1 else "columns"
        summary = f"the table has no {word} {' and '.join(missing)}"
        yield Diagnostic(summary, place, "begin it with sku,location,quantity")


@dataclass(slots=True)
class _Cells:
    """One row being read, with what is wrong with it."""

    values: Mapping[str, str]
    place: Place
    problems: list[Diagnostic] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def refuse(self, summary: str, hint: str | None = None) -> None:
        self.problems.append(Diagnostic(summary, self.place, hint))


def row_of(values: Mapping[str, str], place: Place, problems: list[Diagnostic]) -> StockRow | None:
    """Return a row; None where it is not right, and then everything that is wrong with it is noted."""
    cells = _Cells(values, place)
    sku, location = cells.text("sku"), cells.text("location")
    if not sku:
        cells.refuse("sku is blank", "write the sku of a variant")
    _check_location(location, cells)
    stock = _stock(cells)
    problems += cells.problems
    return None if cells.problems or stock is None else StockRow(sku, location, stock, place)


def _check_location(location: str, cells: _Cells) -> None:
    if not location:
        cells.refuse("location is blank", "write the name of a location, as the store's file names it")
        return
    try:
        location_name(location)
    except ValueError as error:
        cells.refuse(f"location {error}")


def _stock(cells: _Cells) -> Stock | None:
    intent = _intent(cells)
    adjusts = bool(cells.text("adjust")) or intent == "adjust"
    if adjusts and cells.text("quantity"):
        cells.refuse("quantity and adjust are both given; a row says one of them", "leave the other blank")
        return None
    if not adjusts and cells.text("reference"):
        cells.refuse("reference is given without adjust", "write the change under adjust, or leave reference blank")
    if adjusts and intent not in {None, "adjust"}:
        cells.refuse(f"adjust is given with the intent {intent}; a change has none", "leave intent blank")
    if adjusts and not cells.text("reference"):
        cells.refuse("reference is blank", "write what the change is for: it is what makes it count once")
    number = _whole_number("adjust" if adjusts else "quantity", cells)
    if cells.problems or number is None:
        return None
    try:
        if adjusts:
            return Stock(adjust=number, reference=cells.text("reference"))
        return Stock.model_validate({"quantity": number, **({"intent": intent} if intent else {})})
    except ValidationError as error:
        cells.refuse(f"reference {error.errors()[0]['msg'].partition(', ')[2] or 'has more than 200 characters'}")
        return None


def _intent(cells: _Cells) -> str | None:
    intent = cells.text("intent")
    if not intent or intent.lower() in _INTENTS:
        return intent.lower() or None
    cells.refuse(f"intent {spelled(intent)} is not known", meant(intent, _INTENTS))
    return None


def _whole_number(name: str, cells: _Cells) -> int | None:
    text = cells.text(name)
    if not text:
        cells.refuse(f"{name} is blank; expected a whole number", "write 0 for none")
        return None
    if not _WHOLE.fullmatch(text):
        cells.refuse(f"{name} {spelled(text)} is not a whole number", _cure(text))
        return None
    digits = text.lstrip("+-").lstrip("0")
    if len(digits) > len(str(MOST)) or int(digits or "0") > MOST:
        edge = f"at least -{MOST}" if text.startswith("-") else f"at most {MOST}"
        cells.refuse(f"{name} {spelled(text)} is out of bounds; expected {edge}")
        return None
    return int(text)


def _cure(text: str) -> str:
    """Return how a number that is spelled in another way is to be written."""
    plain = "".join(str(unicodedata.digit(mark)) if mark.isdigit() else mark for mark in text)
    if _WHOLE.fullmatch(plain):
        return f"write {plain}"
    if _EXPONENT.fullmatch(text):
        return "write all its digits"
    if _GROUPED.fullmatch(plain):
        return f"write {re.sub(r'[^0-9+-]', '', plain)}"
    if re.fullmatch(r"[+-]?[0-9]+[.,]0+", plain):
        return f"write {re.split('[.,]', plain)[0]}"
    return "write digits alone, such as 12"
