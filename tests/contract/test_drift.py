"""Drift and its adoption against an embedded store over HTTP: what people do in the admin, and what files say then."""

import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.app.importing.adopt import adopted
from reconciler.app.importing.draft import Draft
from reconciler.app.plans.drift import drift_of
from reconciler.app.repository.workspace import open_workspace
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.adoption import Adoption
from reconciler.model.drift import Drift
from reconciler.model.errors import InvalidInput, WrongUsage
from reconciler.model.plan import Plan, Scope
from tests.contract.history import History
from tests.contract.repository import Repository

SHIRT = """\
key: shirt
name: Shirt   # as shoppers see it
brand: B
tags: [soft, new]
categories: [tops]
metafields:
  custom.care: {type: single_line_text_field, value: Wash}
options: {Size: [S, M]}
variants:
  - {sku: S-S, options: {Size: S}, price: 49.00, tracked: true, stock: {berlin: 10}}   # the small one
  - {sku: S-M, options: {Size: M}, price: 49.00, tracked: true}
"""
CAP = "key: cap\nname: Cap\nvariants: [{sku: CAP, price: 9.00}]\n"
TOPS = "key: tops\nname: Tops\n"
STORE = "locations: {berlin: Warehouse Berlin}\n"

PRODUCT = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
VARIANTS = """mutation($id: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $rows) { userErrors { message } } }"""
MORE = """mutation($id: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkCreate(productId: $id, variants: $rows) { userErrors { message } } }"""
FEWER = """mutation($id: ID!, $ids: [ID!]!) {
  productVariantsBulkDelete(productId: $id, variantsIds: $ids) { userErrors { message } } }"""
DELETE = "mutation($i: ProductDeleteInput!) { productDelete(input: $i) { userErrors { message } } }"
VALUES = """mutation($id: ID!, $o: OptionUpdateInput!, $v: [OptionValueUpdateInput!]!) {
  productOptionUpdate(productId: $id, option: $o, optionValuesToUpdate: $v) { userErrors { message } } }"""
FIND = """query($h: String!) { productByIdentifier(identifier: {handle: $h}) { id
  options { id optionValues { id name } } variants(first: 10) { nodes { id sku } } } }"""


class Admin:
    """The person in the store's admin."""

    def __init__(self, shop: Repository) -> None:
        self._shop = shop

    def find(self, handle: str = "shirt") -> Any:
        return self._shop.ask(FIND, {"h": handle})["productByIdentifier"]

    def edit(self, **fields: Any) -> None:
        self._shop.ask(PRODUCT, {"p": {"id": self.find()["id"], **fields}})

    def variant(self, sku: str) -> str:
        found: str = next(each["id"] for each in self.find()["variants"]["nodes"] if each["sku"] == sku)
        return found

    def reprice(self, sku: str, price: str) -> None:
        self._shop.ask(VARIANTS, {"id": self.find()["id"], "rows": [{"id": self.variant(sku), "price": price}]})

    def add(self, sku: str, size: str, price: str) -> None:
        values = [{"optionName": "Size", "name": size}]
        row = {"price": price, "inventoryItem": {"sku": sku, "tracked": True}, "optionValues": values}
        self._shop.ask(MORE, {"id": self.find()["id"], "rows": [row]})

    def drop(self, sku: str) -> None:
        self._shop.ask(FEWER, {"id": self.find()["id"], "ids": [self.variant(sku)]})

    def rename(self, old: str, new: str) -> None:
        option = self.find()["options"][0]
        value = next(each["id"] for each in option["optionValues"] if each["name"] == old)
        rows = {"o": {"id": option["id"]}, "v": [{"id": value, "name": new}]}
        self._shop.ask(VALUES, {"id": self.find()["id"], **rows})


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """A repository under git whose store is as its commit says."""
    return brought(repository)


