"""The use case ``drift``: what stores hold that git did not ask for, read off their plans by the cause of each field.

Without a base nobody knows which side changed, so that every difference counts. What customers moved, and what git only
watches, is listed apart and is no drift: an alarm that always rings is heard by nobody.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from shlex import quote
from typing import Final

from reconciler.app.repository.store_view import COLLECTION, PRODUCT
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, FieldChange, Move, Remove, Update
from reconciler.model.drift import Drift, Drifted, DriftedField, How, Moved, Watched
from reconciler.model.plan import Plan
from reconciler.model.store import Store

_STOCK: Final = "stock"
_BY_STORE: Final = frozenset({"store", "both"})


def drift_of(plan: Plan, store: Store, project: str | None = None) -> Drift:
    """Return what a store holds that git did not ask for. ``plan``: of the whole store, or of a scope.

    ``project``: the repository, where the reader's commands have to name it.
    """
    here = f" --project {quote(project)}" if project is not None else ""
    drifted = list(_drifted(plan))
    addresses = {each.address for each in drifted}
    moved = [each for each in plan.observed if each.cause == "sold"]
    return Drift(
        target=plan.target,
        file=store.file,
        inputs=plan.inputs,
        scope=plan.scope,
        complete=plan.complete,
        errored=plan.errored,
        items=tuple(_with_cures(each, store, here) for each in _folded(drifted)),
        sold=tuple(Moved(each.address, each.git, each.store) for each in moved),
        watched=tuple(
            Watched(each.address, each.path, each.git, each.store) for each in plan.observed if each.cause != "sold"
        ),
        pending=sum(change.address not in addresses and not _is_ours(change) for change in plan.changes),
        notes=plan.notes,
        project=project,
    )


def adoptable(plan: Plan, addresses: Collection[Address], fields: Collection[str] = ()) -> Iterator[Drifted]:
    """Yield what is to be adopted at these addresses; a root stands for all that is below it.

    Without ``fields`` it is what the store changed: what git changed since is not undone unasked. Counts that customers
    moved, and what git only watches, have to be named: by their own address, or by a field.
    """
    two_way = plan.inputs.base_commit is None
    for change in plan.changes:
        exact = change.address in addresses
        if _is_ours(change) or not (exact or KINDS.root_of(change.address) in addresses):
            continue
        how = _how(change)
        if fields:
            named = [each for each in change.fields if exact and how == "edited" and _is_named(each.path, fields)]
        else:
            named = [each for each in change.fields if _counts(each, change, two_way=two_way and exact)]
        if named:
            yield Drifted(change.address, how, tuple(map(_field, named if how == "edited" else change.fields)))
    watched: dict[Address, list[DriftedField]] = {}
    for each in plan.observed:
        if each.address in addresses and (not fields or _is_named(each.path, fields)):
            watched.setdefault(each.address, []).append(DriftedField(each.path, each.git, each.store, None))
    for address, seen in watched.items():
        yield Drifted(address, "edited", tuple(seen))


def _is_named(path: str, fields: Collection[str]) -> bool:
    return path in fields or path.partition(".")[0] in fields


def _is_ours(change: Change) -> bool:
    """Whether a change is about what every store needs, and no catalog speaks of."""
    return bool(KINDS[change.address.kind].standing)


def _drifted(plan: Plan) -> Iterator[Drifted]:
    two_way = plan.inputs.base_commit is None
    for change in plan.changes:
        if _is_ours(change) or (two_way and isinstance(change, Adopt)):
            continue
        fields = [each for each in change.fields if _counts(each, change, two_way=two_way)]
        if fields:
            shown = fields if _how(change) == "edited" else list(change.fields)
            yield Drifted(change.address, _how(change), tuple(map(_field, shown)))


def _folded(drifted: Collection[Drifted]) -> Iterator[Drifted]:
    """Yield what drifted, and what is gone because the thing that it hangs on is gone with that."""
    along: dict[Address, list[Address]] = {each.address: [] for each in drifted if each.how == "removed"}
    kept = []
    for each in drifted:
        root = KINDS.root_of(each.address)
        if each.how == "removed" and root != each.address and root in along:
            along[root].append(each.address)
        else:
            kept.append(each)
    yield from (replace(each, along=tuple(along.get(each.address, ()))) for each in kept)


def _counts(field: FieldChange, change: Change, *, two_way: bool) -> bool:
    if field.cause is None or field.cause in _BY_STORE:
        return True
    return two_way and isinstance(change, Create)  # it may be new in git, or gone from the store: nobody knows


def _field(change: FieldChange) -> DriftedField:
    known = change.cause if change.cause in _BY_STORE else None
    return DriftedField(change.path, change.after, change.before, known, change.origin)


def _how(change: Change) -> How:
    match change:
        case Create():
            return "removed"
        case Remove():
            return "added"
        case Adopt() | Move() | Update():
            return "edited"


def _with_cures(drifted: Drifted, store: Store, here: str) -> Drifted:
    # Without fields a root's address takes along all that hangs on it, which is more than the line speaks of.
    paths = dict.fromkeys(field.path for field in drifted.fields) if drifted.how == "edited" else ()
    fields = "".join(f" --field {quote(path)}" for path in paths)
    command = f"reconciler drift {quote(store.name)} --adopt {quote(str(drifted.address))}{fields}{here}"
    return replace(
        drifted,
        adopt=None if _beyond_files(drifted) else command,
        instead=instead_of_adopting(drifted),
        silence=_silence(drifted),
        narrower=_narrower(drifted),
    )


def _beyond_files(drifted: Drifted) -> bool:
    """Whether no edit of a file can ever say what the store holds."""
    kind = KINDS[drifted.address.kind]
    if drifted.how == "removed":
        return kind.parent is None
    if drifted.how == "added":
        return drifted.address.kind not in {"variant", "membership"}
    return all(field.path in kind.along or (field.path == "image" and kind.along) for field in drifted.fields)


def instead_of_adopting(drifted: Drifted) -> str | None:
    """Return what to do where nothing can be written; None where adopting is all there is to say."""
    kind, key = drifted.address.kind, drifted.address.key
    match drifted.how:
        case "removed" if KINDS[kind].parent is None:
            unpublished = f"write published: false in the file of {key}, or delete that"
            said = unpublished if kind in {"product", "collection"} else f"take {key} out of the catalog"
            return f"apply makes it again; to keep it gone, {said}"
        case "removed":
            return "apply makes it again"
        case "added" if kind == "image":
            return "download it to catalog/images and list it under images, or apply takes it off"
        case "added" if KINDS[kind].parent is None:
            return f"apply sets it aside again; to keep it, give the catalog a {kind} with the key {key}"
        case "added" if _beyond_files(drifted):
            return "apply takes it away"
        case _ if _beyond_files(drifted):
            return "download the picture to catalog/images and name it in the catalog"
        case _:
            return None


def _silence(drifted: Drifted) -> str | None:
    """Return what the store's file would say for the store to decide."""
    kind = KINDS[drifted.address.kind]
    if kind.refers_to == "location":
        return f"{kind.name}: observe" if kind.name == _STOCK else None
    if drifted.how == "added":
        return f"ownership: {{{kind.name}: merge}}" if kind.parent is not None else None
    if drifted.how == "removed":
        return None
    names = dict.fromkeys(field.path.partition(".")[0] for field in drifted.fields)
    owners = (f"{kind.name}.{name}: {'merge' if name in kind.mergeable else 'observe'}" for name in names)
    return f"ownership: {{{', '.join(owners)}}}"


def _narrower(drifted: Drifted) -> str | None:
    """Return what the file of the product or category would say, where it can say it at all."""
    if KINDS.root_of(drifted.address).kind not in {PRODUCT, COLLECTION}:
        return None
    return "intent: observe, at the quantity" if drifted.address.kind == _STOCK else _silence(drifted)
