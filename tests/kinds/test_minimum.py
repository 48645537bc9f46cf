"""Apply sends hardly more mutations, for hardly more points, than a change set needs at the least.

Both numbers are worked out here, from what the API documents of its limits and costs, and not by the engine: the least
from what is to change, what is sent from the variables alone. Reads are not among them: each group is read again before
it is written, which is the price of its precondition and is counted by the forecast.
(shopify.dev: API limits, input complexity of productSet and productVariantsBulkUpdate, changelog of 2026-09-15)
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.model.state import Live
from reconciler.planning.project import projected
from reconciler.shopify.codec import Mutation
from reconciler.shopify.steps import Compiler, GroupWrite, Known
from tests.planning import spelling

SHARE = 1.1
BASE, OF_PRODUCT, OF_VARIANT = 10, 4, 2
PLACES = Directory(
    {"location": {"berlin": "L1", "basel": "L2"}, "publication": {"shop": "gid://shopify/Publication/1"}}
)


@dataclass(frozen=True)
class Least:
    """What a change set takes at the least: a lower bound, which no packing may reach in all parts at once."""

    calls: int
    points: float


class Shop:
    """Products of all sizes, of which some things change."""

    def __init__(self, seed: int, products: int) -> None:
        self.draw = random.Random(seed)
        self.live: dict[str, Any] = {}
        self.changes: list[dict[str, Any]] = []
        self.calls = 0
        self.points = 0.0
        self.values: dict[str, list[str]] = defaultdict(list)
        self.levels = 0
        for number in range(products):
            if self.draw.random() < 0.2:
                self.makes(f"new-{number:04d}")
            else:
                self.changes_some(f"p-{number:04d}", self.draw.choice([1, 1, 3, 4, 12, 60]))

    def makes(self, key: str) -> None:
        """A product that is made: one call with its variants and values, one that publishes it."""
        sizes, values = self.draw.randint(1, 20), self.draw.randint(0, 8)
        options = [["Size", [str(size) for size in range(sizes)]]]
        self.changes.append({"create": f"product/{key}", "fields": {"title": key, "options": options}})
        for size in range(sizes):
            fields = {"option_values": [["Size", str(size)]], "price": "9.00"}
            self.changes.append({"create": f"variant/{key}/{size}", "fields": fields})
        for value in range(values):
            self.changes.append({"create": f"metafield/{key}/a.{value}", "fields": {"type": "json", "value": "1"}})
        self.changes.append({"create": f"publication/{key}/shop", "fields": {"published": True}})
        self._calls(2, BASE + math.floor(0.2 * sizes + 0.4 * (values + 1)) + BASE)  # and our mark, which it carries

    def changes_some(self, key: str, variants: int) -> None:
        """A product that is there: its text, some of its prices, values and quantities."""
        self.live[f"product/{key}"] = {"id": f"gid://shopify/Product/{key}", "fields": {"title": "Cup"}}
        if self.draw.random() < 0.3:
            self._update(f"product/{key}", f"gid://shopify/Product/{key}", {"title": ["Cup", "Mug"]})
            self._calls(1, BASE)
        priced = 0
        for number in range(variants):
            at, variant_id = f"variant/{key}/{number}", f"gid://shopify/ProductVariant/{key}-{number}"
            self.live[at] = {"id": variant_id, "fields": {"price": "9.00"}, "handles": {"item": f"I-{key}-{number}"}}
            if self.draw.random() < 0.6:
                self._update(at, variant_id, {"price": ["9.00", "8.00"]})
                priced += 1
            if self.draw.random() < 0.5:
                self._level(f"{key}/{number}/berlin")
            if self.draw.random() < 0.1:
                self._value(f"variant_metafield/{key}/{number}/a.b")
        self._calls(1, BASE + math.floor(0.2 * priced)) if priced else None
        for number in range(self.draw.choice([0, 0, 1, 2, 4, 6, 9])):
            self._value(f"metafield/{key}/a.{number}")

    def least(self) -> Least:
        """Return the bound: of what is packed, full calls, and each owner charged in as few as hold its values."""
        calls, points = self.calls, self.points
        for weight, kind in ((OF_PRODUCT, "metafield"), (OF_VARIANT, "variant_metafield")):
            owners = Counter(self.values[kind])
            few = math.ceil(owners.total() / 25)
            charged = sum(math.ceil(values / 25) for values in owners.values())
            calls, points = calls + few, points + BASE * few + weight * charged
        full = math.ceil(self.levels / 250)
        return Least(calls + full, points + BASE * full)

    def sent(self) -> Sequence[Mutation]:
        """Return what the engine would send."""
        live = Live(
            {at: KINDS[at.kind].resource.model_validate(each["fields"]) for at, each in self._held()},
            {at: each["id"] for at, each in self._held()},
            frozenset(at for at, _ in self._held()),
            handles={at: each["handles"] for at, each in self._held() if "handles" in each},
        )
        by_root: dict[Address, list[Any]] = defaultdict(list)
        for change in map(spelling.change, self.changes):
            by_root[KINDS.root_of(change.address)].append(change)
        own: dict[Address, dict[Address, Any]] = defaultdict(dict)
        for at in live.resources:
            own[KINDS.root_of(at)][at] = live.resources[at]
        writes = []
        for root, changes in sorted(by_root.items()):
            here = Live(own[root], {at: live.ids[at] for at in own[root]}, frozenset(own[root]), handles=live.handles)
            writes.append(GroupWrite(root, tuple(changes), here, projected(here, tuple(changes), KINDS).resources))
        return list(Compiler(KINDS, CODECS).forecast(writes, Known({}, PLACES, run="a-plan")))

    def _held(self) -> Iterator[tuple[Address, Any]]:
        return ((Address.parse(text), each) for text, each in self.live.items())

    def _update(self, at: str, live_id: str, fields: dict[str, Any]) -> None:
        self.changes.append({"update": at, "id": live_id, "fields": fields})

    def _level(self, name: str) -> None:
        fields, handles = {"available": 5}, {"available": "5"}
        self.live[f"stock/{name}"] = {"id": f"L-{name}", "fields": fields, "handles": handles}
        self._update(f"stock/{name}", f"L-{name}", {"available": [5, 6]})
        self.levels += 1

    def _value(self, at: str) -> None:
        self.live[at] = {"id": f"F-{at}", "fields": {"type": "json", "value": "1"}, "handles": {"digest": "d"}}
        self._update(at, f"F-{at}", {"value": ["1", "2"]})
        kind, _, name = at.partition("/")
        self.values[kind].append(name.rpartition("/")[0])

    def _calls(self, calls: int, points: float) -> None:
        self.calls += calls
        self.points += points


def documented_points(mutation: Mutation) -> int:
    """Return what the API documents that a request costs, from what stands in it."""
    variables: Any = mutation.variables
    match mutation.root:
        case "metafieldsSet":
            owners = {row["ownerId"] for row in variables["metafields"]}
            return BASE + sum(OF_VARIANT if "ProductVariant" in owner else OF_PRODUCT for owner in owners)
        case "productVariantsBulkUpdate":
            return BASE + math.floor(0.2 * len(variables["variants"]))
        case "productSet":
            rows = variables["input"]
            return BASE + math.floor(0.2 * len(rows["variants"]) + 0.4 * len(rows["metafields"]))
        case "productUpdate" | "publishablePublish" | "inventorySetQuantities":
            return BASE
        case other:
            pytest.fail(f"{other} is sent, and its costs are not written down here")


@pytest.mark.parametrize("seed", range(4))
def test_mutations_and_points_are_at_most_a_tenth_more_than_the_least(seed):
    shop = Shop(seed, products=120)
    sent, least = shop.sent(), shop.least()
    assert {change for mutation in sent for change in mutation.covers} >= {
        spelling.change(each).address for each in shop.changes
    }
    assert least.calls <= len(sent) <= SHARE * least.calls
    assert least.points <= sum(map(documented_points, sent)) <= SHARE * least.points


@pytest.mark.parametrize(
    ("products", "values"), [(300, 1), (300, 4), (300, 6), (200, 9), (120, 12), (20, 25), (10, 60)]
)
def test_values_alone_are_packed_by_their_owners(products, values):
    shop = Shop(0, products=0)
    for number in range(products):
        key = f"p-{number:03d}"
        shop.live[f"product/{key}"] = {"id": f"gid://shopify/Product/{key}", "fields": {"title": "Cup"}}
        for value in range(values):
            shop._value(f"metafield/{key}/a.{value:02d}")
    sent, least = shop.sent(), shop.least()
    assert len(sent) <= SHARE * least.calls
    assert sum(map(documented_points, sent)) <= 1.15 * least.points  # owners of 9 and 12 values cannot all be whole


def test_a_forecast_knows_the_documented_costs():
    shop = Shop(5, products=60)
    sent = shop.sent()
    assert sum(map(documented_points, sent)) == pytest.approx(sum(each.cost_points for each in sent), rel=0.05)
