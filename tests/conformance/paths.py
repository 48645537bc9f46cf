"""Paths into a JSON document, as scenarios spell them: ``$.steps[*].response.data["odd name"]``."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
ANY = "*"  # stands for every index of a list

_PART = re.compile(
    r"""\.?(?P<name>[A-Za-z_][\w$]*) | \[(?P<index>\d+|\*)\] | \[(?P<quoted>"(?:[^"\\]|\\.)*")\]""", re.VERBOSE
)
_PLAIN = re.compile(r"[A-Za-z_]\w*")


def parsed(text: str) -> Path:
    """Return a path's parts. Raises ValueError for what is no path."""
    rest, parts = text.removeprefix("$"), []
    while rest:
        found = _PART.match(rest)
        if found is None:
            raise ValueError(f"{text}: expected a name or an index at {rest!r}")
        parts.append(_part(found))
        rest = rest[found.end() :]
    return tuple(parts)


def _part(found: re.Match[str]) -> str | int:
    if found["index"]:
        return ANY if found["index"] == ANY else int(found["index"])
    return str(json.loads(found["quoted"])) if found["quoted"] else found["name"]


def shown(path: Path) -> str:
    """Return a path as people read it."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def found_at(document: Any, path: Path) -> Any:
    """Return what stands at a path, or None if nothing does."""
    here = document
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
    return here


@dataclass
class Mask:
    """What is not compared: a tree of paths, walked along with the documents."""

    whole: bool = False  # everything from here down
    below: dict[str | int, "Mask"] = field(default_factory=dict)

    def add(self, path: Path) -> None:
        """Leave out what stands at the path."""
        here = self
        for part in path:
            here = here.below.setdefault(part, Mask())
        here.whole = True


Masks: TypeAlias = tuple[Mask, ...]  # several, where an index and ``*`` both lead on


def masked(paths: Iterable[str]) -> Masks:
    """Return the mask of these paths."""
    mask = Mask()
    for path in paths:
        mask.add(parsed(path))
    return (mask,)


def under(masks: Masks, part: str | int) -> Masks:
    """Return the masks one step further down."""
    keys = (part, ANY) if isinstance(part, int) else (part,)
    return tuple(mask.below[key] for mask in masks for key in keys if key in mask.below)


def is_left_out(masks: Masks, value: Any = None) -> bool:
    """Say whether nothing of a value is compared: it is masked, or it is an object all of whose fields are."""
    if any(mask.whole for mask in masks):
        return True
    if not isinstance(value, dict) or not value or not masks:
        return False
    return all(is_left_out(under(masks, key), one) for key, one in value.items())
