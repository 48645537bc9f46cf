"""Adopting: edits are proposed, tried on a draft, and kept only if they say what the store holds and nothing else.

Each field goes alone first; what cannot go alone is tried after the others, then together with them: a value of an
option, and the variants that choose it. What no line of the catalog can say becomes an override in the store's file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain

from reconciler.app.importing.draft import Draft, Effect, effects, problem_of
from reconciler.app.plans.drift import instead_of_adopting
from reconciler.kinds import KINDS
from reconciler.loading.yaml_edits import Unwritable
from reconciler.mapping.guess import Guess
from reconciler.mapping.invert import Inverter
from reconciler.model.address import Address
from reconciler.model.adoption import Adopted, AlsoChanged, NotAdopted, Where
from reconciler.model.drift import Drifted, DriftedField
from reconciler.model.errors import InvalidInput
from reconciler.model.json import Json
from reconciler.model.resource import Resource
from reconciler.planning.precondition import values_by_path

Held = Mapping[tuple[Address, str], Json]
"""What the store holds, wherever git asks for something else."""
_NO_LINE = "no line of the catalog can say it"


@dataclass(slots=True)
class Adopting:
    """A draft on its way to what one store holds."""

    store: str
    draft: Draft
    held: Held
    adopted: list[Adopted] = field(default_factory=list)
    refused: list[NotAdopted] = field(default_factory=list)
    _reasons: dict[tuple[Address, str | None], str] = field(default_factory=dict)

    def adopt(self, wanted: Sequence[Drifted]) -> None:
        """Bring the draft to what the store holds of these, as far as files can say it."""
        left = list(chain.from_iterable(map(_alone, wanted)))
        while left:
            rest = [each for each in left if not self._from_catalog(each)]
            if len(rest) == len(left):
                break
            left = rest
        if len(left) > 1 and self._together(left):
            return
        for each in left:
            if not self._as_override(each):
                reason, instead = self._reasons.get(_name(each), _NO_LINE), instead_of_adopting(each)
                self.refused.append(NotAdopted(*_name(each), reason, instead))

    def elsewhere(self, start: Draft) -> Iterator[AlsoChanged]:
        """Yield what the edits ask of other stores."""
        for each in effects(start, self.draft):
            if each.store != self.store:
                currency = self.draft.views[each.store].store.currency
                yield AlsoChanged(each.store, each.address, each.path, each.before, each.after, currency)

    def _from_catalog(self, drifted: Drifted) -> bool:
        return any(self._try((drifted,), guess, "catalog") for guess in self._proposals(drifted))

    def _proposals(self, drifted: Drifted) -> Iterator[Guess]:
        view = self.draft.views[self.store]
        source = view.entries.get(KINDS.root_of(drifted.address))
        overridden = view.store.overrides.get(drifted.address, {})
        if source is None or any(each.path in overridden for each in drifted.fields):
            return  # an override has the last word: it is the override that has to change
        yield from Inverter(view.mapper, view.catalog).proposals(source, drifted)

    def _together(self, left: Sequence[Drifted]) -> bool:
        """Try the likeliest edits of all that is left at once."""
        guesses: list[Guess] = []
        for each in left:
            first = next(self._proposals(each), None)
            if first is None:
                return False
            guesses.append(first)
        return self._try(left, tuple(chain.from_iterable(guesses)), "catalog")

    def _as_override(self, drifted: Drifted) -> bool:
        view, kind = self.draft.views[self.store], KINDS[drifted.address.kind]
        if drifted.how == "removed":
            off = {name: False for name in ("published",) if name in kind.resource.model_fields}
            fields = tuple(DriftedField(name, None, value, None) for name, value in off.items())
        else:
            fields = () if drifted.how == "added" else drifted.fields
        if not fields or any("." in each.path for each in fields):
            return False
        said = replace(drifted, fields=fields)
        guess = Inverter(view.mapper, view.catalog).override(said, lambda each: _final(each, kind.resource))
        return self._try((drifted,), guess, "override")

    def _try(self, wanted: Sequence[Drifted], guess: Guess, where: Where) -> bool:
        """Keep a guess if the draft with it says what the store holds of what is wanted, and nothing else."""
        try:
            tried = self.draft.edited(guess)
            changed = list(effects(self.draft, tried))
        except Unwritable as error:
            return self._note(wanted, str(error))
        except InvalidInput as error:
            return self._note(wanted, f"the files would not be right: {problem_of(error)}")
        for each in wanted:
            if not self._holds(each, tried):
                return self._note(wanted, "the rules make something else of every value that was tried")
        if (odd := next((each for each in changed if self._is_odd(each, tried, wanted)), None)) is not None:
            return self._note(wanted, f"the same line also makes {odd.path} of {odd.address}")
        files = tuple(dict.fromkeys(edit.file for edit in guess))
        for each in wanted:
            self.adopted += _told(
                each, where, files, self._reasons.get(_name(each), _NO_LINE) if where == "override" else None
            )
        self.draft = tried
        return True

    def _note(self, wanted: Sequence[Drifted], reason: str) -> bool:
        for each in wanted:
            self._reasons[_name(each)] = reason
        return False

    def _holds(self, drifted: Drifted, draft: Draft) -> bool:
        """Whether git would ask for what the store holds."""
        view = draft.views[self.store]
        root = KINDS.root_of(drifted.address)
        resource = view.group(root).resources.get(drifted.address) if root in view.entries else None
        if drifted.how == "removed":
            return resource is None and root in view.entries
        if resource is None:
            return False
        said = values_by_path(resource)
        held = {each.path: each.store for each in drifted.fields}
        if drifted.how == "added":
            along = KINDS[drifted.address.kind].along
            return all(held.get(path) == value for path, value in resource.spelled().items() if path not in along)
        return all(
            path in said and (said[path] == value or self._is_merged_into(drifted.address, path, said[path], value))
            for path, value in held.items()
        )

    def _is_merged_into(self, address: Address, path: str, said: Json, held: Json) -> bool:
        """Whether other people may have more members in a set, and ours are among them."""
        view, root = self.draft.views[self.store], KINDS.root_of(address)
        owner = view.mapper.ownership.overridden(view.group(root).ownership).of(address.kind, path)
        if owner != "merge" or not isinstance(said, list) or not isinstance(held, list):
            return False
        return path in KINDS[address.kind].mergeable and all(member in held for member in said)

    def _is_odd(self, effect: Effect, draft: Draft, wanted: Sequence[Drifted]) -> bool:
        """Whether an edit changes what nobody asked for: what the store held already, or holds otherwise."""
        if effect.store != self.store:
            return False
        if any(effect.address == each.address and _speaks_of(each, effect.path) for each in wanted):
            return False
        if (effect.address, effect.path) in self.held:
            return self.held[effect.address, effect.path] != effect.after
        return not self._makes_room(effect, draft, wanted)

    def _makes_room(self, effect: Effect, draft: Draft, wanted: Sequence[Drifted]) -> bool:
        """Whether a root only got what it needs to hold a child that was added: the option value of a variant."""
        kind = KINDS[effect.address.kind]
        added = [each.address for each in wanted if each.how == "added"]
        if kind.parent is not None or not any(KINDS.root_of(address) == effect.address for address in added):
            return False
        before = self.draft.views[self.store].group(effect.address)
        after = draft.views[self.store].group(effect.address).resources
        children = [after[address] for address in after if address != effect.address]
        room = kind.accommodate(before.resources[effect.address], children)
        return room.spelled().get(effect.path) == effect.after


def _alone(drifted: Drifted) -> Iterator[Drifted]:
    """Yield each edited field by itself; what was added or removed is one thing."""
    if drifted.how == "edited":
        yield from (replace(drifted, fields=(each,)) for each in drifted.fields)
    else:
        yield drifted


def _name(drifted: Drifted) -> tuple[Address, str | None]:
    """Return the address with its one field; without, where it is about the thing itself."""
    return drifted.address, drifted.fields[0].path if drifted.how == "edited" else None


def _speaks_of(drifted: Drifted, path: str) -> bool:
    return drifted.how != "edited" or any(each.path.partition(".")[0] == path for each in drifted.fields)


def _told(drifted: Drifted, where: Where, files: tuple[str, ...], because: str | None) -> Iterator[Adopted]:
    if drifted.how == "edited":
        for each in drifted.fields:
            yield Adopted(drifted.address, each.path, each.git, each.store, where, files, because)
    else:
        git, store = ("there", "gone") if drifted.how == "removed" else ("not there", "there")
        yield Adopted(drifted.address, None, git, store, where, files, because)


def _final(each: DriftedField, resource: type[Resource]) -> object:
    """Return a value as people write it: an amount as a number."""
    try:
        held = resource.model_validate({each.path: each.store}).managed()[each.path]
    except ValueError:
        return each.store
    return held if isinstance(held, Decimal) else each.store
