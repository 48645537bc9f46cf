"""A product's own fields in an input: what may be wrong with them, and writing them onto the product."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.products.handles import MAX_LENGTH, explicit_handle, free_handle, generated_handle
from reconciler.sandbox.products.tags import MAX_TAG_LENGTH, normal_tags
from reconciler.sandbox.products.taxonomy import may_exist
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Product
from reconciler.sandbox.storage.redirects import lead
from reconciler.sandbox.wire.errors import ApiError, UserError, user_error
from reconciler.sandbox.wire.ids import parse_gid

_TOO_LONG = f"is too long (maximum is {MAX_LENGTH} characters)"
_CATEGORY = re.compile(r"[a-z]{2}(-\d+)*")
_LIMITED = (
    ("title", "title", "Title"),
    ("handle", "handle", "Handle"),
    ("vendor", "vendor", "Vendor"),
    ("productType", "productType", "Product type"),
    ("productType", "customProductType", "Custom product type"),
)


def length_problems(given: Mapping[str, Any]) -> Iterator[UserError]:
    """Yield an error for each text that is too long; an over-long type is reported twice, as recorded."""
    for name, reported, label in _LIMITED:
        if len(given.get(name) or "") > MAX_LENGTH:
            yield user_error([reported], f"{label} {_TOO_LONG}")


def title_problem(given: Mapping[str, Any], *, is_new: bool) -> UserError | None:
    """Return the error of a blank title; one left out is blank for a new product only."""
    if (is_new or "title" in given) and not (given.get("title") or "").strip():
        return user_error(["title"], "Title can't be blank")
    return None


def tag_problem(given: Mapping[str, Any]) -> UserError | None:
    """Return the error of a tag that is too long."""
    if any(len(tag) > MAX_TAG_LENGTH for tag in normal_tags(given.get("tags") or [])):
        return user_error(["tags"], "Product tags is invalid")
    return None


def check_category(given: Mapping[str, Any]) -> None:
    """Raise the top-level error of a category that cannot exist."""
    category = given.get("category")
    if category is None:
        return
    parsed = parse_gid(category)
    is_one = parsed is not None and parsed.kind == "TaxonomyCategory" and _CATEGORY.fullmatch(parsed.tail)
    if parsed is None or not is_one or not may_exist(parsed.tail):
        raise ApiError("INVALID_PRODUCT_TAXONOMY_NODE_ID", "Invalid product_taxonomy_node_id")


def is_handle_taken(context: Context, handle: str, product_id: int | None) -> bool:
    """Say whether another product has the handle."""
    return bool(context.database.held_by_others("products", [handle], product_id))


def handle_problem(context: Context, given: Mapping[str, Any], product_id: int | None) -> UserError | None:
    """Return the error of an explicit handle that another product has; it quotes what was sent."""
    raw = given.get("handle")
    if not raw or not raw.strip() or not _has_letters(raw):
        return None
    if not is_handle_taken(context, explicit_handle(raw), product_id):
        return None
    message = f"Handle '{raw}' already in use. Please provide a new handle."
    return user_error(["input", "handle"], message, "HANDLE_NOT_UNIQUE")


def wanted_handle(context: Context, given: Mapping[str, Any], product: Product | None, title: str) -> str:
    """Return the handle that the product is to have: kept, given, or made from its title."""
    raw = given.get("handle")
    if product is not None and "handle" not in given:
        return product.handle
    if raw and raw.strip() and _has_letters(raw):
        return explicit_handle(raw)
    source = raw if raw and raw.strip() else title
    own = product.id if product else None
    return free_handle(generated_handle(source), lambda some: context.database.held_by_others("products", some, own))


def rename(context: Context, product: Product, given: Mapping[str, Any], title: str) -> None:
    """Give the product the handle it is to have, and its old address a redirect if that was asked for."""
    before = product.handle
    product.handle = wanted_handle(context, given, product, title)
    if given.get("redirectNewHandle") and product.handle != before:
        # No scope for redirects is asked for: the store does this itself. (shopify.dev, ProductUpdateInput)
        lead(context.database, f"/products/{before}", f"/products/{product.handle}", context.now)


def apply_product(context: Context, product: Product, given: Mapping[str, Any]) -> None:
    """Write the fields that the input has onto the product; its handle is not among them."""
    if given.get("title") is not None:
        product.title = given["title"].strip()
    if "descriptionHtml" in given:
        product.description_html = given["descriptionHtml"] or ""
    if "vendor" in given:
        product.vendor = (given["vendor"] or "").strip() or context.settings.display_name
    if "productType" in given:
        product.product_type = (given["productType"] or "").strip()
    if given.get("status") is not None:
        product.status = given["status"]
    if "tags" in given:
        product.tags = normal_tags(given["tags"] or [])
    if "category" in given:
        product.category = given["category"]
    if "templateSuffix" in given:
        product.template_suffix = given["templateSuffix"] or None
    if "giftCardTemplateSuffix" in given:
        product.gift_card_template_suffix = given["giftCardTemplateSuffix"] or None
    if given.get("requiresSellingPlan") is not None:
        product.requires_selling_plan = given["requiresSellingPlan"]
    _apply_seo(product, given)


def _apply_seo(product: Product, given: Mapping[str, Any]) -> None:
    if "seo" not in given:
        return
    seo = given["seo"] or {"title": None, "description": None}
    if "title" in seo:
        product.seo_title = (seo["title"] or "").strip() or None
    if "description" in seo:
        product.seo_description = (seo["description"] or "").strip() or None


def _has_letters(text: str) -> bool:
    return any(letter.isalnum() for letter in text)
