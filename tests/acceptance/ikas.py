# ruff: noqa: RUF001  the columns are Turkish
"""An ikas export becomes a catalog: Turkish columns as attributes, for a mapping of its own to make sense of."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.acceptance.tree import Tree

CURRENCY = "TRY"

Row = Mapping[str, str]


@dataclass
class Sheet:
    """The rows of an export."""

    file: Path

    @cached_property
    def groups(self) -> Mapping[str, list[Row]]:
        """Product → its rows, one for each variant."""
        found: dict[str, list[Row]] = {}
        with self.file.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                found.setdefault(row["Ürün Grup ID"], []).append(row)
        return found

    @cached_property
    def skus(self) -> Counter[str]:
        """SKU → how many variants have it."""
        return Counter(row["SKU"] for rows in self.groups.values() for row in rows)

    def write(self, root: Path) -> None:
        """Write the catalog."""
        tree = Tree(root)
        paths = {path for rows in self.groups.values() for path in listed(rows[0]["Kategoriler"])}
        for path in sorted(paths):
            tree.collection({"key": slug(path), "name": path.rpartition(">")[2]})
        for rows in self.groups.values():
            tree.product(self.product(rows))

    def product(self, rows: list[Row]) -> dict[str, Any]:
        """The document of a product."""
        first = rows[0]
        names = option_names(first)
        document: dict[str, Any] = {
            "key": handle(first),
            "name": first["İsim"],
            "description": first["Açıklama"],
            "tags": listed(first["Etiketler"]),
            "categories": [slug(path) for path in listed(first["Kategoriler"])],
            "seo": {"title": first["Metadata Başlık"], "description": first["Metadata Açıklama"]},
            "images": list(images(rows)),
            "attributes": {"marka": first["Marka"], "desi": first["Desi"]},
            "variants": [self.variant(row, names) for row in rows],
        }
        for name, column in (("tedarikci", "Tedarikçi"), ("google", "Google Ürün Kategorisi")):
            if first[column]:
                document["attributes"][name] = first[column]
        return document

    def variant(self, row: Row, names: list[str]) -> dict[str, Any]:
        """The document of a variant; one that shares its SKU goes by the id that ikas gave it."""
        document: dict[str, Any] = {
            "key": row["Varyant ID"],
            "price": {CURRENCY: row["Satış Fiyatı"]},
            "tracked": True,
            "options": dict(zip(names, option_values(row), strict=True)),
            "stock": {"default": int(row["Stok:Ana Depo"] or 0)},
        }
        for name, column in (("sku", "SKU"), ("barcode", "Barkod Listesi")):
            if row[column]:
                document[name] = row[column]
        if row["Alış Fiyatı"]:
            document["cost"] = {CURRENCY: row["Alış Fiyatı"]}
        if row["İndirimli Fiyatı"]:
            document["attributes"] = {"indirimli": row["İndirimli Fiyatı"]}
        if shown := listed(row["Resim URL"]):
            document["image"] = shown[0]
        return document


def images(rows: list[Row]) -> Iterator[str]:
    """Yield the addresses of all rows, each once."""
    yield from dict.fromkeys(address for row in rows for address in listed(row["Resim URL"]))


def option_names(row: Row) -> list[str]:
    """The names of the options that a product has."""
    return [row[f"Varyant Tip {number}"] for number in (1, 2) if row[f"Varyant Tip {number}"]]


def option_values(row: Row) -> list[str]:
    """A variant's values of them."""
    return [row[f"Varyant Değer {number}"] for number in (1, 2) if row[f"Varyant Tip {number}"]]


def handle(row: Row) -> str:
    """A product's handle: ikas keeps several dashes in a row, stores do not."""
    return re.sub("-+", "-", row["Slug"]).strip("-")


def listed(text: str) -> list[str]:
    """The members of a list, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def slug(path: str) -> str:
    """A key for a category: its path in plain letters."""
    letters = unicodedata.normalize("NFKD", path.replace("ı", "i")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
