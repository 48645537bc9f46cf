"""Apply against a store of a few products: what is fresh is written, what is not is told, and nothing else happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.app.writing.plan import applied
from reconciler.app.writing.way import Way
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.json import JsonObject
from reconciler.model.outcome import ApplyReport, Failed, Outcome
from reconciler.model.plan import Forecast, Inputs, Plan, Scope, Summary, Target
from reconciler.model.progress import Teller
from reconciler.planning.order import ordered
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import OutcomeUnknown, ShopError, ShopFrozen, Unavailable
from reconciler.shopify.reader import Reader
from tests.planning import spelling
from tests.shopify.answering import ScriptedAnswer

FROZEN = ShopFrozen("eu", "the shop is frozen", "pay its bill")
SILENT = Unavailable("eu", "no answer", "try again")
UNKNOWN = OutcomeUnknown("eu", "the connection was lost", "run plan again")


def a_variant(identity: str, sku: str, price: str = "49.00", size: str = "S") -> dict[str, Any]:
    return {
        "id": identity,
        "sku": sku,
        "price": price,
        "compareAtPrice": None,
        "barcode": None,
        "taxable": True,
        "inventoryPolicy": "DENY",
        "selectedOptions": [{"name": "Size", "value": size}],
        "inventoryItem": {
            "id": f"I{identity}",
            "tracked": True,
            "requiresShipping": True,
            "unitCost": None,
            "measurement": {"weight": None},
        },
    }


def a_product(identity: str, *variants: Mapping[str, Any], mark: str | None, title: str = "Shirt") -> dict[str, Any]:
    sizes = [variant["selectedOptions"][0]["value"] for variant in variants]
    return {
        "id": identity,
        "title": title,
        "handle": "shirt",
        "descriptionHtml": "",
        "vendor": "Nordlicht",
        "productType": "",
        "tags": [],
        "status": "ACTIVE",
        "templateSuffix": None,
        "seo": {"title": None, "description": None},
        "category": None,
        "options": [{"name": "Size", "optionValues": [{"name": size, "hasVariants": True} for size in sizes]}],
        "metafield": {"value": mark} if mark else None,
        "variants": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": list(variants)},
    }


@dataclass
class TinyStore:
    """Holds products, answers reads, and remembers what it was sent; prices and titles are really written."""

    products: Sequence[dict[str, Any]] = ()
    definitions: Sequence[dict[str, Any]] = ()
    answers: Mapping[str, Mapping[str, Any] | ShopError] = field(default_factory=dict)
    """What a mutation's field is answered with; any other is fine."""
    unreadable: Mapping[str, ShopError] = field(default_factory=dict)
    """Id or key → what reading it is refused with."""
    sent: list[Mutation] = field(default_factory=list)
    teller: Teller = field(default_factory=Teller)

    def query(self, document: str, variables: JsonObject | None = None) -> ScriptedAnswer:
        given: Any = variables or {}
        return self._answered(document, given)

    def _answered(self, document: str, variables: Mapping[str, Any]) -> ScriptedAnswer:
        for asked in (*variables.get("ids", ()), variables.get("key")):
            if asked in self.unreadable:
                raise self.unreadable[asked]
        if "ids" not in variables and "metafieldDefinitions" in document:
            page = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": list(self.definitions)}
            return ScriptedAnswer({"metafieldDefinitions": page})
        if "ids" in variables:
            by_id = {node["id"]: node for node in (*self.products, *self.definitions)}
            return ScriptedAnswer({"nodes": [by_id.get(each) for each in variables["ids"]]})
        marked = [each for each in self.products if (each["metafield"] or {}).get("value") == variables["key"]]
        return ScriptedAnswer({"productByIdentifier": marked[0] if marked else None})

    def mutate(self, mutation: Mutation) -> ScriptedAnswer:
        self.sent.append(mutation)
        answer = self.answers.get(mutation.root, {"product": {"id": "Pshirt"}, "userErrors": []})
        if isinstance(answer, ShopError):
            raise answer
        variables: Mapping[str, Any] = mutation.variables
        if mutation.root == "productUpdate" and variables["product"].get("metafields"):
            marked = next(each for each in self.products if each["id"] == variables["product"]["id"])
            marked["metafield"] = {"value": variables["product"]["metafields"][0]["value"]}
        if mutation.root == "productVariantsBulkUpdate":
            rows = {row["id"]: row for row in variables["variants"]}
            for product in self.products:
                for variant in product["variants"]["nodes"]:
                    variant["price"] = rows.get(variant["id"], {}).get("price", variant["price"])
        return ScriptedAnswer({mutation.root: answer})

    @property
    def roots(self) -> list[str]:
        return [mutation.root for mutation in self.sent]


