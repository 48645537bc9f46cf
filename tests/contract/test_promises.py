"""What the plan and the apply promise, against an embedded store over HTTP."""

import time
from typing import Any

import pytest

from reconciler.model.errors import InvalidInput, StoreRefused, WrongUsage
from reconciler.model.outcome import AlreadySo, Applied, Failed, Skipped, Stale
from reconciler.model.plan import Plan, Scope
from tests.contract.repository import Repository

CUP: dict[str, Any] = {"key": "cup", "name": "Cup", "variants": [{"sku": "CUP", "price": "9.00"}]}
BOWL: dict[str, Any] = {
    "key": "bowl",
    "name": "Bowl",
    "options": {"Size": ["S", "L"]},
    "variants": [
        {"sku": "B-S", "options": {"Size": "S"}, "price": "12.00"},
        {"sku": "B-L", "options": {"Size": "L"}, "price": "14.00"},
    ],
}
RETITLE = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
REPRICE = """mutation($product: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $rows) { userErrors { message } } }"""
FIND = "{ products(first: 50) { nodes { id handle variants(first: 50) { nodes { id sku price } } } } }"


def product_in(repository: Repository, handle: str) -> Any:
    nodes = repository.ask(FIND)["products"]["nodes"]
    return next((node for node in nodes if node["handle"] == handle), None)


def variant_in(product: Any, sku: str) -> Any:
    return next(node for node in product["variants"]["nodes"] if node["sku"] == sku)


def applied(repository: Repository, *products: dict[str, Any]) -> None:
    repository.has(products)
    assert repository.apply(repository.plan()).complete


def changed(plan: Plan) -> list[str]:
    return [str(change.address) for change in plan.changes]


def test_two_plans_of_the_same_inputs_are_the_same_bytes(repository: Repository) -> None:
    repository.has([CUP, BOWL])
    assert repository.plan().digest == repository.plan().digest


def test_a_plan_may_be_applied_twice_and_writes_once(repository: Repository) -> None:
    repository.has([CUP, BOWL])
    plan = repository.plan()
    assert repository.apply(plan).complete
    again = repository.apply(plan)
    assert {AlreadySo} == {type(outcome) for outcome in again.outcomes}
    assert (0, True) == (again.writes, again.complete)
    assert 2 == len(repository.ask(FIND)["products"]["nodes"])


def test_an_edit_after_the_plan_is_left_alone_and_the_rest_goes_on(repository: Repository) -> None:
    applied(repository, CUP, BOWL)
    sizes = [{**variant, "price": "10.00"} for variant in BOWL["variants"]]
    repository.has([{**CUP, "name": "Mug"}, {**BOWL, "variants": sizes}])
    plan = repository.plan()
    bowl = product_in(repository, "bowl")
    small = variant_in(bowl, "B-S")["id"]
    repository.ask(REPRICE, {"product": bowl["id"], "rows": [{"id": small, "price": "11.00"}]})
    report = repository.apply(plan)
    results = {str(outcome.address): type(outcome) for outcome in report.outcomes}
    assert {"product/cup": Applied, "variant/bowl/B-L": Applied, "variant/bowl/B-S": Stale} == results
    assert not report.complete
    assert "11.00" == variant_in(product_in(repository, "bowl"), "B-S")["price"]
    assert ["variant/bowl/B-S"] == [str(address) for address in report.left_over]


def test_an_edit_that_made_it_so_already_is_no_conflict(repository: Repository) -> None:
    applied(repository, CUP)
    repository.has([{**CUP, "name": "Mug"}])
    plan = repository.plan()
    repository.ask(RETITLE, {"p": {"id": product_in(repository, "cup")["id"], "title": "Mug"}})
    report = repository.apply(plan)
    assert ([AlreadySo], 0) == ([type(outcome) for outcome in report.outcomes], report.writes)


