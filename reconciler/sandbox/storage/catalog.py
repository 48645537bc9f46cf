"""Products with their options and variants: the rows, and the tree that a mutation loads, edits and saves whole.

A variant's row holds its inventory item as well: this store makes one item for each variant, so splitting them would
only double the statements. The item keeps an id of its own.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.mates import Mates
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Product:
    """A product's own fields."""

    id: int
    handle: str
    title: str
    description_html: str
    vendor: str
    product_type: str
    status: str
    tags: list[str]
    category: str | None
    seo_title: str | None
    seo_description: str | None
    template_suffix: str | None
    gift_card: bool
    gift_card_template_suffix: str | None
    requires_selling_plan: bool
    created_at: str
    updated_at: str
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})


@dataclass(slots=True)
class Option:
    """An option of a product; positions start at 1. A linked one takes its values from a metafield of the product."""

    id: int
    product_id: int
    name: str
    position: int
    linked_namespace: str | None = None
    linked_key: str | None = None


@dataclass(slots=True)
class OptionValue:
    """A value of an option, used by a variant or not; that of a linked option is the global id of a metaobject."""

    id: int
    product_id: int
    option_id: int
    name: str
    position: int
    linked_value: str | None = None


@dataclass(slots=True)
class Variant:
    """A variant and its inventory item; ``value_ids`` follows the order of the product's options."""

    id: int
    product_id: int
    position: int
    value_ids: list[int]
    title: str
    price: str
    compare_at_price: str | None
    barcode: str | None
    inventory_policy: str
    taxable: bool
    tax_code: str | None
    requires_components: bool
    show_unit_price: bool
    unit_price_measurement: dict[str, Any] | None
    item_id: int
    sku: str | None
    tracked: bool
    requires_shipping: bool
    cost: str | None
    weight_unit: str
    weight_value: float
    country_of_origin: str | None
    province_of_origin: str | None
    harmonized_code: str | None
    created_at: str
    updated_at: str
    item_updated_at: str
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})


PRODUCTS = Table("products", Product, Product)
OPTIONS = Table("options", Option, Option)
OPTION_VALUES = Table("option_values", OptionValue, OptionValue)
VARIANTS = Table("variants", Variant, Variant)


@dataclass(slots=True)
class Tree:
    """A product with everything that is part of it, in memory; ``save`` writes what differs from what was loaded."""

    product: Product
    options: list[Option] = field(default_factory=list)
    values: list[OptionValue] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    loaded: dict[str, dict[int, tuple[Any, ...]]] = field(default_factory=dict)

    def values_of(self, option: Option) -> list[OptionValue]:
        """Return the option's values in order."""
        return [value for value in self.values if value.option_id == option.id]

    def value(self, value_id: int) -> OptionValue | None:
        """Return the value with this id, or None."""
        return next((value for value in self.values if value.id == value_id), None)

    def used_value_ids(self) -> set[int]:
        """Return the ids of the values that some variant has."""
        return {value_id for variant in self.variants for value_id in variant.value_ids}


def load_tree(database: Database, product_id: int | None) -> Tree | None:
    """Return the product with its options and variants in order, or None."""
    product = PRODUCTS.find(database, product_id)
    if product is None:
        return None
    key = (product.id,)
    tree = Tree(
        product,
        OPTIONS.select(database, "WHERE product_id = ? ORDER BY position", key),
        OPTION_VALUES.select(database, "WHERE product_id = ? ORDER BY position", key),
        VARIANTS.select(database, "WHERE product_id = ? ORDER BY position, id", key),
    )
    tree.loaded = _stored(tree)
    return tree


