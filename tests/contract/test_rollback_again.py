"""A rollback that stopped half way, and the same run rolled back anew: all that it left undone comes, and only that."""

from typing import Any

from reconciler.app.journal.run_overview import run_overviews
from tests.contract.repository import Repository
from tests.faults.held import held

STORE = """\
on_remove: delete
locations: {north: North}
publications: [Online Store]
limits: {off: [stock-unknown], removed: {}}
"""
LAMP: dict[str, Any] = {
    "key": "lamp",
    "name": "Lamp",
    "categories": ["light", "hall"],
    "metafields": {"custom.material": "Brass"},
    "images": [{"url": "https://example.com/lamp.jpg", "alt": "Lamp"}],
    "variants": [
        {
            "sku": "LAMP",
            "price": "20.00",
            "tracked": True,
            "stock": {"north": 9},
            "image": "https://example.com/lamp.jpg",
        }
    ],
}
VASE: dict[str, Any] = {"key": "vase", "name": "Vase", "variants": [{"sku": "VASE", "price": "3.00"}]}
LIGHT = {"key": "light", "name": "Light", "products": ["vase", "lamp"]}
HALL = {"key": "hall", "name": "Hall", "products": ["lamp", "vase"]}
FIND = """{ productByIdentifier(identifier: {handle: "lamp"}) { id }
  collectionByIdentifier(identifier: {handle: "light"}) { id } }"""
JOIN = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
DELETE_VALUE = """mutation($m: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $m) { userErrors { message } } }"""


def fails_at(shop: Repository, *faults: dict[str, Any]) -> None:
    shop.embedded._control("PUT", shop.shop, {"faults": list(faults)}, "/faults")


def without_lamp(shop: Repository) -> None:
    shop.has([VASE])
    shop.has_categories([{**each, "products": ["vase"]} for each in (LIGHT, HALL)])


def taken_back(shop: Repository, run: str) -> tuple[str | None, str | None]:
    (found,) = (each for each in run_overviews(shop.root) if each.begun.run == run)
    return found.taken_back_by, found.partly_taken_back_by


def test_what_a_rollback_left_undone_comes_with_the_next_one_and_what_others_did_between_stays(
    repository: Repository,
) -> None:
    shop = repository
    shop.make_shop(locations=["North"], plan="enterprise", media_processing_ms=1)
    shop.store_says(STORE)
    shop.file("catalog/metafields.yaml", "product.custom.material: {name: Material, type: single_line_text_field}\n")
    shop.has([LAMP, VASE])
    shop.has_categories([LIGHT, HALL])
    assert shop.apply(shop.plan()).complete
    before = held(shop)
    without_lamp(shop)
    plan = shop.plan()
    gone = shop.apply(plan, *(each.rule for each in plan.violations)).run
    assert gone is not None

    fails_at(shop, {"kind": "unauthorized", "root": "productVariantAppendMedia"})
    first = shop.apply(shop.rollback(gone))
    assert (False, (None, first.run)) == (first.complete, taken_back(shop, gone))
    undone = {each.address for each in first.outcomes if each.result in {"failed", "skipped"}}
    assert {"variant_image", "publication", "membership", "product_order"} <= {each.kind for each in undone}
    assert undone == {*first.left_over}, "the look after it sees all that is still to come"
    fails_at(shop)

    ids = {name: node["id"] for name, node in shop.ask(FIND).items()}
    lamp = ids["productByIdentifier"]
    shop.ask(JOIN, {"p": {"id": lamp, "collectionsToJoin": [ids["collectionByIdentifier"]]}})
    shop.ask(DELETE_VALUE, {"m": [{"ownerId": lamp, "namespace": "custom", "key": "material"}]})
    rest = shop.rollback(gone)
    assert ("metafield/lamp/custom.material: run {} brought it back, and somebody took it away since; left alone",) == (
        tuple(note.replace(str(first.run), "{}") for note in rest.notes)
    )
    assert "membership/light/lamp" not in {str(each.address) for each in rest.changes}
    second = shop.apply(rest)
    assert second.complete, (second.outcomes, second.left_over)
    after = held(shop)
    assert {"metafield/lamp/custom.material"} == {at for at in {*before, *after} if before.get(at) != after.get(at)}
    assert (second.run, None) == taken_back(shop, gone)
    assert () == shop.rollback(gone).changes
