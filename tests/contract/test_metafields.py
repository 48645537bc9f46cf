"""What metafields promise, against an embedded store over HTTP: few calls, nobody overwritten, references resolved."""

from typing import Any

import pytest

from reconciler.model.errors import InvalidInput
from reconciler.model.outcome import AlreadySo, Applied, Failed, Skipped, Stale
from reconciler.model.plan import Plan, Scope
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from tests.contract.repository import Repository
from tests.contract.test_window import kept_waiting

SET = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"
READ = """{ products(first: 50) { nodes { id handle variants(first: 9) { nodes { id sku } }
  metafields(first: 50) { nodes { namespace key type value } } } } }"""
TEXT = "single_line_text_field"


def a_product(key: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "name": key.title(), "variants": [{"sku": key.upper(), "price": "9.00"}], **fields}


def texts(prefix: str, count: int) -> dict[str, Any]:
    return {f"custom.field_{number}": {"type": TEXT, "value": f"{prefix} {number}"} for number in range(count)}


def pointing(kind: str, value: Any) -> dict[str, Any]:
    return {"custom.points_at": {"type": f"{kind}_reference", "value": value}}


def applied(repository: Repository, *products: dict[str, Any]) -> None:
    repository.has(products)
    assert repository.apply(repository.plan()).complete


def in_store(repository: Repository, handle: str) -> Any:
    return next(node for node in repository.ask(READ)["products"]["nodes"] if node["handle"] == handle)


def values(repository: Repository, handle: str) -> dict[str, str]:
    nodes = in_store(repository, handle)["metafields"]["nodes"]
    return {node["key"]: node["value"] for node in nodes if node["namespace"] == "custom"}


def changed(plan: Plan) -> list[str]:
    return [str(change.address) for change in plan.changes]


def set_by_hand(repository: Repository, handle: str, **fields: str) -> None:
    row = {"ownerId": in_store(repository, handle)["id"], "namespace": "custom", "type": TEXT, **fields}
    repository.ask(SET, {"m": [row]})


def test_a_hundred_metafields_of_ten_products_are_four_mutations(repository: Repository) -> None:
    applied(repository, *(a_product(f"p{number}") for number in range(10)))
    repository.has([a_product(f"p{number}", metafields=texts(f"p{number}", 10)) for number in range(10)])
    plan = repository.plan()
    assert (100, 100) == (len(plan.changes), plan.summary.create)
    report = repository.apply(plan)
    assert (4, True) == (report.writes, report.complete)
    assert "p7 3" == values(repository, "p7")["field_3"]
    assert () == repository.plan().changes


def test_a_forecast_pools_what_is_sent_together(repository: Repository) -> None:
    applied(repository, *(a_product(f"p{number}") for number in range(10)))
    repository.has([a_product(f"p{number}", metafields=texts("new", 10)) for number in range(10)])
    forecast = repository.plan().forecast
    assert 1 + 4 + len(COSTS_OF_AN_APPLY) == forecast.calls  # all are read again at once, and 4 requests write


def test_a_page_that_does_not_hold_ours_is_not_the_last(repository: Repository) -> None:
    applied(repository, a_product("cup"))
    for number in range(40):
        set_by_hand(repository, "cup", key=f"theirs_{number}", value="theirs")
    repository.has([a_product("cup", metafields=texts("ours", 1))])
    assert repository.apply(repository.plan()).complete
    assert () == repository.plan().changes
    assert 41 == len(values(repository, "cup"))


def test_a_value_edited_after_the_plan_is_left_alone_and_the_rest_goes_on(repository: Repository) -> None:
    applied(repository, a_product("cup", metafields=texts("old", 2)), a_product("bowl", metafields=texts("old", 1)))
    repository.has([a_product("cup", metafields=texts("new", 2)), a_product("bowl", metafields=texts("new", 1))])
    plan = repository.plan()
    set_by_hand(repository, "cup", key="field_1", value="by hand")
    report = repository.apply(plan)
    results = {str(outcome.address): type(outcome) for outcome in report.outcomes}
    assert {
        "metafield/bowl/custom.field_0": Applied,
        "metafield/cup/custom.field_0": Applied,
        "metafield/cup/custom.field_1": Stale,
    } == results
    assert {"field_0": "new 0", "field_1": "by hand"} == values(repository, "cup")


