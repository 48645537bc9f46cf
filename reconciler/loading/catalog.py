"""The catalog: every product file of a repository, read, checked, and with a way back to the line of every value.

``catalog/products/**/*.yaml`` (or ``.yml``). A file holds one product, or many in a list under ``products``.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.loading.consistency import catalog_problems, faults
from reconciler.loading.places import FilePlaces, Places
from reconciler.loading.source import Source, digest
from reconciler.loading.validation import Refused, spelled, validated
from reconciler.loading.yaml import YamlValue, parse
from reconciler.model.catalog import Catalog, Entry, FieldPath, Product
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

FOLDER: Final = "catalog"
PRODUCTS: Final = "catalog/products"
SUFFIXES: Final = (".yaml", ".yml")


def load_catalog(source: Source) -> Catalog:
    """Return every product of the repository. Raises InvalidInput with every problem of every file."""
    entries: list[Entry] = []
    problems: list[Diagnostic] = []
    inputs: dict[str, str] = {}
    places = Places(source)
    for file in _files(source, problems):
        try:
            content = source.read(file)
            inputs[file] = digest(content)
            entries += _entries(parse(file, content), places.of(file), problems)
        except InvalidInput as error:
            problems += error.diagnostics
    if not (inputs or problems):
        hint = "add one file a product, or import them"
        problems.append(Diagnostic("the catalog holds no products", Place(PRODUCTS), hint))
    for entry in entries:
        problems += (Diagnostic(fault.summary, entry.locate(fault.path), fault.hint) for fault in faults(entry.product))
    problems += catalog_problems(entries)
    if problems:
        raise InvalidInput(problems)
    return Catalog(entries={entry.product.key: entry for entry in entries}, inputs=inputs)


def keys_in(file: str, content: bytes) -> frozenset[str]:
    """Return the product keys that an earlier version of a file gave, as far as it can be read."""
    try:
        document = parse(file, content)
    except InvalidInput:
        return frozenset()
    products = document.get("products", [document]) if isinstance(document, Mapping) else []
    listed = products if isinstance(products, list) else []
    keys = (product.get("key") for product in listed if isinstance(product, Mapping))
    return frozenset(key for key in keys if isinstance(key, str))


def _files(source: Source, problems: list[Diagnostic]) -> Iterator[str]:
    """Yield the product files; whatever else looks like one would be ignored in silence, so it is a problem."""
    for file in source.files(FOLDER, SUFFIXES):
        if file.startswith(f"{PRODUCTS}/"):
            yield file
        else:
            summary = f"nothing reads this file; products are read from {PRODUCTS}/"
            problems.append(Diagnostic(summary, Place(file), "move it there, or rename it"))


def _entries(document: YamlValue, places: FilePlaces, problems: list[Diagnostic]) -> Iterator[Entry]:
    """Yield the products of a file, and go on after one that is refused."""
    for above, value in _documents(document, places, problems):
        part = places.places.of(places.file, above)
        try:
            yield Entry(validated(Product, value, part), places.file, part)
        except Refused as refused:
            problems += refused.diagnostics


def _documents(
    document: YamlValue, places: FilePlaces, problems: list[Diagnostic]
) -> Iterator[tuple[FieldPath, YamlValue]]:
    if not isinstance(document, Mapping):
        summary = f"the file holds {spelled(document)}; expected a product, or a list under products"
        problems.append(Diagnostic(summary, places.value(()), "begin with key: and name:"))
    elif "products" not in document:
        yield (), document
    else:
        for name in document:
            if name != "products":
                summary = f"{name} stands beside products; expected the list alone"
                problems.append(Diagnostic(summary, places.key((name,)), "move it into a product, or delete it"))
        yield from _listed(document["products"], places, problems)


def _listed(
    products: YamlValue, places: FilePlaces, problems: list[Diagnostic]
) -> Iterator[tuple[FieldPath, YamlValue]]:
    if not isinstance(products, list):
        summary = f"products is {spelled(products)}; expected a list of products"
        problems.append(Diagnostic(summary, places.value(("products",)), "write each as - key: ..."))
        return
    if not products:
        problems.append(Diagnostic("products is empty", places.value(("products",)), "list one, or delete the file"))
    for position, product in enumerate(products):
        path: FieldPath = ("products", position)
        if isinstance(product, Mapping):
            yield path, product
        else:
            problems.append(Diagnostic(f"expected a product; this is {spelled(product)}", places.value(path)))
