"""What a run wrote, read off the records of its store's journal."""

from dataclasses import replace

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Create, FieldChange, Move, Remove, Update
from reconciler.model.outcome import AlreadySo, Applied, Failed, Stale
from reconciler.model.plan import Scope, Target
from reconciler.model.record import Answered, Begun, Ended, Held, Kept, Record, Requested, Told
from reconciler.planning.later import Later, Rewritten
from reconciler.planning.written import Written, written

SHIRT, PRICE = Address("product", "shirt"), Address("variant", "shirt/A")
NEW_TITLE = Update(SHIRT, "P1", (FieldChange("title", "Old", "New"),))


def begun(run: str = "run-1", undoes: str | None = None) -> Begun:
    return Begun(
        run=run,
        plan="",
        engine="",
        target=Target("shop", "S1", "2026-10", "EUR"),
        commit="c2",
        base_commit="c1",
        scope=Scope(),
        actor="",
        undoes=undoes,
    )


def asked(*changes, request: int = 1, run: str = "run-1") -> Requested:
    return Requested(run=run, request=request, mutation="productUpdate", changes=changes)


def answered(result="executed", *errors, request: int = 1, run: str = "run-1", ids=None) -> Answered:
    return Answered(run=run, request=request, result=result, errors=errors, ids=ids or {})


def told(*outcomes, run: str = "run-1") -> Told:
    return Told(run=run, outcomes=outcomes)


def of(*records: Record) -> Written:
    found = written([begun(), *records], "run-1", KINDS)
    assert found is not None
    return found


def test_what_was_asked_and_applied_was_written():
    assert {SHIRT: NEW_TITLE} == of(asked(NEW_TITLE), answered(), told(Applied(SHIRT))).changes


def test_what_was_refused_was_not_written():
    assert {} == of(asked(NEW_TITLE), answered("refused"), told(Failed(SHIRT, "no"))).changes


def test_a_row_that_the_store_refused_was_not_written():
    assert {} == of(asked(NEW_TITLE), answered("executed", "taken"), told(Stale(SHIRT, "moved"))).changes


def test_a_row_beside_one_that_was_refused_was_written():
    records = asked(NEW_TITLE), answered("executed", "of another row"), told(Applied(SHIRT))
    assert {SHIRT: NEW_TITLE} == of(*records).changes


def test_what_was_so_before_anybody_asked_is_not_ours():
    assert {} == of(told(AlreadySo(SHIRT))).changes


def test_a_request_without_an_answer_counts_as_written():
    assert {SHIRT: NEW_TITLE} == of(asked(NEW_TITLE)).changes


def test_an_answer_that_was_lost_counts_as_written_and_so_does_what_was_found_so_afterwards():
    assert {SHIRT: NEW_TITLE} == of(asked(NEW_TITLE), answered("unknown"), told(AlreadySo(SHIRT))).changes
    assert {SHIRT: NEW_TITLE} == of(asked(NEW_TITLE), answered("unknown"), told(Failed(SHIRT, "lost"))).changes


def test_an_answer_that_was_lost_first_and_refused_then_counts_when_the_store_holds_the_value():
    assert {SHIRT: NEW_TITLE} == of(asked(NEW_TITLE), answered("refused"), told(Applied(SHIRT))).changes


def test_a_run_that_was_killed_and_resumed_is_one_run():
    price = Update(PRICE, "V1", (FieldChange("price", "1.00", "2.00"),))
    records = (asked(NEW_TITLE), begun(), told(AlreadySo(SHIRT)), asked(price), answered(), told(Applied(PRICE)))
    assert {SHIRT: NEW_TITLE, PRICE: price} == of(*records).changes


def test_what_takes_two_requests_is_one_change_from_its_first_value_to_its_last():
    first = Update(SHIRT, "P1", (FieldChange("title", "A", "B"), FieldChange("vendor", "X", "Y")))
    second = Update(SHIRT, "P1", (FieldChange("title", "B", "C"), FieldChange("status", "DRAFT", "ACTIVE")))
    merged = of(asked(first), answered(), asked(second, request=2), answered(request=2), told(Applied(SHIRT)))
    paths = {each.path: (each.before, each.after) for each in merged.changes[SHIRT].fields}
    assert {"title": ("A", "C"), "vendor": ("X", "Y"), "status": ("DRAFT", "ACTIVE")} == paths


