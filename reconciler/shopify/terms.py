"""Terms of a lease: what the note on the shop says of who holds it, or held it last. ``lease`` takes and keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.model.json import Json
from reconciler.shopify.shop_notes import Entry


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a lease, or wants to."""

    actor: str
    host: str
    machine: str
    """What tells the machine from any other; "" where that is not known."""
    pid: int
    start: str
    """When the process started, by the machine's own count; "" where that is not known."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a lease says: its token, and who holds it until when. No holder: it was given back."""

    fence: int
    run: str
    holder: Holder | None = None
    since: datetime | None = None
    until: datetime | None = None
    job: str = ""
    """The name of bulk operations that may be at work; whoever takes the lease after us waits for them."""

    def value(self) -> dict[str, Json]:
        """Return what the store holds of it."""
        said: dict[str, Json] = {"fence": self.fence, "run": self.run, **({"job": self.job} if self.job else {})}
        if self.holder is None or self.since is None or self.until is None:
            return said
        return {
            **said,
            "actor": self.holder.actor,
            "host": self.holder.host,
            "machine": self.holder.machine,
            "pid": self.holder.pid,
            "start": self.holder.start,
            "since": self.since.isoformat(),
            "expires_at": self.until.isoformat(),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Terms":
        """Return the terms that the store holds. Raises ValueError, KeyError or TypeError for anything else."""
        fence, run, job = int(value["fence"]), str(value["run"]), str(value.get("job", ""))
        if "expires_at" not in value:
            return cls(fence, run, job=job)
        actor, host, machine, start = (str(value[name]) for name in ("actor", "host", "machine", "start"))
        holder = Holder(actor, host, machine, int(value["pid"]), start)
        since, until = (datetime.fromisoformat(value[name]) for name in ("since", "expires_at"))
        if since.tzinfo is None or until.tzinfo is None:
            raise ValueError(value)
        return cls(fence, run, holder, since, until, job)


def terms_of(entry: Entry) -> Terms | None:
    """Return the terms that a note holds; None where there are none, or none that we wrote."""
    try:
        return Terms.of(entry.value) if entry.value is not None else None
    except (ValueError, KeyError, TypeError):
        return None
