"""What a dump says that the catalog has no place for. Ids, times, and what follows from other values, say nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reconciler.loading.exported import taxonomy_code
from reconciler.loading.json_nodes import Member, first_of, members

_READ: Final = (
    "handle title body_html descriptionHtml bodyHtml vendor product_type productType tags status published_at "
    "publishedAt seo category options variants images media metafields"
)
_SAYS_NOTHING: Final = (
    "id admin_graphql_api_id legacyResourceId created_at createdAt updated_at updatedAt image featuredImage "
    "featuredMedia published_scope description totalInventory tracksInventory hasOnlyDefaultVariant onlineStoreUrl "
    "priceRangeV2 priceRange cursor __typename hasOutOfStockVariants totalVariants variantsCount mediaCount"
)
_READ_OF_VARIANTS: Final = (
    "option1 option2 option3 selectedOptions sku barcode price compare_at_price compareAtPrice cost weight weight_unit "
    "grams taxable requires_shipping inventory_policy inventoryPolicy inventory_quantity inventoryQuantity "
    "inventoryItem image_id featured_image image media metafields"
)
_SAYS_NOTHING_OF_VARIANTS: Final = (
    "id admin_graphql_api_id legacyResourceId product_id product created_at createdAt updated_at updatedAt title "
    "displayName position inventory_item_id old_inventory_quantity __typename"
)
_KNOWN: Final = frozenset(f"{_READ} {_SAYS_NOTHING}".split())
_KNOWN_OF_VARIANTS: Final = frozenset(f"{_READ_OF_VARIANTS} {_SAYS_NOTHING_OF_VARIANTS}".split())
_USUAL: Final[Mapping[str, tuple[object, ...]]] = {
    "fulfillment_service": ("manual",),
    "inventory_management": ("shopify",),
    "available": (True,),
    "availableForSale": (True,),
    "gift_card": (False,),
    "isGiftCard": (False,),
    "requiresSellingPlan": (False,),
}
"""Field → what it says as long as it says nothing."""


def leftovers(product: Mapping[str, Any], variants: Sequence[Member]) -> Iterator[str]:
    """Yield the names of the fields of a product and of its variants that are not carried over."""
    yield from _unread(product, _KNOWN)
    if "category" in product and taxonomy_code(str(first_of(product, "category.id")[1])) is None:
        yield from ["category"] if product["category"] else []
    for member in members(product, "media"):
        if member.node.get("mediaContentType", "IMAGE") != "IMAGE":
            yield f"media {member.node['mediaContentType']}"
    for variant in variants:
        for name in _unread(variant.node, _KNOWN_OF_VARIANTS):
            yield f"variants.{name}"


def _unread(node: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    for name, value in node.items():
        says_nothing = value is None or value in ("", [], {}) or value in _USUAL.get(name, ())
        if name not in known and not says_nothing:
            yield name
