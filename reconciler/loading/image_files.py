"""The files that images name: they exist, they are images, and a store would take them.

Limits of Shopify: 20 MB, 5,000 by 5,000 pixels and 25 megapixels; JPEG, PNG, GIF, WEBP, SVG and HEIC among others.
(shopify.dev, product media, 2026-10)
"""

import io
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import Final

import imagesize

from reconciler.loading.source import Source, digest
from reconciler.model.catalog import Entry
from reconciler.model.category import CategoryEntry
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.meant import meant
from reconciler.model.origin import Whereabouts

FOLDER: Final = "catalog"
IMAGE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".heic", ".bmp", ".tiff")
LARGEST: Final = 20 * 1000 * 1000  # bytes
WIDEST: Final = 5_000  # pixels, either way
MOST_PIXELS: Final = 25_000_000


def _none_is_digested(file: str) -> None:
    del file


def image_files(
    source: Source,
    entries: Iterable[Entry],
    categories: Iterable[CategoryEntry],
    problems: list[Diagnostic],
    digested: Callable[[str], str | None] = _none_is_digested,
) -> dict[str, str]:
    """Return file → SHA-256 of its bytes for each file that an image names. What cannot be used is a problem.

    ``digested``: the SHA-256 of a file that was looked at before, and is the same.
    """
    found: dict[str, str] = {}

    @cache
    def known() -> list[str]:
        return source.files(FOLDER, IMAGE_SUFFIXES)

    for file, where in _named(entries, categories):
        if file in found:
            continue
        if ".." in PurePosixPath(file).parts:
            problems.append(Diagnostic(f"{file} leads out of {FOLDER}/", where.place, f"put the file below {FOLDER}/"))
            continue
        if (known_digest := digested(file)) is not None:
            found[file] = known_digest
            continue
        try:
            content = source.read(file)
        except InvalidInput as error:
            files = [each.removeprefix(f"{FOLDER}/") for each in known()]
            hint = meant(file.removeprefix(f"{FOLDER}/"), files, f"files are named from {FOLDER}/")
            problems.append(Diagnostic(f"{file}: {error.diagnostics[0].summary}", where.place, hint))
            continue
        problem = refused(file, content)
        if problem is None:
            found[file] = digest(content)
        else:
            problems.append(Diagnostic(f"{file}: {problem}", where.place, "a store would refuse it; change the file"))
    return found


def refused(file: str, content: bytes) -> str | None:
    """Return why a store would not take a file; None when it would."""
    if len(content) > LARGEST:
        return f"the image has {len(content) / 1e6:.1f} MB; at most {LARGEST // 1_000_000} MB are taken"
    if PurePosixPath(file).suffix.lower() not in IMAGE_SUFFIXES:
        return f"its name does not end like an image's; expected one of {', '.join(IMAGE_SUFFIXES)}"
    try:
        width, height = imagesize.get(io.BytesIO(content))
    except (ValueError, OSError, OverflowError):
        width, height = -1, -1
    if width < 0 and not file.lower().endswith(".svg"):  # a drawing need not say how large it is
        return "this is not an image, whatever its name says"
    if width > WIDEST or height > WIDEST:
        return f"the image is {width} by {height} pixels; at most {WIDEST} by {WIDEST} are taken"
    if width * height > MOST_PIXELS:
        return f"the image has {width * height / 1e6:.1f} megapixels; at most {MOST_PIXELS // 1_000_000} are taken"
    return None


def _named(entries: Iterable[Entry], categories: Iterable[CategoryEntry]) -> Iterator[tuple[str, Whereabouts]]:
    for entry in entries:
        for position, picture in enumerate(entry.gist.pictures):
            if picture is not None:
                yield f"{FOLDER}/{picture}", Whereabouts(entry.file, ("images", position), entry.locate)
    for category in categories:
        shown = category.category.image
        if shown is not None and shown.file is not None:
            yield f"{FOLDER}/{shown.file}", Whereabouts(category.file, ("image",), category.locate)
