"""Keeping: what a run is about to take away is written down first, so that a rollback can bring it back.

A change that removes something says what its fields were. What it does not say is kept here: the bytes of images,
below ``journal/kept/`` under their own digest; and what goes along without being a change of the plan, such as the
stock of a variant, the values of a product, its places in collections, and the order of what loses a member.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from reconciler.app.repository.whole_file import write_whole
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, Remove
from reconciler.model.directory import Directory, PlaceKind
from reconciler.model.errors import ReconcilerError
from reconciler.model.record import Held, Kept
from reconciler.model.resource import Resource
from reconciler.model.state import Live
from reconciler.model.store import Store
from reconciler.planning.identity import References, named_as_planned
from reconciler.shopify.asking import Client
from reconciler.shopify.download import NotHad, NotThere, downloaded
from reconciler.shopify.image_names import suffix_of
from reconciler.shopify.places import read_directory
from reconciler.shopify.preflight import ShopFacts, missing_scopes, read_facts
from reconciler.shopify.reader import Reader
from reconciler.shopify.remains import collections_of

FOLDER: Final = "journal/kept"
_URL: Final = "url"
_SOURCE: Final = "source"
Note = Callable[[Held | Kept], None]


@dataclass
class Keeper:
    """Keeps what a run takes away from one store."""

    client: Client
    store: Store
    root: Path
    """The repository, which the bytes go to."""
    run: str
    note: Note
    download: Callable[[str], bytes] = downloaded
    references: References = field(default_factory=dict)

    def keep(self, root: Address, changes: Sequence[Change], live: Live) -> Mapping[Address, str]:
        """Keep what the changes of a group take away; return what could not be kept, with the reason.

        A file that the store itself serves no more is nothing that anybody could keep.
        """
        going = [change for change in changes if needs_keeping(change)]
        if not going:
            return {}
        try:
            whole = self._whole(root, changes, live)
            gone = self._gone(going, whole)
            self._hold(root, {change.address for change in changes if takes_away(change)}, gone, whole)
            unkept = dict(self._files_not_had(going, gone, whole))
        except ReconcilerError as error:
            return {change.address: f"what it takes away could not be kept: {error}" for change in going}
        return unkept

    @cached_property
    def facts(self) -> ShopFacts:
        """What the store says of itself."""
        return read_facts(self.client, self.store)

    @cached_property
    def reader(self) -> Reader:
        """Reads all that our token may read, whatever a plan speaks of."""
        return Reader(self.client, KINDS, CODECS, self._kinds)

    @cached_property
    def directory(self) -> Directory:
        """All places that something read may be in."""
        return read_directory(self.client, self.store, places_of(self._kinds))

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return readable_kinds(self.facts, self.store)

    def _whole(self, root: Address, changes: Sequence[Change], live: Live) -> Live:
        """Return all that the store holds of a group, of kinds too that the plan does not speak of."""
        group = next(self.reader.by_id(root.kind, [live.ids[root]]))
        return named_as_planned(root, changes, group, kinds=KINDS, directory=self.directory, references=self.references)

    def _gone(self, going: Iterable[Change], whole: Live) -> dict[Address, Resource]:
        """Return what goes, with all that hangs on it."""
        removed = [change.address for change in going if isinstance(change, Remove)]
        held = KINDS.families(whole.resources)
        return {at: whole.resources[at] for address in removed for at in held.get(address, ())}

    def _hold(self, root: Address, told: Collection[Address], gone: Mapping[Address, Resource], whole: Live) -> None:
        """Note what goes along, and the orders of what goes. ``told``: what changes of the plan say themselves."""
        losing = {address.kind for address in gone}
        orders = {
            at: each
            for at, each in whole.resources.items()
            if KINDS[at.kind].is_order and losing & {*KINDS[at.kind].after}
        }
        fields = {at: each.spelled() for at, each in {**gone, **orders}.items() if at not in told}
        ids = {at: whole.ids[at] for at in fields}
        if root in gone:
            elsewhere = self._elsewhere(root, whole.ids[root])
            fields |= {at: each.spelled() for at, each in elsewhere.resources.items()}
            ids |= {at: elsewhere.ids[at] for at in elsewhere.resources}
        if fields:
            self.note(Held(run=self.run, fields=fields, ids=ids))

    def _elsewhere(self, root: Address, root_id: str) -> Live:
        """Return the places that a root has in groups of ours: of a product, those in collections."""
        resources: dict[Address, Resource] = {}
        ids: dict[Address, str] = {}
        for kind in KINDS:
            if kind.names_root != root.kind or kind.name not in self._kinds or kind.parent is None:
                continue
            beside = {kind.name, *(each.name for each in KINDS if _is_order_of(each.name, kind.name))}
            marks = {each.id: each.mark for each in collections_of(self.client, root_id) if each.mark is not None}
            reader = Reader(self.client, KINDS, CODECS, beside)
            for group in reader.by_id(kind.parent, list(marks)):
                if group is None or group.root.mark is None:
                    continue
                holder = Address(kind.parent, group.root.mark)
                live = named_as_planned(holder, (), group, kinds=KINDS, directory=self.directory)
                if Address(kind.name, f"{holder.key}/{root.key}") not in live.resources:
                    continue  # a condition brought it in, and will again
                own = {at for at in live.resources if KINDS.named_root(at) == root or KINDS[at.kind].is_order}
                resources |= {at: live.resources[at] for at in own}
                ids |= {at: live.ids[at] for at in own}
        return Live(resources, ids)

    def _files_not_had(
        self, going: Iterable[Change], gone: Mapping[Address, Resource], whole: Live
    ) -> Iterator[tuple[Address, str]]:
        """Keep the bytes behind what goes, or is replaced; yield what could not be had, by the change that takes it."""
        kept: set[Address] = set()
        held = KINDS.families(whole.resources)
        for change in going:
            own = held[change.address] if change.address in gone else [change.address]
            for address in own:
                url = whole.handles.get(address, {}).get(_URL)
                if url is None or address in kept or _SOURCE not in KINDS[address.kind].along:
                    continue
                kept.add(address)
                try:
                    self._keep_file(address, url)
                except NotThere:
                    continue
                except NotHad as error:
                    yield change.address, f"the image {address} could not be kept: {error}; run apply again"

    def _keep_file(self, address: Address, url: str) -> None:
        content = self.download(url)
        sha256 = hashlib.sha256(content).hexdigest()
        file = f"{FOLDER}/{sha256}{suffix_of(url).lower()}"
        if not (self.root / file).exists():
            try:
                write_whole(self.root / file, content)
            except OSError as error:
                message = f"{file} could not be written: {error.strerror or error}"
                raise NotHad(message) from error
        self.note(Kept(run=self.run, address=address, file=file, sha256=sha256))


def needs_keeping(change: Change) -> bool:
    """Return whether something is read or downloaded before the change is made."""
    return takes_away(change) and _takes_more_along(change.address.kind)


def takes_away(change: Change) -> bool:
    """Return whether a change removes something, or puts a file in the place of another one."""
    match change:
        case Remove(how="delete"):
            return True
        case Create() | Adopt():
            return False
        case _:
            leaders = set(KINDS[change.address.kind].along.values())
            return any(each.path in leaders and each.before is not None for each in change.fields)


def _takes_more_along(kind: str) -> bool:
    """Return whether something of a kind has more to it than its fields: what hangs on it, bytes, a place."""
    hangs = any(kind in {other.parent, other.names_root} or _is_order_of(other.name, kind) for other in KINDS)
    return hangs or _SOURCE in KINDS[kind].along


def _is_order_of(order: str, member: str) -> bool:
    """Return whether a kind is the order of members of another one."""
    return KINDS[order].is_order and member in KINDS[order].after


def readable_kinds(facts: ShopFacts, store: Store) -> frozenset[str]:
    """Return every kind that the store has, and that our token may read."""
    version = store.document.api_version

    def is_readable(kind: str) -> bool:
        reads = [scope for scope in CODECS[kind].scopes if scope.startswith("read_")]
        return CODECS[kind].since <= version and not missing_scopes(facts, reads)

    readable = {kind.name for kind in KINDS if is_readable(kind.name)}
    return frozenset(name for name in readable if KINDS.with_parents([name]) <= readable)


def places_of(kinds: Collection[str]) -> frozenset[PlaceKind]:
    """Return the kinds of places that objects of these kinds are named after."""
    return frozenset(place for name in kinds if (place := KINDS[name].refers_to) is not None)
