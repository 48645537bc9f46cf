"""Side effects in words, said alike wherever a plan is read: what is alike of many things is one sentence."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reconciler.model.address import Address
from reconciler.model.effect import (
    AddressMoved,
    CollectionName,
    Effect,
    MembersMoved,
    OffSale,
    OptionValueGone,
    Unforeseen,
    WithoutPictures,
)
from reconciler.render.printable import clipped, printable
from reconciler.render.words import counted, does, number, spoken

_TITLE = 80
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence, and the names of what it is about. Words of a store in it are printable, and nothing more."""

    sentence: str
    names: tuple[str, ...] = ()
    is_loud: bool = False
    """Shoppers lose something, or nobody knows what they get."""


def told(effects: Iterable[Effect]) -> Iterator[Told]:
    """Yield what a plan brings about: first what shoppers lose, then collections, then what is not known."""
    effects = tuple(effects)
    yield from _grouped(effects, OffSale, lambda each: (each.address.kind, each.status, each.by, each.limit), _off_sale)
    yield from _grouped(effects, AddressMoved, lambda each: (each.shows is None, each.leads_to is None), _pages)
    yield from _grouped(effects, OptionValueGone, lambda each: each.effect, _choices)
    yield from _grouped(effects, WithoutPictures, lambda each: (each.is_new, each.limit), _pictures)
    for each in effects:
        if isinstance(each, MembersMoved):
            yield from _members(each)
    for each in effects:
        if isinstance(each, Unforeseen):
            yield _unforeseen(each)


def off_sale(effects: Iterable[Effect]) -> dict[Address, str]:
    """Return what is said beside the name of each thing that shoppers will not find any more."""
    return {each.address: _beside(each) for each in effects if isinstance(each, OffSale)}


def _beside(effect: OffSale) -> str:
    if effect.by == "publications":
        return "sold nowhere any more"
    is_unlisted = (effect.status or "").lower() == "unlisted"
    return "found by its address alone" if is_unlisted else "leaves every sales channel"


def _grouped(
    effects: Iterable[Effect],
    kind: type[_Kind],
    alike: Callable[[_Kind], Hashable],
    tell: Callable[[Sequence[_Kind]], Told],
) -> Iterator[Told]:
    """Yield a sentence for the effects of a kind that are alike."""
    found: dict[Hashable, list[_Kind]] = {}
    for each in effects:
        if isinstance(each, kind):
            found.setdefault(alike(each), []).append(each)
    yield from map(tell, found.values())


def _off_sale(some: Sequence[OffSale]) -> Told:
    first = some[0]
    who = counted(len(some), spoken(first.address.kind))
    keys = tuple(each.address.key for each in some)
    if first.limit is not None:
        return Told(f"{who} will be sold nowhere any more: see the limit {first.limit}", (), is_loud=True)
    if first.by == "publications":
        return Told(f"{who} will be sold nowhere any more: the last publication goes", keys, is_loud=True)
    status = (first.status or "").lower()
    if status == "unlisted":
        return Told(f"{who} will be found by whoever has the address, and by nobody else: unlisted", keys, is_loud=True)
    return Told(f"{who} will leave every sales channel: the status becomes {status}", keys, is_loud=True)


def _pages(some: Sequence[AddressMoved]) -> Told:
    first, count = some[0], counted(len(some), "web address")
    if first.shows is not None:
        names = tuple(f"{each.path} shows {each.shows}" for each in some)
        return Told(f"{count} will show something else, which takes the handle over", names, is_loud=True)
    if first.leads_to is None:
        return Told(f"{count} will lead nowhere: no redirect", tuple(each.path for each in some), is_loud=True)
    names = tuple(f"{each.path} → {each.leads_to}" for each in some)
    return Told(f"{count} will change, with a redirect from the old one", names)


def _choices(some: Sequence[OptionValueGone]) -> Told:
    names = tuple(f"{each.address.key} {printable(each.option)}: {printable(each.value)}" for each in some)
    return Told(f"{counted(len(some), 'choice')} will go with the last variant that had it", names, is_loud=True)


def _pictures(some: Sequence[WithoutPictures]) -> Told:
    first, keys = some[0], tuple(each.address.key for each in some)
    if first.limit is not None:
        who = counted(len(some), "product")
        return Told(f"{who} will have no picture any more: see the limit {first.limit}", (), is_loud=True)
    if first.is_new:
        return Told(f"{counted(len(some), 'new product')} will have no picture", keys)
    return Told(f"{counted(len(some), 'product')} will have no picture any more", keys, is_loud=True)


def _members(moved: MembersMoved) -> Iterator[Told]:
    where, why = _called(moved.collection), _because(moved)
    for verb, addresses, others in (
        ("join", moved.joins, moved.others_join),
        ("leave", moved.leaves, moved.others_leave),
    ):
        if addresses or others:
            sentence = f"{_those(len(addresses), others)} will {verb} {where}{why}"
            yield Told(sentence, tuple(address.key for address in addresses))


def _because(moved: MembersMoved) -> str:
    if moved.because == ("conditions",):
        return " by its new conditions"
    return f" by {', '.join(map(_subject, moved.because))}" if moved.because else ""


def _subject(name: str) -> str:
    """Return what people call what a condition looks at."""
    kind, _, metafield = name.partition(":")
    return printable(metafield) or {"compare_at_price": "compare-at price"}.get(kind, printable(kind.replace("_", " ")))


def _unforeseen(unsure: Unforeseen) -> Told:
    where = _called(unsure.collection) if unsure.collection is not None else "automatic collections"
    why = "; ".join(unsure.why)
    sentence = f"whether {_those(len(unsure.products), unsure.others)} will join or leave {where} is not known: {why}"
    return Told(sentence, tuple(address.key for address in unsure.products), is_loud=True)


def _those(ours: int, others: int) -> str:
    of_others = f"{number(others)} that {does(others, 'is', 'are')} not ours"
    if not ours:
        return f"{counted(others, 'product')} of others"
    return f"{counted(ours, 'product')}{f', and {of_others},' if others else ''}"


def _called(collection: CollectionName) -> str:
    title = clipped(printable(collection.title), _TITLE)
    return f"“{title}”" if collection.address is not None else f"“{title}” (not ours)"