def test_the_first_of_two_requests_that_was_executed_counts_though_the_second_failed():
    records = (
        asked(NEW_TITLE),
        answered(),
        asked(NEW_TITLE, request=2),
        answered("executed", "no", request=2),
        told(Failed(SHIRT, "no")),
    )
    assert {SHIRT: NEW_TITLE} == of(*records).changes


def test_of_a_taking_over_whose_fields_were_refused_only_the_mark_was_written():
    taken = Adopt(SHIRT, "P1", ())
    filled = Adopt(SHIRT, "P1", NEW_TITLE.fields)
    for answer in (answered("refused", request=2), answered("executed", "no", request=2)):
        records = (asked(taken), answered(), asked(filled, request=2), answer, told(Failed(SHIRT, "no")))
        assert {SHIRT: taken} == of(*records).changes


def test_ids_kept_bytes_and_what_went_along_are_known():
    made = Create(SHIRT, (FieldChange("title", None, "New"),))
    kept = Kept(run="run-1", address=Address("image", "shirt/front"), file="journal/kept/1.png", sha256="1")
    stock = Address("stock", "shirt/A/north")
    held = Held(run="run-1", fields={stock: {"available": 3}}, ids={stock: "L1"})
    found = of(kept, held, asked(made), answered(ids={SHIRT: "P1"}), told(Applied(SHIRT)))
    assert {SHIRT: "P1", stock: "L1"} == found.ids
    assert {stock: {"available": 3}} == found.held
    assert {kept.address: kept} == found.kept


def test_what_was_held_at_first_counts_when_a_run_is_resumed():
    stock = Address("stock", "shirt/A/north")
    first, second = (Held(run="run-1", fields={stock: {"available": each}}) for each in (3, 4))
    assert {"available": 3} == of(first, begun(), second).held[stock]


def test_what_a_stopped_process_would_take_away_does_not_count_once_another_went_on_with_its_run():
    front, stock = Address("image", "shirt/front"), Address("stock", "shirt/A/north")
    other = Address("stock", "hat/H/north")
    kept = Kept(run="run-1", address=front, file="journal/kept/1.png", sha256="1", fence=3)
    late: list[Record] = [
        replace(kept, file="journal/kept/2.png", fence=2),
        Held(run="run-1", fields={other: {"available": 9}}, ids={other: "L9"}, fence=2),
    ]
    held = Held(run="run-1", fields={stock: {"available": 3}}, ids={stock: "L1"}, fence=3)
    found = of(replace(begun(), fence=2), replace(begun(), fence=3), kept, held, *late)
    assert ({front: kept}, {stock: {"available": 3}}, {stock: "L1"}) == (found.kept, found.held, found.ids)


def test_what_later_runs_wrote_is_known_by_the_last_of_them():
    gone = Remove(SHIRT, "P1", ())
    found = of(
        asked(NEW_TITLE),
        answered(),
        Ended(run="run-1", counts={}),
        begun("run-2"),
        asked(gone, run="run-2"),
        answered(run="run-2"),
        begun("run-3", undoes="run-1"),
        asked(NEW_TITLE, run="run-3"),
        answered("refused", run="run-3"),
        told(Failed(SHIRT, "no"), run="run-3"),
    )
    assert Rewritten("run-2", did="removed it") == found.later.of(SHIRT, "title")


def test_a_rollback_of_the_run_is_told_from_other_runs():
    records = asked(NEW_TITLE), answered(), begun("run-2", undoes="run-1"), asked(NEW_TITLE, run="run-2")
    assert Rewritten("run-2", takes_back=True, did="wrote New") == of(*records).later.of(SHIRT, "title")


def test_earlier_runs_do_not_count():
    records: list[Record] = [
        begun("run-0"),
        asked(NEW_TITLE, run="run-0"),
        answered(run="run-0"),
        begun(),
        asked(NEW_TITLE),
    ]
    found = written(records, "run-1", KINDS)
    assert found is not None
    assert Later() == found.later


