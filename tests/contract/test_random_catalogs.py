"""Random catalogs over all kinds: what was applied is so, and one edit on either side is named, and nothing else."""

import itertools
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.cli.embedded import EmbeddedStores
from tests.contract.repository import Repository

STORE = "locations: {north: North, south: South}\npublications: [Online Store, Point of Sale]\n"
DEFINITIONS = {"product.custom.material": {"name": "Material", "type": "single_line_text_field"}}
ROUNDS = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
_NUMBERS = itertools.count(1)

WORD = st.sampled_from(["Alder", "Birch", "Øre", "Cedar & Co", "Dune"])
CENTS = st.integers(1, 99_999).map(lambda cents: f"{cents / 100:.2f}")
QUANTITY = st.integers(-5, 500)


@st.composite
def variants(draw: Callable[..., Any], key: str, images: list[str]) -> list[dict[str, Any]]:
    sizes = draw(st.lists(st.sampled_from(["S", "M", "L"]), min_size=1, max_size=3, unique=True))
    return [
        {
            "sku": f"{key}-{size}",
            "options": {"Size": size},
            "price": draw(CENTS),
            "tracked": True,
            "stock": draw(st.dictionaries(st.sampled_from(["north", "south"]), QUANTITY, max_size=2)),
            **({"image": draw(st.sampled_from(images))} if images and draw(st.booleans()) else {}),
        }
        for size in sizes
    ]


@st.composite
def catalogs(draw: Callable[..., Any]) -> dict[str, Any]:
    """Draw products and categories, as their files say them."""
    categories = [
        {"key": "by-hand", "name": draw(WORD)},
        {"key": "by-tag", "name": draw(WORD), "conditions": {"rules": [{"field": "tag", "values": ["summer"]}]}},
    ]
    products = []
    for number in range(draw(st.integers(1, 3))):
        key = f"p{number}"
        images = [f"https://example.com/{key}-{n}.jpg" for n in range(draw(st.integers(0, 3)))]
        products.append(
            {
                "key": key,
                "name": draw(WORD),
                "tags": draw(st.lists(st.sampled_from(["summer", "sale", "new"]), max_size=2, unique=True)),
                "categories": draw(st.sampled_from([[], ["by-hand"]])),
                "images": [{"url": url, "alt": draw(WORD)} for url in images],
                "metafields": {"custom.material": draw(WORD)} if draw(st.booleans()) else {},
                "variants": draw(variants(key, images)),
            }
        )
    return {"products": products, "collections": categories}


@dataclass
class World:
    """A repository with a store of its own, and what its files say."""

    repository: Repository
    catalog: dict[str, Any]

    def write(self) -> None:
        for family in ("products", "collections"):
            self.repository.file(f"catalog/{family}/all.yaml", yaml.safe_dump({family: self.catalog[family]}))

    def settled(self) -> "World":
        """Apply everything, and prove that nothing is left."""
        self.write()
        report = self.repository.apply(self.repository.plan())
        assert report.complete, ([getattr(each, "reason", "") for each in report.outcomes], report.left_over)
        assert () == self.repository.plan().changes
        return self

    def ids(self) -> dict[str, str]:
        """The ids of what the store has, by what it is."""
        asked = self.repository.ask(
            """{ products(first: 9) { nodes { id handle media(first: 9) { nodes { id } }
              variants(first: 9) { nodes { id sku inventoryItem { id } } } } }
              collections(first: 9) { nodes { id handle } } locations(first: 9) { nodes { id name } }
              publications(first: 9) { nodes { id name } } }"""
        )
        found = {f"collection {node['handle']}": node["id"] for node in asked["collections"]["nodes"]}
        for node in (*asked["locations"]["nodes"], *asked["publications"]["nodes"]):
            found[node["name"]] = node["id"]
        for node in asked["products"]["nodes"]:
            found[f"product {node['handle']}"] = node["id"]
            found |= {f"image {node['handle']} {n}": each["id"] for n, each in enumerate(node["media"]["nodes"])}
            for variant in node["variants"]["nodes"]:
                found |= {f"variant {variant['sku']}": variant["id"]}
                found |= {f"item {variant['sku']}": variant["inventoryItem"]["id"]}
        return found


@pytest.fixture
def new_world(tmp_path: Path, embedded: EmbeddedStores) -> Callable[[dict[str, Any]], World]:
    def make(catalog: dict[str, Any]) -> World:
        number = next(_NUMBERS)
        repository = Repository(tmp_path / str(number), f"random-{number}", embedded)
        repository.make_shop(locations=["North", "South"])
        repository.store_says(STORE)
        repository.file("catalog/metafields.yaml", yaml.safe_dump(DEFINITIONS))
        return World(repository, deepcopy(catalog))

    return make


