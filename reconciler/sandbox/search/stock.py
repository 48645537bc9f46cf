"""What inventory items, their levels and locations can be searched by."""

from reconciler.sandbox.search.conditions import Search
from reconciler.sandbox.search.fields import flag_field, number_field, text_field, time_field, words_field

ITEM_SEARCH = Search(
    {
        "id": number_field("variants.item_id", "InventoryItem"),
        "sku": text_field("variants.sku"),
        "created_at": time_field("variants.created_at"),
        "updated_at": time_field("variants.item_updated_at"),
    },
    "coalesce(variants.sku, '')",
    "variants",
)
LOCATION_SEARCH = Search(
    {
        "id": number_field("locations.id", "Location"),
        "location_id": number_field("locations.id", "Location"),
        "name": words_field("locations.name"),
        "active": flag_field("locations.is_active"),
        "address1": text_field("locations.address1"),
        "address2": text_field("locations.address2"),
        "city": text_field("locations.city"),
        "country": text_field("locations.country_code"),
        "province": text_field("locations.province_code"),
        "zip": text_field("locations.zip"),
        "created_at": time_field("locations.created_at"),
        "legacy": flag_field("0"),
        "pickup_in_store": text_field("'disabled'"),
    },
    "(locations.name || ' ' || coalesce(locations.address1, '') || ' ' || coalesce(locations.city, ''))",
    "locations",
)
LEVEL_SEARCH = Search(
    {
        "id": number_field("inventory_levels.id", "InventoryLevel"),
        "inventory_item_id": number_field("inventory_levels.item_id", "InventoryItem"),
        "created_at": time_field("inventory_levels.created_at"),
        "updated_at": time_field("inventory_levels.updated_at"),
    },
    "''",
    "inventory_levels",
)
