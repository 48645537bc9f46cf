"""A small catalog with every kind, as it was and as it is to be: every way of writing is met when it is applied."""

from typing import Any

from tests.contract.pictures import a_png
from tests.contract.repository import Repository

STORE = """locations: {north: North, south: South}
publications: [Online Store, Point of Sale]
limits: {off: [stock-unknown], removed: {}}
"""
DEFINITIONS = """product.custom.material: {name: Material, type: single_line_text_field}
variant.custom.parcel: {name: Parcel, type: number_integer}
collection.custom.season: {name: Season, type: single_line_text_field}
"""
SHIRT: dict[str, Any] = {
    "key": "shirt",
    "name": "Shirt",
    "tags": ["summer", "cotton"],
    "categories": ["picks"],
    "metafields": {"custom.material": "Cotton"},
    "images": [{"url": f"https://example.com/{name}.jpg", "alt": name} for name in ("front", "back")],
    "options": {"Size": ["S", "M"]},
    "variants": [
        {
            "sku": f"SHIRT-{size}",
            "options": {"Size": size},
            "price": "20.00",
            "tracked": True,
            "stock": {"north": 20, "south": 20},
            "image": "https://example.com/front.jpg",
            "metafields": {"custom.parcel": 3},
        }
        for size in "SM"
    ],
}
CUP: dict[str, Any] = {
    "key": "cup",
    "name": "Cup",
    "images": [{"file": "images/cup.png", "alt": "Cup"}],
    "variants": [{"sku": "CUP", "price": "9.00", "tracked": True, "stock": {"north": 20, "south": 20}}],
}
OLD: dict[str, Any] = {"key": "old", "name": "Old", "variants": [{"sku": "OLD", "price": "1.00"}]}
PICKS: dict[str, Any] = {
    "key": "picks",
    "name": "Picks",
    "products": ["shirt", "cup"],
    "image": {"file": "images/picks.png", "alt": "Picks"},
    "metafields": {"custom.season": "Summer"},
}
TAGGED: dict[str, Any] = {
    "key": "tagged",
    "name": "Tagged",
    "conditions": {"rules": [{"field": "tag", "values": ["summer"]}]},
}


def as_it_was(repository: Repository) -> None:
    """Write the catalog that the store was last made from."""
    repository.store_says(STORE)
    for name, shade in (("cup", 10), ("picks", 20), ("bowl", 30), ("picks-new", 40)):
        repository.file(f"catalog/images/{name}.png", a_png(shade))
    repository.file("catalog/metafields.yaml", DEFINITIONS)
    repository.file("catalog/redirects.yaml", "/a: {target: /b}\n/gone: {target: /x}\n")
    repository.has([SHIRT, CUP, OLD])
    repository.has_categories([PICKS, TAGGED])


def as_it_is_to_be(repository: Repository) -> None:
    """Write what git asks for now: something of every kind is new, other, or gone."""
    repository.file(
        "catalog/metafields.yaml",
        DEFINITIONS.replace("Material,", "Fabric,")
        + "product.custom.care: {name: Care, type: single_line_text_field}\n",
    )
    repository.file("catalog/redirects.yaml", "/a: {target: /c}\n/gone: {target: null}\n/new: {target: /b}\n")
    repository.has([_new_shirt(), _new_cup(), _bowl()])
    season = {**PICKS, "name": "Our picks", "metafields": {"custom.season": "Winter"}}
    season |= {"products": ["bowl", "cup", "shirt"], "image": {"file": "images/picks-new.png", "alt": "New"}}
    tagged = {**TAGGED, "conditions": {"rules": [{"field": "tag", "values": ["winter"]}]}}
    repository.has_categories([season, tagged, {"key": "more", "name": "More", "products": ["cup"]}])


def _new_shirt() -> dict[str, Any]:
    small, large = SHIRT["variants"]
    small = {**small, "price": "22.00", "image": "https://example.com/side.jpg", "metafields": {"custom.parcel": 4}}
    large = {**large, "sku": "SHIRT-L", "options": {"Size": "L"}, "price": "23.00", "stock": {"north": 4}}
    pictures = [{"url": f"https://example.com/{name}.jpg", "alt": name} for name in ("side", "front")]
    return {
        **SHIRT,
        "name": "Linen shirt",
        "tags": ["winter", "cotton"],
        "metafields": {"custom.material": "Linen", "custom.care": "Cold"},
        "images": pictures,
        "options": {"Size": ["S", "L"]},
        "variants": [{**small, "stock": {"north": 30, "south": 10}}, large],
    }


def _new_cup() -> dict[str, Any]:
    stock = {"north": {"adjust": -3, "reference": "delivery 1"}, "south": 25}
    return {**CUP, "variants": [{**CUP["variants"][0], "price": "8.00", "stock": stock}]}


def _bowl() -> dict[str, Any]:
    return {
        "key": "bowl",
        "name": "Bowl",
        "images": [{"file": "images/bowl.png", "alt": "Bowl"}],
        "metafields": {"custom.material": "Clay"},
        "variants": [
            {"sku": "BOWL", "price": "14.00", "tracked": True, "stock": {"north": 7}, "image": "images/bowl.png"}
        ],
    }
