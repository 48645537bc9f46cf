"""A plan that says less than its changes show is refused, whoever made its digest fit; an honest one never is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from reconciler.model.change import Adopt, Cause, Change, Create, TakenAlong
from reconciler.model.errors import LimitBroken, PlanRefused, WrongUsage
from reconciler.model.json import Json
from reconciler.model.limits import Acceptance
from reconciler.model.plan import Plan
from reconciler.model.plan_text import sealed
from tests.contract.history import History
from tests.contract.repository import Repository

CUP = """\
key: cup
name: Cup
description: <p>Blue.</p>
variants: [{{sku: CUP, price: {price}, compare_at_price: {compare_at}, cost: 4}}]
"""
LIMITS = "on_remove: delete\nlimits:\n  exceptions:\n    - {tag: clearance, price_move: 90}\n"


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.store_says(LIMITS)
    repository.file("catalog/products/cup.yaml", CUP.format(price=10, compare_at=12))
    assert repository.apply(repository.plan()).complete
    return repository


def forged(plan: Plan, change: Callable[[Change], Change] = lambda each: each) -> Plan:
    """Return the plan as somebody would write it who wants it applied: nothing broken, and a digest that fits."""
    return sealed(replace(plan, violations=(), changes=tuple(map(change, plan.changes))))


def priced(path: str, price: Json) -> Callable[[Change], Change]:
    def change(each: Change) -> Change:
        fields = (replace(field, after=price) if field.path == path else field for field in each.fields)
        return replace(each, fields=tuple(fields))

    return change


def refused(shop: Repository, plan: Plan, rule: str) -> None:
    with pytest.raises(PlanRefused, match=f"does not say that {rule} is broken, but its changes break it"):
        shop.apply(plan)


def test_a_plan_that_names_no_limit_is_held_to_what_its_changes_show(shop):
    shop.file("catalog/products/cup.yaml", CUP.format(price=0, compare_at=12))
    honest = shop.plan()
    assert {"price-zero", "price-move"} == {each.rule for each in honest.violations}
    with pytest.raises(LimitBroken):
        shop.apply(honest)
    refused(shop, forged(honest), "price-zero")
    refused(shop, forged(honest, priced("price", "0.50")), "price-move")
    shop.file("catalog/products/cup.yaml", CUP.format(price=11, compare_at=12).replace("<p>Blue.</p>", ""))
    plan = shop.plan()
    assert ["text-emptied"] == [each.rule for each in plan.violations]
    refused(shop, forged(plan), "text-emptied")
    refused(shop, sealed(replace(plan, changes=tuple(map(priced("price", "0"), plan.changes)))), "price-zero")
    both = tuple(
        replace(each, fields=tuple(replace(field, cause="both") for field in each.fields)) for each in plan.changes
    )
    refused(shop, sealed(replace(plan, changes=both)), "conflict")
    assert shop.apply(plan, "text-emptied").complete


def test_what_is_made_taken_over_or_deleted_is_held_to_it_too(shop):
    shop.file("catalog/products/bowl.yaml", "key: bowl\nname: Bowl\nvariants: [{sku: B, price: 5, cost: 4}]\n")
    plan = shop.plan()
    assert () == plan.violations
    refused(shop, forged(plan, priced("price", "3")), "below-cost")
    adopting = [
        Adopt(each.address, "gid://shopify/Product/1", each.fields)
        if isinstance(each, Create) and each.address.kind == "product"
        else each
        for each in plan.changes
    ]
    refused(shop, sealed(replace(plan, changes=tuple(adopting))), "adopt")
    (shop.root / "catalog/products/cup.yaml").unlink()
    lost = (TakenAlong("translation", "de title", "Tasse"),)
    refused(
        shop,
        forged(shop.plan(), lambda each: replace(each, takes_along=lost) if each.action == "remove" else each),
        "takes-along",
    )


def test_the_mildest_exception_that_may_fit_decides_so_that_no_honest_plan_is_refused(shop):
    shop.file("catalog/products/cup.yaml", CUP.format(price=3, compare_at=12) + "tags: [clearance]\n")
    plan = shop.plan()
    assert ["below-cost"] == [each.rule for each in plan.violations]
    assert shop.apply(plan, "below-cost").complete


def test_a_rollback_is_held_to_limits_in_money(shop):
    shop.file("catalog/products/cup.yaml", CUP.format(price=4, compare_at=12))
    slip = shop.apply(shop.plan(), "price-move").run
    plan = shop.rollback(slip)
    assert ["price-move"] == [each.rule for each in plan.violations]
    refused(shop, forged(plan), "price-move")
    assert shop.apply(plan, "price-move").complete


def test_a_count_that_nobody_can_explain_is_worked_out_again_but_for_rollbacks(repository: Repository) -> None:
    repository.make_shop(locations=["Berlin"])
    places = "locations: {berlin: Berlin}\nlimits:\n  off: [stock-lost]\n"
    repository.store_says(places)
    cup = "key: cup\nname: Cup\nvariants: [{{sku: CUP, price: 10, tracked: true, stock: {{berlin: {count}}}}}]\n"
    repository.file("catalog/products/cup.yaml", cup.format(count=10))
    assert repository.apply(repository.plan()).complete
    repository.file("catalog/products/cup.yaml", cup.format(count=12))
    repository.sell("CUP", 3)
    honest = repository.plan()
    assert ["stock-unknown"] == [each.rule for each in honest.violations]
    refused(repository, forged(honest), "stock-unknown")
    repository.store_says(f"{places}  exceptions: [{{tag: clearance, off: [stock-unknown]}}]\n")
    tagless = repository.plan()
    assert ["stock-unknown"] == [each.rule for each in tagless.violations], "cup has no such tag"
    assert repository.apply(tagless, "stock-unknown").complete, "an honest plan is not refused"
    repository.file("catalog/products/cup.yaml", cup.format(count=14) + "tags: [clearance]\n")
    tagged = repository.plan()
    assert () == tagged.violations
    assert repository.apply(tagged).complete
    repository.sell("CUP", 5)
    repository.store_says(f"{places}ownership: {{stock.available: enforce}}\n")
    assert () == repository.plan().violations
    settled = repository.apply(repository.plan())
    assert settled.complete
    assert settled.run is not None
    repository.store_says(places)
    taken_back = repository.rollback(settled.run)
    assert {"stock/cup/CUP/berlin": [(14, 9)]} == {
        str(each.address): [(field.before, field.after) for field in each.fields] for each in taken_back.changes
    }
    assert () == taken_back.violations
    assert repository.apply(taken_back).complete


def test_a_consent_that_no_file_gives_lets_nothing_through(shop):
    shop.file("catalog/products/cup.yaml", CUP.format(price=0, compare_at=12))
    plan = shop.plan()
    consents = [Acceptance(rule=each.rule, reason="sale", until=date(2099, 1, 1)) for each in plan.violations]
    violations = tuple(
        replace(each, acceptance=consent) for each, consent in zip(plan.violations, consents, strict=True)
    )
    with pytest.raises(PlanRefused, match=r"limits\.accept of stores/shop\.yaml does not"):
        shop.apply(sealed(replace(plan, violations=violations)))
    given = "".join(f"    - {{rule: {each.rule}, reason: sale, until: 2099-01-01}}\n" for each in plan.violations)
    shop.store_says(f"{LIMITS}  accept:\n{given}")
    assert shop.apply(shop.plan()).complete


def test_a_value_that_a_field_cannot_have_is_refused_before_anything_is_written(shop):
    shop.file("catalog/products/cup.yaml", CUP.format(price=11, compare_at=12).replace("name: Cup", "name: Mug"))
    honest = shop.plan()
    values: list[Json] = ["NaN", "", None, "0x10", True, [1], "\uff11\uff10", "9.001"]
    for value in values:
        with pytest.raises(PlanRefused, match="variant/cup/CUP: price is to be"):
            shop.apply(forged(honest, priced("price", value)))
    with pytest.raises(PlanRefused, match="product/cup: title is to be"):
        shop.apply(forged(honest, priced("title", "M\0ug")))
    assert shop.apply(honest).complete


def test_a_price_that_comes_to_nothing_in_the_stores_currency_is_refused(repository):
    repository.currency = "JPY"
    repository.store_says("limits: {}\n")
    repository.file("catalog/products/cup.yaml", "key: cup\nname: Cup\nvariants: [{sku: CUP, price: 900}]\n")
    with pytest.raises(PlanRefused, match=r"price is to be '0\.4', which JPY has no coin for"):
        repository.apply(forged(repository.plan(), priced("price", "0.4")))


def test_a_new_variant_without_its_price_is_refused(shop):
    shop.file("catalog/products/mug.yaml", CUP.format(price=9, compare_at=12).lower().replace("cup", "mug"))

    def without_price(change: Change) -> Change:
        return replace(change, fields=tuple(field for field in change.fields if field.path != "price"))

    with pytest.raises(PlanRefused, match="variant/mug/mug: it would be without price"):
        shop.apply(forged(shop.plan(), without_price))


def recaused(cause: Cause) -> Callable[[Change], Change]:
    return lambda each: replace(each, fields=tuple(replace(field, cause=cause) for field in each.fields))


def test_a_plan_that_says_another_cause_than_history_is_refused(shop):
    History(shop.root).begin().commit()
    assert shop.apply(shop.plan()).complete
    shop.file("catalog/products/cup.yaml", CUP.format(price=10, compare_at=12).replace("name: Cup", "name: Mug"))
    History(shop.root).commit()
    (cup,) = shop.ask("{ products(first: 1) { nodes { id } } }")["products"]["nodes"]
    retitle = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
    shop.ask(retitle, {"p": {"id": cup["id"], "title": "Theirs"}})
    honest = shop.plan()
    assert ["conflict"] == [each.rule for each in honest.violations]
    refused(shop, forged(honest, recaused("git")), "conflict")
    assert shop.apply(honest, "conflict").complete
    (shop.root / "catalog/products/cup.yaml").unlink()
    shop.file("catalog/products/bowl.yaml", CUP.format(price=10, compare_at=12).lower().replace("cup", "bowl"))
    History(shop.root).commit()
    shop.ask(retitle, {"p": {"id": cup["id"], "title": "Theirs"}})
    leaving = shop.plan()
    assert ["conflict"] == [each.rule for each in leaving.violations]
    refused(shop, forged(leaving, recaused("git")), "conflict")


def test_only_what_takes_a_run_back_may_say_that_it_does(repository):
    repository.make_shop(locations=["Berlin"])
    repository.store_says("locations: {berlin: Berlin}\nlimits:\n  off: [stock-lost]\n")
    counted = "key: cup\nname: {}\nvariants: [{{sku: CUP, price: 9, tracked: true, stock: {{berlin: {}}}}}]\n"
    repository.file("catalog/products/cup.yaml", counted.format("Cup", 10))
    run = repository.apply(repository.plan()).run
    assert run is not None
    repository.sell("CUP", 3)
    repository.file("catalog/products/cup.yaml", counted.format("Mug", 10))
    honest = repository.plan()
    assert ["stock-unknown"] == [each.rule for each in honest.violations]
    refused(repository, forged(honest, recaused("git")), "stock-unknown")
    for claim in (run, "20260101T000000Z-000000-0000"):
        with pytest.raises((PlanRefused, WrongUsage), match=r"run 20260101T000000Z|does not take back what run"):
            repository.apply(sealed(replace(forged(honest), undoes=claim)))
    named = repository.apply(honest, "stock-unknown").run
    assert named is not None
    back = repository.rollback(named)
    assert {"title", "available"} == {field.path for change in back.changes for field in change.fields}
    for path, value in (("title", "Jug"), ("available", 1)):
        with pytest.raises(PlanRefused, match=f"it does not take back what run {named} wrote"):
            repository.apply(forged(back, priced(path, value)))
    assert repository.apply(back).complete