def a_plan(*spelled: Mapping[str, Any]) -> Plan:
    changes: tuple[Change, ...] = ordered([spelling.change(each) for each in spelled], KINDS)
    return Plan(
        engine="reconciler 0",
        target=Target("eu", "gid://shopify/Shop/1", "2026-10", "EUR"),
        inputs=Inputs("0"),
        scope=Scope(),
        complete=True,
        applyable=True,
        errored=False,
        changes=changes,
        summary=Summary.of(changes),
        forecast=Forecast(0, 0, 0),
    )


def a_way(store: TinyStore) -> Way:
    return Way(Reader(store, KINDS, CODECS, {"variant"}), store, lambda mutation, payload: {})


def results(store: TinyStore, *spelled: Mapping[str, Any]) -> dict[str, str]:
    """Apply these changes and return the result of each address."""
    plan = a_plan(*spelled)
    told: list[Outcome] = []
    outcomes = applied(plan, a_way(store), told.extend)
    assert [change.address for change in plan.changes] == [outcome.address for outcome in outcomes]
    assert sorted(map(repr, told)) == sorted(map(repr, outcomes))
    return {str(outcome.address): outcome.result for outcome in outcomes}


def price(sku: str, before: str = "49.00", after: str = "47.00", *, of: str = "shirt") -> dict[str, Any]:
    return {"update": f"variant/{of}/{sku}", "id": f"V{sku}", "fields": {"price": [before, after]}}


def title(
    before: str = "Shirt", after: str = "Linen shirt", *, of: str = "shirt", action: str = "update"
) -> dict[str, Any]:
    return {action: f"product/{of}", "id": f"P{of}", "fields": {"title": [before, after]}}


def a_shirt(*variants: Mapping[str, Any], **known: Any) -> dict[str, Any]:
    return a_product("Pshirt", *variants, **{"mark": "shirt", **known})


def test_fresh_changes_are_applied_in_few_requests():
    store = TinyStore([a_shirt(a_variant("VA", "A"), a_variant("VB", "B", size="M"))])
    assert {"product/shirt": "applied", "variant/shirt/A": "applied", "variant/shirt/B": "applied"} == results(
        store, title(), price("A"), price("B")
    )
    assert ["productUpdate", "productVariantsBulkUpdate"] == store.roots


def test_a_plan_that_was_applied_is_already_so():
    store = TinyStore([a_shirt(a_variant("VA", "A"))])
    assert {"variant/shirt/A": "applied"} == results(store, price("A"))
    assert {"variant/shirt/A": "already-so"} == results(store, price("A"))
    assert 1 == len(store.sent)


def test_a_stale_change_is_left_out_and_the_rest_goes_on():
    store = TinyStore([a_shirt(a_variant("VA", "A", "45.00"), a_variant("VB", "B", size="M"))])
    assert {"variant/shirt/A": "stale", "variant/shirt/B": "applied"} == results(store, price("A"), price("B"))
    assert [{"productId": "Pshirt", "variants": [{"id": "VB", "price": "47.00"}]}] == [
        mutation.variables for mutation in store.sent
    ]


def test_a_stale_product_does_not_keep_its_variants_from_changing():
    store = TinyStore([a_shirt(a_variant("VA", "A"), title="Wool shirt")])
    assert {"product/shirt": "stale", "variant/shirt/A": "applied"} == results(store, title(), price("A"))


def test_what_waits_for_a_stale_adoption_is_skipped():
    store = TinyStore([a_shirt(a_variant("VA", "A"), title="Wool shirt", mark=None)])
    assert {"product/shirt": "stale", "variant/shirt/A": "skipped"} == results(store, title(action="adopt"), price("A"))
    assert [] == store.sent


