"""A run taken back against the embedded store: all of it comes back, and nothing of what others did is lost."""

import hashlib
import json
import logging
from typing import Any

import pytest
import requests

from reconciler.model.address import Address
from reconciler.model.change import Change, Remove
from reconciler.model.effect import AddressMoved
from reconciler.model.errors import LimitBroken, PlanRefused, WrongUsage
from reconciler.model.plan import Plan
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

STORE = """\
on_remove: delete
locations: {north: North, south: South}
publications: [Online Store, Point of Sale]
"""
SHIRT = """\
key: shirt
name: Shirt
brand: Alder
categories: [summer]
tags: [linen]
images: [images/front.png, {file: images/back.png, alt: Back}]
metafields: {custom.material: Linen}
variants:
  - {sku: A, price: 10, options: {Size: S}, tracked: true, stock: {north: 5, south: 7}, image: images/back.png}
  - {sku: B, price: 20, options: {Size: M}, tracked: true, stock: {north: {adjust: 3, reference: R-1}}}
"""
HAT = "key: hat\nname: Hat\ncategories: [summer]\nvariants: [{sku: H, price: 3, tracked: true, stock: {north: 9}}]\n"
EVERYTHING = """{
  products(first: 9) { nodes { handle title vendor status tags descriptionHtml productType templateSuffix
    seo { title description } options { name optionValues { name } }
    mark: metafield(namespace: "$app:reconciler", key: "key") { value }
    metafields(first: 9, namespace: "custom") { nodes { key value type } } collections(first: 9) { nodes { handle } }
    resourcePublicationsV2(first: 9, onlyPublished: false) { nodes { publication { name } publishDate isPublished } }
    media(first: 20, sortKey: POSITION) { nodes { alt ... on MediaImage { image { url width height } } } }
    variants(first: 9) { nodes { sku price compareAtPrice barcode taxable title inventoryPolicy
      media(first: 2) { nodes { alt ... on MediaImage { image { url } } } }
      metafields(first: 9, namespace: "custom") { nodes { key value } }
      inventoryItem { tracked requiresShipping unitCost { amount } inventoryLevels(first: 9) { nodes {
        location { name } quantities(names: ["available"]) { quantity } } } } } } } }
  collections(first: 9) { nodes { handle title sortOrder image { url altText } descriptionHtml
    products(first: 9, sortKey: MANUAL) { nodes { handle } }
    metafields(first: 9, namespace: "custom") { nodes { key value } }
    resourcePublicationsV2(first: 9, onlyPublished: false) { nodes { publication { name } publishDate } } } }
  urlRedirects(first: 9) { nodes { path target } } }"""
UPDATE_PRODUCT = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["North", "South"])
    repository.store_says(STORE)
    for shade, name in enumerate(("front", "back", "side"), 1):
        repository.file(f"catalog/images/{name}.png", a_png(shade))
    repository.file(
        "catalog/metafields.yaml", "product.custom.material: {name: Material, type: single_line_text_field}\n"
    )
    repository.has_categories([{"key": "summer", "name": "Summer", "sort": "manual"}])
    repository.file("catalog/products/shirt.yaml", SHIRT)
    repository.file("catalog/products/hat.yaml", HAT)
    return repository


def everything(repository: Repository) -> Any:
    return repository.ask(EVERYTHING)


def product(repository: Repository, handle: str) -> Any:
    return next((each for each in everything(repository)["products"]["nodes"] if each["handle"] == handle), None)


def product_id(repository: Repository, handle: str) -> str:
    asked = "query($h: String!) { productByIdentifier(identifier: {handle: $h}) { id } }"
    found: str = repository.ask(asked, {"h": handle})["productByIdentifier"]["id"]
    return found


def edit(repository: Repository, handle: str, **fields: object) -> None:
    edited = {"p": {"id": product_id(repository, handle), **fields}}
    assert [] == repository.ask(UPDATE_PRODUCT, edited)["productUpdate"]["userErrors"]


def applied(repository: Repository, plan: Plan | None = None, *accepted: str) -> str:
    """Apply a plan, prove that nothing is left, and return the run."""
    report = repository.apply(plan or repository.plan(), *accepted)
    said = [getattr(each, "reason", "") for each in report.outcomes if each.result not in {"applied", "already-so"}]
    assert report.complete, (said, report.left_over, report.notes)
    assert report.run is not None
    return report.run


def taken_back(repository: Repository, run: str, *accepted: str) -> Plan:
    """Take a run back, and prove that nothing is left of it to take back."""
    plan = repository.rollback(run)
    if plan.changes:
        applied(repository, plan, *accepted)
    assert () == repository.rollback(run).changes
    return plan


