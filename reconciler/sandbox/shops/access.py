"""Access: which area of scopes guards the owners of metafields and tags, where it depends on the row, not the field."""

OWNER_AREA = {
    "COLLECTION": "products",
    "LOCATION": "locations",
    "MARKET": "markets",
    "PRODUCT": "products",
    "PRODUCTVARIANT": "products",
}