def git_edits(catalog: dict[str, Any]) -> Iterator[tuple[Callable[[], None], str, str]]:
    """Yield ways to change one value in git, each with the kind and the field that the plan has to name."""
    for product in catalog["products"]:
        yield lambda p=product: p.update(name=f"{p['name']} II"), "product", "title"  # type: ignore[misc]
        yield lambda p=product: p["tags"].append("fresh"), "product", "tags"  # type: ignore[misc]
        for image in product["images"]:
            yield lambda i=image: i.update(alt=f"{i['alt']} II"), "image", "alt"  # type: ignore[misc]
        if product["metafields"]:
            fields = product["metafields"]
            yield lambda f=fields: f.update({"custom.material": "Oak"}), "metafield", "value"  # type: ignore[misc]
        for variant in product["variants"]:
            yield lambda v=variant: v.update(price="123456.78"), "variant", "price"  # type: ignore[misc]
            for place in variant["stock"]:
                yield lambda v=variant, at=place: v["stock"].update({at: 777}), "stock", "available"  # type: ignore[misc]
    for category in catalog["collections"]:
        yield lambda c=category: c.update(name=f"{c['name']} II"), "collection", "title"  # type: ignore[misc]


UPDATE_PRODUCT = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
UPDATE_VARIANTS = """mutation($id: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $rows) { userErrors { message } } }"""
UPDATE_FILE = "mutation($files: [FileUpdateInput!]!) { fileUpdate(files: $files) { userErrors { message } } }"
SET_METAFIELD = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"
UPDATE_COLLECTION = """mutation($c: CollectionUpdateInput!) {
  collectionUpdate(collection: $c) { userErrors { message } } }"""
UNPUBLISH = """mutation($id: ID!, $input: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $input) { userErrors { message } } }"""
ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { userErrors { message } } }"""


def store_edits(world: World) -> Iterator[tuple[str, dict[str, Any], str, str | None]]:
    """Yield ways to change one value in the store, each with the kind and the field that the plan has to name."""
    ids = world.ids()
    for product in world.catalog["products"]:
        key = product["key"]
        at = ids[f"product {key}"]
        yield UPDATE_PRODUCT, {"p": {"id": at, "title": "Renamed"}}, "product", "title"
        online = [{"publicationId": ids["Online Store"]}]
        yield UNPUBLISH, {"id": at, "input": online}, "publication", None
        for number in range(len(product["images"])):
            yield UPDATE_FILE, {"files": [{"id": ids[f"image {key} {number}"], "alt": "Seen"}]}, "image", "alt"
        if product["metafields"]:
            row = {"ownerId": at, "namespace": "custom", "key": "material", "value": "Elm"}
            yield SET_METAFIELD, {"m": [row]}, "metafield", "value"
        for variant in product["variants"]:
            rows = [{"id": ids[f"variant {variant['sku']}"], "price": "4321.00"}]
            yield UPDATE_VARIANTS, {"id": at, "rows": rows}, "variant", "price"
            for place in variant["stock"]:
                item = {"inventoryItemId": ids[f"item {variant['sku']}"], "locationId": ids[place.title()]}
                moved = {"name": "available", "reason": "correction"}
                moved |= {"changes": [{**item, "delta": 3, "changeFromQuantity": None}]}  # type: ignore[dict-item]
                yield ADJUST, {"input": moved, "key": f"{variant['sku']} {place}"}, "stock", "available"
    for category in world.catalog["collections"]:
        changed = {"id": ids[f"collection {category['key']}"], "title": "Renamed"}
        yield UPDATE_COLLECTION, {"c": changed}, "collection", "title"


@ROUNDS
@given(catalog=catalogs(), data=st.data())
def test_what_was_applied_is_so_and_one_edit_in_git_is_named_alone(new_world, catalog, data):
    world = new_world(catalog).settled()
    edit, kind, field = data.draw(st.sampled_from(list(git_edits(world.catalog))))
    edit()
    world.write()
    plan = world.repository.plan_both_ways()
    assert [(kind, field)] == [(change.address.kind, each.path) for change in plan.changes for each in change.fields]
    assert world.repository.apply(plan).complete
    assert () == world.repository.plan().changes


@ROUNDS
@given(catalog=catalogs(), data=st.data())
def test_one_edit_in_the_store_is_named_alone_and_taken_back(new_world, catalog, data):
    world = new_world(catalog).settled()
    document, variables, kind, field = data.draw(st.sampled_from(list(store_edits(world))))
    for result in world.repository.ask(document, variables).values():
        assert [] == result["userErrors"]
    plan = world.repository.plan_both_ways()
    assert [kind] == [change.address.kind for change in plan.changes]
    assert field is None or [field] == [each.path for change in plan.changes for each in change.fields]
    assert world.repository.apply(plan).complete
    assert () == world.repository.plan().changes
