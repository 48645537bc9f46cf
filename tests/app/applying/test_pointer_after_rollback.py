"""What a store remembers after a run was taken back: which commit each address is at."""

import pytest

from reconciler.app.applying.remember import pointer_after_look, pointer_after_rollback
from reconciler.model.address import Address
from reconciler.model.change import RELEASE, Create, FieldChange, Move, Remove, Update
from reconciler.model.outcome import AlreadySo, Applied, Outcome, Stale
from reconciler.model.plan import Plan, Scope, Target
from reconciler.model.record import Begun
from reconciler.planning.written import Written
from reconciler.shopify.pointer import Pointer
from tests.render.plans import a_plan

BEFORE, THEN, LATER = ("1" * 40, "2" * 40, "3" * 40)
SHIRT, HAT, CUP = (Address("product", key) for key in ("shirt", "hat", "cup"))

BACK = a_plan()


def a_run(*addresses: Address, base: str | None = BEFORE, scope: Scope | None = None) -> Written:
    begun = Begun(
        run="run-1",
        plan="",
        engine="",
        target=Target("shop", "S1", "2026-10", "EUR"),
        commit=THEN,
        base_commit=base,
        scope=scope or Scope(),
        actor="",
    )
    return Written(begun, {address: Update(address, "P", ()) for address in addresses})


def done(*addresses: Address) -> list[Outcome]:
    return [Applied(address) for address in addresses]


def test_what_went_back_is_at_the_commit_before_the_run():
    after = pointer_after_rollback(BACK, done(SHIRT), Pointer(commit=LATER), a_run(SHIRT, HAT))
    assert after is not None
    assert [BEFORE, LATER, LATER] == [after.of(address) for address in (SHIRT, HAT, CUP)]


@pytest.mark.parametrize("count", [1, 5, 30])
def test_the_shorter_way_of_saying_it_is_taken(count):
    many = [Address("product", f"p{number}") for number in range(30)]
    after = pointer_after_rollback(BACK, done(*many[:count]), Pointer(commit=THEN), a_run(*many))
    assert after is not None
    assert [BEFORE] * count + [THEN] * (30 - count) == [after.of(address) for address in many]
    assert min(count, 30 - count) == sum(map(len, after.exceptions.values()))


def test_what_a_scoped_run_wrote_never_moves_the_pointer_itself():
    after = pointer_after_rollback(
        BACK, done(SHIRT), Pointer(commit=THEN), a_run(SHIRT, scope=Scope(only=("product/s*",)))
    )
    assert after is not None
    assert THEN == after.commit
    assert BEFORE == after.of(SHIRT)


def test_what_was_pending_before_keeps_its_commit():
    held = Pointer(commit=THEN, exceptions={LATER: (CUP,)})
    after = pointer_after_rollback(BACK, done(SHIRT), held, a_run(SHIRT))
    assert after is not None
    assert [BEFORE, LATER] == [after.of(address) for address in (SHIRT, CUP)]


def test_without_a_commit_before_the_run_nothing_is_known_of_what_went_back():
    after = pointer_after_rollback(BACK, done(SHIRT), Pointer(commit=THEN), a_run(SHIRT, HAT, base=None))
    assert after is not None
    assert [None, THEN] == [after.of(address) for address in (SHIRT, HAT)]


def test_what_was_so_already_went_back_and_what_is_stale_did_not():
    outcomes: list[Outcome] = [AlreadySo(SHIRT), Stale(HAT, "moved")]
    after = pointer_after_rollback(BACK, outcomes, Pointer(commit=LATER), a_run(SHIRT, HAT))
    assert after is not None
    assert [BEFORE, LATER] == [after.of(address) for address in (SHIRT, HAT)]


def test_a_pointer_that_would_be_too_long_stays_where_it_was():
    many = [Address("product", f"p{number}") for number in range(9_000)]
    held = Pointer(commit=LATER)
    pointer, (note,) = pointer_after_look(pointer_after_rollback(BACK, done(*many), held, a_run(*many)), held, None)
    assert held is pointer
    assert "too much" in note


