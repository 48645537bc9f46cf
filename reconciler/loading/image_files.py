"""The files that images name: they exist, they are images, and a store would take them."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import partial
from typing import Final

from reconciler.loading.source import Source, digest
from reconciler.model.catalog import Entry
from reconciler.model.category import CategoryEntry
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

FOLDER: Final = "catalog"
IMAGE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".heic")


def image_files(
    source: Source, entries: Iterable[Entry], categories: Iterable[CategoryEntry], problems: list[Diagnostic]
) -> dict[str, str]:
    """Return file → SHA-256 of its bytes for each file that an image names. What cannot be used is a problem."""
    found: dict[str, str] = {}
    for file, place in _named(entries, categories):
        if file in found:
            continue
        try:
            found[file] = digest(source.read(file))
        except InvalidInput as error:
            known = partial(source.files, FOLDER, IMAGE_SUFFIXES)
            near = get_close_matches(file, known(), n=1)
            hint = f"did you mean {near[0].removeprefix(f'{FOLDER}/')}?" if near else "files are named from catalog/"
            problems.append(Diagnostic(f"{file}: {error.diagnostics[0].summary}", place, hint))
    return found


def _named(entries: Iterable[Entry], categories: Iterable[CategoryEntry]) -> Iterator[tuple[str, Place]]:
    for entry in entries:
        for position, image in enumerate(entry.product.images or ()):
            if image.file is not None:
                yield f"{FOLDER}/{image.file}", entry.locate(("images", position))
    for category in categories:
        shown = category.category.image
        if shown is not None and shown.file is not None:
            yield f"{FOLDER}/{shown.file}", category.locate(("image",))
