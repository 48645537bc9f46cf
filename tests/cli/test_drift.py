"""The command ``drift`` as a user runs it: exit codes, three formats, and files that say what the store holds."""

from typing import Any

import pytest

from tests.cli.conftest import CUP, SHIRT, STORE, Project
from tests.contract.history import History

RETITLE = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
VARIANT = """{ productVariants(first: 1, query: "sku:CUP") { nodes { id product { id } } } }"""
REPRICE = """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { message } } }"""
FIND = "query($h: String!) { productByIdentifier(identifier: {handle: $h}) { id } }"


def edit(project: Project, handle: str, **fields: Any) -> None:
    found = project.ask(FIND, {"h": handle})["productByIdentifier"]["id"]
    project.ask(RETITLE, {"p": {"id": found, **fields}})


@pytest.fixture
def shop(project: Project) -> Project:
    """A repository under git, with its store as the commit says."""
    project.write(".gitignore", ".reconciler/\nplans/\n")
    History(project.root).begin().commit()
    assert 0 == project.run("apply", "eu", "--yes").code
    return project


def test_no_drift_is_exit_0_and_drift_is_exit_2(shop: Project) -> None:
    said = shop.run("drift")
    assert (0, "No drift: store eu holds nothing that git did not ask for") == (said.code, said.out.splitlines()[0])
    edit(shop, "cup", title="Becher")
    said = shop.run("drift", "eu")
    assert 2 == said.code
    assert "Drift: store eu holds 1 thing that git did not ask for" in said.out
    assert 'title  git "Cup", store "Becher"' in said.out
    assert "catalog/products/cup.yaml:2:7" in said.out
    assert "reconciler drift eu --adopt product/cup --field title --project" in said.out
    assert "ownership: {product.title: observe}   in stores/eu.yaml, for every product of the store" in said.out
    assert "ownership: {product.title: observe}   in the file of cup, for every store" in said.out


def test_drift_is_one_json_document(shop: Project) -> None:
    edit(shop, "cup", title="Becher")
    said = shop.run("drift", "--json")
    assert (2, said.json) == (said.code, shop.run("drift", "--format", "json").json)
    (store,) = said.json["stores"]
    (item,) = store["drift"]
    assert ("product/cup", "edited", store["commit"]) == (item["address"], item["how"], store["base_commit"])
    field = {"path": "title", "git": "Cup", "store": "Becher", "cause": "store"}
    assert [{**field, "place": "catalog/products/cup.yaml:2:7"}] == item["fields"]


def test_the_command_that_is_shown_adopts_and_the_next_drift_is_none(shop: Project) -> None:
    edit(shop, "cup", title="Becher")
    command = next(line.split("adopt  ")[1] for line in shop.run("drift").out.splitlines() if "--adopt" in line)
    said = shop.run(*command.strip().split()[1:])
    assert 0 == said.code
    assert 'product/cup title  "Cup" → "Becher"' in said.out
    assert CUP.replace("Cup", "Becher") == (shop.root / "catalog/products/cup.yaml").read_text()
    assert 0 == shop.run("drift").code
    assert 0 == shop.run("plan", "--detailed-exitcode").code


def test_the_command_that_is_shown_takes_its_own_line_and_nothing_below_it(shop: Project) -> None:
    edit(shop, "cup", title="Becher")
    found = shop.ask(VARIANT)["productVariants"]["nodes"][0]
    row = {"id": found["id"], "price": "7.00"}
    assert [] == shop.ask(REPRICE, {"p": found["product"]["id"], "v": [row]})["productVariantsBulkUpdate"]["userErrors"]
    title = next(line.split("adopt  ")[1] for line in shop.run("drift").out.splitlines() if "--adopt product/" in line)
    assert 0 == shop.run(*title.strip().split()[1:]).code
    assert CUP.replace("Cup", "Becher") == (shop.root / "catalog/products/cup.yaml").read_text()
    assert "variant/cup/CUP" in shop.run("drift").out


def test_the_narrower_line_lets_stores_decide_of_one_product_alone(shop: Project) -> None:
    for handle in ("cup", "shirt"):
        edit(shop, handle, title="Otherwise")
    shop.write("catalog/products/cup.yaml", f"{CUP}ownership: {{product.title: observe}}\n")
    assert ["product/shirt"] == [item["address"] for item in shop.run("drift", "--json").json["stores"][0]["drift"]]


def test_what_changes_in_another_store_is_told(shop: Project) -> None:
    edit(shop, "cup", title="Becher")
    shop.write("stores/us.yaml", STORE.format(name="elsewhere"))
    said = shop.run("drift", "eu", "--adopt", "product/cup", "--json")
    assert [
        {"store": "us", "address": "product/cup", "path": "title", "before": "Cup", "after": "Becher"}
    ] == said.json["elsewhere"]
    assert ["catalog/products/cup.yaml"] == said.json["written"]


def test_what_cannot_be_adopted_leaves_exit_2_and_says_what_to_do(shop: Project) -> None:
    identity = shop.ask(FIND, {"h": "shirt"})["productByIdentifier"]["id"]
    shop.ask(
        "mutation($i: ProductDeleteInput!) { productDelete(input: $i) { userErrors { message } } }",
        {"i": {"id": identity}},
    )
    said = shop.run("drift", "eu", "--adopt", "product/shirt")
    assert 2 == said.code
    assert "published: false" in said.out
    assert SHIRT == (shop.root / "catalog/products/shirt.yaml").read_text()


def test_a_store_that_cannot_be_read_is_no_store_without_drift(shop: Project) -> None:
    shop.write(
        "stores/eu.yaml",
        STORE.format(name="eu").replace("sandbox:eu", "http://127.0.0.1:9") + "credentials: {token: {env: HOME}}\n",
    )
    assert 7 == shop.run("drift").code


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--adopt", "product/cup"], "name the store"),
        (["eu", "--field", "title"], "--adopt ADDRESS"),
        (["eu", "--adopt", "product/cpu"], "did you mean product/cup?"),
        (["eu", "--adopt", "product/cup", "--field", "tag"], "product has no field tag; did you mean tags?"),
        (["eu", "--adopt", "product/cup", "--field", "price"], "product has no field price; expected one of"),
        (["eu", "--adopt", "produkt/cup"], "did you mean product?"),
        (["eu", "--adopt", "cup"], "expected KIND/KEY"),
        (["ue"], "there is no store ue"),
    ],
)
def test_wrong_usage_says_what_was_expected(shop: Project, words: list[str], says: str) -> None:
    said = shop.run("drift", *words)
    assert (64, True) == (said.code, says in said.err), said.err
