"""Plan text: a plan as JSON, and back, one change after another.

A store that is filled for the first time has a plan of hundreds of megabytes. Its changes are what is long, so that
they are spelled and read one by one, between what stands before and behind them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, replace
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from reconciler.model.change import Change
from reconciler.model.plan import Plan

_CHANGES = b'"changes"'
_NONE = b"[]"
_OPENED = b'  "changes": [\n'
_CLOSED = b"  ],\n"
_LEFT_OUT = b'  "changes": [],\n'
_CHANGE_ENDS = (b"    },\n", b"    }\n")


def sealed(plan: Plan) -> Plan:
    """Return the plan with its digest."""
    return replace(plan, digest=plan_digest(plan))


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 over all of the plan but its header and its digest."""
    body = replace(plan, header=None, digest="")
    head, tail = _around(body, None)
    digest = hashlib.sha256(head)
    for position, change in enumerate(body.changes):
        digest.update(b"[" if position == 0 else b",")
        digest.update(_one().dump_json(change))
    digest.update(b"]" if body.changes else _NONE)
    digest.update(tail)
    return digest.hexdigest()


def plan_json(plan: Plan) -> bytes:
    """Return the plan's file: JSON, indented, in a fixed order."""
    return b"".join(plan_pieces(plan))


def plan_pieces(plan: Plan) -> Iterator[bytes]:
    """Yield the plan's file in pieces."""
    head, tail = _around(plan, 2)
    yield head
    for position, change in enumerate(plan.changes):
        yield b"[\n    " if position == 0 else b",\n    "
        yield _one().dump_json(change, indent=2).replace(b"\n", b"\n    ")  # no text in JSON has a line's end as it is
    yield b"\n  ]" if plan.changes else _NONE
    yield tail
    yield b"\n"


def parse_plan(data: bytes) -> Plan:
    """Return the plan that a file holds. Raises pydantic.ValidationError where it does not fit the format."""
    return _whole().validate_json(data)


def plan_of_lines(lines: Iterable[bytes]) -> Plan:
    """Return the plan of a file's lines as `plan_pieces` spells it, which need not be in memory at once.

    Raises pydantic.ValidationError for any other file, though it may be a plan.
    """
    rest, changes = list[bytes](), list[Change]()
    of_file = iter(lines)
    for line in of_file:
        if line == _OPENED:
            rest.append(_LEFT_OUT)
            changes += map(_one().validate_json, _spelled(of_file))
        else:
            rest.append(line)
    return replace(parse_plan(b"".join(rest)), changes=tuple(changes))


def plan_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of plan files."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plan",
        **_whole().json_schema(mode="serialization"),
    }


def _spelled(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield each change up to the end of them."""
    change = list[bytes]()
    for line in lines:
        if line == _CLOSED and not change:
            return
        change.append(line)
        if line in _CHANGE_ENDS:
            yield b"".join(change).rstrip(b",\n")
            change.clear()


def _around(plan: Plan, indent: Literal[2] | None) -> tuple[bytes, bytes]:
    """Return what stands before and behind the list of changes."""
    without = replace(plan, changes=())
    text = _whole().dump_json(without, indent=indent)
    # Nothing that this plan says stands behind its changes, so that the last such name is theirs.
    bare = _whole().dump_json(replace(without, **_nothing_behind()), indent=indent)
    named = bare.rindex(_CHANGES) + len(_CHANGES)
    start = text.index(_NONE, named)
    return text[:start], text[start + len(_NONE) :]


@cache
def _nothing_behind() -> Mapping[str, Any]:
    """Return the fields of a plan that stand behind its changes, empty."""
    names = [field.name for field in fields(Plan)]
    behind = fields(Plan)[names.index("changes") + 1 :]
    return {each.name: each.default if each.default_factory is MISSING else each.default_factory() for each in behind}


@cache
def _whole() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


@cache
def _one() -> TypeAdapter[Change]:
    return TypeAdapter(Change)
