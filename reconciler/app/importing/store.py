"""Importing a live store: all that a catalog can say of it becomes files, such that the next plan changes nothing.

Everything is written by the default mapping's way back, and then tried: the store's own mapping maps the files, and
what comes out is planned against what was read. Where a rule makes something of a field that is empty in the store the
file gets an explicit null; what is left then becomes overrides in the store's file. All is checked before any is
written. The rejected choice is to undo the rules one value at a time, as adopting an edit does: each try reads the
catalog again, and an import is thousands of values.
"""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from reconciler.app.importing.export import Destination, ImportReport, written_files
from reconciler.app.importing.holdings import Holdings, read_holdings
from reconciler.app.importing.picture_document import Album, Pictures
from reconciler.app.importing.residue import Overrides, clears, overrides, residue
from reconciler.app.importing.spool import Spool
from reconciler.app.importing.store_files import Selling, StockIn, StoreFiles, store_files
from reconciler.app.repository.store_view import store_view
from reconciler.app.repository.workspace import LISTINGS, VOCABULARY
from reconciler.app.stores.connect import EmbeddedShops, read_client
from reconciler.kinds import KINDS
from reconciler.loading.catalog import load_catalog
from reconciler.loading.edits import EditedTree, edited
from reconciler.loading.exported import GIFT_CARDS, not_carried_over
from reconciler.loading.mappings import load_mapping
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.counting import counted
from reconciler.model.edit import SetValue
from reconciler.model.progress import Listener, Teller, unheard
from reconciler.model.rules import MappingRules
from reconciler.shopify.download import downloaded

_SHOWN: Final = 10
_OVERRIDES: Final = "overrides"


@dataclass(frozen=True, slots=True)
class Taking:
    """How a store is imported."""

    destination: Destination
    pictures: Pictures = Pictures.ADDRESS
    stock: StockIn = StockIn.PRODUCT
    download: Callable[[str], bytes] = downloaded


def import_store(name: str, taking: Taking, embedded: EmbeddedShops, listener: Listener = unheard) -> ImportReport:
    """Write what a store holds into the repository that has its file, and return what was done.

    Raises WrongUsage for a name that no file has, InvalidInput with every problem; then nothing was written.
    """
    root = taking.destination.into
    stores = load_stores(WorkTree(root), VOCABULARY)
    if name not in {store.name for store in stores}:
        load_stores(WorkTree(root), VOCABULARY, [name])  # says what is known
    store = next(store for store in stores if store.name == name)
    teller = Teller(name, listener)
    with read_client(store, root, embedded, listener) as client:
        holdings = read_holdings(client, store)
    with TemporaryDirectory() as folder:
        teller.began("writing files" if taking.pictures is Pictures.ADDRESS else "fetching pictures")

        def download(url: str) -> bytes:
            teller.advanced()
            return taking.download(url)

        album = Album(taking.pictures, download, Spool(Path(folder)))
        rules = load_mapping(WorkTree(root), store.document.mapping, VOCABULARY)
        return _Import(taking, Selling(store, stores), holdings, album, rules).done()


@dataclass
class _Import:
    """One import on its way to files that change nothing."""

    taking: Taking
    selling: Selling
    holdings: Holdings
    album: Album
    rules: MappingRules
    _kept: Overrides = field(default_factory=dict)

    def done(self) -> ImportReport:
        """Write the files, and return the report."""
        written = self._store_files(())
        changes = self._residue(written, {})
        nulls = [root for root, own in changes.items() if clears(own)]
        if nulls:
            written = self._store_files(nulls)
            changes = self._residue(written, {})
        self._kept, beyond = overrides(chain.from_iterable(changes.values()))
        edits = self._with_overrides()
        if edits:
            beyond = list(chain.from_iterable(self._residue(written, edits).values()))
        contents = ChainMap(edits, dict(written.files), self.album.files)
        done, unchanged = written_files(self.taking.destination, contents, written.keys, edited=edits)
        return self._report(written, beyond, done, unchanged)

    def _store_files(self, nulls: Sequence[Address]) -> StoreFiles:
        return store_files(self.holdings, self.selling, self.album, self.taking.stock, nulls)

    def _residue(self, written: StoreFiles, edits: Mapping[str, bytes]) -> Mapping[Address, tuple[Change, ...]]:
        """Return what a plan would change with the files as they are now."""
        if not written.keys:
            return {}
        contents = ChainMap(dict(edits), dict(written.files), self.album.files)
        tree = EditedTree(self.taking.destination.into, contents)
        catalog = load_catalog(tree, LISTINGS, VOCABULARY)
        (store,) = load_stores(tree, VOCABULARY, [self.selling.store.name])
        return residue(store_view(store, catalog, self.rules), written.holdings, written.ids)

    def _with_overrides(self) -> dict[str, bytes]:
        """Return the store's file with what no line of the catalog can say."""
        if not self._kept:
            return {}
        store = self.selling.store
        content = WorkTree(self.taking.destination.into).read(store.file)
        listed = {str(address): dict(fields) for address, fields in sorted(self._kept.items())}
        if not store.document.overrides:
            return {store.file: edited(content, SetValue(store.file, (_OVERRIDES,), listed))}
        for address, fields in listed.items():
            for name, value in fields.items():
                content = edited(content, SetValue(store.file, (_OVERRIDES, address, name), value))
        return {store.file: content}

    def _report(
        self, written: StoreFiles, beyond: Sequence[Change], done: tuple[str, ...], unchanged: tuple[str, ...]
    ) -> ImportReport:
        counts = dict(written.counts)
        return ImportReport(
            written=done,
            unchanged=unchanged,
            products=counts.pop("products"),
            variants=counts.pop("variants"),
            not_carried_over=not_carried_over(written.lost),
            notes=tuple(self._notes(written, beyond)),
            others=counts,
        )

    def _notes(self, written: StoreFiles, beyond: Sequence[Change]) -> Iterator[str]:
        store = self.selling.store
        yield from written.left_out
        if self.holdings.nameless:
            named = ", ".join(self.holdings.nameless[:_SHOWN])
            yield f"Left out, because no file could ask for their handles as they are: {named}."
        if self.holdings.gift_cards:
            named = ", ".join(str(at) for at in self.holdings.gift_cards[:_SHOWN])
            yield f"Left out, because {GIFT_CARDS}: {named}."
        if unread := sorted({kind.name for kind in KINDS} - self.holdings.kinds):
            yield f"Not read, for want of access scopes or of a newer api_version: {', '.join(unread)}."
        if reasons := self.album.reasons:
            first = next(iter(reasons.items()))
            stay = f"{counted(len(reasons), 'picture')} {'stays' if len(reasons) == 1 else 'stay'}"
            yield f"{stay} at the address, such as {first[0]}: {first[1]}."
        if self._kept:
            yield (
                f"Overrides in {store.file}, of {counted(len(self._kept), 'thing')}, say what no line of the catalog "
                "can: places where something is not published, or what a rule would make otherwise. Where they are "
                "many, a rule may say it shorter."
            )
        if beyond:
            shown = ", ".join(f"{change.action} {change.address}" for change in beyond[:_SHOWN])
            left = counted(len(beyond), "change")
            yield f"No file can say all of it, so that the next plan will have {left}: {shown}."
        if any(holding.group.root.mark is None for holding in written.holdings.roots.values()):
            yield (
                f"Next: reconciler plan {store.name} --out plans, then reconciler apply plans/{store.name}.json "
                "--accept adopt takes over what was there before, and changes no field of it."
            )
