"""Overrides: what one store has otherwise than files and rules say, field by field; applied last, to a whole group.

An override is a final value, as the store is to hold it. It changes what git asks for anyway, and it may bring back
what a file says must not be there; it makes nothing else, so that a misspelled address is found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pydantic import ValidationError

from reconciler.mapping.misfits import misfit, said
from reconciler.model.address import Address
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.kind import KindSet
from reconciler.model.origin import FieldPath, Origin
from reconciler.model.resource import Resource
from reconciler.model.state import Desired
from reconciler.model.store import Store

TRAIL: Final = "override"
"""What an origin says of a value that comes from here."""
_SECTION: Final = "overrides"


class Overrides:
    """The overrides of one store, by the group that they are about."""

    def __init__(self, store: Store, kinds: KindSet) -> None:
        self._store = store
        self._types = {kind.name: kind.resource for kind in kinds}
        self._by_root: dict[Address, dict[Address, Mapping[str, object]]] = {}
        for address, fields in store.overrides.items():
            if address.kind in self._types:
                self._by_root.setdefault(kinds.root_of(address), {})[address] = fields

    def of(self, root: Address) -> Mapping[Address, Mapping[str, object]]:
        """Return the overrides of a group: address → field → value."""
        return self._by_root.get(root, {})

    def roots(self) -> Iterator[Address]:
        """Yield the groups that have any."""
        yield from self._by_root

    def origin(self, address: Address, field: str) -> Origin:
        """Return where an override stands."""
        path: FieldPath = (_SECTION, str(address), field)
        return Origin(self._store.place(path), (TRAIL,))

    def applied(self, root: Address, desired: Desired) -> Desired:
        """Return the group with its overrides. Raises InvalidInput for each value that a kind refuses.

        An override of what the group does not have is left out here: ``validate`` says so, once for the whole store.
        """
        overrides = self.of(root)
        if not overrides:
            return desired
        made: dict[Address, Resource] = {}
        problems: list[Diagnostic] = []
        for address, fields in overrides.items():
            held = desired.resources.get(address)
            if held is not None or address in desired.absent:
                try:
                    values = {**(held.spelled() if held is not None else {}), **fields}
                    made[address] = self._types[address.kind].model_validate(values)
                except ValidationError as error:
                    problems += self._misfits(error, address)
        if problems:
            raise InvalidInput(problems)
        return self._with(made, desired, overrides)

    def _with(
        self,
        made: Mapping[Address, Resource],
        desired: Desired,
        overrides: Mapping[Address, Mapping[str, object]],
    ) -> Desired:
        unwanted = frozenset(address for address, resource in made.items() if not resource.is_wanted)
        resources = {**desired.resources, **made}

        def origin(address: Address, field: str) -> Origin | None:
            given = overrides.get(address, {}) if address in made else {}
            return self.origin(address, field) if field in given else desired.origin(address, field)

        return replace(
            desired,
            resources={address: each for address, each in resources.items() if address not in unwanted},
            absent=(desired.absent - made.keys()) | unwanted,
            origin=origin,
        )

    def _misfits(self, error: ValidationError, address: Address) -> Iterator[Diagnostic]:
        for each in error.errors(include_url=False):
            if each["type"] == "extra_forbidden" and len(each["loc"]) == 1:
                continue  # the store's file was told so, with the field that was meant
            name = str(each["loc"][0]) if each["loc"] else ""
            summary = f"{name} of {address}{misfit(each)}" if name else f"{address}: {said(each)}"
            path: FieldPath = (_SECTION, str(address), *([name] if name else ()))
            yield Diagnostic(summary, self._store.place(path), "an override is a final value, as the store holds it")
