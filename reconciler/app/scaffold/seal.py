"""The seal: a file that we wrote says so in its last line, and whether anybody has edited it since.

What nobody edited can be written anew when the answers change. A digest in the file, and not a comparison with what
this program would write: an older version of it wrote other words.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

_SEAL: Final = re.compile(
    r"^# init wrote this(?: from (\S+))? and does so anew until somebody edits it: (\w+)\n\Z", re.MULTILINE
)
_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that is as we wrote it."""

    source: str
    """Where it installs this program from: URL@REF; "" where that was not known."""


def sealed(text: str, source: str) -> str:
    """Return the text with its seal."""
    origin = f" from {source}" if source else ""
    return f"{text}# init wrote this{origin} and does so anew until somebody edits it: {_digest(text, source)}\n"


def seal_of(text: str) -> Sealed | None:
    """Return what the seal of a file says; None when it has none, or does not have the text that it was put under."""
    found = _SEAL.search(text)
    if found is None:
        return None
    source = found[1] or ""
    return Sealed(source) if found[2] == _digest(text[: found.start()], source) else None


def _digest(text: str, source: str) -> str:
    return hashlib.sha256(f"{source}\n{text}".encode()).hexdigest()[:_DIGITS]
