"""What a plan says it was made from, against an embedded store over HTTP."""

from typing import Any

import pytest

from reconciler.app.sessions.session import Session
from reconciler.model.errors import PlanRefused
from reconciler.model.plan import Plan, Scope
from tests.contract.repository import Repository

CUP: dict[str, Any] = {"key": "cup", "name": "Cup", "variants": [{"sku": "CUP", "price": "9.00"}]}
DEARER: dict[str, Any] = {**CUP, "variants": [{"sku": "CUP", "price": "90.00"}]}


def plan_by(session: Session) -> Plan:
    (planned,) = session.planned(Scope()).results
    return planned.plan


def opened(repository: Repository) -> Session:
    return Session(repository.root, [], repository.embedded)


def test_a_file_saved_while_a_plan_is_made_changes_neither_its_values_nor_its_digest(repository: Repository) -> None:
    repository.has([CUP])
    before = repository.plan()
    session = opened(repository)
    repository.has([DEARER])
    assert before.digest == plan_by(session).digest


def test_a_plan_made_while_a_file_was_saved_is_refused_afterwards(repository: Repository) -> None:
    repository.has([CUP])
    session = opened(repository)
    repository.has([DEARER])
    with pytest.raises(PlanRefused, match="the files changed after the plan was made"):
        repository.apply(plan_by(session))


SAVED = {
    "mappings/default.yaml": "product: {title: {value: New}}\n",
    "mappings/own.yaml": "product: {vendor: {value: New}}\n",
    "stores/shop.yaml": "url: sandbox:other\nchannel: web\ncurrency: EUR\nmapping: own\n",
}


@pytest.mark.parametrize("file", SAVED)
def test_a_mapping_or_store_saved_while_a_plan_is_made_changes_no_digest(repository: Repository, file: str) -> None:
    repository.has([CUP])
    repository.store_says("mapping: own\n")
    (repository.root / "mappings").mkdir()
    (repository.root / "mappings" / "own.yaml").write_text("product: {vendor: {value: Old}}\n")
    before = repository.plan()
    session = opened(repository)
    (repository.root / file).write_text(SAVED[file])
    assert before.digest == plan_by(session).digest
    assert before.inputs.digest != repository.plan().inputs.digest


def test_a_mapping_that_a_store_does_not_use_refuses_nothing(repository: Repository) -> None:
    repository.has([CUP])
    plan = repository.plan()
    (repository.root / "mappings").mkdir()
    (repository.root / "mappings" / "other.yaml").write_text("product:\n  title: {value: New}\n")
    assert repository.apply(plan).complete
