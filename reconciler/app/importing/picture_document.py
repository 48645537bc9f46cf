"""Pictures of a store as files say them: by their address there, or downloaded into the repository.

Either way the file tells what the store calls the picture, by which the next plan knows it: a store keeps no checksum,
so that a new name would be a new picture. A downloaded one has the name for as long as its content stays.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from reconciler.loading.image_files import refused
from reconciler.loading.source import digest
from reconciler.model.picture import stem_in_key
from reconciler.shopify.download import NotHad, NotThere
from reconciler.shopify.image_names import IMAGE_SUFFIXES, suffix_of

FOLDER: Final = "images"
_DIGITS: Final = 10


class Pictures(Enum):
    """Where the pictures are to be."""

    ADDRESS = "address"
    """They stay where they are, and files name their address."""
    DOWNLOAD = "download"
    """They come into ``catalog/images``."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of a store: its address, what the store calls it, and its alternative text."""

    url: str
    name: str | None
    alt: str | None


@dataclass
class Album:
    """Spells the pictures of a store, and keeps the files that are to be written."""

    where: Pictures
    download: Callable[[str], bytes]
    files: MutableMapping[str, bytes]
    """File of the repository → its content."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Address → why it was not downloaded."""
    _spelled: dict[tuple[str, str], Mapping[str, object] | None] = field(default_factory=dict)

    def pictures(self, folder: str, shown: Iterable[Shown]) -> list[dict[str, object]]:
        """Return the documents of the pictures of one product or collection. ``folder``: of its files."""
        each = list(shown)
        times = Counter(picture.name for picture in each)
        return [self._document(folder, picture, is_unique=times[picture.name] == 1) for picture in each]

    def _document(self, folder: str, picture: Shown, *, is_unique: bool) -> dict[str, object]:
        name = picture.name if is_unique else None
        source = self._file(folder, name, picture.url) if self.where is Pictures.DOWNLOAD else None
        if source is None:
            source = {"url": picture.url, **({"known_as": name} if name else {})}
        return {**source, **({"alt": picture.alt} if picture.alt is not None else {})}

    def _file(self, folder: str, name: str | None, url: str) -> Mapping[str, object] | None:
        """Return the file that a picture became; None where it stays where it is."""
        at = (folder, url)
        if at not in self._spelled:
            made = self._downloaded(folder, name, url)
            if isinstance(made, str):
                self.reasons[url] = made
            self._spelled[at] = None if isinstance(made, str) else made
        return self._spelled[at]

    def _downloaded(self, folder: str, name: str | None, url: str) -> Mapping[str, object] | str:
        """Return the file that a picture became, under the name that makes it the same picture; or why it did not."""
        suffix = suffix_of(url).lower()
        if name is None:
            return "another picture of the same product has its name"
        if suffix not in IMAGE_SUFFIXES:
            return f"its name does not end like an image's: {suffix or 'no ending'}"
        try:
            content = self.download(url)
        except NotThere:
            return "the store serves nothing there"
        except NotHad as error:
            return str(error)
        sha256 = digest(content)
        stem, _, tail = name.rpartition("-")
        by_content = stem == stem_in_key(stem) and tail == sha256[:_DIGITS]
        file = f"{FOLDER}/{folder}/{stem if by_content else name}{suffix}"
        if (problem := refused(file, content)) is not None:
            return problem
        if self.files.setdefault(f"catalog/{file}", content) != content:
            return f"another picture became {file}"
        return {"file": file} if by_content else {"file": file, "known_as": name, "sha256": sha256}
