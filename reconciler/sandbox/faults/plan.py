"""What happens to one request: the declared faults that fire for it, put into one plan."""

import random
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.faults.declared import (
    AccessDenied,
    BadGatewayBefore,
    BulkFails,
    DropBefore,
    Effect,
    Fault,
    MediaFails,
    OtherVersion,
    Rival,
    Slow,
    StaleSearch,
    Throttled,
    Unauthorized,
)

_ENDING = (DropBefore, BadGatewayBefore, Unauthorized, Throttled)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a request is known by: ``query`` or ``mutation``, and its root fields; neither if it cannot be read."""

    operation: str | None = None
    roots: frozenset[str] = frozenset()


class Armed:
    """A declared fault and how often it was met."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.fired = 0
        self.outcomes: list[Any] = []
        self._random = random.Random(fault.when.seed)  # noqa: S311 a fault is to be the same again

    def fires(self, traits: Traits) -> bool:
        """Say whether the fault happens to this request, and count it."""
        when = self.fault.when
        if (when.on and when.on != traits.operation) or (when.root and when.root not in traits.roots):
            return False
        self.seen += 1
        if self.seen <= when.skip or self.is_spent or self._random.random() >= when.probability:
            return False
        self.fired += 1
        return True

    @property
    def is_spent(self) -> bool:
        """Whether it will not happen again."""
        return self.fault.when.times is not None and self.fired >= self.fault.when.times


@dataclass(slots=True)
class Plan:
    """What happens to one request; empty is nothing unusual."""

    effects: list[Effect] = field(default_factory=list)
    rivals: list[tuple[Rival, Armed]] = field(default_factory=list)

    def first(self, *kinds: type[Any]) -> Any:
        """Return the first effect of one of these kinds, or None."""
        return next((effect for effect in self.effects if isinstance(effect, kinds)), None)

    @property
    def delay_ms(self) -> int:
        """How much later the answer comes."""
        return sum(effect.milliseconds for effect in self.effects if isinstance(effect, Slow))

    @property
    def denied(self) -> frozenset[str]:
        """The scopes that the token lacks."""
        return frozenset(effect.scope for effect in self.effects if isinstance(effect, AccessDenied))

    @property
    def version(self) -> str | None:
        """The version that the answer's header names, if it is another."""
        other = self.first(OtherVersion)
        return other.version if other else None

    def rivals_at(self, moment: str) -> list[tuple[Rival, Armed]]:
        """Return who writes at this moment."""
        return [(rival, armed) for rival, armed in self.rivals if rival.moment == moment]


class Faults:
    """The faults of one shop."""

    def __init__(self, declared: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._armed: list[Armed] = []
        self.declare(declared)

    def declare(self, declared: Iterable[Fault]) -> None:
        """Put these in place of what was declared; all counting starts anew."""
        with self._lock:
            self._armed = [Armed(fault) for fault in declared]

    def declared(self) -> list[Fault]:
        """Return the faults in order."""
        return [armed.fault for armed in self._armed]

    def report(self) -> list[dict[str, Any]]:
        """Return what is declared, with how often each was met."""
        with self._lock:
            return [_reported(armed) for armed in self._armed]

    def plan(self, traits: Traits) -> Plan:
        """Return what happens to a request, counting it."""
        plan = Plan()
        if not self._armed:
            return plan
        with self._lock:
            for armed in self._armed:
                effect = armed.fault.effect
                if isinstance(effect, BulkFails | MediaFails) or not armed.fires(traits):
                    continue
                plan.effects.append(effect)
                if isinstance(effect, Rival):
                    plan.rivals.append((effect, armed))
                if isinstance(effect, _ENDING):
                    break
        return plan

    def bulk_failure(self, traits: Traits) -> BulkFails | None:
        """Return how a bulk job that starts now fails, or None; asked once a job."""
        with self._lock:
            for armed in self._armed:
                effect = armed.fault.effect
                if isinstance(effect, BulkFails) and armed.fires(traits):
                    return effect
        return None

    def media_failure(self, source: str) -> MediaFails | None:
        """Return how a file of this source or name fails, or None; asked once a file."""
        with self._lock:
            for armed in self._armed:
                effect = armed.fault.effect
                if isinstance(effect, MediaFails) and effect.contains in source and armed.fires(Traits()):
                    return effect
        return None

    def stale_windows(self) -> Sequence[StaleSearch]:
        """Return the stale searches that can still happen, so that the past is kept for them."""
        with self._lock:
            effects = [(armed.fault.effect, armed.is_spent) for armed in self._armed]
        return [effect for effect, is_spent in effects if isinstance(effect, StaleSearch) and not is_spent]


def _reported(armed: Armed) -> dict[str, Any]:
    report = {**armed.fault.as_json(), "seen": armed.seen, "fired": armed.fired}
    return {**report, "outcomes": list(armed.outcomes)} if isinstance(armed.fault.effect, Rival) else report
