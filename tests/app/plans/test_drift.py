"""What a reader is told to do about a thing that drifted, where adopting is not all there is to say."""

import pytest

from reconciler.app.plans.drift import instead_of_adopting
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.drift import Drifted


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.parent is None])
def test_only_what_can_be_unpublished_is_told_to_be(kind):
    said = instead_of_adopting(Drifted(Address(kind, "summer"), "removed", ())) or ""
    assert ("published: false" in said) == (kind in {"product", "collection"})
    assert "summer" in said