def removed(changes: tuple[Change, ...]) -> set[str]:
    return {str(change.address) for change in changes if isinstance(change, Remove)}


def test_a_product_that_was_deleted_comes_back_with_all_it_had(shop):
    applied(shop)
    before = everything(shop)
    (shop.root / "catalog/products/shirt.yaml").unlink()
    gone = applied(shop)
    assert product(shop, "shirt") is None
    plan = taken_back(shop, gone)
    assert () == plan.notes
    assert before == everything(shop)
    shop.file("catalog/products/shirt.yaml", SHIRT)
    assert () == shop.plan().changes, "what was counted once is not counted again"


def test_images_come_back_with_the_same_bytes_when_the_store_has_thrown_their_files_away(shop):
    applied(shop)
    asked = "{ files(first: 9) { nodes { id ... on MediaImage { image { url } } } } }"
    before = [digest_served(each["image"]["url"]) for each in shop.ask(asked)["files"]["nodes"]]
    (shop.root / "catalog/products/shirt.yaml").unlink()
    gone = applied(shop)
    files = [each["id"] for each in shop.ask(asked)["files"]["nodes"]]
    shop.ask("mutation($ids: [ID!]!) { fileDelete(fileIds: $ids) { userErrors { message } } }", {"ids": files})
    taken_back(shop, gone)
    again = [each["image"]["url"] for each in product(shop, "shirt")["media"]["nodes"]]
    assert sorted(before) == sorted(map(digest_served, again))
    shop.file("catalog/products/shirt.yaml", SHIRT)
    assert () == shop.plan().changes, "git knows its images again"


def digest_served(url: str) -> str:
    answer = requests.get(url, timeout=30)
    assert answer.ok
    return hashlib.sha256(answer.content).hexdigest()


def test_what_was_written_goes_back_and_what_others_wrote_stays(shop):
    applied(shop)
    before = everything(shop)
    shop.file(
        "catalog/products/shirt.yaml", SHIRT.replace("name: Shirt", "name: Blouse").replace("price: 10", "price: 11")
    )
    changed = applied(shop)
    edit(shop, "shirt", title="Edited", productType="Theirs")
    plan = taken_back(shop, changed)
    expected = json.loads(json.dumps(before))
    (shirt,) = (each for each in expected["products"]["nodes"] if each["handle"] == "shirt")
    shirt["title"], shirt["productType"] = "Edited", "Theirs"
    assert expected == everything(shop)
    assert ("product/shirt: title was Shirt, the run wrote Blouse, the store holds Edited; left alone",) == plan.notes


def test_stock_goes_back_by_its_difference_and_sales_stay_sold(shop):
    applied(shop)
    shop.file("catalog/products/hat.yaml", HAT.replace("north: 9", "north: 30"))
    stocked = applied(shop)
    shop.sell("H", 4)
    taken_back(shop, stocked)
    (hat,) = product(shop, "hat")["variants"]["nodes"]
    levels = {
        each["location"]["name"]: each["quantities"][0]["quantity"]
        for each in hat["inventoryItem"]["inventoryLevels"]["nodes"]
    }
    assert 9 - 4 == levels["North"]


def stock_of_b(repository: Repository) -> int:
    (variant,) = (each for each in product(repository, "shirt")["variants"]["nodes"] if each["sku"] == "B")
    (level,) = (
        each for each in variant["inventoryItem"]["inventoryLevels"]["nodes"] if each["location"]["name"] == "North"
    )
    quantity: int = level["quantities"][0]["quantity"]
    return quantity


def test_an_adjustment_is_undone_once_even_if_the_rollback_is_applied_twice(shop):
    applied(shop)
    shop.file("catalog/products/shirt.yaml", SHIRT.replace("adjust: 3, reference: R-1", "adjust: 8, reference: R-2"))
    counted = applied(shop)
    assert 3 + 8 == stock_of_b(shop)
    plan = shop.rollback(counted)
    applied(shop, plan)
    assert 3 == stock_of_b(shop)
    again = shop.apply(plan)
    assert {"already-so"} == {outcome.result for outcome in again.outcomes}
    assert 3 == stock_of_b(shop)


def test_stock_is_compensated_once_even_if_the_rollback_is_made_twice(shop):
    applied(shop)
    shop.file("catalog/products/hat.yaml", HAT.replace("north: 9", "north: 30"))
    stocked = applied(shop)
    taken_back(shop, stocked)
    shop.sell("H", 1)
    plan = shop.rollback(stocked)
    assert ((), ()) == (plan.changes, plan.notes)


