"""Idempotency: the keys under which a store does a thing once. Shopify: ``@idempotent(key:)`` on a mutation's field.

A key is a UUID made of what it stands for, so that whoever sends the same again sends the same key. The store remembers
a key for about a day; with other variables it is refused, and after a refusal it is spent. (shopify.dev, 2026-10)
"""

import json
from typing import Final
from uuid import UUID, uuid5

from reconciler.model.json import Json

SPENT: Final = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"
_OURS: Final = UUID("5f0c1c5e-3d5b-5d0e-9c55-0a8a4a5b6f21")


def key_of(*parts: Json) -> str:
    """Return the key of what these parts say."""
    return str(uuid5(_OURS, json.dumps(parts, sort_keys=True, separators=(",", ":"))))


def next_key(key: str) -> str:
    """Return the key to use once this one is spent."""
    return str(uuid5(_OURS, key))
