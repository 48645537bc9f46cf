"""Orders on their way back: the places that members had before a run, among those that are there now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.model.change import Change, FieldChange
from reconciler.model.json import Json
from reconciler.planning.later import Rewritten


@dataclass(frozen=True, slots=True)
class Places:
    """What is known of an order, and which members come back."""

    change: Change | None
    """What the run wrote of it; None: it only took a member away."""
    held: Mapping[str, Json] | None
    """The whole order before the run took a member away."""
    made: frozenset[str]
    gone: frozenset[str] = frozenset()
    """Members that the rollback takes away: they have no place in what is written."""
    returned: frozenset[str] = frozenset()
    """Members that are there again and that nobody gave their places yet: they stand where the store put them."""
    later: Callable[[str], Rewritten | None] = lambda _: None
    """Path → the run that wrote the order since; it stands."""


def places_again(places: Places, now: Mapping[str, Json], say: Callable[[str], None]) -> Iterator[FieldChange]:
    """Yield the order that there was before the run, as far as its members are there.

    Where somebody arranged them anew since, it is left as it is, and that is said.
    """
    written = {field.path: field for field in places.change.fields} if places.change is not None else {}
    for path in dict.fromkeys((*(places.held or {}), *written)):
        change = written.get(path)
        if change is not None and change.before is None and places.held is None:
            continue  # there was none: it goes with its members
        before = _keys(places.held[path] if places.held is not None else change.before if change else None)
        left = _keys(change.after) if change is not None else before
        there = [key for key in _keys(now.get(path)) if key not in places.gone]
        wanted = [key for key in before if key in there or key in places.made]
        own = [key for key in there if key in wanted]
        if own == wanted:
            continue
        later = places.later(path) if change is not None else None
        standing = [key for key in there if key in left and key not in places.returned]
        if later is not None or standing != [key for key in left if key in standing]:
            since = f", run {later.run} {later.did} since" if later is not None else ""
            say(
                f"{path} was {_told(before)}, the run left {_told(left)}{since}, the store holds {_told(there)}; "
                "left alone"
            )
            continue
        yield FieldChange(path, [*own], [*wanted])


def _keys(value: Json) -> Sequence[str]:
    found: Any = value or ()
    return list(found)


def _told(keys: Sequence[str]) -> str:
    return ", ".join(keys) or "nothing"
