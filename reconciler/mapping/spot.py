"""Spot: one document of a file, as the place of edits: where paths begin in the file, and what stands beside a key."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from reconciler.mapping.subject import document_at, is_there, value_at
from reconciler.model.edit import New, SetMembers, SetValue
from reconciler.model.origin import FieldPath


@dataclass(frozen=True, slots=True)
class Spot:
    """A product, a category, or an entry of a list, in its file."""

    file: str
    above: FieldPath
    document: BaseModel

    def value(self, path: FieldPath) -> object:
        """Return what the document says at a path; None where it says nothing."""
        return value_at(path, self.document)

    def says(self, path: FieldPath) -> bool:
        """Return whether the file gives a value at a path."""
        return is_there(path, self.document)

    def set(self, path: FieldPath, value: object) -> SetValue:
        """Return the edit that sets a value; a new key goes to its place in the order of the model."""
        return SetValue(self.file, (*self.above, *path), value, self._order(path))

    def members(self, path: FieldPath, members: Sequence[int | New]) -> SetMembers:
        """Return the edit that sets the members of a list."""
        return SetMembers(self.file, (*self.above, *path), tuple(members))

    def model(self, path: FieldPath) -> type[BaseModel] | None:
        """Return the model that has the last name of a path as a field; None where names are free."""
        holder = document_at(path[:-1], self.document)
        return type(holder) if isinstance(holder, BaseModel) else None

    def _order(self, path: FieldPath) -> tuple[str, ...]:
        """Return the names that may stand beside the first part of the path that the file does not have."""
        for length in range(1, len(path) + 1):
            if not self.says(path[:length]):
                model = self.model(path[:length])
                return tuple(model.model_fields) if model is not None else ()
        return ()
