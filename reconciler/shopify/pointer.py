"""What a store remembers of us: the commit it was last brought to, and what it spells otherwise than we do.

Shopify: app-owned metafields of the Shop, type json; ``metafieldsSet`` by compare-and-set. They travel with the
preflight query, so that reading them costs no call. One that is damaged is no base, and is written anew by the next
apply. (shopify.dev, MetafieldsSetInput, 2026-10)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from reconciler.model.address import Address, AddressText
from reconciler.model.json import Json
from reconciler.shopify.identity import MARK_NAMESPACE

_POINTER: Final = "applied"
_RESPELLED: Final = "rewritten"
LARGEST_RECORD: Final = 100_000  # bytes; a store refuses JSON of more than 128 KiB (shopify.dev, 2026-10)

SELECTION: Final = " ".join(
    f'{key}: metafield(namespace: "{MARK_NAMESPACE}", key: "{key}") {{ value compareDigest }}'
    for key in (_POINTER, _RESPELLED)
)
"""The fields of the shop that hold both."""

Commit = Annotated[str, Field(pattern=re.compile(r"^[0-9a-f]{40,64}$"))]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The last entry of the journal when the run was about to end."""

    seq: int
    hash: str
    end: str | None = None
    """The digest of what the run then said in its last entry; None: of before that was noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """The commit that a store was last brought to."""

    commit: Commit | None = None
    """None: what was applied was in no commit."""
    engine: str = ""
    plan: str = ""
    """The digest of the plan that was applied."""
    run: str | None = None
    exceptions: Mapping[Commit, tuple[AddressText, ...]] = field(default_factory=dict)
    """Addresses that another commit stands for: those that were left pending, or that were applied ahead."""
    unknown: tuple[AddressText, ...] = ()
    """Addresses that no commit stands for: left pending before there was one, or written from files in none."""
    taken: tuple[AddressText, ...] = ()
    """Roots that were taken over, as long as something may hang on them that was there before us."""
    journal: JournalHead | None = None

    def of(self, address: Address) -> str | None:
        """Return the commit that an address was last brought to; None where there is none."""
        if address in self.unknown:
            return None
        return next((commit for commit, ahead in self.exceptions.items() if address in ahead), self.commit)


Respelled = Mapping[AddressText, Mapping[str, tuple[str, str]]]
"""Address → path → the digests of our value and of what the store makes of it."""


@dataclass(frozen=True, slots=True)
class Record(Generic[Value]):
    """A value of the store, with what it takes to replace just that."""

    value: Value | None = None
    digest: str | None = None
    is_damaged: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What a store remembers."""

    pointer: Record[Pointer] = field(default_factory=Record)
    respelled: Record[Respelled] = field(default_factory=Record)


def memory_in(shop: Mapping[str, Any]) -> Memory:
    """Return what a shop remembers, from a node that was asked for ``SELECTION``."""
    return Memory(_record(shop.get(_POINTER), _pointers()), _record(shop.get(_RESPELLED), _respellings()))


def _record(metafield: Any, adapter: TypeAdapter[Value]) -> Record[Value]:
    if metafield is None:
        return Record()
    try:
        return Record(adapter.validate_json(metafield["value"]), metafield["compareDigest"])
    except ValidationError:
        return Record(None, metafield["compareDigest"], is_damaged=True)


def pointer_json(pointer: Pointer) -> str:
    """Return a pointer as the store keeps it."""
    return _pointers().dump_json(pointer, exclude_none=True).decode()


def respelled_json(respelled: Respelled) -> str:
    """Return what is spelled otherwise as the store keeps it."""
    return _respellings().dump_json(respelled).decode()


def pointer_row(shop_id: str, pointer: Pointer, held: Record[Pointer]) -> dict[str, Json]:
    """Return the input that puts a pointer in the place of the one that was read, and of no other."""
    return _row(shop_id, _POINTER, pointer_json(pointer), held.digest)


def respelled_row(shop_id: str, respelled: Respelled, held: Record[Respelled]) -> dict[str, Json]:
    """Return the same for what is spelled otherwise."""
    return _row(shop_id, _RESPELLED, respelled_json(respelled), held.digest)


def _row(shop_id: str, key: str, value: str, digest: str | None) -> dict[str, Json]:
    return {
        "ownerId": shop_id,
        "namespace": MARK_NAMESPACE,
        "key": key,
        "type": "json",
        "value": value,
        "compareDigest": digest,
    }


@cache
def _pointers() -> TypeAdapter[Pointer]:
    return TypeAdapter(Pointer)


@cache
def _respellings() -> TypeAdapter[Respelled]:
    return TypeAdapter(Respelled)
