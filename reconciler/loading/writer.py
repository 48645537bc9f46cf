"""The writer: products, categories, lists and tables become text that our reader reads back as the very same values.

Keys keep the order of the model, collections are blocks, long or many-lined text is a literal block. Text is quoted
only where it would not be read as itself. Only given fields are written: what is left out stays left out; an image
that is only an address, and a stock that is only a quantity, are written as that. Events go
to ruamel's emitter directly, because its representer quotes by rules of YAML 1.1 that ours does not need.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.tag import Tag

from reconciler.loading.scalars import is_text
from reconciler.model.catalog import Product
from reconciler.model.category import Category
from reconciler.model.picture import Image
from reconciler.model.stocktaking import Stock

LONG: Final = 100  # characters of a line that is still read at a glance

_PRICES: Final = frozenset({"price", "compare_at_price", "cost"})
_SEQUENCE_OFFSET: Final = 2  # columns of a dash within what holds the list
_UNBROKEN: Final = 2**31  # never fold a line: a diff of one word shall be one line, and folding moves spaces
_TEXT_TAG: Final = Tag(suffix="tag:yaml.org,2002:str")
# What only double quotes can spell: control characters, line ends other than \n, and invisible marks.
_ESCAPED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def products_text(products: Sequence[Product]) -> str:
    """Return the text of a file that holds these products: one by itself, several as a list."""
    documents = [_document(product) for product in products]
    return _text(documents[0] if len(documents) == 1 else {"products": documents})


def category_text(category: Category) -> str:
    """Return the text of a file that holds this category."""
    return _text(_document(category))


def listing_text(entries: Mapping[str, Mapping[str, object]]) -> str:
    """Return the text of a file that lists what a store is to have, by key."""
    return _text(entries)


def table_text(rows: Iterable[tuple[str, str, int]]) -> str:
    """Return the text of a table of stock: SKU, location and quantity."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(("sku", "location", "quantity"))
    table.writerows(rows)
    return stream.getvalue()


class _Form(Enum):
    """Where text goes, which decides how it may be written."""

    FILE = "file"
    LINES = "lines"
    """Lines that will be indented: nothing in them may depend on how deep they stand."""
    FLOW = "flow"


def block_text(value: object) -> str:
    """Return a value as lines of YAML, to be indented as a whole: collections are blocks, long text is a literal."""
    lines = _text(value, _Form.LINES).splitlines(keepends=True)
    outer = _SEQUENCE_OFFSET if isinstance(value, list | tuple) and value else 0
    return "".join(line[min(outer, len(line) - len(line.lstrip(" "))) :] for line in lines)


def flow_text(value: object, quotes: str | None) -> str:
    """Return a value as one line of YAML, fit to stand between brackets. ``quotes``: those that a text had before."""
    return _text([value], _Form.FLOW, quotes).rstrip("\n")[1:-1]


def _document(model: BaseModel) -> dict[str, object]:
    """Return the given fields by name, in the order of the model."""
    given = model.model_fields_set
    return {
        name: _amounts(getattr(model, name)) if name in _PRICES else _value(getattr(model, name))
        for name in type(model).model_fields
        if name in given
    }


def _value(value: object) -> object:
    match value:
        case Image() if len(value.model_fields_set) == 1 and _is_plain(value):
            return value.source
        case Stock() if value.model_fields_set == {"quantity"}:
            return value.quantity
        case BaseModel():
            return _document(value)
        case datetime():
            return value.isoformat()
        case Mapping():
            return {name: _value(member) for name, member in value.items()}
        case list() | tuple():
            return [_value(member) for member in value]
        case _:
            return value


def _is_plain(image: Image) -> bool:
    """Return whether the source of an image, by itself, is read as what it is."""
    return ("://" in image.source) == (image.url is not None)


def _amounts(amounts: Mapping[str, Decimal] | None) -> object:
    """Return one amount by itself if it has no currency; whole amounts without a point, as people write them."""
    if amounts is None:
        return None
    plain = {code: int(amount) if amount.as_tuple().exponent == 0 else amount for code, amount in amounts.items()}
    return plain[""] if list(plain) == [""] else plain


def _text(document: object, form: _Form = _Form.FILE, quotes: str | None = None) -> str:
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.width = _UNBROKEN
    yaml.indent(mapping=2, sequence=4, offset=_SEQUENCE_OFFSET)
    stream = io.StringIO()
    _, _, emitter = yaml.get_serializer_representer_emitter(stream, None)
    for event in _stream(document, form, quotes):
        emitter.emit(event)
    return stream.getvalue()


def _stream(document: object, form: _Form, quotes: str | None) -> Iterator[Event]:
    yield StreamStartEvent()
    yield DocumentStartEvent(explicit=False)
    yield from _events(document, form, quotes)
    yield DocumentEndEvent(explicit=False)
    yield StreamEndEvent()


def _events(value: object, form: _Form, quotes: str | None = None) -> Iterator[Event]:
    match value:
        case Mapping():
            yield MappingStartEvent(None, None, implicit=True, flow_style=form is _Form.FLOW or not value)
            for key, member in value.items():
                yield _scalar(key, _key_style(key))
                yield from _events(member, form)
            yield MappingEndEvent()
        case list() | tuple():
            yield SequenceStartEvent(None, None, implicit=True, flow_style=form is _Form.FLOW or not value)
            for member in value:
                yield from _events(member, form, quotes)
            yield SequenceEndEvent()
        case str():
            yield _scalar(value, _style_in(form, value, quotes))
        case _:
            yield _scalar(_spelled(value), None)


def _style_in(form: _Form, text: str, quotes: str | None) -> str | None:
    """Return the style that text needs where it goes: between brackets it has one line, or quotes that hold several."""
    if form is _Form.FLOW:
        needs = _ESCAPED.search(text) or "\n" in text or "\t" in text
        return '"' if needs else quotes or (None if is_text(text) else '"')
    style = _style(text)
    fixed = text[:1].isspace() or text.endswith("\n\n")  # its header would have to count columns, or lines at the end
    return '"' if style == "|" and form is _Form.LINES and fixed else style


def _scalar(text: str, style: str | None) -> ScalarEvent:
    # All three forms are implicit, so that whichever the emitter falls back to needs no tag.
    return ScalarEvent(anchor=None, tag=_TEXT_TAG, implicit=(True, True, True), value=text, style=style)


def _style(text: str) -> str | None:
    """Return the style that text needs; None leaves it plain, or quoted where the emitter sees a need."""
    if _ESCAPED.search(text):
        return '"'
    if "\n" in text or (len(text) > LONG and " " in text):  # a long address is one word, and stays where it is
        # A tab at the beginning of a block would be taken for its indentation.
        return "|" if text.strip() and not text.startswith("\t") else '"'
    return None if is_text(text) and "\t" not in text else '"'


def _key_style(key: str) -> str | None:
    return '"' if _ESCAPED.search(key) or "\n" in key or "\t" in key or key == "<<" or not is_text(key) else None


def _spelled(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            text = format(value, "f")
            return text if "." in text else f"{text}.0"  # a whole number would come back as an int
        case _:
            return str(value)
