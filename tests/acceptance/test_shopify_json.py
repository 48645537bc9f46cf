"""Real dumps of Shopify's APIs: each imports, plans against an empty store, applies, and plans empty."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.importing.export import Destination, import_json
from tests.acceptance.facts import ProductFacts, VariantFacts, image_name, plain_html, plain_tags
from tests.acceptance.folder import catalogs, without_catalogs
from tests.acceptance.round_trip import converges, one_change_is_one_field
from tests.contract.repository import Repository

pytestmark = without_catalogs


@pytest.mark.slow
@pytest.mark.parametrize("file", catalogs("json/*.json"), ids=lambda it: it.stem)
def test_a_dump_converges_and_equals_the_store(file: Path, repository: Repository) -> None:
    report = import_json([file], Destination(repository.root, "EUR"))
    nodes = json.loads(file.read_text(encoding="utf-8"))["products"]
    assert len(nodes) == report.products
    converges(repository, {node["handle"]: _product(node) for node in nodes if not _is_kept_out(node)})
    one_change_is_one_field(repository)


def _is_kept_out(node: Mapping[str, Any]) -> bool:
    return node["published_at"] is None and node.get("status", "active") == "active"


def _product(node: Mapping[str, Any]) -> ProductFacts:
    tags = node["tags"]
    names = [option["name"].strip() for option in node["options"]]
    return ProductFacts(
        node["title"].strip(),
        plain_html(node["body_html"] or ""),
        node["vendor"].strip() or None,
        plain_tags(tags.split(",") if isinstance(tags, str) else tags),
        names,
        [(image_name(image["src"]), image.get("alt") or "") for image in node["images"]],
        {},
        set(),
        [_variant(variant, node, len(names)) for variant in node["variants"]],
    )


def _variant(variant: Mapping[str, Any], node: Mapping[str, Any], options: int) -> VariantFacts:
    compare_at = variant["compare_at_price"]
    shown = [image["src"] for image in node["images"] if image["id"] == variant.get("image_id")]
    return VariantFacts(
        tuple(variant[f"option{number}"].strip() for number in range(1, options + 1)),
        Decimal(variant["price"]),
        Decimal(compare_at) if compare_at else None,
        variant["sku"] or "",
        image_name(shown[0]) if shown else None,
        variant["inventory_quantity"] if variant.get("inventory_management") == "shopify" else None,
    )
