"""Consistency: what must hold within a product and across the catalog, beyond the form of each document.

Limits of Shopify: 3 options a product, 255 characters an option name, 250 tags of 255 characters each, which a comma
separates. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.model.catalog import VALUE_SEPARATOR, Entry, Product, Variant, options_of, variant_key
from reconciler.model.errors import Diagnostic
from reconciler.model.meant import meant
from reconciler.model.origin import FieldPath, Place

MOST_OPTIONS: Final = 3
MOST_TAGS: Final = 250
LONGEST: Final = 255  # characters of an option name, an option value, a tag

# Minor units are money too; codes that ISO 4217 keeps for metals, tests and "no currency" are not.
_NO_CURRENCY: Final = frozenset({"XXX", "XTS", "XAU", "XAG", "XPT", "XPD"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold in a product, with the way to the value at fault."""

    path: FieldPath
    summary: str
    hint: str | None = None


def faults(product: Product) -> Iterator[Fault]:
    """Yield everything that does not hold within the product."""
    yield from _tags(product)
    yield from _option_names(product)
    names = list(options_of(product))
    for position, variant in enumerate(product.variants):
        yield from _options_that_do_not_fit(product, position, variant, names)
        yield from _odd_currencies(position, variant)
    yield from _unused_values(product)
    yield from _twins(product, names)


def catalog_problems(entries: Iterable[Entry]) -> Iterator[Diagnostic]:
    """Yield every product key, handle and SKU that two of them share."""
    keys: dict[str, Entry] = {}
    handles: dict[str, Entry] = {}
    skus: dict[str, list[tuple[Entry, int]]] = {}
    for entry in entries:
        product = entry.gist
        first = keys.setdefault(product.key, entry)
        if first is not entry:
            yield _taken(f"key {product.key}", entry.locate(("key",)), first.locate(("key",)), "give it another key")
        handle = product.handle or product.key
        other = handles.setdefault(handle.lower(), entry)
        if other is not entry and first is entry:
            yield _taken(f"handle {handle}", _handle(entry), _handle(other), "give one of them another handle")
        for position, sku in enumerate(product.skus):
            if sku:
                skus.setdefault(sku, []).append((entry, position))
    for sku, users in skus.items():
        if len(users) > 1:
            yield from _shared_sku(sku, users)


def _tags(product: Product) -> Iterator[Fault]:
    tags = product.tags or ()
    if len(tags) > MOST_TAGS:
        yield Fault(("tags",), f"{len(tags)} tags; a product has at most {MOST_TAGS}", "remove some")
    seen: set[str] = set()
    for position, tag in enumerate(tags):
        path = ("tags", position)
        if "," in tag:
            yield Fault(path, f'the tag "{_short(tag)}" has a comma, which separates tags', "make it two tags")
        elif not tag.strip():
            yield Fault(path, "the tag is empty; expected text", "delete it")
        elif len(tag) > LONGEST:
            yield Fault(path, f'the tag "{_short(tag)}" has {len(tag)} characters; at most {LONGEST} fit', "shorten it")
        elif tag.lower() in seen:
            yield Fault(path, f'the tag "{_short(tag)}" is given twice; upper and lower case are one', "delete it")
        seen.add(tag.lower())


def _option_names(product: Product) -> Iterator[Fault]:
    names = list(options_of(product))
    place: FieldPath = ("options",) if product.options is not None else ("variants",)
    if len(names) > MOST_OPTIONS:
        summary = f"{len(names)} options ({', '.join(map(_short, names))}); a product has at most {MOST_OPTIONS}"
        yield Fault(place, summary, "make it several products, or join two options")
    for name in names:
        if not name.strip():
            yield Fault(place, "an option has no name; expected text", "name it, such as Size")
        elif len(name) > LONGEST:
            yield Fault(place, f'the option "{_short(name)}" has {len(name)} characters; at most {LONGEST} fit')
        elif VALUE_SEPARATOR in name:
            yield Fault(place, f'the option "{name}" holds " / ", which separates option values', "use another name")
    for name, values in (product.options or {}).items():
        for position, value in enumerate(values):
            if value in values[:position]:
                yield Fault(("options", name, position), f'{name} "{_short(value)}" is given twice', "delete it")


