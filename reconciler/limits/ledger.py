"""The ledger of a plan, entered a group at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from reconciler.limits.prices import moved_percent, repricings
from reconciler.model.address import Address
from reconciler.model.change import Remove
from reconciler.model.facts import GroupFacts
from reconciler.model.ledger import Bar, Ledger, PriceMove
from reconciler.model.resource import Resource

_EDGES: Final = (-50, -25, -10, 0, 10, 25, 50)
_EXTREMES: Final = 5
_TENTH: Final = Decimal("0.1")
_SEEN: Final = "ACTIVE"
_PUBLICATION: Final = "publication"


@dataclass(slots=True)
class LedgerBook:
    """What was entered so far. Of price moves only the extremes are kept, however many there are."""

    _bars: Counter[int] = field(default_factory=Counter)
    _cuts: list[PriceMove] = field(default_factory=list)
    _rises: list[PriceMove] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)
    _added: Decimal = Decimal(0)
    _removed: Decimal = Decimal(0)
    _appear: list[Address] = field(default_factory=list)
    _vanish: list[Address] = field(default_factory=list)

    def enter(self, facts: GroupFacts) -> None:
        """Enter what the changes of one group come to."""
        for each in repricings(facts):
            price, cost = each.after.price, each.after.cost
            if "price" in each.written and price is not None:
                self._counts["without cost"] += cost is None
                self._counts["below cost"] += cost is not None and price < cost
                percent = moved_percent(each.before.price, price)
                if percent is not None and each.before.price is not None:
                    self._enter_move(PriceMove(each.address, each.before.price, price, _rounded(percent)), percent)
        for pieces, value in _pieces(facts):
            self._enter_pieces(pieces, value)
        self._enter_visibility(facts)

    def _enter_move(self, move: PriceMove, percent: Decimal) -> None:
        self._bars[sum(percent >= edge for edge in _EDGES)] += 1
        if percent < 0:
            self._cuts = sorted([*self._cuts, move], key=lambda each: (each.percent, each.address))[:_EXTREMES]
        else:
            self._rises = sorted([*self._rises, move], key=lambda each: (-each.percent, each.address))[:_EXTREMES]

    def _enter_pieces(self, pieces: int, value: Decimal) -> None:
        if pieces > 0:
            self._counts["pieces added"] += pieces
            self._added += pieces * value
        else:
            self._counts["pieces removed"] -= pieces
            self._removed -= pieces * value

    def _enter_visibility(self, facts: GroupFacts) -> None:
        if facts.root.kind != "product":
            return
        was = _is_seen(facts.before, facts.root) and not facts.gained(_PUBLICATION)
        will = _is_seen(facts.after, facts.root) and not facts.lost(_PUBLICATION)
        if was != will:
            (self._appear if will else self._vanish).append(facts.root)

    def ledger(self) -> Ledger:
        """Return the ledger of everything that was entered."""
        return Ledger(
            repriced=self._bars.total(),
            moves=_histogram(self._bars),
            cuts=tuple(self._cuts),
            rises=tuple(self._rises),
            below_cost=self._counts["below cost"],
            without_cost=self._counts["without cost"],
            stock_added=self._added,
            stock_removed=self._removed,
            pieces_added=self._counts["pieces added"],
            pieces_removed=self._counts["pieces removed"],
            appear=tuple(sorted(self._appear)),
            vanish=tuple(sorted(self._vanish)),
        )


def _histogram(counts: Counter[int]) -> tuple[Bar, ...]:
    if not counts:
        return ()
    ends = [None, *_EDGES, None]
    return tuple(Bar(ends[place], ends[place + 1], counts[place]) for place in range(len(_EDGES) + 1))


def _pieces(facts: GroupFacts) -> Iterator[tuple[int, Decimal]]:
    """Yield by how many pieces the stock of a variant changes at a location, and what one is worth."""
    for change in facts.changes:
        if change.address.kind not in {"stock", "adjustment"} or isinstance(change, Remove):
            continue
        variant = Address("variant", change.address.key.rpartition("/")[0])
        resource = facts.after.get(variant) or facts.before.get(variant)
        value = getattr(resource, "cost", None) or getattr(resource, "price", None) or Decimal(0)
        for each in change.fields:
            if each.path in {"available", "delta"} and isinstance(each.after, int):
                before = each.before if isinstance(each.before, int) else 0
                if each.after != before:
                    yield each.after - before, value


def _is_seen(resources: Mapping[Address, Resource], root: Address) -> bool:
    return getattr(resources.get(root), "status", None) == _SEEN


def _rounded(percent: Decimal) -> Decimal:
    return percent.quantize(_TENTH, ROUND_HALF_UP)
