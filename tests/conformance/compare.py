"""Where two answers differ: objects by key, lists by position, numbers and booleans strictly, names one-to-one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.conformance.names import Names
from tests.conformance.paths import Masks, Path, is_left_out, shown, under

_ABSENT = "nothing"
_MAPPED = frozenset({"latitude", "longitude", "suggestedAddresses"})  # a map says it, which is no part of a store


@dataclass(frozen=True)
class Difference:
    """One place where an answer is not the recorded one."""

    path: str
    recorded: Any
    ours: Any


def differences(recorded: Any, ours: Any, masks: Masks, names: Names, path: Path = ()) -> Iterator[Difference]:
    """Yield every place where our answer is another, depth first."""
    if is_left_out(masks):
        return
    match recorded, ours:
        case dict(), dict():
            yield from _objects(recorded, ours, masks, names, path)
        case list(), list():
            for index, (then, now) in enumerate(zip(recorded, ours, strict=False)):
                yield from differences(then, now, under(masks, index), names, (*path, index))
            if len(recorded) != len(ours):
                yield Difference(shown(path), f"{len(recorded)} items", f"{len(ours)} items")
        case str(), str():
            if not names.agree(recorded, ours):
                yield Difference(shown(path), recorded, ours)
        case _:
            if not _same_value(recorded, ours):
                yield Difference(shown(path), recorded, ours)


def _objects(
    recorded: dict[str, Any], ours: dict[str, Any], masks: Masks, names: Names, path: Path
) -> Iterator[Difference]:
    for key, then in recorded.items():
        if key in ours and key not in _MAPPED:
            yield from differences(then, ours[key], under(masks, key), names, (*path, key))
        elif key not in ours and not is_left_out(under(masks, key), then):
            yield Difference(shown((*path, key)), then, _ABSENT)
    for key, now in ours.items():
        is_new = key not in recorded and key != "extensions"  # recordings may have kept the data only
        if is_new and not is_left_out(under(masks, key)):
            yield Difference(shown((*path, key)), _ABSENT, now)


def _same_value(recorded: Any, ours: Any) -> bool:
    """Say whether two leaves are the same; true is not 1, and 1 may be 1.0."""
    if isinstance(recorded, bool) or isinstance(ours, bool):
        return recorded is ours
    return bool(recorded == ours)
