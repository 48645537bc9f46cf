"""A busy day of a shop: 50 products come with images and stock, 200 prices and 100 stock rows change, 5 products go.

Made once, and put back to where it was before that day by copying the embedded store's own files.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.app.journal.audit import Verified, remembered, verified
from reconciler.app.journal.file import Journal
from reconciler.app.journal.predecessor import given_out, predecessor
from reconciler.app.repository.workspace import open_workspace
from reconciler.app.sessions.session import Session
from reconciler.app.stores.connect import read_client
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan, Scope
from reconciler.shopify.shop_notes import read_notes
from reconciler.shopify.terms import terms_of
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

STORE = "locations: {berlin: Warehouse Berlin}\nstock: seed\non_remove: delete\n"
PRODUCTS = """query($after: String) { products(first: 30, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { handle title status vendor tags metafields(first: 10) { nodes { namespace key value } }
    media(first: 10) { nodes { alt status ... on MediaImage { image { url } } } }
    variants(first: 20) { nodes { sku price metafields(first: 10) { nodes { namespace key value } }
      inventoryItem { tracked inventoryLevels(first: 5) { nodes { location { name }
        quantities(names: ["available", "on_hand"]) { name quantity } } } } } } } } }"""
FILES = "{ files(first: 250) { nodes { alt fileStatus ... on MediaImage { image { url } } } } }"


@dataclass
class BusyShop:
    """The shop, its plan for the day, and the evening before, kept aside."""

    repository: Repository
    plan: Plan
    session: Session
    evening: Path

    @property
    def journal(self) -> Journal:
        """The journal of its store."""
        return Journal(self.repository.root, "shop")

    def apply(self) -> ApplyReport:
        """Apply the plan; it is all done then."""
        rules = {violation.rule for violation in self.plan.violations}
        fleet = self.session.applied([self.plan], rules)
        for failure in fleet.failures:
            raise failure.error
        return fleet.results[0]

    def put_back(self) -> None:
        """Make it evening again: in the store, and in the journal."""
        shop, root = self.repository.shop, self.repository.root
        self.repository.embedded.reset(shop)
        _copy(self.evening / "shops", self._shops, shop)
        shutil.rmtree(root / "journal", ignore_errors=True)
        shutil.copytree(self.evening / "journal", root / "journal")

    def keep(self) -> None:
        """Keep what the store and the journal hold now."""
        _copy(self._shops, self.evening / "shops", self.repository.shop)
        shutil.copytree(self.repository.root / "journal", self.evening / "journal")

    @property
    def _shops(self) -> Path:
        return self.repository.embedded.data / "shops"

    def held(self) -> dict[str, Any]:
        """Return everything that the store holds, but ids and times."""
        found: list[Any] = []
        after: str | None = None
        while True:
            page = self.repository.ask(PRODUCTS, {"after": after})["products"]
            found += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        files = self.repository.ask(FILES)["files"]["nodes"]
        return {
            "products": sorted(map(_named, found), key=lambda each: each["handle"]),
            "files": sorted(map(str, map(_named, files))),
        }

    def verified(self) -> Verified:
        """Return what verification finds, the store asked."""
        root = self.repository.root
        with read_client(open_workspace(root).stores[0], root, self.repository.embedded) as client:
            notes = read_notes(client)
            lease = terms_of(notes.lease)
            return verified(self.journal, remembered(notes.applied.value, "shop"), predecessor(lease), given_out(lease))


def a_busy_shop(root: Path, name: str, embedded: EmbeddedStores) -> BusyShop:
    """Return the shop on the evening before, with the plan of the day made."""
    repository = Repository(root, name, embedded)
    repository.make_shop(locations=["Warehouse Berlin"], plan="enterprise", media_processing_ms=1)
    repository.store_says(STORE)
    repository.has([*(_old(number, "10.00") for number in range(10)), *(_gone(number) for number in range(5))])
    assert repository.apply(repository.plan()).complete
    for shade, image in enumerate(("front", "back"), 1):
        repository.file(f"catalog/images/{image}.png", a_png(shade))
    repository.has([*(_old(number, "12.50") for number in range(10)), *(_new(number) for number in range(50))])
    rows = "".join(f"O{number}-{size},berlin,-3,PO-1\n" for number in range(5) for size in range(20))
    repository.file("catalog/stock/changes.csv", f"sku,location,adjust,reference\n{rows}")
    session = Session(root, [], embedded)
    plan = session.planned(Scope()).results[0].plan
    made = BusyShop(repository, plan, session, root.with_name(f"{root.name}-evening"))
    made.keep()
    return made


def _old(number: int, price: str) -> dict[str, Any]:
    return {
        "key": f"old-{number}",
        "name": f"Old {number}",
        "options": {"Size": [f"S{size}" for size in range(20)]},
        "variants": [
            {
                "sku": f"O{number}-{size}",
                "options": {"Size": f"S{size}"},
                "price": price,
                "tracked": True,
                "stock": {"berlin": 10},
            }
            for size in range(20)
        ],
    }


def _gone(number: int) -> dict[str, Any]:
    return {"key": f"gone-{number}", "name": f"Gone {number}", "variants": [{"sku": f"G{number}", "price": "1.00"}]}


def _new(number: int) -> dict[str, Any]:
    variant = {"sku": f"N{number}", "price": "5.00", "tracked": True, "stock": {"berlin": 7}}
    images = [{"file": "images/front.png", "alt": f"Front {number}"}, {"file": "images/back.png"}]
    return {"key": f"new-{number}", "name": f"New {number}", "images": images, "variants": [variant]}


def _named(value: Any) -> Any:
    """Return the value with the part of addresses of files that every upload has anew left out."""
    match value:
        case dict():
            return {
                name: each.rpartition("/")[2].partition("-")[0] if name == "url" else _named(each)
                for name, each in value.items()
            }
        case list():
            return [_named(each) for each in value]
        case _:
            return value


def _copy(source: Path, target: Path, shop: str) -> None:
    """Copy the files of an embedded store that nobody asks just now: its database and its bytes."""
    target.mkdir(parents=True, exist_ok=True)
    for suffix in (".sqlite3", ".sqlite3-wal"):
        if (source / f"{shop}{suffix}").exists():
            shutil.copyfile(source / f"{shop}{suffix}", target / f"{shop}{suffix}")
    if (source / f"{shop}.files").exists():
        shutil.copytree(source / f"{shop}.files", target / f"{shop}.files", dirs_exist_ok=True)
