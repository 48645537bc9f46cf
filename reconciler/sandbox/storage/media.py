"""Files, and where they are shown: the rows of files, of products' media lists and of variants' media.

A file is one row whatever its type; the row's class is its GraphQL type. A product shows a file at a position, a
variant shows one file at most, and the file itself knows neither.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.mates import Mates
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class File:
    """A file; ``kind`` is its GraphQL type."""

    id: int
    kind: str
    alt: str
    filename: str  # as the client named it, or its source did
    address: str | None  # its name on the CDN; None until it was first ready
    source: str  # where its content came from last
    pending_source: str | None  # where content is being fetched from, under ``due_at_s``
    due_at_s: float
    status: str
    mime_type: str | None
    width: int | None
    height: int | None
    size: int | None
    digest: str | None  # of its bytes, where the store has them
    version: int  # seconds since 1970; the ``v`` of its address
    mode: str  # what to do when its address is taken
    errors: list[dict[str, Any]]
    created_at: str
    updated_at: str
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})


class MediaImage(File):
    """An image."""

    __slots__ = ()


class GenericFile(File):
    """A document, or anything that is no media."""

    __slots__ = ()


class Video(File):
    """A video that was uploaded."""

    __slots__ = ()


class ExternalVideo(File):
    """A video on YouTube or Vimeo."""

    __slots__ = ()


class Model3d(File):
    """A 3D model."""

    __slots__ = ()


@dataclass(slots=True)
class ProductMedia:
    """A file in a product's list of media; positions start at 1. Its id is that of the legacy product image."""

    id: int
    product_id: int
    file_id: int
    position: int


FILE_CLASSES: dict[str, type[File]] = {
    one.__name__: one for one in (MediaImage, GenericFile, Video, ExternalVideo, Model3d)
}


def _file(row_id: int, kind: str, *rest: Any) -> File:
    return FILE_CLASSES[kind](row_id, kind, *rest)


FILES = Table("files", _file, File)
PRODUCT_MEDIA = Table("product_media", ProductMedia, ProductMedia)


def new_file(**cells: Any) -> File:
    """Return a file of the class that its kind stands for."""
    return FILE_CLASSES[cells["kind"]](**cells)


def files_by_id(database: Database, ids: Iterable[int]) -> dict[int, File]:
    """Return the files with these ids."""
    return {row.id: row for row in FILES.among(database, "id", sorted(set(ids)))}


def file_at(database: Database, address: str) -> File | None:
    """Return the file with this name on the CDN, or None."""
    found = FILES.select(database, "WHERE address = ?", (address,))
    return found[0] if found else None


def media_of(database: Database, product_ids: Sequence[int]) -> dict[int, list[ProductMedia]]:
    """Return the media lists of many products in order."""
    grouped: dict[int, list[ProductMedia]] = defaultdict(list)
    for row in PRODUCT_MEDIA.among(database, "product_id", product_ids, order="product_id, position"):
        grouped[row.product_id].append(row)
    return grouped


def variant_files(database: Database, variant_ids: Sequence[int]) -> dict[int, int]:
    """Return variant id → file id for those of the variants that have one."""
    found: dict[int, int] = {}
    for marks, chunk in in_lists(variant_ids):
        sql = f"SELECT variant_id, file_id FROM variant_media WHERE variant_id IN ({marks})"  # noqa: S608 marks only
        found |= {int(row[0]): int(row[1]) for row in database.rows(sql, chunk)}
    return found


def show_on_variant(database: Database, variant_id: int, file_id: int | None) -> None:
    """Make the file the variant's only one; None takes away what it has."""
    if file_id is None:
        forget_variant_media(database, [variant_id])
        return
    database.run("INSERT OR REPLACE INTO variant_media (variant_id, file_id) VALUES (?, ?)", (variant_id, file_id))


def forget_variant_media(database: Database, variant_ids: Iterable[int]) -> None:
    """Take the media of variants that are going away."""
    database.run_many("DELETE FROM variant_media WHERE variant_id = ?", [(one,) for one in variant_ids])


def forget_product_media(database: Database, product_id: int) -> None:
    """Empty the media list of a product that is going away; its files stay."""
    database.run("DELETE FROM product_media WHERE product_id = ?", (product_id,))


def delete_files(database: Database, ids: Sequence[int]) -> None:
    """Remove files, and with them their places on products and variants."""
    keys = [(one,) for one in ids]
    database.run_many("DELETE FROM variant_media WHERE file_id = ?", keys)
    database.run_many("DELETE FROM product_media WHERE file_id = ?", keys)
    FILES.delete(database, ids)