def brought(repository: Repository) -> Repository:
    repository.make_shop(locations=["Warehouse Berlin"])
    repository.store_says(STORE)
    files = {"products/shirt": SHIRT, "products/cap": CAP, "collections/tops": TOPS}
    for name, text in files.items():
        repository.file(f"catalog/{name}.yaml", text)
    repository.file(".gitignore", "plans/\n")
    History(repository.root).begin().commit()
    assert repository.apply(repository.plan()).complete
    return repository


def drift(shop: Repository, scope: Scope | None = None) -> Drift:
    return drift_of(shop.plan(scope), open_workspace(shop.root).stores[0])


def told(found: Drift) -> dict[str, str]:
    return {str(each.address): each.how for each in found.items}


def adopt(shop: Repository, *addresses: str, fields: Sequence[str] = ()) -> Adoption:
    return adopted(shop.root, "shop", addresses, fields, shop.embedded)


def text(shop: Repository, file: str = "catalog/products/shirt.yaml") -> str:
    return (shop.root / file).read_text(encoding="utf-8")


def differing(plan: Plan) -> list[str]:
    return [f"{change.address} {each.path}" for change in plan.changes for each in change.fields]


def test_a_store_that_is_as_git_says_has_no_drift(shop: Repository) -> None:
    assert ((), (), 0) == ((found := drift(shop)).items, found.sold, found.pending)


def test_drift_is_what_people_did_and_not_what_git_changed_or_customers_bought(shop: Repository) -> None:
    admin = Admin(shop)
    admin.edit(title="Blouse", vendor="C")
    shop.sell("S-S", 3)
    shop.file("catalog/products/shirt.yaml", SHIRT.replace("brand: B", "brand: D").replace("49.00", "47.00"))
    shop.file("catalog/products/cap.yaml", CAP.replace("name: Cap", "name: Hat"))
    found = drift(shop)
    assert {"product/shirt": "edited"} == told(found)
    assert {"title": "store", "vendor": "both"} == {each.path: each.cause for each in found.items[0].fields}
    assert ("Shirt", "Blouse") == ((title := found.items[0].fields[0]).git, title.store)
    assert [("stock/shirt/S-S/berlin", 10, 7)] == [(str(each.address), each.git, each.store) for each in found.sold]
    assert 3 == found.pending


def test_what_people_removed_and_added_is_drift(shop: Repository) -> None:
    admin = Admin(shop)
    admin.drop("S-M")
    admin.add("S-L", "L", "51.00")
    shop.ask(DELETE, {"i": {"id": admin.find("cap")["id"]}})
    found = drift(shop)
    assert "removed" == told(found)["variant/shirt/S-M"] == told(found)["product/cap"]
    assert "added" == told(found)["variant/shirt/S-L"]


def test_what_is_gone_with_a_product_is_told_with_it(shop: Repository) -> None:
    admin = Admin(shop)
    admin.drop("S-M")
    shop.ask(DELETE, {"i": {"id": admin.find("cap")["id"]}})
    items = {str(each.address): each for each in drift(shop).items}
    assert [] == [each for each in items if "/cap/" in each and not each.startswith("membership/")]
    assert "variant/cap/CAP" in map(str, items["product/cap"].along)
    assert () == items["variant/shirt/S-M"].along


def test_a_scope_narrows_drift(shop: Repository) -> None:
    Admin(shop).edit(title="Blouse", vendor="C")
    fields = drift(shop, Scope(only=("field:title",))).items[0].fields
    assert ["title"] == [each.path for each in fields]
    assert () == drift(shop, Scope(exclude=("product/shirt",))).items


def test_without_a_base_every_difference_counts(shop: Repository) -> None:
    shop.file("catalog/products/cap.yaml", CAP.replace("name: Cap", "name: Hat"))
    admin = Admin(shop)
    admin.edit(title="Blouse")
    admin.drop("S-M")
    admin.add("S-L", "L", "51.00")
    shutil.rmtree(shop.root / ".git")
    found = drift(shop)
    assert {"product/cap": "edited", "product/shirt": "edited"}.items() <= told(found).items()
    assert {"variant/shirt/S-M": "removed", "variant/shirt/S-L": "added"}.items() <= told(found).items()
    assert {None} == {each.cause for item in found.items for each in item.fields}
    assert found.is_two_way


