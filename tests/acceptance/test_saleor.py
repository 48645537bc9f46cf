"""A Saleor database: a mapping of its own makes fields and metafields of its attributes."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.acceptance.facts import ProductFacts, VariantFacts, image_name, plain_html, plain_tags, plain_value
from tests.acceptance.folder import catalogs, without_catalogs
from tests.acceptance.round_trip import STORE, converges, one_change_is_one_field
from tests.acceptance.saleor import MEDIA, Dump, html
from tests.acceptance.tree import Tree
from tests.contract.repository import Repository

pytestmark = without_catalogs


@pytest.mark.parametrize("currency", ["USD", "PLN"])
@pytest.mark.parametrize("file", catalogs("other-commerce/saleor-*.json"), ids=lambda it: it.stem)
def test_the_catalog_converges_and_equals_the_store(file: Path, currency: str, repository: Repository) -> None:
    dump = Dump(file)
    dump.write(repository.root)
    Tree(repository.root).mapping("saleor")
    repository.currency = currency
    repository.shop += currency.lower()
    repository.make_shop(media_processing_ms=0)
    repository.store_says(f"{STORE}mapping: saleor\n")
    converges(
        repository, {row["slug"]: _product(dump, key, currency) for key, row in dump.of("product.product").items()}
    )
    one_change_is_one_field(repository)


def _product(dump: Dump, key: int, currency: str) -> ProductFacts:
    row = dump.of("product.product")[key]
    attributes = dump.attributes(key)
    variants = {each: fields for each, fields in dump.of("product.productvariant").items() if fields["product"] == key}
    collections = {each["collection"] for each in dump.where("product.collectionproduct", product=key)}
    named = {f"saleor.{name}": values for name, values in attributes.items() if name != "brand"}
    options = {name for each in variants for name in dump.options(each)}
    return ProductFacts(
        row["name"],
        plain_html(html(row["description"])),
        dump.brand(key) or "Saleor",
        plain_tags(attributes.get("material", [])),
        sorted(options) or ["Title"],
        [(image_name(MEDIA + each["image"]), each["alt"]) for each in dump.where("product.productmedia", product=key)],
        {name: plain_value("\n".join(values)) for name, values in named.items()},
        {dump.of("product.category")[row["category"]]["slug"]}
        | {dump.of("product.collection")[each]["slug"] for each in collections},
        [_variant(dump, each, currency) for each in variants],
    )


def _variant(dump: Dump, key: int, currency: str) -> VariantFacts:
    prices = {row["currency"]: Decimal(row["price_amount"]) for row in dump.listings(key)}
    row = dump.of("product.productvariant")[key]
    held = sum(each["quantity"] for each in dump.of("warehouse.stock").values() if each["product_variant"] == key)
    return VariantFacts(
        tuple(dump.options(key).values()) or ("Default Title",),
        prices[currency],
        sku=row["sku"] or f"saleor-{key}",
        stock=held if row["track_inventory"] else None,
    )
