"""Moved keys: what had another key before says so, for stores to know it again; no key stands for two things."""

from collections.abc import Iterator, Sequence

from reconciler.model.catalog import Entry
from reconciler.model.category import CategoryEntry
from reconciler.model.errors import Diagnostic
from reconciler.model.origin import Place


def moved_problems(one: str, entries: Sequence[Entry] | Sequence[CategoryEntry]) -> Iterator[Diagnostic]:
    """Yield each key that something cannot have had before. ``one``: what an entry is called in a message."""
    in_use = {_key(entry): entry for entry in entries}
    taken: dict[str, Place] = {}
    for entry in entries:
        for position, old in enumerate(_moved(entry)):
            place = entry.locate(("moved", position))
            if old == _key(entry):
                yield Diagnostic(
                    f"moved names the key that the {one} has now", place, "write the one before, or delete it"
                )
            elif old in in_use:
                yield _still_in_use(old, entry, in_use[old], place)
            elif (first := taken.setdefault(old, place)) is not place:
                yield Diagnostic(
                    f"the key {old} has moved at {first}, too", place, f"a {one} becomes one {one}; keep one"
                )


def _still_in_use(old: str, entry: Entry | CategoryEntry, user: Entry | CategoryEntry, place: Place) -> Diagnostic:
    key, where = _key(entry), user.locate(("key",))
    if key in _moved(user):
        hint = "move one of them to a third key, apply that, then move on"
        return Diagnostic(f"the keys {old} and {key} have moved in a circle, see {where}", place, hint)
    hint = "a key moves once nothing else has it: give the other one another key, or delete this line"
    return Diagnostic(f"the key {old} is in use at {where}, so it has not moved", place, hint)


def _key(entry: Entry | CategoryEntry) -> str:
    return entry.gist.key if isinstance(entry, Entry) else entry.category.key


def _moved(entry: Entry | CategoryEntry) -> tuple[str, ...]:
    return entry.gist.moved if isinstance(entry, Entry) else entry.category.moved
