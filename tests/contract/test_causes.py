"""Why a plan wants what it wants, against an embedded store over HTTP: edits, sales and git, one after the other."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reconciler.loading.commit import CommitTree, open_commit
from reconciler.loading.yaml import parse
from reconciler.model.change import Remove
from reconciler.model.errors import LimitBroken
from reconciler.model.outcome import Applied, Failed, Stale
from reconciler.model.plan import Plan, Scope
from tests.contract.history import History, git
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

PLACES = "locations: {berlin: Warehouse Berlin}\n"
RETITLE = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
DELETE = "mutation($i: ProductDeleteInput!) { productDelete(input: $i) { userErrors { message } } }"
REMEMBERED = '{ shop { id applied: metafield(namespace: "$app:reconciler", key: "applied") { value } } }'
MOVE = """mutation($i: InventoryAdjustQuantitiesInput!) {
  inventoryAdjustQuantities(input: $i) @idempotent(key: "rival") { userErrors { message } } }"""


def a_product(key: str = "cup", name: str = "Cup", stock: int | None = None, **fields: Any) -> dict[str, Any]:
    variant: dict[str, Any] = {"sku": key.upper(), "price": "9.00", "tracked": True}
    if stock is not None:
        variant["stock"] = {"berlin": stock}
    return {"key": key, "name": name, "variants": [variant], **fields}


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """A repository under git, whose store has one location."""
    repository.make_shop(locations=["Warehouse Berlin"])
    repository.store_says(PLACES)
    History(repository.root).begin()
    return repository


def commit(shop: Repository, *products: dict[str, Any]) -> str:
    shop.has(products)
    return History(shop.root).commit()


def put(shop: Repository, *products: dict[str, Any]) -> str:
    """Commit a catalog and bring the store to it."""
    made = commit(shop, *products)
    report = shop.apply(shop.plan())
    assert report.complete, report
    return made


def causes(plan: Plan) -> dict[str, str | None]:
    """Return address and path → cause."""
    return {f"{change.address} {each.path}": each.cause for change in plan.changes for each in change.fields}


def product_id(shop: Repository, handle: str = "cup") -> str:
    found: str = shop.ask("query($h: String!) { productByIdentifier(identifier: {handle: $h}) { id } }", {"h": handle})[
        "productByIdentifier"
    ]["id"]
    return found


def retitle(shop: Repository, title: str, handle: str = "cup") -> None:
    shop.ask(RETITLE, {"p": {"id": product_id(shop, handle), "title": title}})


def pointer(shop: Repository) -> Any:
    return json.loads(shop.ask(REMEMBERED)["shop"]["applied"]["value"])


def test_the_first_apply_records_its_commit_and_the_next_plan_is_compared_with_it(shop: Repository) -> None:
    made = put(shop, a_product())
    assert made == pointer(shop)["commit"]
    assert (made, ()) == ((plan := shop.plan()).inputs.base_commit, plan.changes)
    assert 0 == shop.apply(plan).writes


def test_a_change_in_git_is_gits(shop: Repository) -> None:
    put(shop, a_product())
    commit(shop, a_product(name="Mug"))
    assert {"product/cup title": "git"} == causes(shop.plan())


def test_an_uncommitted_change_is_gits_too_and_moves_no_pointer(shop: Repository) -> None:
    made = put(shop, a_product())
    shop.has([a_product(name="Mug")])
    plan = shop.plan()
    assert ({"product/cup title": "git"}, True) == (causes(plan), plan.inputs.dirty)
    assert shop.apply(plan).complete
    assert (made, ["product/cup"]) == (pointer(shop)["commit"], pointer(shop)["unknown"])
    assert () == shop.plan().changes


def test_what_was_written_from_no_commit_is_not_taken_for_somebodys_edit(shop: Repository) -> None:
    put(shop, a_product())
    shop.has([a_product(name="Mug")])
    assert shop.apply(shop.plan()).complete
    shop.has([a_product(name="Tumbler")])
    plan = shop.plan()
    assert ({"product/cup title": None}, ()) == (causes(plan), plan.violations)
    assert any("in no commit" in note for note in plan.notes)
    History(shop.root).commit()
    assert shop.apply(shop.plan()).complete
    assert [] == pointer(shop)["unknown"]


def test_an_edit_in_the_store_is_the_stores(shop: Repository) -> None:
    put(shop, a_product())
    retitle(shop, "Becher")
    plan = shop.plan()
    assert ({"product/cup title": "store"}, ()) == (causes(plan), plan.violations)


def test_what_both_changed_is_refused_until_it_is_accepted(shop: Repository) -> None:
    put(shop, a_product())
    retitle(shop, "Becher")
    commit(shop, a_product(name="Mug"))
    plan = shop.plan()
    assert {"product/cup title": "both"} == causes(plan)
    assert any("git had Cup for title" in note for note in plan.notes)
    with pytest.raises(LimitBroken, match="conflict"):
        shop.apply(plan)
    assert shop.apply(plan, "conflict").complete
    assert () == shop.plan().changes


@pytest.mark.parametrize(("owner", "changes"), [("enforce", ["product/cup"]), ("observe", [])])
def test_the_stores_file_may_settle_a_conflict(shop: Repository, owner: str, changes: list[str]) -> None:
    put(shop, a_product())
    retitle(shop, "Becher")
    shop.store_says(f"{PLACES}ownership: {{product.title: {owner}}}\n")
    commit(shop, a_product(name="Mug"))
    plan = shop.plan()
    assert (changes, ()) == ([str(change.address) for change in plan.changes], plan.violations)
    assert shop.apply(plan).complete


def test_what_customers_bought_is_sold_and_no_difference(shop: Repository) -> None:
    put(shop, a_product(stock=10))
    shop.sell("CUP", 3)
    for plan in (shop.plan(), shop.plan()):
        (seen,) = plan.observed
        assert ((), "stock/cup/CUP/berlin", 7, 10, "sold") == (
            plan.changes,
            str(seen.address),
            seen.store,
            seen.git,
            seen.cause,
        )
        assert 0 == shop.apply(plan).writes


def test_a_new_count_in_git_is_gits_although_customers_bought(shop: Repository) -> None:
    put(shop, a_product(stock=10))
    shop.sell("CUP", 3)
    commit(shop, a_product(stock=20))
    plan = shop.plan()
    assert ({"stock/cup/CUP/berlin available": "git"}, ()) == (causes(plan), plan.violations)
    assert any("3 were sold since git's 10" in note for note in plan.notes)
    assert shop.apply(plan).complete
    assert ((), ()) == ((again := shop.plan()).changes, again.observed)


def rival(shop: Repository, root: str, document: str, variables: dict[str, Any]) -> None:
    """Have somebody write right after the first mutation of a root."""
    fault = {"kind": "rival", "root": root, "moment": "after", "times": 1, "document": document, "variables": variables}
    shop.embedded._control("PUT", shop.shop, {"faults": [fault]}, "/faults")


def test_a_sale_right_after_a_new_count_was_written_is_no_failure(shop: Repository) -> None:
    put(shop, a_product(stock=10))
    commit(shop, a_product(stock=20))
    plan = shop.plan()
    found = shop.ask(
        "{ locations(first: 9) { nodes { id } } productVariants(first: 9) { nodes { inventoryItem { id } } } }"
    )
    item = found["productVariants"]["nodes"][0]["inventoryItem"]["id"]
    places = [node["id"] for node in found["locations"]["nodes"]]
    moved = [
        {"delta": -2, "inventoryItemId": item, "locationId": place, "changeFromQuantity": None} for place in places
    ]
    rival(shop, "inventorySetQuantities", MOVE, {"i": {"name": "available", "reason": "other", "changes": moved[:1]}})
    report = shop.apply(plan)
    assert report.complete
    again = shop.plan()
    assert ((), [(18, 20, "sold")]) == (again.changes, [(each.store, each.git, each.cause) for each in again.observed])


def test_sales_are_not_erased_unasked_where_nobody_knows_of_them(shop: Repository) -> None:
    put(shop, a_product(stock=10), a_product("bowl", "Bowl", stock=5))
    shop.sell("CUP", 3)
    shutil.rmtree(shop.root / ".git")
    shop.store_says(f"{PLACES}limits: {{off: [stock-lost]}}\n")
    plan = shop.plan()
    (broken,) = plan.violations
    assert ("stock-unknown", ["stock/cup/CUP/berlin"]) == (broken.rule, [str(at) for at in broken.addresses])
    assert "stock/cup/CUP/berlin: 7 → 10" in broken.summary
    assert any("no git repository" in note for note in plan.notes)
    with pytest.raises(LimitBroken, match="stock-unknown"):
        shop.apply(plan)
    shop.store_says(f"{PLACES}ownership: {{stock.available: enforce}}\nlimits: {{off: [stock-lost]}}\n")
    assert () == shop.plan().violations
    shop.store_says(f"{PLACES}limits: {{off: [stock-lost]}}\n")
    assert shop.apply(shop.plan(), "stock-unknown").complete
    shop.has([a_product(stock=10), a_product("bowl", "Bowl", stock=5), a_product("jug", "Jug", stock=9)])
    assert () == shop.plan().violations, "what is made had no sales"


def test_git_wins_a_count_where_the_stores_file_says_so(shop: Repository) -> None:
    shop.store_says(f"{PLACES}ownership: {{stock.available: enforce}}\n")
    put(shop, a_product(stock=10))
    shop.sell("CUP", 3)
    plan = shop.plan()
    assert {"stock/cup/CUP/berlin available": "store"} == causes(plan)
    assert shop.apply(plan).complete


def test_what_was_removed_in_the_store_comes_back_as_the_stores(shop: Repository) -> None:
    put(shop, a_product(), a_product("bowl", "Bowl"))
    shop.ask(DELETE, {"i": {"id": product_id(shop, "bowl")}})
    plan = shop.plan()
    assert {"product/bowl", "variant/bowl/BOWL"} == {str(change.address) for change in plan.changes}
    assert {"store"} == set(causes(plan).values())


def test_what_was_added_in_git_is_new(shop: Repository) -> None:
    put(shop, a_product())
    shop.has_categories([{"key": "kitchen", "name": "Kitchen"}])
    commit(shop, a_product(), a_product("bowl", "Bowl"))
    found = causes(shop.plan())
    assert "mark/collection type" in found
    assert {"new"} == set(found.values())


def test_what_left_git_is_gits_and_a_conflict_where_the_store_moved(shop: Repository) -> None:
    shop.store_says(f"{PLACES}on_remove: delete\n")
    put(shop, a_product(), a_product("bowl", "Bowl"), a_product("jug", "Jug"))
    retitle(shop, "Krug", "jug")
    commit(shop, a_product())
    found = causes(shop.plan())
    assert {"git"} == {cause for name, cause in found.items() if "bowl" in name}
    assert ("both", "git") == (found["product/jug title"], found["variant/jug/JUG price"])


def test_what_others_added_to_a_set_of_ours_is_the_stores(shop: Repository) -> None:
    product = a_product(options={"Size": ["S"]})
    product["variants"][0]["options"] = {"Size": "S"}
    put(shop, product)
    row = {"price": "5.00", "optionValues": [{"optionName": "Size", "name": "L"}]}
    shop.ask(
        """mutation($product: ID!, $rows: [ProductVariantsBulkInput!]!) {
          productVariantsBulkCreate(productId: $product, variants: $rows) { userErrors { message } } }""",
        {"product": product_id(shop), "rows": [row]},
    )
    assert {"store"} == {each.cause for change in shop.plan().changes for each in change.fields}


def test_what_was_left_pending_keeps_its_base(shop: Repository) -> None:
    first = put(shop, a_product(), a_product("bowl", "Bowl"))
    second = commit(shop, a_product(name="Mug"), a_product("bowl", "Dish"))
    plan = shop.plan()
    retitle(shop, "Schale", "bowl")
    report = shop.apply(plan)
    assert [Applied, Stale] == sorted((type(each) for each in report.outcomes), key=lambda kind: kind.__name__)
    held = pointer(shop)
    assert (second, {first: ["product/bowl"]}) == (held["commit"], held["exceptions"])
    again = shop.plan()
    assert {"product/bowl title": "both"} == causes(again)
    assert shop.apply(again, "conflict").complete
    assert {} == pointer(shop)["exceptions"]


def test_what_a_scoped_apply_brought_further_has_the_newer_base(shop: Repository) -> None:
    first = put(shop, a_product(), a_product("bowl", "Bowl"))
    second = commit(shop, a_product(name="Mug"), a_product("bowl", "Dish"))
    assert shop.apply(shop.plan(Scope(only=("product/cup",)))).complete
    held = pointer(shop)
    assert (first, {second: ["product/cup"]}) == (held["commit"], held["exceptions"])
    retitle(shop, "Becher")
    assert {"product/cup title": "store", "product/bowl title": "git"} == causes(shop.plan())


def test_half_a_thing_moves_no_pointer(shop: Repository) -> None:
    first = put(shop, a_product())
    dearer = a_product(name="Mug")
    dearer["variants"][0]["price"] = "10.00"
    commit(shop, dearer)
    assert shop.apply(shop.plan(Scope(only=("field:price",)))).complete
    assert (first, {}) == (pointer(shop)["commit"], pointer(shop)["exceptions"])
    assert ["variant/cup/CUP"] == pointer(shop)["unknown"]
    assert {"product/cup title": "git"} == causes(shop.plan())


def test_a_shallow_clone_cannot_say_why_and_says_what_helps(shop: Repository, tmp_path_factory: Any) -> None:
    put(shop, a_product())
    retitle(shop, "Becher")
    commit(shop, a_product(name="Mug"))
    clone: Path = tmp_path_factory.mktemp("clone") / "shop"
    git(shop.root, "clone", "--quiet", "--depth", "1", f"file://{shop.root}", str(clone))
    here = Repository(clone, shop.shop, shop.embedded)
    plan = here.plan()
    assert ({"product/cup title": None}, None) == (causes(plan), plan.inputs.base_commit)
    assert any("git fetch --unshallow" in note for note in plan.notes)
    git(clone, "fetch", "--quiet", "--unshallow")
    assert {"product/cup title": "both"} == causes(here.plan())


def test_without_git_a_plan_cannot_say_why(shop: Repository) -> None:
    put(shop, a_product())
    retitle(shop, "Becher")
    shutil.rmtree(shop.root / ".git")
    plan = shop.plan()
    assert {"product/cup title": None} == causes(plan)
    assert any("no git repository" in note for note in plan.notes)


def test_a_catalog_that_does_not_load_any_more_is_no_base(shop: Repository) -> None:
    put(shop, a_product())
    commit(shop, a_product())
    shop.file("catalog/products/cup.yaml", "key: cup\nname: [broken\n")
    broken = History(shop.root).commit()
    shop.has([a_product(name="Mug")])
    History(shop.root).commit()
    row = {"namespace": "$app:reconciler", "key": "applied", "type": "json"}
    owner = shop.ask(REMEMBERED)["shop"]["id"]
    value = json.dumps({**pointer(shop), "commit": broken})
    shop.ask(
        "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }",
        {"m": [{**row, "ownerId": owner, "value": value}]},
    )
    plan = shop.plan()
    assert ({"product/cup title": None}, None) == (causes(plan), plan.inputs.base_commit)
    assert any(f"commit {broken[:12]}" in note and "does not load" in note for note in plan.notes)


def test_a_pointer_that_is_damaged_is_no_base_and_is_written_anew(shop: Repository) -> None:
    made = put(shop, a_product())
    retitle(shop, "Becher")
    row = {"namespace": "$app:reconciler", "key": "applied", "type": "json", "value": '{"commit": "--output=x"}'}
    owner = shop.ask(REMEMBERED)["shop"]["id"]
    shop.ask(
        "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }",
        {"m": [{**row, "ownerId": owner}]},
    )
    plan = shop.plan()
    assert {"product/cup title": None} == causes(plan)
    assert any("damaged" in note for note in plan.notes)
    assert shop.apply(plan).complete
    assert made == pointer(shop)["commit"]


def test_the_bytes_of_an_image_are_those_of_the_base(shop: Repository) -> None:
    shop.file("catalog/images/cup.png", a_png(1))
    shop.file("catalog/images/mug.png", a_png(9))
    put(shop, a_product(images=[{"file": "images/cup.png"}, {"file": "images/mug.png"}]))
    shop.file("catalog/images/cup.png", a_png(2))
    History(shop.root).commit()
    found = {change.action: change for change in shop.plan().changes if change.address.kind == "image"}
    assert {"create": {"new"}, "remove": {"git"}} == {
        action: {each.cause for each in change.fields} for action, change in found.items()
    }
    gone = shop.ask("{ files(first: 9) { nodes { id ... on MediaImage { image { url } } } } }")["files"]["nodes"]
    (mug,) = (file["id"] for file in gone if "/mug" in file["image"]["url"])
    shop.ask("mutation($i: [ID!]!) { fileDelete(fileIds: $i) { userErrors { message } } }", {"i": [mug]})
    again = [change for change in shop.plan().changes if "/mug" in change.address.key]
    assert [("create", {"store"})] == [(change.action, {each.cause for each in change.fields}) for change in again]


def test_another_spelling_is_told_once_and_counts_as_equal_until_a_side_changes(shop: Repository) -> None:
    put(shop, a_product())
    commit(shop, a_product(name="Blue mug"))
    rewritten = {"p": {"id": product_id(shop), "title": "Blue-MUG"}}
    rival(shop, "productUpdate", RETITLE, rewritten)
    report = shop.apply(shop.plan())
    assert report.complete
    assert [True] == ["spells it Blue-MUG" in note for note in report.notes]
    again = shop.plan()
    assert ((), ()) == (again.changes, again.observed)
    assert (0, ()) == ((nothing := shop.apply(again)).writes, nothing.notes)
    retitle(shop, "Blue-mug!")
    assert {"product/cup title": "store"} == causes(shop.plan())
    retitle(shop, "Blue-MUG")
    commit(shop, a_product(name="Red mug"))
    assert ["product/cup title"] == list(causes(shop.plan()))


def test_another_value_right_after_a_write_is_an_edit_and_no_spelling(shop: Repository) -> None:
    put(shop, a_product())
    commit(shop, a_product(name="Blue mug"))
    rival(shop, "productUpdate", RETITLE, {"p": {"id": product_id(shop), "title": "Green mug"}})
    report = shop.apply(shop.plan())
    assert (False, ["product/cup"]) == (report.complete, [str(address) for address in report.left_over])
    assert {"product/cup title": "store"} == causes(shop.plan())


def test_a_tree_that_did_not_change_is_parsed_once(shop: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shop, a_product(), a_product("bowl", "Bowl"))
    retitle(shop, "Becher")
    parsed: list[str] = []

    def counted(file: str, content: bytes) -> Any:
        parsed.append(file)
        return parse(file, content)

    for reader in ("catalog", "noted"):
        monkeypatch.setattr(f"reconciler.loading.{reader}.parse", counted)
    assert {"product/cup title": "store"} == causes(shop.plan())
    assert ["catalog/products/cup.yaml"] == parsed
    commit(shop, a_product(), a_product("bowl", "Dish"))
    parsed.clear()
    assert {"product/cup title": "store", "product/bowl title": "git"} == causes(shop.plan())
    assert 2 == parsed.count("catalog/products/bowl.yaml")
    assert 1 == parsed.count("catalog/products/cup.yaml")


def test_a_store_that_is_as_git_says_asks_git_for_no_history(shop: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    made = put(shop, a_product())
    asked: list[str] = []

    def noted(root: Path, commit: str) -> CommitTree:
        asked.append(commit)
        return open_commit(root, commit)

    monkeypatch.setattr("reconciler.app.repository.base.open_commit", noted)
    assert () == shop.plan().changes
    assert [] == asked
    retitle(shop, "Becher")
    assert 1 == len(shop.plan().changes)
    assert [made] == asked


def theirs(shop: Repository, key: str, *sizes: str) -> None:
    """Have somebody else make a product, or bring it to these sizes."""
    rows = [
        {"optionValues": [{"optionName": "Size", "name": size}], "price": "5.00", "sku": f"{key.upper()}-{size}"}
        for size in sizes
    ]
    size = {"name": "Size", "values": [{"name": size} for size in sizes]}
    product = {"title": "Theirs", "handle": key, "productOptions": [size], "variants": rows}
    shop.ask(
        "mutation($k: String!, $i: ProductSetInput!) {"
        " productSet(identifier: {handle: $k}, input: $i) { userErrors { message } } }",
        {"k": key, "i": product},
    )


def in_sizes(key: str, *sizes: str) -> dict[str, Any]:
    rows = [{"sku": f"{key.upper()}-{size}", "price": "9.00", "options": {"Size": size}} for size in sizes]
    return {**a_product(key), "options": {"Size": [*sizes]}, "variants": rows}


def test_what_was_there_before_us_is_no_edit_until_it_was_brought_to_git_whole(shop: Repository) -> None:
    theirs(shop, "cup", "S", "XL")
    first = commit(shop, in_sizes("cup", "S", "M"))
    taken = shop.apply(shop.plan(), "adopt")
    assert ["product/cup", "variant/cup/CUP-XL"] == sorted(str(address) for address in taken.left_over)
    assert (first, [], ["product/cup"]) == tuple(pointer(shop)[each] for each in ("commit", "unknown", "taken"))
    assert {"product/cup options": "git"}.items() <= (found := causes(shop.plan())).items()
    assert {"git"} == set(found.values())
    theirs(shop, "bowl", "S", "XL")
    commit(shop, in_sizes("cup", "S", "M"), in_sizes("bowl", "S"))
    shop.apply(shop.plan(Scope(exclude=("variant/*",))), "adopt")
    plan = shop.plan()
    assert {"variant/cup/CUP-XL": {"git"}, "variant/bowl/BOWL-XL": {"git"}} == causes_of_removals(plan)
    assert shop.apply(plan, *{violation.rule for violation in plan.violations}).complete
    assert [] == pointer(shop)["taken"]
    theirs(shop, "bowl", "S", "L")
    assert {"variant/bowl/BOWL-L": {"store"}} == causes_of_removals(shop.plan())


def test_what_a_run_took_over_that_was_cut_off_is_no_edit(shop: Repository) -> None:
    first = put(shop, a_product("mug"))
    theirs(shop, "cup", "S", "XL")
    commit(shop, a_product("mug"), in_sizes("cup", "S", "M"))
    faults = [{"kind": "unauthorized", "on": "mutation", "root": "metafieldsSet", "skip": 1}]
    shop.embedded._control("PUT", shop.shop, {"faults": faults}, "/faults")
    assert not shop.apply(shop.plan(), "adopt").recorded
    assert (first, ["product/cup"]) == tuple(pointer(shop)[each] for each in ("commit", "taken"))
    assert {"variant/cup/CUP-XL": {"git"}} == causes_of_removals(shop.plan())


def causes_of_removals(plan: Plan) -> dict[str, set[str | None]]:
    return {
        str(change.address): {each.cause for each in change.fields}
        for change in plan.changes
        if isinstance(change, Remove)
    }


def test_what_was_there_before_a_product_was_taken_over_is_no_edit(shop: Repository) -> None:
    put(shop, a_product("mug"))
    theirs(shop, "cup", "S", "XL")
    commit(shop, a_product("mug"), in_sizes("cup", "S", "M"))
    faults = [{"kind": "access_denied", "scope": "write_products", "root": "productSet", "times": 1}]
    shop.embedded._control("PUT", shop.shop, {"faults": faults}, "/faults")
    refused = shop.apply(shop.plan(), "adopt")
    assert {"applied": 0, "failed": 3}.items() <= refused.counts().items()
    assert isinstance(refused.outcomes[0], Failed)
    assert refused.outcomes[0].marked
    plan = shop.plan()
    assert {
        "update product/cup",
        "create variant/cup/CUP-M",
        "update variant/cup/CUP-S",
        "remove variant/cup/CUP-XL",
    } == {f"{change.action} {change.address}" for change in plan.changes}
    assert {"git", "new"} == set(causes(plan).values())
    assert refused.run is not None
    back = shop.rollback(refused.run)
    assert [("release", ())] == [(change.how, change.fields) for change in back.changes if change.action == "remove"]
    assert () == back.notes