def test_an_adoption_is_undone(shop):
    made = "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }"
    shop.ask(made, {"p": {"title": "Their hat", "handle": "hat", "vendor": "Theirs"}})
    rest = shop.plan()
    assert {"adopt"} == {each.rule for each in rest.violations}
    before = product(shop, "hat")
    took = applied(shop, rest, "adopt")
    plan = taken_back(shop, took)
    assert "remove" in {change.action for change in plan.changes if str(change.address) == "product/hat"}
    after = product(shop, "hat")
    assert after["mark"] is None
    for name in ("title", "vendor", "tags", "status", "metafields", "options"):
        assert before[name] == after[name], name
    again = shop.plan()
    assert ["adopt"] == [change.action for change in again.changes if str(change.address) == "product/hat"]


def test_products_that_were_made_go_unless_somebody_touched_them(shop):
    made = applied(shop)
    edit(shop, "hat", tags=["theirs"])
    plan = taken_back(shop, made)
    assert "product/shirt" in removed(plan.changes)
    assert "product/hat" not in removed(plan.changes)
    assert product(shop, "shirt") is None
    assert ["theirs"] == product(shop, "hat")["tags"]
    assert any(note.startswith("product/hat stays, because it is not as the run made it") for note in plan.notes)


def test_a_product_that_was_bought_stays(shop):
    made = applied(shop)
    shop.sell("H", 1)
    assert "product/hat" not in removed(shop.rollback(made).changes)


def test_a_product_that_others_put_into_a_collection_of_theirs_stays(shop, caplog):
    made = applied(shop)
    create = """mutation($c: CollectionCreateInput!) {
      collectionCreate(collection: $c) { collection { id } userErrors { message } } }"""
    chosen = [{"source": {"title": "Ours", "inclusion": {"selections": [{"productId": product_id(shop, "hat")}]}}}]
    shop.ask(create, {"c": {"title": "Theirs", "sources": chosen}})
    with caplog.at_level(logging.DEBUG, logger="reconciler.shopify.lane"):
        plan = shop.rollback(made)
    asked = [record.args[1] for record in caplog.records if record.name == "reconciler.shopify.lane"]
    assert (1, 0) == (asked.count("TakenAlong"), asked.count("CollectionsOf")), "collections are looked up once"
    assert "product/hat" not in removed(plan.changes)
    (note,) = (note for note in plan.notes if note.startswith("product/hat stays"))
    assert note.endswith("as the run made it: product/hat was put into collection 'Theirs'"), "one reason, said once"


def test_a_rollback_is_taken_back_like_any_run(shop):
    applied(shop)
    (shop.root / "catalog/products/shirt.yaml").unlink()
    gone = applied(shop)
    without = everything(shop)
    back = applied(shop, shop.rollback(gone))
    taken_back(shop, back)
    assert without == everything(shop)


def test_a_run_older_than_others_gives_back_only_what_it_still_holds(shop):
    applied(shop)
    shop.file("catalog/products/hat.yaml", HAT.replace("name: Hat", "name: Cap").replace("price: 3", "price: 4"))
    older = applied(shop)
    shop.file("catalog/products/hat.yaml", HAT.replace("name: Hat", "name: Beret").replace("price: 3", "price: 4"))
    last = applied(shop)
    plan = taken_back(shop, older)
    assert ["variant/hat/H"] == [str(change.address) for change in plan.changes]
    since = f"run {last} wrote Beret since, the store holds Beret; left alone"
    assert (f"product/hat: title was Hat, the run wrote Cap, {since}",) == plan.notes


def test_a_removed_variant_and_image_come_back_to_their_places(shop):
    applied(shop)
    before = everything(shop)
    lines = SHIRT.splitlines()
    shop.file(
        "catalog/products/shirt.yaml", "\n".join(lines[:-2] + lines[-1:]).replace("images/front.png, ", "") + "\n"
    )
    less = applied(shop)
    assert 1 == len(product(shop, "shirt")["media"]["nodes"])
    taken_back(shop, less)
    assert before == everything(shop)


def test_an_archived_product_is_as_it_was(shop):
    shop.store_says(STORE.replace("on_remove: delete", "on_remove: archive"))
    applied(shop)
    before = everything(shop)
    (shop.root / "catalog/products/shirt.yaml").unlink()
    gone = applied(shop)
    assert "ARCHIVED" == product(shop, "shirt")["status"]
    taken_back(shop, gone)
    assert before == everything(shop)


