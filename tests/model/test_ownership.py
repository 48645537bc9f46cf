"""One answer to who decides a field, and whether anybody said so."""

from reconciler.model.ownership import OwnershipPolicy

POLICY = OwnershipPolicy({"product.title": "seed", "variant.price": "enforce", "image": "merge"})


def test_a_field_that_nobody_spoke_of_is_enforced_and_undecided():
    assert ("enforce", False) == (POLICY.of("product", "vendor"), POLICY.decides("product", "vendor"))


def test_a_field_that_somebody_enforces_decides():
    assert ("enforce", True) == (POLICY.of("variant", "price"), POLICY.decides("variant", "price"))


def test_a_kind_as_a_whole_decides_none_of_its_fields():
    assert not POLICY.decides("image", "alt")
    assert "merge" == POLICY.of_members("image", "enforce")


def test_whoever_is_closer_decides():
    closer = POLICY.overridden({"product.title": "observe", "product.tags": "merge"})
    assert ("observe", "merge", "enforce") == (
        closer.of("product", "title"),
        closer.of("product", "tags"),
        closer.of("variant", "price"),
    )
    assert POLICY is POLICY.overridden({})
