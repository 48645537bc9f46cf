"""How many of the steps on a root field are answered as recorded; the total is the average over the core roots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from tests.conformance.replay import Outcome, Verdict
from tests.conformance.roots import CORE


@dataclass(frozen=True)
class Score:
    """Steps that match, of those that count."""

    matched: int
    counted: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.matched / self.counted


def by_root(outcomes: Iterable[Outcome]) -> dict[str, Score]:
    """Return the score of every root field that a counted step asks for, by name."""
    return _scores((root, outcome) for outcome in outcomes for root in outcome.roots)


def by_domain(outcomes: Iterable[Outcome]) -> dict[str, Score]:
    """Return the score of every domain, over all its counted steps."""
    return _scores((outcome.domain, outcome) for outcome in outcomes)


def total(scores: Mapping[str, Score]) -> float:
    """Return the average share of the core roots that are asked for at all."""
    return fmean([score.share for root, score in scores.items() if root in CORE] or [0.0])


def percent(share: float) -> str:
    """Return a share as ``NN.N %``; what is not whole never reads as whole."""
    return f"{min(share, 0.999) * 100:.1f} %" if share < 1 else "100.0 %"


def _scores(pairs: Iterable[tuple[str, Outcome]]) -> dict[str, Score]:
    counts: dict[str, list[int]] = {}
    for name, outcome in pairs:
        if outcome.verdict is not Verdict.NOT_COUNTED:
            count = counts.setdefault(name, [0, 0])
            count[0] += outcome.verdict is Verdict.MATCH
            count[1] += 1
    return {name: Score(*counts[name]) for name in sorted(counts)}
