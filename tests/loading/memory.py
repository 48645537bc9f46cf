"""A repository that exists in memory only: a Source for tests."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place


@dataclass(frozen=True)
class Memory:
    """Files by name."""

    contents: Mapping[str, bytes]

    def files(self, folder: str, suffixes: Collection[str]) -> list[str]:
        return sorted(
            file for file in self.contents if file.startswith(f"{folder}/") and file.lower().endswith(tuple(suffixes))
        )

    def read(self, file: str) -> bytes:
        if file not in self.contents:
            raise InvalidInput([Diagnostic("the file does not exist", Place(file))])
        return self.contents[file]


def a_repository(**files: str) -> Memory:
    """A repository of product files, by stem."""
    return Memory({f"catalog/products/{stem}.yaml": text.encode() for stem, text in files.items()})
