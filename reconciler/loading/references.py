"""References across the catalog: categories of products, products of categories, SKUs of tables."""

from collections.abc import Iterator

from reconciler.loading.validation import meant
from reconciler.model.catalog import Catalog
from reconciler.model.errors import Diagnostic


def reference_problems(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield every name that refers to nothing."""
    yield from _categories(catalog)
    yield from _products(catalog)
    yield from _skus(catalog)


def _categories(catalog: Catalog) -> Iterator[Diagnostic]:
    for entry in catalog.entries.values():
        for position, key in enumerate(entry.product.categories or ()):
            place = entry.locate(("categories", position))
            category = catalog.categories.get(key)
            if category is None:
                yield Diagnostic(f"there is no category {key}", place, meant(key, catalog.categories))
            elif category.category.conditions is not None:
                summary = f"the category {key} takes its products by conditions, see {category.locate(('conditions',))}"
                yield Diagnostic(summary, place, "delete it here, or the conditions there")


def _products(catalog: Catalog) -> Iterator[Diagnostic]:
    for entry in catalog.categories.values():
        for position, key in enumerate(entry.category.products or ()):
            if key not in catalog.entries:
                place = entry.locate(("products", position))
                yield Diagnostic(f"there is no product {key}", place, meant(key, catalog.entries))


def _skus(catalog: Catalog) -> Iterator[Diagnostic]:
    if not catalog.stock:
        return
    users: dict[str, int] = {}
    for entry in catalog.entries.values():
        for variant in entry.product.variants:
            if variant.sku:
                users[variant.sku] = users.get(variant.sku, 0) + 1
    for sku, rows in catalog.stock.items():
        if sku not in users:
            yield from (Diagnostic(f"no variant has the sku {sku}", row.place, meant(sku, users)) for row in rows)
        elif users[sku] > 1:
            summary = f"{users[sku]} variants have the sku {sku}, so a row cannot say which it means"
            hint = "write their stock in the product's file"
            yield from (Diagnostic(summary, row.place, hint) for row in rows)
