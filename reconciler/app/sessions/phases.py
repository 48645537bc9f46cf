"""Phases: what a session does for each store, and how it is told to whoever does it in another process.

What is told and heard is JSON: the same plan and the same report, to the byte, whoever made them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter

from reconciler.app.review.planfile import plan_of
from reconciler.app.stores.fleet import Checkout, FleetResult, Result
from reconciler.model.errors import WrongUsage
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan, Scope
from reconciler.model.plan_text import plan_json
from reconciler.model.store import Store
from reconciler.shopify.interruption import LAST_ANSWERS_S, Interruption

if TYPE_CHECKING:
    from reconciler.app.sessions.session import Session

_LAST_NOTES_S: Final = 2.0  # for the journal and the lease, after the last answer
PLAN: Final = "plan"
APPLY: Final = "apply"


@dataclass(frozen=True, slots=True)
class Planning:
    """Plan a store."""

    scope: Scope
    checkout: Checkout
    work: Callable[[Store], Plan]
    replayed: frozenset[str] = frozenset()
    """The stores that are not asked: a snapshot of them is here."""
    name: str = PLAN
    writes: bool = False

    def here(self, store: Store) -> Plan:
        """Plan it in this process."""
        return self.work(store)

    def told(self, store: Store) -> bytes:
        """Return the scope. Raises WrongUsage for a store that is planned against a snapshot."""
        if store.name in self.replayed:
            raise WrongUsage(f"store {store.name}: its snapshot is here, and so is its plan made; say --executor local")
        return _scopes().dump_json(self.scope)

    def break_off(self) -> None:
        """Wait for nothing: it only reads."""

    def heard(self, answer: bytes) -> Plan:
        """Return the plan. Raises PlanRefused for one that is not whole."""
        return plan_of(answer, "the plan of a worker")


@dataclass(frozen=True, slots=True)
class Applying:
    """Apply the plan of a store."""

    plans: Mapping[str, Plan]
    """By the store's name."""
    accepted: tuple[str, ...]
    checkout: Checkout
    work: Callable[[Store], ApplyReport]
    interruption: Interruption
    """Of all stores that are written here."""
    name: str = APPLY
    writes: bool = True

    def here(self, store: Store) -> ApplyReport:
        """Apply it in this process."""
        with self.interruption.at_work():
            return self.work(store)

    def break_off(self) -> None:
        """Let nothing more be sent, and wait for what was, and for the leases to be given back."""
        self.interruption.come(LAST_ANSWERS_S + _LAST_NOTES_S)

    def told(self, store: Store) -> bytes:
        """Return the plan, after the limits that are let through.

        Raises WrongUsage for a plan that takes a run back: that needs what the run kept in this repository.
        """
        plan = self.plans[store.name]
        if plan.undoes is not None:
            raise WrongUsage(
                f"store {store.name}: its plan takes a run back, which needs what that run kept here; apply it with "
                "--executor local"
            )
        return _rules().dump_json(self.accepted) + b"\n" + plan_json(plan)

    def heard(self, answer: bytes) -> ApplyReport:
        """Return the report."""
        return _reports().validate_json(answer)


def performed(phase: str, told: bytes, session: "Session") -> bytes:
    """Do a phase for the only store of a session as it was told, and return what is heard of it.

    Raises ReconcilerError as the phase does.
    """
    if phase == PLAN:
        return plan_json(_only(session.planned_each(_scopes().validate_json(told), {})).plan)
    if phase != APPLY:
        raise WrongUsage(
            f"phase {phase!r} is not known here; expected {PLAN} or {APPLY}: install one version everywhere"
        )
    accepted, _, plan = told.partition(b"\n")
    report = _only(session.applied([plan_of(plan, "the plan to apply")], _rules().validate_json(accepted)))
    return _reports().dump_json(report)


def _only(fleet: FleetResult[Result]) -> Result:
    for failure in fleet.failures:
        raise failure.error
    return fleet.results[0]


@cache
def _scopes() -> TypeAdapter[Scope]:
    return TypeAdapter(Scope)


@cache
def _rules() -> TypeAdapter[tuple[str, ...]]:
    return TypeAdapter(tuple[str, ...])


@cache
def _reports() -> TypeAdapter[ApplyReport]:
    return TypeAdapter(ApplyReport)
