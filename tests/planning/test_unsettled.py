"""What nobody knows the cause of, and would be written over or taken away."""

import pytest

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Cause, Change, Create, FieldChange, Remove, Update
from reconciler.planning.unsettled import unattributed

CUP = Address("product", "cup")
LEVEL = Address("stock", "cup/CUP/main")


def a_field(path: str, cause: Cause | None = None) -> tuple[FieldChange, ...]:
    return (FieldChange(path, "Theirs", "Ours", cause),)


@pytest.mark.parametrize("change", [Update(CUP, "1", a_field("title")), Remove(CUP, "1", a_field("title"))])
def test_what_has_no_cause_is_not_written_over_or_taken_away_unseen(change: Change) -> None:
    assert [CUP] == list(unattributed([change], KINDS, lambda address, name: False))
    assert [] == list(unattributed([change], KINDS, lambda address, name: (address, name) == (CUP, "title")))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(Create(CUP, a_field("title")), id="what is new"),
        pytest.param(Update(CUP, "1", a_field("title", "store")), id="what people edited"),
        pytest.param(Update(LEVEL, "1", a_field("available")), id="counts, which have a limit of their own"),
        pytest.param(Update(Address("mark", "product"), "1", a_field("type")), id="what every store needs"),
    ],
)
def test_what_overwrites_nothing_unseen_is_let_through(change: Change) -> None:
    assert [] == list(unattributed([change], KINDS, lambda address, name: False))


def test_a_level_that_goes_is_no_count_that_is_written() -> None:
    assert [LEVEL] == list(unattributed([Remove(LEVEL, "1", a_field("available"))], KINDS, lambda address, name: False))