def save_tree(database: Database, tree: Tree, now: str) -> None:
    """Write what changed since the tree was loaded, moving ``updated_at`` of the rows that did."""
    if not tree.loaded:
        for table, rows in _tables(tree):
            table.insert(database, rows)
        tree.loaded = _stored(tree)
        return
    if not _changed(tree):
        return
    tree.product.updated_at = now
    _touch(tree, now)
    stored = _stored(tree)
    for table, rows in _tables(tree):
        before = tree.loaded.get(table.name, {})
        after = stored[table.name]
        table.delete(database, before.keys() - after.keys())
        table.insert(database, [row for row in rows if row.id not in before])
        table.update(database, [row for row in rows if row.id in before and before[row.id] != after[row.id]])
    tree.loaded = stored


def delete_tree(database: Database, product_id: int) -> None:
    """Remove the product and everything that is part of it."""
    for table in ("variants", "option_values", "options"):
        database.run(f"DELETE FROM {table} WHERE product_id = ?", (product_id,))  # noqa: S608 our names
    PRODUCTS.delete(database, [product_id])


def of_variants(database: Database, column: str, variant_ids: Sequence[int]) -> dict[int, int]:
    """Return variant → what a column holds, ``product_id`` or ``item_id``, of those that are there."""
    found: dict[int, int] = {}
    for marks, some in in_lists(variant_ids):
        sql = f"SELECT id, {column} FROM variants WHERE id IN ({marks})"  # noqa: S608 a column of ours, question marks
        found |= {int(row[0]): int(row[1]) for row in database.rows(sql, some)}
    return found


def is_offered(database: Database, metaobject_definition_id: int) -> bool:
    """Say whether the value of some product's option is taken from an entry of a definition."""
    sql = (
        "SELECT 1 FROM option_values JOIN metaobjects ON linked_value = 'gid://shopify/Metaobject/' || metaobjects.id"
        " WHERE definition_id = ? LIMIT 1"
    )
    return database.row(sql, (metaobject_definition_id,)) is not None


def variants_of(database: Database, product_ids: list[int]) -> dict[int, list[Variant]]:
    """Return the variants of many products in position order."""
    grouped: dict[int, list[Variant]] = defaultdict(list)
    for variant in VARIANTS.among(database, "product_id", product_ids, order="product_id, position, id"):
        grouped[variant.product_id].append(variant)
    return grouped


def options_of(database: Database, product_ids: list[int]) -> dict[int, list[Option]]:
    """Return the options of many products in position order."""
    grouped: dict[int, list[Option]] = defaultdict(list)
    for option in OPTIONS.among(database, "product_id", product_ids, order="product_id, position"):
        grouped[option.product_id].append(option)
    return grouped


def values_of(database: Database, product_ids: list[int]) -> dict[int, list[OptionValue]]:
    """Return the option values of many products in position order."""
    grouped: dict[int, list[OptionValue]] = defaultdict(list)
    for value in OPTION_VALUES.among(database, "product_id", product_ids, order="product_id, position"):
        grouped[value.product_id].append(value)
    return grouped


def _tables(tree: Tree) -> list[tuple[Table[Any], list[Any]]]:
    return [
        (PRODUCTS, [tree.product]),
        (OPTIONS, tree.options),
        (OPTION_VALUES, tree.values),
        (VARIANTS, tree.variants),
    ]


def _stored(tree: Tree) -> dict[str, dict[int, tuple[Any, ...]]]:
    return {table.name: {row.id: table.stored(row) for row in rows} for table, rows in _tables(tree)}


def _changed(tree: Tree) -> bool:
    return _stored(tree) != tree.loaded


def _touch(tree: Tree, now: str) -> None:
    before = tree.loaded.get(VARIANTS.name, {})
    places = _item_places()
    for variant in tree.variants:
        old = before.get(variant.id)
        new = VARIANTS.stored(variant)
        if old is None or old == new:
            continue
        variant.updated_at = now
        if any(old[place] != new[place] for place in places):
            variant.item_updated_at = now


def _item_places() -> list[int]:
    own = {"sku", "tracked", "requires_shipping", "cost", "weight_unit", "weight_value"}
    own |= {"country_of_origin", "province_of_origin", "harmonized_code"}
    return [place for place, name in enumerate(VARIANTS.columns) if name in own]
