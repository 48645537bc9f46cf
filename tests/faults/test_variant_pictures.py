"""Killed after any request, variants that change their pictures end with those that git gives, or gave before."""

from pathlib import Path
from typing import Any

from reconciler.cli.embedded import EmbeddedStores
from tests.contract.repository import Repository
from tests.faults.processes import Point, at, dies, ended, forked

PICTURES = [f"https://example.com/{name}.jpg" for name in ("front", "back", "side")]
FRONT, BACK, SIDE = PICTURES
BEFORE: dict[str, str | None] = {"S": FRONT, "M": BACK, "L": SIDE, "XL": None}
AFTER: dict[str, str | None] = {"S": BACK, "M": FRONT, "L": None, "XL": SIDE}
REQUESTS = 3  # two get another picture, one gets its first, one loses its own
SHOWN = """{ products(first: 1) { nodes { variants(first: 9) { nodes { sku media(first: 1) { nodes {
  ... on MediaImage { image { url } } } } } } } } }"""


def has(repository: Repository, shown: dict[str, str | None]) -> None:
    variants = [{"sku": size, "options": {"Size": size}, "price": "9.00", "image": shown[size]} for size in shown]
    repository.has(
        [{"key": "tee", "name": "Tee", "options": {"Size": [*shown]}, "images": PICTURES, "variants": variants}]
    )


def held(repository: Repository) -> Any:
    (product,) = repository.ask(SHOWN)["products"]["nodes"]
    return {
        each["sku"]: [one["image"]["url"] for one in each["media"]["nodes"]] for each in product["variants"]["nodes"]
    }


def test_pictures_that_change_places_are_never_lost_between_two_requests(
    tmp_path: Path, embedded: EmbeddedStores
) -> None:
    repository = Repository(tmp_path, "pictures-change-places", embedded)
    repository.make_shop(media_processing_ms=0)
    repository.store_says("")
    has(repository, BEFORE)
    assert repository.apply(repository.plan()).complete
    before = held(repository)
    has(repository, AFTER)
    plan = repository.plan()

    def killed() -> None:
        at(Point(1, "answered"), dies)
        repository.apply(plan)

    for _ in range(REQUESTS):
        assert -9 == ended(forked(killed))
        assert (len(before["S"]), len(before["M"])) == tuple(len(held(repository)[size]) for size in "SM")
    report = repository.apply(plan)
    assert (True, 0) == (report.complete, report.writes), report.outcomes
    assert {"S": before["M"], "M": before["S"], "L": [], "XL": before["L"]} == held(repository)
    assert () == repository.plan().changes
    assert report.run is not None
    back = repository.rollback(report.run)
    assert () == back.notes
    assert repository.apply(back).complete
    assert before == held(repository)
