"""Images of products. Shopify: MediaImage; ``fileCreate``, ``fileUpdate``; on creation the ``files`` of productSet.

An image is known by the stem of its file's name, which is made of what it shows (the mapping says how): a store keeps
neither the address that it was fetched from nor a checksum. An image that a store has under the very address that git
names is that image, too. A new one is created, awaited until it is READY, and only then put on the product; one that
goes is taken off the product and never deleted, because other products and pages may show it. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, Remove, Update, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.batches import INPUT_ROWS, in_batches
from reconciler.shopify.codec import (
    Batch,
    CarriedRow,
    Codec,
    Mutation,
    NestedRow,
    Nesting,
    Read,
    Settling,
    Travels,
    Upload,
)
from reconciler.shopify.image_names import stem_of, suffix_of, upload_of, without_version
from reconciler.shopify.texts import NullText

_OWN_FILE = "gid://shopify/MediaImage/"


_FAILED = "failed"
"""The handle of a file that the store could make nothing of."""


class Image(Resource):
    """The fields of an image. A store gives back the alternative text alone."""

    source: str | None = None
    """A file of the repository, or an address; or the id of a file that the store has already."""
    sha256: str | None = None
    """Of a file: the digest of its content."""
    alt: NullText = None
    """What people hear who cannot see it."""


def _match(parent: Address, wanted: Mapping[Address, Resource], found: Sequence[Found]) -> Mapping[Address, Found]:
    """Name live images: by the stem of their name, then by their address or id; each by the first that fits."""
    by_key = {address.key.rpartition("/")[2]: address for address in wanted}
    by_source: dict[str, Address] | None = None  # few are asked for it
    named: dict[Address, Found] = {}
    spare: list[Found] = []
    for image in found:
        address = by_key.get(image.mark or "")
        if address is None:
            by_source = _by_source(wanted) if by_source is None else by_source
            address = by_source.get(without_version(image.handles.get("url", ""))) or by_source.get(image.id)
        if address is None or address in named:
            spare.append(image)
        else:
            named[address] = image
    for image in spare:
        address = Address("image", f"{parent.key}/{image.mark}")
        if image.mark is None or address in named or address in wanted:
            address = Address("image", f"{parent.key}/{image.id.rpartition('/')[2]}")
        named[address] = image
    return named


def _by_source(wanted: Mapping[Address, Resource]) -> dict[str, Address]:
    return {
        without_version(resource.source): address
        for address, resource in wanted.items()
        if isinstance(resource, Image) and resource.source is not None and resource.sha256 is None
    }


KIND = Kind(
    "image",
    Image,
    parent="product",
    match=_match,
    claimed_by_root=False,
    needed=frozenset({"source"}),
    along={"source": None, "sha256": None},
)


def _parse(node: JsonObject) -> Found | None:
    media: Any = node
    if media["mediaContentType"] != "IMAGE":
        return None
    shown = media.get("image")
    url = shown["url"] if shown else None
    return Found(
        "image",
        media["id"],
        Image(alt=media["alt"]),
        mark=stem_of(url) if url else None,
        handles={"url": url} if url else {_FAILED: media["id"]} if media["status"] == "FAILED" else {},
        pending=media["status"] in {"UPLOADED", "PROCESSING"},
    )


READ = Read(
    type="MediaImage",
    connection="media",
    selection="alt mediaContentType status ... on MediaImage { image { url } }",
    parse=_parse,
    page_size=50,
    arguments="sortKey: POSITION",
)


def _is_in_store(fields: Mapping[str, Json]) -> bool:
    """Return whether the source is a file of the store itself: it is put on again, and not made anew."""
    return str(fields.get("source")).startswith(_OWN_FILE)


def _file(address: Address, source: str, fields: Mapping[str, Json]) -> JsonObject:
    """Return the input of a new file: its name is its key, by which it will be known."""
    if _is_in_store(fields):
        return {"id": source, "alt": fields.get("alt") or ""}
    upload = _uploaded(address, fields)
    file: JsonObject = {
        "originalSource": upload.stand_in if upload else source,
        "filename": f"{address.key.rpartition('/')[2]}{suffix_of(source)}",
        "contentType": "IMAGE",
    }
    return {**file, "alt": fields["alt"]} if fields.get("alt") else file


def _uploaded(address: Address, fields: Mapping[str, Json]) -> Upload | None:
    source, sha256 = fields.get("source"), fields.get("sha256")
    if not isinstance(source, str) or not isinstance(sha256, str):
        return None
    return upload_of(source, sha256, f"{address.key.rpartition('/')[2]}{suffix_of(source)}")


def _nested(row: NestedRow) -> JsonObject:
    fields = row.resource.spelled()
    return _file(row.address, str(fields.get("source")), fields)


def _nested_uploads(row: NestedRow) -> tuple[Upload, ...]:
    upload = _uploaded(row.address, row.resource.spelled())
    return (upload,) if upload else ()


def _in_order(rows: Sequence[CarriedRow], group: Mapping[Address, Resource]) -> Sequence[CarriedRow]:
    orders = [resource for address, resource in group.items() if address.kind == "image_order"]
    keys: Any = orders[0].spelled().get("images") if orders else ()
    ranks = {key: rank for rank, key in enumerate(keys or ())}
    return sorted(rows, key=lambda row: ranks.get(row.address.key.rpartition("/")[2], len(ranks)))


_CREATE = """\
mutation CreateImages($files: [FileCreateInput!]!) {
  fileCreate(files: $files) {
    files { id }
    userErrors { code field message }
  }
}"""
_UPDATE = """\
mutation UpdateImages($files: [FileUpdateInput!]!) {
  fileUpdate(files: $files) {
    userErrors { code field message }
  }
}"""

_DELETE = """\
mutation DeleteImages($fileIds: [ID!]!) {
  fileDelete(fileIds: $fileIds) {
    userErrors { code field message }
  }
}"""


def _write(batch: Batch) -> Iterable[Mutation]:
    creates = [change for change in batch.changes if isinstance(change, Create)]
    for few in in_batches([change for change in creates if not _is_in_store(after(change))], INPUT_ROWS):
        yield from _created(few, batch)
    for again in in_batches([change for change in creates if _is_in_store(after(change))], INPUT_ROWS):
        yield _put_on_again(again, batch)
    useless = [change for change in batch.changes if isinstance(change, Remove) and _has_failed(change, batch)]
    for gone in in_batches(useless, INPUT_ROWS):
        yield _deleted([change.id for change in gone], [change.address for change in gone])
    rest = [change for change in batch.changes if not _has_failed(change, batch)]
    others = [change for change in rest if isinstance(change, Update | Adopt | Remove)]
    for some in in_batches(others, INPUT_ROWS):
        rows: list[Json] = [dict(_changed(change, batch)) for change in some]
        yield _file_update(rows, [change.address for change in some])


def _created(creates: Sequence[Create], batch: Batch) -> Iterator[Mutation]:
    """Yield the creation of files, and putting those that became READY on the product."""
    fields = {change.address: after(change) for change in creates}
    uploads = (_uploaded(address, given) for address, given in fields.items())
    addresses = list(fields)
    yield Mutation(
        root="fileCreate",
        document=_CREATE,
        variables={"files": [dict(_file(at, str(given.get("source")), given)) for at, given in fields.items()]},
        covers=tuple(addresses),
        rows={f"files.{position}": address for position, address in enumerate(addresses)},
        repeatable=False,
        ids={f"files.{position}.id": address for position, address in enumerate(addresses)},
        settling=Settling.MEDIA,
        uploads=tuple(upload for upload in uploads if upload),
    )
    ready = [address for address in addresses if address in batch.ids]
    if ready:
        attach: list[Json] = [{"id": batch.ids[at], "referencesToAdd": [batch.root_id]} for at in ready]
        yield _file_update(attach, ready, independent=True)


def _put_on_again(creates: Sequence[Create], batch: Batch) -> Mutation:
    """Return the request that puts files on the product that the store still has."""
    fields = {change.address: after(change) for change in creates}
    rows: list[Json] = [
        {**_file(at, str(given["source"]), given), "referencesToAdd": [batch.root_id]} for at, given in fields.items()
    ]
    return _file_update(rows, list(fields), independent=True)


def _has_failed(change: Change, batch: Batch) -> bool:
    return _FAILED in batch.live.handles.get(change.address, {})


def _deleted(ids: list[Json], addresses: Sequence[Address]) -> Mutation:
    """Return the deletion of files that came to nothing: the store refuses to change them, and nobody can show them."""
    return Mutation(
        root="fileDelete",
        document=_DELETE,
        variables={"fileIds": ids},
        covers=tuple(addresses),
        rows={f"fileIds.{position}": address for position, address in enumerate(addresses)},
    )


def _changed(change: Update | Adopt | Remove, batch: Batch) -> JsonObject:
    if isinstance(change, Remove):
        return {"id": change.id, "referencesToRemove": [batch.root_id]}
    return {"id": change.id, "alt": after(change).get("alt") or ""}


def _file_update(files: list[Json], addresses: Sequence[Address], *, independent: bool = False) -> Mutation:
    return Mutation(
        root="fileUpdate",
        document=_UPDATE,
        variables={"files": files},
        covers=tuple(addresses),
        rows={f"files.{position}": address for position, address in enumerate(addresses)},
        independent=independent,
    )


CODEC = Codec(
    "image",
    read=READ,
    write=_write,
    # Any other is processed, and then put on its product.
    ended_by={"create": frozenset({"productSet", "fileUpdate"})},
    nesting=Nesting("files", _nested, travels=Travels.WHEN_NEW, arrange=_in_order, uploads=_nested_uploads),
    scopes=frozenset({"read_products", "write_products", "read_files", "write_files"}),
    documents=(_CREATE, _UPDATE, _DELETE),
)
