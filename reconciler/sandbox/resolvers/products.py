"""Reading products. Shopify: Product, products, productByIdentifier. Results come from the search room."""

import html
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from reconciler.sandbox.collections.search import product_search
from reconciler.sandbox.inventory.stock_reads import available
from reconciler.sandbox.metafields.custom_ids import find_by_custom_id
from reconciler.sandbox.products.taxonomy import ancestors, is_leaf, names
from reconciler.sandbox.products.tree import MAX_VARIANTS
from reconciler.sandbox.resolvers.metafields import metafield_fields
from reconciler.sandbox.search.conditions import PRODUCT_STOCK, VARIANT_STOCK, search
from reconciler.sandbox.search.paging import LONGEST_PAGE, Order, Page, list_page, row_page
from reconciler.sandbox.shops.beginnings import ONLINE_STORE
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import (
    PRODUCTS,
    Option,
    OptionValue,
    Product,
    Variant,
    options_of,
    values_of,
    variants_of,
)
from reconciler.sandbox.storage.mates import child, together
from reconciler.sandbox.storage.publications import PUBLISHED_AT, publish_dates
from reconciler.sandbox.storage.stock_totals import true_totals
from reconciler.sandbox.wire.ids import gid, number_of
from reconciler.sandbox.wire.money import money_v2

ORDERS: dict[str, Order[Product]] = {
    "ID": Order("id", lambda row: row.id),
    "TITLE": Order("fold(title)", lambda row: row.title.casefold()),
    "VENDOR": Order("fold(vendor)", lambda row: row.vendor.casefold()),
    "PRODUCT_TYPE": Order("fold(product_type)", lambda row: row.product_type.casefold()),
    "CREATED_AT": Order("created_at", lambda row: row.created_at, is_time=True),
    "UPDATED_AT": Order("updated_at", lambda row: row.updated_at, is_time=True),
    "RELEVANCE": Order("id", lambda row: row.id),
}
# Nothing is ever sold, so all are equally popular. By FULL_TITLE a product's variants come as made. (recorded)
VARIANT_ORDERS: dict[str, Order[Variant]] = {
    "POSITION": Order("position", lambda row: row.position),
    "ID": Order("id", lambda row: row.id),
    "POPULAR": Order("id", lambda row: row.id),
    "TITLE": Order("fold(title)", lambda row: row.title.casefold()),
    "NAME": Order("fold(title)", lambda row: row.title.casefold()),
    "FULL_TITLE": Order("id", lambda row: row.id),
    "SKU": Order("fold(coalesce(sku, ''))", lambda row: (row.sku or "").casefold()),
    "INVENTORY_MANAGEMENT": Order("tracked", lambda row: int(row.tracked)),
    "INVENTORY_POLICY": Order("inventory_policy", lambda row: row.inventory_policy),
    "RELEVANCE": Order("id", lambda row: row.id),
}
NEEDS_LOCATION = "INVENTORY_LEVELS_AVAILABLE"


def variant_order(context: Context, name: str | None, default: str) -> Order[Variant]:
    """Return the order of variants that a sort key asks for; that by stock must look it up."""
    if name == "INVENTORY_QUANTITY":
        return Order(VARIANT_STOCK, lambda row: available(row, context))
    return VARIANT_ORDERS[name or default]


def product_order(context: Context, name: str | None) -> Order[Product]:
    """Return the order of products that a sort key asks for; those by stock and publication must look it up."""
    if name == "PUBLISHED_AT":

        def since(row: Product) -> str:
            dates = child(row, "published at", lambda ids: publish_dates(context.database, ids, ONLINE_STORE))
            return dates or ""

        return Order(PUBLISHED_AT, since)
    if name != "INVENTORY_TOTAL":
        return ORDERS[name or "ID"]

    def total(row: Product) -> int:
        return child(row, "true total", lambda ids: true_totals(context.database, ids)) or 0

    return Order(PRODUCT_STOCK, total)


def count(found: int, limit: int | None) -> dict[str, Any]:
    """Return a Count, cut off at the limit."""
    is_cut = limit is not None and found > limit
    return {"count": limit if is_cut else found, "precision": "AT_LEAST" if is_cut else "EXACT"}


def taxonomy_category(text: str) -> dict[str, Any]:
    """Return a category by its id."""
    code = text.rpartition("/")[2]
    above = [gid("TaxonomyCategory", one) for one in ancestors(code)]
    place = {"level": len(above) + 1, "isRoot": not above, "isLeaf": is_leaf(code), "isArchived": False}
    named = {"name": names(code)[-1], "fullName": " > ".join(names(code))}
    return {"id": text, "parentId": above[0] if above else None, "ancestorIds": above, **place, **named}


def find_product(context: Context, text: str) -> Product | None:
    """Return the product with this global id, or None."""
    return PRODUCTS.find(context.database, number_of(text, "Product"))


