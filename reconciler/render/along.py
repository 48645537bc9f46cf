"""Along: what a deletion takes with it that is no change of its own, said in the group that it goes from."""

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.address import Address
from reconciler.model.change import Change, Remove
from reconciler.render.printable import clipped, printable
from reconciler.render.words import child_name, number

_FEW: Final = 6
_LONGEST: Final = 120


def along_lines(changes: Iterable[Change], root: Address) -> Iterator[str]:
    """Yield a line for each thing that goes along; past a few they are only counted."""
    every = [
        f"{'' if change.address == root else child_name(change.address) + ': '}{taken}"
        for change in changes
        if isinstance(change, Remove)
        for taken in change.takes_along
    ]
    yield from (f"takes along {clipped(printable(each), _LONGEST)}" for each in every[:_FEW])
    if len(every) > _FEW:
        yield f"takes along {number(len(every) - _FEW)} more; the plan file names them"
