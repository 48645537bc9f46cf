"""Edits of the files of a repository, whatever family they belong to, and the repository as it would be with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from reconciler.loading.source import WorkTree
from reconciler.loading.table_edits import with_count
from reconciler.loading.yaml_edits import with_members, with_value
from reconciler.model.edit import Edit, SetCount, SetMembers, SetValue


@dataclass(frozen=True, slots=True)
class EditedTree(WorkTree):
    """The files of a repository as they would be with some of them edited; nothing is written."""

    contents: Mapping[str, bytes] = field(default_factory=dict)

    def read(self, file: str) -> bytes:
        """Return the bytes of a file. Raises InvalidInput for what is no file, leads out, or is too large."""
        edited = self.contents.get(file)
        return edited if edited is not None else WorkTree(self.root).read(file)


def edited(content: bytes, edit: Edit) -> bytes:
    """Return a file with one edit. Raises Unwritable, and InvalidInput for what cannot be read."""
    match edit:
        case SetValue():
            return with_value(edit.file, content, edit.path, edit.value, edit.order)
        case SetMembers():
            return with_members(edit.file, content, edit.path, edit.members)
        case SetCount():
            return with_count(content, edit)
        case _:
            assert_never(edit)
