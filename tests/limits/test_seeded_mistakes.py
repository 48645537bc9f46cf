"""Mistakes that people make with whole catalogs: each is caught by the defaults, and an ordinary change is not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reconciler.kinds.collection import Collection
from reconciler.kinds.image import Image
from reconciler.kinds.product import Product
from reconciler.kinds.publication import Publication
from reconciler.kinds.stock import Stock
from reconciler.kinds.variant import Variant
from reconciler.limits.watch import Watch
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Remove, Update
from reconciler.model.facts import GroupFacts
from reconciler.model.limits import Acceptance, Exceptional, Limits
from reconciler.model.plan import Violation
from reconciler.model.resource import Resource
from reconciler.planning.guard import accepted_in_git

Resources = Mapping[Address, Resource]
Mistake = Callable[[Resources], Resources]


def a_product(number: int) -> dict[Address, Resource]:
    key, price = f"shirt-{number}", Decimal(40 + number)
    return {
        Address("product", key): Product(
            title=f"Shirt {number}", description_html="<p>Woven.</p>", status="ACTIVE", tags=("shirts",)
        ),
        Address("variant", f"{key}/S"): Variant(price=price, compare_at_price=price + 10, cost=price / 2),
        Address("stock", f"{key}/S/berlin"): Stock(available=5),
        Address("image", f"{key}/front"): Image(source="https://x.example/front.jpg"),
        Address("publication", f"{key}/Online Store"): Publication(),
    }


CATALOG = [a_product(number) for number in range(12)]


def changed(group: Resources, kind: str, **fields: object) -> Resources:
    return {
        address: type(resource)(**{**resource.managed(), **fields}) if address.kind == kind else resource
        for address, resource in group.items()
    }


def without(group: Resources, kind: str) -> Resources:
    return {address: resource for address, resource in group.items() if address.kind != kind}


def repriced(factor: str) -> Mistake:
    def mistake(group: Resources) -> Resources:
        (variant,) = (resource for address, resource in group.items() if address.kind == "variant")
        return changed(group, "variant", price=variant.managed()["price"] * Decimal(factor), compare_at_price=None)

    return mistake


def swapped(group: Resources) -> Resources:
    (variant,) = (resource.managed() for address, resource in group.items() if address.kind == "variant")
    return changed(group, "variant", price=variant["compare_at_price"], compare_at_price=variant["price"])


MISTAKES: dict[str, tuple[Mistake, set[str]]] = {
    "price divided by ten": (repriced("0.1"), {"price-move", "below-cost", "prices-changed"}),
    "price times ten": (repriced("10"), {"price-move", "prices-changed"}),
    "another currency": (repriced("1.08"), {"prices-changed"}),
    "price and compare-at swapped": (swapped, {"price-swapped", "compare-at-not-above", "prices-changed"}),
    "price of nothing": (lambda group: changed(group, "variant", price=0), {"price-zero", "price-move"}),
    "cost cleared": (lambda group: changed(group, "variant", cost=None), {"cost-cleared"}),
    "compare-at of the price": (
        lambda group: changed(group, "variant", compare_at_price="1.00"),
        {"compare-at-not-above"},
    ),
    "descriptions emptied": (lambda group: changed(group, "product", description_html=None), {"text-emptied"}),
    "descriptions of markup alone": (
        lambda group: changed(group, "product", description_html="<p> </p>"),
        {"text-emptied"},
    ),
    "pictures gone": (lambda group: without(group, "image"), {"pictures-lost"}),
    "sold nowhere": (lambda group: without(group, "publication"), {"publications-lost"}),
    "stock of nothing": (lambda group: changed(group, "stock", available=0), {"stock-lost"}),
}


def changes(before: Resources, after: Resources) -> Iterable[Change]:
    for address in sorted({*before, *after}):
        if address not in after:
            yield Remove(address, "gid", ())
            continue
        old, new = before[address].spelled() if address in before else {}, after[address].spelled()
        fields = tuple(FieldChange(name, old.get(name), new[name]) for name in new if old.get(name) != new[name])
        if address not in before:
            yield Create(address, fields)
        elif fields:
            yield Update(address, "gid", fields)


def facts(before: Resources, after: Resources, collections: Iterable[str] = ()) -> GroupFacts:
    root = next(address for address in (*before, *after) if address.kind in {"product", "collection"})
    return GroupFacts(root, tuple(changes(before, after)), before, after, frozenset(collections))


def broken(
    mistake: Mistake, limits: Limits | None = None, *, groups: int = len(CATALOG), collections: Iterable[str] = ()
) -> dict[str, Violation]:
    watch = Watch(limits or Limits())
    for group in CATALOG[:groups]:
        watch.see(facts(group, mistake(group), collections))
    managed = {"product": len(CATALOG), "variant": len(CATALOG)}
    return {each.rule: each for each in watch.violations(managed, {"product": len(CATALOG)})}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_with_a_whole_catalog_is_caught_by_the_defaults(name):
    mistake, expected = MISTAKES[name]
    assert expected <= broken(mistake).keys()


@pytest.mark.parametrize("name", [name for name in MISTAKES if name != "another currency"])
def test_a_mistake_with_one_product_is_caught_too(name):
    mistake, expected = MISTAKES[name]
    assert expected - {"prices-changed"} <= broken(mistake, groups=1).keys()


def test_pictures_that_the_store_still_works_on_are_unknown_and_not_lost():
    watch = Watch(Limits())
    group = CATALOG[0]
    watch.see(replace(facts(group, without(group, "image")), unread=frozenset({"image"})))
    assert () == watch.violations({"product": 1}, {"product": 1})


def test_an_ordinary_sale_breaks_nothing():
    assert {} == broken(repriced("0.8"), groups=5)


def test_products_that_are_made_as_they_should_be_break_nothing():
    watch = Watch(Limits())
    for group in CATALOG:
        watch.see(facts({}, group))
    assert () == watch.violations({"product": 0, "variant": 0}, {"product": len(CATALOG)})


def test_a_product_made_for_nothing_is_caught():
    watch = Watch(Limits())
    watch.see(facts({}, changed(CATALOG[0], "variant", price=0)))
    assert ["price-zero"] == [each.rule for each in watch.violations({}, {})]


def test_half_of_the_catalog_gone_is_caught_even_where_nothing_is_removed():
    (shrunk,) = Watch(Limits()).violations({"product": 12}, {"product": 6})
    assert (
        "catalog-shrunk",
        "git asks for 6 products, and 12 are managed; the limit is 25 %, or 1 at least fewer",
    ) == (
        shrunk.rule,
        shrunk.summary,
    )


def test_one_product_less_is_no_catalog_that_shrank():
    assert () == Watch(Limits()).violations({"product": 3}, {"product": 2})


def test_a_violation_says_what_would_happen_to_whom():
    violation = broken(repriced("0.1"), groups=1)["price-move"]
    assert "1 price would move by more than 50 %: variant/shirt-0/S: 40.00 → 4.00 (-90 %)" == violation.summary
    assert (Address("variant", "shirt-0/S"),) == violation.addresses
    assert () == violation.unsaid, "the summary names it"
    assert "--accept price-move" == violation.allow
    two = broken(repriced("0.1"), groups=2)["price-move"]
    assert two.addresses == two.unsaid


def test_a_limit_that_is_switched_off_does_not_speak():
    assert "cost-cleared" not in broken(MISTAKES["cost cleared"][0], Limits(off=("cost-cleared",)))


@pytest.mark.parametrize(
    ("exception", "collections", "speaks"),
    [
        (Exceptional(tag="Shirts", price_move=Decimal(95)), (), False),
        (Exceptional(tag="hats", price_move=Decimal(95)), (), True),
        (Exceptional(collection="sale", price_move=Decimal(95)), ("sale",), False),
        (Exceptional(collection="sale", price_move=Decimal(95)), ("summer",), True),
        (Exceptional(tag="shirts", off=("price-move",)), (), False),
        (Exceptional(tag="shirts", price_move=Decimal(5)), (), True),
    ],
)
def test_an_exception_sets_other_thresholds_for_a_tag_or_a_collection(exception, collections, speaks):
    found = broken(repriced("0.1"), Limits(exceptions=(exception,)), collections=collections)
    assert speaks == ("price-move" in found)


def test_a_margin_is_a_share_of_the_price():
    half = repriced("1.0001")
    assert "below-cost" not in broken(half, Limits(margin=Decimal(50)))
    assert "below-cost" in broken(half, Limits(margin=Decimal(51)))


def test_the_acceptance_that_holds_longest_goes_with_the_plan():
    accepted = tuple(
        Acceptance(rule="price-move", reason=day, until=date.fromisoformat(day))
        for day in ("2026-12-01", "2026-12-24", "2026-11-30")
    )
    (violation,) = accepted_in_git([broken(repriced("0.1"))["price-move"]], Limits(accept=accepted))
    assert accepted[1] == violation.acceptance
    assert replace(violation, acceptance=None) == broken(repriced("0.1"))["price-move"]


def test_a_collection_that_loses_its_title_is_caught():
    address = Address("collection", "sale")
    watch = Watch(Limits())
    watch.see(facts({address: Collection(description_html="<b>All</b>")}, {address: Collection(description_html=None)}))
    assert ["text-emptied"] == [each.rule for each in watch.violations({}, {})]
