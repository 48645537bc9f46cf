"""Habit: how a store was read last, kept among the notes of a repository.

Pages and exports spell one answer in two ways. A store of which either takes about as long would be read now this way,
now that, and nothing that was noted of its answers would be known again.
"""

from pathlib import Path

from reconciler.app.repository.notes import notes_of


class NotedHabit:
    """The habit of one store."""

    def __init__(self, root: Path, store: str) -> None:
        self._notes = notes_of(root, f"reading-{store}")

    def was_exported(self, connection: str) -> bool | None:
        """Return whether an export was made last; None where nothing is noted."""
        held = self._notes.get(connection)
        return bool(held[0]) if held else None

    def note(self, connection: str, *, exported: bool) -> None:
        """Note whether one is made this time."""
        self._notes.put(connection, [exported])
        self._notes.save()
