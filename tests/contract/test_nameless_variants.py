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


def test_a_change_below_a_variant_is_taken_back_although_the_run_never_spoke_of_the_variant(
    repository: Repository,
) -> None:
    repository.make_shop(media_processing_ms=0)
    repository.store_says("locations: {shop: Shop location}\n")
    repository.has([a_product("stock", {"shop": 1}, key="own")])
    assert repository.apply(repository.plan()).complete
    moved = {**a_product("stock", {"shop": 2}, key="own"), "key": "mug", "moved": ["cup"], "handle": "cup"}
    repository.has([moved])
    report = repository.apply(repository.plan())
    assert report.run is not None
    back = repository.apply(repository.rollback(report.run))
    assert back.complete, back.outcomes
