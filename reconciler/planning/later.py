"""Later: what other runs wrote since a run, field by field.

Their intention stands, even where it ended on the value that the run in question wrote. What a later run wrote and its
own rollback took back does not count: runs are taken back one after the other, the last one first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, FieldChange, Move, Remove, deletes, releases
from reconciler.model.json import Json
from reconciler.model.kind import KindSet
from reconciler.planning.precondition import shown

WHOLE: Final = ""
"""In place of a path: the whole thing was made, or removed."""
KEY: Final = "(key)"
"""In place of a path: the mark was written, or taken off."""
Fate: TypeAlias = Literal["done", "made", "undone", "unknown"]
"""What became of something that a run asked for, as far as the journal tells. Done: and the run came to its end. Made:
the store did it, and the run may have gone on.
"""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A run that wrote something after the one in question."""

    run: str
    takes_back: bool = False
    """Whether it was the rollback of that one."""
    did: str = "wrote it"
    """In words."""
    fate: Fate = field(default="done", compare=False)
    turn: int = field(default=0, compare=False)
    """The how manieth of the later runs it was."""


@dataclass(frozen=True)
class Later:
    """What the last of the later runs wrote, by address and path; what was written last stands last."""

    by_address: Mapping[Address, Mapping[str, Rewritten]] = field(default_factory=dict)

    @cached_property
    def _by_root_key(self) -> Mapping[str, Sequence[Address]]:
        """The same addresses by the key of their root: a rollback asks once for each root."""
        found: dict[str, list[Address]] = {}
        for address in sorted(self.by_address):
            found.setdefault(address.root_key, []).append(address)
        return found

    def of(self, address: Address, path: str) -> Rewritten | None:
        """Return the last run that wrote a field, or what it is a field of; None where none did."""
        written = self.by_address.get(address, {})
        found = (each for at, each in reversed(list(written.items())) if at == WHOLE or _overlaps(at, path))
        return next(found, None)

    def last(self, address: Address) -> Rewritten | None:
        """Return the last run that wrote anything of an address; None where none did."""
        return next(reversed(list(self.by_address.get(address, {}).values())), None)

    def stands(self, address: Address, path: str) -> Rewritten | None:
        """Return the same but for a rollback of the run itself: that wanted what is wanted again."""
        found = self.of(address, path)
        return found if found is not None and not found.takes_back else None

    def decides(self, address: Address, path: str) -> Rewritten | None:
        """Return the last run that wrote a field, if what it holds now is its doing or somebody's since.

        So it is after a rollback of the run that came to its end, too: whatever is there now, the run did not leave it.
        """
        found = self.of(address, path)
        return found if found is not None and (not found.takes_back or found.fate == "done") else None

    def brought_back(self, address: Address, kinds: KindSet) -> Rewritten | None:
        """Return the rollback of the run that made something again last; None where what that was on was made since."""
        found = self.of(address, WHOLE)
        if found is None or not found.takes_back:
            return None
        around = (*kinds.above(address), kinds.named_root(address))
        makers = (self.of(at, WHOLE) for at in around if at is not None)
        return None if any(maker is not None and maker.turn > found.turn for maker in makers) else found

    def taken_back(self, address: Address) -> Rewritten | None:
        """Return the rollback that took away what the run made, and came to its end: what is there is another one."""
        found = self.of(address, WHOLE)
        return found if found is not None and found.takes_back and found.fate == "done" else None

    def under(self, root: Address) -> Sequence[Address]:
        """Return what later runs wrote of things whose keys begin with that of a root."""
        return self._by_root_key.get(root.key, ())

    def last_runs(self, addresses: Iterable[Address]) -> Iterator[tuple[Address, str]]:
        """Yield those of the addresses that later runs wrote, each with the last of those runs."""
        for at in addresses:
            runs = [each.run for each in self.by_address[at].values() if not each.takes_back]
            if runs:
                yield at, runs[-1]


def left_alone(change: FieldChange, held: Json, later: Rewritten | None = None) -> str:
    """Return the sentence about a field that does not go back, with all its values and who wrote it since."""
    since = f", run {later.run} {later.did} since" if later is not None else ""
    was = f"{change.path} was {shown(change.before)}, the run wrote {shown(change.after)}"
    return f"{was}{since}, the store holds {shown(held)}; left alone"


class LaterRuns:
    """The runs after one, taken in one after the other."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._count = 0
        self._written: dict[tuple[Address, str], list[Rewritten]] = {}

    def add(
        self, run: str, undoes: str | None, changes: Mapping[Address, Change], fate: Callable[[Change], Fate]
    ) -> None:
        """Take a run in. ``changes``: what it wrote, under the addresses of the run in question."""
        self._count += 1
        for address, change in changes.items():
            for path, did in _paths(change):
                before = self._written.setdefault((address, path), [])
                if before and before[-1].run == undoes:
                    before.pop()
                else:
                    took_back = undoes == self._run
                    before.append(Rewritten(run, took_back, did, fate(change), self._count))

    def found(self) -> Later:
        """Return what is left of them."""
        by_address: dict[Address, dict[str, Rewritten]] = {}
        last = [(runs[-1], address, path) for (address, path), runs in self._written.items() if runs]
        for rewritten, address, path in sorted(last, key=lambda each: each[0].turn):
            by_address.setdefault(address, {})[path] = rewritten
        return Later(by_address)


def _paths(change: Change) -> Iterator[tuple[str, str]]:
    """Yield what a change writes, with what it did in words."""
    if isinstance(change, Create) or deletes(change):
        yield WHOLE, "made it anew" if isinstance(change, Create) else "removed it"
        return
    if isinstance(change, Adopt | Move) or releases(change):
        yield KEY, "took our mark off" if isinstance(change, Remove) else f"gave it the key {change.address.key}"
    yield from ((each.path, f"wrote {shown(each.after)}") for each in change.fields)


def _overlaps(written: str, path: str) -> bool:
    """Whether two paths speak of the same: a field and one of its members do."""
    return written == path or written.startswith(f"{path}.") or path.startswith(f"{written}.")
