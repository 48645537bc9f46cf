"""The book of effects: every changed group passes it once; afterwards it knows what the plan brings about besides."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reconciler.effects.addresses import moved_addresses
from reconciler.effects.losses import losses
from reconciler.effects.members import Members
from reconciler.effects.touching import touched
from reconciler.model.address import Address
from reconciler.model.effect import Effect, MembersMoved, OffSale, Unforeseen, WithoutPictures
from reconciler.model.facts import GroupFacts
from reconciler.model.plan import Violation

_LIMITS: Final = frozenset({"publications-lost", "pictures-lost"})


def effects_of(
    groups: Sequence[GroupFacts],
    members: Members | str,
    *,
    read: Collection[str],
    redirects: Mapping[str, str],
    violations: Iterable[Violation],
) -> tuple[Effect, ...]:
    """Return what the changed groups bring about. ``members``: the collections, or why they are not known.

    ``read``: kinds that were read. ``redirects``: path → target, as git lists them. What a broken limit says too
    refers to it.
    """
    said = {(each.rule, address) for each in violations if each.rule in _LIMITS for address in each.addresses}
    found: list[Effect] = [_with_limit(each, said) for facts in groups for each in losses(facts, read)]
    found += moved_addresses(groups, redirects)
    found.sort(key=_order)
    return (*found, *_of_members(groups, members))


def _of_members(groups: Sequence[GroupFacts], members: Members | str) -> Iterator[Effect]:
    if isinstance(members, Members):
        yield from members.effects(groups)
        return
    products = tuple(sorted(facts.root for facts in groups if touched(facts)))
    if products:
        yield Unforeseen(None, (members,), products)


def _with_limit(effect: Effect, said: Collection[tuple[str, Address]]) -> Effect:
    match effect:
        case OffSale(by="publications") if ("publications-lost", effect.address) in said:
            return replace(effect, limit="publications-lost")
        case WithoutPictures() if ("pictures-lost", effect.address) in said:
            return replace(effect, limit="pictures-lost")
        case _:
            return effect


def _order(effect: Effect) -> tuple[str, str, str]:
    address = "" if isinstance(effect, MembersMoved | Unforeseen) else str(effect.address)
    return (effect.effect, address, repr(effect))
