"""What a run wrote, read off the journal of its store: the ground of taking it back. Pure.

A change counts as written when a request for it was sent and the store may have executed it, whatever was told
afterwards; a run that was killed and resumed is one run. Values decide later on: what the store does not hold is not
taken back. Everything goes by the keys of now, wherever later runs moved them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, Move, Remove, deletes
from reconciler.model.json import Json
from reconciler.model.kind import KindSet
from reconciler.model.record import Answered, Begun, Ended, Held, Kept, Record, Requested
from reconciler.planning.later import Fate, Later, LaterRuns
from reconciler.planning.names_since import Names, NamesSince, renamed, renamed_change, renamed_fields
from reconciler.planning.run_requests import Ends, Request, Requests, any_answer, is_late

Fields = Mapping[str, Json]
_EDITED: Final = frozenset({"store", "both"})


@dataclass(frozen=True, slots=True)
class Written:
    """What one run wrote, and what it kept of what it took away."""

    begun: Begun
    """How it began, for the first time."""
    changes: Mapping[Address, Change] = field(default_factory=dict)
    ids: Mapping[Address, str] = field(default_factory=dict)
    """The ids of what it made, as far as answers told them, and of what it took along."""
    held: Mapping[Address, Fields] = field(default_factory=dict)
    """What went, or lost its place, without being a change of the plan."""
    kept: Mapping[Address, Kept] = field(default_factory=dict)
    in_doubt: frozenset[Address] = frozenset()
    """Those of the changes of which nobody knows whether the store made them: no answer was heard."""
    later: Later = field(default_factory=Later)
    """What other runs wrote since."""
    notes: tuple[str, ...] = ()
    """What a person should hear of what is left out here."""

    def by_group(self, kinds: KindSet) -> dict[Address, "Written"]:
        """Return root → what the run wrote of its group, and kept of it."""
        changes: dict[Address, dict[Address, Change]] = {}
        ids: dict[Address, dict[Address, str]] = {}
        held: dict[Address, dict[Address, Fields]] = {}
        for found, given in ((changes, self.changes), (ids, self.ids), (held, self.held)):
            for address, value in given.items():  # answers tell ids of what is no resource of ours, too
                if address.kind in kinds:
                    found.setdefault(kinds.root_of(address), {})[address] = value  # type: ignore[assignment]
        return {
            root: Written(
                self.begun,
                changes.get(root, {}),
                ids.get(root, {}),
                held.get(root, {}),
                self.kept,
                self.in_doubt,
                self.later,
            )
            for root in changes.keys() | held.keys()
        }


def written(records: Iterable[Record], run: str, kinds: KindSet, ends: Ends = any_answer) -> Written | None:
    """Return what a run wrote, from all records of its store in their order; None when the journal knows no such run.

    ``ends``: whether a change is made once the store answered certain mutations.
    Reads in one pass, and holds no more of other runs than what they wrote of the same roots, and what they moved.
    """
    begun: Begun | None = None
    own = _Tracked(run, ends)
    others: dict[str, _Tracked] = {}
    held: dict[Address, Fields] = {}
    taken_along: dict[Address, str] = {}
    kept: dict[Address, Kept] = {}
    for record in records:
        if record.run == run:
            own.add(record)
            match record:
                case Begun():
                    begun = begun or record
                case Held() if not own.has_lost(record):
                    held |= {at: fields for at, fields in record.fields.items() if at not in held}
                    taken_along |= {at: found for at, found in record.ids.items() if at not in taken_along}
                    own.roots.update(address.root_key for address in record.fields)
                case Kept() if not own.has_lost(record):
                    kept[record.address] = record
                case _:
                    pass
        elif begun is not None:
            others.setdefault(record.run, _Tracked(record.run, ends)).add(record, among=own.roots)
    if begun is None:
        return None
    changes = own.written()
    in_doubt = frozenset(at for at, change in changes.items() if not own.is_sure_of(change))
    found = Written(begun, changes, {**taken_along, **own.ids}, held, kept, in_doubt)
    return _met(found, others.values(), kinds)


def written_since(records: Iterable[Record], kinds: KindSet) -> Later:
    """Return what the runs of these records may have written, the last of them for each field."""
    runs: dict[str, _Tracked] = {}
    for record in records:
        runs.setdefault(record.run, _Tracked(record.run)).add(record)
    found = LaterRuns("", kinds)  # none of them takes another one back here
    for run, each in runs.items():
        found.add(run, None, each.written(), each.fate)
    return found.found()


def edits_put_back(wrote: Written, changes: Iterable[Change]) -> Iterator[tuple[Address, FieldChange]]:
    """Yield the fields in which the changes of a rollback put back what people had edited in the store."""
    for change in changes:
        before = wrote.changes.get(change.address)
        overwrote = {each.path for each in before.fields if each.cause in _EDITED} if before is not None else set()
        yield from ((change.address, each) for each in change.fields if each.path in overwrote)


def _met(wrote: Written, others: "Collection[_Tracked]", kinds: KindSet) -> Written:
    """Return what a run wrote under the keys of now, with what others wrote since."""
    runs, names = LaterRuns(wrote.begun.run, kinds), NamesSince(kinds)
    for each in others:
        changes = each.written()
        names.move(change for change in changes.values() if isinstance(change, Move))
        runs.add(each.run, each.undoes, names.then(changes | dict(_counts_lost(each, changes, kinds))), each.fate)
    return _under_names_of_now(replace(wrote, later=runs.found()), names.now(), kinds)


def _counts_lost(
    run: "_Tracked", changes: Mapping[Address, Change], kinds: KindSet
) -> Iterator[tuple[Address, Remove]]:
    """Yield the counts that went along with what a run removed: of another one in their place no value tells that."""
    removed = {address for address, change in changes.items() if deletes(change)}
    for address, fields in run.held.items():
        if address.kind not in kinds or address in changes or removed.isdisjoint(kinds.above(address)):
            continue
        kind = kinds[address.kind]
        if kind.sold and not kind.is_blank(kind.resource.model_validate(fields)):
            yield address, Remove(address, "", ())


def _under_names_of_now(wrote: Written, names: Names, kinds: KindSet) -> Written:
    if not names:
        return wrote
    roots = {kinds.root_of(at) for at in (*wrote.changes, *wrote.held) if at.kind in kinds}
    crowded = roots & set(names.values()) - names.keys()

    def stays(address: Address) -> bool:
        return address.kind not in kinds or kinds.root_of(address) not in crowded

    def at(address: Address) -> Address:
        return renamed(address, names, kinds)

    later = {at(address): paths for address, paths in wrote.later.by_address.items() if stays(address)}
    return Written(
        wrote.begun,
        {at(key): renamed_change(each, names, kinds) for key, each in wrote.changes.items() if stays(key)},
        {at(key): each for key, each in wrote.ids.items() if stays(key)},
        {at(key): renamed_fields(key, each, names, kinds) for key, each in wrote.held.items() if stays(key)},
        {at(key): replace(each, address=at(key)) for key, each in wrote.kept.items() if stays(key)},
        frozenset(at(key) for key in wrote.in_doubt if stays(key)),
        Later(
            later,
            frozenset(at(each) for each in wrote.later.counted_out if stays(each)),
            {at(quantity): each for quantity, each in wrote.later.by_difference.items() if stays(quantity)},
        ),
        tuple(f"{root} is the key of another thing now, so that nothing of it goes back" for root in sorted(crowded)),
    )


class _Tracked:
    """What one run asked for, and whether the store may hold it."""

    def __init__(self, run: str, ends: Ends = any_answer) -> None:
        self.run = run
        self._ends = ends
        self.undoes: str | None = None
        self.roots: set[str] = set()
        """The keys of the roots that were written, or lost something along with one that was, under any name."""
        self.ids: dict[Address, str] = {}
        self.held: dict[Address, Fields] = {}
        """Of another run: what was to go, or to lose its place, with what it removed of those roots."""
        self._has_ended = False
        self._requests = Requests()
        self._asked: list[tuple[Request, tuple[Change, ...]]] = []

    def add(self, record: Record, among: set[str] | None = None) -> None:
        """Take a record of the run in; of its changes only those of some roots, where these are given, and moves.

        ``among``: the keys of the roots; one that moves is added under its new key.
        """
        if isinstance(record, Requested) and among is not None:
            record = replace(record, changes=tuple(_of_roots(record.changes, among)))
        request = self._requests.add(record)
        match record:
            case Begun(undoes=undoes):
                self.undoes, self._has_ended = undoes, False
            case Ended() if not is_late(record.fence, self._requests.fence):
                self._has_ended = True
            case Requested(changes=changes) if request is not None and changes:
                for change in changes:
                    self.roots.add(change.address.root_key)
                    if among is not None:
                        among.update(_moved_to(change, among))
                self._asked.append((request, changes))
            case Answered(ids=ids):
                self.ids |= ids
            case Held(fields=fields) if among is not None and not self.has_lost(record):
                self.held |= {at: each for at, each in fields.items() if at.root_key in among}
            case _:
                pass

    def has_lost(self, record: Held | Kept) -> bool:
        """Return whether who noted it had lost the run by then, so that nothing of what it was to take away went."""
        return is_late(record.fence, self._requests.fence)

    def fate(self, change: Change) -> Fate:
        """Return what became of a change; nothing is done while the run has no end, and looks at the store."""
        fate = self._requests.fate(change.address)
        if self._has_ended and fate == "done":
            return "done"
        if self.is_sure_of(change):
            return "made"
        return fate if fate != "done" else "unknown"

    def is_sure_of(self, change: Change) -> bool:
        """Return whether it is known that the store made a change."""
        return self._requests.is_sure_of(change, self._ends)

    def written(self) -> dict[Address, Change]:
        """Return the changes that the store may have executed, in the order in which they were asked for."""
        found: dict[Address, Change] = {}
        for request, changes in self._asked:
            for change in changes:
                if self._requests.may_hold_of(request, change.address):
                    found[change.address] = _merged(found.get(change.address), change)
        return found


def _merged(before: Change | None, change: Change) -> Change:
    """Return what was asked again, after a kill or because it takes two requests: from the first value to the last."""
    if before is None:
        return change
    first = {field.path: field for field in before.fields}
    merged = first | {
        field.path: replace(field, before=first[field.path].before if field.path in first else field.before)
        for field in change.fields
    }
    return replace(before, fields=tuple(merged.values()))


def _of_roots(changes: Iterable[Change], roots: AbstractSet[str]) -> Iterator[Change]:
    """Yield the changes of some roots, by the keys that they have then, and every move."""
    moved: set[str] = set()
    for change in changes:
        moved |= _moved_to(change, roots) | _moved_to(change, moved)
        if isinstance(change, Move) or change.address.root_key in roots or change.address.root_key in moved:
            yield change


def _moved_to(change: Change, roots: AbstractSet[str]) -> frozenset[str]:
    """Return the key that one of some roots goes by after the change, if that moves one."""
    moved = isinstance(change, Move) and change.was.root_key in roots
    return frozenset({change.address.root_key}) if moved else frozenset()
