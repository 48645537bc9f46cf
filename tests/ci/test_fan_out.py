"""A plan of many stores, made by a job for each: one comment, one approval, as if one job had made it."""

from pathlib import Path

import pytest

from reconciler.app.review.gathering import gathered
from reconciler.app.review.planfile import write_plan
from reconciler.app.scaffold.provenance import Source
from reconciler.app.scaffold.starting import Answers, started
from reconciler.model.errors import PlanRefused
from tests.ci.conftest import Runner
from tests.ci.github_runner import GitHubRunner
from tests.ci.gitlab_runner import GitLabRunner
from tests.ci.shop import Shop
from tests.render.plans import side_effects

WORKFLOW = {"github": ".github/workflows/catalog.yml", "gitlab": ".gitlab-ci.yml"}


@pytest.fixture
def apart(shop: Shop, tmp_path: Path) -> Runner:
    """The runner of a repository of two stores, each planned by a job of its own."""
    source = Source("https://github.com/some/reconciler", "1" * 40)
    started(tmp_path, Answers("eu", "sandbox:NAME", "EUR", shop.host, source, plans="job-per-store"))
    file = WORKFLOW[shop.host]
    (shop.root / file).write_bytes((tmp_path / file).read_bytes())
    second = (shop.root / "stores/eu.yaml").read_text().replace(f"sandbox:{shop.name}", f"sandbox:{shop.name}-us")
    (shop.root / "stores/us.yaml").write_text(second)
    return runner_of(shop)


def runner_of(shop: Shop) -> Runner:
    return GitHubRunner(shop) if shop.host == "github" else GitLabRunner(shop)


def test_stores_planned_apart_are_reviewed_approved_and_applied_as_one(shop: Shop, apart: Runner):
    here = f"url: sandbox:{shop.name}-us"
    away = "url: https://us.myshopify.com\ncredentials: {token: {env: NOBODY_SET_THIS}}"
    shop.edit(here, away, "stores/us.yaml")
    shop.commit("two stores, and one that cannot be asked")
    request = shop.request()
    jobs = apart.play("pull_request", request)
    assert (3 if shop.host == "github" else 0, 1) == (jobs["part"].code, jobs["plan"].code)  # GitLab's names one so far
    assert "store us: no job brought its plan" in jobs["plan"].log
    assert "### Plan: 4 changes in 1 store" in shop.memory.notes[-1].body

    shop.edit("price: {EUR: 19.00}", "price: nineteen")
    request.head = shop.commit("worse")
    assert 3 == apart.play("pull_request", request)["plan"].code
    assert "### No plan of " in shop.memory.notes[-1].body

    shop.edit("price: nineteen", "price: {EUR: 19.00}")
    shop.edit(away, here, "stores/us.yaml")
    if shop.host == "gitlab":
        shop.edit("STORE: [eu]", "STORE: [eu, us]", WORKFLOW["gitlab"])
    request.head = shop.commit("two stores")
    jobs = runner_of(shop).play("pull_request", request)
    assert {0} == {job.code for job in jobs.values()}, jobs
    (note,) = shop.memory.notes
    assert "### Plan: 8 changes in 2 stores" in note.body

    shop.merge(request)
    merged = runner_of(shop).play("push")
    codes = {name: job.code for name, job in merged.items()}
    assert {"validate": 0, "approved": 0, "apply": 0} == codes, merged["apply"].log
    assert "same files" in merged["approved"].log
    assert ["First product"] == shop.titles()


def test_a_plan_of_other_files_is_none(tmp_path: Path):
    plan = side_effects()
    write_plan(plan, tmp_path / f"{plan.target.store}.json")
    assert (plan,) == gathered(tmp_path, {plan.target.store: plan.inputs.digest}).results
    (failure,) = gathered(tmp_path, {plan.target.store: "0" * 64}).failures
    assert isinstance(failure.error, PlanRefused)
    assert "made from other files" in str(failure.error)
