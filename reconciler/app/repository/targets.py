"""Targets: what values of a store's catalog point at by address, and whether it is there to be pointed at."""

from collections.abc import Iterator, Mapping

from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.meant import meant
from reconciler.model.origin import Place
from reconciler.model.state import Desired


def dangling(view: StoreView, targets: Mapping[Address, Address]) -> Iterator[Diagnostic]:
    """Yield a problem for each target that git does not ask for in the store. ``targets``: each with who names it."""
    moved = view.catalog.formerly()
    for target, pointing in targets.items():
        root = KINDS.root_of(target) if target.kind in KINDS else target
        known = _known(view, root, target)
        if target not in known and root in moved:
            now = Address(target.kind, f"{moved[root].key}{target.key.removeprefix(root.key)}")
            place = _place(view.group(pointing), target)
            yield Diagnostic(
                f"{root} has moved to {moved[root]}, so nothing can point at {target}", place, f"write {now}"
            )
        elif target not in known:
            place = _place(view.group(pointing), target)
            hint = meant(str(target), {*map(str, known)}, "write the key of one that is, or an id: gid://shopify/...")
            yield Diagnostic(f"{target} is not in store {view.store.name}, so nothing can point at it", place, hint)


def _place(group: Desired, target: Address) -> Place:
    """Return the place of a value that points at a target."""
    for address, resource in group.resources.items():
        pointing = KINDS[address.kind].pointing
        if pointing is not None and target in pointing.targets(resource):
            origin = group.origin(address, "value")
            return origin.place if origin and origin.place else Place("catalog")
    return Place("catalog")


def _known(view: StoreView, root: Address, target: Address) -> set[Address]:
    if target == root or root not in view.entries:
        return {address for address in view.entries if address.kind == root.kind}
    try:
        return {address for address in view.group(root).resources if address.kind == target.kind}
    except InvalidInput:
        return {target}  # what is wrong there is told already
