"""Shops whose products are new, to be made by bulk operations or by requests."""

from typing import Any

from tests.contract.pictures import a_png
from tests.contract.repository import Repository

STORE = "writing: {writing}\npublications: [Online Store]\n"
JOBS = """{ bulkOperations(first: 50, query: "operation_type:mutation") { nodes { id status objectCount query } } }"""
HELD = """{ products(first: 50) { nodes { title handle status
  variants(first: 50) { nodes { title sku price } } metafields(first: 5, namespace: "specs") { nodes { key value } }
  media(first: 5) { nodes { alt } } resourcePublicationsV2(first: 5) { nodes { publication { name } } } } } }"""


def a_product(number: int, **fields: Any) -> dict[str, Any]:
    variants = [{"sku": f"P{number}-{size}", "price": "9.00", "options": {"Size": size}} for size in "SM"]
    own = {"key": f"p-{number}", "name": f"Shirt {number}", "options": {"Size": ["S", "M"]}, "variants": variants}
    return {**own, **fields}


def a_shop(repository: Repository, writing: str = "bulk", **settings: Any) -> Repository:
    repository.store_says(STORE.format(writing=writing))
    made = {"publications": ["Online Store"], "bulk_start_ms": 0, "bulk_finish_ms": 0, "media_processing_ms": 0}
    repository.make_shop(**{**made, **settings})
    repository.file("catalog/images/shirt.png", a_png(40))
    pictured = a_product(0, images=[{"file": "images/shirt.png", "alt": "A shirt"}])
    repository.has([pictured, *(a_product(number) for number in range(1, 6))])
    return repository


def held(repository: Repository) -> Any:
    nodes = repository.ask(HELD)["products"]["nodes"]
    return sorted(nodes, key=lambda node: str(node["title"]))


def jobs(repository: Repository) -> list[Any]:
    found: list[Any] = repository.ask(JOBS)["bulkOperations"]["nodes"]
    return found


def faulty(repository: Repository, *faults: dict[str, Any]) -> None:
    repository.embedded._control("PUT", repository.shop, {"faults": list(faults)})