def test_what_git_only_watches_is_listed_apart(shop: Repository) -> None:
    shop.store_says(f"{STORE}ownership: {{product.title: observe}}\n")
    Admin(shop).edit(title="Blouse")
    found = drift(shop)
    assert ((), ["title"]) == (found.items, [each.path for each in found.watched])


def test_an_adopted_edit_changes_one_word_of_the_file_and_leaves_nothing_to_say(shop: Repository) -> None:
    Admin(shop).edit(title="Blouse")
    adoption = adopt(shop, "product/shirt")
    assert ("catalog/products/shirt.yaml",) == adoption.written
    assert SHIRT.replace("Shirt ", "Blouse ") == text(shop)
    assert () == shop.plan().changes


def test_adopting_a_field_leaves_the_others(shop: Repository) -> None:
    Admin(shop).edit(title="Blouse", vendor="C")
    adopt(shop, "product/shirt", fields=["vendor"])
    assert SHIRT.replace("brand: B", "brand: C") == text(shop)
    assert ["product/shirt title"] == differing(shop.plan())


def test_a_root_takes_along_what_hangs_on_it_and_leaves_what_git_changed(shop: Repository) -> None:
    admin = Admin(shop)
    admin.reprice("S-S", "47.00")
    admin.rename("M", "Medium")
    shop.file("catalog/products/shirt.yaml", SHIRT.replace("brand: B", "brand: D"))
    adopt(shop, "product/shirt")
    expected = SHIRT.replace("brand: B", "brand: D").replace("Size: S}, price: 49.00", "Size: S}, price: 47.00")
    assert expected.replace("[S, M]", "[S, Medium]").replace("{Size: M}", "{Size: Medium}") == text(shop)
    assert ["product/shirt vendor"] == differing(shop.plan())


def test_a_field_that_git_changed_is_taken_back_only_by_its_name(shop: Repository) -> None:
    shop.file("catalog/products/shirt.yaml", SHIRT.replace("brand: B", "brand: D"))
    assert ((), ()) == ((kept := adopt(shop, "product/shirt")).adopted, kept.written)
    adopt(shop, "product/shirt", fields=["vendor"])
    assert SHIRT == text(shop)


def test_a_sold_count_is_adopted_by_its_own_address(shop: Repository) -> None:
    shop.sell("S-S", 3)
    assert () == adopt(shop, "product/shirt").adopted
    adopt(shop, "stock/shirt/S-S/berlin")
    assert SHIRT.replace("berlin: 10", "berlin: 7") == text(shop)
    assert () == drift(shop).sold


def test_a_variant_that_people_added_or_deleted_is_adopted(shop: Repository) -> None:
    admin = Admin(shop)
    admin.add("S-L", "L", "51.00")
    adopt(shop, "variant/shirt/S-L")
    more = "  - {sku: S-L, options: {Size: L}, price: 51.00, tracked: true}\n"
    assert SHIRT.replace("[S, M]", "[S, M, L]") + more == text(shop)
    assert () == shop.plan().changes
    History(shop.root).commit()
    assert shop.apply(shop.plan()).complete
    admin.drop("S-L")
    adopt(shop, "product/shirt")
    assert SHIRT == text(shop)
    assert () == shop.plan().changes


def test_what_no_line_can_say_becomes_an_override_and_drifts_again_there(shop: Repository) -> None:
    shop.file("mappings/default.yaml", "product:\n  vendor: {value: House}\n")
    History(shop.root).commit()
    assert shop.apply(shop.plan()).complete
    admin = Admin(shop)
    admin.edit(vendor="C")
    adoption = adopt(shop, "product/shirt")
    assert ["override"] == [each.where for each in adoption.adopted]
    assert text(shop, "stores/shop.yaml").endswith("overrides:\n  product/shirt:\n    vendor: C\n")
    assert () == shop.plan().changes
    admin.edit(vendor="E")
    adopt(shop, "product/shirt")
    assert text(shop, "stores/shop.yaml").endswith("overrides:\n  product/shirt:\n    vendor: E\n")
    assert () == shop.plan().changes


