"""The use case ``explain``: where each value of an address comes from, and why it is or is not in a store."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.app.repository.store_view import COLLECTION, PRODUCT, Asked, StoreView
from reconciler.app.repository.workspace import Workspace, open_workspace
from reconciler.kinds import KINDS
from reconciler.mapping.select import Selection, why
from reconciler.mapping.trace import Step, trace
from reconciler.model.address import Address
from reconciler.model.catalog import Entry, ListedEntry
from reconciler.model.category import CategoryEntry
from reconciler.model.errors import WrongUsage
from reconciler.model.json import Json
from reconciler.model.meant import meant
from reconciler.model.state import Desired
from reconciler.model.store import Store

_PLAIN = re.compile(r"\w[^\n,:#{}\[\]\"']*")  # a text that is read as itself within a list


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """The way of one value, first step to last."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class StoreExplanation:
    """What an address is in one store, and why."""

    store: str
    selection: Selection
    fields: tuple[ExplainedField, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an address is in every store that was asked about."""

    address: Address
    stores: tuple[StoreExplanation, ...]

    def lines(self) -> list[str]:
        """Return the words for a person; values are as the files say them, and may hold anything."""
        return [line for store in self.stores for line in _lines(self.address, store)]

    def document(self) -> Json:
        """Return the same for a program."""
        return {
            "address": str(self.address),
            "stores": {
                each.store: {
                    "reaches": each.selection.reaches,
                    "reason": each.selection.reason,
                    "place": str(each.selection.place),
                    "fields": {field.name: [_step(step) for step in field.steps] for field in each.fields},
                }
                for each in self.stores
            },
        }


def explained(root: Path, address_text: str, store_name: str | None) -> Explanation:
    """Return where the values of an address come from. Raises WrongUsage for what the catalog does not have."""
    workspace = open_workspace(root, [store_name] if store_name else [])
    address = _address(address_text)
    entry = _entry(workspace, address)
    return Explanation(address, tuple(_in_store(workspace, store, entry, address) for store in workspace.stores))


def _address(text: str) -> Address:
    try:
        address = Address.parse(text)
    except ValueError as error:
        raise WrongUsage(str(error)) from error
    known = [kind.name for kind in KINDS if not kind.standing]
    if address.kind not in known:
        hint = meant(address.kind, known)
        raise WrongUsage(f"{text}: there is nothing to explain about a {address.kind}; {hint}")
    return address


def _entry(workspace: Workspace, address: Address) -> Asked:
    root = KINDS.root_of(address)
    catalog = workspace.catalog
    known: Mapping[str, Asked] = {key.key: entry for key, entry in catalog.listed.items() if key.kind == root.kind}
    if root.kind in {PRODUCT, COLLECTION}:
        known = catalog.entries if root.kind == PRODUCT else catalog.categories
    entry = known.get(root.key)
    now = catalog.formerly().get(root)
    if entry is None and now is not None:
        raise WrongUsage(f"{address}: {root} has moved to {now}; ask for that")
    if entry is None:
        hint = meant(root.key, known, "`reconciler validate` says how many there are")
        raise WrongUsage(f"{address}: no {root.kind} of the catalog has the key {root.key}; {hint}")
    return entry


def _in_store(workspace: Workspace, store: Store, entry: Asked, address: Address) -> StoreExplanation:
    selection = why(entry, store)
    if not selection.reaches:
        return StoreExplanation(store.name, selection, ())
    view = workspace.view(store)
    if not isinstance(entry, ListedEntry) and view.mapper.subject(entry, address) is not None:
        return StoreExplanation(store.name, selection, tuple(_by_rules(view, entry, address)))
    desired = view.group(KINDS.root_of(address))
    if address in desired.resources:
        return StoreExplanation(store.name, selection, tuple(_as_given(desired, address)))
    if address in desired.absent:
        origin = desired.origin(address, "")
        step = Step(origin.place if origin else None, f"{address.kind}, which must not be there", None)
        return StoreExplanation(store.name, selection, (ExplainedField(address.kind, (step,)),))
    keys = [str(each) for each in desired.resources]
    hint = meant(str(address), keys, f"it has {', '.join(keys)}")
    root = KINDS.root_of(address)
    raise WrongUsage(f"{address}: the {root.kind} has no such {address.kind} in store {store.name}; {hint}")


def _by_rules(view: StoreView, entry: Entry | CategoryEntry, address: Address) -> Iterator[ExplainedField]:
    for name in KINDS[address.kind].resource.model_fields:
        steps = (*trace(view.mapper, entry, address, name), *_overridden(view, address, name))
        if steps:
            yield ExplainedField(name, steps)


def _overridden(view: StoreView, address: Address, name: str) -> Iterator[Step]:
    """Yield the last step of a value that the store's file gives, whatever the rules make."""
    overrides = view.mapper.overrides
    fields = overrides.of(KINDS.root_of(address)).get(address, {})
    if name in fields:
        origin = overrides.origin(address, name)
        yield Step(origin.place, origin.trail[-1], fields[name])


def _as_given(desired: Desired, address: Address) -> Iterator[ExplainedField]:
    """Yield the fields of what no rule table makes: the line that gives the value, and a rule that it went through."""
    for name, value in desired.resources[address].managed().items():
        origin = desired.origin(address, name)
        place, trail = (origin.place, origin.trail) if origin is not None else (None, ())
        through = (Step(None, each, value) for each in trail)
        yield ExplainedField(name, (Step(place, f"{address.kind}.{name}", value), *through))


def _lines(address: Address, store: StoreExplanation) -> Iterator[str]:
    presence = "is in" if store.selection.reaches else "is not in"
    yield f"{address} {presence} store {store.store}: {store.selection.reason} ({store.selection.place})"
    for field in store.fields:
        yield f"  {field.name}"
        for step in field.steps:
            where = f"  ({step.place})" if step.place else ""
            yield f"    {step.what} → {_shown(step.value)}{where}"


def _step(step: Step) -> Json:
    return {"place": str(step.place) if step.place else None, "what": step.what, "value": _shown(step.value)}


def _shown(value: object) -> str:
    """Return a value as a file would say it; a text of its own without quotes."""
    return value if isinstance(value, str) else _spelled(value)


def _spelled(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
        case Mapping():
            return f"{{{', '.join(f'{_spelled(name)}: {_spelled(each)}' for name, each in value.items())}}}"
        case tuple() | list() | set() | frozenset():
            return f"[{', '.join(map(_spelled, value))}]"
        case _:
            return str(value)
