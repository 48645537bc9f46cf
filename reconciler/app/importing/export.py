"""Importing: an export becomes files of the catalog, one for each product. All is checked before any is written.

A file that is there already is left alone when it says the same, and refused when it says something else, because it
may hold what an export cannot: channels, attributes, prices by currency.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from reconciler.app.repository.modeline import with_modeline
from reconciler.app.repository.whole_file import write_whole
from reconciler.loading.catalog import PRODUCTS, load_catalog
from reconciler.loading.exported import DEFAULT_LOCATION, Export, NotCarriedOver, Reading
from reconciler.loading.metafield_columns import LIST
from reconciler.loading.shopify_csv import read_export
from reconciler.loading.shopify_json import read_dump
from reconciler.loading.source import WorkTree
from reconciler.loading.writer import products_text
from reconciler.model.catalog import Product
from reconciler.model.counting import counted, number
from reconciler.model.errors import Diagnostic, InvalidInput, WrongUsage
from reconciler.model.json import Json
from reconciler.model.metafields import TypedValue
from reconciler.model.origin import Place
from reconciler.model.stocktaking import location_name

_LONGEST_STEM: Final = 180  # bytes; file systems take 255 with suffix and a temporary name's ending
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
# What Windows cannot name, and what our own loader skips as hidden.
_UNSAFE: Final = re.compile(
    r'[<>:"\\|?*\x00-\x1f\x7f]|^\.|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.IGNORECASE
)


class Existing(Enum):
    """What happens to a product's file that is there already and says something else."""

    REFUSE = "refuse"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    written: tuple[str, ...]
    """Files, named from the folder that was imported into."""
    unchanged: tuple[str, ...]
    """Files that said the same already."""
    products: int
    variants: int
    not_carried_over: tuple[NotCarriedOver, ...]
    notes: tuple[str, ...] = ()
    """What a person should know before the first plan."""
    others: Mapping[str, int] = field(default_factory=dict)
    """What else came, and how many: collections, redirects, definitions of metafields."""

    def lines(self) -> list[str]:
        """Return the words for a person; the names of columns are as the files say them, and may hold anything."""
        files = f"{counted(len(self.written), 'file')} written, {number(len(self.unchanged))} unchanged"
        others = "".join(
            f", {counted(count, names.removesuffix('s'))}" for names, count in self.others.items() if count
        )
        products = f"{counted(self.products, 'product')} with {counted(self.variants, 'variant')}"
        lines = [f"{products}{others}: {files}."]
        if self.not_carried_over:
            lines.append("Not carried over:")
            lines += [
                f"  {each.column}: {counted(each.values, 'value')}; {each.reason}" for each in self.not_carried_over
            ]
        return [*lines, *self.notes]

    def document(self) -> Json:
        """Return the same for a program."""
        return {
            "products": self.products,
            "variants": self.variants,
            **self.others,
            "written": list(self.written),
            "unchanged": list(self.unchanged),
            "not_carried_over": dict(self._counts()),
            "notes": list(self.notes),
        }

    def _counts(self) -> Counter[str]:
        """How many values of each column; a column may be named for more than one reason."""
        counts: Counter[str] = Counter()
        for each in self.not_carried_over:
            counts[each.column] += each.values
        return counts


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an import writes to, and how what it reads is to be understood."""

    into: Path
    currency: str | None = None
    """The currency of the prices; None: that of whichever store reads them."""
    location: str = DEFAULT_LOCATION
    """What git calls the place where the quantities are."""
    existing: Existing = Existing.REFUSE

    def reading(self) -> Reading:
        """Return how values are to be read. Raises WrongUsage."""
        if self.currency is not None and not _CURRENCY.fullmatch(self.currency):
            message = f"{self.currency!r} is not a currency code; expected one such as EUR"
            raise WrongUsage(message)
        try:
            return Reading(self.currency, location_name(self.location))
        except ValueError as error:
            raise WrongUsage(str(error)) from None


def import_csv(files: Sequence[Path], destination: Destination) -> ImportReport:
    """Write the products of Shopify exports into a repository, and return what was done.

    Raises InvalidInput with every problem of every file; then nothing was written.
    """
    return _imported(read_export(files, destination.reading()), destination)


def import_json(files: Sequence[Path], destination: Destination) -> ImportReport:
    """Write the products of dumps of Shopify's APIs into a repository, and return what was done.

    Raises InvalidInput with every problem of every file; then nothing was written.
    """
    return _imported(read_dump(files, destination.reading()), destination)


def _imported(export: Export, destination: Destination) -> ImportReport:
    named = dict(_named(export.products))
    contents = {file: products_text([product]).encode() for file, product in named.items()}
    keys = {product.key: file for file, product in named.items()}
    written, unchanged = written_files(destination, contents, keys)
    return ImportReport(
        written=written,
        unchanged=unchanged,
        products=len(export.products),
        variants=sum(len(product.variants) for product in export.products),
        not_carried_over=export.not_carried_over,
        notes=tuple(_notes(export.products)),
    )


def written_files(
    destination: Destination, contents: Mapping[str, bytes], keys: Mapping[str, str], *, edited: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write files into a repository; return those that were written, and those that said the same already.

    ``keys``: of the products → the file of each. ``edited``: files that were there, and hold what they held besides.
    Raises InvalidInput with every problem; then nothing was written, unless the disk itself refuses.
    """
    into = destination.into
    old = {file: content for file in contents if (content := _content(into / file)) is not None}
    unchanged = tuple(file for file in old if old[file] in {contents[file], with_modeline(into, file, contents[file])})
    problems = list(_elsewhere(into, keys))
    if destination.existing is Existing.REFUSE:
        problems += (_in_the_way(file) for file in old if file not in unchanged and file not in edited)
    if problems:
        raise InvalidInput(problems)
    written = tuple(file for file in contents if file not in unchanged)
    for file in written:
        _write(into / file, contents[file] if file in edited else with_modeline(into, file, contents[file]))
    return written, unchanged