def test_a_product_deleted_after_the_plan_is_not_made_again_by_an_update(repository: Repository) -> None:
    applied(repository, CUP)
    repository.has([{**CUP, "name": "Mug", "variants": [{"sku": "CUP", "price": "8.00"}]}])
    plan = repository.plan()
    identity = product_in(repository, "cup")["id"]
    repository.ask(
        "mutation($i: ProductDeleteInput!) { productDelete(input: $i) { userErrors { message } } }",
        {"i": {"id": identity}},
    )
    report = repository.apply(plan)
    assert {Stale} == {type(outcome) for outcome in report.outcomes}
    assert 0 == report.writes


def test_options_edited_after_the_plan_hold_back_what_hangs_on_them(repository: Repository) -> None:
    applied(repository, BOWL)
    more = {**BOWL, "options": {"Size": ["S", "L", "XL"]}}
    more["variants"] = [*BOWL["variants"], {"sku": "B-XL", "options": {"Size": "XL"}, "price": "16.00"}]
    repository.has([more])
    plan = repository.plan()
    bowl = product_in(repository, "bowl")
    row = {"price": "20.00", "optionValues": [{"optionName": "Size", "name": "Family"}]}
    repository.ask(
        """mutation($product: ID!, $rows: [ProductVariantsBulkInput!]!) {
          productVariantsBulkCreate(productId: $product, variants: $rows) { userErrors { message } } }""",
        {"product": bowl["id"], "rows": [row]},
    )
    report = repository.apply(plan)
    results = {str(outcome.address): type(outcome) for outcome in report.outcomes}
    assert {"product/bowl": Stale, "variant/bowl/B-XL": Skipped} == results
    assert 3 == len(product_in(repository, "bowl")["variants"]["nodes"])


def test_a_variant_that_appeared_after_the_plan_survives_a_change_of_options(repository: Repository) -> None:
    two = {**BOWL, "options": {"Size": ["S", "L"], "Color": ["Red", "Blue"]}}
    two["variants"] = [
        {"sku": "S-R", "options": {"Size": "S", "Color": "Red"}, "price": "1.00"},
        {"sku": "L-B", "options": {"Size": "L", "Color": "Blue"}, "price": "1.00"},
    ]
    applied(repository, two)
    swapped = {**two, "options": {"Color": ["Red", "Blue"], "Size": ["S", "L"]}}
    swapped["variants"] = [{**v, "options": dict(reversed(v["options"].items()))} for v in two["variants"]]
    repository.has([swapped])
    plan = repository.plan()
    bowl = product_in(repository, "bowl")
    values = [{"optionName": "Size", "name": "S"}, {"optionName": "Color", "name": "Blue"}]
    row = {"price": "5.00", "inventoryItem": {"sku": "THEIRS"}, "optionValues": values}
    repository.ask(
        """mutation($product: ID!, $rows: [ProductVariantsBulkInput!]!) {
          productVariantsBulkCreate(productId: $product, variants: $rows) { userErrors { message } } }""",
        {"product": bowl["id"], "rows": [row]},
    )
    repository.apply(plan)
    skus = {variant["sku"] for variant in product_in(repository, "bowl")["variants"]["nodes"]}
    assert {"S-R", "L-B", "THEIRS"} == skus