def test_an_adoption_that_another_run_made_goes_on_with_what_is_left():
    store = TinyStore([a_shirt(a_variant("VA", "A"), title="Linen shirt")])
    assert {"product/shirt": "already-so", "variant/shirt/A": "applied"} == results(
        store, title(action="adopt"), price("A")
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"userErrors": [{"field": None, "message": "no"}]}, "no"),
        (SILENT, str(SILENT)),
        (FROZEN, str(FROZEN)),
    ],
)
def test_an_adoption_whose_fields_were_refused_says_that_the_mark_was_written(answer, said):
    theirs = a_product("Pshirt", a_variant("VA", "A", size="S"), a_variant("VB", "B", size="M"), mark=None)
    store = TinyStore([theirs], answers={"productSet": answer})
    adopted = {**RENAMED, "adopt": "product/shirt"}
    plan = a_plan({name: adopted[name] for name in ("adopt", "id", "fields")})
    (outcome,) = applied(plan, a_way(store), lambda outcomes: None)
    assert ["productUpdate", "productSet"] == store.roots
    assert Failed(Address("product", "shirt"), said, marked=True) == outcome
    mark_alone, whole = ([change.fields for change in mutation.makes] for mutation in store.sent)
    assert ([()], ["options"]) == (mark_alone, [field.path for fields in whole for field in fields])


@dataclass
class FreezingStore(TinyStore):
    """Can be read no more once it wrote something."""

    def mutate(self, mutation: Mutation) -> ScriptedAnswer:
        answer = super().mutate(mutation)
        self.unreadable = {"Pshirt": FROZEN}
        return answer


@pytest.mark.parametrize(
    ("answer", "marked", "said"),
    [
        ({"userErrors": []}, True, f"not written: {FROZEN}"),
        ({"userErrors": [{"field": None, "message": "no"}]}, False, "no"),
        (SILENT, False, str(SILENT)),
    ],
)
def test_a_mark_that_was_written_is_known_by_its_answer(answer, marked, said):
    theirs = a_product("Pshirt", a_variant("VA", "A", size="S"), a_variant("VB", "B", size="M"), mark=None)
    store = FreezingStore([theirs], answers={"productUpdate": answer})
    adopted = {**RENAMED, "adopt": "product/shirt"}
    plan = a_plan({name: adopted[name] for name in ("adopt", "id", "fields")})
    assert (Failed(Address("product", "shirt"), said, marked=marked),) == applied(plan, a_way(store), lambda told: None)
    assert ["productUpdate"] == store.roots


def test_what_waits_for_a_creation_that_failed_is_skipped_and_the_rest_goes_on():
    refusal = {"userErrors": [{"code": "TAKEN", "field": ["definition"], "message": "no"}]}
    store = TinyStore([a_shirt(a_variant("VA", "A"))], answers={"metafieldDefinitionCreate": refusal})
    assert {
        "mark/product": "failed",
        "variant/shirt/A": "applied",
        "product/tie": "skipped",
        "variant/tie/T": "skipped",
    } == results(
        store,
        {"create": "mark/product", "fields": {"type": "id"}},
        {"create": "product/tie", "fields": {"title": "Tie"}},
        {"create": "variant/tie/T", "fields": {"sku": "T"}},
        price("A"),
    )
    assert ["metafieldDefinitionCreate", "productVariantsBulkUpdate"] == store.roots


def test_a_product_that_was_made_before_the_process_died_is_not_made_again():
    store = TinyStore([a_product("P7", a_variant("V7", "T"), mark="tie", title="Tie")])
    made = {"create": "variant/tie/T", "fields": {"sku": "T", "price": "49.00"}}
    assert {"product/tie": "already-so", "variant/tie/T": "already-so"} == results(
        store, {"create": "product/tie", "fields": {"title": "Tie"}}, made
    )
    assert [] == store.sent


def test_a_product_that_went_away_takes_its_changes_along():
    assert {"product/shirt": "stale", "variant/shirt/A": "stale"} == results(TinyStore(), title(), price("A"))


