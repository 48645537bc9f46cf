"""Which live variant is which address: laws of the naming, searched with few SKUs and few values."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds import KINDS
from reconciler.kinds.variant import Variant
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.model.state import Found

ROOT = Address("product", "shirt")


def a_variant(**fields: object) -> Variant:
    return Variant.model_validate(fields)


SKU = st.sampled_from([None, "A", "B", "1", "2", "S"])
VALUES = st.sampled_from([None, {"Size": "S"}, {"Size": "M"}, {"Maat": "S"}, {"Size": "S", "Color": "Red"}, {}])
VARIANT = st.builds(a_variant, sku=SKU, option_values=VALUES)
ASKED = VARIANT | st.builds(a_variant, sku=SKU) | st.builds(a_variant, option_values=VALUES)
WANTED = st.dictionaries(
    st.sampled_from([Address("variant", f"shirt/{key}") for key in ("A", "B", "1", "S", "S / Red", "new")]), ASKED
)
FOUND = st.lists(VARIANT, max_size=5).map(
    lambda resources: [
        Found("variant", f"gid://shopify/ProductVariant/{number}", resource)
        for number, resource in enumerate(resources, start=1)
    ]
)


def match(wanted: Mapping[Address, Resource], found: Sequence[Found]) -> Mapping[Address, Found]:
    return KINDS["variant"].match(ROOT, wanted, found)


@given(WANTED, FOUND)
def test_every_found_variant_gets_exactly_one_address(wanted, found):
    assert sorted(variant.id for variant in found) == sorted(variant.id for variant in match(wanted, found).values())


@given(WANTED, FOUND)
def test_every_address_hangs_on_the_product(wanted, found):
    assert {("variant", "shirt")} >= {(address.kind, address.root_key) for address in match(wanted, found)}


@given(WANTED, FOUND, st.randoms(use_true_random=False))
def test_the_order_of_variants_does_not_matter(wanted, found, chance):
    asked, shuffled = list(wanted.items()), list(found)
    chance.shuffle(asked)
    chance.shuffle(shuffled)
    assert match(wanted, found) == match(dict(asked), shuffled)


@given(WANTED, FOUND)
def test_a_wanted_variant_is_one_that_shares_its_sku_or_its_values(wanted, found):
    for address, variant in match(wanted, found).items():
        if address not in wanted:
            continue
        asked, live = wanted[address], variant.resource
        assert isinstance(asked, Variant)
        assert isinstance(live, Variant)
        values = [value for _, value in asked.option_values or ()]
        same_values = asked.option_values is not None and values == [value for _, value in live.option_values or ()]
        same_names = dict(asked.option_values or ()) == dict(live.option_values or ())
        assert (asked.sku is not None and asked.sku == live.sku) or same_values or same_names


@given(WANTED, FOUND)
def test_a_sku_that_each_side_has_once_decides(wanted, found):
    named = {address: variant.id for address, variant in match(wanted, found).items()}
    asked = {address: resource.sku for address, resource in wanted.items()}
    live = {variant.id: variant.resource.sku for variant in found}
    for address, sku in asked.items():
        holders = [each for each, its_sku in live.items() if its_sku == sku]
        if sku is not None and list(asked.values()).count(sku) == len(holders) == 1:
            assert holders == [named.get(address)]


@given(FOUND)
def test_what_is_as_git_asks_is_matched_whole(found):
    wanted = {Address("variant", f"shirt/{variant.id[-1]}"): variant.resource for variant in found}
    distinct = {repr(variant.resource) for variant in found}
    if len(distinct) == len(found) == len({variant.resource.sku for variant in found} - {None}):
        assert {address: variant.id[-1] for address, variant in match(wanted, found).items()} == {
            address: address.key[-1] for address in wanted
        }


def numbered(sku: str) -> list[Found]:
    return [
        Found("variant", f"gid://shopify/ProductVariant/{n}", a_variant(sku=sku.format(n), option_values={"N": f"{n}"}))
        for n in range(2048)
    ]


def test_2048_variants_are_matched_whether_git_asks_for_them_or_not():
    found = numbered("S{}")
    wanted = {Address("variant", f"shirt/key {variant.id}"): variant.resource for variant in found}
    assert {*wanted} == {*match(wanted, found)}
    assert 2048 == len(match({}, found))


def test_2048_variants_with_one_sku_are_told_apart():
    wanted = {Address("variant", f"shirt/{n}"): a_variant(sku="S", option_values={"N": f"{n}"}) for n in range(1024)}
    named = match(wanted, numbered("S"))
    assert 2048 == len(named)
    assert all(named[address].id.endswith(f"/{address.key.removeprefix('shirt/')}") for address in wanted)
