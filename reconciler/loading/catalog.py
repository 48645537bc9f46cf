"""The catalog: every file of it, read, checked, and with a way back to the line of every value.

``catalog/products/**/*.yaml``, ``catalog/collections/**/*.yaml``: one document a file, or many in a list.
``catalog/stock/**`` are tables, in CSV or YAML. ``catalog/NAME.yaml`` lists what a store is to have as it stands
there, by key.
``catalog/images/**`` and whatever else an image names are files that are uploaded.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from reconciler.loading.consistency import catalog_problems, faults
from reconciler.loading.documents import COLLECTION_FILES, PRODUCT_FILES, Family, documents
from reconciler.loading.image_files import image_files
from reconciler.loading.known import NOTHING_KNOWN, Known
from reconciler.loading.listed import Listings, listed_entries
from reconciler.loading.moved import moved_problems
from reconciler.loading.places import FilePlaces, Locator, Places
from reconciler.loading.policy import Vocabulary, ownership_problems
from reconciler.loading.references import reference_problems, stock_given_twice
from reconciler.loading.scalars import YamlValue
from reconciler.loading.shelf import Shelf
from reconciler.loading.source import Source, digest
from reconciler.loading.tables import TABLE_SUFFIXES, stock_rows
from reconciler.loading.unread import names_in, names_of
from reconciler.loading.validation import Refused, validated
from reconciler.loading.yaml import parse
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog, Entry, ListedEntry, Product, StockRow, gist_of
from reconciler.model.category import Category, CategoryEntry
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

FOLDER: Final = "catalog"
PRODUCTS: Final = PRODUCT_FILES.folder
COLLECTIONS: Final = COLLECTION_FILES.folder
STOCK: Final = "catalog/stock"
SUFFIXES: Final = (".yaml", ".yml")


class CatalogRefused(InvalidInput):
    """Files of the catalog are not right. ``readable`` is what could be read all the same: to be checked, not used.

    ``unread``: the names that are in what could not be read.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic], readable: Catalog, unread: Collection[str]) -> None:
        super().__init__(diagnostics)
        self.readable = readable
        self.unread = unread


class _Loading:
    """A catalog in the making."""

    def __init__(self, source: Source, listings: Listings, vocabulary: Vocabulary | None, known: Known) -> None:
        self.entries: list[Entry] = []
        self.categories: list[CategoryEntry] = []
        self.listed: list[ListedEntry] = []
        self.rows: list[StockRow] = []
        self.inputs: dict[str, str] = {}
        self.problems: list[Diagnostic] = []
        self.unread: set[str] = set()
        self._source = source
        self._listings = listings
        self._known = known
        self._shelf = Shelf()
        self.faults: list[Diagnostic] = []
        self._vocabulary = vocabulary
        self._places = Places(source)

    def read(self, file: str) -> None:
        """Read one file of the catalog, whatever family it is of."""
        known = self._known.digest(file)
        if known is not None:
            self._take(file, known)
            return
        try:
            content = self._source.read(file)
            self.inputs[file] = digest(content)
            if file.startswith(f"{STOCK}/"):
                self.rows += stock_rows(file, content, self._places.of(file), self.problems)
            elif file.lower().endswith(SUFFIXES):
                self._documents(file, self._parsed(file, content))
        except InvalidInput as error:
            self.problems += error.diagnostics

    def _take(self, file: str, known: str) -> None:
        self.inputs[file] = known
        self.entries += self._known.entries(file)
        self.categories += self._known.categories(file)
        self.listed += self._known.listed(file)
        self.rows += self._known.rows(file)

    def _parsed(self, file: str, content: bytes) -> YamlValue:
        try:
            return parse(file, content)
        except InvalidInput:
            self.unread.update(names_in(content))
            raise

    def _documents(self, file: str, document: YamlValue) -> None:
        places = self._places.of(file)
        family = COLLECTION_FILES if file.startswith(f"{COLLECTIONS}/") else PRODUCT_FILES
        if not file.startswith(f"{family.folder}/"):
            read = list(listed_entries(file, document, self._listings, places, self.problems))
            keys = set(document) if isinstance(document, Mapping) else set()
            self.unread |= keys - {entry.address.key for entry in read}
            self.listed += read
            return
        for found in documents(document, family, places, self.problems):
            try:
                if family is PRODUCT_FILES:
                    product = validated(Product, found.value, found.locate)
                    self._owners(product, family, found.locate)
                    self._enter(product, file, found.locate)
                else:
                    category = validated(Category, found.value, found.locate)
                    self._owners(category, family, found.locate)
                    self.categories.append(CategoryEntry(category, file, found.locate, found.locate.above))
            except Refused as refused:
                self.problems += refused.diagnostics
                self.unread.update(names_of(found.value))

    def _enter(self, product: Product, file: str, places: FilePlaces) -> None:
        self.faults += (Diagnostic(each.summary, places(each.path), each.hint) for each in faults(product))
        self.entries.append(Entry(gist_of(product), file, places, places.above, self._shelf.put(product)))

    def _owners(self, document: Product | Category, family: Family, places: Locator) -> None:
        if self._vocabulary is not None:
            self.problems += ownership_problems(document.ownership, self._vocabulary, places, family.one)


