"""Half answers: the store does what it was asked for, and its answer does not say so. Told, and never a traceback."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.app.journal.file import Journal
from reconciler.cli.apply import exit_code_of
from reconciler.model.address import Address
from reconciler.model.json import JsonObject
from reconciler.model.outcome import AlreadySo, Applied, ApplyReport, Failed, Skipped
from reconciler.model.plan import Plan
from reconciler.model.record import Ended
from reconciler.shopify.documents import Document
from reconciler.shopify.secret import Secret
from reconciler.shopify.transport import ShopTransport
from reconciler.shopify.wire import Broken, Received
from tests.contract.repository import Repository
from tests.faults.conftest import NewStory
from tests.faults.test_faults import applied

OPEN = "may or may not have been done"
WRITING = (
    *("CreateImages", "UpdateImages", "ReorderImages", "ShowVariants", "ShowOtherwise", "StageUploads"),
    *("SetProduct", "UpdateProduct", "UpdateVariants", "CreateCollection", "UpdateCollection", "ReorderProducts"),
    *("SetMetafields", "DefineMetafield", "RedefineMetafield", "CreateRedirect", "UpdateRedirect", "DeleteRedirect"),
    *("SetStock", "AdjustStock", "Publish"),
)
Body = dict[str, Any]


def nulled(body: Body) -> None:
    """Leave nothing of a payload but its errors."""
    for payload in body["data"].values():
        payload.update({name: None for name in payload if not name.lower().endswith("errors")})


def failed_inside(body: Body) -> None:
    """Say in words as well that something below the root failed."""
    nulled(body)
    root, payload = next(iter(body["data"].items()))
    body["errors"] = [
        {
            "message": "Internal error",
            "path": [root, next(iter(payload))],
            "extensions": {"code": "INTERNAL_SERVER_ERROR"},
        }
    ]


def null_error(body: Body) -> None:
    """Hold an error that is none, which GraphQL forbids."""
    for payload in body["data"].values():
        payload.update({name: [None] for name in payload if name.lower().endswith("errors")})


def scalar(body: Body) -> None:
    """Hold a number for a payload, which GraphQL forbids."""
    body["data"] = dict.fromkeys(body["data"], 7)


SPOILS: dict[str, Callable[[Body], None]] = {
    each.__name__: each for each in (nulled, failed_inside, null_error, scalar)
}


class Spoiling:
    """Stands in for the connection: spoils the first answer to a document of that name, once the store has done it."""

    def __init__(self, name: str, spoil: Callable[[Body], None]) -> None:
        self.name, self.spoil, self.happened = name, spoil, False

    def exchange(self) -> Callable[[ShopTransport, Document, JsonObject, Secret], Received | Broken]:
        passed_on = ShopTransport.exchange

        def exchange(
            transport: ShopTransport, document: Document, variables: JsonObject, secret: Secret
        ) -> Received | Broken:
            answer = passed_on(transport, document, variables, secret)
            if self.happened or document.name != self.name or not isinstance(answer, Received):
                return answer
            self.happened = True
            body = json.loads(answer.body)
            self.spoil(body)
            return replace(answer, body=json.dumps(body).encode())

        return exchange


def spoiled(name: str, spoil: str, monkeypatch: pytest.MonkeyPatch) -> Spoiling:
    spoiling = Spoiling(name, SPOILS[spoil])
    monkeypatch.setattr(ShopTransport, "exchange", spoiling.exchange())
    return spoiling


def reported(repository: Repository, plan: Plan) -> tuple[ApplyReport, int]:
    fleet = applied(repository, plan)
    assert () == fleet.failures
    return fleet.results[0], exit_code_of(fleet)


def says_no_more_than_is_so(report: ApplyReport, left: set[Address]) -> None:
    done = {each.address for each in report.outcomes if isinstance(each, Applied | AlreadySo)}
    assert set() == done & left
    assert not any("defect of ours" in note for note in report.notes)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        *((name, "failed_inside") for name in WRITING),
        *((name, spoil) for name in ("CreateImages", "SetProduct", "StageUploads") for spoil in SPOILS),
    ],
)
def test_a_half_answer_ends_in_a_report_that_is_right(
    name: str, spoil: str, new_story: NewStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = new_story("a store as it was")
    plan = repository.plan()
    spoiling = spoiled(name, spoil, monkeypatch)
    report, code = reported(repository, plan)
    assert spoiling.happened
    says_no_more_than_is_so(report, {change.address for change in repository.plan().changes})
    assert (0 if report.complete else 6) == code


@pytest.mark.parametrize("spoil", SPOILS)
def test_without_an_answer_about_the_lease_nothing_is_written(
    spoil: str, new_story: NewStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = new_story("a store as it was")
    plan = repository.plan()
    assert not spoiled("WriteNotes", spoil, monkeypatch).happened
    fleet = applied(repository, plan)
    assert 7 == exit_code_of(fleet)
    assert plan.changes == repository.plan().changes


def test_a_picture_of_which_the_store_tells_no_id_is_in_doubt_and_what_waits_for_it_is_not_tried(
    new_story: NewStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = new_story("a store as it was")
    plan = repository.plan()
    spoiled("CreateImages", "failed_inside", monkeypatch)
    report, code = reported(repository, plan)
    assert 6 == code
    reasons = {str(each.address): each.reason for each in report.outcomes if isinstance(each, Failed | Skipped)}
    (picture,) = (at for at in reasons if at.startswith("image/shirt/side"))
    assert OPEN in reasons[picture]
    assert f"it waits for {picture}, which was not made" == reasons["image_order/shirt"]
    assert isinstance([entry.record for entry in Journal(repository.root, "shop").entries()][-1], Ended)


def test_an_error_that_nobody_expected_ends_in_a_report_of_what_was_written(
    new_story: NewStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = new_story("a store as it was")
    plan = repository.plan()

    def broken(body: Body) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(SPOILS, "broken", broken)
    spoiled("CreateImages", "broken", monkeypatch)
    report, code = reported(repository, plan)
    assert 6 == code
    assert "unexpected ZeroDivisionError; this is a defect of ours" in report.notes[0]
    assert not report.recorded
    results = {str(each.address): each.result for each in report.outcomes}
    assert "applied" == results["metafield_definition/product.custom.care"]
    assert "skipped" == results["image_order/shirt"]
    (picture,) = (each for each in report.outcomes if str(each.address).startswith("image/shirt/side"))
    assert isinstance(picture, Failed)
    assert OPEN in picture.reason


def test_an_error_before_anything_was_sent_is_no_report(new_story: NewStory, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = new_story("a store as it was")
    plan = repository.plan()
    passed_on = ShopTransport.exchange

    def exchange(
        transport: ShopTransport, document: Document, variables: JsonObject, secret: Secret
    ) -> Received | Broken:
        if document.is_mutation:
            raise ZeroDivisionError
        return passed_on(transport, document, variables, secret)

    monkeypatch.setattr(ShopTransport, "exchange", exchange)
    fleet = applied(repository, plan)
    assert () == fleet.results
    assert 1 == exit_code_of(fleet)