def test_a_value_that_the_store_refuses_holds_no_other_up(repository: Repository) -> None:
    repository.file(
        "catalog/metafields.yaml",
        f"product.custom.field_0: {{name: Field, type: {TEXT}, validations: {{choices: [new 0]}}}}\n",
    )
    keys = [f"p{number}" for number in range(30)]
    applied(repository, *map(a_product, keys))
    fields = {key: texts("bad" if key == "p3" else "new", 1) for key in keys}
    repository.has([a_product(key, metafields=given) for key, given in fields.items()])
    report = repository.apply(repository.plan())
    failed = {str(outcome.address): outcome.reason for outcome in report.outcomes if isinstance(outcome, Failed)}
    assert ["metafield/p3/custom.field_0"] == list(failed)
    assert "choices" in failed["metafield/p3/custom.field_0"]
    assert 29 == report.counts()["applied"]


def test_another_type_than_its_definition_says_is_told_and_not_tried(repository: Repository) -> None:
    repository.file("catalog/metafields.yaml", f"product.custom.field_0: {{name: Field, type: {TEXT}}}\n")
    applied(repository, a_product("cup", metafields={"custom.field_0": "12"}))
    repository.file("catalog/metafields.yaml", "product.custom.field_0: {name: Field, type: number_integer}\n")
    repository.has([a_product("cup", metafields={"custom.field_0": 12})])
    plan = repository.plan()
    assert () == plan.changes
    of_value, of_definition = plan.notes
    assert of_value.startswith("metafield/cup/custom.field_0 is not planned: its definition in the store says single_")
    assert of_value.endswith("so it can never be a number_integer; give it that type, or another key")
    assert of_definition.startswith("metafield_definition/product.custom.field_0 is not planned: its type is single_")
    assert of_definition.endswith("define it under another key, or delete the definition in the store")


def test_what_carries_a_type_of_old_times_does_not_keep_a_store_from_being_read(repository: Repository) -> None:
    applied(repository, a_product("cup", metafields=texts("ours", 1)))
    set_by_hand(repository, "cup", key="flags", type="list.boolean", value='["true","no"]')
    assert () == repository.plan().changes


@pytest.mark.parametrize(
    ("kind", "target"),
    [("product", "product/bowl"), ("variant", "variant/bowl/BOWL"), ("list.product", ["product/bowl"])],
)
def test_what_is_there_is_pointed_at_by_its_id(repository: Repository, kind: str, target: Any) -> None:
    applied(repository, a_product("cup"), a_product("bowl"))
    repository.has([a_product("cup", metafields=pointing(kind, target)), a_product("bowl")])
    plan = repository.plan()
    after = plan.changes[0].fields[1].after
    assert "gid://shopify/" in str(after)
    assert (1, True) == ((report := repository.apply(plan)).writes, report.complete)
    assert {"points_at": after} == values(repository, "cup")
    assert () == repository.plan().changes


def test_new_products_may_point_at_each_other_and_at_themselves(repository: Repository) -> None:
    repository.has(
        [
            a_product("cup", metafields=pointing("list.product", ["product/bowl", "product/cup"])),
            a_product("bowl", metafields=pointing("list.variant", ["variant/cup/CUP", "variant/bowl/BOWL"])),
            a_product("dish", metafields=pointing("product", "product/bowl")),
        ]
    )
    plan = repository.plan()
    report = repository.apply(plan)
    assert report.complete
    assert () == repository.plan().changes
    # The mark and three products, the last with its value; then what points at products, then what at variants.
    assert 1 + 3 + 1 + 1 == report.writes
    assert {AlreadySo} == {type(outcome) for outcome in repository.apply(plan).outcomes}


def test_what_points_at_something_that_was_not_made_is_skipped(repository: Repository) -> None:
    applied(repository, a_product("cup"))
    bad = a_product(
        "bowl", metafields={"custom.cost": {"type": "money", "value": {"amount": 1, "currency_code": "XXX"}}}
    )
    repository.has([a_product("cup", metafields=pointing("product", "product/bowl")), bad])
    report = repository.apply(repository.plan())
    results = {str(outcome.address): outcome for outcome in report.outcomes}
    assert isinstance(results["product/bowl"], Failed)
    waits = results["metafield/cup/custom.points_at"]
    assert isinstance(waits, Skipped)
    assert "it waits for product/bowl, which was not made" == waits.reason


