"""Rollback: the plan that takes a run back, made from its journal and from what the store holds now.

Only the groups that the run wrote are read, by the ids in the journal; the catalog is not asked. What comes of it is
a plan like any other: for the files as they are, with limits, reviewed and applied. Applying it is verified by making
it again: nothing may be left.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.app.plans.as_made import looks_at_made
from reconciler.app.plans.foresight import looks_before, with_rereads
from reconciler.app.plans.group_plans import referred_to
from reconciler.app.plans.places_of_others import PlacesOfOthers
from reconciler.app.plans.rereading import kept_first, openings
from reconciler.app.writing.keeping import places_of, readable_kinds
from reconciler.effects.book import effects_of
from reconciler.kinds import CODECS, KINDS
from reconciler.limits.watch import Watch
from reconciler.loading.source import Source
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Move, Remove, live_id
from reconciler.model.errors import InvalidInput
from reconciler.model.facts import GroupFacts
from reconciler.model.plan import Plan
from reconciler.model.record import Begun
from reconciler.model.state import FoundGroup, Live
from reconciler.model.store import Store
from reconciler.planning.along import Along, telling_along
from reconciler.planning.astray import astray
from reconciler.planning.forecast import Request
from reconciler.planning.ground import Ground
from reconciler.planning.group import GroupPlan
from reconciler.planning.invert import Inversion
from reconciler.planning.moved_back import under_its_old_key
from reconciler.planning.named_now import named_now
from reconciler.planning.order import ordered
from reconciler.planning.planner import Circumstances, Money, assembled
from reconciler.planning.project import projected
from reconciler.planning.written import Fields, Written
from reconciler.shopify.along import LookedAlong, looked_along
from reconciler.shopify.asking import Client
from reconciler.shopify.image_names import IMAGE_SUFFIXES, suffix_of
from reconciler.shopify.places import read_directory
from reconciler.shopify.preflight import ShopFacts
from reconciler.shopify.reader import Reader
from reconciler.shopify.remains import alias_holder, files_left
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from reconciler.shopify.steps import Compiler, GroupWrite, Known

_LOOKED_UP: Final = 50
"""Roots whose ids the journal does not tell are looked up one by one, if they are no more than this."""
_SOURCE: Final = "source"
_NOT_LOOKED_AT: Final = "a rollback looks at nothing but what the run wrote"


@dataclass(frozen=True, slots=True)
class Asking:
    """How a store is asked for a rollback."""

    client: Client
    store: Store
    facts: ShopFacts
    files: Source
    """The repository, which holds the bytes that were kept."""


def plan_rollback(wrote: Written, way: Asking, circumstances: Circumstances) -> Plan:
    """Return the plan that takes back what a run wrote, as far as the store still holds it.

    Raises StoreRefused when the store cannot be read.
    """
    return _Rollback(wrote, way).plan(circumstances)


@dataclass
class _Found:
    """What was read of the groups of a run."""

    lives: dict[Address, Live] = field(default_factory=dict)
    ids: dict[Address, str] = field(default_factory=dict)
    """The ids of roots."""
    strangers: dict[Address, str] = field(default_factory=dict)
    """Root → the key that it carries, where that is another one."""


class _Rollback:
    """One run on its way back."""

    def __init__(self, wrote: Written, way: Asking) -> None:
        self._written = wrote
        self._way = way
        self._kinds = readable_kinds(way.facts, way.store)
        self._reader = Reader(way.client, KINDS, CODECS, self._kinds)
        self._directory = read_directory(way.client, way.store, places_of(self._kinds))

    def plan(self, circumstances: Circumstances) -> Plan:
        """Return the plan."""
        by_group = self._written.by_group(KINDS)
        roots = Inversion(self._written, Ground(), KINDS).roots()
        self._way.client.teller.began("reading what the run wrote", len(roots))
        found = self._read(roots, by_group)
        ground = self._ground(found)
        inversion = Inversion(self._written, ground, KINDS)
        groups = {root: inversion.group(root, found.lives[root]) for root in roots}
        groups = {root: self._telling(group, ground.along) for root, group in groups.items()}
        writes = list(_writes(groups, found))
        facts = list(map(_facts, writes))
        money = _money(facts, circumstances)
        changes = [change for group in groups.values() for change in group.changes]
        return assembled(
            groups.values(),
            circumstances,
            kinds=KINDS,
            managed=self._managed(changes, circumstances),
            requests=self._requests(writes, found),
            unread={},
            money=money,
            notes=(*self._written.notes, *_of_gap(self._written.begun)),
            references=self._references(groups, found),
            effects=effects_of(facts, _NOT_LOOKED_AT, read=self._kinds, redirects={}, violations=money.violations),
        )

    def _read(self, roots: Sequence[Address], by_group: Mapping[Address, Written]) -> _Found:
        """Return what the store holds of the groups now: by the ids of the journal, else by their marks."""
        found = _Found()
        for kind in dict.fromkeys(root.kind for root in roots):
            known = {root: known for root in roots if root.kind == kind and (known := self._id(root)) is not None}
            groups: dict[Address, FoundGroup | None] = {}
            for root, group in zip(known, self._reader.by_id(kind, list(known.values())), strict=True):
                groups[root] = group
                self._way.client.teller.advanced()
            missing = [root for root in roots if root.kind == kind and groups.get(root) is None]
            groups |= self._marked(kind, missing)
            self._way.client.teller.advanced(len(groups) - len(known))
            for root in [root for root in roots if root.kind == kind]:
                group = groups.get(root)
                if group is not None and group.root.mark not in {None, root.key}:
                    found.strangers[root] = str(group.root.mark)
                live = named_now(root, group, by_group[root], KINDS, self._directory)
                found.lives[root] = live
                found.ids |= {root: live.ids[root]} if root in live.ids else {}
        return found

    def _id(self, root: Address) -> str | None:
        change = self._written.changes.get(root)
        return (live_id(change) if change is not None else None) or self._written.ids.get(root)

    def _marked(self, kind: str, roots: Sequence[Address]) -> Mapping[Address, FoundGroup | None]:
        """Return the groups whose roots carry the marks of these; many are met faster than looked up."""
        if len(roots) <= _LOOKED_UP:
            return {root: self._reader.by_mark(kind, root.key) for root in roots}
        wanted = {root.key: root for root in roots}
        return {wanted[key]: group for group in self._reader.groups(kind) if (key := group.root.mark) in wanted and key}

    def _ground(self, found: _Found) -> Ground:
        seen = self._looked_along(found)
        return Ground(
            self._way.facts.name,
            dict(self._sources()),
            dict(self._elsewhere(found, seen)),
            dict(self._taken(found)),
            astray((*self._written.changes, *self._written.held), self._directory, KINDS),
            frozenset(self._in_use()),
            found.strangers,
            seen.along,
        )

    def _in_use(self) -> Iterator[Address]:
        """Yield the addresses that roots had before the run moved them, and that other things have now."""
        moves = [each for each in self._written.changes.values() if isinstance(each, Move)]
        for kind in dict.fromkeys(move.was.kind for move in moves):
            was = [move.was for move in moves if move.was.kind == kind and move.was != move.address]
            yield from (at for at, group in self._marked(kind, was).items() if group is not None)

    def _looked_along(self, found: _Found) -> LookedAlong:
        """Return what would go with what the run made, all of it looked at together."""
        made = {at for at, change in self._written.changes.items() if isinstance(change, Create)}
        below = (
            live.ids[at]
            for live in found.lives.values()
            for at in live.resources
            if KINDS[at.kind].own_id and not made.isdisjoint((at, *KINDS.above(at)))
        )
        ids = list(dict.fromkeys(below))
        return looked_along(self._way.client, self._way.store, self._way.facts, ids)

    def _telling(self, group: GroupPlan, along: Along) -> GroupPlan:
        return replace(group, changes=telling_along(group.changes, along, KINDS))

    def _sources(self) -> Iterator[tuple[Address, Fields]]:
        """Yield where the bytes are of what went: still among the store's files, or kept below ``journal/``."""
        went = self._went()
        own = {at: found for at, found in went.items() if KINDS[at.kind].along.get(_SOURCE, "") is None}
        there = files_left(self._way.client, list(own.values()))
        for address in {**went, **self._written.kept}:
            kept = self._written.kept.get(address)
            if own.get(address) in there:
                yield address, {_SOURCE: own[address]}
            elif kept is not None and suffix_of(kept.file) in IMAGE_SUFFIXES and self._is_whole(kept.file, kept.sha256):
                yield address, {_SOURCE: kept.file, "sha256": kept.sha256}

    def _went(self) -> Mapping[Address, str]:
        """Return the ids of what the run took away and a store does not give back the source of."""
        removed = {c.address: c.id for c in self._written.changes.values() if isinstance(c, Remove)}
        along = {at: self._written.ids[at] for at in self._written.held if at in self._written.ids}
        return {at: found for at, found in {**along, **removed}.items() if _SOURCE in KINDS[at.kind].along}

    def _is_whole(self, file: str, sha256: str) -> bool:
        try:
            return hashlib.sha256(self._way.files.read(file)).hexdigest() == sha256
        except InvalidInput:
            return False

    def _elsewhere(self, found: _Found, seen: LookedAlong) -> Iterator[tuple[Address, Sequence[str]]]:
        """Yield where people put what the run made, and ``seen.along`` does not say it: it would be lost there."""
        places = PlacesOfOthers(self._written.changes, self._kinds, self._way.client)
        for root, root_id in found.ids.items():
            yield root, [*places.of(root, root_id, seen, {})]

    def _taken(self, found: _Found) -> Iterator[tuple[Address, str]]:
        """Yield what went and cannot come back, because somebody else goes by its alias now."""
        for address, change in self._written.changes.items():
            kind = KINDS[address.kind]
            deleted = isinstance(change, Remove) and change.how == "delete" and kind.alias is not None
            if not deleted or address in found.ids or CODECS[kind.name].read.identifier is None:
                continue
            alias = next((each.before for each in change.fields if each.path == kind.alias), None)
            if isinstance(alias, str) and kind.alias is not None:
                holder = alias_holder(self._way.client, CODECS[kind.name].read, kind.alias, alias)
                if holder is not None:
                    yield address, holder

    def _managed(self, changes: Iterable[Change], circumstances: Circumstances) -> Mapping[str, int]:
        """Return how many there are of the kinds of which more go than the limit lets pass without a look."""
        going = Counter(change.address.kind for change in changes if isinstance(change, Remove))
        limits = circumstances.limits.removed
        asked = {kind for kind, count in going.items() if kind in limits and count > limits[kind].floor}
        managed: Counter[str] = Counter()
        reader = Reader(self._way.client, KINDS, CODECS, asked)
        for root_kind in {KINDS.root(kind) for kind in asked}:
            for group in reader.groups(root_kind):
                if group.root.mark is not None:
                    managed.update([root_kind, *(child.kind for child in group.children)])
        return managed

    def _requests(self, writes: Sequence[GroupWrite], found: _Found) -> Sequence[Request]:
        """Return what the changes will send, and what is read before it; of a look the least that it takes."""
        if not writes:
            return ()
        sent = with_rereads(Compiler(KINDS, CODECS).forecast(writes, Known(found.ids, self._directory)), writes)
        read = (request for write in writes for request in _reads(write))
        first = kept_first(change for write in writes for change in write.changes)
        return [*map(Request, COSTS_OF_AN_APPLY), *first, *read, *sent]

    def _references(self, groups: Mapping[Address, GroupPlan], found: _Found) -> dict[Address, str]:
        """Return the ids of what changes name without changing it: neighbours, and products that join a collection."""
        references: dict[Address, str] = {}
        for root, group in groups.items():
            references |= referred_to(group, under_its_old_key(found.lives[root], group.changes))
            for change in group.changes:
                named = KINDS.named_root(change.address)
                if named is not None and named not in found.ids and isinstance(change, Create):
                    references |= self._joining(named, change.address)
        named_roots = {KINDS.named_root(change.address) for group in groups.values() for change in group.changes}
        references |= {at: found.ids[at] for at in named_roots if at in found.ids}
        return dict(sorted(references.items()))

    def _joining(self, named: Address, address: Address) -> dict[Address, str]:
        """Return the id of a product that the run took out of a collection: the journal knows it as the member's."""
        removed = self._written.changes.get(address)
        return {named: removed.id} if isinstance(removed, Remove) else {}


