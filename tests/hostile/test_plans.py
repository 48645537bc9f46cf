"""Hostile plans, sealed as whoever can compute a digest seals them, and applied: refused in our words, or done.

What no `reconciler plan` writes is refused before anything is written. ``HOSTILE_PLANS=1000`` applies as many.
"""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from reconciler.app.review.planfile import plan_of
from reconciler.app.sessions.session import Session
from reconciler.cli.apply import exit_code_of
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.errors import PlanRefused
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan
from reconciler.model.plan_text import parse_plan, plan_json, sealed
from tests.contract.repository import Repository
from tests.faults.everything import as_it_is_to_be, as_it_was
from tests.faults.schedules import count_of
from tests.hostile.inputs import rebuilt

PLANS = settings(
    max_examples=count_of("HOSTILE_PLANS", otherwise=20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
_NUMBERS = count(1)
Changes = list[dict[str, Any]]


class Story:
    """A repository with a plan of everything, made anew once a plan was applied."""

    def __init__(self, folder: Path, embedded: EmbeddedStores) -> None:
        self._folder, self._embedded = folder, embedded
        self._begin()

    def _begin(self) -> None:
        number = next(_NUMBERS)
        self.repository = Repository(self._folder / str(number), f"resealed-{number}", self._embedded)
        places = {"locations": ["North", "South"], "publications": ["Online Store", "Point of Sale"]}
        self.repository.make_shop(plan="enterprise", media_processing_ms=0, **places)
        as_it_was(self.repository)
        assert self.repository.apply(self.repository.plan()).complete
        as_it_is_to_be(self.repository)
        self.plan = self.repository.plan()

    def applied(self, plan: Plan) -> tuple[str, int, ApplyReport | None]:
        """Return what is said of a plan that is applied, whatever limits it breaks, and the exit code."""
        session = Session(self.repository.root, [], self.repository.embedded)
        fleet = session.applied([plan], [violation.rule for violation in plan.violations])
        code, report = exit_code_of(fleet), next(iter(fleet.results), None)
        said = "\n".join([*(str(failure.error) for failure in fleet.failures), *(report.notes if report else ())])
        if report is not None and report.run is not None:
            self._begin()
        return said, code, report


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedStores) -> Story:
    """One for all tests."""
    return Story(tmp_path_factory.mktemp("resealed"), embedded)


def resealed(document: dict[str, Any]) -> Plan | None:
    """Return the plan with a seal that fits; None for what is no plan file."""
    try:
        return plan_of(plan_json(sealed(parse_plan(json.dumps(document).encode()))), "eu.json")
    except (PlanRefused, ValidationError):
        return None


def change_of(changes: Changes, kind: str, action: str = "") -> dict[str, Any]:
    """Return the first change of a kind."""
    return next(each for each in changes if each["address"].startswith(f"{kind}/") and action in each["action"])


def field_of(change: dict[str, Any], path: str) -> dict[str, Any]:
    """Return a field of a change."""
    found: dict[str, Any] = next(each for each in change["fields"] if each["path"] == path)
    return found


def odd_condition(changes: Changes) -> None:
    tagged = next(each for each in changes if each["address"] == "collection/tagged")
    field_of(tagged, "conditions")["after"]["rules"][0]["field"] = "colour"


def odd_relation(changes: Changes) -> None:
    tagged = next(each for each in changes if each["address"] == "collection/tagged")
    field_of(tagged, "conditions")["after"]["rules"][0]["relation"] = "above"


def unknown_kind(changes: Changes) -> None:
    changes[0]["address"] = "../../x"


def unknown_kind_waited_for(changes: Changes) -> None:
    change_of(changes, "variant", "create")["depends_on"] = ["elsewhere/x"]


def key_without_a_parent(changes: Changes) -> None:
    change_of(changes, "variant", "create")["address"] = "variant/x"


def order_of_no_texts(changes: Changes) -> None:
    change_of(changes, "product_order", "update")["fields"][0]["before"] = [{"path": "sku"}, None]


def order_before_nothing(changes: Changes) -> None:
    change_of(changes, "image_order", "update")["fields"][0]["before"] = None


def wrong_path_of_a_value(changes: Changes) -> None:
    field_of(change_of(changes, "metafield", "update"), "value")["path"] = "image"


def wrong_path_of_what_is_made(changes: Changes) -> None:
    change_of(changes, "variant_image", "create")["fields"][0]["path"] = "published"


def picture_of_nothing(changes: Changes) -> None:
    change_of(changes, "variant_image", "create")["fields"][0]["after"] = None


def options_that_were_a_number(changes: Changes) -> None:
    shirt = next(each for each in changes if each["address"] == "product/shirt")
    field_of(shirt, "options")["before"] = [["Size", 0]]


def type_that_does_not_fit_its_value(changes: Changes) -> None:
    field_of(change_of(changes, "metafield", "create"), "type")["after"] = "number_integer"


@pytest.mark.parametrize(
    "spoil",
    [
        *(odd_condition, odd_relation, unknown_kind, unknown_kind_waited_for, key_without_a_parent),
        *(order_of_no_texts, order_before_nothing, wrong_path_of_a_value, wrong_path_of_what_is_made),
        *(picture_of_nothing, options_that_were_a_number, type_that_does_not_fit_its_value),
    ],
)
def test_what_no_plan_says_is_refused_before_anything_is_written(
    spoil: Callable[[Changes], None], story: Story
) -> None:
    document = json.loads(plan_json(story.plan))
    spoil(document["changes"])
    plan = resealed(document)
    assert plan is not None
    said, code, report = story.applied(plan)
    assert report is None
    assert 5 == code
    assert "the file is not what `reconciler plan` wrote; run plan again" in said


def test_a_reference_of_no_kind_is_refused(story: Story) -> None:
    document = json.loads(plan_json(story.plan))
    document["references"]["elsewhere/x"] = "gid://shopify/Product/1"
    plan = resealed(document)
    assert plan is not None
    said, code, _ = story.applied(plan)
    assert 5 == code
    assert "there is no kind elsewhere" in said


@PLANS
@given(data=st.data())
def test_a_plan_that_was_rebuilt_ends_in_no_crash(data: st.DataObject, story: Story) -> None:
    document = json.loads(plan_json(story.plan))
    plan = resealed({**document, "changes": data.draw(rebuilt(document["changes"]))})
    if plan is None:
        return
    said, code, _ = story.applied(plan)
    assert "unexpected" not in said
    assert code in {0, 4, 5, 6, 7}
