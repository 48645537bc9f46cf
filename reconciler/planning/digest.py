"""Digests: sixteen bytes that differ wherever anything differs that a plan may look at."""

import hashlib
from collections.abc import Iterable
from typing import Final

SIZE: Final = 16  # bytes; two different groups meet in one of 2**64, when there are 2**64 of them


def digest(parts: Iterable[object]) -> bytes:
    """Return the digest of values whose ``repr`` says all that they are: text, numbers, tuples, mappings of these."""
    taken = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        spelled = repr(part).encode("utf-8", "surrogatepass")
        taken.update(len(spelled).to_bytes(8, "little"))
        taken.update(spelled)
    return taken.digest()
