"""What long work says of itself, from the first file to the last picture, against an embedded store over HTTP."""

import shutil
from pathlib import Path
from typing import Any

from reconciler.app.importing.export import Destination, Existing
from reconciler.app.importing.store import Taking, import_store
from reconciler.app.sessions.session import Session
from reconciler.model.plan import Scope
from reconciler.model.progress import Advanced, Began, Event, Waiting
from tests.contract.repository import Repository

CUP: dict[str, Any] = {
    "key": "cup",
    "name": "Cup",
    "images": ["images/cup.png"],
    "variants": [{"sku": "CUP", "price": "9.00"}],
}
BOWL: dict[str, Any] = {"key": "bowl", "name": "Bowl", "variants": [{"sku": "BOWL", "price": "12.00"}]}


def parts(events: list[Event]) -> dict[str, tuple[int | None, int, int]]:
    """Return part of the work → how many things were expected, done, and not expected."""
    found: dict[str, tuple[int | None, int, int]] = {}
    doing = ""
    for event in events:
        match event:
            case Began(_, doing, expected):
                found[doing] = (expected, 0, 0)
            case Advanced(_, done, unforeseen):
                expected, before, odd = found[doing]
                found[doing] = (expected, before + done, odd + unforeseen)
            case Waiting():
                pass
    return found


def awaited(events: list[Event]) -> set[str]:
    return {event.awaited for event in events if isinstance(event, Waiting)}


def test_every_long_work_says_how_far_it_is_and_what_it_waits_for(repository: Repository) -> None:
    image = next(Path("catalog/images").rglob("*.png"))
    (repository.root / "catalog/images").mkdir(parents=True, exist_ok=True)
    shutil.copy(image, repository.root / "catalog/images/cup.png")
    repository.has([CUP, BOWL])
    repository.ask('mutation { productCreate(product: {title: "Of somebody else"}) { userErrors { message } } }')
    heard: list[Event] = []

    session = Session(repository.root, [], repository.embedded, heard.append)
    (planned,) = session.planned(Scope()).results
    found = parts(heard)
    assert ["reading files", "planning"] == list(found)
    expected, done, unforeseen = found["planning"]
    assert expected is not None
    assert (expected + 1, 1) == (done, unforeseen)  # the stranger is looked at, and nobody knew of it

    heard.clear()
    (report,) = session.applied([planned.plan], [each.rule for each in planned.plan.violations]).results
    found = parts(heard)
    assert ["applying", "looking again"] == list(found)
    assert (len(planned.plan.changes), len(planned.plan.changes), 0) == found["applying"]
    assert (expected, expected + 1, 1) == found["looking again"]
    assert "media" in awaited(heard)

    heard.clear()
    Session(repository.root, [], repository.embedded, heard.append).rolled_back(report.run or "")
    found = parts(heard)
    assert ["reading files", "reading what the run wrote"] == list(found)
    assert found["reading what the run wrote"][0] == found["reading what the run wrote"][1]

    heard.clear()
    import_store(
        "shop", Taking(Destination(repository.root, existing=Existing.REPLACE)), repository.embedded, heard.append
    )
    assert {"looking for products": (None, 3, 0), "reading products": (1, 1, 0)}.items() <= parts(heard).items()
    assert {"shop"} == {event.store for event in heard}
