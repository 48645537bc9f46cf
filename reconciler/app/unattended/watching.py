"""Watching: again and again the files are pulled, every store is planned, and what its policy lets through is applied.

What breaks a limit waits for somebody's consent, and so does a store whose last run was taken back, until another
commit is there. Fields that changed on both sides wait alone, and so does what would be written over or taken away
although nobody knows which side changed it: nobody looks at such a plan. The rest goes on. A store that fails is left
alone for a while, twice as long each time, and stops no other.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import Final

from reconciler.app.journal.run_overview import still_taken_back
from reconciler.app.plans.drift import drift_of
from reconciler.app.plans.plan_store import why_unknown
from reconciler.app.repository.store_view import StoreView
from reconciler.app.review.approval import decides_of, unaccepted
from reconciler.app.sessions.session import Planned, Session
from reconciler.app.stores.connect import EmbeddedShops
from reconciler.app.stores.fleet import Failure, FleetResult
from reconciler.app.unattended.notifying import (
    Notifier,
    failure_notice,
    notices_of_apply,
    notices_of_drift,
    waiting_notice,
)
from reconciler.kinds import KINDS
from reconciler.loading.git import head
from reconciler.loading.git_pull import pulled
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import store_names
from reconciler.model.address import Address
from reconciler.model.counting import counted
from reconciler.model.errors import InvalidInput, LimitBroken, ReconcilerError, WrongUsage
from reconciler.model.meant import meant
from reconciler.model.notice import Notice
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan, Scope
from reconciler.model.round import Round, Standing, StoreRound, WatchState
from reconciler.planning.unsettled import unattributed

_LONGEST_REST_S: Final = 3600.0
_CONFLICT: Final = "conflict"
_UNKNOWN: Final = "history missing"
_WAITS_ALONE: Final = frozenset({_CONFLICT, _UNKNOWN})
_PARTIAL: Final = 6


@dataclass
class Watcher:
    """A watch over some stores of a repository, or all."""

    root: Path
    names: Sequence[str]
    every_s: float
    embedded: EmbeddedShops
    clock: Callable[[], float] = time.time
    pull: Callable[[Path], str | None] = pulled
    state: WatchState = field(default_factory=WatchState)
    _rests: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Store → how often it failed in a row, and when it is tried again."""
    _told: dict[str, str] = field(default_factory=dict)
    """Store → what its hook was told last of a failure: the same again is no news."""

    def check_names(self) -> None:
        """Raise WrongUsage for a name that no file has: that is told now, and not with every round."""
        known = store_names(WorkTree(self.root))
        for name in self.names:
            if name not in known:
                message = f"there is no store {name}; {meant(name, known)}"
                raise WrongUsage(message)

    def round(self) -> Round:
        """Do one round, and return what it came to."""
        self.state = replace(self.state, beat_s=self.clock())
        problem = self.pull(self.root)
        commit, _ = head(self.root)
        names = list(self.names) or store_names(WorkTree(self.root))
        due = [name for name in names if self._rests.get(name, (0, 0.0))[1] <= self.clock()]
        resting = [
            StoreRound(name, "resting", "it failed, and is tried again later") for name in names if name not in due
        ]
        turn = _Turn(self.root, self.embedded, commit)
        done = turn.stores(due)
        self._note(done, problem)
        warnings = Notifier.of(self.root, turn.told_of()).told(self._news(turn.notices))
        return Round(commit, (*done, *resting), problem, warnings)

    def _note(self, done: Sequence[StoreRound], problem: str | None) -> None:
        now = self.clock()
        stores = dict(self.state.stores)
        for each in done:
            before = stores.get(each.store, Standing())
            failed = each.state == "failed"
            good = each.state in {"unchanged", "applied"}
            stores[each.store] = Standing(
                state=each.state,
                applied=before.applied + each.applied,
                failures=before.failures + failed,
                pending=each.pending,
                good_at_s=now if good else before.good_at_s,
            )
            times = self._rests.get(each.store, (0, 0.0))[0] + 1 if failed else 0
            self._rests[each.store] = (times, now + self._rest_s(times))
        self.state = WatchState(
            rounds=self.state.rounds + 1,
            pull_failures=self.state.pull_failures + (problem is not None),
            beat_s=now,
            stores=stores,
        )

    def _rest_s(self, times: int) -> float:
        """Return how long a store is left alone that failed so often in a row; 0 for none: it is due next time."""
        return min(self.every_s * 2 ** min(times, 16), _LONGEST_REST_S) if times > 1 else 0.0

    def _news(self, notices: Sequence[Notice]) -> Iterator[Notice]:
        """Yield what a hook was not told before."""
        for notice in notices:
            said = f"{notice.event} {notice.summary} {notice.reason} {notice.plan}"
            if notice.event != "failure" or self._told.get(notice.store) != said:
                yield notice
            if notice.event != "drift":  # it is told beside a conflict that waits, round after round
                self._told[notice.store] = said


@dataclass(frozen=True, slots=True)
class _LetThrough:
    """What may be applied of a plan, and what is held back of it."""

    plan: Plan
    held_back: int = 0
    """Changes that wait."""
    why: str = ""
    """What they wait for, for people."""


