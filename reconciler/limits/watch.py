"""Watch: every group of a plan passes it once; afterwards it knows the limits that are broken, and the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from reconciler.limits import losses, prices
from reconciler.limits.facts import Finding, Rule, thresholds_for
from reconciler.limits.ledger import LedgerBook
from reconciler.model.counting import counted
from reconciler.model.facts import GroupFacts
from reconciler.model.ledger import Ledger
from reconciler.model.limits import Limits, Share
from reconciler.model.plan import Violation

RULES: Final[tuple[Rule, ...]] = (*prices.RULES, *losses.RULES)
_EXAMPLES: Final = 3
_SAYS: Final[Mapping[str, tuple[str, str]]] = {
    "price-zero": ("variant", "would cost nothing"),
    "price-move": ("price", "would move by more than {bound}"),
    "price-swapped": ("price", "would change places with the compare-at price"),
    "compare-at-not-above": ("variant", "would have a compare-at price that is not above the price"),
    "below-cost": ("price", "would be below the cost, or the margin"),
    "cost-cleared": ("variant", "would lose the cost"),
    "text-emptied": ("thing", "would lose title or description"),
    "pictures-lost": ("product", "would lose all pictures"),
    "publications-lost": ("thing", "would be sold nowhere any more"),
    "stock-lost": ("product", "would have nothing left to sell"),
    "stock-unknown": (
        "stock level",
        "would get git's count, and nobody knows what customers bought since the last one; the notes say more",
    ),
}
"""Rule → what it counts, and what would become of that, beyond which bound."""


@dataclass(slots=True)
class Watch:
    """The watch over the plan of one store."""

    limits: Limits
    _findings: dict[str, list[Finding]] = field(default_factory=dict)
    _book: LedgerBook = field(default_factory=LedgerBook)

    def see(self, facts: GroupFacts) -> None:
        """Look at one group that changes."""
        thresholds = thresholds_for(facts, self.limits)
        for rule in RULES:
            for finding in rule(facts, thresholds):
                if finding.rule not in thresholds.off:
                    self._findings.setdefault(finding.rule, []).append(finding)
        self._book.enter(facts)

    def ledger(self) -> Ledger:
        """Return the plan in money."""
        return self._book.ledger()

    def broken(self) -> tuple[Violation, ...]:
        """Return the limits that single changes break."""
        return tuple(
            _violation(rule, sorted(self._findings[rule], key=_place)) for rule in _SAYS if rule in self._findings
        )

    def violations(self, managed: Mapping[str, int], asked: Mapping[str, int]) -> tuple[Violation, ...]:
        """Return the limits that are broken. Of each kind: how many are managed now, and how many git asks for."""
        broken = list(self.broken())
        repriced, variants = self._book.ledger().repriced, managed.get("variant", 0)
        if "prices-changed" not in self.limits.off and _beyond(self.limits.prices_changed, repriced, variants):
            percent = f"{repriced * 100 // variants} %"
            limit = _said(self.limits.prices_changed)
            summary = f"{repriced} of {counted(variants, 'price')} would change ({percent}); the limit is {limit}"
            broken.append(Violation("prices-changed", summary, (), "--accept prices-changed"))
        products, wanted = managed.get("product", 0), asked.get("product", 0)
        if "catalog-shrunk" not in self.limits.off and _beyond(self.limits.shrunk, products - wanted, products):
            limit = _said(self.limits.shrunk)
            asks = f"git asks for {wanted} product{'s' if wanted != 1 else ''}"
            summary = f"{asks}, and {products} {'are' if products != 1 else 'is'} managed; the limit is {limit} fewer"
            broken.append(Violation("catalog-shrunk", summary, (), "--accept catalog-shrunk"))
        return tuple(broken)


def _violation(rule: str, findings: Sequence[Finding]) -> Violation:
    shown = "; ".join(f"{finding.address}: {finding.words}" for finding in findings[:_EXAMPLES])
    more = f"; and {len(findings) - _EXAMPLES} more" if len(findings) > _EXAMPLES else ""
    noun, fate = _SAYS[rule]
    bounds = sorted({finding.bound for finding in findings})  # exceptions may set others for some
    said = fate.format(bound=" or ".join(bounds))
    summary = f"{counted(len(findings), noun)} {said}: {shown}{more}"
    return Violation(rule, summary, tuple(finding.address for finding in findings), f"--accept {rule}")


def _place(finding: Finding) -> tuple[str, str, str]:
    return (finding.address.kind, finding.address.key, finding.words)


def _beyond(limit: Share, count: int, of: int) -> bool:
    return count > limit.floor and count > of * limit.share


def _said(limit: Share) -> str:
    return f"{(limit.share * 100).normalize():f} %, or {limit.floor} at least"
