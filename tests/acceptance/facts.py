"""Facts: what a catalog says and what a store holds, each in a form of its own that shares no code with the engine."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.contract.repository import Repository

LOCATION = "Shop location"


@dataclass
class VariantFacts:
    """One variant; prices as numbers, the image by the name that a store knows it by."""

    values: tuple[str, ...]
    price: Decimal
    compare_at: Decimal | None = None
    sku: str = ""
    image: str | None = None
    stock: int | None = None
    """What can be sold; None: nobody said."""


@dataclass
class ProductFacts:
    """One product."""

    title: str
    html: str = ""
    vendor: str | None = None
    tags: set[str] = field(default_factory=set)
    options: list[str] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    """Name and alternative text, in order."""
    metafields: dict[str, str] = field(default_factory=dict)
    collections: set[str] = field(default_factory=set)
    variants: list[VariantFacts] = field(default_factory=list)


def image_name(address: str) -> str:
    """The name that an image of this address goes by: the stem of its file, and a digest of the address."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", PurePosixPath(unquote(urlsplit(address).path)).stem).strip("-").lower()
    return f"{stem[:60].strip('-') or 'image'}-{hashlib.sha256(address.encode()).hexdigest()[:10]}"


def plain_html(text: str) -> str:
    """HTML without what a store does not keep."""
    return text.replace("\r\n", "\n").strip()


def plain_tags(tags: Iterable[str]) -> set[str]:
    """Tags, of which a store keeps one for each spelling that differs in case only."""
    return {tag.strip().casefold() for tag in tags if tag.strip()}


def plain_value(text: str) -> str:
    """A metafield's value whichever type it has: lists as their members, in any case of letters."""
    if text.startswith("[") and text.endswith("]"):
        members = json.loads(text)
    else:
        members = re.split(r"[;\n]", text.replace("\r\n", "\n"))
    return "; ".join(str(member).strip().removeprefix("'") for member in members if str(member).strip()).casefold()


def held(repository: Repository) -> Mapping[str, ProductFacts]:
    """What the store holds, by handle."""
    found = {}
    for node in _nodes(repository, "products", _PRODUCT, 25):
        found[node["handle"]] = ProductFacts(
            node["title"],
            plain_html(node["descriptionHtml"]),
            node["vendor"],
            plain_tags(node["tags"]),
            [option["name"] for option in node["options"]],
            [(_name(media), (media["alt"] or "").strip()) for media in node["media"]["nodes"]],
            {
                f"{metafield['namespace']}.{metafield['key']}": plain_value(metafield["value"])
                for metafield in node["metafields"]["nodes"]
                if not metafield["namespace"].startswith("app--")
            },
            {collection["handle"] for collection in node["collections"]["nodes"]},
        )
    for node in _nodes(repository, "productVariants", _VARIANT, 100):
        found[node["product"]["handle"]].variants.append(_variant(node))
    return found


def _variant(node: Mapping[str, Any]) -> VariantFacts:
    compare_at = node["compareAtPrice"]
    levels = {
        level["location"]["name"]: level["quantities"][0]["quantity"]
        for level in node["inventoryItem"]["inventoryLevels"]["nodes"]
        if level["isActive"]
    }
    return VariantFacts(
        tuple(option["value"] for option in node["selectedOptions"]),
        Decimal(node["price"]),
        Decimal(compare_at) if compare_at else None,
        node["sku"] or "",
        _name(node["media"]["nodes"][0]) if node["media"]["nodes"] else None,
        levels.get(LOCATION),
    )


def _name(media: Mapping[str, Any]) -> str:
    """The name of an image without what a store appends to it."""
    stem = PurePosixPath(urlsplit(media["image"]["url"]).path).stem
    match = re.fullmatch(r"(.*-[0-9a-f]{10})(_.*)?", stem)
    return match[1] if match else stem


def _nodes(repository: Repository, connection: str, selection: str, size: int) -> Iterator[Mapping[str, Any]]:
    document = (
        f"query($after: String) {{ page: {connection}(first: {size}, after: $after) "
        f"{{ pageInfo {{ hasNextPage endCursor }} nodes {{ {selection} }} }} }}"
    )
    after = None
    while True:
        page = repository.ask(document, {"after": after})["page"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


_PRODUCT = """handle title descriptionHtml vendor tags options { name } collections(first: 10) { nodes { handle } }
  metafields(first: 30) { nodes { namespace key value } }
  media(first: 60, sortKey: POSITION) { nodes { alt ... on MediaImage { image { url } } } }"""
_VARIANT = """product { handle } sku price compareAtPrice selectedOptions { value }
  media(first: 1) { nodes { ... on MediaImage { image { url } } } }
  inventoryItem { inventoryLevels(first: 2) { nodes { isActive location { name }
    quantities(names: ["available"]) { quantity } } } }"""
