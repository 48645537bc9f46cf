"""What is refused, and what is said about it, word for word: the tables in cases/ are read like a manual."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from reconciler.loading.catalog import load_catalog
from reconciler.loading.mappings import load_mapping
from reconciler.loading.stores import load_stores
from reconciler.model.errors import InvalidInput
from tests.loading.memory import Memory

CASES = Path(__file__).parent / "cases"
FIELDS = {
    "product": frozenset({"title", "tags", "vendor", "handle", "description_html", "product_type", "status"})
    | {"seo_title", "seo_description", "category", "options"},
    "variant": frozenset({"option_values", "sku", "price", "compare_at_price", "cost", "barcode", "weight"})
    | {"taxable", "tracked", "requires_shipping", "inventory_policy"},
}
LOAD: dict[str, Callable[[Memory], object]] = {
    "catalog": load_catalog,
    "stores": load_stores,
    "mappings": lambda source: load_mapping(source, "eu", FIELDS),
}


def cases():
    for kind in LOAD:
        for case in yaml.safe_load((CASES / f"{kind}.yaml").read_text(encoding="utf-8")):
            yield pytest.param(kind, case["files"], case["says"], id=f"{kind}: {case['name']}")


def says(kind, source):
    with pytest.raises(InvalidInput) as refusal:
        LOAD[kind](source)
    return str(refusal.value).splitlines()


@pytest.mark.parametrize(("kind", "files", "expected"), list(cases()))
def test_a_refusal_says_where_what_and_what_to_do(kind, files, expected):
    assert expected == says(kind, Memory({file: text.encode() for file, text in files.items()}))
