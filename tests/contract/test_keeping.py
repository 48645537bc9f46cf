"""What a run takes away is written down before it goes; what cannot be kept does not go."""

from typing import Any

import pytest

from reconciler.app.applying import store
from reconciler.app.journal.file import Journal
from reconciler.app.writing import keeping
from reconciler.model.record import Held, Kept, Requested
from reconciler.shopify.download import NotHad, NotThere
from reconciler.shopify.errors import LeaseLost
from reconciler.shopify.lease import Lease
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

SHIRT = (
    "key: shirt\nname: Shirt\nimages: {images}\nvariants: [{{sku: A, price: 1, tracked: true, stock: {{main: 4}}}}]\n"
)


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["Main"])
    repository.store_says("on_remove: delete\nlocations: {main: Main}\n")
    repository.file("catalog/images/front.png", a_png(1))
    repository.file("catalog/products/shirt.yaml", SHIRT.format(images="[images/front.png]"))
    repository.file("catalog/products/hat.yaml", "key: hat\nname: Hat\nvariants: [{sku: H, price: 1}]\n")
    assert repository.apply(repository.plan()).complete
    return repository


def records(repository: Repository) -> list[Any]:
    return [entry.record for entry in Journal(repository.root, "shop").entries()]


def leaves_git(repository: Repository) -> None:
    (repository.root / "catalog/products/shirt.yaml").unlink()


def handles(repository: Repository) -> list[str]:
    return [
        each["handle"] for each in repository.ask("{ products(first: 5) { nodes { handle } } }")["products"]["nodes"]
    ]


def test_the_bytes_and_what_goes_along_are_journalled_before_the_deletion_is_sent(shop):
    leaves_git(shop)
    assert shop.apply(shop.plan()).complete
    said = records(shop)
    kept = next(place for place, each in enumerate(said) if isinstance(each, Kept))
    held = next(place for place, each in enumerate(said) if isinstance(each, Held))
    sent = next(
        place for place, each in enumerate(said) if isinstance(each, Requested) and each.mutation == "productDelete"
    )
    assert max(kept, held) < sent
    assert a_png(1) == (shop.root / said[kept].file).read_bytes()
    assert {"stock": {"available": 4}} == {
        at.kind: each for at, each in said[held].fields.items() if at.kind == "stock"
    }


def test_an_image_that_cannot_be_kept_this_time_keeps_its_product(shop, monkeypatch):
    def refused(url):
        raise NotHad("the store answers 503")

    monkeypatch.setattr(store, "downloaded", refused)
    leaves_git(shop)
    report = shop.apply(shop.plan())
    assert not report.complete
    reasons = {str(each.address): getattr(each, "reason", "") for each in report.outcomes}
    assert reasons["product/shirt"].endswith("could not be kept: the store answers 503; run apply again")
    assert ["hat", "shirt"] == sorted(handles(shop))


def test_an_image_that_the_store_serves_no_more_keeps_nothing_back(shop, monkeypatch):
    def gone(url):
        raise NotThere(url)

    monkeypatch.setattr(store, "downloaded", gone)
    leaves_git(shop)
    assert shop.apply(shop.plan()).complete
    assert ["hat"] == handles(shop)


@pytest.mark.parametrize("place", ["downloaded", "read_facts"])
def test_nothing_is_kept_once_the_lease_ran_out(place, shop, monkeypatch):
    module = store if place == "downloaded" else keeping
    found = getattr(module, place)

    def last(*asked):
        monkeypatch.setattr(Lease, "refusal", lambda _: LeaseLost("shop", "our lease of it ran out", "apply again"))
        return found(*asked)

    monkeypatch.setattr(module, place, last)
    leaves_git(shop)
    report = shop.apply(shop.plan())
    noted = {each.event for each in records(shop) if isinstance(each, Held | Kept)}
    assert (False, {"held"} if place == "downloaded" else set()) == (report.complete, noted)
    reasons = {str(each.address): getattr(each, "reason", "") for each in report.outcomes}
    assert "could not be kept: store shop: our lease of it ran out; apply again" in reasons["product/shirt"]
    assert ["hat", "shirt"] == sorted(handles(shop))


def test_an_image_that_cannot_be_kept_stays_and_the_rest_goes_on(shop, monkeypatch):
    def refused(url):
        raise NotHad("the store answers 503")

    monkeypatch.setattr(store, "downloaded", refused)
    shop.file("catalog/products/shirt.yaml", SHIRT.format(images="[]").replace("name: Shirt", "name: Blouse"))
    outcomes = {each.address.kind: each.result for each in shop.apply(shop.plan()).outcomes}
    assert {"product": "applied", "image": "failed"} == outcomes


def test_what_takes_nothing_along_asks_nothing_more(shop):
    shop.file("catalog/products/shirt.yaml", SHIRT.format(images="[images/front.png]").replace("price: 1", "price: 2"))
    assert shop.apply(shop.plan()).complete
    assert [] == [each for each in records(shop) if isinstance(each, Held | Kept)]
