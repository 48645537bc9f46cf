"""Random runs, taken back one after the other, the last one first: a law of values, on a catalog of two products.

Runs write, make and remove whatever they like; customers buy; a rollback is taken back, and the run once more, in any
of the ways that there are. After each rollback the catalog is as it was before the run, less what was sold.
"""

import os
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final

import pytest

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Remove, Update, after, deletes
from reconciler.model.outcome import Applied, Failed
from reconciler.model.plan import Scope, Target
from reconciler.model.record import Answered, Begun, Ended, Held, Record, Requested, Told
from reconciler.model.state import Live
from reconciler.planning.ground import Ground
from reconciler.planning.invert import Inversion
from reconciler.planning.project import projected
from reconciler.planning.written import written

ROUNDS: Final = int(os.environ.get("RECONCILER_UNDO_ROUNDS", "200"))
STEPS: Final = 20
Values = dict[Address, dict[str, Any]]
"""Address → fields."""
CUP, HAT, SHELF = Address("product", "cup"), Address("product", "hat"), Address("collection", "shelf")
TARGET: Final = Target("shop", "S1", "2026-10", "EUR")


def below(root: Address, chance: random.Random) -> Iterator[tuple[Address, dict[str, Any]]]:
    """Yield what may hang on a product, and its place on the shelf, each with some values."""
    for sku in ("A", "B"):
        yield Address("variant", f"{root.key}/{sku}"), {"price": chance.choice(["1.00", "2.00"]), "option_values": []}
        for place in ("north", "south"):
            yield Address("stock", f"{root.key}/{sku}/{place}"), {"available": chance.randint(1, 30)}
    yield (
        Address("metafield", f"{root.key}/custom.material"),
        {"type": "single_line_text_field", "value": chance.choice(["Oak", "Linen"])},
    )
    yield Address("membership", f"{SHELF.key}/{root.key}"), {"member": True}


def around(address: Address) -> Sequence[Address]:
    """Return what an address cannot be without."""
    named = KINDS.named_root(address)
    return (*KINDS.above(address), *([named] if named is not None else []))


def needs(change: Change) -> Sequence[Address]:
    """Return what a change fails with: what its address cannot be without, and the level that it counts into."""
    counting = KINDS[change.address.kind].counting
    if counting is None:
        return around(change.address)
    counts = KINDS[change.address.kind].resource.model_validate(after(change))
    return (*around(change.address), counting.counts(change.address, counts)[0])


def of_git(values: Values, chance: random.Random) -> Values:
    """Return a catalog that somebody changed a little."""
    asked = {at: dict(fields) for at, fields in values.items()}
    adjusted = {at.key.partition(": ")[0] for at in values if at.kind == "adjustment"}
    for root in (CUP, HAT):
        if chance.random() < 0.1:
            asked.pop(root, None)
        elif root in asked or chance.random() < 0.5:
            asked[root] = {"title": chance.choice(["Cup", "Mug"]), "tags": chance.choice([[], ["new"]]), "options": []}
        for at, fields in below(root, chance):
            if chance.random() < 0.2:
                asked[at] = fields
            elif chance.random() < 0.15 and at.key not in adjusted:
                asked.pop(at, None)
    for at in [at for at, fields in values.items() if at.kind == "stock" and fields == asked.get(at)]:
        if chance.random() < 0.1:
            adjustment = Address("adjustment", f"{at.key}: R{chance.randrange(10**9)}")
            asked[adjustment] = {"delta": chance.choice([-2, 3, 5])}
    return {at: fields for at, fields in sorted(asked.items()) if all(each in asked for each in around(at))}


