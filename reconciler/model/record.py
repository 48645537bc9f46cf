"""Record: what the journal of a store holds of its runs, entry by entry. A closed union, read by audit and rollback.

A run begins, sends requests, hears answers, tells what became of each change, and ends. A run that was killed has no
end; whoever applies the same plan again resumes it under the same name. No entry ever holds a secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import Field

from reconciler.model.address import AddressText
from reconciler.model.change import Change
from reconciler.model.json import Json
from reconciler.model.outcome import AlreadySo, Applied, Failed, Skipped, Stale
from reconciler.model.plan import Scope, Target

ToldOutcome = Annotated[Applied | AlreadySo | Stale | Failed | Skipped, Field(discriminator="result")]


@dataclass(frozen=True, slots=True)
class Consent:
    """A broken limit that somebody let through by its name."""

    rule: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """The entry that a store remembers, and that the journal does not hold."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"entry {self.seq}"


@dataclass(frozen=True, slots=True)
class MissingRun:
    """A run that held the store, as its lease says, and of which the journal does not hold that it began with that."""

    run: str
    fence: int

    def __str__(self) -> str:
        return f"run {self.run} (lease {self.fence})"


Gap = Missing | MissingRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A run is about to take its store, or the run of a killed process goes on: then its name is there already."""

    run: str
    plan: str
    """The plan's digest."""
    engine: str
    target: Target
    commit: str | None
    base_commit: str | None
    """The commit that was recorded on the store before the run."""
    scope: Scope
    actor: str
    """Who ran it, for people; from the environment, so nobody's proof."""
    fence: int = 0
    """The fencing token of the lease that the run takes. It holds the store once the store agrees; noted before that,
    so that no run ever held a store which the journal does not know of."""
    changes: int = 0
    consents: tuple[Consent, ...] = ()
    undoes: str | None = None
    """The run that the plan takes back."""
    lacks: Missing | None = None
    """What was gone of the journal by then, so that it stays known for good."""
    lacks_run: MissingRun | None = None
    """The run that held the store before, if the journal did not know it: what that wrote is in no journal here."""
    dirty: bool = False
    """Whether the plan was of files that were not all in the commit."""
    event: Literal["begun"] = "begun"


BEGINS_A_JOB: Final = "bulkOperationRunMutation"
TELLS_OF_A_JOB: Final = "bulkOperation"
"""In place of a mutation: the request that says what a job came to."""


@dataclass(frozen=True, slots=True)
class Job:
    """A bulk operation: one mutation that the store executes line by line."""

    name: str
    """What its document is called in the store, and no other one."""
    mutation: str
    """What each line executes: ``productSet``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A request is about to be sent. Without an answer after it, nobody knows whether the store executed it."""

    run: str
    request: int
    """Counts from 1 within the run."""
    mutation: str
    """The field of the API: ``productVariantsBulkUpdate``."""
    changes: tuple[Change, ...] = ()
    """What it is meant to make, with only the fields that are written; empty for what makes no change of a plan."""
    job: Job | None = None
    """The bulk operation that it begins, or that it asks for what became of."""
    fence: int = 0
    """The fencing token of whoever noted it; 0: of before that was noted."""
    event: Literal["requested"] = "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the store said to a request."""

    run: str
    request: int
    result: Literal["executed", "refused", "unknown"]
    """executed: though single rows may have errors. refused: nothing was done. unknown: the answer was lost."""
    errors: tuple[str, ...] = ()
    ids: Mapping[AddressText, str] = field(default_factory=dict)
    """The ids of what was made, as far as the answer tells them."""
    undone: tuple[AddressText, ...] | None = None
    """Of what became of a bulk operation: what its lines are about that its results do not say to be done."""
    request_id: str | None = None
    """The store's own name of the request, for its support."""
    cost_points: int | None = None
    fence: int = 0
    event: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of changes of the plan, written by requests or not."""

    run: str
    outcomes: tuple[ToldOutcome, ...]
    fence: int = 0
    event: Literal["told"] = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The bytes of an image that a run takes away, kept so that it can come back."""

    run: str
    address: AddressText
    file: str
    """Named from the root of the repository."""
    sha256: str
    fence: int = 0
    """As that of a request; once it was not noted here."""
    event: Literal["kept"] = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the store held that goes along with what a run is about to take away, and is no change of its plan.

    The stock of a variant, the values of a product, its places in collections; and the order of what loses a member.
    """

    run: str
    fields: Mapping[AddressText, Mapping[str, Json]]
    ids: Mapping[AddressText, str] = field(default_factory=dict)
    fence: int = 0
    """As that of a request; once it was not noted here."""
    event: Literal["held"] = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run came to its end, whatever it did."""

    run: str
    counts: Mapping[str, int]
    left_over: tuple[AddressText, ...] = ()
    not_back: tuple[AddressText, ...] = ()
    """Of a rollback: what the run did and no rollback can take back."""
    verified: bool = True
    fence: int = 0
    event: Literal["ended"] = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """Somebody knows that a part of the journal is gone, and says why; from then on it counts as whole."""

    run: str
    """The run that began without it; where none did so yet, the one that the store remembers it of."""
    missing: Gap
    actor: str
    reason: str
    event: Literal["acknowledged"] = "acknowledged"


Record = Annotated[
    Begun | Requested | Answered | Told | Kept | Held | Ended | Acknowledged, Field(discriminator="event")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a journal. ``hash`` covers everything else in it, so also the hash of the entry before."""

    seq: int
    """Counts from 1."""
    at: str
    """UTC, ISO 8601 with microseconds."""
    previous: str
    record: Record
    hash: str = ""