def test_a_rollback_is_a_plan_of_the_files_as_they_are_and_keeps_to_limits(shop):
    shop.store_says(f"{STORE}limits: {{removed: {{product: {{share: 0.1, floor: 1}}}}}}\n")
    made = applied(shop)
    plan = shop.rollback(made)
    assert (made, shop.plan().inputs.digest) == (plan.undoes, plan.inputs.digest)
    assert not plan.complete
    assert ["product-removed"] == [each.rule for each in plan.violations]
    with pytest.raises(LimitBroken):
        shop.apply(plan)
    applied(shop, plan, "product-removed")
    assert [] == everything(shop)["products"]["nodes"]


def test_a_store_that_changed_after_the_rollback_was_planned_is_not_overwritten(shop):
    applied(shop)
    shop.file("catalog/products/hat.yaml", HAT.replace("name: Hat", "name: Cap"))
    plan = shop.rollback(applied(shop))
    edit(shop, "hat", title="Edited")
    (outcome,) = shop.apply(plan).outcomes
    assert "stale" == outcome.result
    # "run plan again" would ask for what the run wrote once more: git still says it.
    assert "title is now Edited, the plan expected Cap; run rollback again" == outcome.reason
    assert "Edited" == product(shop, "hat")["title"]


def test_a_run_that_nobody_knows_is_told_with_one_that_is_near_and_else_with_none(shop):
    made = applied(shop)
    with pytest.raises(WrongUsage, match=rf"knows a run {made[:-1]}x; did you mean {made}\? the runs are, "):
        shop.rollback(f"{made[:-1]}x")
    with pytest.raises(WrongUsage, match="knows a run 20200101T000000Z-aaaaaa-0000; the runs are, "):
        shop.rollback("20200101T000000Z-aaaaaa-0000")


def test_a_key_that_moved_moves_back_with_what_was_written_under_it(shop):
    applied(shop)
    before = everything(shop)
    moved = SHIRT.replace("key: shirt", "key: blouse\nmoved: shirt").replace("price: 10", "price: 12")
    shop.file("catalog/products/shirt.yaml", moved.replace("name: Shirt", "name: Shirt\nhandle: blouse"))
    run = applied(shop)
    shirt, path = Address("product", "shirt"), "/products/{}"
    assert [AddressMoved(shirt, path.format("blouse"), path.format("shirt"))] == [
        effect for effect in shop.rollback(run).effects if isinstance(effect, AddressMoved)
    ]
    assert ["blouse"] == [
        each["mark"]["value"] for each in everything(shop)["products"]["nodes"] if each["title"] == "Shirt"
    ]
    taken_back(shop, run)
    leads = {"urlRedirects": {"nodes": [{"path": "/products/blouse", "target": "/products/shirt"}]}}
    assert {**before, **leads} == everything(shop)
    shop.file("catalog/products/shirt.yaml", SHIRT)
    assert () == shop.plan().changes


def test_a_journal_that_lacks_a_later_run_takes_nothing_back(shop):
    applied(shop)
    shop.file("catalog/products/shirt.yaml", SHIRT.replace("price: 10", "price: 12"))
    run = applied(shop)
    folder = shop.root / "journal"
    older = {file: file.read_bytes() for file in folder.glob("shop.*")}
    shop.file("catalog/products/shirt.yaml", SHIRT.replace("price: 10", "price: 14"))
    applied(shop)
    for file, content in older.items():
        file.write_bytes(content)
    with pytest.raises(PlanRefused, match="remembers entry"):
        shop.rollback(run)


def test_a_run_is_taken_back_only_on_the_shop_that_it_wrote_to(shop):
    run = applied(shop)
    file = shop.root / "stores" / "shop.yaml"
    other = f"{shop.shop}-other"
    shop.embedded.shop(other, shop.currency)
    file.write_text(file.read_text().replace(f"sandbox:{shop.shop}", f"sandbox:{other}"))
    with pytest.raises(PlanRefused, match="roll back where the store's file names the shop"):
        shop.rollback(run)


def test_an_apply_without_its_journal_says_that_a_part_is_missing(shop):
    applied(shop)
    for file in (shop.root / "journal").glob("shop.*"):
        file.unlink()
    shop.file("catalog/products/shirt.yaml", SHIRT.replace("price: 10", "price: 12"))
    report = shop.apply(shop.plan())
    assert ["a part is missing" in note for note in report.notes if "remembers entry" in note] == [True]
