"""Notice: what is told to a hook about one store. Its words are our own; what others wrote stands apart, as values."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.model.json import Json
from reconciler.model.store import Event

FORMAT: Final = "reconciler-notice/1"
_LONGEST: Final = 300
_OBEYED: Final = ["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]


def inert(text: str) -> str:
    """Return text of others with everything spelled out that a terminal, a log or a chat obeys, and not endless."""
    spelled = "".join(
        f"\\u{ord(char):04x}" if unicodedata.category(char) in _OBEYED else char for char in text[:_LONGEST]
    )
    return spelled if len(text) <= _LONGEST else f"{spelled}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event of one store."""

    event: Event
    store: str
    summary: str
    """One sentence of ours, with numbers and names of rules; nothing that a store or a catalog says."""
    counts: Mapping[str, int] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    """What it is about; keys come from catalogs and stores."""
    more: int = 0
    """How many addresses are left out."""
    reason: str | None = None
    """Of a failure, its message."""
    plan: str | None = None
    commit: str | None = None
    run: str | None = None

    def document(self) -> dict[str, Json]:
        """Return it as it is sent."""
        return {
            "format": FORMAT,
            "event": self.event,
            "store": self.store,
            "summary": self.summary,
            "counts": dict(self.counts),
            "addresses": list(self.addresses),
            "more_addresses": self.more,
            "reason": self.reason,
            "plan": self.plan,
            "commit": self.commit,
            "run": self.run,
        }