def _notes(products: Sequence[Product]) -> Iterator[str]:
    """Yield what follows from the products: what they point at, and what stores' files have to name."""
    names = {name for product in products for name, value in product.metafields.items() if _is_shopifys(name, value)}
    if names:
        yield (
            "Metafields that Shopify owns came as lists of text, because an export says by handle what they point at: "
            f"{', '.join(sorted(names))}. Where a store has definitions of them, give them the type of the definition, "
            "with ids, or delete them."
        )
    locations = {name for product in products for variant in product.variants for name in variant.stock or ()}
    if locations:
        yield f"Stock is at {', '.join(sorted(locations))}; say in each store's file which location that is."


def _is_shopifys(name: str, value: object) -> bool:
    owner = name.partition(".")[0]
    by_handle = isinstance(value, TypedValue) and value.type == LIST
    return by_handle and (owner == "shopify" or owner.startswith("shopify--"))


def _named(products: Sequence[Product]) -> Iterator[tuple[str, Product]]:
    """Yield each product with the file that it goes to: its key, where a file can be called so."""
    for product in products:
        yield f"{PRODUCTS}/{file_stem(product.key)}.yaml", product


def file_stem(key: str) -> str:
    """Return what the file of a key is called: the key itself, where a file can be called so."""
    safe = _UNSAFE.sub("-", key)
    if safe == key and len(key.encode()) <= _LONGEST_STEM:
        return key
    cut = safe.encode()[:_LONGEST_STEM].decode("utf-8", "ignore")
    return f"{cut}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _content(path: Path) -> bytes | None:
    """Return what a file holds; None when there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidInput([Diagnostic(f"cannot be read: {error.strerror}", Place(str(path)))]) from None


def _in_the_way(file: str) -> Diagnostic:
    hint = "move it away, or say that existing files shall be replaced"
    return Diagnostic("the file exists, and says something else", Place(file), hint)


def _elsewhere(into: Path, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield the products that the catalog holds in a file of another name: there would be two of each."""
    try:
        entries = load_catalog(WorkTree(into)).entries
    except InvalidInput:
        return  # an empty catalog, or one that `validate` has more to say about
    for key, entry in entries.items():
        if key in files and entry.file != files[key]:
            summary = f"the product {key} is here already, and would come to {files[key]} too"
            yield Diagnostic(summary, entry.locate(("key",)), "remove one of them")


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise InvalidInput([Diagnostic(f"cannot be written: {error.strerror}", Place(str(path)))]) from None
