"""What hangs on a variant is written alone, although nothing of the variant changes and it has no SKU to go by."""

from typing import Any

import pytest

from tests.contract.repository import Repository

FIRST, SECOND = "https://example.com/first.png", "https://example.com/second.png"
TEXT = {"type": "single_line_text_field"}

EDITS: dict[str, tuple[str, Any, Any]] = {
    "stock": ("stock", {"shop": 1}, {"shop": 2}),
    "variant_metafield": (
        "metafields",
        {"custom.note": {**TEXT, "value": "a"}},
        {"custom.note": {**TEXT, "value": "b"}},
    ),
    "variant_image": ("image", FIRST, SECOND),
}


def a_product(field: str, value: object, **names: str) -> dict[str, Any]:
    variant = {"price": "9.00", "tracked": True, field: value, **names}
    return {"key": "cup", "name": "Cup", "images": [FIRST, SECOND], "variants": [variant]}


@pytest.mark.parametrize("names", [{}, {"key": "own"}, {"key": "own", "sku": "CUP"}], ids=str)
@pytest.mark.parametrize("kind", EDITS)
def test_a_change_below_a_variant_finds_it(kind: str, names: dict[str, str], repository: Repository) -> None:
    field, before, after = EDITS[kind]
    repository.make_shop(media_processing_ms=0)
    repository.store_says("locations: {shop: Shop location}\n")
    repository.has([a_product(field, before, **names)])
    assert repository.apply(repository.plan()).complete
    repository.has([a_product(field, after, **names)])
    plan = repository.plan()
    assert [kind] == [change.address.kind for change in plan.changes]
    report = repository.apply(plan)
    assert report.complete, report.outcomes
    assert () == repository.plan().changes
