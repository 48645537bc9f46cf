"""What a store spells otherwise: it took our value, and returns another spelling of it.

Each such pair is remembered on the store, told once, and taken to be equal until either side changes. Only another
spelling counts: the same words and numbers in the same order, whatever their case, markup, spaces and punctuation. Any
other value may be the work of somebody who was faster than our second look, and to call that equal would hide an edit.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Final, TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Change, Remove, Update
from reconciler.model.json import Json
from reconciler.model.resource import Resource
from reconciler.planning.diff import differences
from reconciler.planning.precondition import shown

Pair: TypeAlias = tuple[str, str]
"""The digests of our value and of the store's."""
Respelled: TypeAlias = Mapping[Address, Mapping[str, Pair]]
"""Address → path → the pair that is taken to be equal."""

_DIGITS: Final = 16
_TAG: Final = re.compile(r"<[^<>]*>")
_WORD: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Respelling:
    """One value that a store took and returns otherwise."""

    address: Address
    path: str
    ours: Json
    theirs: Json

    @property
    def pair(self) -> Pair:
        """What is remembered of it."""
        return digest(self.ours), digest(self.theirs)


def respellings(written: Sequence[Change], again: Sequence[Change]) -> Iterator[Respelling]:
    """Yield what came back in another spelling: ``again`` is planned after the changes ``written`` were confirmed."""
    sent = {
        (change.address, field.path): field
        for change in written
        if not isinstance(change, Remove)
        for field in change.fields
    }
    for change in again:
        for now in change.fields:
            ours = sent.get((change.address, now.path))
            if ours is None or ours.after != now.after or now.before in (ours.before, None):
                continue
            if is_respelling(now.after, now.before):
                yield Respelling(change.address, now.path, now.after, now.before)


def without_respellings(again: Sequence[Change], found: Sequence[Respelling]) -> Iterator[Change]:
    """Yield what is left to be done once another spelling counts as the same."""
    known = {(each.address, each.path) for each in found}
    for change in again:
        if not isinstance(change, Update) or any((change.address, each.path) not in known for each in change.fields):
            yield change


def remembered(known: Respelled, written: Sequence[Change], found: Sequence[Respelling]) -> Respelled:
    """Return what is to be remembered: what was known of fields that were not written, and what was found."""
    again = {(change.address, field.path) for change in written for field in change.fields}
    gone = {change.address for change in written if isinstance(change, Remove)}
    kept = {
        address: {path: pair for path, pair in pairs.items() if (address, path) not in again}
        for address, pairs in known.items()
        if address not in gone
    }
    for each in found:
        kept[each.address] = {**kept.get(each.address, {}), each.path: each.pair}
    return {address: dict(sorted(pairs.items())) for address, pairs in sorted(kept.items()) if pairs}


def told(each: Respelling) -> str:
    """Return what to say of a value that came back in another spelling, once."""
    return (
        f"{each.address} {each.path}: the store took {shown(each.ours)} and spells it {shown(each.theirs)}; "
        "the two count as equal from now on"
    )


def is_respelling(ours: Json, theirs: Json) -> bool:
    """Return whether two different values are one in all that a reader would call their content."""
    if isinstance(ours, list) and isinstance(theirs, list):
        words = sorted(map(_words, ours)), sorted(map(_words, theirs))
        return words[0] == words[1] and all(words[0])
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return False
    numbers = _number(ours), _number(theirs)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return _words(ours) == _words(theirs) != ()


def without_respelled(resource: Resource, held: Resource, pairs: Mapping[str, Pair]) -> Resource:
    """Return the resource without what the store holds in the spelling that is known of it."""
    if not pairs:
        return resource
    equal = {
        path for path, theirs, ours in differences(resource, held) if pairs.get(path) == (digest(ours), digest(theirs))
    }
    fields = resource.managed()
    for name, value in list(fields.items()):
        if name in equal:
            del fields[name]
        elif isinstance(value, Mapping):
            fields[name] = {key: member for key, member in value.items() if f"{name}.{key}" not in equal}
    return type(resource)(**fields) if equal else resource


def digest(value: Json) -> str:
    """Return enough of a value's SHA-256 to know it again."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _words(value: Json) -> tuple[str, ...]:
    text = unicodedata.normalize(
        "NFKC", unescape(_TAG.sub(" ", value if isinstance(value, str) else json.dumps(value)))
    )
    return tuple(_WORD.findall(text.casefold()))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
