"""Plan: everything that apply needs, and everything that a reviewer wants to know, as one value.

Same inputs, same bytes: what varies between two runs (time, host) lives in the header, outside the digest.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from reconciler.model.address import AddressText
from reconciler.model.change import Cause, Change
from reconciler.model.json import Json

PLAN_FORMAT: Literal["reconciler-plan/1"] = "reconciler-plan/1"


@dataclass(frozen=True, slots=True)
class Header:
    """Who made the plan, and when. For people; not part of the digest, never compared."""

    created_at: str
    host: str


@dataclass(frozen=True, slots=True)
class Target:
    """The store that the plan is for; apply refuses any other."""

    store: str
    shop_id: str
    api_version: str
    currency: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the plan was made from."""

    digest: str
    """SHA-256 over the engine's version and every file that was read; apply refuses a plan of other inputs."""
    commit: str | None = None
    dirty: bool = False
    base_commit: str | None = None
    """The commit that the store was last brought to; without it nobody knows which side changed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the plan looked at. Empty: everything."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    changed_since: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return not (self.only or self.exclude or self.changed_since)


@dataclass(frozen=True, slots=True)
class Violation:
    """A limit that the plan breaks. Apply refuses until the rule is accepted by name."""

    rule: str
    summary: str
    addresses: tuple[AddressText, ...]
    allow: str
    """The words that would let it through."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A difference that is never written: git only watches the field, or customers moved it."""

    address: AddressText
    path: str
    store: Json
    git: Json
    cause: Cause | None = None
    """``sold``: git is the record of the field, and customers moved it. None: git only watches it."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What applying will ask of the store, computed from the requests that it would send."""

    calls: int
    cost_points: int
    seconds: int
    bulk_jobs: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of the changes by action, and of the fields that they touch."""

    create: int = 0
    adopt: int = 0
    update: int = 0
    remove: int = 0
    fields: int = 0

    @classmethod
    def of(cls, changes: Sequence[Change]) -> "Summary":
        """Return the counts of these changes."""
        actions: Counter[str] = Counter(change.action for change in changes)
        return cls(
            create=actions["create"],
            adopt=actions["adopt"],
            update=actions["update"],
            remove=actions["remove"],
            fields=sum(len(change.fields) for change in changes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The changes of one store, in the order in which they will be made."""

    format: Literal["reconciler-plan/1"] = PLAN_FORMAT
    digest: str = ""
    """SHA-256 over everything but itself and the header."""
    header: Header | None = None
    engine: str
    target: Target
    inputs: Inputs
    scope: Scope
    complete: bool
    """The whole store was looked at: nothing was left out of scope, and everything could be read."""
    applyable: bool
    """There is something to do."""
    errored: bool
    """A part of the store could not be read; the notes say which, and why."""
    summary: Summary
    forecast: Forecast
    violations: tuple[Violation, ...] = ()
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    observed: tuple[Observed, ...] = ()
    unplanned: tuple[AddressText, ...] = ()
    """What git asks for and the plan does not bring about; the notes say why."""
    references: Mapping[AddressText, str] = field(default_factory=dict)
    """Address → live id, for what changes refer to without changing it: the product that joins a collection."""


def sealed(plan: Plan) -> Plan:
    """Return the plan with its digest."""
    return replace(plan, digest=plan_digest(plan))


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 over all of the plan but its header and its digest."""
    body = replace(plan, header=None, digest="")
    return hashlib.sha256(_adapter().dump_json(body)).hexdigest()


def plan_json(plan: Plan) -> bytes:
    """Return the plan's file: JSON, indented, in a fixed order."""
    return _adapter().dump_json(plan, indent=2) + b"\n"


def parse_plan(data: bytes) -> Plan:
    """Return the plan that a file holds. Raises pydantic.ValidationError where it does not fit the format."""
    return _adapter().validate_json(data)


def plan_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of plan files."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plan",
        **_adapter().json_schema(mode="serialization"),
    }


@cache
def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)
