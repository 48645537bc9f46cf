"""Importing a live store: its files, planned against it, change nothing; and taking it over changes no field."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.app.importing.export import Destination, ImportReport
from reconciler.app.importing.picture_document import Pictures
from reconciler.app.importing.store import Taking, import_store
from reconciler.app.importing.store_files import StockIn
from reconciler.loading.exported import GIFT_CARDS
from reconciler.model.errors import InvalidInput, WrongUsage
from reconciler.shopify.conditions import Spelled, condition_input
from tests.contract.pictures import a_png
from tests.contract.repository import Repository
from tests.contract.strangers import forget_us
from tests.contract.test_random_catalogs import ROUNDS, STORE, World, catalogs, new_world

__all__ = ["new_world"]
PLACES = {"locations": ["North", "South"]}
FULL: dict[str, Any] = {
    "key": "shirt",
    "handle": "linen-shirt",
    "name": "Linen: a shirt",
    "description": "<p>Washed\nsoft</p>",
    "brand": "Fjord",
    "type": "Shirts",
    "tags": ["Summer", "linen"],
    "seo": {"title": "Shirt | Fjord"},
    "taxonomy": "aa-1-13-8",
    "status": "active",
    "categories": ["by-name"],
    "images": [{"file": "images/front.png", "alt": "Front"}, {"file": "images/back.png"}],
    "metafields": {
        "custom.material": "Linen",
        "custom.sizes": {"type": "list.number_integer", "value": [1, 2]},
        "custom.with": {"type": "product_reference", "value": "product/cup"},
    },
    "options": {"Size": ["S", "M"]},
    "variants": [
        {
            "sku": "0012",
            "options": {"Size": "S"},
            "price": "49.00",
            "compare_at_price": "59.00",
            "cost": "20.50",
            "barcode": "0401",
            "weight": "250 g",
            "taxable": False,
            "tracked": True,
            "sell_when_out_of_stock": True,
            "image": "images/back.png",
            "stock": {"north": 3, "south": 0},
            "metafields": {"custom.parcel": {"type": "weight", "value": "300 g"}},
        },
        {"sku": "M", "options": {"Size": "M"}, "price": "50.00", "tracked": False, "requires_shipping": False},
    ],
}
CUP = {"key": "cup", "name": "Cup", "status": "draft", "variants": [{"price": "9.00"}]}
CATEGORIES: list[dict[str, Any]] = [
    {"key": "by-hand", "name": "By hand", "products": ["shirt", "cup"], "image": {"file": "images/front.png"}},
    {
        "key": "by-name",
        "name": "By name",
        "sort": "title",
        "metafields": {"custom.season": {"type": "color", "value": "#aabbcc"}},
    },
    {
        "key": "by-rule",
        "name": "By rule",
        "seo": {"description": "Cheap"},
        "conditions": {
            "match": "any",
            "rules": [
                {"field": "price", "relation": "below", "values": ["10.00"]},
                {"field": "tag", "values": ["x", "y"]},
            ],
        },
    },
]
LISTS = {
    "metafields": {
        "product.custom.material": {"name": "Material", "type": "single_line_text_field", "validations": {"max": 50}}
    },
    "redirects": {"/old": {"target": "/new"}},
}


def sold(repository: Repository, products: list[dict[str, Any]], categories: list[dict[str, Any]]) -> None:
    """Put content into the shop, as if somebody else had, and leave the repository empty but for the store's file."""
    repository.has(products)
    repository.has_categories(categories)
    for name, entries in LISTS.items():
        repository.file(f"catalog/{name}.yaml", yaml.safe_dump(entries))
    report = repository.apply(repository.plan())
    assert report.complete, [each for each in report.outcomes if each.result != "applied"] + [*report.left_over]
    forget_us(repository)
    emptied(repository)


