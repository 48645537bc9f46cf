"""What a store holds, without ids: one value for each thing that a plan can speak about, and for all the others too.

It asks by its own documents, not with the engine's codecs: what those overlook is to be seen here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.repository import Repository

MARK = 'mark: metafield(namespace: "$app:reconciler", key: "key") { value }'
PRODUCTS = """{ products(first: 9) { nodes { handle title vendor productType tags status descriptionHtml MARK
    options { name values }
    metafields(first: 5) { nodes { namespace key type value } }
    media(first: 9) { nodes { id alt status } }
    resourcePublications(first: 3, onlyPublished: false) { nodes { publication { name } isPublished } }
    variants(first: 5) { nodes { sku price compareAtPrice barcode taxable selectedOptions { name value }
      media(first: 2) { nodes { alt } } metafields(first: 5) { nodes { namespace key type value } }
      inventoryItem { tracked inventoryLevels(first: 3) { nodes {
        location { name } quantities(names: ["available"]) { quantity } } } } } } } } }""".replace("MARK", MARK)
OTHERS = """{ collections(first: 9) { nodes { handle title sortOrder MARK image { altText url }
      ruleSet { appliedDisjunctively rules { column relation condition } }
      metafields(first: 5) { nodes { namespace key type value } }
      resourcePublications(first: 3, onlyPublished: false) { nodes { publication { name } isPublished } }
      products(first: 20) { nodes { handle } } } }
  urlRedirects(first: 20) { nodes { path target } }
  p: metafieldDefinitions(first: 20, ownerType: PRODUCT) { nodes { namespace key name type { name } } }
  v: metafieldDefinitions(first: 20, ownerType: PRODUCTVARIANT) { nodes { namespace key name type { name } } }
  c: metafieldDefinitions(first: 20, ownerType: COLLECTION) { nodes { namespace key name type { name } } } }""".replace(
    "MARK", MARK
)
Held = Mapping[str, Any]
UNUSABLE = "a picture that the store could not use"
_ID = re.compile(r"gid://shopify/\w+/\d+")


def held(repository: Repository) -> Held:
    """Return a value for everything in the store, under the address that a plan would use, or one like it."""
    products = repository.ask(PRODUCTS)["products"]["nodes"]
    others = repository.ask(OTHERS)
    cells: dict[str, Any] = {}
    for node in products:
        cells |= _product(node)
    for node in others["collections"]["nodes"]:
        cells |= _collection(node)
    cells |= {f"redirect/{node['path']}": node["target"] for node in others["urlRedirects"]["nodes"]}
    for owner, name in (("p", "product"), ("v", "variant"), ("c", "collection")):
        for node in others[owner]["nodes"]:
            key = f"{_own(node['namespace'])}.{node['key']}"
            cells[f"metafield_definition/{name}.{key}"] = (node["name"], node["type"]["name"])
    return cells


def strange(now: Held, before: Held, after: Held) -> dict[str, Any]:
    """Return what a store holds and neither held before nor is to hold; a list may be on its way between the two."""
    return {
        address: now.get(address)
        for address in sorted(now.keys() | before.keys() | after.keys())
        if not _between(now.get(address), before.get(address), after.get(address))
    }


def _between(now: Any, before: Any, after: Any) -> bool:
    if isinstance(now, dict) and isinstance(before or after, dict):
        return all(_between(now[name], (before or after)[name], (after or before)[name]) for name in now)
    if isinstance(now, list):
        return all(each in [*(before or ()), *(after or ()), UNUSABLE] for each in now)
    return now in (before, after)


def _product(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    key = _key(node)
    plain = ("handle", "title", "vendor", "productType", "status", "descriptionHtml")
    yield f"product/{key}", {name: node[name] for name in plain} | {"tags": sorted(node["tags"])}
    yield f"options/{key}", node["options"]
    yield f"media/{key}", [each["alt"] if each["status"] == "READY" else UNUSABLE for each in node["media"]["nodes"]]
    yield from _published("publication", key, node)
    yield from _metafields("metafield", key, node)
    for variant in node["variants"]["nodes"]:
        sku = f"{key}/{variant['sku']}"
        own = ("price", "compareAtPrice", "barcode", "taxable", "selectedOptions")
        yield (
            f"variant/{sku}",
            {name: variant[name] for name in own} | {"tracked": variant["inventoryItem"]["tracked"]},
        )
        yield f"variant_image/{sku}", [each["alt"] for each in variant["media"]["nodes"]]
        yield from _metafields("variant_metafield", sku, variant)
        for level in variant["inventoryItem"]["inventoryLevels"]["nodes"]:
            yield f"stock/{sku}/{level['location']['name'].lower()}", level["quantities"][0]["quantity"]


def _collection(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    key = _key(node)
    yield f"collection/{key}", {name: node[name] for name in ("handle", "title", "sortOrder", "ruleSet")}
    image = node["image"]
    yield f"collection_image/{key}", image and (image["altText"], image["url"].rpartition("/")[2].partition("?")[0])
    yield f"products/{key}", [each["handle"] for each in node["products"]["nodes"]]
    yield from _published("collection_publication", key, node)
    yield from _metafields("collection_metafield", key, node)


def _key(node: Mapping[str, Any]) -> str:
    return node["mark"]["value"] if node["mark"] else f"unmarked {node['handle']}"


def _published(kind: str, key: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for each in node["resourcePublications"]["nodes"]:
        yield f"{kind}/{key}/{each['publication']['name']}", each["isPublished"]


def _own(namespace: str) -> str:
    """Return a namespace without the number of the app, which each store gives anew."""
    return re.sub(r"^app--\d+--", "app--", namespace)


def _metafields(kind: str, key: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for each in node["metafields"]["nodes"]:
        yield f"{kind}/{key}/{_own(each['namespace'])}.{each['key']}", (each["type"], _ID.sub("ID", each["value"]))
