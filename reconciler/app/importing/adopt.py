"""The use case ``drift --adopt``: the files come to say what one store holds. All is checked before any is written."""

from collections.abc import Collection, Sequence
from pathlib import Path

from reconciler.app.importing.adopting import Adopting, Held
from reconciler.app.importing.draft import Draft
from reconciler.app.plans.drift import adoptable
from reconciler.app.repository.whole_file import write_whole
from reconciler.app.repository.workspace import open_workspace
from reconciler.app.sessions.session import Session
from reconciler.app.stores.connect import EmbeddedShops
from reconciler.kinds import KINDS
from reconciler.loading.source import digest
from reconciler.model.address import Address
from reconciler.model.adoption import Adoption
from reconciler.model.errors import Diagnostic, InvalidInput, WrongUsage
from reconciler.model.meant import meant
from reconciler.model.origin import Place
from reconciler.model.plan import Plan, Scope


def adopted(
    root: Path, store: str, addresses: Sequence[str], fields: Collection[str], embedded: EmbeddedShops
) -> Adoption:
    """Write what a store holds at these addresses into the files, and return what was done.

    ``fields``: only these, whichever side changed them; none named: all that the store changed. Raises WrongUsage for
    addresses that nothing is known about and fields that nothing there has, InvalidInput where the files would not be
    right.
    """
    asked = [_address(text) for text in addresses]
    _have(asked, fields)
    plan = _plan(root, store, embedded)
    start = Draft.of(open_workspace(root))
    _known(asked, plan, start, store)
    adopting = Adopting(store, start, _held(plan))
    adopting.adopt(list(adoptable(plan, asked, fields)))
    written = tuple(adopting.draft.tree.contents)
    if written:
        adopting.draft.check()
        _write(root, start, adopting.draft)
    return Adoption(
        store=store,
        currency=plan.target.currency,
        written=written,
        adopted=tuple(adopting.adopted),
        refused=tuple(adopting.refused),
        elsewhere=tuple(adopting.elsewhere(start)),
    )


def _plan(root: Path, store: str, embedded: EmbeddedShops) -> Plan:
    fleet = Session(root, [store], embedded).planned(Scope())
    for failure in fleet.failures:
        raise failure.error
    return fleet.results[0].plan


def _address(text: str) -> Address:
    try:
        address = Address.parse(text)
    except ValueError as error:
        raise WrongUsage(str(error)) from None
    known = [kind.name for kind in KINDS if not kind.standing]
    if address.kind not in known:
        message = f"{text}: {address.kind} is not a kind; {meant(address.kind, known)}"
        raise WrongUsage(message)
    return address


def _have(asked: Sequence[Address], fields: Collection[str]) -> None:
    """Refuse a field that none of these kinds has: of a misspelled one, everything would seem to be as git says."""
    kinds = list(dict.fromkeys(address.kind for address in asked))
    known = {name for kind in kinds for name in KINDS[kind].resource.model_fields}
    for field in fields:
        if field.partition(".")[0] not in known:
            has = "has" if len(kinds) == 1 else "have"
            message = f"--field {field}: {' and '.join(kinds)} {has} no field {field}; {meant(field, known)}"
            raise WrongUsage(message)


def _held(plan: Plan) -> Held:
    found = {(change.address, each.path): each.before for change in plan.changes for each in change.fields}
    return found | {(each.address, each.path): each.store for each in plan.observed}


def _known(asked: Sequence[Address], plan: Plan, draft: Draft, store: str) -> None:
    """Refuse addresses that neither git nor the store has: a misspelled one would seem to be as git says."""
    view = draft.views[store]
    differing = {change.address for change in plan.changes}
    for address in asked:
        root = KINDS.root_of(address)
        there = {*differing, *(view.group(root).resources if root in view.entries else ())}
        if address not in there:
            known = sorted(map(str, {*there, *view.entries}))
            hint = meant(str(address), known, f"`reconciler drift {store}` lists what differs")
            message = f"{address}: neither git nor store {store} has it; {hint}"
            raise WrongUsage(message)


def _write(root: Path, start: Draft, draft: Draft) -> None:
    """Write the files that were edited, each whole. Raises InvalidInput when one changed since it was read."""
    inputs = {file: parsed for view in start.views.values() for file, parsed in view.inputs.items()}
    changed = [file for file in draft.tree.contents if digest(start.tree.read(file)) != inputs[file]]
    if changed:
        hint = "run the command again"
        raise InvalidInput([Diagnostic("the file changed while it was read", Place(file), hint) for file in changed])
    for file, content in draft.tree.contents.items():
        try:
            write_whole((root / file).resolve(), content)  # a link stays a link
        except OSError as error:
            raise InvalidInput([Diagnostic(f"cannot be written: {error.strerror}", Place(file))]) from None