def test_a_handle_taken_after_the_plan_is_told_and_the_rest_goes_on(repository: Repository) -> None:
    repository.has([CUP, BOWL])
    plan = repository.plan()
    repository.ask(
        "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }",
        {"p": {"title": "Theirs", "handle": "cup"}},
    )
    report = repository.apply(plan)
    failed = [outcome for outcome in report.outcomes if isinstance(outcome, Failed)]
    assert ["product/cup", "variant/cup/CUP"] == [str(outcome.address) for outcome in failed]
    assert "already in use" in failed[0].reason
    assert 4 == report.counts()["applied"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(only=("product/cup",)), ["product/cup", "variant/cup/CUP"]),
        (Scope(only=("variant/*/B-?",)), ["variant/bowl/B-L", "variant/bowl/B-S"]),
        (Scope(exclude=("product/bowl",)), ["product/cup", "variant/cup/CUP"]),
        (Scope(only=("field:price",)), ["variant/bowl/B-L", "variant/bowl/B-S", "variant/cup/CUP"]),
        (Scope(exclude=("field:title", "product/bowl")), ["variant/cup/CUP"]),
    ],
)
def test_a_scoped_plan_names_nothing_out_of_scope(repository: Repository, scope: Scope, expected: list[str]) -> None:
    applied(repository, CUP, BOWL)
    dearer = [{**variant, "price": "99.00"} for variant in BOWL["variants"]]
    repository.has(
        [
            {**CUP, "name": "Mug", "variants": [{"sku": "CUP", "price": "99.00"}]},
            {**BOWL, "name": "Dish", "variants": dearer},
        ]
    )
    plan = repository.plan(scope)
    assert expected == changed(plan)
    assert not plan.complete
    assert repository.apply(plan).complete


@pytest.mark.parametrize("pattern", ["product/cpu", "field:prize"])
def test_a_pattern_that_fits_nothing_in_any_store_is_refused(repository: Repository, pattern: str) -> None:
    repository.has([CUP])
    with pytest.raises(WrongUsage, match=f"--only {pattern}: it fits nothing"):
        repository.plan(Scope(only=(pattern, "product/cup")))


def test_planning_needs_no_right_to_write_and_applying_does(repository: Repository) -> None:
    repository.make_shop(scopes=["read_products", "read_inventory"])
    repository.has([CUP])
    plan = repository.plan()
    assert ["mark/product", "product/cup", "variant/cup/CUP"] == changed(plan)
    with pytest.raises(StoreRefused, match="write_products"):
        repository.apply(plan)
    assert None is product_in(repository, "cup")


def test_a_live_product_of_others_is_never_named(repository: Repository) -> None:
    applied(repository, CUP)
    repository.ask(
        "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }",
        {"p": {"title": "Theirs", "handle": "theirs"}},
    )
    assert [] == changed(repository.plan())


