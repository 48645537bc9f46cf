"""Collections: their rows, the sources of their products, and the order that somebody gave them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.mates import Mates
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Collection:
    """A collection's own fields; which products it has, its sources say."""

    id: int
    handle: str
    title: str
    description_html: str
    sort_order: str
    seo_title: str | None
    seo_description: str | None
    template_suffix: str | None
    image: dict[str, Any] | None
    updated_at: str
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})
    is_counted: bool = field(
        default=True, compare=False, metadata={"stored": False}
    )  # not yet, in the payload of making


@dataclass(slots=True)
class Source:
    """Where products of a collection come from: conditions and selections, or other collections."""

    id: int
    collection_id: int
    kind: str
    title: str
    description: str | None
    target_type: str
    inclusion_match: str | None
    exclusion_match: str | None
    sub_collection_ids: list[int]


@dataclass(slots=True)
class Condition:
    """What a product must be; ``kind`` is the input field's name, ``side`` is inclusion or exclusion."""

    id: int
    source_id: int
    side: str
    kind: str
    match_type: str | None
    relation: str | None
    operands: list[Any]
    definition_id: int | None


@dataclass(slots=True)
class Selection:
    """A product that somebody put into a source, or keeps out of it."""

    id: int
    source_id: int
    side: str
    product_id: int
    variant_ids: list[int] | None
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})


COLLECTIONS = Table("collections", Collection, Collection)
SOURCES = Table("collection_sources", Source, Source)
CONDITIONS = Table("collection_conditions", Condition, Condition)
SELECTIONS = Table("collection_selections", Selection, Selection)


@dataclass(frozen=True, slots=True)
class SourceParts:
    """A source with its conditions; selections may be many and stay on disk."""

    source: Source
    conditions: list[Condition]

    def on(self, side: str) -> list[Condition]:
        """Return the conditions of one side, oldest first."""
        return [one for one in self.conditions if one.side == side]


def parts_of(database: Database, collection_ids: Sequence[int]) -> dict[int, list[SourceParts]]:
    """Return the sources of many collections with their conditions, oldest first."""
    sources = SOURCES.among(database, "collection_id", collection_ids)
    conditions: dict[int, list[Condition]] = defaultdict(list)
    for condition in CONDITIONS.among(database, "source_id", [source.id for source in sources]):
        conditions[condition.source_id].append(condition)
    grouped: dict[int, list[SourceParts]] = defaultdict(list)
    for source in sources:
        grouped[source.collection_id].append(SourceParts(source, conditions[source.id]))
    return grouped


def selecting(database: Database, collection_ids: Sequence[int]) -> dict[int, set[tuple[int, str]]]:
    """Return which sources of the collections have selections, each with the side that they are on."""
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for marks, chunk in in_lists(collection_ids):
        sql = (
            "SELECT s.collection_id, s.id, side.value "  # noqa: S608 question marks only
            """FROM collection_sources s, json_each('["inclusion", "exclusion"]') side """
            f"WHERE s.collection_id IN ({marks}) AND EXISTS "
            "(SELECT 1 FROM collection_selections o WHERE o.source_id = s.id AND o.side = side.value)"
        )
        for collection_id, source_id, side in database.rows(sql, chunk):
            found[collection_id].add((source_id, side))
    return found


def find_selection(database: Database, source_id: int, side: str, product_id: int) -> Selection | None:
    """Return the selection of a product on one side of a source, or None."""
    clause = "WHERE source_id = ? AND side = ? AND product_id = ?"
    found = SELECTIONS.select(database, clause, (source_id, side, product_id))
    return found[0] if found else None


def select_products(database: Database, source_id: int, side: str, product_ids: Sequence[int]) -> None:
    """Select the products that are not selected yet."""
    known = _selected(database, source_id, side, product_ids)
    new = [one for one in dict.fromkeys(product_ids) if one not in known]
    ids = database.new_ids(len(new))
    rows = [Selection(row_id, source_id, side, product, None) for row_id, product in zip(ids, new, strict=True)]
    SELECTIONS.insert(database, rows)


def deselect_products(database: Database, source_ids: Sequence[int], side: str, product_ids: Sequence[int]) -> int:
    """Take selections back and return how many there were."""
    sql = "DELETE FROM collection_selections WHERE source_id = ? AND side = ? AND product_id = ?"
    return sum(database.run(sql, (source, side, product)) for source in source_ids for product in product_ids)


def delete_sources(database: Database, source_ids: Sequence[int]) -> None:
    """Remove sources with all that is part of them."""
    for table in ("collection_conditions", "collection_selections"):
        sql = f"DELETE FROM {table} WHERE source_id = ?"  # noqa: S608 our names
        database.run_many(sql, [(one,) for one in source_ids])
    SOURCES.delete(database, source_ids)


def delete_collection(database: Database, collection_id: int) -> None:
    """Remove a collection with its sources, wherever another one refers to it."""
    own = SOURCES.select(database, "WHERE collection_id = ?", (collection_id,))
    delete_sources(database, [source.id for source in own])
    database.run("DELETE FROM collection_positions WHERE collection_id = ?", (collection_id,))
    COLLECTIONS.delete(database, [collection_id])
    for source in SOURCES.select(database, "WHERE kind = 'subCollections'"):
        if collection_id in source.sub_collection_ids:
            source.sub_collection_ids.remove(collection_id)
            SOURCES.update(database, [source])
    for condition in CONDITIONS.select(database, "WHERE kind = 'collection'"):
        if collection_id in condition.operands:
            condition.operands.remove(collection_id)
            CONDITIONS.update(database, [condition])


def forget_product(database: Database, product_id: int) -> None:
    """Remove what collections hold about a product that is going away."""
    for table in ("collection_selections", "collection_positions"):
        database.run(f"DELETE FROM {table} WHERE product_id = ?", (product_id,))  # noqa: S608 our names


def append_positions(database: Database, collection_id: int, product_ids: Sequence[int]) -> None:
    """Put products at the end of the manual order; those that have a place keep it."""
    sql = "SELECT coalesce(max(position), 0) FROM collection_positions WHERE collection_id = ?"
    found = database.row(sql, (collection_id,))
    last = int(found[0]) if found else 0
    sql = "INSERT OR IGNORE INTO collection_positions (collection_id, product_id, position) VALUES (?, ?, ?)"
    database.run_many(sql, [(collection_id, one, last + place) for place, one in enumerate(product_ids, start=1)])


def rewrite_positions(database: Database, collection_id: int, product_ids: Sequence[int]) -> None:
    """Make this the manual order of the collection."""
    database.run("DELETE FROM collection_positions WHERE collection_id = ?", (collection_id,))
    append_positions(database, collection_id, product_ids)


def positions_of(database: Database, collection_id: int, product_ids: Sequence[int]) -> dict[int, int]:
    """Return the places of products in the manual order; one without a place is missing."""
    clause = "collection_positions WHERE collection_id = ?"
    found = _among_products(database, f"product_id, position FROM {clause}", (collection_id,), product_ids)
    return {int(row[0]): int(row[1]) for row in found}


def _selected(database: Database, source_id: int, side: str, product_ids: Sequence[int]) -> set[int]:
    clause = "collection_selections WHERE source_id = ? AND side = ?"
    return {
        int(row[0]) for row in _among_products(database, f"product_id FROM {clause}", (source_id, side), product_ids)
    }


def _among_products(
    database: Database, selected: str, parameters: tuple[Any, ...], product_ids: Sequence[int]
) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for marks, chunk in in_lists(product_ids):
        found += database.rows(f"SELECT {selected} AND product_id IN ({marks})", (*parameters, *chunk))
    return found