def test_a_product_that_is_gone_is_refused_with_what_to_do(shop: Repository) -> None:
    shop.ask(DELETE, {"i": {"id": Admin(shop).find("cap")["id"]}})
    adoption = adopt(shop, "product/cap")
    assert () == adoption.written
    assert "published: false" in str(adoption.refused[0].instead)


def test_an_edit_that_would_break_the_files_writes_nothing(shop: Repository) -> None:
    Admin(shop).edit(handle="hat")
    shop.file("catalog/products/hat.yaml", "key: hat\nname: Hat\nvariants: [{sku: HAT, price: 9.00}]\n")
    with pytest.raises(InvalidInput, match="handle hat of product/shirt is that of product/hat too"):
        adopt(shop, "product/shirt")
    assert SHIRT == text(shop)


@pytest.mark.parametrize("address", ["product/shrit", "produkt/shirt", "shirt", "variant/shirt/S-X"])
def test_a_misspelled_address_is_no_store_without_drift(shop: Repository, address: str) -> None:
    with pytest.raises(WrongUsage):
        adopt(shop, address)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(str.strip).filter(bool)
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXT,
        "vendor": TEXT,
        "productType": TEXT,
        "tags": st.lists(st.sampled_from(["soft", "new", "0012", "a: b", "#x", "Ü"]), max_size=3, unique=True),
        "status": st.sampled_from(["DRAFT", "ARCHIVED"]),
        "descriptionHtml": st.sampled_from(["<p>a</p>", "<p>a: b #c</p>\n<p>d</p>", "", "<ul>\n<li>x</li>\n</ul>"]),
        "seo": st.fixed_dictionaries({"title": TEXT}),
        "price": st.integers(1, 99999).map(lambda cents: f"{Decimal(cents) / 100:.2f}"),
    },
).filter(bool)


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedStores) -> Repository:
    """One repository for many examples: what an example changes is what the next one begins with."""
    made = Repository(tmp_path_factory.mktemp("drift"), "drift-laws", embedded)
    made.store_says("")
    return brought(made)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits=EDITS)
def test_after_an_adoption_the_plan_has_nothing_to_say_of_what_was_adopted(same: Repository, edits: Any) -> None:
    admin = Admin(same)
    fields = {name: value for name, value in edits.items() if name != "price"}
    if fields:
        admin.edit(**fields)
    if "price" in edits:
        admin.reprice("S-S", edits["price"])
    adoption = adopt(same, "product/shirt")
    refused = {f"{each.address} {each.path}" for each in adoption.refused}
    assert refused >= set(differing(same.plan()))
    assert refused <= {"product/shirt product_type", "product/shirt description_html"}


def test_a_file_that_somebody_saved_meanwhile_is_not_overwritten(
    shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    Admin(shop).edit(title="Blouse")
    check = Draft.check

    def saved_meanwhile(draft: Draft) -> None:
        check(draft)
        shop.file("catalog/products/shirt.yaml", SHIRT.replace("brand: B", "brand: D"))

    monkeypatch.setattr(Draft, "check", saved_meanwhile)
    with pytest.raises(InvalidInput, match="changed while it was read"):
        adopt(shop, "product/shirt")
    assert SHIRT.replace("brand: B", "brand: D") == text(shop)


def test_a_file_is_read_where_its_link_leads(shop: Repository) -> None:
    real = shop.root / "catalog" / "shirt.real"
    file = shop.root / "catalog/products/shirt.yaml"
    file.rename(real)
    file.symlink_to(Path("..") / real.name)
    Admin(shop).edit(title="Blouse")
    adopt(shop, "product/shirt")
    assert file.is_symlink()
    assert "name: Blouse" in real.read_text(encoding="utf-8")
