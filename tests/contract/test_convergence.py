"""Apply, read, plan again: empty. For every case, against a store that behaves like the real one."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.model.plan import Plan
from tests import case_files
from tests.contract.repository import Repository

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_each_step_of_a_case_changes_what_it_says_and_then_nothing(file: Path, repository: Repository) -> None:
    case = case_files.read(file)
    repository.store_says(case.get("store", ""))
    for step in case["steps"]:
        arrive(repository, step)
        plan = repository.plan()
        if "changes" in step:
            assert step["changes"] == _changes(plan)
        report = repository.apply(plan, *step.get("accept", []))
        assert report.complete, (report.outcomes, repository.plan().changes)
        if "mutations" in step:
            assert step["mutations"] == report.writes
        assert [] == _changes(repository.plan())


def arrive(repository: Repository, step: dict[str, Any]) -> None:
    """Write the files of a step, and play the person in the admin."""
    if "catalog" in step:
        repository.has(step["catalog"])
    if "collections" in step:
        repository.has_categories(step["collections"])
    for path, text in step.get("files", {}).items():
        repository.file(path, text)
    for edit in step.get("edits", []):
        _edit(repository, edit)


def _changes(plan: Plan) -> list[dict[str, Any]]:
    return [
        {str(change.address): {"action": change.action, "fields": [field.path for field in change.fields]}}
        if change.action == "update"
        else {str(change.address): change.action}
        for change in plan.changes
    ]


def _edit(repository: Repository, edit: dict[str, Any]) -> None:
    """Run a mutation as the person in the admin; ``$product:HANDLE``, ``$variant:SKU`` and so on stand for ids."""
    payload = repository.ask(edit["mutation"], _with_ids(repository, edit.get("variables", {})))
    for result in payload.values():
        assert [] == result["userErrors"]


def _with_ids(repository: Repository, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_ids(repository, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_ids(repository, item) for item in value]
    if isinstance(value, str) and value.startswith("$product:"):
        found = repository.ask("{ products(first: 250) { nodes { id handle } } }")["products"]["nodes"]
        return next(node["id"] for node in found if node["handle"] == value.removeprefix("$product:"))
    if isinstance(value, str) and value.startswith(("$collection:", "$source:")):
        sort, _, handle = value.partition(":")
        document = "{ collections(first: 250) { nodes { id handle sources { id } } } }"
        found = repository.ask(document)["collections"]["nodes"]
        node = next(node for node in found if node["handle"] == handle)
        return node["id"] if sort == "$collection" else node["sources"][0]["id"]
    if isinstance(value, str) and value.startswith("$variant:"):
        found = repository.ask("{ productVariants(first: 250) { nodes { id sku } } }")["productVariants"]["nodes"]
        return next(node["id"] for node in found if node["sku"] == value.removeprefix("$variant:"))
    if isinstance(value, str) and value.startswith("$publication:"):
        found = repository.ask("{ publications(first: 250) { nodes { id name } } }")["publications"]["nodes"]
        return next(node["id"] for node in found if node["name"] == value.removeprefix("$publication:"))
    return value
