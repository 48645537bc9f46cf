"""A product that goes and a new one with its SKUs: told, where all of them are in one, and only there."""

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.variant import Variant
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Remove
from reconciler.model.state import Live
from reconciler.planning.key_changed import known_of, perhaps_moved

OLD = Address("product", "bandana")
NOTE = (
    "product/anchor-bandana has every sku of product/bandana, which would go: if it is the same product, write "
    "`moved: bandana` into catalog/products/anchor-bandana.yaml"
)


def gone(*skus: str | None) -> Live:
    return Live({Address("variant", f"bandana/{number}"): Variant(sku=sku) for number, sku in enumerate(skus)})


def removed() -> Remove:
    return Remove(OLD, "gid://shopify/Product/1", (FieldChange("status", "ACTIVE", "ARCHIVED"),), "archive")


def made(key: str, *skus: str) -> list[Change]:
    variants = [Create(Address("variant", f"{key}/{sku}"), (FieldChange("sku", None, sku),)) for sku in skus]
    return [Create(Address("product", key), (FieldChange("title", None, "Bandana"),)), *variants]


@pytest.mark.parametrize(
    ("live", "changes", "notes"),
    [
        (gone("B-1", "B-2"), [removed(), *made("anchor-bandana", "B-1", "B-2", "B-3")], [NOTE]),
        (gone("B-1", "B-2"), [removed(), *made("anchor-bandana", "B-1")], []),
        (gone("B-1", "B-2"), [removed(), *made("anchor-bandana", "B-1"), *made("other", "B-2")], []),
        (gone("B-1"), made("anchor-bandana", "B-1"), []),
        (gone("B-1"), [removed(), *made("anchor-bandana", "B-1")[1:]], []),
        (gone(None), [removed(), *made("anchor-bandana", "B-1")], []),
    ],
    ids=["all in one", "one is missing", "in two", "nothing goes", "in one that was there", "without a SKU"],
)
def test_a_key_that_changed_without_moved_is_told(live: Live, changes: list[Change], notes: list[str]) -> None:
    known = {OLD: known_of(OLD, live, KINDS)}
    found = perhaps_moved(known, changes, lambda address: f"catalog/products/{address.key}.yaml", KINDS)
    assert notes == list(found)
