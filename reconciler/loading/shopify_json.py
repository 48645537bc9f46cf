"""A dump of Shopify's APIs becomes products: the Admin REST and GraphQL APIs', and ``products.json`` of a storefront.

The forms need not be told apart: they spell the same things by different names, and what a form leaves out is left out.
A file is read twice, because a SKU that several variants share is known only when all were seen.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from reconciler.loading.exported import (
    NO_GIFT_CARDS,
    Export,
    NotCarriedOver,
    Reading,
    checked,
    free_key,
    not_carried_over,
    shared_skus,
)
from reconciler.loading.json_document import DumpSheet, JsonDocument
from reconciler.loading.json_file import Item, JsonFile
from reconciler.loading.json_nodes import members
from reconciler.model.catalog import Product
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place


def read_dump(files: Sequence[Path], reading: Reading | None = None) -> Export:
    """Return the products of the files.

    Raises InvalidInput with every problem of every file.
    """
    problems: list[Diagnostic] = []
    sources = [source for file in files if (source := JsonFile.read(file, problems)) is not None]
    skus: Counter[str] = Counter()
    items = gift_cards = 0
    for source in sources:
        for item in source.items(problems):
            items += 1
            gift_cards += _is_gift_card(item)
            skus.update(_skus(item))
    if not (items or problems):
        problems.append(Diagnostic("there are no products to import", Place(str(files[0])) if files else None))
    lost: Counter[str] = Counter()
    sheet = DumpSheet(reading or Reading(), shared_skus(skus), lost)
    products = list(_products(sources, sheet, problems))
    if problems:
        raise InvalidInput(problems)
    left_out = (NotCarriedOver("gift cards", gift_cards, NO_GIFT_CARDS),) if gift_cards else ()
    return Export(tuple(products), (*not_carried_over(lost), *left_out))


def _is_gift_card(item: Item) -> bool:
    return any(item.value.get(name) is True for name in ("gift_card", "isGiftCard"))


def _skus(item: Item) -> Iterator[str]:
    if _is_gift_card(item):
        return
    for variant in members(item.value, "variants"):
        sku = variant.node.get("sku")
        if isinstance(sku, str) and sku.strip():
            yield sku.strip()


def _products(sources: Sequence[JsonFile], sheet: DumpSheet, problems: list[Diagnostic]) -> Iterator[Product]:
    first: dict[str, tuple[JsonFile, int]] = {}  # handle → where its product begins
    keys: set[str] = set()
    for source in sources:
        for item in source.items([]):  # what is wrong with the file was told when it was read first
            if _is_gift_card(item):
                continue
            handle = item.value.get("handle")
            if not isinstance(handle, str) or not handle.strip():
                problems.append(Diagnostic("the product has no handle", item.place(("handle",)), "export it again"))
                continue
            other, start = first.setdefault(handle.lower(), (source, item.start))
            if (other, start) != (source, item.start):
                summary = f"{handle} is also at {other.place(other.offset(start, ('handle',)))}"
                problems.append(Diagnostic(summary, item.place(("handle",)), "rename one of them, or leave it out"))
                continue
            document = JsonDocument(item, sheet, problems)
            product = checked(document.product(free_key(handle.strip(), keys), handle.strip()), document, problems)
            if product is not None:
                yield product
