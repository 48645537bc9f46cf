"""Access: which area of scopes guards the owners of metafields and tags, where it depends on the row, not the field."""

OWNER_AREA = {"PRODUCT": "products", "PRODUCTVARIANT": "products", "LOCATION": "locations"}
