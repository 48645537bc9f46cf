"""Metafields: values of a merchant's own on products, variants and collections, from rules and from files.

What a file says itself goes before what a rule makes. The type stands beside the value, or in the definition.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from reconciler.mapping.member import Member
from reconciler.mapping.rule import FieldRule
from reconciler.mapping.template import LEFT_OUT
from reconciler.model.address import Address
from reconciler.model.catalog import Entry, ListedEntry
from reconciler.model.category import CategoryEntry
from reconciler.model.errors import Diagnostic
from reconciler.model.metafields import METAFIELDS_ON, TypedValue
from reconciler.model.origin import FieldPath, Whereabouts

DEFINITION: Final = "metafield_definition"


@dataclass(frozen=True, slots=True)
class MetafieldMaker:
    """The rule of one metafield, ready to run."""

    rule: FieldRule
    type: str | None
    """None: that of its definition."""


class Owner(NamedTuple):
    """What metafields hang on."""

    address: Address
    document: object
    """Its part of the file, with the metafields that it gives itself."""
    entry: Entry | CategoryEntry
    """The file's document."""
    path: FieldPath
    """The way to its part."""

    @property
    def given(self) -> Mapping[str, object]:
        """Name → value, as the owner's own file says."""
        given: Mapping[str, object] = getattr(self.document, "metafields", None) or {}
        return given

    def whereabouts(self, name: str) -> Whereabouts:
        """Return where a metafield is that the file gives."""
        return Whereabouts(self.entry.file, (*self.path, "metafields", name), self.entry.locate)


def defined_types(listed: Mapping[Address, ListedEntry]) -> Mapping[str, str]:
    """Return owner and name of each metafield that a file defines, ``product.custom.care`` → its type."""
    definitions = (
        (at.key, entry.resource.managed().get("type")) for at, entry in listed.items() if at.kind == DEFINITION
    )
    return {key: type_name for key, type_name in definitions if isinstance(type_name, str)}


def metafield_members(
    owner: Owner,
    made: Iterable[tuple[str, MetafieldMaker, object, Whereabouts]],
    defined: Mapping[str, str],
    problems: list[Diagnostic],
) -> Iterator[Member]:
    """Yield the metafields of an owner. ``made``: name, rule, value and whereabouts of those that rules make.

    ``defined``: the types that definitions say, see ``defined_types``.
    """
    given = owner.given
    for name, value in given.items():
        written = value.type if isinstance(value, TypedValue) else None
        value = value.value if isinstance(value, TypedValue) else value  # noqa: PLW2901  unwrapped
        member = _member(owner, _Given(name, value, owner.whereabouts(name), written), defined, problems)
        if member is not None:
            yield member
    for name, maker, value, where in made:
        if name not in given and value is not LEFT_OUT:
            member = _member(owner, _Given(name, value, where, maker.type, (maker.rule.trail,)), defined, problems)
            if member is not None:
                yield member


class _Given(NamedTuple):
    name: str
    value: object
    where: Whereabouts
    type: str | None
    trail: tuple[str, ...] = ()


def _member(owner: Owner, said: _Given, defined: Mapping[str, str], problems: list[Diagnostic]) -> Member | None:
    """Return a metafield; None where something is wrong with it."""
    address = Address(METAFIELDS_ON[owner.address.kind], f"{owner.address.key}/{said.name}")
    name = f"{owner.address.kind}.{said.name}"
    of_definition = defined.get(name)
    type_name = said.type or of_definition
    if said.type is not None and of_definition not in {None, said.type}:
        summary = f"metafield {said.name} of {owner.address} is a {said.type}, and its definition says {of_definition}"
        hint = "leave the type out, or change it in catalog/metafields.yaml"
        problems.append(Diagnostic(summary, said.where.place, hint))
    elif said.value is None:
        return Member(address, None, said.where, trail=said.trail)
    elif type_name is not None:
        return Member(address, {"type": type_name, "value": said.value}, said.where, trail=said.trail)
    else:
        hint = f"define {name} in catalog/metafields.yaml, or write {{type: ..., value: ...}}"
        summary = f"metafield {said.name} of {owner.address} has no type, and no definition gives it one"
        problems.append(Diagnostic(summary, said.where.place, hint, misses=name))
    return None
