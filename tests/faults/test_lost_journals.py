"""An apply was killed, and its journal died with the machine, or it was taken back: what whoever comes after may do."""

import shutil
import signal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.journal.acknowledging import acknowledge
from reconciler.app.journal.audit import verified_with_stores
from reconciler.app.journal.file import Journal
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.errors import PlanRefused
from reconciler.model.plan import Plan, Scope
from reconciler.model.record import Begun, MissingRun
from tests.contract.repository import Repository
from tests.faults.processes import Point, at, dies, ended, forked

NAMES = count(1)
FIND = "{ products(first: 9) { nodes { id handle variants(first: 1) { nodes { id price } } } } }"
PRICE = """mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants) { userErrors { message } } }"""


def priced(repository: Repository, price: str) -> Plan:
    repository.has([{"key": key, "name": key, "variants": [{"sku": key, "price": price}]} for key in ("a", "b", "c")])
    return repository.plan()


def prices(repository: Repository) -> dict[str, str]:
    nodes = repository.ask(FIND)["products"]["nodes"]
    return {node["handle"]: node["variants"]["nodes"][0]["price"] for node in nodes}


def set_price(repository: Repository, handle: str, price: str) -> None:
    (node,) = [node for node in repository.ask(FIND)["products"]["nodes"] if node["handle"] == handle]
    row = {"id": node["variants"]["nodes"][0]["id"], "price": price}
    repository.ask(PRICE, {"product": node["id"], "variants": [row]})


def killed(repository: Repository, plan: Plan, point: Point) -> None:
    def work() -> None:
        at(point, dies)
        repository.apply(plan)

    assert -signal.SIGKILL == ended(forked(work))


def broken(repository: Repository) -> Any:
    return verified_with_stores(repository.root, [], repository.embedded).results[0].broken


@pytest.fixture
def repository(tmp_path: Path, embedded: EmbeddedStores) -> Repository:
    made = Repository(tmp_path, f"lost-{next(NAMES)}", embedded)
    made.store_says("")
    assert made.apply(priced(made, "10.00")).complete
    return made


def test_a_run_that_died_with_its_journal_is_missed_until_somebody_says_why(
    repository: Repository, tmp_path: Path
) -> None:
    plan = priced(repository, "12.00")
    journal, aside = repository.root / "journal", tmp_path.with_name(f"{tmp_path.name}-aside")
    shutil.copytree(journal, aside)
    killed(repository, plan, Point(2, "told"))
    lost = [e.record for e in Journal(repository.root, "shop").entries() if isinstance(e.record, Begun)][-1]
    shutil.rmtree(journal)
    shutil.copytree(aside, journal)
    set_price(repository, "a", "10.00")  # a person takes it back
    there = prices(repository)
    assert {"a": "10.00", "b": "12.00", "c": "10.00"} == there

    assert f"names run {lost.run}" in str(broken(repository))
    with pytest.raises(PlanRefused, match=f"run {lost.run} .lease 2. of this very plan .* run plan again"):
        repository.apply(plan)
    assert there == prices(repository)

    report = repository.apply(priced(repository, "13.00"))
    assert ["a part is missing" in note for note in report.notes if lost.run in note] == [True]
    begun = [e.record for e in Journal(repository.root, "shop").entries() if isinstance(e.record, Begun)][-1]
    assert MissingRun(lost.run, lost.fence) == begun.lacks_run
    assert f"run {begun.run} began without run {lost.run}" in str(broken(repository))
    priced(repository, "12.00")
    with pytest.raises(PlanRefused, match=f"run {lost.run} .lease 2. of this very plan"):
        repository.apply(plan)
    with pytest.raises(PlanRefused, match=f"without run {lost.run}"):
        repository.rollback(begun.run)

    acknowledge(repository.root, "shop", "the runner is gone", repository.embedded)
    assert None is broken(repository)
    back = repository.rollback(begun.run)
    assert any(lost.run in note for note in back.notes)
    assert repository.apply(back).complete
    assert there == prices(repository)


def test_what_is_acknowledged_before_the_next_apply_is_known_to_it(repository: Repository, tmp_path: Path) -> None:
    plan = priced(repository, "12.00")
    journal, aside = repository.root / "journal", tmp_path.with_name(f"{tmp_path.name}-aside")
    shutil.copytree(journal, aside)
    killed(repository, plan, Point(1, "told"))
    shutil.rmtree(journal)
    shutil.copytree(aside, journal)
    acknowledge(repository.root, "shop", "the runner is gone", repository.embedded)
    assert None is broken(repository)
    report = repository.apply(plan)
    assert (True, []) == (report.complete, [note for note in report.notes if "missing" in note])