def test_a_store_that_remembers_nothing_is_told_nothing():
    assert pointer_after_rollback(BACK, done(SHIRT), None, a_run(SHIRT)) is None


ORDER, SIZE, OTHERS = Address("image_order", "shirt"), Address("variant", "shirt/S"), Address("image_order", "cup")


def gone(how: str) -> Plan:
    return a_plan(Remove(SHIRT, "P", (), how), Update(SIZE, "V", ()))


@pytest.mark.parametrize("how", [RELEASE, "delete"])
@pytest.mark.parametrize("base", [BEFORE, None])
@pytest.mark.parametrize(("commit", "elsewhere"), [(THEN, LATER), (LATER, THEN)])
def test_nothing_below_what_was_let_go_stays_where_the_run_brought_it(how, base, commit, elsewhere):
    held = Pointer(commit=commit, exceptions={elsewhere: (SIZE, OTHERS)}, taken=(CUP, SHIRT))
    after = pointer_after_rollback(gone(how), done(SHIRT), held, a_run(SHIRT, ORDER, base=base))
    assert after is not None
    assert [base, base, base, elsewhere] == [after.of(at) for at in (SHIRT, ORDER, SIZE, OTHERS)]
    assert (CUP,) == after.taken
    assert (set() if base else {SHIRT, ORDER, SIZE}) == set(after.unknown)


@pytest.mark.parametrize(
    ("plan", "outcomes"), [(gone(RELEASE), [Stale(SHIRT, "moved")]), (gone("archive"), done(SHIRT))]
)
def test_what_is_still_ours_keeps_all_that_the_store_remembers_of_it(plan, outcomes):
    held = Pointer(commit=LATER, exceptions={THEN: (SIZE,)}, taken=(SHIRT,))
    after = pointer_after_rollback(plan, outcomes, held, a_run(SHIRT, ORDER))
    assert after is not None
    assert [LATER, THEN, (SHIRT,)] == [after.of(ORDER), after.of(SIZE), after.taken]


OURS, THEIRS = Address("product", "mug"), Address("variant", "mug/S")
BELOW = Address("variant", "cup/S")


@pytest.mark.parametrize("commit", [THEN, LATER])
def test_what_moved_back_is_at_the_commit_before_the_run_by_both_its_keys(commit):
    plan = a_plan(Move(CUP, "P", OURS, ()), Update(BELOW, "V", ()))
    after = pointer_after_rollback(plan, done(CUP, BELOW), Pointer(commit=commit, taken=(OURS,)), a_run(OURS, THEIRS))
    assert after is not None
    assert [BEFORE] * 4 == [after.of(at) for at in (OURS, THEIRS, CUP, BELOW)]
    assert {OURS, CUP} == {*after.taken}


def test_what_did_not_move_back_is_so_by_the_key_that_it_has():
    plan = a_plan(Move(CUP, "P", OURS, ()), Update(BELOW, "V", ()))
    outcomes: list[Outcome] = [Stale(CUP, "moved"), Applied(BELOW)]
    after = pointer_after_rollback(plan, outcomes, Pointer(commit=LATER), a_run(OURS, THEIRS))
    assert after is not None
    assert [LATER, BEFORE, LATER, LATER] == [after.of(at) for at in (OURS, THEIRS, CUP, BELOW)]


def test_what_was_counted_and_is_counted_out_is_so_with_the_quantity_that_it_moved():
    made, stock = Address("adjustment", "cup/S/north: R1"), Address("stock", "cup/S/north")
    counter = "cup/S/north: rollback run-1: rollback run-2: rollback run-1: R1"
    plan = a_plan(Create(Address("adjustment", counter), (FieldChange("delta", None, 5),)))
    after = pointer_after_rollback(plan, done(Address("adjustment", counter)), Pointer(commit=LATER), a_run(made, HAT))
    assert after is not None
    assert [BEFORE, BEFORE, LATER] == [after.of(at) for at in (made, stock, HAT)]
