"""Nodes of a dump: what a list holds, whichever of the APIs' ways it is written in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.origin import FieldPath


@dataclass(frozen=True, slots=True)
class Member:
    """One mapping of a list, and the way to it from the node that the list hangs on."""

    path: FieldPath
    node: Mapping[str, Any]


def members(node: Mapping[str, Any], name: str) -> Iterator[Member]:
    """Yield the mappings of a list: written as such, as ``nodes``, or as ``edges``. Others are passed over."""
    for path, member in _listed(node, name):
        if isinstance(member, Mapping):
            yield Member(path, member)


def strays(node: Mapping[str, Any], name: str) -> Iterator[FieldPath]:
    """Yield the ways to what is passed over: members of a list that are no mappings, and what is no list at all."""
    below = node.get(name)
    if not isinstance(below, Mapping | list | None):
        yield (name,)
    yield from (path for path, member in _listed(node, name) if not isinstance(member, Mapping))


def _listed(node: Mapping[str, Any], name: str) -> Iterator[tuple[FieldPath, Any]]:
    below: Any = node.get(name)
    if isinstance(below, Mapping):
        wrapper = "nodes" if "nodes" in below else "edges"
        path: FieldPath = (name, wrapper)
        below = below.get(wrapper)
    else:
        path = (name,)
    for position, member in enumerate(below if isinstance(below, list) else ()):
        if isinstance(member, Mapping) and isinstance(member.get("node"), Mapping):
            yield (*path, position, "node"), member["node"]
        else:
            yield (*path, position), member


def first_of(node: Mapping[str, Any], *ways: str) -> tuple[FieldPath, Any]:
    """Return the first value that says something, with the way to it; None when none does.

    A way is a name, or several with dots between: ``inventoryItem.tracked``.
    """
    for way in ways:
        at: Any = node
        path = tuple(way.split("."))
        for step in path:
            at = at.get(step) if isinstance(at, Mapping) else None
        if at is not None and at != "":
            return path, at
    return (), None


def in_order(found: list[Member]) -> list[Member]:
    """Return the members by their position, where each has one."""
    if all(isinstance(member.node.get("position"), int) for member in found):
        return sorted(found, key=lambda member: member.node["position"])
    return found


def text_of(node: Mapping[str, Any], name: str) -> str:
    """Return a text, or a whole number as one; empty when there is neither."""
    value = node.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
