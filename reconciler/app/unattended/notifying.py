"""Notifying: hooks are told what became of their store. A hook that cannot be told fails nothing; that is told here."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reconciler.app.repository.workspace import VOCABULARY
from reconciler.app.stores.fleet import Failure, FleetResult
from reconciler.loading.secrets import resolve
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores
from reconciler.model.counting import counted, number
from reconciler.model.drift import Drift
from reconciler.model.errors import InvalidInput
from reconciler.model.notice import Notice, inert
from reconciler.model.origin import Place
from reconciler.model.outcome import Applied, ApplyReport
from reconciler.model.plan import Plan
from reconciler.model.store import Notify, Store
from reconciler.shopify.hook import posted
from reconciler.shopify.secret import Secret, redact

_SHOWN: Final = 20
Post = Callable[[Secret, bytes, int, Secret | None], str | None]


@dataclass(frozen=True)
class Notifier:
    """The hooks of a repository's stores."""

    root: Path
    stores: Sequence[Store]
    post: Post = posted
    clock: Callable[[], float] = time.time

    @classmethod
    def of(cls, root: Path, names: Sequence[str]) -> "Notifier":
        """Return the hooks of the named stores, or of all; none where their files are not right."""
        try:
            return cls(root, load_stores(WorkTree(root), VOCABULARY, names))
        except InvalidInput:
            return cls(root, ())

    def told(self, notices: Iterable[Notice]) -> tuple[str, ...]:
        """Tell the hooks what they want to hear; return a sentence for each that could not be told."""
        return tuple(self._problems(notices))

    def _problems(self, notices: Iterable[Notice]) -> Iterator[str]:
        hooks = {store.name: store for store in self.stores if store.document.notify is not None}
        for notice in notices:
            store = hooks.get(notice.store)
            if store is None or store.document.notify is None or notice.event not in store.document.notify.on:
                continue
            problem = self._sent(store, store.document.notify, notice)
            if problem is not None:
                yield f"the hook of store {store.name} was not told: {problem}"

    def _sent(self, store: Store, hook: Notify, notice: Notice) -> str | None:
        place = Place(store.file)
        try:
            address = Secret(resolve(hook.url, self.root, place))
            key = Secret(resolve(hook.secret, self.root, place)) if hook.secret is not None else None
        except InvalidInput as error:
            return str(error)
        body = json.dumps(notice.document(), ensure_ascii=True, separators=(",", ":")).encode()
        return self.post(address, body, int(self.clock()), key)


def notices_of_apply(fleet: FleetResult[ApplyReport], plans: Sequence[Plan]) -> Iterator[Notice]:
    """Yield what an apply comes to: one notice for each store in which something was done, or was to be."""
    by_store = {plan.target.store: plan for plan in plans}
    failed = {failure.store: failure for failure in fleet.failures}
    for report in fleet.results:
        if report.outcomes:
            yield _of_report(report, by_store[report.store], failed.pop(report.store, None))
    yield from map(failure_notice, failed.values())


def notices_of_drift(fleet: FleetResult[Drift]) -> Iterator[Notice]:
    """Yield what a look for drift comes to: a notice for each store that has any."""
    for drift in fleet.results:
        if drift.items:
            named = [str(each.address) for each in drift.items]
            yield Notice(
                event="drift",
                store=drift.target.store,
                summary=f"{len(named)} changed in store {drift.target.store} that git did not ask for",
                counts={"drift": len(named), "pending": drift.pending},
                addresses=_shown(named),
                more=max(0, len(named) - _SHOWN),
                commit=drift.inputs.commit,
            )
    yield from map(failure_notice, fleet.failures)


def failure_notice(failure: Failure) -> Notice:
    """Return what is told of a store that could not be worked on."""
    kind = type(failure.error).__name__
    summary = f"store {failure.store} was left as it is: {kind}"
    return Notice(event="failure", store=failure.store, summary=summary, reason=_reason(failure))


def waiting_notice(plan: Plan, rules: Sequence[str]) -> Notice:
    """Return what is told of a plan that waits for somebody's consent."""
    return Notice(
        event="failure",
        store=plan.target.store,
        summary=f"store {plan.target.store} waits for consent: {', '.join(rules)}",
        counts={"changes": len(plan.changes)},
        plan=plan.digest,
        commit=plan.inputs.commit,
    )


def _of_report(report: ApplyReport, plan: Plan, failed: Failure | None) -> Notice:
    """Return what is told of a report. ``failed``: the store failed all the same."""
    counts = report.counts()
    wrote = counts["applied"] + len(report.earlier)
    applied = f"{counted(wrote, 'change')} {'was' if wrote == 1 else 'were'}"
    before = f" ({number(len(report.earlier))} before the run was killed)" if report.earlier else ""
    done = "all of it" if replace(report, recorded=True).complete else "not all of it"
    known = "" if report.recorded else "; not recorded in full"
    undone = [str(each.address) for each in report.outcomes if not isinstance(each, Applied)]
    named = undone if not report.complete and undone else [str(each.address) for each in report.outcomes]
    return Notice(
        event="apply" if report.complete else "failure",
        store=report.store,
        summary=f"{applied} applied to store {report.store}{before}, {done}{known}",
        counts={**counts, "earlier": len(report.earlier), "left_over": len(report.left_over)},
        addresses=_shown(named),
        more=max(0, len(named) - _SHOWN),
        reason=_reason(failed) if failed is not None else None,
        plan=report.plan,
        commit=plan.inputs.commit,
        run=report.run,
    )


def _reason(failure: Failure) -> str:
    return inert(redact(str(failure.error)))


def _shown(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return the first addresses as values that no terminal, log or chat obeys."""
    return tuple(inert(address) for address in addresses[:_SHOWN])
