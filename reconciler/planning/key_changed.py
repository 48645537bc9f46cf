"""Keys that changed: what goes and what is new may be one thing, when people know its children by the same names.

A key is for life, so that another one makes another product and sets the old one aside. Whoever only wrote another key
wants to hear of `moved` before that. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Remove
from reconciler.model.kind import KindSet
from reconciler.model.state import Live

Known = frozenset[tuple[str, str, str]]
"""Kind, field and value: what children of a root are known by."""


def known_of(root: Address, live: Live, kinds: KindSet) -> Known:
    """Return what people know the children of a live root by."""
    return frozenset(
        (kind.name, name, str(value))
        for kind in kinds.children(root.kind)
        for name in kind.known_by
        for address, resource in live.resources.items()
        if address.kind == kind.name and (value := getattr(resource, name, None)) is not None
    )


def perhaps_moved(
    gone: Mapping[Address, Known], changes: Iterable[Change], file_of: Callable[[Address], str], kinds: KindSet
) -> Iterator[str]:
    """Yield a note on each root that goes while one new root has all that it is known by.

    ``gone``: the roots that git no longer asks for. ``file_of``: where a new one is written.
    """
    made: set[Address] = set()
    removed: list[Address] = []
    holders: dict[tuple[str, str, str], Address] = {}
    for change in changes:
        if isinstance(change, Create):
            made.add(change.address)
            known = kinds[change.address.kind].known_by
            given = [(change.address.kind, each.path, str(each.after)) for each in change.fields if each.path in known]
            holders |= dict.fromkeys(given, kinds.root_of(change.address))
        elif isinstance(change, Remove) and gone.get(change.address):
            removed.append(change.address)
    for old in sorted(removed):
        new = {holders.get(name) for name in gone[old]}
        (one,) = new if len(new) == 1 else (None,)
        if one is not None and one in made:
            names = " and ".join(sorted({name for _, name, _ in gone[old]}))
            yield (
                f"{one} has every {names} of {old}, which would go: if it is the same {one.kind}, "
                f"write `moved: {old.key}` into {file_of(one)}"
            )
