"""Which scope a field needs. Fields not named here need none beyond a valid token."""

SCOPES: dict[tuple[str, str], str] = {
    **{
        ("QueryRoot", name): "read_products"
        for name in (
            "product",
            "productByHandle",
            "productByIdentifier",
            "productOperation",
            "productTags",
            "productTypes",
            "productVariant",
            "productVariantByIdentifier",
            "productVariants",
            "productVariantsCount",
            "productVendors",
            "products",
            "productsCount",
        )
    },
    ("QueryRoot", "inventoryItem"): "read_inventory",
    ("QueryRoot", "inventoryItems"): "read_inventory",
    ("Mutation", "inventoryItemUpdate"): "write_inventory",
    **{
        ("QueryRoot", name): "read_online_store_navigation"
        for name in ("urlRedirect", "urlRedirects", "urlRedirectsCount")
    },
    **{
        ("Mutation", name): "write_online_store_navigation"
        for name in ("urlRedirectCreate", "urlRedirectDelete", "urlRedirectUpdate")
    },
    **{
        ("Mutation", name): "write_products"
        for name in (
            "productChangeStatus",
            "productCreate",
            "productDelete",
            "productOptionUpdate",
            "productOptionsCreate",
            "productOptionsDelete",
            "productOptionsReorder",
            "productSet",
            "productUpdate",
            "productVariantsBulkCreate",
            "productVariantsBulkDelete",
            "productVariantsBulkReorder",
            "productVariantsBulkUpdate",
        )
    },
}

# Owners of metafields and tags, where the scope depends on the row and not on the field.
OWNER_AREA = {"PRODUCT": "products", "PRODUCTVARIANT": "products"}
