"""Noted: product files that earlier runs found right, known again by their bytes, and parsed once somebody asks.

What the rest of a catalog has to know of their products is in the notes; a product itself is read from the bytes that
were there when the catalog was loaded, whatever is saved meanwhile.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, Protocol

from reconciler.loading.documents import PRODUCT_FILES, documents
from reconciler.loading.image_files import IMAGE_SUFFIXES
from reconciler.loading.indexed import Indexed
from reconciler.loading.places import Places
from reconciler.loading.source import digest
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
    """The product files and pictures of a repository that are noted. ``files``: where they lie.

    ``engine``: what tells our code from any that reads otherwise. Whatever else there is in a repository is read.
    """

    def __init__(self, files: Indexed, notes: Notes, engine: bytes) -> None:
        self._files = files
        self._notes = notes
        self._engine = engine
        self._places = Places(files.tree)
        self._found: dict[str, Sequence[Entry]] = {}
        self._pictures: set[str] = set()
        self._named: dict[str, tuple[str, int]] = {}

    def digest(self, file: str) -> str | None:
        """Return the SHA-256 of a product file or picture that is noted; None for one that has to be read."""
        if file.lower().endswith(IMAGE_SUFFIXES):
            held = self._without_reading(file)
            self._pictures.update([file] if held is not None else [])
            return str(held[0]) if held is not None else None
        return self._of_products(file) if file.startswith(f"{PRODUCT_FILES.folder}/") else None

    def _of_products(self, file: str) -> str | None:
        sha, *found = self._without_reading(file) or [None]
        content, held = None, found[0] if found else None
        if sha is None:
            try:
                content = self._files.tree.read(file)
            except InvalidInput:
                return None  # whoever reads it in earnest says why
            sha = digest(content)
            self._name(file, content, sha)
            held = self._notes.get(self._key(sha))
        if held is None:
            return None
        whole = _File(file, sha, content, self._files, self._places)
        self._found[file] = [whole.entry(tuple(above), Gist.parsed(gist)) for above, gist in held]
        return str(sha)

    def _without_reading(self, file: str) -> list[Any] | None:
        """Return the SHA-256 of a file that is as git has it and was read before, with the gists of its products."""
        name = self._files.name(file)
        held = self._notes.get(self._key(name, file)) if name is not None else None
        if held is None:
            return None
        sha, size, *gists = held
        return [sha, *gists] if self._files.has_size(file, size) else None

    def _name(self, file: str, content: bytes, sha: str) -> None:
        if self._files.is_named(file, content):
            self._named[file] = sha, len(content)

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
        """Note the files of a catalog that is right as a whole, for the next run to know them again.

        What git has goes by git's name alone; by its SHA-256 only what is in no commit yet.
        """
        products: dict[str, list[object]] = {}
        for entry in catalog.entries.values():
            if entry.file not in self._found or entry.file in self._named:
                products.setdefault(entry.file, []).append([entry.above, entry.gist.spelled()])
        for file in catalog.files.keys() - self._pictures:
            if self._files.name(file) is not None:
                self._read_once_more(file, catalog.files[file])
        for file, (sha, size) in self._named.items():
            if catalog.inputs.get(file) == sha:
                gists = [products.pop(file)] if file in products else []
                self._notes.put(self._key(self._files.names[file], file), [sha, size, *gists])
        for file, of_file in products.items():
            self._notes.put(self._key(catalog.inputs[file]), of_file)

    def _read_once_more(self, file: str, sha: str) -> None:
        """Look whether a new picture is what git has: it was digested where nobody knew git's name of it."""
        try:
            content = self._files.tree.read(file)
        except InvalidInput:
            return
        if digest(content) == sha:
            self._name(file, content, sha)

    def _key(self, name: str, file: str = "") -> str:
        """Return what a content is noted under: a file's by its SHA-256, or by git's name and how the file's ends."""
        spelled = f"{name}.{file.rpartition('.')[2].lower()}"
        return blake2b(spelled.encode(), key=self._engine, digest_size=_SIZE).hexdigest()


class _File:
    """A noted file, parsed once one of its products is asked for."""

    def __init__(self, file: str, sha: str, content: bytes | None, files: Indexed, places: Places) -> None:
        self._file = file
        self._sha = sha
        self._content = content
        self._files = files
        self._places = places
        self._products: Mapping[FieldPath, Product] | None = None

    def entry(self, above: FieldPath, gist: Gist) -> Entry:
        """Return the entry of one of its products."""
        return Entry(gist, self._file, self._places.of(self._file, above), above, lambda: self._parsed()[above])

    def _parsed(self) -> Mapping[FieldPath, Product]:
        content = self._content  # before the other, which is there once this is gone: stores are planned side by side
        if self._products is None:
            if content is None:
                content = self._files.content(self._file, self._sha)
            document = parse(self._file, content)
            found = documents(document, PRODUCT_FILES, self._places.of(self._file), [])
            self._products = {each.locate.above: validated(Product, each.value, each.locate) for each in found}
            self._content = None
        return self._products
