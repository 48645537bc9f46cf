"""What is refused, and what is said about it, word for word: the tables in cases/ are read like a manual."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.app.repository.workspace import LISTINGS
from reconciler.loading.catalog import load_catalog
from reconciler.loading.mappings import load_mapping
from reconciler.loading.stores import load_stores
from reconciler.model.errors import InvalidInput
from tests import case_files
from tests.loading.memory import Memory
from tests.loading.vocabulary import VOCABULARY

CASES = Path(__file__).parent / "cases"
LOAD: dict[str, Callable[[Memory], object]] = {
    "catalog": lambda source: load_catalog(source, vocabulary=VOCABULARY),
    "listed": lambda source: load_catalog(source, LISTINGS),
    "stores": lambda source: load_stores(source, VOCABULARY),
    "mappings": lambda source: load_mapping(source, "eu", VOCABULARY),
}


def cases():
    for kind in LOAD:
        for case in case_files.read(CASES / f"{kind}.yaml"):
            yield pytest.param(kind, case["files"], case["says"], id=f"{kind}: {case['name']}")


def says(kind, source):
    with pytest.raises(InvalidInput) as refusal:
        LOAD[kind](source)
    return str(refusal.value).splitlines()


@pytest.mark.parametrize(("kind", "files", "expected"), list(cases()))
def test_a_refusal_says_where_what_and_what_to_do(kind, files, expected):
    assert expected == says(kind, Memory({file: text.encode() for file, text in files.items()}))