def _options_that_do_not_fit(product: Product, position: int, variant: Variant, names: list[str]) -> Iterator[Fault]:
    path: FieldPath = ("variants", position)
    missing = [name for name in names if name not in variant.options]
    if missing:
        given = "options" in variant.model_fields_set
        summary = f"the variant has no value for {', '.join(missing)}; every variant has one for each option"
        yield Fault((*path, "options") if given else path, summary, f"add {missing[0]} to its options")
    for name, value in variant.options.items():
        at: FieldPath = (*path, "options", name)
        if not value.strip():
            yield Fault(at, f"{name} is empty; expected text", "give the option a value")
        elif len(value) > LONGEST:
            yield Fault(at, f'{name} "{_short(value)}" has {len(value)} characters; at most {LONGEST} fit')
        if product.options is None or not (value and product.options.get(name, (value,))):
            continue
        if name not in product.options:
            yield Fault(at, f"{name} is not an option of this product", meant(name, names))
        elif value not in product.options[name]:
            summary = f'{name} "{_short(value)}" is not among the values that the product declares'
            yield Fault(at, summary, meant(value, product.options[name]))


def _unused_values(product: Product) -> Iterator[Fault]:
    for name, values in (product.options or {}).items():
        used = {variant.options.get(name) for variant in product.variants}
        if not values:
            yield Fault(("options", name), f"the option {name} has no values", "list its values, or delete it")
        for position, value in enumerate(values):
            if value not in used and value not in values[:position]:
                summary = f'{name} "{_short(value)}" is declared, and no variant has it'
                yield Fault(("options", name, position), summary, "add a variant, or delete the value")


def _odd_currencies(position: int, variant: Variant) -> Iterator[Fault]:
    for field in ("price", "compare_at_price", "cost"):
        for code in getattr(variant, field) or {}:
            path: FieldPath = ("variants", position, field)
            if code in _NO_CURRENCY:
                yield Fault((*path, code), f"{code} is not a currency that anything is sold in", "such as EUR")
        for code, amount in (getattr(variant, field) or {}).items():
            if amount < 0:
                steps: FieldPath = (code,) if code else ()
                summary = f"{field} {amount:f} is below zero"
                yield Fault(("variants", position, field, *steps), summary, "expected an amount of 0 or more")


def _twins(product: Product, names: list[str]) -> Iterator[Fault]:
    by_values: dict[tuple[str | None, ...], int] = {}
    by_identity: dict[str, int] = {}
    for position, variant in enumerate(product.variants):
        values = tuple(variant.options.get(name) for name in names)
        if None in values:
            continue  # told already
        first = by_values.setdefault(values, position)
        if first != position:
            shown = VALUE_SEPARATOR.join(_short(value or "") for value in values)
            same = f"the same option values: {shown}" if values else "no options to tell them apart"
            summary = f"variants number {first + 1} and {position + 1} have {same}"
            hint = "delete one of them" if values else "give the product an option, such as Size"
            yield Fault(("variants", position), summary, hint)
            continue
        name = variant_key(variant, names)
        other = by_identity.setdefault(name, position)
        both_by_sku = variant.sku and not variant.key and not product.variants[other].key  # told with the SKUs
        if other != position and not both_by_sku:
            summary = f"variants number {other + 1} and {position + 1} are both known as {_short(name)}"
            yield Fault(("variants", position), summary, "give one of them another key")


def _shared_sku(sku: str, users: list[tuple[Entry, int]]) -> Iterator[Diagnostic]:
    without_key = [user for user in users if not user[0].gist.keyed[user[1]]]
    for user in [each for each in without_key if each is not users[0]] or without_key:
        other = users[0] if user is not users[0] else users[1]
        hint = "change it, or give every variant that has it a key"
        yield _taken(f"sku {sku}", _sku(*user), _sku(*other), hint)


def _taken(what: str, place: Place, first: Place, hint: str) -> Diagnostic:
    return Diagnostic(f"{what} is also used at {first}", place, hint)


def _handle(entry: Entry) -> Place:
    return entry.locate(("handle",) if entry.gist.handle else ("key",))


def _sku(entry: Entry, position: int) -> Place:
    return entry.locate(("variants", position, "sku"))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004  what fits a message
