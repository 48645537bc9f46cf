"""Plan files: written whole or not at all, read back with their seal checked."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import orjson
from pydantic import ValidationError

from reconciler.app.repository.whole_file import writing_whole
from reconciler.loading.plain_file import opened_as_named
from reconciler.model.errors import PlanRefused, ReconcilerError, WrongUsage
from reconciler.model.plan import PLAN_FORMAT, Plan
from reconciler.model.plan_text import parse_plan, plan_digest, plan_json, plan_of_lines, plan_pieces
from reconciler.planning.precondition import shown

_LARGEST_BYTES = 4 << 30
"""Of a plan that is read at all: about a hundred thousand new products."""
_LARGEST_RESPELLED_BYTES = 256 << 20
"""Of one that is not byte for byte as it was written: it is held as a whole, many times over, to be compared."""
_LONGEST_PIECE_BYTES = 16 << 20


def write_plan(plan: Plan, file: Path) -> None:
    """Write the plan's file in one step: a reader sees the old one or the new one. Raises ReconcilerError."""
    try:
        with writing_whole(file) as stream:
            stream.writelines(plan_pieces(plan))
    except OSError as error:
        raise ReconcilerError(
            f"{file}: the plan could not be written: {error.strerror or error}; make room, or choose --out DIR"
        ) from error


def read_plan(file: Path) -> Plan:
    """Return the plan of a file. Raises WrongUsage when it cannot be read, PlanRefused when it is not a whole plan."""
    try:
        with opened_as_named(file) as stream:
            size = stream.seek(0, os.SEEK_END)
            if size > _LARGEST_BYTES:
                raise PlanRefused(f"{file}: larger than any plan; expected a file that `reconciler plan` wrote")
            stream.seek(0)
            plan = _as_written(iter(partial(stream.readline, _LONGEST_PIECE_BYTES), b""))
            if plan is None and size > _LARGEST_RESPELLED_BYTES:
                raise PlanRefused(f"{file}: not byte for byte as `reconciler plan` wrote it; run plan again")
            stream.seek(0)
            return _dated(plan or plan_of(stream.read(), str(file)), file)
    except OSError as error:
        reason = error.strerror or error
        raise WrongUsage(
            f"{file}: the plan cannot be read: {reason}; name a file that `reconciler plan` wrote"
        ) from error


def _dated(plan: Plan, file: Path) -> Plan:
    """Return the plan. Raises PlanRefused where its header, which no digest covers, does not say when it was made."""
    if plan.header is None:
        return plan
    try:
        is_moment = datetime.fromisoformat(plan.header.created_at).tzinfo is not None
    except ValueError:
        is_moment = False
    if not is_moment:
        raise PlanRefused(
            f"{file}: header.created_at is {shown(plan.header.created_at)}, expected a time with its zone, such as "
            "2026-11-28T06:15:00+00:00; run plan again"
        )
    return plan


def _as_written(lines: Iterable[bytes]) -> Plan | None:
    """Return the plan of a file that is byte for byte what was written: nearly all are, and the largest have to be.

    None: it is spelled otherwise, or no plan; whoever reads the whole of it finds out.
    """
    read = hashlib.sha256()

    def passing() -> Iterator[bytes]:
        for line in lines:
            read.update(line)
            yield line

    try:
        plan = plan_of_lines(passing())
    except (ValidationError, RecursionError):
        return None
    written = hashlib.sha256()
    for piece in plan_pieces(plan):
        written.update(piece)
    return plan if written.digest() == read.digest() and plan.digest == plan_digest(plan) else None


def plan_of(data: bytes, file: str) -> Plan:
    """Return the plan that the bytes of a file are. Raises PlanRefused when they are none, or not as it was written."""
    try:
        plan = parse_plan(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise PlanRefused(
            f"{file}: not a whole {PLAN_FORMAT} file: {where}: {first['msg'].lower()}; run plan again"
        ) from error
    except RecursionError as error:
        raise PlanRefused(f"{file}: nested deeper than any plan; run plan again") from error
    # A field that the format does not know leaves the digest as it was, and people would read it all the same.
    try:
        as_written = plan.digest == plan_digest(plan) and _compact(data) == _compact(plan_json(plan))
        json.loads(data, object_pairs_hook=_once_each)
    except ValueError:  # NaN and its like, which JSON does not have; a name that an object has twice
        as_written = False
    if not as_written:
        raise PlanRefused(f"{file}: changed after it was written: its digest does not fit; run plan again")
    return plan


def _once_each(pairs: list[tuple[str, object]]) -> None:
    """Raise ValueError for a name that is there twice: people read the first, programs the last."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError(pairs)


def _compact(data: bytes) -> bytes:
    return orjson.dumps(orjson.loads(data), option=orjson.OPT_SORT_KEYS)