def test_a_run_that_the_journal_does_not_know():
    assert written([begun("run-0")], "run-1", KINDS) is None


def test_what_a_later_run_wrote_counts_under_the_key_that_it_moved_a_root_to():
    blouse = Address("product", "blouse")
    moved = Move(blouse, "P1", SHIRT, (FieldChange("(mark)", "shirt", "blouse"),))
    price = Update(Address("variant", "blouse/A"), "V1", (FieldChange("price", "10", "12"),))
    title = Update(blouse, "P1", (FieldChange("title", "New", "Newer"),))
    later = asked(moved, price, run="run-2"), answered(run="run-2"), asked(title, request=2, run="run-2")
    found = of(asked(NEW_TITLE), answered(), begun("run-2"), *later)
    assert [blouse] == list(found.changes)
    assert {blouse, price.address} == set(found.later.by_address)
    assert found.later.stands(blouse, "title") is not None


def test_what_a_rollback_left_is_told_from_what_it_did_and_is_sure_only_once_it_ended():
    gone = Remove(SHIRT, "P1", ())
    found, untold, failed = (Address(kind, "shirt/A") for kind in ("variant_image", "variant", "image"))
    member = Address("membership", "summer/shirt")
    back = [Create(at, ()) for at in (SHIRT, found, untold, failed, member)]
    records: list[Record] = [
        *(asked(gone), answered(), Held(run="run-1", fields={member: {"member": True}})),
        *(begun("run-2", undoes="run-1"), asked(*back, run="run-2"), answered("unknown", run="run-2")),
        told(Applied(SHIRT), AlreadySo(found), Failed(failed, "lost"), Applied(member), run="run-2"),
    ]
    addresses = {"product": SHIRT, "found": found, "untold": untold, "failed": failed, "member": member}

    def fates(*more: Record) -> dict[str, str]:
        later = of(*records, *more).later
        return {name: again.fate for name, at in addresses.items() if (again := later.brought_back(at, KINDS))}

    unsure = {"product": "made", "found": "made", "untold": "unknown", "failed": "undone", "member": "made"}
    assert unsure == fates()
    assert unsure | {"untold": "unknown"} == fates(told(Stale(untold, "changed"), run="run-2"))
    ended = Ended(run="run-2", counts={})
    assert unsure | {"product": "done", "found": "done", "member": "done"} == fates(ended)
    assert unsure == fates(ended, begun("run-2", undoes="run-1"))


def test_what_came_back_to_something_that_was_made_anew_since_is_not_back():
    member, gone = Address("membership", "summer/shirt"), Remove(SHIRT, "P1", ())
    records: list[Record] = [asked(gone), answered(), Held(run="run-1", fields={member: {"member": True}})]
    for run, made in (("run-2", (SHIRT, member)), ("run-3", (SHIRT,))):
        records += [begun(run, undoes="run-1"), asked(*(Create(at, ()) for at in made), run=run), answered(run=run)]
        records += [told(*map(Applied, made), run=run), Ended(run=run, counts={})]
    later = of(*records).later
    assert later.brought_back(member, KINDS) is None
    assert later.brought_back(SHIRT, KINDS) == Rewritten("run-3", takes_back=True, did="made it anew")


def titled(before: str, after: str) -> Update:
    return Update(SHIRT, "P1", (FieldChange("title", before, after),))


def ran(run: str, *changes, undoes: str | None = None, held=None) -> list[Record]:
    """Return the records of a run that came to its end."""
    kept: list[Record] = [Held(run=run, fields=held)] if held else []
    sent = [
        *kept,
        asked(*changes, run=run),
        answered(run=run),
        told(*(Applied(each.address) for each in changes), run=run),
    ]
    return [begun(run, undoes), *sent, Ended(run=run, counts={})]


def since(*runs: list[Record]) -> Later:
    return of(*(record for records in runs for record in records)).later


MADE, GONE = Create(PRICE, (FieldChange("price", None, "1"),)), Remove(PRICE, "V1", (FieldChange("price", "1", None),))
LEVEL = Address("stock", "shirt/A/north")
FIRST: list[Record] = [asked(NEW_TITLE, MADE), answered()]


