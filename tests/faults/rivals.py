"""People in the admin and customers, while a plan waits and is applied: who does what and when, drawn from a number."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.contract.repository import Repository

Moment = Literal["before apply", "before a call", "after a call", "after apply"]
KEYS = ("p0", "p1", "p2")
SIZES = ("S", "M")
PLACES = ("north", "south")
FIRST = 50  # pieces at each location
_MOST_CALLS = 34  # of an apply of the catalog here, with its verification

RETITLE = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
REPRICE = """mutation($id: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $rows) { userErrors { message } } }"""
DELETE = """mutation($id: ID!, $ids: [ID!]!) {
  productVariantsBulkDelete(productId: $id, variantsIds: $ids) { userErrors { message } } }"""
ILLUSTRATE = """mutation($p: ProductUpdateInput!, $media: [CreateMediaInput!]) {
  productUpdate(product: $p, media: $media) { userErrors { message } } }"""
CORRECT = """mutation($given: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $given) @idempotent(key: $key) { userErrors { message } } }"""
FIND = """{ products(first: 9) { nodes { id handle title tags media(first: 9) { nodes { alt } }
    variants(first: 9) { nodes { id sku price inventoryItem { id inventoryLevels(first: 3) { nodes {
      location { id name } quantities(names: ["available"]) { quantity } } } } } } } } }"""


@dataclass(frozen=True)
class Rival:
    """One thing that somebody else does."""

    kind: Literal["title", "tags", "price", "stock", "sale", "delete", "image"]
    address: str
    """What is written, as a plan would call it."""
    value: Any
    """What is written: a text, or how many pieces come or go."""
    document: str
    variables: Mapping[str, Any]
    moment: Moment
    call: int

    def as_fault(self) -> dict[str, Any]:
        """Return the fault that lets it happen around a call of ours."""
        moment = self.moment.split(" ")[0]
        asked = {"document": self.document, "variables": self.variables}
        return {"kind": "rival", **asked, "moment": moment, "skip": self.call, "times": 1}


def catalog(*, is_new: bool) -> list[dict[str, Any]]:
    """Return the products as they were, or as they are to be: other titles, tags, prices and quantities."""
    return [
        {
            "key": key,
            "name": f"New {key}" if is_new else f"Old {key}",
            "tags": ["new" if is_new else "old"],
            "images": [{"url": f"https://example.com/{key}.jpg", "alt": key}],
            "options": {"Size": list(SIZES)},
            "variants": [
                {
                    "sku": f"{key}-{size}",
                    "options": {"Size": size},
                    "price": "12.00" if is_new else "10.00",
                    "tracked": True,
                    "stock": _stock(key, size, is_new=is_new),
                }
                for size in SIZES
            ],
        }
        for key in KEYS
    ]


def _stock(key: str, size: str, *, is_new: bool) -> dict[str, Any]:
    if not is_new:
        return dict.fromkeys(PLACES, FIRST)
    return {"north": FIRST + 20, "south": {"adjust": 5, "reference": f"delivery to {key} {size}"}}


def drawn(repository: Repository, seed: int) -> list[Rival]:
    """Return what others do: no thing is edited twice, quantities as often as it comes."""
    chance = random.Random(seed)
    found = repository.ask(FIND)["products"]["nodes"]
    every = [rival for number in range(2) for node in found for rival in _possible(node, chance, f"{seed}-{number}")]
    chance.shuffle(every)
    rivals: dict[object, Rival] = {}
    deleted: set[str] = set()
    for rival in every[: chance.randint(1, 9)]:
        counts = rival.kind in {"stock", "sale"}
        deleted |= {rival.address} if rival.kind == "delete" else set()
        rivals.setdefault(len(rivals) if counts else (rival.kind, rival.address), rival)
    gone = {f"stock/{address.removeprefix('variant/')}/{place}" for address in deleted for place in PLACES}
    kept = (rival for rival in rivals.values() if rival.kind == "delete" or rival.address not in deleted | gone)
    return list(kept)


def _possible(node: Mapping[str, Any], chance: random.Random, tag: str) -> Sequence[Rival]:
    key, product = node["handle"].removeprefix("old-"), node["id"]

    def rival(kind: Any, address: str, value: Any, document: str, **variables: Any) -> Rival:
        moments: tuple[Moment, ...] = ("before apply", "before a call", "after a call", "before a call", "after apply")
        return Rival(kind, address, value, document, variables, chance.choice(moments), chance.randrange(_MOST_CALLS))

    found = [
        rival("title", f"product/{key}", f"Theirs {tag}", RETITLE, p={"id": product, "title": f"Theirs {tag}"}),
        rival("tags", f"product/{key}", [f"theirs-{tag}"], RETITLE, p={"id": product, "tags": [f"theirs-{tag}"]}),
        rival(
            "image", f"image/{key}", f"theirs {tag}", ILLUSTRATE, p={"id": product}, media=[_picture(f"theirs {tag}")]
        ),
    ]
    for variant in node["variants"]["nodes"]:
        address, price = f"variant/{key}/{variant['sku']}", f"{chance.randint(2000, 9999) / 100:.2f}"
        found.append(rival("price", address, price, REPRICE, id=product, rows=[{"id": variant["id"], "price": price}]))
        if variant["sku"].endswith("M"):
            found.append(rival("delete", address, None, DELETE, id=product, ids=[variant["id"]]))
        for level in variant["inventoryItem"]["inventoryLevels"]["nodes"]:
            at = f"stock/{key}/{variant['sku']}/{level['location']['name'].lower()}"
            kind, delta = chance.choice([("sale", -1), ("sale", -2), ("stock", 3), ("stock", -4)])
            row = {"inventoryItemId": variant["inventoryItem"]["id"], "locationId": level["location"]["id"]}
            given = {
                "reason": "correction",
                "name": "available",
                "changes": [{**row, "delta": delta, "changeFromQuantity": None}],
            }
            found.append(rival(kind, at, delta, CORRECT, given=given, key=f"{tag} {at} {kind}"))
    return found


def _picture(alt: str) -> dict[str, str]:
    return {"originalSource": "https://example.com/theirs.jpg", "alt": alt, "mediaContentType": "IMAGE"}
