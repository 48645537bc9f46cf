"""Multiply a filled store: the products that it holds, again and again under further numbers.

A million variants are the hundred thousand ten times over, in the files as in the store: to fill a store with them
request by request takes hours, and measures nothing of a plan.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

from benchmarks.catalogs import REPEATED, VARIANTS
from reconciler.mapping.pictures import image_key
from reconciler.model.picture import Image
from reconciler.sandbox.media.names import with_uuid

TABLES = (
    "products",
    "options",
    "option_values",
    "variants",
    "metafields",
    "files",
    "product_media",
    "inventory_levels",
)
"""What the embedded store keeps of a product."""
APART = 10_000_000
"""Between the ids of two copies; a copy has fewer."""
_NUMBERED = re.compile(r"((?:^|/)product-|^SKU-)(\d+)")
Row = dict[str, object]


def multiply(store: Path, times: int) -> None:
    """Bring a store from one copy of the repeated products to so many."""
    with closing(sqlite3.connect(store)) as connection, connection:
        (first,) = connection.execute("SELECT min(id) FROM products").fetchone()
        for table in TABLES:
            there = connection.execute(f"SELECT * FROM {table} WHERE id >= ? ORDER BY id", (first,))
            names = [column[0] for column in there.description]
            rows = [dict(zip(names, row, strict=True)) for row in there]
            places = ", ".join(f":{name}" for name in names)
            for copy in range(1, times):
                connection.executemany(f"INSERT INTO {table} VALUES ({places})", _copied(rows, copy, first))
        connection.execute("UPDATE sequence SET last = last + ?", (times * APART,))


def _copied(rows: list[Row], copy: int, first: int) -> Iterator[Row]:
    for row in rows:
        copied = {name: _value(name, value, copy, first) for name, value in row.items()}
        if "filename" in copied:  # it carries a digest of where the image is from; among a million, two may be the same
            source = cast("str", copied["source"])
            name = f"{image_key(Image(url=source), {})}.jpg"
            copied |= {"filename": name, "address": with_uuid(name)}
        yield copied


def _value(name: str, value: object, copy: int, first: int) -> object:
    if isinstance(value, int):
        return value + copy * APART if value >= first and (name == "id" or name.endswith("_id")) else value
    if not isinstance(value, str):
        return value
    if name == "value_ids":
        return re.sub(r"\d+", lambda found: str(int(found[0]) + copy * APART), value)
    if name == "barcode":
        return str(int(value) + copy * REPEATED * VARIANTS)
    if name in ("handle", "sku", "value", "source"):
        return _NUMBERED.sub(lambda found: f"{found[1]}{int(found[2]) + copy * REPEATED:0{len(found[2])}}", value)
    return value
