"""Which products a collection has: the union of its sources, each less what it excludes; worked out when it is read.

Rejected: a table of members kept up to date. Every write of a product would have to know every condition there is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from reconciler.sandbox.collections.conditions import NOTHING, Piece, Sql, all_of, any_of, matching, piece
from reconciler.sandbox.storage.collections import Condition, SourceParts, parts_of
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.metafields import DEFINITIONS

_SELECTED = "products.id IN (SELECT product_id FROM collection_selections WHERE source_id = ? AND side = ?)"
_WORKED_OUT = """
SELECT DISTINCT s.collection_id FROM collection_sources s WHERE s.kind = 'subCollections'
OR EXISTS (SELECT 1 FROM collection_conditions c WHERE c.source_id = s.id)
OR EXISTS (SELECT 1 FROM collection_selections o WHERE o.source_id = s.id AND o.side = 'exclusion')
"""


class Members:
    """Memberships as SQL over ``products``; sources that were read already need not be read again."""

    def __init__(self, database: Database, known: Mapping[int, list[SourceParts]] | None = None) -> None:
        self._database = database
        self._known = dict(known or {})

    def of(self, collection_id: int, within: frozenset[int] = frozenset()) -> Sql:
        """Return the condition that the collection's products meet; ``within`` is what is being worked out."""
        if collection_id in within:
            return NOTHING  # a circle of exclusions adds nothing to itself
        if collection_id not in self._known:
            self._known |= {collection_id: [], **parts_of(self._database, [collection_id])}
        inner = within | {collection_id}
        return any_of([self.of_source(parts, inner) for parts in self._known[collection_id]])

    def of_source(self, parts: SourceParts, within: frozenset[int] = frozenset()) -> Sql:
        """Return the condition that the products of one source meet."""
        source = parts.source
        if source.kind == "subCollections":
            return any_of([self.of(one, within) for one in source.sub_collection_ids])
        selected: Sql = (_SELECTED, [source.id, "inclusion"])
        conditions = parts.on("inclusion")
        matched = [matching(self._pieces(conditions), source.inclusion_match)] if conditions else []
        excluded, values = self._excluded(parts, within)
        return all_of([any_of([*matched, selected]), (f"NOT coalesce({excluded}, 0)", values)])

    def _excluded(self, parts: SourceParts, within: frozenset[int]) -> Sql:
        found: list[Sql] = [(_SELECTED, [parts.source.id, "exclusion"])]
        conditions = parts.on("exclusion")
        plain = [one for one in conditions if one.kind != "collection"]
        if plain:
            found.append(matching(self._pieces(plain), parts.source.exclusion_match))
        found += [self.of(other, within) for one in conditions if one.kind == "collection" for other in one.operands]
        return any_of(found)

    def _pieces(self, conditions: Sequence[Condition]) -> list[Piece]:
        return [piece(one, DEFINITIONS.find(self._database, one.definition_id)) for one in conditions]


def collection_ids_of(database: Database, product_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the ids of the collections that each product is in, ascending."""
    worked_out = sorted(int(row[0]) for row in database.rows(_WORKED_OUT))
    members = Members(database, parts_of(database, worked_out))
    found: dict[int, set[int]] = defaultdict(set)
    for marks, chunk in in_lists(product_ids):
        selected = (
            "SELECT o.product_id, s.collection_id FROM collection_selections o "  # noqa: S608 question marks only
            "JOIN collection_sources s ON s.id = o.source_id "
            f"WHERE o.side = 'inclusion' AND o.product_id IN ({marks})"
        )
        for product_id, collection_id in database.rows(selected, chunk):
            found[product_id].add(collection_id)
        for collection_id in worked_out:
            condition, values = members.of(collection_id)
            sql = f"SELECT id FROM products WHERE id IN ({marks}) AND {condition}"  # noqa: S608 ours
            inside = {row[0] for row in database.rows(sql, (*chunk, *values))}
            for product_id in chunk:
                found[product_id].discard(collection_id)
                if product_id in inside:
                    found[product_id].add(collection_id)
    return {product_id: sorted(found[product_id]) for product_id in product_ids}


def member_ids(database: Database, collection_id: int) -> set[int]:
    """Return the ids of all products of a collection."""
    condition, values = Members(database).of(collection_id)
    return {int(row[0]) for row in database.rows(f"SELECT id FROM products WHERE {condition}", values)}  # noqa: S608 ours
