"""Editing a product's tree in memory: new options, values and variants, and keeping its order and titles true."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from reconciler.sandbox.inventory.stocking import forget_items, stock_new_items
from reconciler.sandbox.publications.listing import publish_automatically
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.belongings import delete_belongings
from reconciler.sandbox.storage.catalog import VARIANTS, Option, OptionValue, Product, Tree, Variant
from reconciler.sandbox.storage.media import forget_variant_media
from reconciler.sandbox.wire.ids import gid, parse_gid
from reconciler.sandbox.wire.money import money_text

DEFAULT_OPTION, DEFAULT_VALUE = "Title", "Default Title"
DELIMITER = " / "
MAX_OPTIONS, MAX_VARIANTS, MAX_NAME = 3, 2_048, 255
_NOTHING_SAID: dict[str, Any] = {
    "title": "",
    "compare_at_price": None,
    "barcode": None,
    "inventory_policy": "DENY",
    "tax_code": None,
    "requires_components": False,
    "show_unit_price": False,
    "unit_price_measurement": None,
    "sku": None,
    "tracked": False,
    "cost": None,
    "weight_unit": "KILOGRAMS",
    "weight_value": 0.0,
    "country_of_origin": None,
    "province_of_origin": None,
    "harmonized_code": None,
}


def new_option(context: Context, tree: Tree, name: str) -> Option:
    """Add an option at the end."""
    option = Option(context.database.new_id(), tree.product.id, name, len(tree.options) + 1)
    tree.options.append(option)
    return option


def new_value(context: Context, tree: Tree, option: Option, name: str) -> OptionValue:
    """Add a value at the end of an option."""
    value = OptionValue(context.database.new_id(), tree.product.id, option.id, name, len(tree.values) + 1)
    tree.values.append(value)
    return value


def new_variant(context: Context, tree: Tree, value_ids: list[int]) -> Variant:
    """Add a variant at the end, with what a new variant has before anything is said about it; its item is stocked."""
    variant = unstocked_variant(context, tree, value_ids)
    stock_new_items(context, [variant.item_id])
    return variant


def unstocked_variant(context: Context, tree: Tree, value_ids: list[int]) -> Variant:
    """Add the same, but its item is not stocked yet: whoever makes many stocks all at once."""
    ids = context.database.new_ids(2)
    variant = Variant(
        id=ids[0],
        item_id=ids[1],
        product_id=tree.product.id,
        position=len(tree.variants) + 1,
        value_ids=value_ids,
        price=money_text(Decimal(0), context.settings.currency),
        taxable=not tree.product.gift_card,
        requires_shipping=not tree.product.gift_card,
        created_at=context.now,
        updated_at=context.now,
        item_updated_at=context.now,
        **_NOTHING_SAID,
    )
    tree.variants.append(variant)
    return variant


def new_product(context: Context, title: str, handle: str) -> Product:
    """Return a product of which nothing but title and handle is known; publications may take it in by themselves."""
    product_id = context.database.new_id()
    publish_automatically(context, ("PRODUCT", product_id))
    return Product(
        id=product_id,
        handle=handle,
        title=title,
        description_html="",
        vendor=context.settings.display_name,
        product_type="",
        status="ACTIVE",
        tags=[],
        category=None,
        seo_title=None,
        seo_description=None,
        template_suffix=None,
        gift_card=False,
        gift_card_template_suffix=None,
        requires_selling_plan=False,
        created_at=context.now,
        updated_at=context.now,
    )


def make_default(context: Context, tree: Tree) -> None:
    """Give a product without options its one option, value and variant; a variant that is there stays."""
    option = new_option(context, tree, DEFAULT_OPTION)
    value = new_value(context, tree, option, DEFAULT_VALUE)
    survivor = tree.variants[0] if tree.variants else new_variant(context, tree, [])
    survivor.value_ids = [value.id]


def is_default(tree: Tree) -> bool:
    """Say whether the product has no options of its own."""
    names = [option.name for option in tree.options]
    return names == [DEFAULT_OPTION] and [value.name for value in tree.values] == [DEFAULT_VALUE]


def option_by(tree: Tree, option_gid: str | None, name: str | None) -> Option | None:
    """Return the option with this id, or else this name."""
    if option_gid is not None:
        return next((one for one in tree.options if gid("ProductOption", one.id) == option_gid), None)
    return next((one for one in tree.options if name is not None and same_name(one.name, name)), None)


def value_by(tree: Tree, option: Option, value_gid: str | None, name: str | None) -> OptionValue | None:
    """Return the option's value with this id, or else this name."""
    for value in tree.values:
        if value.option_id != option.id:
            continue
        if value_gid is not None:
            if gid("ProductOptionValue", value.id) == value_gid:
                return value
        elif name is not None and same_name(value.name, name):
            return value
    return None


def variant_by(tree: Tree, variant_gid: str) -> Variant | None:
    """Return the product's variant with this id, or None."""
    parsed = parse_gid(variant_gid)
    number = parsed.number if parsed and parsed.kind == "ProductVariant" else None
    return next((variant for variant in tree.variants if variant.id == number), None)


def same_name(left: str, right: str) -> bool:
    """Say whether two option or value names are the same; case and outer spaces do not count."""
    return left.strip().casefold() == right.strip().casefold()


def settle(tree: Tree) -> None:
    """Number everything from 1 in its present order, drop what hangs on nothing, and derive the variants' titles."""
    settle_options(tree)
    for place, variant in enumerate(tree.variants, start=1):
        variant.position = place


def settle_options(tree: Tree) -> None:
    """Do the same for options and values only: the variants keep their positions."""
    order = {option.id: place for place, option in enumerate(tree.options, start=1)}
    for option in tree.options:
        option.position = order[option.id]
    counts: dict[int, int] = defaultdict(int)
    tree.values = [value for value in tree.values if value.option_id in order]
    for value in tree.values:
        counts[value.option_id] += 1
        value.position = counts[value.option_id]
    option_of = {value.id: order[value.option_id] for value in tree.values}
    names = {value.id: value.name for value in tree.values}
    for variant in tree.variants:
        variant.value_ids = sorted((one for one in variant.value_ids if one in option_of), key=option_of.__getitem__)
        variant.title = DELIMITER.join(names[one] for one in variant.value_ids)


def forget_variants(context: Context, variants: list[Variant]) -> None:
    """Remove what other tables hold about variants that are going away."""
    ids = [variant.id for variant in variants]
    delete_belongings(context.database, "PRODUCTVARIANT", ids)
    forget_variant_media(context.database, ids)
    forget_items(context.database, [variant.item_id for variant in variants])


def reread(context: Context, variants: list[Variant]) -> list[Variant]:
    """Return the rows of the variants as they are stored now, in the same order."""
    found = {row.id: row for row in VARIANTS.among(context.database, "id", [variant.id for variant in variants])}
    return [found[variant.id] for variant in variants if variant.id in found]
