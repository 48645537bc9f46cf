"""Random schedules: a run, edits and sales by others, a rollback. The expected store is computed leaf by leaf.

Each product of a round is a schedule of its own. A leaf that nobody else touched is as it was before the run, byte for
byte; one that somebody edited is as they left it; stock is what it was, less what was sold.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
import yaml

from tests.contract.pictures import a_png
from tests.contract.repository import Repository

ROUNDS: Final = int(os.environ.get("RECONCILER_ROLLBACK_ROUNDS", "4"))
PRODUCTS: Final = 25  # schedules in a round
STORE: Final = """\
on_remove: delete
locations: {north: North, south: South}
publications: [Online Store]
limits:
  price_move: 10000
  off: [prices-changed, stock-unknown]
  removed: {product: {share: 1, floor: 1000}, variant: {share: 1, floor: 1000}}
"""
PAGE: Final = """query($after: String) { products(first: 10, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  id handle title vendor status tags productType descriptionHtml seo { title }
  metafields(first: 9, namespace: "custom") { nodes { id key value } } collections(first: 9) { nodes { id handle } }
  resourcePublicationsV2(first: 9, onlyPublished: false) { nodes { publication { id name } publishDate } }
  media(first: 9, sortKey: POSITION) { nodes { id alt ... on MediaImage { image { url } } } }
  variants(first: 9) { nodes { id sku price compareAtPrice barcode title media(first: 1) { nodes { id } }
    inventoryItem { inventoryLevels(first: 9) { nodes {
      location { name } quantities(names: ["available"]) { quantity } } } } } } } } }"""
Leaves = dict[str, Any]
Product = dict[str, Any]


def leaves(node: Mapping[str, Any]) -> Leaves:
    """Return a product of the store as path → value; what has an identity has its own path."""
    plain = ("handle", "title", "vendor", "status", "tags", "productType", "descriptionHtml", "seo")
    found: Leaves = {name: node[name] for name in plain}
    stems = {each["id"]: each["image"]["url"].rpartition("/")[2].partition("?")[0] for each in node["media"]["nodes"]}
    found["images"] = list(stems.values())
    found |= {f"image {stems[each['id']]} alt": each["alt"] for each in node["media"]["nodes"]}
    found |= {f"metafield {each['key']}": each["value"] for each in node["metafields"]["nodes"]}
    found |= {f"collection {each['handle']}": True for each in node["collections"]["nodes"]}
    for each in node["resourcePublicationsV2"]["nodes"]:
        found[f"publication {each['publication']['name']}"] = each["publishDate"]
    for variant in node["variants"]["nodes"]:
        sku = variant["sku"]
        found |= {f"variant {sku} {name}": variant[name] for name in ("price", "compareAtPrice", "barcode", "title")}
        found[f"variant {sku} image"] = [stems[each["id"]] for each in variant["media"]["nodes"]]
        for level in variant["inventoryItem"]["inventoryLevels"]["nodes"]:
            found[f"variant {sku} stock {level['location']['name']}"] = level["quantities"][0]["quantity"]
    return found


def nodes(repository: Repository) -> Iterator[Any]:
    after: str | None = None
    while True:
        page = repository.ask(PAGE, {"after": after})["products"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def snapshot(repository: Repository) -> dict[str, Leaves]:
    return {node["handle"]: leaves(node) for node in nodes(repository)}


def a_product(number: int, chance: random.Random) -> Product:
    key = f"p{number:02}"
    sizes = chance.sample(["S", "M", "L"], chance.randint(1, 3))
    return {
        "key": key,
        "name": f"Name of {key}",
        "tags": chance.sample(["a", "b", "c"], chance.randint(0, 2)),
        "categories": chance.choice([[], ["summer"]]),
        "images": [{"file": f"images/{name}.png", "alt": name} for name in chance.sample(["x", "y", "z"], 2)],
        "metafields": {"custom.material": "Linen"} if chance.random() < 0.5 else {},
        "variants": [a_variant(key, size, chance) for size in sizes],
    }


def a_variant(key: str, size: str, chance: random.Random) -> dict[str, Any]:
    return {
        "sku": f"{key}-{size}",
        "options": {"Size": size},
        "price": f"{chance.randint(100, 9999) / 100:.2f}",
        "tracked": True,
        "stock": {"north": chance.randint(5, 50)},
    }


def new_size(product: Product, chance: random.Random) -> None:
    used = {variant["options"]["Size"] for variant in product["variants"]}
    free = [size for size in ("S", "M", "L", "XL") if size not in used]
    product["variants"].append(a_variant(product["key"], chance.choice(free), chance))


def fewer_sizes(product: Product, chance: random.Random) -> None:
    if len(product["variants"]) > 1:
        product["variants"].remove(chance.choice(product["variants"]))


def other_stock(product: Product, chance: random.Random) -> None:
    chance.choice(product["variants"])["stock"] = {"north": chance.randint(60, 90), "south": chance.randint(1, 9)}


def adjusted_stock(product: Product, chance: random.Random) -> None:
    variant = chance.choice(product["variants"])
    variant["stock"] = {"north": {"adjust": chance.randint(-4, 9) or 1, "reference": f"R-{variant['sku']}"}}


GIT: Final[dict[str, Callable[[Product, random.Random], object]]] = {
    "title": lambda product, _: product.update(name=product["name"] + " II"),
    "price": lambda product, chance: chance.choice(product["variants"]).update(price="123.45"),
    "compare": lambda product, chance: chance.choice(product["variants"]).update(compare_at_price="999.00"),
    "tags": lambda product, _: product.update(tags=["d"]),
    "brand": lambda product, _: product.update(brand="Alder"),
    "metafield": lambda product, _: product.update(metafields={"custom.material": "Oak"}),
    "no metafield": lambda product, _: product.update(metafields={"custom.material": None}),
    "alt": lambda product, chance: chance.choice(product["images"]).update(alt="Of git"),
    "image order": lambda product, _: product["images"].reverse(),
    "fewer images": lambda product, _: product["images"].pop(),
    "another image": lambda product, _: product["images"].append({"file": "images/new.png", "alt": "new"}),
    "category": lambda product, _: product.update(categories=[] if product["categories"] else ["summer"]),
    "new size": new_size,
    "fewer sizes": fewer_sizes,
    "stock": other_stock,
    "adjustment": adjusted_stock,
}
UPDATE_PRODUCT = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
UPDATE_VARIANTS = """mutation($id: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $rows) { userErrors { message } } }"""
UPDATE_FILE = "mutation($files: [FileUpdateInput!]!) { fileUpdate(files: $files) { userErrors { message } } }"
SET_METAFIELD = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"
UNPUBLISH = """mutation($id: ID!, $input: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $input) { userErrors { message } } }"""


def admin_edits(node: Mapping[str, Any], chance: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield edits that a person in the admin may make to a product."""
    at = node["id"]
    variant = chance.choice(node["variants"]["nodes"])
    yield UPDATE_PRODUCT, {"p": {"id": at, "title": f"Edited {chance.randint(1, 9)}"}}
    yield UPDATE_PRODUCT, {"p": {"id": at, "tags": ["theirs"]}}
    yield UPDATE_PRODUCT, {"p": {"id": at, "productType": "Theirs"}}
    yield UPDATE_VARIANTS, {"id": at, "rows": [{"id": variant["id"], "price": "55.55"}]}
    yield UPDATE_VARIANTS, {"id": at, "rows": [{"id": variant["id"], "barcode": "4006381333931"}]}
    own = {"ownerId": at, "namespace": "custom", "type": "single_line_text_field", "value": "Theirs"}
    yield SET_METAFIELD, {"m": [{**own, "key": "material"}]}
    yield SET_METAFIELD, {"m": [{**own, "key": "other"}]}
    published = [{"publicationId": each["publication"]["id"]} for each in node["resourcePublicationsV2"]["nodes"]]
    if published:
        yield UNPUBLISH, {"id": at, "input": published}


