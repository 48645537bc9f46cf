"""Whatever goes wrong between us and a store: the end is right, or the report says exactly what is not.

Each schedule plans and applies a small catalog with every kind while one fault of the embedded store happens, rarely,
often or in a burst. What the store holds is read by documents of the test's own and compared with an undisturbed run.
``FAULT_SCHEDULES=1000`` plays as many.
"""

from collections import Counter
from dataclasses import dataclass

import pytest
import requests

from reconciler.app.sessions.session import Session
from reconciler.app.stores.fleet import FleetResult
from reconciler.cli.apply import exit_code_of
from reconciler.kinds import KINDS
from reconciler.model.outcome import AlreadySo, Applied, ApplyReport
from reconciler.model.plan import Plan, Scope
from tests.contract.repository import Repository
from tests.faults.conftest import Expect, NewStory, Start, Undisturbed
from tests.faults.held import held, strange
from tests.faults.schedules import FAULTS, INTENSITIES, Fault, a_fault, count_of

SCHEDULES = count_of("FAULT_SCHEDULES", otherwise=len(FAULTS))
STARTS: tuple[Start, ...] = ("a store as it was", "an empty store")
UNKNOWN = "may or may not have been done"


def declare(repository: Repository, *faults: Fault) -> int:
    """Declare the faults of the store in place of those before; return how often those happened."""
    url = f"{repository.embedded._base()}/_sandbox/shops/{repository.shop}/faults"
    before = requests.get(url, timeout=30).json()["faults"]
    answer = requests.put(url, json={"faults": list(faults)}, timeout=30)
    assert answer.ok, answer.text
    return sum(each["fired"] for each in before)


def planned(repository: Repository) -> Plan | None:
    """Return the plan, or None where the store could not be read and we said so."""
    session = Session(repository.root, [], repository.embedded)
    fleet = session.planned(Scope())
    assert {7} >= {failure.error.exit_code for failure in fleet.failures}
    return fleet.results[0].plan if fleet.results else None


def applied(repository: Repository, plan: Plan) -> FleetResult[ApplyReport]:
    session = Session(repository.root, [], repository.embedded)
    return session.applied([plan], [each.rule for each in plan.violations])


@dataclass(frozen=True)
class Schedule:
    """What goes wrong, how often, and what is to be made of what."""

    kind: str
    intensity: str
    start: Start
    seed: int

    def __str__(self) -> str:
        return f"{self.seed}: {self.kind}, {self.intensity}, from {self.start}"


def schedules() -> list[Schedule]:
    """Return every fault with each intensity and start in turn."""
    rounds = ((n, FAULTS[n % len(FAULTS)], n // len(FAULTS)) for n in range(SCHEDULES))
    return [Schedule(kind, INTENSITIES[(n + 1 + turn) % 3], STARTS[n // 5 % 2], n) for n, kind, turn in rounds]


def test_the_catalog_has_every_kind(new_story: NewStory) -> None:
    from_nothing = new_story("an empty store").plan()
    from_before = new_story("a store as it was").plan()
    assert {kind.name for kind in KINDS} == {
        each.address.kind for each in (*from_nothing.changes, *from_before.changes)
    }
    actions = {"create", "update", "remove"}
    assert actions == {each.action for each in (*from_nothing.changes, *from_before.changes)}


@pytest.mark.parametrize("schedule", schedules(), ids=str)
def test_the_end_is_right_or_the_report_says_what_is_not(
    schedule: Schedule, new_story: NewStory, undisturbed: Expect, figures: Counter[str]
) -> None:
    expected, repository = undisturbed(schedule.start), new_story(schedule.start)
    clean = repository.plan()
    declare(repository, a_fault(schedule.kind, schedule.intensity, schedule.seed))
    plan = planned(repository)
    fleet = applied(repository, plan) if plan is not None and not plan.errored else None
    happened, now = declare(repository), held(repository)
    assert {} == strange(now, expected.before, expected.after)
    if plan is None or fleet is None:
        assert expected.before == now
    else:
        assert clean.digest == plan.digest
        _is_honest(repository, plan, fleet, expected)
    figures["schedules"] += 1
    figures["with the fault"] += bool(happened)
    figures[f"exit code {exit_code_of(fleet)}" if fleet else "no plan"] += 1
    _converges(repository, expected)


def _is_honest(repository: Repository, plan: Plan, fleet: FleetResult[ApplyReport], expected: Undisturbed) -> None:
    now, code = held(repository), exit_code_of(fleet)
    if fleet.failures:
        assert (expected.before, fleet.failures[0].error.exit_code) == (now, code)
        return
    (report,) = fleet.results
    left = {change.address for change in repository.plan().changes}
    done = {each.address for each in report.outcomes if isinstance(each, Applied | AlreadySo)}
    undone = {each.address: str(getattr(each, "reason", "")) for each in report.outcomes if each.address not in done}
    assert {change.address for change in plan.changes} == done | undone.keys()
    assert set() == done & left
    assert {} == {at: why for at, why in undone.items() if at not in left and UNKNOWN not in why}
    assert not report.verified or left == set(report.left_over)
    assert report.complete == (code == 0)
    assert not report.complete or expected.after == now
    assert code in {0, 6} or expected.before == now


def _converges(repository: Repository, expected: Undisturbed) -> None:
    report = repository.apply(repository.plan())
    assert report.complete, report
    assert expected.after == held(repository)
    assert () == repository.plan().changes
