"""Pictures, from a file or an address into a store and back: nothing is uploaded twice, the second plan is empty."""

from typing import Any

import pytest

from reconciler.model.errors import InvalidInput
from reconciler.model.outcome import Failed
from reconciler.model.plan import Plan
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

MEDIA = """{ products(first: 5) { nodes { handle
  media(first: 250) { nodes { id alt status ... on MediaImage { image { url } } } }
  variants(first: 9) { nodes { sku media(first: 1) { nodes { id } } } } } } }"""
EDIT = """mutation($files: [FileUpdateInput!]!) { fileUpdate(files: $files) { userErrors { message } } }"""


def a_shirt(repository: Repository, images: str, *variants: str) -> None:
    rows = variants or ("{sku: A, price: 1}",)
    listed = "".join(f"  - {row}\n" for row in rows)
    text = f"key: shirt\nname: Shirt\nimages: {images}\nvariants:\n{listed}"
    repository.file("catalog/products/shirt.yaml", text)


def media(repository: Repository) -> list[Any]:
    (product,) = repository.ask(MEDIA)["products"]["nodes"]
    found: list[Any] = product["media"]["nodes"]
    return found


def names(repository: Repository) -> list[str]:
    return [each["image"]["url"].rpartition("/")[2].partition("-")[0] for each in media(repository)]


def files(repository: Repository) -> int:
    return len(repository.ask("{ files(first: 250) { nodes { id } } }")["files"]["nodes"])


def applied(repository: Repository) -> Plan:
    """Plan and apply, and prove that nothing is left."""
    plan = repository.plan()
    report = repository.apply(plan)
    assert report.complete, (*[getattr(each, "reason", "") for each in report.outcomes], report.left_over, report.notes)
    assert () == repository.plan().changes
    return plan


def kinds(plan: Plan) -> list[tuple[str, str]]:
    return [(change.action, change.address.kind) for change in plan.changes if change.address.kind != "mark"]


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.store_says("")
    for shade, name in enumerate(("front", "back", "side"), 1):
        repository.file(f"catalog/images/{name}.png", a_png(shade))
    return repository


def test_images_of_a_new_product_travel_with_it_in_their_order(shop):
    a_shirt(shop, "[images/side.png, {file: images/front.png, alt: The front}, 'https://example.com/back.jpg']")
    report = shop.apply(shop.plan())
    assert report.complete, (report.outcomes, report.left_over)
    # The definition of the mark, the staging of two files, the product.
    assert 3 == report.writes
    assert () == shop.plan().changes
    assert ["side", "front", "back"] == names(shop)
    assert ["", "The front", ""] == [each["alt"] or "" for each in media(shop)]
    assert 3 == files(shop)


def test_a_new_image_is_made_and_the_others_stay_where_they_are(shop):
    a_shirt(shop, "[images/front.png]")
    applied(shop)
    before = media(shop)
    a_shirt(shop, "[images/back.png, images/front.png]")
    plan = shop.plan()
    assert [("create", "image"), ("update", "image_order")] == kinds(plan)
    report = shop.apply(plan)
    assert report.complete, (report.outcomes, report.left_over)
    # Staging, creation, putting it on the product, the order.
    assert 4 == report.writes
    assert () == shop.plan().changes
    assert ["back", "front"] == names(shop)
    assert before[0]["id"] == media(shop)[1]["id"]


def test_another_content_under_the_same_name_is_another_image(shop):
    a_shirt(shop, "[images/front.png]")
    applied(shop)
    shop.file("catalog/images/front.png", a_png(99))
    plan = applied(shop)
    assert [("create", "image"), ("update", "image_order"), ("remove", "image")] == kinds(plan) or [
        ("create", "image"),
        ("create", "image_order"),
        ("remove", "image"),
    ] == kinds(plan)
    assert 1 == len(media(shop))
    assert 2 == files(shop), "an image that goes is taken off the product and not deleted"


def test_only_the_order_changes(shop):
    a_shirt(shop, "[images/front.png, images/back.png, images/side.png]")
    applied(shop)
    a_shirt(shop, "[images/side.png, images/front.png, images/back.png]")
    plan = shop.plan()
    assert [("update", "image_order")] == kinds(plan)
    assert 1 == shop.apply(plan).writes
    assert ["side", "front", "back"] == names(shop)
    assert () == shop.plan().changes


