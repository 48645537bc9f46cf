"""What follows a key that moves: the handle, where no file gives one, and with it the address in the shop."""

from collections.abc import Iterator, Sequence

from reconciler.app.repository.store_view import Asked
from reconciler.kinds import KINDS
from reconciler.model.catalog import ListedEntry
from reconciler.model.change import Change, Move


def following(entry: Asked | None, changes: Sequence[Change]) -> Iterator[str]:
    """Yield a note for each moved key that takes its handle along: whoever moves a key may not think of addresses."""
    moves = [change for change in changes if isinstance(change, Move)]
    if not moves or entry is None or isinstance(entry, ListedEntry) or "handle" in entry.document.model_fields_set:
        return
    for change in moves:
        alias = KINDS[change.address.kind].alias
        for field in change.fields:
            if field.path == alias:
                yield (
                    f"{change.address}: its {alias} follows its key, from {field.before} to {field.after}, and so does "
                    f"its address in the shop; a redirect leads from the old one. To keep it: {alias}: {field.before}"
                )
