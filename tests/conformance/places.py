"""What the recordings of one shop, all taken together, tell of its locations: which is the first, what each is called.

New items are stocked at a shop's first location, so a scenario that stocks one elsewhere needs a second one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_LOCATION = "gid://shopify/Location/"
_WITHHELD = "<"  # what stands in the place of a name that the recording does not tell


@dataclass(frozen=True)
class Places:
    """The locations of a recorded shop, by id."""

    first: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


NOWHERE = Places()  # what is known of a shop that nobody recorded


def places(scenarios: Iterable[Mapping[str, Any]]) -> dict[str, Places]:
    """Return the locations of each recorded shop, by the shop's name, from the files' contents."""
    known: dict[str, Places] = {}
    for content in scenarios:
        shop = str(content.get("store"))
        known[shop] = _joined(known.get(shop, Places()), content)
    return known


def _joined(known: Places, content: Mapping[str, Any]) -> Places:
    shown = [pair for step in content["steps"] for pair in _shown(step.get("response"))]
    ambient = (content.get("seed") or {}).get("ambient") or ()
    ids = [known.first, *(gid for gid, _ in shown), *(one["id"] for one in ambient)]
    numbers = [int(one.rpartition("/")[2]) for one in ids if one and one.startswith(_LOCATION)]
    named = {gid: name for gid, name in shown if name and not name.startswith(_WITHHELD)}
    return Places(f"{_LOCATION}{min(numbers)}" if numbers else None, {**known.names, **named})


def _shown(answer: Any) -> Iterator[tuple[str, str]]:
    """Yield the id and the name of each location that an answer shows; the name is empty if it does not."""
    if isinstance(answer, dict):
        gid, name = answer.get("id"), answer.get("name")
        if isinstance(gid, str) and gid.startswith(_LOCATION):
            yield gid, name if isinstance(name, str) else ""
        for one in answer.values():
            yield from _shown(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from _shown(one)