def test_client_credentials_are_exchanged_and_renewed(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.make_shop(client_id="the-client", client_secret="the-secret", token_lifetime_s=1)
    base_url, _ = repository.embedded.shop(repository.shop, "EUR")
    monkeypatch.setenv("CLIENT_SECRET", "the-secret")
    secret = "credentials: {client_id: the-client, client_secret: {env: CLIENT_SECRET}}\n"
    off = "limits: {off: [price-move, prices-changed]}\n"
    repository.store_is(f"url: {base_url}\nchannel: web\ncurrency: EUR\n{off}{secret}")
    repository.has([{**CUP, "key": f"cup-{n}", "variants": [{"sku": f"C{n}", "price": "1.00"}]} for n in range(40)])
    for price in ("2.00", "3.00"):
        assert repository.apply(repository.plan()).complete
        time.sleep(1.1)  # the token's whole life: the next request needs another one
        variants = [{"sku": f"C{n}", "price": price} for n in range(40)]
        repository.has([{**CUP, "key": f"cup-{n}", "variants": [variants[n]]} for n in range(40)])
    assert 40 == len(changed(repository.plan()))
    monkeypatch.setenv("CLIENT_SECRET", "another-secret")
    with pytest.raises(StoreRefused, match="CLIENT_SECRET"):
        repository.plan()


MARK = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"


def _given_another_key(repository: Repository, handle: str) -> None:
    row = {"namespace": "$app:reconciler", "key": "key", "type": "id", "value": "somebody-else"}
    repository.ask(MARK, {"m": [{**row, "ownerId": product_in(repository, handle)["id"]}]})


def test_a_product_that_got_another_key_after_the_plan_is_not_written(repository: Repository) -> None:
    applied(repository, CUP)
    repository.has([{**CUP, "name": "Mug"}])
    plan = repository.plan()
    _given_another_key(repository, "cup")
    report = repository.apply(plan)
    assert ([Stale], 0) == ([type(outcome) for outcome in report.outcomes], report.writes)


def test_a_product_that_got_another_key_after_the_plan_is_not_deleted(repository: Repository) -> None:
    repository.store_says("on_remove: delete\n")
    applied(repository, CUP, BOWL)
    repository.has([CUP])
    plan = repository.plan()
    _given_another_key(repository, "bowl")
    assert 0 == repository.apply(plan).writes
    assert None is not product_in(repository, "bowl")


def test_adopting_a_product_removes_nothing_that_hangs_on_it(repository: Repository) -> None:
    applied(repository, BOWL)
    repository.ask(
        "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }",
        {"p": {"title": "Theirs", "handle": "cup", "productOptions": [{"name": "Size", "values": [{"name": "S"}]}]}},
    )
    theirs = product_in(repository, "cup")
    rows = [{"optionValues": [{"optionName": "Size", "name": f"T{n}"}], "price": "1.00"} for n in range(3)]
    repository.ask(
        """mutation($product: ID!, $rows: [ProductVariantsBulkInput!]!) {
          productVariantsBulkCreate(productId: $product, variants: $rows) { userErrors { message } } }""",
        {"product": theirs["id"], "rows": rows},
    )
    sizes = {"options": {"Size": ["S"]}, "variants": [{"sku": "CUP", "options": {"Size": "S"}, "price": "9.00"}]}
    repository.has([BOWL, {**CUP, **sizes}])
    report = repository.apply(repository.plan(), "adopt")
    assert 0 == report.counts()["failed"]
    assert 4 == len(product_in(repository, "cup")["variants"]["nodes"])
    assert {"remove"} == {change.action for change in repository.plan().changes if change.address.kind == "variant"}


def test_a_product_of_other_options_is_taken_over_first_and_gets_ours_by_the_next_plan(repository: Repository) -> None:
    applied(repository, CUP)
    repository.ask(
        "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }",
        {"p": {"title": "Theirs", "handle": "bowl"}},
    )
    repository.has([CUP, BOWL])
    plan = repository.plan_both_ways()
    assert ["product/bowl"] == changed(plan)
    assert ["variant/bowl/B-L", "variant/bowl/B-S"] == [str(address) for address in plan.unplanned]
    assert "variants that stay in the store have other options: none" in plan.notes[-1]
    assert "apply this plan, then the next one puts git's in their place" in plan.notes[-1]
    assert {"failed": 0, "skipped": 0}.items() <= repository.apply(plan, "adopt").counts().items()
    assert [None] == [each["sku"] for each in product_in(repository, "bowl")["variants"]["nodes"]]
    assert repository.apply(repository.plan()).complete
    assert ["B-S", "B-L"] == [each["sku"] for each in product_in(repository, "bowl")["variants"]["nodes"]]
    assert () == repository.plan().changes


def test_nothing_is_made_for_nothing_when_prices_are_out_of_scope(repository: Repository) -> None:
    repository.has([CUP])
    plan = repository.plan(Scope(exclude=("field:price",)))
    assert ["mark/product"] == changed(plan)
    assert "price" in plan.notes[-1]


def test_a_renamed_key_that_keeps_its_handle_is_refused_before_the_old_product_goes(repository: Repository) -> None:
    applied(repository, CUP)
    repository.has([{**CUP, "key": "cup2", "handle": "cup"}])
    message = (
        r"handle cup of product/cup2 is held by product/cup, which is in store shop and no longer in git; "
        r"if it is the same, write moved: cup; if not, give cup2 another handle, or the old one, in the store's admin"
    )
    with pytest.raises(InvalidInput, match=message):
        repository.plan()
    repository.has([{**CUP, "key": "cup2", "handle": "cup", "moved": ["cup"]}])
    assert ["move"] == [change.action for change in repository.plan().changes]
    repository.has([{**CUP, "key": "cup2", "handle": "cup-2"}])
    assert ["create", "create", "remove"] == [change.action for change in repository.plan().changes]
