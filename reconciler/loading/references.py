"""References across the catalog: categories of products, products of categories, SKUs of tables, stock given twice."""

from collections.abc import Collection, Iterator, Mapping

from reconciler.model.catalog import Catalog
from reconciler.model.errors import Diagnostic
from reconciler.model.meant import meant
from reconciler.model.origin import Place, Whereabouts, place_of


def reference_problems(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield every name that refers to nothing."""
    yield from _categories(catalog)
    yield from _products(catalog)
    yield from _skus(catalog)


def _categories(catalog: Catalog) -> Iterator[Diagnostic]:
    categories = {old: key for key, entry in catalog.categories.items() for old in entry.category.moved}
    for entry in catalog.entries.values():
        for position, key in enumerate(entry.gist.categories or ()):
            category = catalog.categories.get(key)
            if category is None:
                place = entry.locate(("categories", position))
                yield _nowhere("category", key, place, categories, catalog.categories)
            elif category.category.conditions is not None:
                summary = f"the category {key} takes its products by conditions, see {category.locate(('conditions',))}"
                place = entry.locate(("categories", position))
                yield Diagnostic(summary, place, "delete it here, or the conditions there")


def _products(catalog: Catalog) -> Iterator[Diagnostic]:
    products = {old: key for key, entry in catalog.entries.items() for old in entry.gist.moved}
    for entry in catalog.categories.values():
        for position, key in enumerate(entry.category.products or ()):
            if key not in catalog.entries:
                place = entry.locate(("products", position))
                yield _nowhere("product", key, place, products, catalog.entries)


def _nowhere(one: str, key: str, place: Place, moved: Mapping[str, str], known: Collection[str]) -> Diagnostic:
    if key in moved:
        return Diagnostic(f"the {one} {key} has moved to the key {moved[key]}", place, f"write {moved[key]}")
    return Diagnostic(f"there is no {one} {key}", place, meant(key, known), misses=key)


def _skus(catalog: Catalog) -> Iterator[Diagnostic]:
    if not catalog.stock:
        return
    users: dict[str, int] = {}
    for entry in catalog.entries.values():
        for sku in filter(None, entry.gist.skus):
            users[sku] = users.get(sku, 0) + 1
    for sku, rows in catalog.stock.items():
        if sku not in users:
            summary, hint = f"no variant has the sku {sku}", meant(sku, users)
            yield from (Diagnostic(summary, row.place, hint, misses=sku) for row in rows)
        elif users[sku] > 1:
            summary = f"{users[sku]} variants have the sku {sku}, so a row cannot say which it means"
            hint = "write their stock in the product's file"
            yield from (Diagnostic(summary, row.place, hint) for row in rows)


def stock_given_twice(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield each quantity of a SKU at a location, and each change of a reference there, that was given before."""
    first: dict[tuple[str, str, str | None], Place | Whereabouts] = {}
    for sku, location, reference, where in _all_stock(catalog):
        told = first.setdefault((sku, location, reference), where)
        if told is not where:
            what = f"the stock of {sku} at {location}" if reference is None else f"{reference} of {sku} at {location}"
            yield Diagnostic(f"{what} is given at {place_of(told)}, too", place_of(where), "keep one of them")


def _all_stock(catalog: Catalog) -> Iterator[tuple[str, str, str | None, Place | Whereabouts]]:
    """Yield SKU, location, the reference of a change, and where it is given."""
    if not catalog.stock:
        return  # in a product's file no location is given twice
    for entry in catalog.entries.values():
        for position, location, reference in entry.gist.stock:
            sku = entry.gist.skus[position]
            if sku is not None and sku in catalog.stock:
                path = ("variants", position, "stock", location)
                yield sku, location, reference, Whereabouts(entry.file, path, entry.locate)
    for sku, rows in catalog.stock.items():
        for row in rows:
            yield sku, row.location, row.stock.reference if row.stock is not None else None, row.place