@dataclass
class Shop:
    """A store and its journal."""

    values: Values
    ids: dict[Address, str] = field(default_factory=dict)
    journal: list[Record] = field(default_factory=list)
    sold: dict[Address, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.ids = {at: f"#{next(self.numbers)}" for at in self.values}

    def live(self) -> Live:
        resources = {at: KINDS[at.kind].resource(**fields) for at, fields in self.values.items()}
        return Live(resources, dict(self.ids), frozenset(resources))

    def asks(self, asked: Values) -> Iterator[Change]:
        """Yield what makes the store as git asks; what hangs on something goes along with it."""
        for at, held in self.values.items():
            goes_along = at.kind != "variant" and not all(each in asked for each in around(at))
            lost = tuple(FieldChange(path, value, None) for path, value in held.items())
            differing = [path for path, value in asked.get(at, {}).items() if value != held.get(path)]
            if at not in asked and not goes_along:
                yield Remove(at, self.ids[at], lost)
            elif differing:
                yield Update(
                    at, self.ids[at], tuple(FieldChange(path, held.get(path), asked[at][path]) for path in differing)
                )
        for at, fields in asked.items():
            if at not in self.values:
                yield Create(at, tuple(FieldChange(path, None, value) for path, value in fields.items()))

    def runs(self, planned: Sequence[Change], undoes: str | None = None, failing: Collection[Address] = ()) -> str:
        """Make the changes and note them; return the run. ``failing``: what fails, with all that goes with it."""
        failed = [each for each in planned if not set(failing).isdisjoint((each.address, *needs(each)))]
        changes = [each for each in planned if each not in failed]
        run = f"run-{next(self.numbers)}"
        removed = {each.address for each in changes if deletes(each)}
        there = projected(self.live(), changes, KINDS).resources
        then = {at: each for at, each in there.items() if all(each in there for each in around(at))}
        for each in changes:
            counting = KINDS[each.address.kind].counting
            if counting is not None and each.address in then:
                quantity, path, by = counting.counts(each.address, then[each.address])
                held = then.get(quantity, KINDS[quantity.kind].resource.model_validate({path: 0}))
                number: Any = held.spelled()[path]
                then[quantity] = held.model_copy(update={path: number + by})
        named = {each.address for each in changes}
        along = {at: fields for at, fields in self.values.items() if at not in then and at not in named}
        ids = {each.address: f"#{next(self.numbers)}" for each in changes if isinstance(each, Create)}
        self.journal += [
            Begun(
                run=run,
                plan="",
                engine="",
                target=TARGET,
                commit=None,
                base_commit=None,
                scope=Scope(),
                actor="",
                undoes=undoes,
            ),
            *([Held(run=run, fields=along, ids={at: self.ids[at] for at in along})] if along and removed else []),
            Requested(run=run, request=1, mutation="", changes=tuple(changes)),
            Answered(run=run, request=1, result="executed", ids=ids),
            Told(
                run=run,
                outcomes=(
                    *(Applied(each.address) for each in changes),
                    *(Failed(each.address, "no") for each in failed),
                ),
            ),
            Ended(run=run, counts={}),
        ]
        self.values = {at: each.spelled() for at, each in then.items()}
        self.ids = {at: ids.get(at, self.ids.get(at, "")) for at in then}
        return run

    def rolls_back(self, run: str) -> str:
        """Take a run back, see that nothing is left of it, and return the rollback."""
        changes, notes = self.inverted(run)
        assert [] == notes
        rollback = self.runs(changes, undoes=run)
        assert ([], []) == self.inverted(run), "nothing is left"
        return rollback

    def inverted(self, run: str) -> tuple[list[Change], list[str]]:
        wrote = written(self.journal, run, KINDS)
        assert wrote is not None
        inversion, live = Inversion(wrote, Ground("The Shop"), KINDS), self.live()
        groups = []
        for root in inversion.roots():
            own = {at: each for at, each in live.resources.items() if KINDS.root_of(at) == root}
            of_group = replace(live, resources=own, ids={at: live.ids[at] for at in own}, owned=live.owned & own.keys())
            groups.append(inversion.group(root, of_group))
        return [each for group in groups for each in group.changes], [note for group in groups for note in group.notes]

    def sells(self, at: Address, number: int) -> None:
        self.values[at]["available"] -= number
        self.sold[at] = self.sold.get(at, 0) + number


@dataclass
class Standing:
    """A run that was not taken back, or was so last."""

    run: str
    before: Values
    after: Values
    again: str = ""
    """The rollback that brought it again last."""
    back: str = ""
    """The rollback that took it back last."""
    back_at_once: bool = True
    """Whether no other one came to a part of that before."""

    @property
    def makes_or_removes(self) -> bool:
        """Whether things came or went: what somebody bought from by then stays."""
        return any(at.kind in {"product", "variant"} for at in self.before.keys() ^ self.after.keys())


def seen(shop: Shop) -> Values:
    """Return the catalog as if nobody had bought from it; a level that is not there is an empty one."""
    levels = {at for at in (*shop.values, *shop.sold) if at.kind == "stock"}
    quantities = {at: shop.values.get(at, {"available": 0})["available"] + shop.sold.get(at, 0) for at in levels}
    others = {at: fields for at, fields in shop.values.items() if at.kind not in {"stock", "adjustment"}}
    return others | {at: {"available": quantity} for at, quantity in quantities.items() if quantity}


def take_back(shop: Shop, each: Standing, chance: random.Random) -> None:
    """Take a run back in one of the ways that there are."""
    run = chance.choice([each.run, each.again or each.run])
    each.back_at_once = chance.random() < 0.7
    if not each.back_at_once:
        changes, _ = shop.inverted(run)
        shop.runs(changes, undoes=run, failing=[one.address for one in changes if chance.random() < 0.3])
    each.back = shop.rolls_back(run)
    assert each.before == seen(shop)


def bring_again(shop: Shop, each: Standing) -> None:
    each.again = shop.rolls_back(each.back)
    assert each.after == seen(shop)


def sell(shop: Shop, standing: Sequence[Standing], chance: random.Random) -> None:
    """Sell of what no run made that may still be taken back."""
    for at in [at for at in shop.values if at.kind == "stock"]:
        if all(above in each.before for each in standing for above in around(at)) and chance.random() < 0.3:
            shop.sells(at, chance.randint(1, 3))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_runs_that_are_taken_back_the_last_one_first_leave_the_catalog_as_it_was(seed):
    chance = random.Random(seed)
    shop = Shop(
        {SHELF: {"title": "Shelf"}, CUP: {"title": "Cup", "tags": [], "options": []}, **dict(below(CUP, chance))}
    )
    standing: list[Standing] = []
    last: Standing | None = None
    """What was taken back right before."""
    for _ in range(STEPS):
        step = chance.choice(["run", "back", "again", "sell"])
        if step == "run":
            before = seen(shop)
            run = shop.runs(list(shop.asks(of_git(shop.values, chance))))
            standing.append(Standing(run, before, seen(shop)))
            last = None
        elif step == "back" and standing:
            last = standing.pop()
            take_back(shop, last, chance)
        elif step == "again" and last is not None and last.back_at_once:
            bring_again(shop, last)
            standing.append(last)
            last = None
        elif step == "sell":
            sell(shop, standing, chance)
            last = None if last is not None and last.makes_or_removes else last
    while standing:
        take_back(shop, standing.pop(), chance)
