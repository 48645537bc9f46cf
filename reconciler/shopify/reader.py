"""Reads → what a store holds, group by group: a root with everything that hangs on it, never the whole store.

A read is complete or it fails: a page without its end, a hole in a list or a cursor that stands still is an error,
because what is not there would be created a second time, or removed.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from reconciler.model.address import Address
from reconciler.model.errors import StoreRefused
from reconciler.model.json import JsonObject
from reconciler.model.kind import KindSet
from reconciler.model.state import Found, FoundGroup
from reconciler.shopify.asking import Client
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Codec
from reconciler.shopify.exporting import NoExport
from reconciler.shopify.gathered import Familiar, Gathered, Knows, Noted_co, Sieve
from reconciler.shopify.growing import Grower
from reconciler.shopify.large import Large
from reconciler.shopify.nodes import Exported, Nodes, Paged
from reconciler.shopify.queries import (
    IDS_AT_ONCE,
    Tree,
    has_below,
    ids_document,
    mark_document,
    marks_document,
    trees,
)
from reconciler.shopify.recording import Recorder, Witnessed
from reconciler.shopify.wait import Wait

Page: TypeAlias = Sequence[JsonObject]
"""Roots as a store answers them."""
_LOG: Final = logging.getLogger(__name__)
_PATIENCE_S: Final = 30.0  # for what the store works on while it is read; what is not done then is unread


class Reader:
    """Reads the groups of one store. ``wanted`` narrows it to some kinds; what they hang on is read as well.

    ``formerly``: the address that a root had before → the one that git gives it now, for what names it by its key.
    ``large``: how it is read when it is large; without it, in pages however many there are.
    ``recorder``: hears of what is read; of roots without a mark that it keeps, all is read.
    """

    def __init__(
        self,
        client: Client,
        kinds: KindSet,
        codecs: Mapping[str, Codec],
        wanted: Collection[str] | None = None,
        *,
        patience: Wait | None = None,
        formerly: Mapping[Address, Address] | None = None,
        large: Large | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.teller = client.teller
        self._formerly = formerly or {}
        self._client = client
        self._paged = Paged(client)
        self._large = large
        self._recorder = recorder
        self._patience = replace(patience or Wait(limit_s=_PATIENCE_S), paused=partial(client.teller.waiting, "media"))
        self._wanted = None if wanted is None else kinds.with_parents(wanted)
        roots = (kind.name for kind in kinds.roots())
        self._trees = dict(zip(roots, trees(kinds, codecs, wanted), strict=True))
        self._grower = Grower(client, self._formerly)
        self._repertoire = (kinds, codecs)

    def only(self, wanted: Collection[str]) -> "Reader":
        """Return a reader of the same store for some kinds of those that this one reads."""
        kinds, codecs = self._repertoire
        read = self._wanted if self._wanted is not None else frozenset(kind.name for kind in kinds)
        fewer = read.intersection(wanted)
        return Reader(self._client, kinds, codecs, fewer, patience=self._patience, formerly=self._formerly)

    def groups(self, root_kind: str) -> Iterator[FoundGroup]:
        """Yield every group of a root kind, a page at a time, in the order of their ids.

        A root without a mark comes alone: what hangs on other people's objects is read when it is to be adopted.
        """
        met: Iterator[FoundGroup | Familiar[object]] = self.met(root_kind, None)
        yield from (group for group in met if isinstance(group, FoundGroup))

    def met(self, root_kind: str, knows: Knows[Noted_co] | None) -> Iterator[FoundGroup | Familiar[Noted_co]]:
        """Yield the same; of a root that somebody ``knows`` by what was answered about it, only who it is."""
        tree = self._trees[root_kind]
        sieve = Sieve(tree, knows, self._grower.own_app) if knows is not None and tree.root.mark_of else None
        with _in_words(root_kind):
            yield from self._everything(tree, sieve)
        for piece in tree.root.further:
            if piece.only_with is None or self._wanted is None or piece.only_with in self._wanted:
                with _in_words(root_kind):
                    for page in self._paged.pages(tree, piece):
                        yield from self._of_page(tree, page, self._paged, sieve)

    def pages(self, root_kind: str) -> Iterator[Page]:
        """Yield the roots of a kind as the store answers them, a page at a time, without what hangs on them."""
        tree = self._trees[root_kind]
        with _in_words(root_kind):
            yield from self._paged.pages(tree)

    def grown(self, root_kind: str, pages: Iterable[Page]) -> Iterator[FoundGroup]:
        """Yield the groups of pages that were read; what hangs on their roots is asked for now."""
        tree = self._trees[root_kind]
        for page in pages:
            with _in_words(root_kind):
                met: Iterator[FoundGroup | Familiar[object]] = self._of_page(tree, page, self._paged, None)
                yield from (group for group in met if isinstance(group, FoundGroup))

    def _everything(self, tree: Tree, sieve: Sieve[Noted_co] | None) -> Iterator[FoundGroup | Familiar[Noted_co]]:
        """Yield all groups, out of exports where the first page shows that the others would take long."""
        pages = self._paged.pages(tree)
        if self._large is not None and tree.root.counted_by is not None:
            begun = self._large.started()
            first = next(pages)
            groups = list(self._of_page(tree, first, self._paged, sieve))
            page = self._large.taken(begun, len(first))
            yield from groups
            if len(first) == tree.root.page_size and self._large.pays(tree, page):
                try:
                    yield from self._exported(self._large, tree, {str(node["id"]) for node in first}, sieve)
                except NoExport as reason:
                    _LOG.info("%s are read in pages: %s", tree.root.connection, reason)
                else:
                    return
        for nodes in pages:
            yield from self._of_page(tree, nodes, self._paged, sieve)

    def _exported(
        self, large: Large, tree: Tree, seen: Collection[str], sieve: Sieve[Noted_co] | None
    ) -> Iterator[FoundGroup | Familiar[Noted_co]]:
        with large.exported(tree) as lines:
            exports: Nodes = Exported(lines, self._paged)
            if self._recorder is not None:
                exports = Witnessed(exports, self._recorder)
            for nodes in exports.pages(tree):
                new = [node for node in nodes if node["id"] not in seen]
                yield from self._of_page(tree, new, exports, sieve)

    def _of_page(
        self, tree: Tree, nodes: Sequence[JsonObject], source: Nodes, sieve: Sieve[Noted_co] | None
    ) -> Iterator[FoundGroup | Familiar[Noted_co]]:
        found: dict[str, FoundGroup | Familiar[Noted_co]] = {}
        growing: list[JsonObject] = []
        for node in nodes:
            is_ours = bool(tree.children) and tree.root.mark_of is not None and tree.root.mark_of(node) is not None
            root = None if is_ours else self._grower.found(tree.root, node)
            if is_ours or (tree.children and root is not None and self._grows(root)):
                growing.append(node)
            elif root is not None:
                found[root.id] = FoundGroup(root)
        for few in in_batches(growing, IDS_AT_ONCE):
            sifted = sieve.sifted(few, source.spelled) if sieve is not None else None
            new = sifted.others if sifted is not None else few
            own: Sequence[JsonObject | None] = new
            below = source.below(tree, [str(node["id"]) for node in new]) if new and has_below(tree) else own
            whole = [{**node, **more} for node, more in zip(new, below, strict=True) if more]
            found |= {**(sifted.known if sifted is not None else {}), **self._whole(tree, whole, source, sieve)}
        order = dict.fromkeys(str(node["id"]) for node in nodes)
        yield from (found[own_id] for own_id in order if own_id in found)

    def _whole(
        self, tree: Tree, nodes: Sequence[JsonObject], source: Nodes, sieve: Sieve[Noted_co] | None
    ) -> Mapping[str, FoundGroup | Familiar[Noted_co]]:
        """Return root id → its group, or who it is, where that is known."""
        if sieve is None:
            return self._ready(tree, self._grower.grown(tree, nodes, source))
        gathered = Gathered(tree, nodes, source)
        sifted = sieve.sifted(nodes, gathered.spelled)
        grown = self._grower.grown(tree, sifted.others, gathered)
        met = {own_id: replace(group, answered=sifted.answers[own_id]) for own_id, group in grown.items()}
        return {**sifted.known, **self._ready(tree, met)}

    def _grows(self, root: Found) -> bool:
        """Whether what hangs on a root is read with it."""
        return root.mark is not None or (self._recorder is not None and self._recorder.keeps(root))

    def by_id(self, root_kind: str, ids: Sequence[str]) -> Iterator[FoundGroup | None]:
        """Yield the group of each id, in order; None where there is nothing any more."""
        tree = self._trees[root_kind]
        for few in in_batches(ids, IDS_AT_ONCE):
            with _in_words(root_kind):
                nodes = self._paged.given(ids_document(tree), few)
                groups = self._ready(tree, self._grower.grown(tree, [node for node in nodes if node], self._paged))
                yield from (groups.get(str(node["id"])) if node else None for node in nodes)

    def by_mark(self, root_kind: str, key: str) -> FoundGroup | None:
        """Return the group whose root carries this key, if there is one."""
        tree = self._trees[root_kind]
        if tree.root.identifier is None:
            return next((group for group in self.groups(root_kind) if group.root.mark == key), None)
        with _in_words(root_kind):
            node = self._client.query(mark_document(tree), {"key": key}).data[tree.root.identifier]
            groups = self._ready(tree, self._grower.grown(tree, [node], self._paged)) if node else {}
            return groups.get(str(node["id"])) if node else None

    def marked(self, root_kind: str, keys: Sequence[str]) -> Mapping[str, str]:
        """Return those of the keys that something carries → its id; of a kind that is found by its mark."""
        root = self._trees[root_kind].root
        found: dict[str, str] = {}
        for few in in_batches(keys, IDS_AT_ONCE):
            with _in_words(root_kind):
                data = self._client.query(
                    marks_document(root, len(few)), {f"m{place}": key for place, key in enumerate(few)}
                ).data
                there = {key: data[f"m{place}"] for place, key in enumerate(few)}
                found |= {key: str(node["id"]) for key, node in there.items() if node is not None}
        return found

    def _ready(self, tree: Tree, groups: Mapping[str, FoundGroup]) -> Mapping[str, FoundGroup]:
        """Return the groups, read again until the store has done what it works on, or our patience ends."""
        found = dict(groups)

        def is_done() -> bool:
            working = [root_id for root_id, group in found.items() if group.pending]
            if working:
                nodes = self._paged.given(ids_document(tree), working)
                found.update(self._grower.grown(tree, [node for node in nodes if node], self._paged))
            return not any(group.pending for group in found.values())

        if any(group.pending for group in found.values()):
            self._patience.until(is_done)
        return found


@contextmanager
def _in_words(kind: str) -> Iterator[None]:
    """Say of an answer that does not hold what was asked for that it does not: whoever stands between may garble it."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        message = f"what the store answered about {kind} does not fit the question ({type(error).__name__})"
        raise StoreRefused(f"{message}; run the command again, and report it if it stays") from error
