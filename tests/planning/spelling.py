"""How case files spell groups and changes, for everything that is tested with data.

A product of a store, with its variants, by the key that it carries (``mark: null``: none):

    shirt: {id: P1, mark: shirt, title: Shirt, variants: [{id: V1, sku: A, price: "49.00"}]}

A change is ``ACTION: ADDRESS`` with ``id``, ``fields: {path: [before, after]}``, and where they matter ``how``, ``was``
and ``waits_for``. A created thing has no before: ``fields: {path: after}``.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, FieldChange, Move, Remove, Update, live_id
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Found, FoundGroup, Live
from reconciler.planning.identity import named
from tests import case_files

Case = Mapping[str, Any]


def cases(folder: Path) -> Iterator[tuple[str, Case]]:
    """Yield each case below a folder with its claim and its file, in the order of files."""
    for file in sorted(folder.rglob("*.yaml")):
        for case in case_files.read(file):
            yield f"{file.stem}: {case['claim']}", case


def resource(kind: str, fields: Mapping[str, Any]) -> Resource:
    """Return a resource with these fields."""
    return KINDS[kind].resource(**fields)


def desired(spelled: Mapping[str, Mapping[str, Any]]) -> Desired:
    """Return what git asks for: address → fields."""
    addresses = [(Address.parse(text), fields) for text, fields in spelled.items()]
    return Desired({address: resource(address.kind, fields) for address, fields in addresses})


def found_group(spelled: Mapping[str, Any]) -> FoundGroup:
    """Return a product of a store with its variants."""
    children = [_found("variant", variant) for variant in spelled.get("variants", ())]
    root = {name: value for name, value in spelled.items() if name != "variants"}
    return FoundGroup(_found("product", root), tuple(children))


def _found(kind: str, spelled: Mapping[str, Any]) -> Found:
    fields = {name: value for name, value in spelled.items() if name not in {"id", "mark"}}
    return Found(kind, spelled["id"], resource(kind, fields), mark=spelled.get("mark"))


def live(spelled: Mapping[str, Mapping[str, Any]], wanted: Mapping[Address, Resource]) -> Live:
    """Return what a store holds, each product under the key that stands before it."""
    resources: dict[Address, Resource] = {}
    ids: dict[Address, str] = {}
    owned: set[Address] = set()
    moved: dict[Address, Address] = {}
    twins: dict[Address, str] = {}
    for key, group in spelled.items():
        root = Address("product", key)
        of_root = {address: each for address, each in wanted.items() if address.root_key == key}
        met = named(root, found_group(group), of_root, KINDS)
        resources |= met.resources
        ids |= met.ids
        owned |= met.owned
        moved |= met.moved
        twins |= met.twins
    return Live(resources, ids, frozenset(owned), moved=moved, twins=twins)


def change(spelled: Mapping[str, Any]) -> Change:
    """Return the change that a case spells."""
    waits_for = tuple(Address.parse(text) for text in spelled.get("waits_for", ()))
    match spelled:
        case {"create": text}:
            made = tuple(FieldChange(path, None, after, "new") for path, after in spelled["fields"].items())
            return Create(Address.parse(text), made, waits_for)
        case {"adopt": text}:
            return Adopt(Address.parse(text), spelled["id"], _fields(spelled), waits_for)
        case {"move": text}:
            return Move(Address.parse(text), spelled["id"], Address.parse(spelled["was"]), _fields(spelled), waits_for)
        case {"update": text}:
            return Update(Address.parse(text), spelled["id"], _fields(spelled), waits_for)
        case {"remove": text}:
            return Remove(Address.parse(text), spelled["id"], _fields(spelled), spelled.get("how", "delete"), waits_for)
        case _:
            message = f"{spelled} is no change; expected create, adopt, move, update or remove"
            raise ValueError(message)


def _fields(spelled: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(path, before, after) for path, (before, after) in spelled.get("fields", {}).items())


def spelled_change(made: Change) -> dict[str, Any]:
    """Return a change as a case spells it."""
    spelled: dict[str, Any] = {made.action: str(made.address)}
    if (its_id := live_id(made)) is not None:
        spelled["id"] = its_id
    if isinstance(made, Create):
        spelled["fields"] = {field.path: field.after for field in made.fields}
    else:
        spelled["fields"] = {field.path: [field.before, field.after] for field in made.fields}
    if isinstance(made, Move):
        spelled["was"] = str(made.was)
    if isinstance(made, Remove):
        spelled["how"] = made.how
    if made.depends_on:
        spelled["waits_for"] = [str(address) for address in made.depends_on]
    return spelled


def filled_in(spelled: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the changes of a case with what they left out."""
    return [spelled_change(change(each)) for each in spelled]
