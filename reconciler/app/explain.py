"""The use case ``explain``: where each value of an address comes from, and why a product is or is not in a store."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from reconciler.app.store_view import PRODUCT, StoreView
from reconciler.app.workspace import Workspace, open_workspace
from reconciler.kinds import KINDS
from reconciler.mapping.select import Selection, why
from reconciler.mapping.trace import Step, trace
from reconciler.model.address import Address
from reconciler.model.catalog import Entry
from reconciler.model.errors import WrongUsage
from reconciler.model.json import Json
from reconciler.model.store import Store


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

    def text(self) -> str:
        """Return the words for a person."""
        return "\n".join(line for store in self.stores for line in _lines(self.address, store))

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
    if address.kind not in KINDS or KINDS.root(address.kind) != PRODUCT:
        known = ", ".join([PRODUCT, *(kind.name for kind in KINDS.children(PRODUCT))])
        raise WrongUsage(f"{text}: there is nothing to explain about a {address.kind}; expected one of {known}")
    return address


def _entry(workspace: Workspace, address: Address) -> Entry:
    entry = workspace.catalog.entries.get(address.root_key)
    if entry is None:
        hint = _meant(address.root_key, workspace.catalog.entries, "`reconciler validate` says how many there are")
        raise WrongUsage(f"{address}: no product of the catalog has the key {address.root_key}; {hint}")
    return entry


def _in_store(workspace: Workspace, store: Store, entry: Entry, address: Address) -> StoreExplanation:
    selection = why(entry, store)
    if not selection.reaches:
        return StoreExplanation(store.name, selection, ())
    view = workspace.view(store)
    if view.mapper.subject(entry, address) is None:
        keys = [str(subject.address) for subject in view.mapper.subjects(entry)]
        hint = _meant(str(address), keys, f"it has {', '.join(keys)}")
        raise WrongUsage(f"{address}: the product has no such variant; {hint}")
    return StoreExplanation(store.name, selection, tuple(_fields(view, entry, address)))


def _meant(name: str, known: Iterable[str], otherwise: str) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]}?" if near else otherwise


def _fields(view: StoreView, entry: Entry, address: Address) -> Iterator[ExplainedField]:
    for name in KINDS[address.kind].resource.model_fields:
        steps = trace(view.mapper, entry, address, name)
        if steps:
            yield ExplainedField(name, steps)


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
    return "null" if value is None else str(value)
