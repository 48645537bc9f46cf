"""Which ids a store gives to one thing, and which it shows again in other groups: the ground of naming things by id."""

from collections import Counter
from typing import Any

from reconciler.app.repository.workspace import open_workspace
from reconciler.app.stores.connect import write_client
from reconciler.kinds import CODECS, KINDS
from reconciler.shopify.reader import Reader
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

MET_IN_MANY = {"image", "membership", "publication", "collection_publication"}
PICTURES = "{ products(first: 9) { nodes { id media(first: 9) { nodes { id } } } } }"
SHARE = "mutation($files: [FileUpdateInput!]!) { fileUpdate(files: $files) { userErrors { message } } }"
STORE = "locations: {main: Main}\npublications: [Online Store]\n"
OWNERS = ("product", "variant", "collection")
DEFINITIONS = "".join(f"{owner}.custom.care: {{name: Care, type: boolean}}\n" for owner in OWNERS)
IMAGE = {"file": "images/a.png"}


def a_product(key: str) -> dict[str, Any]:
    stock = {"main": {"adjust": 3, "reference": "delivery"}}
    variant = {"sku": key, "price": "5.00", "tracked": True, "stock": stock, "metafields": {"custom.care": True}}
    own = {"images": [IMAGE], "metafields": {"custom.care": True}}
    return {"key": key, "name": key, "variants": [{**variant, "image": IMAGE["file"]}], **own}


def a_collection(key: str) -> dict[str, Any]:
    own = {"image": IMAGE, "metafields": {"custom.care": True}}
    return {"key": key, "name": key, "products": ["hat", "cup"], "sort": "manual", **own}


def test_these_kinds_alone_are_met_under_one_id_in_several_groups(repository: Repository) -> None:
    repository.make_shop(locations=["Main"], media_processing_ms=1)
    repository.store_says(STORE)
    repository.file("catalog/images/a.png", a_png(9))
    repository.file("catalog/metafields.yaml", DEFINITIONS)
    repository.file("catalog/redirects.yaml", "/a: {target: /b}\n/b: {target: /c}\n")
    repository.has([a_product("hat"), a_product("cup")])
    repository.has_categories([a_collection("one"), a_collection("two")])
    assert repository.apply(repository.plan()).complete
    hat, cup = repository.ask(PICTURES)["products"]["nodes"]
    shared = {"id": hat["media"]["nodes"][0]["id"], "referencesToAdd": [cup["id"]]}
    assert [] == repository.ask(SHARE, {"files": [shared]})["fileUpdate"]["userErrors"]
    store = open_workspace(repository.root).stores[0]
    with write_client(store, repository.root, repository.embedded) as client:
        reader = Reader(client, KINDS, CODECS)
        groups = [group for root in KINDS.roots() for group in reader.groups(root.name)]
    met = Counter(each for group in groups for each in {(own.kind, own.id) for own in (group.root, *group.children)})
    assert {kind.name for kind in KINDS} == {kind for kind, _ in met}
    assert MET_IN_MANY == {kind for (kind, _), times in met.items() if times > 1}