def test_an_alternative_text_is_one_narrow_write_and_an_edit_of_it_is_seen(shop):
    a_shirt(shop, "[{file: images/front.png, alt: Front}]")
    applied(shop)
    shop.ask(EDIT, {"files": [{"id": media(shop)[0]["id"], "alt": "Edited"}]})
    plan = shop.plan()
    assert [("update", "image")] == kinds(plan)
    (field,) = plan.changes[0].fields
    assert ("alt", "Edited", "Front") == (field.path, field.before, field.after)
    assert 1 == shop.apply(plan).writes
    assert () == shop.plan().changes


def test_a_variant_is_shown_by_an_image_of_the_product(shop):
    blue = "{sku: B, price: 1, options: {Color: Blue}, image: images/back.png}"
    a_shirt(shop, "[images/front.png, images/back.png]", "{sku: A, price: 1, options: {Color: Red}}", blue)
    applied(shop)
    (product,) = shop.ask(MEDIA)["products"]["nodes"]
    shown = {
        variant["sku"]: [each["id"] for each in variant["media"]["nodes"]] for variant in product["variants"]["nodes"]
    }
    assert {"A": [], "B": [product["media"]["nodes"][1]["id"]]} == shown
    a_shirt(
        shop,
        "[images/front.png, images/back.png]",
        "{sku: A, price: 1, options: {Color: Red}}",
        blue.replace("back", "front"),
    )
    assert [("update", "variant_image")] == kinds(applied(shop))
    a_shirt(
        shop,
        "[images/front.png, images/back.png]",
        "{sku: A, price: 1, options: {Color: Red}}",
        "{sku: B, price: 1, options: {Color: Blue}, image: null}",
    )
    assert [("remove", "variant_image")] == kinds(applied(shop))


def test_a_picture_of_a_variant_is_replaced_before_the_old_one_goes(shop):
    def with_picture(name: str) -> None:
        a_shirt(
            shop, f"[images/{name}.png]", f"{{sku: B, price: 1, options: {{Color: Blue}}, image: images/{name}.png}}"
        )

    with_picture("front")
    applied(shop)
    with_picture("back")
    applied(shop)
    assert ["back"] == names(shop)


def test_what_git_does_not_name_goes_from_a_list_that_it_gives_and_stays_otherwise(shop):
    a_shirt(shop, "[images/front.png, images/back.png]")
    applied(shop)
    shop.file("catalog/products/shirt.yaml", "key: shirt\nname: Shirt\nvariants: [{sku: A, price: 1}]\n")
    assert () == shop.plan().changes
    a_shirt(shop, "[]")
    assert [("remove", "image"), ("remove", "image")] == kinds(applied(shop))
    assert [] == media(shop)


def test_a_product_has_250_images(shop):
    addresses = ", ".join(f"'https://example.com/p/{number}.jpg'" for number in range(250))
    a_shirt(shop, f"[{addresses}]")
    report = shop.apply(shop.plan())
    assert report.complete, report.left_over[:3]
    assert 2 == report.writes
    assert () == shop.plan().changes
    assert [str(number) for number in range(250)] == names(shop)


def test_an_image_that_cannot_be_used_is_reported_and_the_others_are_there(shop):
    a_shirt(shop, "[images/front.png, 'http://127.0.0.1:9/none.png']")
    plan = shop.plan()
    report = shop.apply(plan)
    failed = [outcome for outcome in report.outcomes if isinstance(outcome, Failed)]
    assert ["image", "image_order"] == [outcome.address.kind for outcome in failed]
    assert "the store could not use the image" in failed[0].reason
    assert f"written without {failed[0].address}, which was not made" == failed[1].reason
    assert not report.complete
    assert "front" in [
        each["image"]["url"].rpartition("/")[2].partition("-")[0] for each in media(shop) if each["image"]
    ]


def test_a_file_that_is_not_there_is_refused_with_the_nearest(shop):
    a_shirt(shop, "[images/frnt.png]")
    with pytest.raises(InvalidInput) as refused:
        shop.plan()
    expected = "catalog/images/frnt.png: the file does not exist; did you mean images/front.png?"
    assert f"catalog/products/shirt.yaml:3:10: {expected}" == str(refused.value)


def test_a_variant_shown_by_no_image_of_its_product_is_refused(shop):
    a_shirt(shop, "[images/front.png]", "{sku: A, price: 1, image: images/fron.png}")
    with pytest.raises(
        InvalidInput, match=r"the product has no image images/fron\.png; did you mean images/front\.png"
    ):
        shop.plan()