def written(repository: Repository, products: list[Product]) -> None:
    repository.file("catalog/products/all.yaml", yaml.safe_dump({"products": products}))


def applied(repository: Repository) -> str:
    report = repository.apply(repository.plan())
    said = [str(each) for each in report.outcomes if each.result not in {"applied", "already-so"}]
    assert report.complete, (said, report.left_over, report.notes)
    assert report.run is not None
    return report.run


def played_by_others(repository: Repository, chance: random.Random) -> None:
    """Edit a product now and then, and buy from it."""
    for node in list(nodes(repository)):
        for document, variables in admin_edits(node, chance):
            if chance.random() < 0.1:
                (payload,) = repository.ask(document, variables).values()
                assert [] == payload["userErrors"]
        if chance.random() < 0.3:
            repository.sell(chance.choice(node["variants"]["nodes"])["sku"], chance.randint(1, 4), "North")


def expected(first: Leaves | None, ours: Leaves | None, theirs: Leaves | None) -> Leaves | None:
    """Return a product as the rollback must leave it. ``first``: before the run; ``ours``: after it; then others'."""
    if theirs is None or ours is None:
        return first  # what the run removed nobody else can have touched
    if first is None:
        return None if theirs == ours else theirs  # what the run made stays if somebody touched it
    found: Leaves = {}
    made = {path.split()[1] for path in ours.keys() - first.keys() if path.startswith("variant ")}
    made -= {path.split()[1] for path in first if path.startswith("variant ")}
    touched = {sku for sku in made if of_variant(ours, sku) != of_variant(theirs, sku)}
    for path in first.keys() | theirs.keys():
        sku = path.split()[1] if path.startswith("variant ") else None
        before, then, now = first.get(path), ours.get(path), theirs.get(path)
        if sku in made:
            value = now if sku in touched else None
        elif " stock " in path and isinstance(now, int) and isinstance(then, int):
            value = now + (before or 0) - then
            value = None if before is None and now == then else value
        else:
            value = before if now == then else now
        if value is not None:
            found[path] = value
    return found


