"""Noted: product files that earlier runs found right, known again by their bytes, and parsed once somebody asks.

What the rest of a catalog has to know of their products is in the notes; a product itself is read from the bytes that
were there when the catalog was loaded, whatever is saved meanwhile.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, Protocol

from reconciler.loading.documents import PRODUCT_FILES, documents
from reconciler.loading.places import Places
from reconciler.loading.source import Source, digest
from reconciler.loading.validation import validated
from reconciler.loading.yaml import parse
from reconciler.model.catalog import Catalog, Entry, ListedEntry, Product, StockRow
from reconciler.model.category import CategoryEntry
from reconciler.model.errors import InvalidInput
from reconciler.model.gist import Gist
from reconciler.model.origin import FieldPath

_SIZE: Final = 16  # bytes


class Notes(Protocol):
    """What is kept from run to run, by a key."""

    def get(self, key: str) -> list[Any] | None:
        """Return the values that are noted under a key; None where nothing is."""

    def put(self, key: str, values: Sequence[object]) -> None:
        """Note values under a key."""


class Noted:
    """The product files of a repository that are noted. ``engine``: what tells our code from any that reads otherwise.

    Whatever else there is in a repository is read.
    """

    def __init__(self, source: Source, notes: Notes, engine: bytes) -> None:
        self._source = source
        self._notes = notes
        self._engine = engine
        self._places = Places(source)
        self._found: dict[str, Sequence[Entry]] = {}

    def digest(self, file: str) -> str | None:
        """Return the SHA-256 of a product file that is noted; None for one that has to be read."""
        if not file.startswith(f"{PRODUCT_FILES.folder}/"):
            return None
        try:
            content = self._source.read(file)
        except InvalidInput:
            return None  # whoever reads it in earnest says why
        sha = digest(content)
        entries = self._noted(file, content, sha)
        if entries is None:
            return None
        self._found[file] = entries
        return sha

    def entries(self, file: str) -> Sequence[Entry]:
        """Return the products of a noted file."""
        return self._found[file]

    def categories(self, file: str) -> Sequence[CategoryEntry]:
        """Return nothing: a product file has none."""
        del file
        return ()

    def listed(self, file: str) -> Sequence[ListedEntry]:
        """Return nothing."""
        del file
        return ()

    def rows(self, file: str) -> Sequence[StockRow]:
        """Return nothing."""
        del file
        return ()

    def keep(self, catalog: Catalog) -> None:
        """Note the product files of a catalog that is right as a whole, for the next run to know them again."""
        new: dict[str, list[Entry]] = {}
        for entry in catalog.entries.values():
            if entry.file not in self._found:
                new.setdefault(entry.file, []).append(entry)
        for file, entries in new.items():
            self._notes.put(self._key(catalog.inputs[file]), [[entry.above, entry.gist.spelled()] for entry in entries])

    def _noted(self, file: str, content: bytes, sha: str) -> Sequence[Entry] | None:
        held = self._notes.get(self._key(sha))
        if held is None:
            return None
        whole = _File(file, content, self._places)
        return [whole.entry(tuple(above), Gist.parsed(gist)) for above, gist in held]

    def _key(self, sha: str) -> str:
        return blake2b(bytes.fromhex(sha), key=self._engine, digest_size=_SIZE).hexdigest()


class _File:
    """A noted file, parsed once one of its products is asked for."""

    def __init__(self, file: str, content: bytes, places: Places) -> None:
        self._file = file
        self._content = content
        self._places = places
        self._products: Mapping[FieldPath, Product] | None = None

    def entry(self, above: FieldPath, gist: Gist) -> Entry:
        """Return the entry of one of its products."""
        return Entry(gist, self._file, self._places.of(self._file, above), above, lambda: self._parsed()[above])

    def _parsed(self) -> Mapping[FieldPath, Product]:
        content = self._content  # before the other, which is there once this is gone: stores are planned side by side
        if self._products is None:
            document = parse(self._file, content)
            found = documents(document, PRODUCT_FILES, self._places.of(self._file), [])
            self._products = {each.locate.above: validated(Product, each.value, each.locate) for each in found}
            self._content = b""
        return self._products
