"""Why a field differs: every combination of base, desired and live, for every type of field, as data."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Cause, Create, Remove
from reconciler.model.kind import KindSet
from reconciler.model.limits import Limits
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Live
from reconciler.planning.cause import Base
from reconciler.planning.group import GroupPlan, Past, plan_group
from reconciler.planning.guard import violations
from reconciler.planning.scope import Policy
from tests import case_files
from tests.laws.toys import TOYS

DATA = case_files.read(Path(__file__).parent / "causes.yaml")
UNDEMANDING = KindSet([replace(kind, needed=frozenset(), needed_children=frozenset()) for kind in KINDS])
SHIRT, SIZE = Address("product", "shirt"), Address("variant", "shirt/A")
ABSENT = "-"


def a(kind: str, **fields: Any) -> Resource:
    return KINDS[kind].resource(**fields)


@dataclass(frozen=True)
class Field:
    """One type of field: where it is, and its values."""

    spelled: dict[str, Any]

    @property
    def address(self) -> Address:
        return Address.parse(self.spelled["at"])

    @property
    def kinds(self) -> KindSet:
        return TOYS if self.spelled.get("kinds") == "toys" else UNDEMANDING

    def side(self, letter: str) -> dict[Address, Resource]:
        """What one side says: the thing that has the field, and what it hangs on."""
        above = {address: self.kinds[address.kind].resource() for address in self._above()}
        return {**above, self.address: self.kinds[self.address.kind].resource(**self._given(letter))}

    def _above(self) -> list[Address]:
        found, address = [], self.address
        while (parent := self.kinds.parent_of(address)) is not None:
            found.append(parent)
            address = parent
        return found

    def _given(self, letter: str) -> dict[str, Any]:
        if letter == ABSENT:
            return {}
        value = None if letter == "null" else self.spelled[letter]
        name, dot, key = self.spelled["path"].partition(".")
        return {name: {key: value} if dot else value}


def planned(field: Field, base: str, desired: str, live: str) -> GroupPlan:
    held = field.side(live)
    if live == ABSENT and field.address.kind == "stock":
        del held[field.address]
    ids = {address: f"id:{address}" for address in held}
    past = Past(lambda: Base({} if base == ABSENT and field.address.kind == "stock" else field.side(base)))
    policy = Policy(ownership=OwnershipPolicy(field.spelled.get("ownership", {})))
    asked = Desired(field.side(desired))
    if desired == ABSENT and field.address.kind == "stock":
        asked = Desired({at: each for at, each in asked.resources.items() if at != field.address})
    return plan_group(asked, Live(held, ids, frozenset(held)), kinds=field.kinds, policy=policy, past=past)


def told(group: GroupPlan, field: Field) -> Cause | None:
    """The one cause that the plan tells of the field; None where it does not differ."""
    path = field.spelled["path"].partition(".")[0]
    found = [each.cause for change in group.changes for each in change.fields if each.path.startswith(path)]
    found += [each.cause for each in group.observed]
    assert len(found) <= 1
    return found[0] if found else None


def rows() -> list[Any]:
    found = []
    for name, spelled in DATA["fields"].items():
        instead = {_key(row): row["cause"] for row in spelled.get("instead", ())}
        table = [*DATA["table"], *(DATA["nullable"] if spelled.get("nullable") else ())]
        for row in table:
            if all(row[side] in {ABSENT, "null"} or row[side] in spelled for side in ("base", "desired", "live")):
                cause = instead.pop(_key(row), row["cause"])
                found.append(pytest.param(spelled, _key(row), cause, id=f"{name}: {' '.join(_key(row))}"))
        assert not instead, f"{name}: {instead} replaces no row"
    return found


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["base"], row["desired"], row["live"]


@pytest.mark.parametrize(("spelled", "sides", "cause"), rows())
def test_a_field_differs_for_the_reason_that_the_table_says(
    spelled: dict[str, Any], sides: tuple[str, str, str], cause: Cause | None
) -> None:
    field = Field(spelled)
    assert cause == told(planned(field, *sides), field)


def test_the_table_holds_every_combination_of_absent_and_two_values() -> None:
    two = [_key(row) for row in DATA["table"] if "c" not in _key(row)]
    assert (27, 27) == (len(two), len(set(two)))


TITLE = Field({"path": "title", "at": "product/shirt", "a": "A", "b": "B", "c": "C"})


def test_a_conflict_needs_consent_and_its_note_says_what_git_had() -> None:
    group = planned(TITLE, "a", "b", "c")
    (broken,) = violations(group.changes, {}, Limits(), group.conflicts)
    assert ("conflict", (SHIRT,)) == (broken.rule, broken.addresses)
    assert ("product/shirt: git had A for title, and both sides changed it since",) == group.notes


def test_the_stores_file_settles_a_conflict_for_good() -> None:
    settled = Field({**TITLE.spelled, "ownership": {"product.title": "enforce"}})
    assert () == planned(settled, "a", "b", "c").conflicts


def test_a_new_count_says_what_was_sold_since_the_old_one() -> None:
    field = Field({"path": "available", "at": "stock/shirt/A/berlin", "a": 10, "b": 20, "c": 7})
    said = "stock/shirt/A/berlin: 3 were sold since git's 10; git's new count does not take them into account"
    assert said in planned(field, "a", "b", "c").notes


def test_a_base_is_looked_for_once_and_only_where_something_differs() -> None:
    asked: list[int] = []

    def base() -> Base:
        asked.append(1)
        return Base({SHIRT: a("product", title="A", vendor="A")})

    def plan(**live: str) -> GroupPlan:
        desired = Desired({SHIRT: a("product", title="A", vendor="A")})
        held = Live({SHIRT: a("product", **live)}, {SHIRT: "1"}, frozenset({SHIRT}))
        return plan_group(desired, held, kinds=UNDEMANDING, policy=Policy(), past=Past(base))

    assert () == plan(title="A", vendor="A").changes
    assert [] == asked
    assert 2 == len(plan(title="B", vendor="B").changes[0].fields)
    assert [1] == asked


def a_world(*held: Address, **base: Base) -> GroupPlan:
    """A shirt in git, without its size A where ``held`` has one."""
    desired = Desired({SHIRT: a("product", title="A")})
    live = {address: KINDS[address.kind].resource(**_HELD[address.kind]) for address in held}
    world = Live(live, {address: f"id:{address}" for address in live}, frozenset(live))
    past = Past(lambda: base["base"])
    return plan_group(desired, world, kinds=UNDEMANDING, policy=Policy(on_remove="delete"), past=past)


_HELD: dict[str, dict[str, Any]] = {"product": {"title": "A"}, "variant": {"sku": "A", "price": "1.00"}}


@pytest.mark.parametrize(
    ("base", "cause"),
    [
        (Base({}), {"new"}),
        (Base({SHIRT: a("product", title="Older")}), {"store"}),
        (Base({}, frozenset({SHIRT})), {"new"}),
        (Base(is_known=False), {"new"}),
    ],
)
def test_what_is_not_in_the_store_is_new_or_was_removed_there(base: Base, cause: set[Cause]) -> None:
    (change,) = a_world(base=base).changes
    assert isinstance(change, Create)
    assert cause == {each.cause for each in change.fields}


@pytest.mark.parametrize(
    ("base", "causes"),
    [
        (Base({SIZE: a("variant", sku="A", price="1.00")}), {"sku": "git", "price": "git"}),
        (Base({SIZE: a("variant", sku="A", price="2.00")}), {"sku": "git", "price": "both"}),
        (Base({SIZE: a("variant", sku="A")}), {"sku": "git", "price": "git"}),
        (Base({}), {"sku": "store", "price": "store"}),
        (Base({}, frozenset({SIZE})), {"sku": None, "price": None}),
        (Base({}, was_theirs=True), {"sku": "git", "price": "git"}),
        (Base({}, frozenset({SIZE}), was_theirs=True), {"sku": None, "price": None}),
        (Base({SIZE: a("variant", sku="B", price="1.00")}, was_theirs=True), {"sku": "both", "price": "git"}),
    ],
)
def test_what_goes_left_git_or_was_added_in_the_store(base: Base, causes: dict[str, Cause | None]) -> None:
    (change,) = a_world(SHIRT, SIZE, base=base).changes
    assert isinstance(change, Remove)
    assert causes == {each.path: each.cause for each in change.fields}


S_M, M_S = (("Size", ("S", "M")),), (("Size", ("M", "S")),)


@pytest.mark.parametrize(
    ("then", "asked", "held", "cause"),
    [
        (S_M, S_M, (("Size", ("S", "M", "L")),), "git"),
        (S_M, S_M, (("Size", ("L", "S", "M")),), "git"),
        (S_M, M_S, (("Size", ("S", "M", "L")),), "git"),
        (S_M, (("Size", ("L", "S", "M")),), (("Size", ("S", "M", "L")),), "git"),
        (S_M, M_S, (("Size", ("L", "M", "S")),), "git"),
        (S_M, S_M, (("Size", ("L", "M", "S")),), "store"),
        (S_M, S_M, (("Size", ("S", "L")),), "store"),
        (S_M, S_M, (("Groesse", ("S", "M", "L")),), "store"),
        (S_M, (("Sizes", ("S", "M")),), (("Groesse", ("S", "M", "L")),), "both"),
        (S_M, (("Size", ("XS", "S", "M")),), (("Size", ("L", "M", "S")),), "both"),
    ],
)
def test_of_options_that_were_taken_over_only_the_values_kept_for_others_are_nobodys_edit(
    then: Any, asked: Any, held: Any, cause: Cause
) -> None:
    group = of_options(asked, held, Base({SHIRT: a("product", options=then), SIZE: a("variant")}, was_theirs=True))
    assert [cause] == [each.cause for each in group.changes[0].fields]
    assert (cause == "both") == bool(group.conflicts)


@pytest.mark.parametrize("before", [{}, {SHIRT: a("product", options=S_M)}, {SIZE: a("variant")}])
@pytest.mark.parametrize("held", [(("Colour", ("Red", "Blue")),), ()])
def test_options_that_were_left_alone_for_variants_of_others_are_nobodys_edit(before: Any, held: Any) -> None:
    group = of_options(S_M, held, Base(before, was_theirs=True))
    assert ["git"] == [each.cause for each in group.changes[0].fields]


def of_options(asked: Any, held: Any, base: Base) -> GroupPlan:
    desired = Desired({SHIRT: a("product", options=asked)})
    live = Live({SHIRT: a("product", options=held)}, {SHIRT: "1"}, frozenset({SHIRT}))
    return plan_group(desired, live, kinds=KINDS, policy=Policy(), past=Past(lambda: base))
