"""A Saleor database dump becomes a catalog: products with attributes, for a mapping of its own to make sense of.

It is written as JSON, which is YAML too, so that our writer takes no part.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.acceptance.tree import Tree

MEDIA = "https://demo.saleor.io/media/"

Rows = Mapping[int, Mapping[str, Any]]


@dataclass
class Dump:
    """The rows of a dump, by model and primary key."""

    file: Path
    _rows: dict[str, dict[Any, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for row in json.loads(self.file.read_text(encoding="utf-8")):
            self._rows[row["model"]][row["pk"]] = row["fields"]

    def of(self, model: str) -> Rows:
        """Primary key → fields."""
        return self._rows[model]

    def where(self, model: str, **fields: object) -> list[Mapping[str, Any]]:
        """The rows that have these values, by their sort order."""
        found = [row for row in self.of(model).values() if all(row[name] == value for name, value in fields.items())]
        return sorted(found, key=lambda row: row.get("sort_order") or 0)

    @cached_property
    def channels(self) -> Mapping[int, str]:
        """Channel → the currency that it sells in."""
        return {key: row["currency_code"] for key, row in self.of("channel.channel").items()}

    def write(self, root: Path) -> None:
        """Write the catalog."""
        tree = Tree(root)
        for category in self.categories():
            tree.collection(category)
        for key in self.of("product.product"):
            tree.product(self.product(key))

    def categories(self) -> Iterator[dict[str, Any]]:
        """Yield Saleor's categories and its collections, which are both groups of products."""
        for row in [*self.of("product.category").values(), *self.of("product.collection").values()]:
            yield {"key": row["slug"], "name": row["name"], "description": html(row["description"])}

    def product(self, key: int) -> dict[str, Any]:
        """The document of a product."""
        row = self.of("product.product")[key]
        collections = [each["collection"] for each in self.where("product.collectionproduct", product=key)]
        slugs = [self.of("product.category")[row["category"]]["slug"]]
        slugs += [self.of("product.collection")[each]["slug"] for each in collections]
        images = self.where("product.productmedia", product=key)
        return {
            "key": row["slug"],
            "name": row["name"],
            "description": html(row["description"]),
            "type": self.of("product.producttype")[row["product_type"]]["name"],
            "categories": slugs,
            "seo": {"title": row["seo_title"] or "", "description": row["seo_description"] or ""},
            "images": [{"url": MEDIA + image["image"], "alt": image["alt"]} for image in images],
            "attributes": self.attributes(key),
            "variants": [
                self.variant(each, key)
                for each, variant in self.of("product.productvariant").items()
                if variant["product"] == key
            ],
        }

    def brand(self, product: int) -> str | None:
        """The page that a product refers to as its brand."""
        return next(iter(self._values(product).get("brand", [])), None)

    def attributes(self, product: int) -> dict[str, Any]:
        """Attribute → the names of its values; of the brand, which has one, the name."""
        brand = self.brand(product)
        return {**self._values(product), **({} if brand is None else {"brand": brand})}

    def _values(self, product: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for assigned in self.where("attribute.assignedproductattributevalue", product=product):
            value = self.of("attribute.attributevalue")[assigned["value"]]
            slug = self.of("attribute.attribute")[value["attribute"]]["slug"]
            found.setdefault(slug, []).append(value["name"])
        return found

    def options(self, variant: int) -> dict[str, str]:
        """Option → value: the attributes of a variant."""
        assignments = {
            key for key, row in self.of("attribute.assignedvariantattribute").items() if row["variant"] == variant
        }
        values = [
            self.of("attribute.attributevalue")[row["value"]]
            for row in self.of("attribute.assignedvariantattributevalue").values()
            if row["assignment"] in assignments
        ]
        return {self.of("attribute.attribute")[value["attribute"]]["name"]: value["name"] for value in values}

    def variant(self, key: int, product: int) -> dict[str, Any]:
        """The document of a variant."""
        row = self.of("product.productvariant")[key]
        options = self.options(key)
        document: dict[str, Any] = {
            "sku": row["sku"] or f"saleor-{key}",
            "price": {self.channels[each["channel"]]: each["price_amount"] for each in self.listings(key)},
            "tracked": row["track_inventory"],
            "attributes": {"name": row["name"]},
        }
        if row["track_inventory"]:
            document["stock"] = {"default": self.stock(key)}
        if row["weight"]:
            amount, unit = row["weight"].split(":")
            document["weight"] = f"{amount} {unit}"
        return {**document, "options": options} if options else document

    def listings(self, variant: int) -> list[Mapping[str, Any]]:
        """The prices of a variant."""
        return self.where("product.productvariantchannellisting", variant=variant)

    def stock(self, variant: int) -> int:
        """What all warehouses hold of a variant."""
        return sum(row["quantity"] for row in self.where("warehouse.stock", product_variant=variant))


def html(content: Mapping[str, Any] | None) -> str:
    """The HTML of what Saleor's editor made: paragraphs."""
    return "".join(f"<p>{block['data']['text']}</p>" for block in (content or {"blocks": []})["blocks"])