def test_what_points_out_of_scope_is_told_and_not_planned(repository: Repository) -> None:
    applied(repository, a_product("cup"))
    repository.has([a_product("cup", metafields=pointing("product", "product/bowl")), a_product("bowl")])
    plan = repository.plan(Scope(only=("product/cup",)))
    assert [] == changed(plan)
    assert [
        "metafield/cup/custom.points_at is not planned: product/bowl is not in the store, and nothing here makes it"
    ] == list(plan.notes)


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (
            "product",
            "product/bwol",
            "product/bwol is not in store shop, so nothing can point at it; did you mean product/bowl?",
        ),
        ("variant", "variant/bowl/BWOL", "did you mean variant/bowl/BOWL?"),
        ("list.collection", ["collection/home"], "collection/home is not in store shop"),
    ],
)
def test_what_points_at_nothing_is_refused_with_its_place(
    repository: Repository, kind: str, value: Any, told: str
) -> None:
    repository.has([a_product("cup", metafields=pointing(kind, value)), a_product("bowl")])
    with pytest.raises(InvalidInput) as refused:
        repository.plan()
    assert "catalog/products/cup.yaml:" in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("metafields", "told"),
    [
        (
            "{custom.size: {type: number_integer, value: big}}",
            "4:27: value of metafield/cup/custom.size: 'big' is not a",
        ),
        (
            "{custom.size: {type: dimension, value: 3 kg}}",
            "4:27: value of metafield/cup/custom.size: 'kg' is not a unit",
        ),
        (
            "{custom.size: {type: text, value: a}}",
            "type of metafield/cup/custom.size: 'text' is not a type of metafields",
        ),
        ("{custom.size: 3}", "4:27: metafield custom.size of product/cup has no type, and no definition gives it one"),
        (
            "{custom.note: {type: color, value: a}}",
            "custom.note of product/cup is a color, and its definition says json",
        ),
        ("{size: 3}", "does not name a metafield; expected NAMESPACE.KEY"),
        ("{$app:reconciler.key: cup}", "is the reconciler's own: there stands which object is which"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_place(
    repository: Repository, metafields: str, told: str
) -> None:
    repository.file("catalog/metafields.yaml", "product.custom.note: {name: Note, type: json}\n")
    text = f"key: cup\nname: Cup\nvariants: [{{sku: CUP, price: 9}}]\nmetafields: {metafields}\n"
    repository.file("catalog/products/cup.yaml", text)
    with pytest.raises(InvalidInput) as refused:
        repository.plan()
    assert "catalog/products/cup.yaml:4:" in str(refused.value)
    assert told in str(refused.value)


def test_a_value_that_a_rule_makes_is_refused_where_it_came_from(repository: Repository) -> None:
    repository.file(
        "mappings/default.yaml",
        'product: {metafields: {custom.size: {type: number_integer, from: "{{ product.attributes.size }}"}}}\n',
    )
    repository.has([a_product("cup", attributes={"size": "big"})])
    with pytest.raises(InvalidInput) as refused:
        repository.plan()
    assert "catalog/products/cup.yaml:" in str(refused.value)
    assert "'big' is not a whole number" in str(refused.value)
    assert "it was made by the rule at mappings/default.yaml:1" in str(refused.value)


def test_what_is_removed_with_others_is_looked_at_again_after_a_wait(repository: Repository) -> None:
    keys = ("bowl", "cup")
    applied(repository, *(a_product(key, metafields=texts(key, 2)) for key in keys))
    repository.has([a_product(key, metafields=dict.fromkeys(texts(key, 2))) for key in keys])
    outcomes = kept_waiting(repository, "metafieldsDelete", lambda: set_by_hand(repository, "cup", **BY_HAND))
    results = {str(outcome.address): type(outcome) for outcome in outcomes}
    assert (Stale, 4) == (results.pop("metafield/cup/custom.field_1"), len(results) + 1)
    assert {Applied} == set(results.values())
    assert ({}, {"field_1": "by hand"}) == (values(repository, "bowl"), values(repository, "cup"))


BY_HAND = {"key": "field_1", "value": "by hand"}
