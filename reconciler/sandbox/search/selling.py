"""What markets, catalogs, prices and metaobjects can be searched by."""

from reconciler.sandbox.search.conditions import VARIANT_WORDS, Search
from reconciler.sandbox.search.fields import enum_field, number_field, text_field, time_field, words_field

MARKET_SEARCH = Search(
    {
        "id": number_field("markets.id", "Market"),
        "name": words_field("markets.name"),
        "status": enum_field("markets.status", ("ACTIVE", "DRAFT")),
    },
    "(markets.name || ' ' || markets.handle)",
)
CATALOG_SEARCH = Search(
    {
        "id": number_field("market_catalogs.id", "MarketCatalog"),
        "title": words_field("market_catalogs.title"),
        "status": enum_field("market_catalogs.status", ("ACTIVE", "ARCHIVED", "DRAFT")),
    },
    "market_catalogs.title",
)
APP_CATALOG_SEARCH = Search(
    {
        "id": number_field("publications.catalog_id", "AppCatalog"),
        "title": words_field("publications.title"),
        "status": enum_field("'ACTIVE'", ("ACTIVE", "ARCHIVED", "DRAFT")),
    },
    "publications.title",
)
PRICE_SEARCH = Search(
    {
        "variant_id": number_field("variants.id", "ProductVariant"),
        "product_id": number_field("variants.product_id", "Product"),
    },
    VARIANT_WORDS,
)
METAOBJECT_SEARCH = Search(
    {
        "id": number_field("metaobjects.id", "Metaobject"),
        "handle": text_field("metaobjects.handle", splits=True),
        "display_name": words_field("metaobjects.display_name"),
        "updated_at": time_field("metaobjects.updated_at"),
    },
    "(metaobjects.display_name || ' ' || metaobjects.handle)",
    "metaobjects",
    contents="metaobjects.contents",
)
