"""The round trip of a catalog: it plans against an empty store, applies, plans empty, and holds what its source says.

Then a value of each kind that the first products have is changed in git, and the plan is those values and no more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from reconciler.app.repository.validate import validated
from reconciler.kinds import KINDS
from reconciler.loading.catalog import load_catalog
from reconciler.loading.source import WorkTree
from reconciler.loading.writer import products_text
from reconciler.model.catalog import Entry, Product
from tests.acceptance.facts import LOCATION, ProductFacts, VariantFacts, held
from tests.contract.repository import Repository

STORE = f"locations: {{default: {LOCATION}}}\n"

Document = dict[str, Any]

_FIRST = 100  # products among which values are changed
_MANY = 250  # products of a catalog so large that it is made in bulk, and that a changed value is planned only


def converges(repository: Repository, said: Mapping[str, ProductFacts]) -> None:
    """Assert that the repository's catalog is what the store becomes, and stays."""
    if _is_large(repository):
        repository.store_says(f"{STORE}writing: bulk\n")
    validated(repository.root)
    report = repository.settle()
    assert report.complete, (
        report.counts(),
        report.left_over[:5],
        [o for o in report.outcomes if o.result != "applied"][:5],
    )
    assert () == repository.plan().changes
    _equal(said, held(repository))


def one_change_is_one_field(repository: Repository) -> None:
    """Assert that values that change in git are all that the plan has, and all that an apply writes."""
    expected = _edited(repository)
    plan = repository.plan()
    assert expected == {change.address.kind: [field.path for field in change.fields] for change in plan.changes}
    assert len(expected) == len(plan.changes)
    if not _is_large(repository):
        report = repository.apply(plan)
        assert report.complete, (report.left_over, [o for o in report.outcomes if o.result != "applied"])
        assert report.writes <= len(expected), report.writes  # complete: it has planned again, and found nothing


def _is_large(repository: Repository) -> bool:
    return len(list((repository.root / "catalog" / "products").iterdir())) >= _MANY


def _equal(said: Mapping[str, ProductFacts], found: Mapping[str, ProductFacts]) -> None:
    assert said.keys() == found.keys()
    for handle, product in said.items():
        expected, got = vars(_comparable(product, found[handle])), vars(_sorted(found[handle]))
        differing = {name: (value, got[name]) for name, value in expected.items() if value != got[name]}
        assert {} == differing, (handle, differing)


def _comparable(said: ProductFacts, found: ProductFacts) -> ProductFacts:
    """What a source says, and where it says nothing what the store holds."""
    stocks = {variant.values: variant.stock for variant in found.variants}
    variants = [
        replace(variant, stock=stocks.get(variant.values) if variant.stock is None else variant.stock)
        for variant in said.variants
    ]
    metafields = said.metafields if "metafield" in KINDS else found.metafields
    vendor = said.vendor or found.vendor
    return _sorted(replace(said, variants=variants, metafields=metafields, vendor=vendor))


def _sorted(product: ProductFacts) -> ProductFacts:
    def order(variant: VariantFacts) -> tuple[str, ...]:
        return variant.values

    return replace(product, variants=sorted(product.variants, key=order))


def _price(product: Document) -> None:
    prices = product["variants"][0]["price"]
    product["variants"][0]["price"] = {code: Decimal(amount) + 1 for code, amount in prices.items()}


def _alt(product: Document) -> None:
    product["images"][0]["alt"] = "changed in git"


def _stock(product: Document) -> None:
    variant = next(variant for variant in product["variants"] if variant.get("stock"))
    variant["stock"] = {location: {"quantity": 77} for location in variant["stock"]}


def _metafield(product: Document) -> None:
    name = next(name for name, value in product["metafields"].items() if "text" in value["type"])
    value = product["metafields"][name]
    product["metafields"][name] = {**value, "value": ["changed"] if "list" in value["type"] else "changed"}


_EDITS: Mapping[str, tuple[str, Callable[[Document], None]]] = {
    "variant": ("price", _price),
    "image": ("alt", _alt),
    "stock": ("available", _stock),
    "metafield": ("value", _metafield),
}


def _edited(repository: Repository) -> dict[str, list[str]]:
    """Change one value of each kind, in the first product that has one; return kind → field."""
    entries = [entry for entry in load_catalog(WorkTree(repository.root)).entries.values() if entry.product.published]
    documents: dict[str, Document] = {}
    made: dict[str, list[str]] = {}
    for kind, (name, edit) in _EDITS.items():
        if kind in KINDS and _is_made_in_one(edit, entries, documents):
            made[kind] = [name]
    for file, document in documents.items():
        text = products_text([Product.model_validate(document)])
        (repository.root / file).write_text(text, encoding="utf-8")
    return made


def _is_made_in_one(edit: Callable[[Document], None], entries: Sequence[Entry], documents: dict[str, Document]) -> bool:
    """Make an edit in the first product that has what it changes, and keep the document: it is all that is written."""
    for entry in entries:
        document = documents.get(entry.file) or entry.product.model_dump(exclude_unset=True)
        if _is_made(edit, document):
            documents[entry.file] = document
            return True
    return False


def _is_made(edit: Callable[[Document], None], document: Document) -> bool:
    try:
        edit(document)
    except (KeyError, IndexError, StopIteration):
        return False
    return True