def load_catalog(
    source: Source,
    listings: Listings | None = None,
    vocabulary: Vocabulary | None = None,
    *,
    known: Known = NOTHING_KNOWN,
) -> Catalog:
    """Return the catalog of the repository. Raises CatalogRefused with every problem of every file.

    ``listings``: the name of a file in ``catalog/`` → the kind that it lists, with its resource. ``vocabulary``: what
    ``ownership`` may name; without it that is not looked at. ``known``: what need not be read again; it was found
    right when it was loaded.
    """
    loading = _Loading(source, listings or {}, vocabulary, known)
    for file in _files(source, loading.problems, loading.inputs, listings or {}):
        loading.read(file)
    if not (loading.inputs or loading.problems):
        hint = "add one file a product, or import them"
        loading.problems.append(Diagnostic("the catalog holds no products", Place(PRODUCTS), hint))
    loading.problems += loading.faults
    loading.problems += catalog_problems(loading.entries)
    loading.problems += moved_problems("product", loading.entries)
    loading.problems += moved_problems("category", loading.categories)
    files = image_files(source, loading.entries, loading.categories, loading.problems, known.digest)
    catalog = Catalog(
        entries={entry.gist.key: entry for entry in loading.entries},
        inputs={**loading.inputs, **files},
        categories=_by_key(loading.categories, loading.problems),
        listed={entry.address: entry for entry in loading.listed},
        stock=_by_sku(loading.rows),
        files=files,
    )
    loading.problems += (each for each in reference_problems(catalog) if each.misses not in loading.unread)
    loading.problems += stock_given_twice(catalog)
    if loading.problems:
        raise CatalogRefused(loading.problems, catalog, loading.unread)
    return catalog


def keys_in(file: str, content: bytes) -> frozenset[Address]:
    """Return the roots that an earlier version of a file gave, as far as it can be read.

    A product's categories are among them: it may have left one, whose collection changes then.
    """
    family = COLLECTION_FILES if file.startswith(f"{COLLECTIONS}/") else PRODUCT_FILES
    kind = "collection" if family is COLLECTION_FILES else "product"
    try:
        document = parse(file, content)
    except InvalidInput:
        return frozenset()
    found = document.get(family.plural, [document]) if isinstance(document, Mapping) else []
    members = found if isinstance(found, list) else []
    given = [member for member in members if isinstance(member, Mapping)]
    keys = {Address(kind, key) for member in given if isinstance(key := member.get("key"), str)}
    lists = (member.get("categories") for member in given if family is PRODUCT_FILES)
    joined = (key for categories in lists if isinstance(categories, list) for key in categories)
    return frozenset(keys | {Address("collection", key) for key in joined if isinstance(key, str)})


def _files(source: Source, problems: list[Diagnostic], inputs: Mapping[str, str], listings: Listings) -> Iterator[str]:
    """Yield the files of the catalog; whatever else looks like one would be ignored in silence, so it is a problem."""
    del inputs
    for file in source.files(FOLDER, tuple({*SUFFIXES, *TABLE_SUFFIXES})):
        inner = file.removeprefix(f"{FOLDER}/")
        is_table = file.startswith(f"{STOCK}/")
        is_document = file.startswith((f"{PRODUCTS}/", f"{COLLECTIONS}/")) and file.lower().endswith(SUFFIXES)
        is_list = file.lower().endswith(SUFFIXES) and inner.rpartition(".")[0] in listings
        if is_table or is_document or is_list:
            yield file
        elif file.lower().endswith(SUFFIXES):
            known = ", ".join(
                [f"{PRODUCTS}/", f"{COLLECTIONS}/", f"{STOCK}/", *(f"{FOLDER}/{n}.yaml" for n in listings)]
            )
            problems.append(
                Diagnostic(f"nothing reads this file; {FOLDER}/ is {known}", Place(file), "move or rename it")
            )


def _by_key(entries: Iterable[CategoryEntry], problems: list[Diagnostic]) -> dict[str, CategoryEntry]:
    found: dict[str, CategoryEntry] = {}
    handles: dict[str, CategoryEntry] = {}
    for entry in entries:
        category = entry.category
        first = found.setdefault(category.key, entry)
        if first is not entry:
            summary = f"key {category.key} is also used at {first.locate(('key',))}"
            problems.append(Diagnostic(summary, entry.locate(("key",)), "give it another key"))
            continue
        other = handles.setdefault((category.handle or category.key).lower(), entry)
        if other is not entry:
            summary = f"handle {category.handle or category.key} is also used at {other.locate(('handle',))}"
            problems.append(Diagnostic(summary, entry.locate(("handle",)), "give one of them another handle"))
    return found


def _by_sku(rows: Iterable[StockRow]) -> dict[str, tuple[StockRow, ...]]:
    found: dict[str, list[StockRow]] = {}
    for row in rows:
        found.setdefault(row.sku, []).append(row)
    return {sku: tuple(of_sku) for sku, of_sku in found.items()}
