"""Where the pointer of a store stands after an apply."""

from dataclasses import replace

import pytest

from reconciler import __version__
from reconciler.app.applying.remember import pointer_after, pointer_after_look, pointer_before
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Move, Remove, Update
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome, Skipped, Stale
from reconciler.model.plan import Inputs, Plan, Scope
from reconciler.shopify.pointer import LARGEST_RECORD, JournalHead, Pointer, Record, pointer_json
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


ADOPTED = replace(a_plan(), changes=(Adopt(CUP, "1", ()), Update(BOWL, "2", ())))
ADOPTED_IN_PART = replace(ADOPTED, scope=Scope(("product/*",)), complete=False)
AFTER_TAKING = Pointer(commit=OLD, taken=(BOWL, CUP))
LOOKED = replace(a_plan(), changes=(Remove(Address("variant", "cup/XL"), "3", ()), Update(BOWL, "2", ())))


@pytest.mark.parametrize("before", [None, AT_OLD])
@pytest.mark.parametrize("plan", [ADOPTED, ADOPTED_IN_PART, replace(ADOPTED_IN_PART, scope=Scope(("field:title",)))])
def test_what_is_taken_over_is_noted_whatever_else_the_plan_looked_at(before: Pointer | None, plan: Plan) -> None:
    moved = pointer_after(plan, (Applied(CUP), Applied(BOWL)), before, NEW)
    assert (None if moved is None else (CUP,)) == (moved and moved.taken)
    assert (moved is None) == (before is None and plan.scope.only == ("field:title",))


@pytest.mark.parametrize("before", [None, AT_OLD])
def test_what_may_be_taken_over_is_noted_before_anything_is_written(before: Pointer | None) -> None:
    noted = pointer_before(ADOPTED, Record(before))
    assert replace(before or Pointer(), taken=(CUP,)) == noted
    assert None is pointer_before(ADOPTED, Record(noted))
    assert None is pointer_before(LOOKED, Record(before))
    assert None is pointer_before(ADOPTED, Record(is_damaged=True))


def test_what_was_taken_over_stays_noted_under_the_key_that_it_moves_to() -> None:
    moving = replace(
        a_plan(), changes=(Move(JUG, "1", CUP), Move(Address("product", "x"), "2", Address("product", "y")))
    )
    moved = pointer_after(moving, (Applied(JUG),), replace(AT_OLD, taken=(CUP,)), NEW)
    assert moved is not None
    assert (CUP, JUG) == moved.taken


def test_what_holds_nothing_that_git_does_not_name_is_brought_to_git_whole() -> None:
    look = replace(LOOKED, unplanned=(JUG,))
    taken = replace(AFTER_TAKING, taken=(BOWL, CUP, JUG))
    assert (replace(taken, taken=(CUP, JUG)), ()) == pointer_after_look(taken, None, look)


@pytest.mark.parametrize(
    "look",
    [None, replace(LOOKED, complete=False), replace(LOOKED, scope=Scope(exclude=("variant/*",)), complete=False)],
)
def test_only_a_look_at_everything_says_that_something_was_brought_to_git_whole(look: Plan | None) -> None:
    assert (AFTER_TAKING, ()) == pointer_after_look(AFTER_TAKING, None, look)


def test_a_store_that_took_over_more_than_it_can_remember_still_remembers_its_commit() -> None:
    many = tuple(Adopt(Address("product", f"{'x' * 40}-{number}"), "1", ()) for number in range(2_500))
    assert None is pointer_before(replace(a_plan(), changes=many), Record())
    moved = pointer_after(replace(a_plan(), changes=many), (Failed(CUP, "x"),), None, NEW)
    pointer, notes = pointer_after_look(moved, None, None)
    assert (NEW, {}, (CUP,)) == facts(pointer)
    assert pointer is not None
    assert () == pointer.taken
    (note,) = notes
    assert "2,500 things were taken over" in note
    nothing_left = pointer_after_look(moved, None, replace(LOOKED, changes=()))
    assert (pointer, ()) == nothing_left


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
    pointer, (note,) = pointer_after_look(pointer_after(a_plan(), many, AT_OLD, NEW), AT_OLD, None)
    assert pointer is AT_OLD
    assert f"stays at commit {OLD[:12]}" in note
    assert (None, "stays at no commit") == brought_first(many)
    fits, notes = pointer_after_look(pointer_after(a_plan(), many[:100], AT_OLD, NEW), AT_OLD, None)
    assert fits is not None
    assert (NEW, ()) == (fits.commit, notes)
    assert len(pointer_json(fits)) < LARGEST_RECORD


def brought_first(outcomes: list[Failed]) -> tuple[Pointer | None, str]:
    pointer, (note,) = pointer_after_look(pointer_after(a_plan(), outcomes, None, NEW), None, None)
    return pointer, note[note.index("stays") :][: len("stays at no commit")]
