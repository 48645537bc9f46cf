"""A store read out of bulk exports is the store that pages tell of, and the plan made of it is the same plan."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from reconciler.app.plans import live
from reconciler.app.repository.workspace import open_workspace
from reconciler.app.stores.connect import read_client
from reconciler.cli.embedded import EmbeddedStores
from reconciler.kinds import CODECS, KINDS
from reconciler.model.state import FoundGroup
from reconciler.shopify.client import ReadClient
from reconciler.shopify.codec import Codec
from reconciler.shopify.gathered import Familiar
from reconciler.shopify.large import Large
from reconciler.shopify.reader import Reader
from reconciler.shopify.wait import Wait
from tests.contract.pictures import a_png
from tests.contract.repository import Repository
from tests.contract.test_random_catalogs import STORE

METAFIELDS = {
    "custom.material": {"type": "single_line_text_field", "value": "Linen"},
    "custom.sizes": {"type": "list.number_integer", "value": [1, 2]},
}
PRODUCTS = [
    {
        "key": f"shirt-{number}",
        "name": f"Shirt {number}",
        "images": [{"file": "images/front.png", "alt": "Front"}, {"file": "images/back.png"}],
        "metafields": METAFIELDS,
        "options": {"Size": ["S", "M"]},
        "variants": [
            {
                "sku": f"{number}-{size}",
                "options": {"Size": size},
                "price": "49.00",
                "tracked": True,
                "image": "images/back.png",
                "stock": {"north": number, "south": 0},
                "metafields": {"custom.parcel": {"type": "weight", "value": "300 g"}},
            }
            for size in ("S", "M")
        ],
    }
    for number in range(1, 6)
]
SMALL_PAGES: Mapping[str, Codec] = {
    name: replace(codec, read=replace(codec.read, page_size=min(codec.read.page_size, 2)))
    for name, codec in CODECS.items()
}
AT_ONCE = Wait(first_s=0.01, longest_s=0.1, limit_s=30)


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedStores) -> Repository:
    """A store that holds something of every kind that hangs on products, more than a page of them."""
    repository = Repository(tmp_path_factory.mktemp("large"), "large-store", embedded)
    repository.make_shop(locations=["North", "South"], bulk_start_ms=0, bulk_finish_ms=0)
    repository.store_says(STORE)
    repository.file("catalog/images/front.png", a_png(1))
    repository.file("catalog/images/back.png", a_png(2))
    repository.has(PRODUCTS)
    assert repository.apply(repository.plan()).complete
    return repository


@pytest.fixture
def client(stocked: Repository) -> Iterator[ReadClient]:
    """Who reads it, and cannot write."""
    store = open_workspace(stocked.root).stores[0]
    with read_client(store, stocked.root, stocked.embedded) as client:
        yield client


def in_pages(client: ReadClient) -> list[FoundGroup]:
    return list(Reader(client, KINDS, SMALL_PAGES).groups("product"))


def exports(repository: Repository) -> list[str]:
    """How the exports of a store ended, the last one first."""
    listed = repository.ask("{ bulkOperations(first: 50) { nodes { status } } }")
    return [node["status"] for node in listed["bulkOperations"]["nodes"]]


def test_exports_tell_what_pages_tell(client, caplog):
    caplog.set_level(logging.INFO, logger="reconciler.shopify.reader")
    exported = Reader(client, KINDS, SMALL_PAGES, large=Large(client, pages_at_most_s=-1, wait=AT_ONCE))
    by_pages = in_pages(client)
    by_export = list(exported.groups("product"))
    assert (by_pages, []) == (by_export, caplog.messages)  # it says so where it turns pages all the same
    kinds = {"variant", "stock", "image", "image_order", "metafield", "variant_metafield", "publication"}
    assert kinds <= {child.kind for group in by_export for child in group.children}
    assert 0 == client.counters.mutations


def test_a_store_that_is_said_to_be_read_by_exports_plans_the_same(stocked, monkeypatch):
    """A first page of all products is read in any case, so pages are made small for this."""
    monkeypatch.setattr(live, "CODECS", SMALL_PAGES)
    first, *others = PRODUCTS
    stocked.has([{**first, "name": "Another"}, *others])
    by_pages, before = stocked.plan(), exports(stocked)
    stocked.store_says(f"{STORE}reading: exports\n")
    by_exports = stocked.plan()
    assert by_exports.changes == stocked.plan_both_ways().changes  # with what the one before noted, and without
    assert "COMPLETED" in exports(stocked)[: -len(before)]
    assert {"title"} == {field.path for change in by_pages.changes for field in change.fields}
    assert (by_pages.changes, by_pages.summary) == (by_exports.changes, by_exports.summary)


def test_what_an_export_tells_is_known_again_by_its_lines(stocked, client):
    def read(noted: dict[tuple[str, bytes], str]) -> list[FoundGroup | Familiar[str]]:
        large = Large(client, pages_at_most_s=-1, wait=AT_ONCE)
        reader = Reader(client, KINDS, SMALL_PAGES, large=large)
        return list(reader.met("product", lambda mark, answered: noted.get((mark, answered))))

    groups = [group for group in read({}) if isinstance(group, FoundGroup)]
    first = groups[2:]  # what follows the first page
    noted = {(str(each.root.mark), each.answered): each.root.id for each in first if each.answered is not None}
    assert 3 == len(noted)
    assert [Familiar(each.root.id, str(each.root.mark), each.root.id) for each in first] == read(noted)[2:]
    tag = 'mutation($id: ID!) { tagsAdd(id: $id, tags: ["new"]) { userErrors { message } } }'
    stocked.ask(tag, {"id": first[-1].root.id})
    assert [each for each in in_pages(client) if each.root.id == first[-1].root.id] == [
        each for each in read(noted)[2:] if isinstance(each, FoundGroup)
    ]


def test_a_store_that_makes_no_export_is_read_in_pages_to_its_end(stocked, client):
    fault = {"kind": "bulk_fails", "after_lines": 3, "error_code": "TIMEOUT"}
    stocked.embedded._control("PUT", "large-store", {"faults": [fault]})
    exported = Reader(client, KINDS, SMALL_PAGES, large=Large(client, pages_at_most_s=-1, wait=AT_ONCE))
    assert in_pages(client) == list(exported.groups("product"))
    assert "FAILED" == exports(stocked)[0]