def of_variant(found: Leaves, sku: str) -> Leaves:
    return {path: value for path, value in found.items() if path.startswith(f"variant {sku} ")}


def present(found: Leaves | None) -> Leaves | None:
    """Return a product without what is not there: an empty level that the store keeps is none."""
    if found is None:
        return None
    return {
        path: value for path, value in found.items() if value is not None and not (" stock " in path and value == 0)
    }


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_edit_survives_a_rollback_and_every_untouched_leaf_is_as_before(repository, seed):
    chance = random.Random(seed)
    repository.make_shop(locations=["North", "South"], plan="plus", media_processing_ms=50)
    repository.store_says(STORE)
    for shade, name in enumerate(("x", "y", "z", "new"), 1):
        repository.file(f"catalog/images/{name}.png", a_png(shade))
    definition = "product.custom.material: {name: Material, type: single_line_text_field}\n"
    repository.file("catalog/metafields.yaml", definition)
    repository.has_categories([{"key": "summer", "name": "Summer"}])
    products = [a_product(number, chance) for number in range(PRODUCTS)]
    written(repository, products)
    applied(repository)
    first = snapshot(repository)

    done: dict[str, list[str]] = {}
    for product in products[: PRODUCTS - 3]:
        for name in chance.sample(list(GIT), chance.randint(0, 3)):
            GIT[name](product, chance)
            done.setdefault(product["key"], []).append(name)
    made = [a_product(number, chance) for number in range(PRODUCTS, PRODUCTS + 3)]
    written(repository, [*products[: PRODUCTS - 3], *made])  # the last three are deleted, three others made
    run = applied(repository)
    ours = snapshot(repository)
    played_by_others(repository, chance)
    theirs = snapshot(repository)

    plan = repository.rollback(run)
    report = repository.apply(plan)
    said = [str(each) for each in report.outcomes if each.result not in {"applied", "already-so"}]
    assert report.complete, (said, report.left_over, report.notes)
    after = snapshot(repository)
    for handle in sorted(first.keys() | ours.keys() | after.keys()):
        wanted = present(expected(first.get(handle), ours.get(handle), theirs.get(handle)))
        notes = [note for note in plan.notes if handle in note]
        assert wanted == present(after.get(handle)), (handle, done.get(handle), notes)
