"""A product once more, under another title, with all that is its own. Shopify: productDuplicate.

Recorded: options, variants with their codes and stock, tags and metafields come along, its media do not, and the
handle is made from the new title. Inferred: images that are asked for become files of their own, and the copy is listed
where the original is, from now on. Its collections are the caller's to see to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.sandbox.media.attachments import attach, shown_on
from reconciler.sandbox.media.processing import due_at_s
from reconciler.sandbox.metafields.owners import copy_metafields
from reconciler.sandbox.products.product_input import length_problems, title_problem, wanted_handle
from reconciler.sandbox.products.tree import new_product
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Tree, Variant, load_tree, save_tree
from reconciler.sandbox.storage.inventory import LOCATIONS, levels_of_items, new_levels
from reconciler.sandbox.storage.locales import TRANSLATIONS, translations_of
from reconciler.sandbox.storage.media import FILES, show_on_variant, variant_files
from reconciler.sandbox.storage.publications import listings_of, say
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import number_of


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be duplicated, and how; without a status it is the original's."""

    product_id: int | None
    title: str
    status: str | None
    with_images: bool
    with_translations: bool


def wish(args: Mapping[str, Any]) -> Wish:
    """Return what the arguments of productDuplicate ask for."""
    return Wish(
        number_of(args["productId"], "Product"),
        args["newTitle"].strip(),
        args.get("newStatus"),
        bool(args.get("includeImages")),
        bool(args.get("includeTranslations")),
    )


def duplicate(context: Context, wanted: Wish) -> int:
    """Make the duplicate, in no collection yet, and return its id. Raises Refused."""
    source = load_tree(context.database, wanted.product_id)
    if source is None:
        raise Refused(user_error(["productId"], "Product does not exist"))
    wrong = _title_problems(wanted.title)
    if wrong:
        raise Refused(*wrong, unchanged=source.product.id)
    copy, variants = _copied(context, source, wanted)
    save_tree(context.database, copy, context.now)
    _copy_stock(context, source, variants)
    copy_metafields(context, "PRODUCT", {source.product.id: copy.product.id})
    copy_metafields(context, "PRODUCTVARIANT", {old: new.id for old, new in variants.items()})
    _copy_listings(context, "PRODUCT", {source.product.id: copy.product.id})
    _copy_listings(context, "PRODUCTVARIANT", {old: new.id for old, new in variants.items()})
    if wanted.with_images:
        _copy_images(context, source.product.id, copy.product.id, variants)
    if wanted.with_translations:
        _copy_translations(context, source.product.id, copy.product.id)
    return copy.product.id


def _title_problems(title: str) -> list[UserError]:
    given = {"title": title}
    blank = title_problem(given, is_new=True)
    found = [blank] if blank else list(length_problems(given))
    return [{**one, "field": ["newTitle"]} for one in found]


def _copied(context: Context, source: Tree, wanted: Wish) -> tuple[Tree, dict[int, Variant]]:
    """Return the copy's tree, and its variants by the ids of the original's."""
    new = new_product(context, wanted.title, wanted_handle(context, {}, None, wanted.title))
    now: dict[str, Any] = {"created_at": context.now, "updated_at": context.now, "mates": None}
    own: dict[str, Any] = {
        "id": new.id,
        "handle": new.handle,
        "title": new.title,
        "status": wanted.status or source.product.status,
    }
    tree = Tree(replace(source.product, **own, **now))
    option_ids = {one.id: context.database.new_id() for one in source.options}
    value_ids = {one.id: context.database.new_id() for one in source.values}
    tree.options = [replace(one, id=option_ids[one.id], product_id=new.id) for one in source.options]
    tree.values = [
        replace(one, id=value_ids[one.id], product_id=new.id, option_id=option_ids[one.option_id])
        for one in source.values
    ]
    variants: dict[int, Variant] = {}
    for one in source.variants:
        row_id, item_id = context.database.new_ids(2)
        chosen = [value_ids[value] for value in one.value_ids]
        ids: dict[str, Any] = {"id": row_id, "item_id": item_id, "product_id": new.id, "value_ids": chosen}
        variants[one.id] = replace(one, **ids, **now, item_updated_at=context.now)
    tree.variants = list(variants.values())
    return tree, variants


def _copy_stock(context: Context, source: Tree, variants: Mapping[int, Variant]) -> None:
    """Stock the copies where the originals are, with what is available there: the rest belongs to what was ordered."""
    places = {place.id: place for place in LOCATIONS.select(context.database, "")}
    levels = levels_of_items(context.database, [one.item_id for one in source.variants])
    for one in source.variants:
        stock = [
            (places[level.location_id], level.available) for level in levels.get(one.item_id, []) if level.is_active
        ]
        new_levels(context.database, variants[one.id].item_id, stock, context.now)


def _copy_listings(context: Context, owner_type: str, copies: Mapping[int, int]) -> None:
    for original, listings in listings_of(context.database, owner_type, list(copies)).items():
        for publication_id, listing in listings.items():
            date = listing.publish_date and max(listing.publish_date, context.now)
            say(context.database, publication_id, (owner_type, copies[original]), date)


def _copy_images(context: Context, original: int, copy: int, variants: Mapping[int, Variant]) -> None:
    """Have the images fetched once more, as files of the copy; its variants show the ones that the originals show."""
    copies: dict[int, int] = {}
    for file in shown_on(context, original):
        if file.kind != "MediaImage":
            continue
        copies[file.id] = context.database.new_id()
        waiting: dict[str, Any] = {
            "address": None,
            "status": "UPLOADED",
            "pending_source": file.source,
            "due_at_s": due_at_s(context),
        }
        now: dict[str, Any] = {"created_at": context.now, "updated_at": context.now, "mates": None}
        FILES.insert(context.database, [replace(file, id=copies[file.id], mode="APPEND_UUID", **waiting, **now)])
    attach(context, copy, copies.values())
    for variant_id, file_id in variant_files(context.database, list(variants)).items():
        if file_id in copies:
            show_on_variant(context.database, variants[variant_id].id, copies[file_id])


def _copy_translations(context: Context, original: int, copy: int) -> None:
    rows = translations_of(context.database, "Product", [original]).get(original, [])
    new = [replace(row, id=context.database.new_id(), resource_id=copy, updated_at=context.now) for row in rows]
    TRANSLATIONS.insert(context.database, new)
