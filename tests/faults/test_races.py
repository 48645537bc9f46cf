"""Others edit and buy while a plan waits and is applied: no sale is erased, no edit overwritten without being shown.

Stock is written by compare-and-set, so every piece is accounted for. Titles, tags and prices have none in the API: an
edit that falls between our last look and our write is lost, and nobody can tell afterwards. The schedules count those,
and prove that we did not look in between. ``RACE_SCHEDULES=1000`` plays as many.
"""

import logging
import random
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from reconciler.cli.embedded import EmbeddedStores
from reconciler.kinds import CODECS
from reconciler.model.outcome import Applied, ApplyReport
from reconciler.model.plan import Plan
from tests.contract.repository import Repository
from tests.faults.rivals import FIND, FIRST, KEYS, PLACES, SIZES, Rival, catalog, drawn
from tests.faults.schedules import count_of

SCHEDULES = count_of("RACE_SCHEDULES", otherwise=24)
WRITERS = {"title": "UpdateProduct", "tags": "UpdateProduct", "price": "UpdateVariants"}
MUTATIONS = frozenset(
    name for codec in CODECS.values() for text in codec.documents for name in re.findall(r"mutation (\w+)", text)
)
REST_OF_A_LOOK = "Below_"  # what hangs on the objects that were read just before
_NUMBERS = count(1)


@dataclass
class Played:
    """A plan, what others did meanwhile, and how it ended."""

    plan: Plan
    report: ApplyReport
    rivals: Sequence[Rival]
    calls: Sequence[str]
    """Our operations, in order, from the start of the apply."""
    sold: Mapping[str, int]
    """Pieces that customers bought all the while, by address of the level."""
    held: Mapping[str, Any]
    left: frozenset[str]

    @property
    def applied(self) -> frozenset[str]:
        return frozenset(str(each.address) for each in self.report.outcomes if isinstance(each, Applied))


@pytest.fixture
def shop(tmp_path: Path, embedded: EmbeddedStores) -> Repository:
    """A store with the products as they were, and files with what they are to be."""
    made = Repository(tmp_path, f"raced-{next(_NUMBERS)}", embedded)
    made.make_shop(plan="enterprise", media_processing_ms=0, display_name="Demo", locations=["North", "South"])
    made.store_says("locations: {north: North, south: South}\n")
    made.has(catalog(is_new=False))
    assert made.apply(made.plan()).complete
    made.has(catalog(is_new=True))
    return made


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_no_sale_is_erased_and_no_edit_overwritten_unseen(
    seed: int, shop: Repository, caplog: pytest.LogCaptureFixture, figures: Counter[str]
) -> None:
    played = _played(shop, drawn(shop, seed), caplog, random.Random(seed))
    figures["schedules"] += 1
    figures["edits, corrections and sales by schedule"] += len(played.rivals)
    figures["pieces sold by customers who came all the while"] += sum(played.sold.values())
    for level in (f"{key}/{key}-{size}/{place}" for key in KEYS for size in SIZES for place in PLACES):
        _every_piece_is_there(played, level)
    for rival in played.rivals:
        _is_not_overwritten_unseen(played, rival, figures)


def _played(
    shop: Repository, rivals: Sequence[Rival], caplog: pytest.LogCaptureFixture, chance: random.Random
) -> Played:
    plan = shop.plan()
    _all_done(shop, [rival for rival in rivals if rival.moment == "before apply"])
    around = [rival for rival in rivals if rival.moment in {"before a call", "after a call"}]
    url = f"{shop.embedded._base()}/_sandbox/shops/{shop.shop}/faults"
    assert requests.put(url, json={"faults": [rival.as_fault() for rival in around]}, timeout=30).ok
    with caplog.at_level(logging.DEBUG, logger="reconciler.shopify.lane"), _customers(shop, chance) as sold:
        caplog.clear()
        report = shop.apply(plan)
        calls = re.findall(r"operation=(\w+)", caplog.text)
    faults = requests.get(url, timeout=30).json()["faults"]
    assert requests.delete(url, timeout=30).ok
    late = [rival for rival in rivals if rival.moment == "after apply"]
    _all_done(shop, late)
    early = [rival for rival in rivals if rival.moment == "before apply"]
    done = [
        rival for rival, fault in zip(around, faults, strict=True) if fault["fired"] and _took(fault["outcomes"][0])
    ]
    left = frozenset(str(change.address) for change in shop.plan().changes)
    return Played(plan, report, [*early, *done, *late], calls, sold, _held(shop), left)


