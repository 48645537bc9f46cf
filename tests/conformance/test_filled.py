"""Products that are made with one variant and filled, because their variants show that they once were."""

from tests.conformance.filled import as_made
from tests.conformance.scenario import FORMAT, scenario

SHIRT = "gid://shopify/Product/100000001"
VARIANTS = [f"gid://shopify/ProductVariant/10000001{number}" for number in range(3)]
SIZES = {"name": "Size", "values": [{"name": name} for name in "SML"]}
ROWS = [{"optionValues": [{"optionName": "Size", "name": name}], "price": "5"} for name in "SML"]
MADE = "data.productSet.product."
STEP = {
    "what": "product",
    "query": "",
    "variables": {"input": {"title": "Shirt", "productOptions": [SIZES], "variants": ROWS}},
    "bindings": [
        {"literal": SHIRT, "from": f"{MADE}id"},
        *({"literal": gid, "from": f"{MADE}variants.nodes[{place}].id"} for place, gid in enumerate(VARIANTS)),
    ],
}


def made(*positions):
    objects = [{"id": gid, "state": {"position": place}} for gid, place in zip(VARIANTS, positions, strict=True)]
    objects.append({"id": SHIRT, "state": {"variants": [{"$ref": gid} for gid in VARIANTS]}})
    content = {"format": FORMAT, "name": "s", "domain": "d", "steps": [], "seed": {"objects": objects}}
    return list(as_made(STEP, scenario(content, "s")))


def test_variants_that_stand_one_behind_the_other_are_made_at_once():
    assert [STEP] == made(1, 2, 3)


def test_variants_that_all_stand_at_one_place_are_filled_in_and_written_to():
    first, fill, write = made(1, 2, 2)
    title = {"optionName": "Title", "name": "Default Title"}
    assert [{"optionValues": [title], "price": "5"}] == first["variables"]["input"]["variants"]
    assert [SHIRT] == [one["literal"] for one in first["bindings"]]
    assert {"id": SHIRT, "options": [SIZES]} == fill["variables"]
    filled = "data.productOptionsCreate.product.variants.nodes"
    assert [(gid, f"{filled}[{place}].id") for place, gid in enumerate(VARIANTS)] == [
        (one["literal"], one["from"]) for one in fill["bindings"]
    ]
    assert [{"id": gid, "price": "5"} for gid in VARIANTS] == write["variables"]["rows"]
