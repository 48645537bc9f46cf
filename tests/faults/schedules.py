"""Schedules of what goes wrong, drawn from a number: the same number is the same schedule."""

import os
import random
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.faults.declared import KINDS

Fault = Mapping[str, Any]
FAULTS = tuple(sorted(KINDS.keys() - {"rival"}))
"""Every fault but the one of another writer, which is a matter of races."""
INTENSITIES = ("1 %", "10 %", "a burst")
_MOST_REQUESTS = 120  # that planning and applying the catalog takes, or a little more
_SCOPES = ("write_products", "read_products", "write_inventory", "read_inventory", "write_files", "write_publications")


def count_of(variable: str, *, otherwise: int) -> int:
    """Return how many schedules or inputs are asked for: few by default, many by an environment variable."""
    return int(os.environ.get(variable, otherwise))


def a_fault(kind: str, intensity: str, seed: int) -> Fault:
    """Return a fault of a kind, with the rest drawn from the seed."""
    chance = random.Random(f"{kind} {intensity} {seed}")
    match intensity:
        case "1 %":
            when: dict[str, Any] = {"probability": 0.01, "seed": chance.randrange(10**6)}
        case "10 %":
            when = {"probability": 0.1, "seed": chance.randrange(10**6)}
        case _:
            when = {"skip": chance.randrange(_MOST_REQUESTS), "times": chance.randint(1, 12)}
    return {"kind": kind, **_particulars(kind, chance), **when, **_to_whom(kind, chance)}


def _to_whom(kind: str, chance: random.Random) -> dict[str, Any]:
    if kind in {"bulk_fails", "media_fails"}:
        return {}
    return chance.choice([{}, {"on": "query"}, {"on": "mutation"}, {"on": "mutation"}])


def _particulars(kind: str, chance: random.Random) -> dict[str, Any]:
    match kind:
        case "bad_gateway_before" | "bad_gateway_after":
            return {"status": chance.choice([500, 502, 503, 504])}
        case "slow":
            return {"milliseconds": chance.randint(1, 30)}
        case "access_denied":
            return {"scope": chance.choice(_SCOPES)}
        case "stale_search":
            return {"requests": chance.randint(1, 40)}
        case "other_version":
            return {"version": "2025-01"}
        case _:
            return {}