def by_handle(context: Context, handle: str) -> Product | None:
    """Return the product with this handle, or None."""
    found = PRODUCTS.select(context.database, "WHERE handle = ?", (handle,))
    return found[0] if found else None


def variants(product: Product, context: Context) -> list[Variant]:
    """Return the product's variants in position order, read with those of its mates."""

    def load(ids: list[int]) -> dict[int, list[Variant]]:
        grouped = variants_of(context.database, ids)
        together([variant for rows in grouped.values() for variant in rows])
        return grouped

    return child(product, "variants", load) or []


class OptionView:
    """An option with its values and the ids of those that are in use."""

    def __init__(self, option: Option, values: list["ValueView"]) -> None:
        self.option = option
        self.values = values


class ValueView:
    """An option value that knows whether a variant has it."""

    def __init__(self, value: OptionValue, *, has_variants: bool) -> None:
        self.id = value.id
        self.name = value.name
        self.linked_value = value.linked_value
        self.has_variants = has_variants


def option_views(product: Product, context: Context) -> list[OptionView]:
    """Return the product's options as the API shows them, read with those of its mates."""
    variants(product, context)
    return child(product, "option views", lambda ids: _option_views(context, product, ids)) or []


def value_index(product: Product, context: Context) -> dict[int, tuple[OptionView, ValueView]]:
    """Return the product's option values by id, each with its option."""

    def load(_ids: list[int]) -> dict[int, dict[int, tuple[OptionView, ValueView]]]:
        views = product.mates.children["option views"] if product.mates else {}
        return {key: {value.id: (one, value) for one in views[key] for value in one.values} for key in views}

    option_views(product, context)
    return child(product, "value index", load) or {}


def _option_views(context: Context, product: Product, ids: list[int]) -> dict[int, list[OptionView]]:
    loaded: dict[int, list[Variant]] = product.mates.children["variants"] if product.mates else {}
    used = {value_id for rows in loaded.values() for variant in rows for value_id in variant.value_ids}
    by_option: dict[int, list[ValueView]] = defaultdict(list)
    for rows in values_of(context.database, ids).values():
        for row in rows:
            by_option[row.option_id].append(ValueView(row, has_variants=row.id in used))
    # Values that no variant has come last, however they were ordered. (recorded)
    shown = {key: sorted(views, key=lambda view: not view.has_variants) for key, views in by_option.items()}
    return {
        key: [OptionView(option, shown.get(option.id, [])) for option in rows]
        for key, rows in options_of(context.database, ids).items()
    }


def _products(_root: Any, context: Context, args: Args) -> Page[Product]:
    where = search(context, product_search(context), args.get("query"))
    page = row_page(context.database, PRODUCTS, where, product_order(context, args.get("sortKey")), args)
    together(page.nodes)
    return page