def test_a_variant_is_not_made_on_a_product_that_went_away():
    made = {"create": "variant/shirt/N", "fields": {"sku": "N"}}
    store = TinyStore()
    assert {"variant/shirt/N": "skipped"} == results(store, made)
    assert [] == store.sent


def test_a_removal_of_what_is_gone_is_already_so():
    gone = {"remove": "product/shirt", "id": "Pshirt", "fields": {"status": ["ACTIVE", "ARCHIVED"]}, "how": "archive"}
    assert {"product/shirt": "already-so"} == results(TinyStore(), gone)


OPTIONS = {"options": [[["Size", ["S", "M"]]], [["Maat", ["S", "M"]]]]}
RENAMED = {"update": "product/shirt", "id": "Pshirt", "fields": OPTIONS}


def rows_sent(store: TinyStore) -> list[str | None]:
    (mutation,) = store.sent
    variables: Mapping[str, Any] = mutation.variables
    return [row.get("id") for row in variables["input"]["variants"]]


def test_other_options_keep_variants_that_the_plan_does_not_name():
    store = TinyStore([a_shirt(a_variant("VA", "A"), a_variant("VB", "B", size="M"))])
    assert {"product/shirt": "applied", "variant/shirt/A": "applied"} == results(store, RENAMED, price("A"))
    assert ["VA", "VB"] == rows_sent(store)


@pytest.mark.parametrize("sku", ["A", "B", "VA", ""])
def test_other_options_keep_a_variant_whose_sku_is_the_key_of_another(sku):
    store = TinyStore([a_shirt(a_variant("VA", "X"), a_variant("VB", sku, size="M"))])
    assert {"product/shirt": "applied", "variant/shirt/A": "applied"} == results(store, RENAMED, price("A"))
    assert ["VA", "VB"] == sorted(str(row) for row in rows_sent(store))


@pytest.mark.parametrize("sku", ["A", "B"])
def test_other_options_keep_a_variant_that_is_called_like_one_that_went_away(sku):
    store = TinyStore([a_shirt(a_variant("VM", "M"), a_variant("VN", sku, size="M"))])
    assert {"product/shirt": "applied", "variant/shirt/A": "stale"} == results(store, RENAMED, price("A"))
    assert ["VM", "VN"] == sorted(str(row) for row in rows_sent(store))


def test_a_price_is_written_where_it_was_planned_whatever_the_sku_of_others():
    store = TinyStore([a_shirt(a_variant("VA", "X"), a_variant("VB", "A", "12.00", size="M"))])
    assert {"variant/shirt/A": "applied"} == results(store, price("A"))
    assert [{"productId": "Pshirt", "variants": [{"id": "VA", "price": "47.00"}]}] == [
        mutation.variables for mutation in store.sent
    ]


def test_other_options_that_are_stale_keep_variants_from_changing_without_them():
    options = {"options": [[["Size", ["S"]]], [["Maat", ["S"]]]]}
    store = TinyStore([a_shirt(a_variant("VA", "A"), a_variant("VB", "B", size="M"))])
    assert {"product/shirt": "stale", "variant/shirt/A": "skipped"} == results(
        store, {**RENAMED, "fields": options}, price("A")
    )
    assert [] == store.sent


def deletions(*skus: str) -> list[dict[str, Any]]:
    variants = [
        {"remove": f"variant/shirt/{sku}", "id": f"V{sku}", "fields": {"price": ["49.00", None]}} for sku in skus
    ]
    return [*variants, {"remove": "product/shirt", "id": "Pshirt", "fields": {"title": ["Shirt", None]}}]


def test_a_product_is_deleted_with_its_variants_in_one_request():
    store = TinyStore([a_shirt(a_variant("VA", "A"))])
    assert {"variant/shirt/A": "applied", "product/shirt": "applied"} == results(store, *deletions("A"))
    assert ["productDelete"] == store.roots


