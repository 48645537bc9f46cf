"""Stock: which quantities reach which store, who decides them, and what contradicts itself."""

from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.mapping.compile import Mapper
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog, StockRow
from reconciler.model.errors import InvalidInput
from reconciler.model.origin import Place
from reconciler.model.state import Desired
from reconciler.model.stocktaking import Stock
from tests.mapping.builders import a_store, a_variant, an_entry, rules

ROW = StockRow("LS-M", "berlin", Stock(quantity=7), Place("catalog/stock/erp.csv", 2))
PLACES = {"berlin": "Warehouse", "hamburg": {"name": "Shop", "intent": "seed"}}


def mapped(stock: object, /, *rows: StockRow, tracked: str = "{{ true }}", **store: Any) -> Desired:
    made = rules(product_title="{{ product.name }}", variant_tracked=tracked)
    catalog = Catalog({}, {}, stock={"LS-M": rows})
    variant = a_variant(**({} if stock is None else {"stock": stock}))
    mapper = Mapper(made, a_store(locations=PLACES, **store), KINDS, catalog)
    return mapper.group(an_entry(variants=[variant]))


def spelled(desired: Desired) -> dict[str, Any]:
    members = {at: each.spelled() for at, each in desired.resources.items() if at.kind in {"stock", "adjustment"}}
    return {
        str(at).removeprefix("stock/linen-shirt/"): (*each.values(), desired.owners.get(at))
        for at, each in members.items()
    }


def problems(*args: Any, **fields: Any) -> list[str]:
    with pytest.raises(InvalidInput) as invalid:
        mapped(*args, **fields)
    return [str(problem) for problem in invalid.value.diagnostics]


@pytest.mark.parametrize(
    ("stock", "store", "expected"),
    [
        ({"berlin": 5, "rome": 1}, {}, {"LS-M/berlin": (5, None)}),
        ({"berlin": 5}, {"stock": "set"}, {"LS-M/berlin": (5, "enforce")}),
        ({"hamburg": 5}, {"stock": "observe"}, {"LS-M/hamburg": (5, "seed")}),
        ({"berlin": 5}, {"stock": "observe"}, {"LS-M/berlin": (5, "observe")}),
        ({"hamburg": {"quantity": 5, "intent": "set"}}, {"stock": "observe"}, {"LS-M/hamburg": (5, "enforce")}),
        (
            {"berlin": {"adjust": -1, "reference": "50% a/b"}},
            {},
            {"adjustment/linen-shirt/LS-M/berlin: 50%25 a%2Fb": (-1, "seed")},
        ),
    ],
)
def test_the_nearest_word_says_what_a_quantity_means(stock, store, expected):
    assert expected == spelled(mapped(stock, **store))


def test_a_table_says_the_same_as_the_product_file():
    desired = mapped(None, ROW)
    address = Address("stock", "linen-shirt/LS-M/berlin")
    assert {"LS-M/berlin": (7, None)} == spelled(desired)
    origin = desired.origin(address, "available")
    assert ROW.place == (origin.place if origin else None)


def test_null_says_that_the_item_is_not_to_be_there():
    desired = mapped({"berlin": None})
    assert {} == spelled(desired)
    assert frozenset({Address("stock", "linen-shirt/LS-M/berlin")}) == desired.absent


def test_stock_of_what_git_does_not_track_is_refused():
    expected = "variant/linen-shirt/LS-M is not tracked, so that its stock counts for nothing; "
    assert [f"shirt.yaml.variants.0.stock.berlin: {expected}give the variant tracked: true, or delete its stock"] == (
        problems({"berlin": 5}, tracked="{{ false }}")
    )


def test_what_is_set_cannot_be_adjusted_too():
    change = StockRow("LS-M", "berlin", Stock(adjust=1, reference="R"), Place("catalog/stock/erp.csv", 3))
    (problem,) = problems({"berlin": 5}, change)
    assert problem.startswith("catalog/stock/erp.csv:3: variant/linen-shirt/LS-M is both set and adjusted at berlin")
    assert 2 == len(spelled(mapped({"berlin": {"quantity": 5, "intent": "seed"}}, change)))
