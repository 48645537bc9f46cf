"""Mutations → outcomes: every userError finds its address, and nothing is called applied that was not."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.outcome import Applied, Failed, Skipped
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import (
    AccessDenied,
    BadResponse,
    Forbidden,
    ImpossibleCost,
    OutcomeUnknown,
    QueryRejected,
    ShopError,
    ShopFrozen,
    ShopLocked,
    Throttled,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from reconciler.shopify.idempotency import key_of, next_key
from reconciler.shopify.writer import Sent, refusals, sent
from tests.shopify.answering import ScriptedSender

A, B, C = (Address("box", f"shelf/{key}") for key in "abc")
FINE: Mapping[str, Any] = {"boxes": {"userErrors": []}}


def a_mutation(*covers: Address, partial: bool = False, root: str = "boxes") -> Mutation:
    rows = {f"boxes.{place}": address for place, address in enumerate(covers)}
    return Mutation(root, "mutation", {}, covers, rows, partial=partial)


def an_error(message: str, *field: str | int, code: str | None = None) -> dict[str, Any]:
    return {"message": message, "field": list(field) or None, "code": code}


def refused(*errors: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"boxes": {"userErrors": list(errors)}}


def reasons(result: Sent) -> dict[Address, str]:
    return {outcome.address: getattr(outcome, "reason", "applied") for outcome in result.outcomes}


def test_without_errors_everything_is_applied_in_the_order_of_the_rows():
    assert (Applied(B), Applied(A)) == sent([a_mutation(B, A)], ScriptedSender([FINE])).outcomes


def test_of_a_partial_mutation_only_the_rows_with_an_error_fail():
    answer = refused(an_error("too low", "boxes", "1", "price", code="LOW"))
    result = sent([a_mutation(A, B, C, partial=True)], ScriptedSender([answer]))
    assert {A: "applied", B: "too low (LOW)", C: "applied"} == reasons(result)


def test_of_an_atomic_mutation_every_row_fails_and_says_whose_error_it_was():
    answer = refused(an_error("too low", "boxes", 1, "price", code="LOW"))
    result = sent([a_mutation(A, B)], ScriptedSender([answer]))
    assert {A: "the same request was refused: too low (LOW)", B: "too low (LOW)"} == reasons(result)


def test_an_error_of_no_row_fails_a_partial_mutation_whole():
    answer = refused(an_error("too low", "boxes", "0"), an_error("no such shelf", "shelfId"))
    result = sent([a_mutation(A, B, partial=True)], ScriptedSender([answer]))
    assert {A: "too low", B: "no such shelf"} == reasons(result)


@pytest.mark.parametrize("field", [None, [], ["boxes"], ["boxes", "9"], ["other", "0"], ["boxes", "00"]])
def test_a_path_that_names_no_row_speaks_of_the_whole_request(field):
    failures = refusals(a_mutation(A, B, partial=True), [{"message": "no", "field": field}])
    assert {A: Failed(A, "no"), B: Failed(B, "no")} == failures


def test_all_messages_of_a_row_are_kept_in_their_order():
    errors = [an_error("one", "boxes", "0", "x"), an_error("two", "boxes", "0", "y", code="TWO")]
    assert {A: Failed(A, "one; two (TWO)")} == refusals(a_mutation(A, B, partial=True), errors)


def test_the_longest_path_decides():
    mutation = Mutation("boxes", "", {}, (A, B), {"boxes.1": A, "boxes.1.parts.1": B}, partial=True)
    assert {B} == set(refusals(mutation, [an_error("no", "boxes", "1", "parts", "1", "price")]))
    assert {A} == set(refusals(mutation, [an_error("no", "boxes", "1", "parts", "2")]))


def test_row_ten_is_not_row_one():
    many = [Address("box", f"shelf/{number}") for number in range(11)]
    assert {many[10]} == set(refusals(a_mutation(*many, partial=True), [an_error("no", "boxes", "10")]))


@pytest.mark.parametrize("answer", [{}, {"boxes": None}])
def test_an_answer_without_a_result_fails(answer):
    result = sent([a_mutation(A)], ScriptedSender([answer]))
    assert {A: "the store answered boxes without a result; run plan again"} == reasons(result)


def test_an_address_of_several_mutations_is_applied_only_if_each_was():
    answers = [FINE, refused(an_error("no"))]
    result = sent([a_mutation(A), a_mutation(A, B)], ScriptedSender(answers))
    assert {A: "no", B: "no"} == reasons(result)
    assert 2 == len(result.outcomes)


def test_after_a_failure_the_rest_is_not_sent():
    sender = ScriptedSender([refused(an_error("no"))])
    result = sent([a_mutation(A), a_mutation(A, B), a_mutation(C)], sender)
    rest = "not sent, because of a failure before it"
    assert {A: "no", B: rest, C: rest} == reasons(result)
    assert 1 == len(sender.sent)


def test_after_a_row_that_failed_the_rest_is_not_sent_and_what_was_written_stays_applied():
    sender = ScriptedSender([refused(an_error("no", "boxes", "0"))])
    result = sent([a_mutation(A, B, partial=True), a_mutation(C)], sender)
    assert {A: "no", B: "applied", C: "not sent, because of a failure before it"} == reasons(result)


@pytest.mark.parametrize("error", [Forbidden, ShopFrozen, ShopLocked, Throttled, Unauthorized, Unreachable])
def test_a_refusal_of_the_whole_store_stops_sending_and_is_told(error):
    refusal = error("eu", "no", "pay")
    sender = ScriptedSender([refusal])
    result = sent([a_mutation(A), a_mutation(B)], sender)
    assert refusal is result.refusal
    assert {A: "store eu: no; pay", B: "not sent, because of a failure before it"} == reasons(result)
    assert 1 == len(sender.sent)


@pytest.mark.parametrize(
    "error", [AccessDenied, BadResponse, ImpossibleCost, OutcomeUnknown, QueryRejected, Unavailable]
)
def test_a_refusal_of_one_request_fails_what_it_covers_and_no_more(error):
    result = sent([a_mutation(A, B)], ScriptedSender([error("eu", "no", "mend it")]))
    assert result.refusal is None
    assert {A: "store eu: no; mend it", B: "store eu: no; mend it"} == reasons(result)


def test_nothing_to_send_is_nothing_done():
    assert Sent(()) == sent([], ScriptedSender([]))


@given(
    st.lists(st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=3, unique=True), max_size=4),
    st.lists(st.sampled_from(["fine", "row", "whole", "error"]), min_size=4, max_size=4),
    st.booleans(),
)
def test_every_covered_address_has_exactly_one_outcome(covers, script, partial):
    spelled: dict[str, Mapping[str, Any] | Exception] = {
        "fine": FINE,
        "row": refused(an_error("no", "boxes", "0")),
        "whole": refused(an_error("no")),
        "error": ShopError("eu", "no", "wait"),
    }
    mutations = [a_mutation(*each, partial=partial) for each in covers]
    sender = ScriptedSender([spelled[step] for step in script])
    outcomes = sent(mutations, sender).outcomes
    assert sorted({address for each in covers for address in each}) == sorted(outcome.address for outcome in outcomes)
    unsent = {address for mutation in mutations[len(sender.sent) :] for address in mutation.covers}
    assert not unsent & {outcome.address for outcome in outcomes if isinstance(outcome, Applied)}


def test_rows_that_have_nothing_to_do_with_each_other_may_go_again_without_the_one_at_fault():
    answers = [refused(an_error("too low", "boxes", "1", "price")), FINE]
    alone = [replace(a_mutation(*covers), independent=True, separable=True) for covers in ((A, B), (C,))]
    result = sent(alone, ScriptedSender(answers))
    again = Skipped(A, "the same request was refused: too low")
    assert (again, Failed(B, "too low"), Applied(C)) == result.outcomes


def test_a_key_that_a_refusal_has_spent_is_followed_by_the_next():
    spent = {"boxes": {"userErrors": [an_error("spent", code="IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")]}}
    mutation = replace(a_mutation(A), variables={"key": key_of("a"), "n": 1}, keys={"key": "boxes"})
    sender = ScriptedSender([spent, spent, FINE])
    assert (Applied(A),) == sent([mutation], sender).outcomes
    keys = [key_of("a"), next_key(key_of("a")), next_key(next_key(key_of("a")))]
    assert [{"key": key, "n": 1} for key in keys] == [each.variables for each in sender.sent]


def test_a_key_that_is_always_spent_is_told_in_the_end():
    spent = {"boxes": {"userErrors": [an_error("spent", code="IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")]}}
    mutation = replace(a_mutation(A), variables={"key": "k"}, keys={"key": "boxes"})
    result = sent([mutation], ScriptedSender([spent] * 9))
    assert {A: "spent (IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED)"} == reasons(result)


def test_each_result_of_one_request_speaks_of_its_own_address():
    mutation = replace(a_mutation(A, B, C), results={"one": A, "two": B, "three": C})
    answer = {"one": {"userErrors": []}, "two": {"userErrors": [an_error("no", "input")]}, "three": None}
    result = sent([mutation], ScriptedSender([answer]))
    assert {A: "applied", B: "no", C: "the store answered three without a result; run plan again"} == reasons(result)


def test_what_is_independent_is_sent_after_a_failure_unless_it_covers_it():
    alone = [replace(a_mutation(*covers), independent=True) for covers in ((A,), (B,), (A, C))]
    sender = ScriptedSender([refused(an_error("no")), FINE])
    waits = "it would have been sent together with box/shelf/a, which was not written"
    assert {A: "no", B: "applied", C: waits} == reasons(sent(alone, sender))
    assert 2 == len(sender.sent)


def test_a_refusal_of_the_whole_store_stops_what_is_independent_too():
    sender = ScriptedSender([Unauthorized("eu", "no", "pay")])
    sent([replace(a_mutation(at), independent=True) for at in (A, B)], sender)
    assert 1 == len(sender.sent)


def test_an_id_is_known_as_soon_as_an_answer_told_it():
    known: dict[Address, str] = {}

    def spelled() -> Iterator[Mutation]:
        yield replace(a_mutation(A), ids={"box.id": A})
        yield Mutation("boxes", "mutation", {"id": known[A]}, (B,))

    sender = ScriptedSender([{"boxes": {"box": {"id": "A1"}, "userErrors": []}}, FINE])
    sent(spelled(), sender, learned=known)
    assert {"id": "A1"} == sender.sent[1].variables


@pytest.mark.parametrize("payload", [7, {"userErrors": 5}, {"userErrors": [None]}, {"userErrors": [{}]}])
def test_an_answer_that_nobody_understands_leaves_open_whether_it_was_done(payload):
    result = sent([a_mutation(A), a_mutation(B)], ScriptedSender([{"boxes": payload}, FINE]))
    assert result.doubtful
    assert "may or may not have been done" in reasons(result)[A]
