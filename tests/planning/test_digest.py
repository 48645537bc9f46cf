"""Digests differ wherever anything differs that a plan may look at."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reconciler.kinds.variant import Variant
from reconciler.model.state import Found, FoundGroup
from reconciler.planning.digest import digest, live_digest

VARIANT = Found("variant", "gid://1", Variant(sku="A", price=Decimal("9.00")), parent="gid://0")
ROOT = Found("product", "gid://0", Variant(), mark="cup")


def of(child: Found = VARIANT, root: Found = ROOT) -> bytes:
    return live_digest(FoundGroup(root, (child,)))


@pytest.mark.parametrize(
    "other",
    [
        replace(VARIANT, kind="image"),
        replace(VARIANT, id="gid://2"),
        replace(VARIANT, mark="A"),
        replace(VARIANT, parent="gid://9"),
        replace(VARIANT, handles={"item": "gid://3"}),
        replace(VARIANT, pending=True),
        replace(VARIANT, dormant=True),
        replace(VARIANT, resource=Variant(sku="A", price=Decimal("9.01"))),
        replace(VARIANT, resource=Variant(sku="A")),
        replace(VARIANT, resource=Variant(sku="A", price=Decimal("9.00"), barcode=None)),
    ],
)
def test_whatever_differs_in_a_member_shows(other: Found):
    assert of() == of(replace(VARIANT)) != of(other)


def test_the_root_and_the_number_of_members_show():
    assert of() != of(root=replace(ROOT, mark="mug"))
    assert of() != live_digest(FoundGroup(ROOT, (VARIANT, VARIANT)))


def test_parts_do_not_run_into_each_other():
    assert digest(("ab", "c")) != digest(("a", "bc"))
    assert digest((1,)) != digest(("1",))
