"""Requests about files and media, and images small enough to write down."""

import struct
import zlib
from typing import Any

import requests

from tests.sandbox.store import Store

FILE = """__typename id alt createdAt updatedAt fileStatus fileErrors { code message details }
  preview { status image { url } }
  ... on MediaImage { mimeType status mediaErrors { code } image { id url altText width height thumbhash }
    originalSource { fileSize url } }
  ... on GenericFile { mimeType url originalFileSize }
  ... on Video { filename duration sources { url } }
  ... on ExternalVideo { host originUrl embedUrl embeddedUrl }
  ... on Model3d { filename sources { url format mimeType filesize } }"""
CREATE = (
    "mutation C($files: [FileCreateInput!]!) { fileCreate(files: $files) { files {"
    + FILE
    + "} userErrors { code field message } } }"
)
UPDATE = (
    "mutation U($files: [FileUpdateInput!]!) { fileUpdate(files: $files) { files {"
    + FILE
    + "} userErrors { code field message } } }"
)
DELETE = "mutation D($ids: [ID!]!) { fileDelete(fileIds: $ids) { deletedFileIds userErrors { code field message } } }"
ACKNOWLEDGE = """mutation A($ids: [ID!]!) { fileAcknowledgeUpdateFailed(fileIds: $ids) {
  files { id fileStatus fileErrors { code } } userErrors { code field message } } }"""
LIST = """query L($query: String, $first: Int = 50, $after: String, $sortKey: FileSortKeys = ID, $reverse: Boolean) {
  files(query: $query, first: $first, after: $after, sortKey: $sortKey, reverse: $reverse) {
    nodes { id alt fileStatus } pageInfo { hasNextPage endCursor } } }"""
STAGE = """mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
  stagedTargets { url resourceUrl parameters { name value } } userErrors { field message } } }"""
_SHOWN = (
    "nodes { id alt mediaContentType status ... on MediaImage { image { url } } ... on ExternalVideo { originUrl } }"
)
PRODUCT_MEDIA = (
    """query P($id: ID!) { product(id: $id) { mediaCount { count } featuredMedia { id } featuredImage { id }
  images(first: 250) { nodes { id altText } } media(first: 250) {"""
    + _SHOWN
    + "} variants(first: 50) { nodes { id image { id } media(first: 5) { nodes { id alt } } } } } }"
)
ADD_MEDIA = (
    """mutation A($id: ID!, $media: [CreateMediaInput!]!) { productCreateMedia(productId: $id, media: $media) {
  media { id alt status } mediaUserErrors { code field message } userErrors { field message }
  product { media(first: 250) {"""
    + _SHOWN
    + "} } } }"
)


def png(width: int = 3, height: int = 2) -> bytes:
    """Return a whole PNG image, black."""
    rows = b"".join(b"\0" + b"\0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


def picture(name: str, size: str = "600x400") -> str:
    """Return an address of an image that is out of reach."""
    return f"https://images.example/{size}/{name}.png"


def created(store: Store, *files: dict[str, Any]) -> list[Any]:
    """Return new files as the mutation answers them."""
    made: list[Any] = store.mutate(CREATE, files=list(files))["files"]
    return made


def file(store: Store, gid: str) -> Any:
    """Return a file."""
    return store.run("query F($id: ID!) { node(id: $id) { ... on File {" + FILE + "} } }", id=gid)["node"]


def staged(store: Store, **fields: Any) -> Any:
    """Return a target for an upload."""
    given = {"resource": "IMAGE", "filename": "front.png", "mimeType": "image/png", "httpMethod": "POST", **fields}
    return store.mutate(STAGE, input=[given])["stagedTargets"][0]


def sent(target: Any, content: bytes) -> requests.Response:
    """Send bytes to a target as its kind asks for: a form if there is a key, else a PUT."""
    fields = {one["name"]: one["value"] for one in target["parameters"]}
    if "key" in fields:
        return requests.post(target["url"], data=fields, files={"file": ("name", content)}, timeout=20)
    return requests.put(target["url"], data=content, headers={"Content-Type": fields["content_type"]}, timeout=20)


def uploaded(store: Store, content: bytes, **fields: Any) -> str:
    """Return the resource URL of bytes that were uploaded."""
    target = staged(store, **fields)
    assert sent(target, content).ok
    url: str = target["resourceUrl"]
    return url


def a_product(store: Store, *names: str, **fields: Any) -> Any:
    """Return a product with one variant a size and pictures of these names."""
    sizes = fields.pop("sizes", ("S", "M"))
    given = {
        "title": "Shirt",
        "productOptions": [{"name": "Size", "values": [{"name": size} for size in sizes]}],
        "variants": [{"optionValues": [{"optionName": "Size", "name": size}]} for size in sizes],
        "files": [{"originalSource": picture(name), "alt": name} for name in names],
        **fields,
    }
    made = store.set_product(given)
    return {"id": made["id"], **store.run(PRODUCT_MEDIA, id=made["id"])["product"]}


def alts(product: Any) -> list[str]:
    """Return the alternative texts of a product's media in order."""
    return [one["alt"] for one in product["media"]["nodes"]]
