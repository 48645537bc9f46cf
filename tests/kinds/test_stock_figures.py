"""How many requests stock takes: counted from the requests themselves."""

from collections import Counter

from reconciler.kinds import CODECS, KINDS
from reconciler.kinds.stock import Stock
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Update
from reconciler.model.directory import Directory
from reconciler.model.state import Live
from reconciler.shopify.codec import Mutation
from reconciler.shopify.steps import Compiler, GroupWrite, Known

SIZES = range(4)


def a_write(number: int, *, adjusts: bool) -> GroupWrite:
    """A product of four variants, each with a level whose quantity changes, or is adjusted."""
    held: dict[Address, Stock] = {}
    handles: dict[Address, dict[str, str]] = {}
    changes: list[Change] = []
    ids: dict[Address, str] = {}
    for size in SIZES:
        variant, level = (Address("variant", f"p{number}/{size}"), Address("stock", f"p{number}/{size}/berlin"))
        held[level] = Stock(available=5)
        handles |= {variant: {"item": f"I{number}-{size}"}, level: {"available": "5"}}
        ids |= {variant: f"V{number}-{size}", level: f"L{number}-{size}"}
        if adjusts:
            made = (FieldChange("delta", None, -1),)
            changes.append(Create(Address("adjustment", f"p{number}/{size}/berlin: R"), made))
        else:
            changes.append(Update(level, ids[level], (FieldChange("available", 5, 6),)))
    return GroupWrite(Address("product", f"p{number}"), tuple(changes), Live(held, ids, handles=handles))


def requests(products: int, *, adjusts: bool) -> list[Mutation]:
    writes = [a_write(number, adjusts=adjusts) for number in range(products)]
    known = Known(directory=Directory({"location": {"berlin": "L1"}}), run="a-plan")
    return list(Compiler(KINDS, CODECS).forecast(writes, known))


def test_1000_quantities_of_250_products_are_4_requests_and_40_points():
    made = requests(250, adjusts=False)
    assert {"inventorySetQuantities": 4} == Counter(mutation.root for mutation in made)
    assert ([250] * 4, 40) == ([len(each.covers) for each in made], sum(each.cost_points for each in made))


def test_100_changes_are_8_requests_25_at_a_time():
    made = requests(25, adjusts=True)
    assert {"inventoryAdjustQuantities": 4, "metafieldsSet": 4} == Counter(mutation.root for mutation in made)
    assert [25, 25] == [len(each.covers) for each in made[:2]]
    assert 100 * 10 + 4 * 10 == sum(each.cost_points for each in made)


def test_the_key_of_a_change_is_that_of_any_batch_that_it_goes_with():
    def keys(mutation: Mutation) -> dict[Address, object]:
        names = {result: name for name, result in mutation.keys.items()}
        return {
            at: (mutation.variables[names[result]], mutation.variables[names[result].replace("key", "input")])
            for result, at in mutation.results.items()
        }

    alone = keys(requests(1, adjusts=True)[0])
    among_others = keys(requests(6, adjusts=True)[0])
    assert 4 == len(alone)
    assert alone.items() <= among_others.items()
