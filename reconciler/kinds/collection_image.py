"""The image of a collection. Shopify: Collection.image, written by ``collectionUpdate`` as an address or an upload.

A file is uploaded under its key, and so known again. An address cannot be given a name: the store keeps the beginning
of its last part, which says too little, so the key goes into an app-owned metafield beside it. That counts only while
the name in the store still agrees with it: a person may have put another image there since. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.model.change import Create, Remove, Update, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind, as_facet
from reconciler.model.picture import stem_in_key
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, NestedRow, Nesting, Travels, Upload, facets
from reconciler.shopify.collection_sources import SINCE, UPDATE
from reconciler.shopify.identity import MARK_NAMESPACE
from reconciler.shopify.image_names import file_name, stem_of, upload_of
from reconciler.shopify.texts import NullText

_NOTE = "image"


class CollectionImage(Resource):
    """What the image shows, by its key, and where it comes from."""

    image: str | None = None
    """The key of the image."""
    alt: NullText = None
    """What people hear who cannot see it."""
    source: str | None = None
    """A file of the repository, or an address."""
    sha256: str | None = None
    """Of a file: the digest of its content."""


KIND = Kind(
    "collection_image",
    CollectionImage,
    parent="collection",
    match=as_facet,
    needed=frozenset({"image", "source"}),
    claimed_by_root=False,
    along={"source": "image", "sha256": "image"},
    own_id=False,
)


def _facets(node: JsonObject) -> Iterator[Found]:
    collection: Any = node
    image, note = collection["image"], collection["imageNote"]
    if image:
        key = _key(stem_of(image["url"]), note["value"] if note else "")
        yield Found(
            "collection_image",
            collection["id"],
            CollectionImage(image=key, alt=image["altText"]),
            handles={"url": image["url"]},
        )


def _key(stem: str, note: str) -> str:
    """Return the key that the note tells, if the name of the image agrees with it; else the name itself."""
    return note if note.rpartition("-")[0] == stem_in_key(stem) else stem


READ = facets(
    "Collection",
    f'image {{ url altText }} imageNote: metafield(namespace: "{MARK_NAMESPACE}", key: "{_NOTE}") {{ value }}',
    _facets,
)


def _input(fields: Mapping[str, Json]) -> tuple[dict[str, Json], tuple[Upload, ...]]:
    """Return the part of a collection's input that these fields are, and the file that goes along."""
    image: dict[str, Json] = {}
    spelled: dict[str, Json] = {"image": image}
    uploads: tuple[Upload, ...] = ()
    if fields.get("image"):
        key, source, sha256 = str(fields["image"]), str(fields["source"]), fields.get("sha256")
        image["src"] = source
        if sha256:
            upload = upload_of(source, str(sha256), file_name(key, source), "COLLECTION_IMAGE")
            image["src"] = upload.stand_in
            uploads = (upload,)
        else:
            note: dict[str, Json] = {"namespace": MARK_NAMESPACE, "key": _NOTE, "type": "single_line_text_field"}
            spelled["metafields"] = [{**note, "value": key}]
    if "alt" in fields:
        image["altText"] = fields["alt"] or ""
    return spelled, uploads


def _nested(row: NestedRow) -> JsonObject:
    return _input(row.resource.spelled())[0]


def _uploads(row: NestedRow) -> tuple[Upload, ...]:
    return _input(row.resource.spelled())[1]


def _write(batch: Batch) -> Iterable[Mutation]:
    for change in batch.changes:
        match change:
            case Create() | Update():
                fields = after(change)
                kept = batch.group[change.address].spelled() if change.address in batch.group else {}
                if "image" in fields and kept.get("alt"):
                    fields["alt"] = kept["alt"]  # another image does not take over what was said of the last one
                part, uploads = _input(fields)
            case Remove():
                part, uploads = {"image": None}, ()
            case _:
                continue  # a facet is not adopted by itself
        yield Mutation(
            root="collectionUpdate",
            document=UPDATE,
            variables={"collection": {"id": batch.root_id, **part}},
            covers=(change.address,),
            uploads=uploads,
        )


CODEC = Codec(
    "collection_image",
    read=READ,
    write=_write,
    nesting=Nesting("parts", _nested, travels=Travels.WHEN_NEW, uploads=_uploads),
    scopes=frozenset({"read_products", "write_products"}),
    since=SINCE,
    documents=(UPDATE,),
)