def _all_done(shop: Repository, rivals: Sequence[Rival]) -> None:
    for rival in rivals:
        assert _took({"data": shop.ask(rival.document, rival.variables)}), rival


def _took(answer: Mapping[str, Any]) -> bool:
    return "errors" not in answer and not any(payload["userErrors"] for payload in answer["data"].values())


@contextmanager
def _customers(shop: Repository, chance: random.Random) -> Iterator[Counter[str]]:
    """Let customers buy single pieces for as long as this is open."""
    sold: Counter[str] = Counter()
    closed = threading.Event()
    url = f"{shop.embedded._base()}/_sandbox/shops/{shop.shop}/actions"

    def buy() -> None:
        while not closed.wait(chance.uniform(0.005, 0.05)):
            key, size, place = chance.choice(KEYS), chance.choice(SIZES), chance.choice(PLACES)
            sale = {"sku": f"{key}-{size}", "quantity": 1, "location": place.title()}
            sold[f"{key}/{key}-{size}/{place}"] += requests.post(url, json={"sale": sale}, timeout=30).ok

    customer = threading.Thread(target=buy)
    customer.start()
    try:
        yield sold
    finally:
        closed.set()
        customer.join()


def _held(shop: Repository) -> dict[str, Any]:
    """Return titles, tags, prices, pictures and quantities, by field and address."""
    found: dict[str, Any] = {}
    for node in shop.ask(FIND)["products"]["nodes"]:
        key = node["variants"]["nodes"][0]["sku"].partition("-")[0]
        found |= {f"title product/{key}": node["title"], f"tags product/{key}": node["tags"]}
        found[f"image image/{key}"] = [each["alt"] for each in node["media"]["nodes"]]
        for variant in node["variants"]["nodes"]:
            found[f"price variant/{key}/{variant['sku']}"] = variant["price"]
            for level in variant["inventoryItem"]["inventoryLevels"]["nodes"]:
                at = f"{key}/{variant['sku']}/{level['location']['name'].lower()}"
                found[at] = level["quantities"][0]["quantity"]
    return found


def _every_piece_is_there(played: Played, level: str) -> None:
    """The quantity is the first one, and what we say that we wrote, and what others did; nothing else."""
    if level not in played.held:
        assert any(rival.kind == "delete" and level.startswith(rival.address[8:]) for rival in played.rivals)
        return
    quantity = FIRST - played.sold[level]
    quantity += sum(rival.value for rival in played.rivals if rival.address == f"stock/{level}")
    for change in played.plan.changes:
        written = {field.path: (field.before, field.after) for field in change.fields}
        if str(change.address) in played.applied and str(change.address).partition("/")[2].partition(":")[0] == level:
            before, after = written["available" if change.address.kind == "stock" else "delta"]
            quantity += int(str(after)) - int(str(before or 0))
    assert quantity == played.held[level], level


def _is_not_overwritten_unseen(played: Played, rival: Rival, figures: Counter[str]) -> None:
    now: Any = played.held.get(f"{rival.kind} {rival.address}")
    match rival.kind:
        case "image":
            assert rival.value in now
        case "delete":
            assert f"price {rival.address}" not in played.held
        case "stock" | "sale":
            pass  # every piece was counted
        case _ if now == rival.value:
            _is_shown(played, rival)
        case _:
            later = _calls_until_it_was_overwritten(played, rival)
            figures[f"edits lost in the window, {later} calls before our write"] += 1


def _is_shown(played: Played, rival: Rival) -> None:
    """It was left alone, as stale, or came after our write: then what we looked at afterwards tells it."""
    assert rival.address in played.left
    writes = [place for place, call in enumerate(played.calls) if call in MUTATIONS]
    if rival.moment != "after apply" and rival.call <= max(writes, default=0):
        assert rival.address in map(str, played.report.left_over) or not played.report.verified


def _calls_until_it_was_overwritten(played: Played, rival: Rival) -> int:
    """Return how many calls of ours came between the edit and the write that took its place; none may be a look."""
    assert rival.moment in {"before a call", "after a call"}, "seen before the apply began, and overwritten"
    assert rival.address in played.applied
    start = rival.call + (rival.moment == "after a call")
    between = played.calls[start:]
    between = between[: between.index(WRITERS[rival.kind])]
    looks = [call for call in between if call not in MUTATIONS and not call.startswith(REST_OF_A_LOOK)]
    assert [] == looks, f"looked at after the edit, and overwritten: {between}"
    return len(between)