@dataclass
class _Turn:
    """One round over the stores that are due."""

    root: Path
    embedded: EmbeddedShops
    commit: str | None
    notices: list[Notice] = field(default_factory=list)

    def stores(self, names: Sequence[str]) -> list[StoreRound]:
        """Plan and apply these stores; files that are not right for one store stop no other."""
        if not names:
            return []
        try:
            return self._together(names)
        except InvalidInput as error:
            if len(names) > 1:
                return [each for name in names for each in self.stores([name])]
            return [self._failed(Failure(names[0], error))]
        except ReconcilerError as error:
            return [self._failed(Failure(name, error)) for name in names]

    def told_of(self) -> list[str]:
        """Return the stores that there is something to tell of."""
        return sorted({notice.store for notice in self.notices})

    def _together(self, names: Sequence[str]) -> list[StoreRound]:
        session = Session(self.root, names, self.embedded)
        fleet = session.planned(Scope())
        found = {each.store: each for each in map(self._failed, fleet.failures)}
        going: dict[str, _LetThrough] = {}
        for planned in fleet.results:
            name = planned.store.name
            try:
                cleared = self._let_through(planned, session.views[name])
            except ReconcilerError as error:
                found[name] = self._failed(Failure(name, error))
                continue
            if isinstance(cleared, StoreRound):
                found[name] = cleared
            elif cleared.plan.changes:
                going[name] = cleared
            else:
                found[name] = StoreRound(name, "unchanged")
        plans = [each.plan for each in going.values()]
        applied = session.applied(plans, ())
        self.notices += notices_of_apply(FleetResult(applied.results, ()), plans)
        found |= {each.store: each for each in map(self._failed, applied.failures)}
        found |= {report.store: _of_report(report, going[report.store]) for report in applied.results}
        return [found[name] for name in names]

    def _let_through(self, planned: Planned, view: StoreView) -> _LetThrough | StoreRound:
        """Return what may be applied of a plan, or that the store waits, and why."""
        plan, store = planned.plan, planned.store
        if plan.inputs.base_commit is not None:
            self.notices += notices_of_drift(FleetResult((drift_of(plan, store),), ()))
        if plan.changes and (back := still_taken_back(self.root, store.name, self.commit)) is not None:
            how = "taken back" if back.whole else "partly taken back"
            detail = f"run {back.run} was {how}, and this commit would bring it again; it waits for another commit"
            return self._waits(plan, ("rolled back",), detail)
        rules, alone = _kept_back(plan, view)
        if not rules:
            return _LetThrough(plan)
        if set(rules) - _WAITS_ALONE:
            return self._waits(plan, rules, f"it {_waiting(1, rules, plan)}")
        rest = self._planned_without(store.name, alone)
        broken, _ = _kept_back(rest, view)
        if broken or not rest.changes:
            rules = list(dict.fromkeys((*rules, *broken)))
            return self._waits(plan, rules, f"it {_waiting(1, rules, plan)}")
        return self._holding_back(plan, rest, rules)

    def _holding_back(self, plan: Plan, rest: Plan, rules: Sequence[str]) -> _LetThrough:
        """Return the rest of a plan, after telling of what it leaves out."""
        self.notices.append(waiting_notice(plan, rules))
        count = len({each.address for each in plan.changes} - {each.address for each in rest.changes})
        return _LetThrough(rest, count, f"{counted(count, 'change')} {_waiting(count, rules, plan)}")

    def _planned_without(self, name: str, addresses: Sequence[Address]) -> Plan:
        again = Session(self.root, [name], self.embedded).planned(
            Scope(exclude=tuple(escape(str(each)) for each in addresses))
        )
        for failure in again.failures:
            raise failure.error
        return again.results[0].plan

    def _waits(self, plan: Plan, rules: Sequence[str], detail: str) -> StoreRound:
        self.notices.append(waiting_notice(plan, rules))
        return StoreRound(
            plan.target.store, "waiting", detail, pending=len(plan.changes), exit_code=LimitBroken.exit_code
        )

    def _failed(self, failure: Failure) -> StoreRound:
        self.notices.append(failure_notice(failure))
        return StoreRound(failure.store, "failed", str(failure.error), exit_code=failure.error.exit_code)


def _kept_back(plan: Plan, view: StoreView) -> tuple[list[str], tuple[Address, ...]]:
    """Return what keeps a plan from being applied, and the addresses that wait alone where the rest may go."""
    broken = unaccepted(plan, (), datetime.now(UTC).date())
    conflicts = [at for each in broken if each.rule == _CONFLICT for at in each.addresses]
    unknown = list(unattributed(plan.changes, KINDS, decides_of(view)))
    rules = dict.fromkeys((*(each.rule for each in broken), *([_UNKNOWN] if unknown else [])))
    return list(rules), (*conflicts, *unknown)


def _waiting(count: int, rules: Sequence[str], plan: Plan) -> str:
    """Return what is said of so many that wait, without their name."""
    look = f"look at reconciler plan {plan.target.store}"
    consents = [rule for rule in rules if rule != _UNKNOWN]
    verb, they = ("waits", "it") if count == 1 else ("wait", "they")
    said = [f"{verb} for consent: {', '.join(consents)}; {look}"] if consents else []
    if _UNKNOWN in rules:
        because = f"because {they} would write over what the store holds, and {why_unknown(plan)}"
        said.append(f"{verb}, {because}; or {look}, and apply it by hand where git is right")
    return "; ".join(said)


def _of_report(report: ApplyReport, through: _LetThrough) -> StoreRound:
    counts = report.counts()
    if report.complete and not through.held_back:
        return StoreRound(report.store, "applied", applied=counts["applied"])
    left = sum(counts[result] for result in ("stale", "failed", "skipped")) + len(report.left_over)
    missed = (
        f"{counts['stale']} stale, {counts['failed']} failed, {counts['skipped']} skipped; {len(report.left_over)} left"
    )
    detail = "; ".join(filter(None, ("" if report.complete else missed, through.why)))
    return StoreRound(report.store, "partial", detail, counts["applied"], through.held_back + left, _PARTIAL)
