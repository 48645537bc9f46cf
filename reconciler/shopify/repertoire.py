"""Repertoire: every document that the kinds of a catalog may send: what tests and doctor hold against a schema."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.directory import PlaceKind
from reconciler.model.kind import Kind, KindSet
from reconciler.shopify import (
    along,
    automatic,
    bulk_jobs,
    exporting,
    gift_cards,
    identity,
    introspection,
    offer,
    places,
    preflight,
    remains,
    settling,
    shop_notes,
    uploads,
)
from reconciler.shopify.codec import Codec
from reconciler.shopify.collection_sources import SINCE
from reconciler.shopify.documents import parse
from reconciler.shopify.export_documents import exports_of
from reconciler.shopify.queries import Tree, documents, trees

OF_NO_KIND = (
    preflight.DOCUMENT,
    identity.OWN_APP,
    offer.DOCUMENT,
    introspection.DOCUMENT,
    settling.JOB,
    settling.MEDIA,
    uploads.STAGE,
    exporting.START,
    exporting.PROGRESS,
    exporting.CANCEL,
    bulk_jobs.START,
    bulk_jobs.PROGRESS,
    bulk_jobs.JOBS,
    shop_notes.READ,
    shop_notes.WRITE,
)
"""What is sent whatever a catalog holds, save for places."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A document, with those who need it."""

    text: str
    kinds: tuple[str, ...] = ()
    """The kinds that it reads, or writes."""
    since: str = ""
    """The first version of the API that has all that it asks for; "" for any."""
    until: str = ""
    """The first version in which it is not asked any more; "" for none."""

    @property
    def name(self) -> str:
        """What its operation is called."""
        return parse(self.text).name


def repertoire(kinds: KindSet, codecs: Mapping[str, Codec], wanted: Collection[str]) -> tuple[Piece, ...]:
    """Return the reads and writes of the wanted kinds, and of what comes with them."""
    read = kinds.with_parents(wanted)
    pieces = [
        *(Piece(text) for text in OF_NO_KIND),
        *_reads(kinds, codecs, read),
        *(
            _piece(text, (codec.kind,), codecs)
            for codec in codecs.values()
            if codec.kind in read
            for text in codec.documents
        ),
        *looking_back(kinds, codecs, read),
        *_beside(read),
    ]
    return tuple({piece.text: piece for piece in pieces}.values())


def reads_of(tree: Tree) -> tuple[str, ...]:
    """Return every document that reads a tree: the queries, and what is exported where there may be many."""
    exports = exports_of(tree) if tree.root.counted_by is not None else ()
    return (*documents((tree,)), *(export.text for export in exports))


def place_documents(kinds: Collection[PlaceKind]) -> Iterator[Piece]:
    """Yield the documents that find the places of a store."""
    yield from (Piece(document) for kind, document in places.DOCUMENTS.items() if kind in kinds)


def looking_back(kinds: KindSet, codecs: Mapping[str, Codec], read: Collection[str]) -> Iterator[Piece]:
    """Yield what is asked before something is removed, and before a run is taken back."""
    yield Piece(remains.FILES)
    removed = tuple(kind for kind in read if codecs[kind].read.type in along.TYPES)
    if removed:
        yield from (Piece(text, removed) for text in along.DOCUMENTS)
    if removed and any(codecs[kind].since >= SINCE for kind in read):
        yield Piece(along.WITH_SOURCES, removed, SINCE)
    for kind in kinds:
        codec = codecs[kind.name]
        if kind.name in read and kind.names_root is not None:
            yield _piece(remains.COLLECTIONS, (kind.name,), codecs)
        if kind.name in read and kind.alias is not None and codec.read.identifier is not None:
            yield _piece(remains.alias_document(codec.read, kind.alias), (kind.name,), codecs)


def _beside(read: Collection[str]) -> Iterator[Piece]:
    """Yield what is asked of products and their collections beside what their codecs read."""
    if "product" in read:
        yield from (Piece(text, ("product",), until=SINCE) for text in automatic.DOCUMENTS)
        yield Piece(gift_cards.DOCUMENT, ("product",))


def _reads(kinds: KindSet, codecs: Mapping[str, Codec], read: Collection[str]) -> Iterator[Piece]:
    for root, tree in zip(kinds.roots(), trees(kinds, codecs, read), strict=True):
        if root.name in read:
            of_tree = tuple(name for name in _group(kinds, root) if name in read)
            yield from (_piece(text, of_tree, codecs) for text in reads_of(tree))


def _group(kinds: KindSet, root: Kind) -> tuple[str, ...]:
    return (root.name, *(child.name for child in kinds.children(root.name)))


def _piece(text: str, kinds: tuple[str, ...], codecs: Mapping[str, Codec]) -> Piece:
    return Piece(text, kinds, max(codecs[kind].since for kind in kinds))