def test_a_product_is_not_deleted_when_a_variant_changed_since_the_plan():
    store = TinyStore([a_shirt(a_variant("VA", "A"), a_variant("VB", "B", "45.00", size="M"))])
    assert {"variant/shirt/A": "skipped", "variant/shirt/B": "stale", "product/shirt": "skipped"} == results(
        store, *deletions("A", "B")
    )
    assert [] == store.sent


def test_a_product_is_not_deleted_when_a_variant_was_added_since_the_plan():
    store = TinyStore([a_shirt(a_variant("VA", "A"), a_variant("VN", "N", size="M"))])
    assert {"variant/shirt/A": "skipped", "product/shirt": "skipped"} == results(store, *deletions("A"))
    assert [] == store.sent


def test_a_product_is_deleted_when_a_variant_is_gone_already():
    store = TinyStore([a_shirt(a_variant("VA", "A"))])
    assert {"variant/shirt/A": "applied", "variant/shirt/B": "already-so", "product/shirt": "applied"} == results(
        store, *deletions("A", "B")
    )


TWO = (price("A", of="coat"), price("B", of="shirt"))


def two_products(**known: Any) -> TinyStore:
    coat = a_product("Pcoat", a_variant("VA", "A"), mark="coat")
    return TinyStore([coat, a_shirt(a_variant("VB", "B"))], **known)


def test_a_refusal_of_the_whole_store_skips_the_rest():
    store = two_products(answers={"productVariantsBulkUpdate": FROZEN})
    assert {"variant/coat/A": "failed", "variant/shirt/B": "skipped"} == results(store, *TWO)
    assert 1 == len(store.sent)


def test_a_refusal_of_one_request_does_not_keep_the_next_group_from_being_written():
    store = two_products(answers={"productVariantsBulkUpdate": UNKNOWN})
    assert {"variant/coat/A": "failed", "variant/shirt/B": "failed"} == results(store, *TWO)
    assert 2 == len(store.sent)


def test_a_store_that_refuses_to_be_read_is_not_written():
    store = two_products(unreadable={"coat": FROZEN})
    assert {"variant/coat/A": "failed", "variant/shirt/B": "skipped"} == results(store, *TWO)
    assert [] == store.sent


def test_a_group_that_cannot_be_read_is_not_written_and_the_next_one_is():
    store = two_products(unreadable={"coat": SILENT})
    assert {"variant/coat/A": "failed", "variant/shirt/B": "applied"} == results(store, *TWO)


def test_a_change_that_no_mutation_makes_is_a_failure_and_no_traceback():
    store = TinyStore(definitions=[{"id": "D1", "ownerType": "PRODUCT", "type": {"name": "single_line_text_field"}}])
    retyped = {"update": "mark/product", "id": "D1", "fields": {"type": ["single_line_text_field", "id"]}}
    assert {"mark/product": "failed"} == results(store, retyped)


def test_a_variant_without_its_product_in_the_plan_is_found_by_the_mark():
    store = TinyStore([a_product("P9", a_variant("VA", "A"), mark="shirt")])
    assert {"variant/shirt/A": "applied"} == results(store, price("A"))


def test_counts_come_from_outcomes_and_speak_of_every_result():
    store = TinyStore([a_shirt(a_variant("VA", "A", "45.00"), a_variant("VB", "B", "47.00"), a_variant("VC", "C"))])
    plan = a_plan(price("A"), price("B"), price("C"))
    outcomes = applied(plan, a_way(store), lambda outcome: None)
    report = ApplyReport("eu", "0", outcomes, (), mutations=1, requests=2, cost_points=11)
    assert {"applied": 1, "already-so": 1, "stale": 1, "failed": 0, "skipped": 0} == report.counts()
    assert not report.complete


@pytest.mark.parametrize(
    ("verified", "left_over", "complete"), [(True, (), True), (False, (), False), (True, ("product/shirt",), False)]
)
def test_a_report_is_complete_when_all_is_so_and_nothing_is_left(verified, left_over, complete):
    store = TinyStore([a_shirt(a_variant("VA", "A"))])
    outcomes = applied(a_plan(price("A")), a_way(store), lambda outcome: None)
    left = tuple(Address.parse(text) for text in left_over)
    assert complete == ApplyReport("eu", "0", outcomes, left, 1, 2, 11, verified=verified).complete