def test_a_plan_that_is_made_after_a_run_died_is_a_new_decision(repository: Repository, tmp_path: Path) -> None:
    plan = priced(repository, "12.00")
    journal, aside = repository.root / "journal", tmp_path.with_name(f"{tmp_path.name}-aside")
    shutil.copytree(journal, aside)
    killed(repository, plan, Point(1, "requested"))  # and nothing was written
    shutil.rmtree(journal)
    shutil.copytree(aside, journal)
    anew = repository.plan()
    assert plan.digest == anew.digest
    report = repository.apply(anew)
    assert report.complete
    assert any("a part is missing" in note for note in report.notes)


def test_a_plan_whose_run_ended_and_was_not_kept_is_not_applied_again(repository: Repository, tmp_path: Path) -> None:
    plan = priced(repository, "12.00")
    journal, aside = repository.root / "journal", tmp_path.with_name(f"{tmp_path.name}-aside")
    shutil.copytree(journal, aside)
    assert repository.apply(plan).complete
    shutil.rmtree(journal)
    shutil.copytree(aside, journal)
    set_price(repository, "a", "10.00")  # a person takes it back
    with pytest.raises(PlanRefused, match="applied this very plan, and is not in"):
        repository.apply(plan)
    assert {"a": "10.00", "b": "12.00", "c": "12.00"} == prices(repository)
    assert repository.apply(repository.plan()).complete


@pytest.mark.parametrize("how", ["rolled back", "another plan", "another plan, killed", "both killed"])
def test_of_several_runs_that_were_not_kept_any_may_be_of_the_plan(
    how: str, repository: Repository, tmp_path: Path
) -> None:
    plan = priced(repository, "12.00")
    journal, aside = repository.root / "journal", tmp_path.with_name(f"{tmp_path.name}-aside")
    shutil.copytree(journal, aside)
    if how == "rolled back":
        assert repository.apply(repository.rollback(str(repository.apply(plan).run))).complete
    else:
        if how == "both killed":
            killed(repository, plan, Point(2, "told"))
        else:
            assert repository.apply(plan).complete
        set_price(repository, "a", "10.00")  # a person takes it back
        set_price(repository, "b", "11.00")
        other = repository.plan(Scope(only=("variant/b/*",)))
        if how == "another plan":
            assert repository.apply(other).complete
        else:
            killed(repository, other, Point(0, "told"))
    there = prices(repository)
    shutil.rmtree(journal)
    shutil.copytree(aside, journal)
    with pytest.raises(PlanRefused, match="held the store after this plan was made, and may have applied it"):
        repository.apply(plan)
    assert there == prices(repository)
    anew = repository.plan()
    report = repository.apply(anew)
    assert report.complete
    assert any("a part is missing" in note for note in report.notes)
    with pytest.raises(PlanRefused, match="may have applied it"):
        repository.apply(plan)
    acknowledge(repository.root, "shop", "the laptop is gone", repository.embedded)
    assert repository.apply(plan).complete


def test_a_plan_that_is_killed_goes_on_though_its_journal_lacked_a_part_when_it_was_made(
    repository: Repository, tmp_path: Path
) -> None:
    journal, aside = repository.root / "journal", tmp_path.with_name(f"{tmp_path.name}-aside")
    shutil.copytree(journal, aside)
    assert repository.apply(priced(repository, "11.00")).complete
    shutil.rmtree(journal)
    shutil.copytree(aside, journal)
    plan = priced(repository, "12.00")
    for where in (Point(0, "begun"), Point(1, "told")):
        killed(repository, plan, where)
    assert repository.apply(plan).complete


def test_a_run_whose_journal_is_here_is_not_missed(repository: Repository) -> None:
    plan = priced(repository, "12.00")
    for where in (Point(0, "begun"), Point(1, "told")):  # nothing is sent yet; something is
        killed(repository, plan, where)
        assert None is broken(repository)
    report = repository.apply(plan)
    assert (True, []) == (report.complete, [note for note in report.notes if "missing" in note])
    assert None is broken(repository)


def test_what_is_planned_anew_after_a_killed_run_was_taken_back_can_be_taken_back(repository: Repository) -> None:
    plan = priced(repository, "12.00")
    killed(repository, plan, Point(2, "told"))
    run = [e.record.run for e in Journal(repository.root, "shop").entries() if isinstance(e.record, Begun)][-1]
    assert repository.apply(repository.rollback(run)).complete
    before = prices(repository)
    report = repository.apply(repository.plan())
    assert {"12.00"} == set(prices(repository).values())
    assert report.run is not None
    assert run != report.run
    back = repository.rollback(report.run)
    assert repository.apply(back).complete
    assert ((), before) == (back.notes, prices(repository))
