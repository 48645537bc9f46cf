"""What leaves git: archived, unpublished, deleted or kept, as the store says; and what comes back."""

from typing import Any

import pytest

from tests.contract.repository import Repository

CUP: dict[str, Any] = {"key": "cup", "name": "Cup", "variants": [{"sku": "CUP", "price": "9.00"}]}
BOWL: dict[str, Any] = {"key": "bowl", "name": "Bowl", "variants": [{"sku": "BOWL", "price": "12.00"}]}
KITCHEN: dict[str, Any] = {"key": "kitchen", "name": "Kitchen"}
GARDEN: dict[str, Any] = {"key": "garden", "name": "Garden"}
PUBLISHED = "resourcePublicationsV2(first: 9, onlyPublished: false) { nodes { publication { id } } }"
PRODUCTS = f"{{ products(first: 9) {{ nodes {{ id handle status {PUBLISHED} }} }} }}"
COLLECTIONS = f"{{ collections(first: 9) {{ nodes {{ id handle {PUBLISHED} }} }} }}"
PLACES = "publications: [Online Store, Point of Sale]\n"


def found(repository: Repository, document: str, handle: str) -> Any:
    (connection,) = repository.ask(document).values()
    return next((node for node in connection["nodes"] if node["handle"] == handle), None)


def has(repository: Repository, *things: dict[str, Any]) -> None:
    repository.has([each for each in things if "variants" in each])
    repository.has_categories([each for each in things if "variants" not in each])


def applied(repository: Repository, *things: dict[str, Any]) -> int:
    has(repository, *things)
    report = repository.apply(repository.plan())
    assert report.complete, report.outcomes
    assert () == repository.plan().changes
    return report.writes


WAYS = [
    # on_remove → what becomes of a product: status, places, calls; of a collection: places, calls
    (None, ("ARCHIVED", 2, 1), (2, 0)),
    ("archive", ("ARCHIVED", 2, 1), (2, 0)),
    ("unpublish", ("ACTIVE", 0, 1), (0, 1)),
    ("delete", (None, None, 1), (None, 1)),
    ("keep", ("ACTIVE", 2, 0), (2, 0)),
]


@pytest.mark.parametrize(("way", "of_product", "of_collection"), WAYS)
def test_what_leaves_git_goes_as_the_store_says_and_may_come_back(
    repository: Repository, way: str | None, of_product: tuple[Any, ...], of_collection: tuple[Any, ...]
) -> None:
    repository.store_says(PLACES + (f"on_remove: {way}\n" if way else ""))
    applied(repository, CUP, BOWL, KITCHEN, GARDEN)
    calls = applied(repository, BOWL, KITCHEN, GARDEN)
    cup = found(repository, PRODUCTS, "cup")
    now = (cup["status"], len(cup["resourcePublicationsV2"]["nodes"])) if cup else (None, None)
    assert of_product == (*now, calls)
    calls = applied(repository, BOWL, KITCHEN)
    garden = found(repository, COLLECTIONS, "garden")
    assert of_collection == (len(garden["resourcePublicationsV2"]["nodes"]) if garden else None, calls)
    assert "ACTIVE" == found(repository, PRODUCTS, "bowl")["status"]
    applied(repository, {**CUP, "status": "active"}, BOWL, KITCHEN, GARDEN)
    back = found(repository, PRODUCTS, "cup")
    assert ("ACTIVE", 2) == (back["status"], len(back["resourcePublicationsV2"]["nodes"]))
    assert 2 == len(found(repository, COLLECTIONS, "garden")["resourcePublicationsV2"]["nodes"])
    assert (way == "delete") == (cup is None)
    assert cup is None or cup["id"] == back["id"]


@pytest.mark.parametrize("way", ["archive", "unpublish", "delete", "keep"])
def test_what_is_not_ours_never_goes(repository: Repository, way: str) -> None:
    repository.store_says(f"{PLACES}on_remove: {way}\n")
    make = "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }"
    group = "mutation($c: CollectionCreateInput!) { collectionCreate(collection: $c) { userErrors { message } } }"
    repository.ask(make, {"p": {"title": "Theirs", "handle": "theirs"}})
    repository.ask(group, {"c": {"title": "Theirs", "handle": "theirs"}})
    applied(repository, CUP, KITCHEN)
    before = [found(repository, document, "theirs") for document in (PRODUCTS, COLLECTIONS)]
    applied(repository, BOWL)
    assert before == [found(repository, document, "theirs") for document in (PRODUCTS, COLLECTIONS)]
    assert None not in before
