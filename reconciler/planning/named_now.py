"""Which live object is which address of a run: by the ids that the run knew, else by what it wrote or removed."""

from collections.abc import Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.change import Create, FieldChange, Remove, live_id
from reconciler.model.directory import Directory
from reconciler.model.kind import KindSet
from reconciler.model.state import Found, FoundGroup, Live
from reconciler.planning.identity import named_as_planned
from reconciler.planning.written import Fields, Written


def named_now(root: Address, group: FoundGroup | None, written: Written, kinds: KindSet, directory: Directory) -> Live:
    """Return what a store holds of a group under the addresses that a run gave to its objects.

    By their ids, whatever they are called today, and what those hang on by where they are met. What came in the place
    of something that went, and what nobody told the id of, is matched against what the run removed or made.
    ``written``: what it wrote of this group.
    """
    if group is None:
        return Live()
    present = {(each.kind, each.id): each for each in (group.root, *group.children)}
    own = written.changes.values()
    ids = dict(written.ids)
    ids |= {change.address: found for change in own if (found := live_id(change)) is not None}
    here = {at: found for at, found in ids.items() if (at.kind, found) in present}
    here |= dict(_above({at: present[at.kind, found] for at, found in here.items()}, kinds))
    gone = {
        change.address: {each.path: each.before for each in change.fields}
        for change in own
        if isinstance(change, Remove) and change.how == "delete"
    }
    lost = {**written.held, **gone}
    wanted = [
        made_again(at, {path: each for path, each in fields.items() if each is not None}) for at, fields in lost.items()
    ]
    wanted += [change for change in own if isinstance(change, Create) and change.address not in ids]
    spare = [change for change in wanted if change.address not in here]
    return named_as_planned(root, spare, group, kinds=kinds, directory=directory, references={root: here})


def _above(here: Mapping[Address, Found], kinds: KindSet) -> Iterator[tuple[Address, str]]:
    """Yield the ids of the variants that something of the run hangs on: it need not have written any of their own."""
    for address, found in here.items():
        parent = kinds.parent_of(address)
        is_known = parent is None or parent in here or kinds.parent_of(parent) is None
        if parent is not None and found.parent is not None and not is_known:
            yield parent, found.parent


def made_again(address: Address, fields: Fields) -> Create:
    """Return the making of something with the fields that it had."""
    return Create(address, tuple(FieldChange(path, None, value, "new") for path, value in fields.items()))
