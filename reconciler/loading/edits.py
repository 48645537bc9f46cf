"""Edits of the files of a repository, whatever family they belong to, and the repository as it would be with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from reconciler.loading.source import WorkTree
from reconciler.loading.table_edits import with_count
from reconciler.loading.yaml_edits import with_members, with_value
from reconciler.model.edit import Edit, SetCount, SetMembers, SetValue


@dataclass(frozen=True, slots=True)
class EditedTree(WorkTree):
    """The files of a repository as they would be with some of them edited, or added; nothing is written."""

    contents: Mapping[str, bytes] = field(default_factory=dict)

    def files(self, folder: str, suffixes: Collection[str]) -> list[str]:
        """Return the files below a folder that end so, sorted, with those that are added. Raises as ``WorkTree``."""
        there, ends = WorkTree(self.root).files(folder, suffixes), tuple(suffixes)
        added = {file for file in self.contents if file.startswith(f"{folder}/") and file.lower().endswith(ends)}
        return sorted({*there, *added})

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