def test_a_rollback_that_was_itself_taken_back_leaves_the_run_standing_until_that_is_taken_back_once_more():
    later = ran("run-2", titled("New", "Newer")), ran("run-3", titled("Newer", "New"), undoes="run-2")
    redone = ran("run-4", titled("New", "Newer"), undoes="run-3")
    assert Later() == since(FIRST, *later)
    assert Rewritten("run-2", did="wrote Newer") == since(FIRST, *later, redone).of(SHIRT, "title")
    for undoes in ("run-2", "run-4"):
        assert Later() == since(FIRST, *later, redone, ran("run-5", titled("Newer", "New"), undoes=undoes))


def test_a_rollback_takes_back_as_much_as_it_wrote():
    both = Update(SHIRT, "P1", (FieldChange("title", "New", "Newer"), FieldChange("vendor", "A", "B")))
    later = since(FIRST, ran("run-2", both), ran("run-3", titled("Newer", "New"), undoes="run-2"))
    assert (None, "run-2") == (later.of(SHIRT, "title"), getattr(later.of(SHIRT, "vendor"), "run", None))


def test_what_a_rollback_brought_back_that_had_gone_along_is_no_writing_of_its_own():
    level = Create(LEVEL, (FieldChange("available", None, 3),))
    gone = ran("run-2", GONE, held={LEVEL: {"available": 3}})
    assert "run-2" == getattr(since(FIRST, gone).of(LEVEL, "available"), "run", None)
    assert Later() == since(FIRST, gone, ran("run-3", MADE, level, undoes="run-2"))
    partly = since(FIRST, gone, ran("run-3", MADE, undoes="run-2"))
    assert [LEVEL] == list(partly.by_address), "what it did not come to stays gone"


def test_what_a_rollback_took_away_goes_with_all_that_the_run_made_below_it():
    level = Create(LEVEL, (FieldChange("available", None, 3),))
    assert Later() == since(
        FIRST,
        ran("run-2", GONE),
        ran("run-3", MADE, level),
        ran("run-4", GONE, undoes="run-3"),
        ran("run-5", MADE, undoes="run-2"),
    )


def test_a_rollback_of_a_run_before_is_a_later_run_like_any_other():
    assert "run-2" == getattr(
        since(FIRST, ran("run-2", titled("New", "Older"), undoes="run-0")).of(SHIRT, "title"), "run", None
    )


def test_of_what_was_written_as_a_whole_and_in_part_the_last_one_counts():
    dearer = Update(PRICE, "V1", (FieldChange("price", "1", "2"),))
    later = since(FIRST, ran("run-2", GONE), ran("run-3", dearer), ran("run-4", GONE))
    assert "run-4" == getattr(later.of(PRICE, "price"), "run", None)


def test_an_empty_level_that_goes_along_is_nothing_that_was_lost():
    assert [PRICE] == list(since(FIRST, ran("run-2", GONE, held={LEVEL: {"available": 0}})).by_address)


def test_what_was_taken_out_by_its_difference_is_known_under_the_key_of_now():
    blouse = Address("product", "blouse")
    back = Create(LEVEL, (FieldChange("available", None, 3),))
    out = Update(LEVEL, "L1", (FieldChange("available", 1, -2),))
    moved = Move(blouse, "P1", SHIRT, (FieldChange("(mark)", "shirt", "blouse"),))
    emptied: list[Record] = [asked(NEW_TITLE, Remove(LEVEL, "L1", (FieldChange("available", 3, None),))), answered()]
    runs = ran("run-2", back, undoes="run-1"), ran("run-3", out, undoes="run-2")
    assert {LEVEL} == since(emptied, *runs).counted_out
    assert {Address("stock", "blouse/A/north")} == since(emptied, *runs, ran("run-4", moved)).counted_out


def test_a_level_that_was_taken_away_again_as_a_whole_was_not_taken_out_by_its_difference():
    back, gone = Create(LEVEL, (FieldChange("available", None, 3),)), Remove(LEVEL, "L2", ())
    emptied: list[Record] = [asked(NEW_TITLE, Remove(LEVEL, "L1", (FieldChange("available", 3, None),))), answered()]
    assert Later() == since(emptied, ran("run-2", back, undoes="run-1"), ran("run-3", gone, undoes="run-2"))
