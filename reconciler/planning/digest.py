"""Digests of groups: sixteen bytes that differ wherever anything differs that a plan may look at.

What a store holds of a group is digested as it was read, before its members have names of git's: naming them takes
what git asks for, and that is not there for a group that is not hydrated.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Final

from reconciler.model.state import Found, FoundGroup

SIZE: Final = 16  # bytes; two different groups meet in one of 2**64, when there are 2**64 of them

_besides: Final = attrgetter(*(each.name for each in fields(Found) if each.name != "resource"))


def digest(parts: Iterable[object]) -> bytes:
    """Return the digest of values whose ``repr`` says all that they are: text, numbers, tuples, mappings of these."""
    taken = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        spelled = repr(part).encode("utf-8", "surrogatepass")
        taken.update(len(spelled).to_bytes(8, "little"))
        taken.update(spelled)
    return taken.digest()


def live_digest(group: FoundGroup) -> bytes:
    """Return the digest of what a store holds of a group: fields, ids, marks, and what it is still working on."""
    return digest(_told(found) for found in (group.root, *group.children))


def _told(found: Found) -> tuple[object, ...]:
    return _besides(found), found.resource.managed()
