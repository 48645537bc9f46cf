"""What store files and mappings may name, in the tests of loading."""

from reconciler.loading.policy import Vocabulary

VOCABULARY = Vocabulary(
    fields={
        "product": frozenset({"title", "tags", "vendor", "handle", "description_html", "product_type", "status"})
        | {"seo_title", "seo_description", "category", "options"},
        "variant": frozenset({"option_values", "sku", "price", "compare_at_price", "cost", "barcode", "weight"})
        | {"taxable", "tracked", "requires_shipping", "inventory_policy"},
        "image": frozenset({"source", "sha256", "alt"}),
        "collection": frozenset({"title", "handle", "description_html", "sort_order", "seo_title", "seo_description"}),
        "publication": frozenset({"published", "publish_at", "scheduled"}),
        "collection_publication": frozenset({"published", "publish_at", "scheduled"}),
    },
    mergeable={"product": frozenset({"tags"}), "variant": frozenset(), "collection": frozenset()},
    children=frozenset({"variant", "publication"}),
    retiring={"archive": frozenset({"product.status"}), "keep": frozenset()},
    roots={"product": "product", "variant": "product", "image": "product", "publication": "product"}
    | {"collection": "collection", "collection_publication": "collection"},
    overridable={
        "product": frozenset({"title", "vendor"}),
        "variant": frozenset({"price"}),
        "image": frozenset({"alt"}),
    },
)