def _products_count(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    condition, parameters = search(context, product_search(context), args.get("query"))
    found = context.database.row(f"SELECT count(*) FROM products WHERE {condition}", parameters)  # noqa: S608 ours
    return count(int(found[0]) if found else 0, args.get("limit"))


def _by_identifier(_root: Any, context: Context, args: Args) -> Product | None:
    identifier = args["identifier"]
    if "id" in identifier:
        return find_product(context, identifier["id"])
    if "handle" in identifier:
        return by_handle(context, identifier["handle"])
    return PRODUCTS.find(context.database, find_by_custom_id(context, "PRODUCT", identifier["customId"]))


def _variant_page(product: Product, context: Context, args: Args) -> Page[Variant]:
    # All variants of one product may be asked for at once, not those of a page of products. (schema, 2026-10)
    is_alone = product.mates is None or len(product.mates.ids) == 1
    longest = MAX_VARIANTS if is_alone else LONGEST_PAGE
    if args.get("sortKey") == NEEDS_LOCATION:
        # Sorted by the stock of a location, and none can be named here: the list is empty. (recorded on 2026-04)
        return list_page([], VARIANT_ORDERS["ID"], args, longest)
    order = variant_order(context, args.get("sortKey"), "POSITION")
    return list_page(variants(product, context), order, args, longest)


def _price_range(product: Product, context: Context, _args: Args) -> dict[str, Any]:
    prices = [Decimal(variant.price) for variant in variants(product, context)]
    return _range(prices, context, "VariantPrice")


def _old_price_range(product: Product, context: Context, _args: Args) -> dict[str, Any]:
    # The deprecated range counts in hundredths. (recorded on 2026-04)
    prices = [Decimal(variant.price) * 100 for variant in variants(product, context)]
    return _range(prices, context, "VariantPrice")


def _compare_range(product: Product, context: Context, _args: Args) -> dict[str, Any] | None:
    rows = variants(product, context)
    prices = [Decimal(variant.compare_at_price) for variant in rows if variant.compare_at_price is not None]
    return _range(prices, context, "VariantCompareAtPrice") if prices else None


def _range(prices: list[Decimal], context: Context, what: str) -> dict[str, Any]:
    currency = context.settings.currency
    return {
        f"min{what}": money_v2(min(prices, default=Decimal(0)), currency),
        f"max{what}": money_v2(max(prices, default=Decimal(0)), currency),
    }


def _description(product: Product, _context: Context, args: Args) -> str:
    text = html.unescape(re.sub(r"<[^>]*>", "", product.description_html)).strip()
    text = re.sub(r"\s+", " ", text)
    limit = args.get("truncateAt")
    return text if limit is None or len(text) <= limit else text[: max(0, limit - 3)] + "..."


def _has_only_default(product: Product, context: Context, _args: Args) -> bool:
    rows = variants(product, context)
    return len(rows) == 1 and rows[0].title == "Default Title"


def _string_connection(column: str) -> Any:
    def resolve(_root: Any, context: Context, args: Args) -> dict[str, Any]:
        sql = f"SELECT DISTINCT {column} FROM products WHERE {column} <> '' ORDER BY fold({column})"  # noqa: S608 ours
        return _strings([str(row[0]) for row in context.database.rows(sql)], args)

    return resolve


def _tag_connection(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    sql = "SELECT DISTINCT value FROM products, json_each(products.tags) ORDER BY fold(value)"
    return _strings([str(row[0]) for row in context.database.rows(sql)], args)


def _strings(texts: list[str], args: Args) -> dict[str, Any]:
    rows = [_Text(place, text) for place, text in enumerate(texts, start=1)]
    page = list_page(rows, Order("", lambda row: row.id), args)
    return {
        "nodes": [row.text for row in page.nodes],
        "edges": [{"node": edge["node"].text, "cursor": edge["cursor"]} for edge in page.edges],
        "pageInfo": page.pageInfo,
    }


@dataclass(slots=True)
class _Text:
    """A text in a list of texts, by its place."""

    id: int
    text: str


def _default_cursor(product: Product, _context: Context, _args: Args) -> str:
    return ORDERS["ID"].cursor(product.id, product)


KINDS = {Product: "Product"}
NODES = {"Product": lambda context, number: PRODUCTS.find(context.database, number)}

SCOPES = {
    "read_products": (
        "product",
        "productByHandle",
        "productByIdentifier",
        "products",
        "productsCount",
        "productTags",
        "productTypes",
        "productVendors",
    ),
}

FIELDS: Fields = {
    "QueryRoot": {
        "product": lambda _root, context, args: find_product(context, args["id"]),
        "productByHandle": lambda _root, context, args: by_handle(context, args["handle"]),
        "productByIdentifier": _by_identifier,
        "products": _products,
        "productsCount": _products_count,
        "productTags": _tag_connection,
        "productTypes": _string_connection("product_type"),
        "productVendors": _string_connection("vendor"),
    },
    "Product": {
        **metafield_fields("PRODUCT", lambda product: int(product.id)),
        "id": lambda product, _context, _args: gid("Product", product.id),
        "legacyResourceId": attrgetter("id"),
        "defaultCursor": _default_cursor,
        "title": attrgetter("title"),
        "handle": attrgetter("handle"),
        "bodyHtml": attrgetter("description_html"),
        "descriptionHtml": attrgetter("description_html"),
        "description": _description,
        "vendor": attrgetter("vendor"),
        "productType": attrgetter("product_type"),
        "status": attrgetter("status"),
        "tags": attrgetter("tags"),
        "templateSuffix": attrgetter("template_suffix"),
        "giftCardTemplateSuffix": attrgetter("gift_card_template_suffix"),
        "isGiftCard": attrgetter("gift_card"),
        "requiresSellingPlan": attrgetter("requires_selling_plan"),
        "createdAt": attrgetter("created_at"),
        "updatedAt": attrgetter("updated_at"),
        "category": lambda product, _context, _args: taxonomy_category(product.category) if product.category else None,
        "seo": lambda product, _context, _args: {"title": product.seo_title, "description": product.seo_description},
        "options": lambda product, context, args: option_views(product, context)[: args.get("first")],
        "variants": _variant_page,
        "variantsCount": lambda product, context, _args: count(len(variants(product, context)), None),
        "totalVariants": lambda product, context, _args: len(variants(product, context)),
        "hasOnlyDefaultVariant": _has_only_default,
        "hasVariantsThatRequiresComponents": lambda product, context, _args: any(
            variant.requires_components for variant in variants(product, context)
        ),
        "tracksInventory": lambda product, context, _args: any(one.tracked for one in variants(product, context)),
        "priceRange": _old_price_range,
        "priceRangeV2": _price_range,
        "compareAtPriceRange": _compare_range,
    },
}
