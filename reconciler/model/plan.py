"""Plan: everything that apply needs, and everything that a reviewer wants to know, as one value.

Same inputs, same bytes: what varies between two runs (time, host) lives in the header, outside the digest.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reconciler.model.address import AddressText
from reconciler.model.change import Cause, Change
from reconciler.model.effect import Effect
from reconciler.model.json import Json
from reconciler.model.ledger import Ledger
from reconciler.model.limits import Acceptance

PLAN_FORMAT: Literal["reconciler-plan/1"] = "reconciler-plan/1"


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry of a store's journal."""

    seq: int
    """Its number."""
    hash: str
    """Its hash, which covers all entries before it."""


@dataclass(frozen=True, slots=True)
class Header:
    """Who made the plan, and when; not part of the digest."""

    created_at: str
    """When it was made, in UTC. For people, never compared: no two clocks agree."""
    host: str
    """The machine that made it. For people."""
    journal: Seen | None = None
    """The last entry of the store's journal that was known before the store was read; null where none was. What earlier
    runs of the very same plan did up to there, this one has seen; what they did later is not written again."""
    lease: int | None = None
    """The number of the lease that the store had given out last by then; null where none was. A run that died with its
    journal is known to this plan if it held that lease, or an earlier one."""


@dataclass(frozen=True, slots=True)
class Target:
    """The store that the plan is for; apply refuses any other."""

    store: str
    """The store's name: the stem of its file."""
    shop_id: str
    """Shopify's id of the shop."""
    api_version: str
    """The version of the Admin API that it was read in."""
    currency: str
    """The shop's currency."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the plan was made from."""

    digest: str
    """SHA-256 over the engine's version and every file that was read; apply refuses a plan of other inputs."""
    commit: str | None = None
    """The commit of the files; null outside of git."""
    dirty: bool = False
    """Whether files differed from the commit."""
    base_commit: str | None = None
    """The commit that the store was last brought to; without it nobody knows which side changed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the plan looked at. Empty: everything."""

    only: tuple[str, ...] = ()
    """The patterns of --only."""
    exclude: tuple[str, ...] = ()
    """The patterns of --except."""
    changed_since: str | None = None
    """The git ref of --changed-since."""

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return not (self.only or self.exclude or self.changed_since)


@dataclass(frozen=True, slots=True)
class Against:
    """The snapshot that stood for the store when the plan was made; what changed there since is not in it."""

    taken_at: str
    """When the store was read, in UTC."""
    digest: str
    """SHA-256 of the snapshot."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A limit that the plan breaks. Apply refuses until the rule is accepted by name."""

    rule: str
    """The name of the limit."""
    summary: str
    """What trips it, in words."""
    addresses: tuple[AddressText, ...]
    """The objects that trip it."""
    allow: str
    """The words that would let it through."""
    acceptance: Acceptance | None = None
    """What the store's file says to it; apply looks at the date."""

    @property
    def unsaid(self) -> tuple[AddressText, ...]:
        """The addresses, but for a single one that the summary names already."""
        named = len(self.addresses) == 1 and f"{self.addresses[0]}: " in self.summary
        return () if named else self.addresses


@dataclass(frozen=True, slots=True)
class Observed:
    """A difference that is never written: git only watches the field, or customers moved it."""

    address: AddressText
    """What it is about."""
    path: str
    """The field."""
    store: Json
    """What the store holds."""
    git: Json
    """What git says."""
    cause: Cause | None = None
    """``sold``: git is the record of the field, and customers moved it. None: git only watches it."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What applying will ask of the store, computed from the requests that it would send."""

    calls: int
    """How many requests."""
    cost_points: int
    """What they cost, in points of the rate limit."""
    seconds: int
    """How long they take, the rate limit included."""
    bulk_jobs: int = 0
    """How many bulk operations are among them."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of the changes by action, and of the fields that they touch."""

    create: int = 0
    """Things to be made."""
    adopt: int = 0
    """Things to be taken over."""
    move: int = 0
    """Things that get a new key."""
    update: int = 0
    """Things that change."""
    remove: int = 0
    """Things that go."""
    fields: int = 0
    """Fields that are written."""

    @classmethod
    def of(cls, changes: Sequence[Change]) -> "Summary":
        """Return the counts of these changes."""
        actions: Counter[str] = Counter(change.action for change in changes)
        return cls(
            create=actions["create"],
            adopt=actions["adopt"],
            move=actions["move"],
            update=actions["update"],
            remove=actions["remove"],
            fields=sum(len(change.fields) for change in changes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The changes of one store, in the order in which they will be made."""

    format: Literal["reconciler-plan/1"] = PLAN_FORMAT
    """The version of this format."""
    digest: str = ""
    """SHA-256 over everything but itself and the header."""
    header: Header | None = None
    """Who made it, and when."""
    engine: str
    """The version of the program that made it."""
    target: Target
    """The store that it is for."""
    inputs: Inputs
    """What it was made from."""
    scope: Scope
    """What it looked at."""
    undoes: str | None = None
    """The run that the plan takes back; it looked at what that run wrote, and at nothing else."""
    against: Against | None = None
    """The snapshot that it was made against; null: the store itself. For people: apply reads the store in any case."""
    complete: bool
    """The whole store was looked at: nothing was left out of scope, and everything could be read."""
    applyable: bool
    """There is something to do."""
    errored: bool
    """A part of the store could not be read; the notes say which, and why."""
    summary: Summary
    """Counts of the changes."""
    forecast: Forecast
    """What applying it will ask of the store."""
    ledger: Ledger | None = None
    """The plan in money."""
    effects: tuple[Effect, ...] = ()
    """What it brings about beyond what it writes; for people, nothing is ever steered by it."""
    violations: tuple[Violation, ...] = ()
    """The limits that it breaks."""
    notes: tuple[str, ...] = ()
    """What a reader should know besides."""
    changes: tuple[Change, ...] = ()
    """What apply will do, in this order."""
    observed: tuple[Observed, ...] = ()
    """Differences that are not written."""
    unplanned: tuple[AddressText, ...] = ()
    """What git asks for and the plan does not bring about; a rollback: cannot take back. The notes say why."""
    references: Mapping[AddressText, str] = field(default_factory=dict)
    """Address → live id, for what changes refer to without changing it: the product that joins a collection."""