def _writes(groups: Mapping[Address, GroupPlan], found: _Found) -> Iterator[GroupWrite]:
    """Yield what is written of the groups that change, under the keys that they will have."""
    for root, group in groups.items():
        if group.changes:
            changes, live = ordered(group.changes, KINDS), under_its_old_key(found.lives[root], group.changes)
            then = next((change.address for change in changes if isinstance(change, Move)), root)
            yield GroupWrite(then, changes, live, projected(live, changes, KINDS).resources)


def _reads(write: GroupWrite) -> Iterator[Request]:
    """Yield what is read before a group is written, and before something of it goes."""
    yield from openings(write)
    yield from looks_before(write)
    yield from looks_at_made(write)


def _of_gap(begun: Begun) -> Iterator[str]:
    """Yield what a person should hear of what cannot be taken back, because nobody knows what it was."""
    if begun.lacks_run is not None:
        yield f"what {begun.lacks_run} wrote before the run is in no journal here: it stays"


def _facts(write: GroupWrite) -> GroupFacts:
    """Return a group as it is, and as it will be."""
    return GroupFacts(write.root, write.changes, write.live.resources, write.after, unread=write.live.unread)


def _money(groups: Iterable[GroupFacts], circumstances: Circumstances) -> Money:
    """Return what the changes come to, and the limits that single ones break; shares of a store are not known."""
    watch = Watch(circumstances.limits)
    for facts in groups:
        watch.see(facts)
    return Money(watch.ledger(), watch.broken())
