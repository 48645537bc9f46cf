"""Cases as data: what git asks for and what a store holds in, changes and broken limits out."""

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.kinds import KINDS
from reconciler.model.kind import KindSet
from reconciler.model.limits import Limits
from reconciler.model.ownership import OwnershipPolicy
from reconciler.planning.group import plan_group
from reconciler.planning.guard import violations
from reconciler.planning.order import ordered
from reconciler.planning.scope import Patterns, Policy
from tests.planning import spelling

CASES = dict(spelling.cases(Path(__file__).parent / "cases"))
KEYS = {
    "claim",
    "desired",
    "live",
    "unread",
    "policy",
    "managed",
    "limits",
    "changes",
    "observed",
    "violations",
    "whole",
} | {"notes"}


def policy_of(case: spelling.Case) -> Policy:
    said = case.get("policy", {})
    assert set(said) <= {"on_remove", "ownership", "only", "except"}
    return Policy(
        ownership=OwnershipPolicy(said.get("ownership", {})),
        on_remove=said.get("on_remove", "archive"),
        patterns=Patterns(tuple(said.get("only", ())), tuple(said.get("except", ()))),
    )


# Most cases speak about a field or two; what a thing needs to be made at all is asked for by `whole: true`.
UNDEMANDING = KindSet([replace(kind, needed=frozenset(), needed_children=frozenset()) for kind in KINDS])


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_case_is_planned_as_it_says(case):
    assert set(case) <= KEYS
    kinds = KINDS if case.get("whole") else UNDEMANDING
    desired = spelling.desired(case.get("desired", {}))
    held = spelling.live(case.get("live", {}), desired.resources)
    live = replace(held, unread=frozenset(case.get("unread", ())))
    group = plan_group(desired, live, kinds=kinds, policy=policy_of(case))
    changes = ordered(group.changes, KINDS)
    broken = violations(changes, case.get("managed", {}), Limits(**case.get("limits", {})))
    assert spelling.filled_in(case["changes"]) == [spelling.spelled_change(change) for change in changes]
    assert case.get("observed", []) == [[str(seen.address), seen.path, seen.store, seen.git] for seen in group.observed]
    assert case.get("notes", []) == list(group.notes)
    assert case.get("violations", []) == [violation.rule for violation in broken if _counts(violation.rule, case)]


def _counts(rule: str, case: spelling.Case) -> bool:
    """Whether the case speaks about this limit; one without counts of what is managed does not speak about shares."""
    return rule == "adopt" or "managed" in case


def test_the_claims_differ():
    claims = [claim for claim, _ in spelling.cases(Path(__file__).parent / "cases")]
    assert len(claims) == len(CASES)