def emptied(repository: Repository) -> None:
    for path in sorted((repository.root / "catalog").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(**PLACES)
    repository.store_says(STORE)
    repository.file("catalog/images/front.png", a_png(1))
    repository.file("catalog/images/back.png", a_png(2))
    return repository


def imported(repository: Repository, **how: Any) -> ImportReport:
    return import_store("shop", Taking(Destination(repository.root), **how), repository.embedded)


def taken_over(repository: Repository) -> None:
    """Prove that a plan only takes over, that this changes no field, and that nothing is left then."""
    plan = repository.plan()
    assert [] == [f"{each.action} {each.address}" for each in plan.changes if each.action not in {"adopt", "create"}]
    assert {"mark"} >= {each.address.kind for each in plan.changes if each.action == "create"}
    assert [] == [field for change in plan.changes if change.action == "adopt" for field in change.fields]
    report = repository.apply(plan, "adopt")
    assert report.complete, [each for each in report.outcomes if each.result != "applied"] + [*report.left_over]
    assert () == report.left_over
    assert () == repository.plan().changes


def files(repository: Repository) -> dict[str, bytes]:
    found = (path for path in (repository.root / "catalog").rglob("*") if path.is_file())
    return {path.relative_to(repository.root).as_posix(): path.read_bytes() for path in sorted(found)}


@pytest.mark.parametrize("pictures", Pictures)
@pytest.mark.parametrize("stock", StockIn)
def test_a_store_with_every_kind_is_taken_over_without_a_change(
    shop: Repository, pictures: Pictures, stock: StockIn
) -> None:
    sold(shop, [FULL, CUP], CATEGORIES)
    report = imported(shop, pictures=pictures, stock=stock)
    assert (2, 3, ()) == (report.products, report.variants, report.not_carried_over)
    assert {"collections": 3, "metafield definitions": 1, "redirects": 1} == dict(report.others)
    taken_over(shop)

    if pictures is Pictures.DOWNLOAD:
        named = [file for file in files(shop) if file.startswith("catalog/images/linen-shirt/")]
        assert ["catalog/images/linen-shirt/back.png", "catalog/images/linen-shirt/front.png"] == named
        assert a_png(2) == files(shop)[named[0]]


def test_importing_again_writes_the_same_files(shop: Repository) -> None:
    sold(shop, [FULL, CUP], CATEGORIES)
    imported(shop, pictures=Pictures.DOWNLOAD, stock=StockIn.TABLE)
    before = files(shop)
    report = imported(shop, pictures=Pictures.DOWNLOAD, stock=StockIn.TABLE)
    assert ((), len(before)) == (report.written, len(report.unchanged))
    assert before == files(shop)


def test_a_file_that_says_something_else_is_in_the_way_and_nothing_is_written(shop: Repository) -> None:
    sold(shop, [FULL, CUP], CATEGORIES)
    shop.file("catalog/redirects.yaml", "/other: {target: /new}\n")
    with pytest.raises(InvalidInput, match=r"catalog/redirects\.yaml: the file exists, and says something else"):
        imported(shop)
    assert ["catalog/redirects.yaml"] == list(files(shop))


PUBLICATIONS = "{ publications(first: 9) { nodes { id name } } products(first: 9) { nodes { id handle } } }"
UNPUBLISH = """mutation($id: ID!, $input: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $input) { userErrors { message } } }"""


def test_what_is_not_published_somewhere_stays_so_by_an_override(shop: Repository) -> None:
    sold(shop, [FULL, CUP], CATEGORIES)
    asked = shop.ask(PUBLICATIONS)
    ids = {node["name"]: node["id"] for node in asked["publications"]["nodes"]}
    (cup,) = (node["id"] for node in asked["products"]["nodes"] if node["handle"] == "cup")
    shop.ask(UNPUBLISH, {"id": cup, "input": [{"publicationId": ids["Point of Sale"]}]})
    report = imported(shop)
    assert "overrides:\n  publication/cup/Point of Sale:\n    published: false\n" in store_file(shop)
    assert any("Overrides in stores/shop.yaml, of 1 thing," in note for note in report.notes)
    taken_over(shop)


def store_file(repository: Repository) -> str:
    return (repository.root / "stores" / "shop.yaml").read_text(encoding="utf-8")


RULES = """\
product:
  seo_title: "{{ product.seo.title | default(product.name ~ ' | Fjord') }}"
  vendor: {value: Fjord & Field}
  tags: {union: ["{{ product.tags }}", ["ours"]]}
image:
  alt: "{{ image.alt | default(product.name) }}"
"""


def test_rules_that_make_something_of_nothing_get_an_explicit_null_and_others_an_override(shop: Repository) -> None:
    sold(shop, [FULL, CUP], CATEGORIES)
    shop.file("mappings/default.yaml", RULES)
    imported(shop)
    product = yaml.safe_load(files(shop)["catalog/products/cup.yaml"])
    assert {"title": None, "description": None} == product["seo"]
    assert "product/cup:\n    vendor: " in store_file(shop)
    taken_over(shop)


def test_a_mapping_that_asks_for_another_currency_refuses_the_import_before_anything_is_written(
    shop: Repository,
) -> None:
    sold(shop, [CUP], [])
    shop.file("mappings/default.yaml", 'variant: {price: {price: {from: "{{ variant.price }}", currency: USD}}}\n')
    shop.file("stores/us.yaml", "url: sandbox:another\nchannel: us\ncurrency: USD\n")
    with pytest.raises(InvalidInput, match="asks for USD"):
        imported(shop)
    assert {} == files(shop)


def test_beside_other_stores_files_say_channel_and_currency(shop: Repository) -> None:
    sold(shop, [CUP], CATEGORIES[2:])
    shop.file("stores/us.yaml", "url: sandbox:another\nchannel: us\ncurrency: USD\n")
    imported(shop)
    product = yaml.safe_load(files(shop)["catalog/products/cup.yaml"])
    assert (["web"], {"EUR": 9.0}) == (product["channels"], product["variants"][0]["price"])
    assert ["web"] == yaml.safe_load(files(shop)["catalog/collections/by-rule.yaml"])["channels"]
    assert ["web"] == yaml.safe_load(files(shop)["catalog/redirects.yaml"])["/old"]["channels"]


def test_stock_elsewhere_and_of_what_is_not_tracked_is_told(shop: Repository) -> None:
    metafields = {"custom.material": "Linen"}
    sold(shop, [{**FULL, "categories": [], "metafields": metafields}], [])
    shop.store_says("locations: {north: North}\n")
    report = imported(shop)
    assert [("stock at South", 1)] == [(each.column, each.values) for each in report.not_carried_over]
    taken_over(shop)


def test_weights_that_no_file_takes_keep_a_collection_out(shop: Repository) -> None:
    sold(shop, [CUP], [])
    heavy = condition_input(Spelled("weight", "above", ("0.30000000000000004 kg",)))
    source = {"source": {"title": "x", "inclusion": {"matchType": "ALL", "conditions": [heavy]}}}
    made = shop.ask(MAKE_COLLECTION, {"c": {"title": "Heavy", "sources": [source]}})["collectionCreate"]
    assert [] == made["userErrors"]
    report = imported(shop)
    assert any(note.startswith("collection/heavy is left out: ") for note in report.notes), report.notes
    taken_over(shop)


MAKE_COLLECTION = "mutation($c: CollectionCreateInput!) { collectionCreate(collection: $c) { userErrors { message } } }"


def test_gift_cards_are_left_out_and_told_and_stay_as_they_are(shop: Repository) -> None:
    sold(shop, [CUP], [{"key": "by-hand", "name": "By hand", "products": ["cup"]}])
    (by_hand,) = shop.ask("{ collections(first: 2) { nodes { id } } }")["collections"]["nodes"]
    card = {"title": "Gift card", "giftCard": True, "collectionsToJoin": [by_hand["id"]]}
    made = shop.ask(MAKE_PRODUCT, {"p": card})["productCreate"]
    assert [] == made["userErrors"]
    report = imported(shop)
    assert ["catalog/products/cup.yaml"] == [file for file in files(shop) if file.startswith("catalog/products/")]
    assert f"Left out, because {GIFT_CARDS}: product/gift-card." in report.notes
    taken_over(shop)
    (found,) = shop.ask(FIND_CARD)["products"]["nodes"]
    assert (None, [by_hand]) == (found["metafield"], found["collections"]["nodes"])


MAKE_PRODUCT = "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }"
FIND_CARD = """{ products(first: 1, query: "gift_card:true") { nodes {
  metafield(namespace: "$app:reconciler", key: "key") { value } collections(first: 2) { nodes { id } } } } }"""


def test_a_variant_whose_sku_is_the_option_of_another_gets_a_key(shop: Repository) -> None:
    options = [
        {"options": {"Size": "S"}, "sku": "M", "price": "1"},
        {"options": {"Size": "M"}, "key": "m", "price": "2"},
    ]
    sold(shop, [{**CUP, "variants": options}], [])
    imported(shop)
    variants = yaml.safe_load(files(shop)["catalog/products/cup.yaml"])["variants"]
    assert [("M", None), (None, "M-2")] == [(each.get("sku"), each.get("key")) for each in variants]
    taken_over(shop)


def test_a_store_that_no_file_names_is_told_with_those_that_there_are(shop: Repository) -> None:
    with pytest.raises(WrongUsage, match="there is no store shop-2; did you mean shop"):
        import_store("shop-2", Taking(Destination(shop.root)), shop.embedded)


@ROUNDS
@given(catalog=catalogs(), pictures=st.sampled_from(Pictures), stock=st.sampled_from(StockIn))
def test_random_catalogs_are_taken_over_without_a_change(
    new_world: Callable[[dict[str, Any]], World], catalog: dict[str, Any], pictures: Pictures, stock: StockIn
) -> None:
    world = new_world(catalog).settled()
    forget_us(world.repository)
    emptied(world.repository)
    imported(world.repository, pictures=pictures, stock=stock)
    taken_over(world.repository)
