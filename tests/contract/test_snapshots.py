"""A plan made against a snapshot is the plan that the store would have given at that moment."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.app.sessions.snapshot import Reach
from reconciler.app.sessions.snapshot_file import opened
from reconciler.model.change import Remove
from reconciler.model.errors import ReconcilerError, SnapshotRefused
from reconciler.model.plan import Plan
from reconciler.model.plan_text import plan_json
from tests import case_files
from tests.contract.pictures import a_png
from tests.contract.repository import Repository
from tests.contract.test_convergence import CASES, arrive
from tests.contract.test_large_stores import PRODUCTS
from tests.contract.test_random_catalogs import STORE

# All cases take minutes; these meet strangers that are taken over, conditions, what others own, and a deletion.
TELLING = frozenset({"collection-adopt", "collection-conditions", "drop-variant"})
CUP = {"key": "cup", "name": "Cup", "variants": [{"sku": "CUP", "price": "9.00"}]}
MUG = {"key": "mug", "name": "Mug", "variants": [{"sku": "MUG", "price": "7.00"}]}
THEIRS = 'mutation { collectionCreate(input: {title: "Sale", handle: "sale"}) { userErrors { message } } }'

STRANGER = 'mutation { productCreate(product: {title: "Theirs", handle: "cup"}) { userErrors { message } } }'


def bare(plan: Plan) -> bytes:
    """Return a plan without what a snapshot cannot know, and says so."""
    changes = tuple(replace(each, takes_along=()) if isinstance(each, Remove) else each for each in plan.changes)
    violations = tuple(each for each in plan.violations if each.rule != "takes-along")
    return plan_json(replace(plan, header=None, digest="", against=None, changes=changes, violations=violations))


def opened_digest(file: Path) -> str:
    with opened(file) as snapshot:
        return snapshot.digest


@pytest.mark.parametrize("file", [file for file in CASES if file.stem in TELLING], ids=lambda file: file.stem)
def test_a_plan_against_a_snapshot_is_the_one_of_that_moment(file: Path, repository: Repository) -> None:
    case = case_files.read(file)
    repository.store_says(case.get("store", ""))
    for step in case["steps"]:
        arrive(repository, step)
        plan = repository.plan()
        assert bare(plan) == bare(repository.plan_against(repository.keep()))
        repository.apply(plan, *step.get("accept", []))


def test_a_plan_against_a_snapshot_of_exports_is_applied(repository: Repository) -> None:
    repository.make_shop(locations=["North", "South"], bulk_start_ms=0, bulk_finish_ms=0)
    repository.store_says(f"{STORE}reading: exports\n")
    repository.file("catalog/images/front.png", a_png(1))
    repository.file("catalog/images/back.png", a_png(2))
    repository.has(PRODUCTS[:3])
    assert repository.apply(repository.plan_against(repository.keep())).complete

    repository.ask(STRANGER)
    snapshot = repository.keep(Reach.ALL)
    moved = {**PRODUCTS[2], "key": "moved", "moved": "shirt-3"}
    repository.has([{**PRODUCTS[0], "name": "Another"}, PRODUCTS[1], moved, {**CUP, "handle": "cup"}])
    plan = repository.plan_against(snapshot)
    assert bare(repository.plan()) == bare(plan)
    assert plan.against is not None
    assert opened_digest(snapshot) == plan.against.digest
    assert {"adopt", "move", "update"} <= {change.action for change in plan.changes}
    report = repository.apply(plan, *{violation.rule for violation in plan.violations})
    assert (0, 0) == (report.counts()["failed"], report.counts()["stale"])


def _moved(repository: Repository) -> None:
    repository.store_is("url: sandbox:elsewhere\nchannel: web\ncurrency: EUR\n")


def _older(repository: Repository) -> None:
    repository.store_says("api_version: 2026-07\n")


def _speaks_of_more(repository: Repository) -> None:
    repository.has([{**CUP, "metafields": {"custom.material": {"type": "single_line_text_field", "value": "Clay"}}}])


def _takes_over(repository: Repository) -> None:
    repository.has_categories([{"key": "offers", "handle": "sale", "name": "Offers"}])


OTHERWISE: dict[str, tuple[Callable[[Repository], None], str, Reach]] = {
    "another shop": (
        _moved,
        r"PLAN.jsonl: it is of url sandbox:\S+, and stores/shop.yaml says sandbox:elsewhere",
        Reach.PLAN,
    ),
    "another version": (
        _older,
        r"it is of api_version 2026-10, and stores/shop.yaml says 2026-07; make a snapshot",
        Reach.PLAN,
    ),
    "a kind that it does not hold": (
        _speaks_of_more,
        r"it holds no metafield, .*of which git speaks by now; make a new",
        Reach.PLAN,
    ),
    "a stranger that it holds no more of": (
        _takes_over,
        r"of collection gid\S+, which is not ours, it holds no more",
        Reach.ALL,
    ),
}


def test_what_a_snapshot_does_not_hold_is_refused_and_not_guessed(repository: Repository) -> None:
    repository.has([CUP])
    repository.ask(THEIRS)
    snapshots = {reach: repository.keep(reach).rename(repository.root / f"{reach.name}.jsonl") for reach in Reach}
    store = (repository.root / "stores" / "shop.yaml").read_text(encoding="utf-8")
    for change, message, reach in OTHERWISE.values():
        change(repository)
        with pytest.raises(SnapshotRefused, match=message):
            repository.plan_against(snapshots[reach])
        repository.has([CUP])
        repository.has_categories([])
        repository.store_is(store)
    plan = repository.plan_against(snapshots[Reach.PLAN])
    assert ["mark/product", "product/cup", "variant/cup/CUP"] == [str(each.address) for each in plan.changes]


def test_a_deletion_says_that_nobody_knows_what_goes_along(repository: Repository) -> None:
    repository.store_says("on_remove: delete")
    repository.has([CUP, MUG])
    repository.settle()
    repository.has([CUP])
    plan = repository.plan_against(repository.keep())
    (removed,) = (change for change in plan.changes if isinstance(change, Remove) and change.address.kind == "product")
    assert ["unseen"] == [each.sort for each in removed.takes_along]
    assert "takes-along" in {violation.rule for violation in plan.violations}
    with pytest.raises(ReconcilerError, match="takes-along"):
        repository.apply(plan)
    assert repository.apply(plan, *{violation.rule for violation in plan.violations}).complete


def test_what_changed_since_the_snapshot_is_stale(repository: Repository) -> None:
    repository.has([CUP])
    repository.settle()
    repository.has([{**CUP, "name": "Beaker"}])
    plan = repository.plan_against(repository.keep())
    repository.has([{**CUP, "name": "Bowl"}])
    repository.settle()
    repository.has([{**CUP, "name": "Beaker"}])
    report = repository.apply(plan)
    assert {"stale": 1} == {outcome: count for outcome, count in report.counts().items() if count}
