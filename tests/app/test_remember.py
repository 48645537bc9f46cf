"""Where the pointer of a store stands after an apply."""

from dataclasses import replace

import pytest

from reconciler import __version__
from reconciler.app.remember import pointer_after
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Update
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome, Skipped, Stale
from reconciler.model.plan import Inputs, Plan, Scope
from reconciler.shopify.pointer import LARGEST_RECORD, JournalHead, Pointer, pointer_json
from tests.render.plans import a_plan

OLD, NEW, NEWEST = "a" * 40, "b" * 40, "c" * 40
CUP, BOWL, JUG = (Address("product", key) for key in ("cup", "bowl", "jug"))
HEAD = JournalHead(7, "h")
AT_OLD = Pointer(commit=OLD, engine=__version__, plan="1", journal=HEAD)


def a_part(*only: str, exclude: tuple[str, ...] = ()) -> Plan:
    return a_plan(scope=Scope(only, exclude), complete=False)


def facts(pointer: Pointer | None) -> object:
    return pointer and (pointer.commit, pointer.exceptions, pointer.unknown)


def after(before: Pointer | None, *outcomes: Outcome, plan: Plan | None = None, commit: str | None = NEW) -> object:
    return facts(pointer_after(plan or a_plan(), outcomes, before, commit))


def test_a_whole_apply_moves_to_its_commit() -> None:
    assert (NEW, {}, ()) == after(None, Applied(CUP), AlreadySo(BOWL))
    assert (NEW, {}, ()) == after(replace(AT_OLD, exceptions={NEWEST: (CUP,)}, unknown=(BOWL,)), Applied(JUG))


def test_the_head_of_the_journal_stays_until_somebody_writes_another() -> None:
    moved = pointer_after(a_plan(), (), AT_OLD, NEW)
    assert moved is not None
    assert HEAD == moved.journal


@pytest.mark.parametrize("pending", [Failed(CUP, "x"), Stale(CUP, "x"), Skipped(CUP, "x")])
def test_what_is_pending_stays_with_the_commit_before(pending: Outcome) -> None:
    assert (NEW, {OLD: (CUP,)}, ()) == after(AT_OLD, pending, Applied(BOWL))


def test_what_was_pending_before_keeps_the_commit_that_it_had() -> None:
    before = replace(AT_OLD, exceptions={NEWEST: (CUP, BOWL)}, unknown=(JUG,))
    assert (NEW, {NEWEST: (CUP,)}, (JUG,)) == after(before, Failed(CUP, "x"), Applied(BOWL), Failed(JUG, "x"))


def test_what_was_pending_at_the_first_apply_is_of_no_commit() -> None:
    assert (NEW, {}, (CUP,)) == after(None, Failed(CUP, "x"), Applied(BOWL))


def test_what_a_plan_could_not_bring_about_is_pending() -> None:
    assert (NEW, {OLD: (CUP,)}, ()) == after(AT_OLD, plan=a_plan(unplanned=(CUP,)))


def test_what_is_left_of_something_taken_over_is_pending_whatever_was_written() -> None:
    plan = replace(a_plan(), changes=(Adopt(CUP, "1", ()), Update(BOWL, "2", ())))
    theirs = Address("variant", "cup/XL")

    def moved(before: Pointer | None, plan: Plan, commit: str | None = NEW) -> object:
        left_over = (CUP, theirs, BOWL)
        return facts(pointer_after(plan, (Applied(CUP), Applied(BOWL)), before, commit, left_over=left_over))

    assert (NEW, {OLD: (CUP, theirs)}, ()) == moved(AT_OLD, plan)
    assert (NEW, {}, (CUP, theirs)) == moved(None, plan)
    part = replace(plan, scope=Scope(("product/*",)), complete=False)
    assert (OLD, {OLD: (CUP, theirs), NEW: (BOWL,)}, ()) == moved(AT_OLD, part)
    assert (OLD, {OLD: (CUP, theirs)}, (BOWL,)) == moved(AT_OLD, replace(part, scope=Scope(("field:title",))))


def test_a_part_is_ahead_of_the_rest() -> None:
    assert (OLD, {NEW: (CUP,)}, ()) == after(AT_OLD, Applied(CUP), Failed(BOWL, "x"), plan=a_part("product/*"))
    before = replace(AT_OLD, exceptions={NEW: (CUP, BOWL)}, unknown=(JUG,))
    done = (Applied(CUP), Applied(JUG))
    assert (OLD, {NEW: (BOWL,), NEWEST: (CUP, JUG)}, ()) == after(before, *done, plan=a_part("x"), commit=NEWEST)
    assert (OLD, {NEW: (BOWL,)}, ()) == after(before, *done, plan=a_part("x"), commit=OLD)


@pytest.mark.parametrize("plan", [a_part("field:price"), a_part(exclude=("field:title",))])
def test_of_half_a_thing_no_commit_says_what_the_store_holds(plan: Plan) -> None:
    assert (OLD, {NEW: (BOWL,)}, (CUP,)) == after(
        replace(AT_OLD, exceptions={NEW: (BOWL, CUP)}), Applied(CUP), plan=plan
    )


def test_files_of_no_commit_move_no_commit() -> None:
    dirty = a_plan(inputs=Inputs("5" * 64, commit=NEW, dirty=True))
    assert (OLD, {}, (CUP,)) == after(AT_OLD, Applied(CUP), Failed(BOWL, "x"), plan=dirty, commit=None)
    assert None is after(None, Applied(CUP), plan=dirty, commit=None)


def test_the_files_as_they_are_now_say_which_commit_it_is() -> None:
    dirty = a_plan(inputs=Inputs("5" * 64, commit=OLD, dirty=True))
    assert (NEW, {}, ()) == after(AT_OLD, Applied(CUP), plan=dirty)
    clean = a_plan(inputs=Inputs("5" * 64, commit=NEW))
    assert (NEW, {}, ()) == after(AT_OLD, Applied(CUP), plan=clean, commit=None)


def test_a_pointer_that_says_the_same_is_not_written_again() -> None:
    assert AT_OLD is pointer_after(a_plan(), (), AT_OLD, OLD)
    older_engine = replace(AT_OLD, engine="0.0.1")
    assert older_engine is not pointer_after(a_plan(), (), older_engine, OLD)


def test_a_pointer_that_would_not_fit_stays_where_it_was() -> None:
    many = [Failed(Address("variant", f"{'x' * 200}/{number}"), "x") for number in range(1_000)]
    assert AT_OLD is pointer_after(a_plan(), many, AT_OLD, NEW)
    fits = pointer_after(a_plan(), many[:100], AT_OLD, NEW)
    assert fits is not None
    assert len(pointer_json(fits)) < LARGEST_RECORD
