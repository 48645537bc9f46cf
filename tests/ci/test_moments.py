"""The five moments of CI, as the written workflows run them: the same stories on GitHub and on GitLab."""

import json
from datetime import UTC, datetime, timedelta

from reconciler.render.markdown import MARKER
from tests.ci.conftest import Runner
from tests.ci.forge_server import STRANGER, TOKEN, Note, Request
from tests.ci.jobs import Done
from tests.ci.shop import JOURNAL, PRODUCT, Shop, git

TITLE = "name: First product"


def codes(jobs: dict[str, Done]) -> dict[str, int]:
    return {name: job.code for name, job in jobs.items()}


def reviewed(shop: Shop, runner: Runner, message: str = "a change") -> Request:
    """Have what is in the work tree planned as a request."""
    shop.commit(message)
    request = shop.request()
    jobs = runner.play("pull_request", request)
    assert 0 == jobs["plan"].code, jobs["plan"].log
    return request


def merged(shop: Shop, runner: Runner, request: Request) -> dict[str, Done]:
    shop.merge(request)
    return runner.play("push")


def applied(shop: Shop, runner: Runner) -> dict[str, Done]:
    """Have what is in the work tree reviewed, merged and applied."""
    jobs = merged(shop, runner, reviewed(shop, runner))
    assert {"validate": 0, "approved": 0, "apply": 0} == codes(jobs), jobs
    return jobs


def test_a_change_goes_all_the_way_and_two_applies_leave_one_journal(shop: Shop, runner: Runner):
    request = reviewed(shop, runner)
    shop.edit(TITLE, "name: Another product")
    request.head = shop.commit("better")
    runner.play("pull_request", request)
    (note,) = shop.memory.notes
    assert note.body.startswith(MARKER)
    assert "Another product" in note.body

    jobs = merged(shop, runner, request)
    assert {"validate": 0, "approved": 0, "apply": 0} == codes(jobs), jobs
    assert f"approved in {'pull' if shop.host == 'github' else 'merge'} request 7: same files" in jobs["approved"].log
    assert ["Another product"] == shop.titles()
    assert f"there is no branch {JOURNAL} yet" in jobs["apply"].log

    shop.edit("price: {EUR: 19.00}", "price: {EUR: 21.00}")
    again = applied(shop, runner)
    assert f"journal: branch {JOURNAL}, commit" in again["apply"].log
    assert "a part is missing" not in again["apply"].log

    assert "2" == git(shop.remote, "rev-list", "--count", JOURNAL)
    kept = git(shop.remote, "show", f"{JOURNAL}:journal/eu.jsonl").splitlines()
    runs = [entry["record"]["run"] for entry in map(json.loads, kept) if entry["record"]["event"] == "begun"]
    assert 2 == len({*runs})
    assert 0 == shop.run("audit", "verify").code
    assert 0 == shop.run("plan", "--detailed-exitcode").code
    assert not any(TOKEN in job.log for jobs in (jobs, again) for job in jobs.values())


def test_a_lost_journal_is_said(shop: Shop, runner: Runner):
    applied(shop, runner)
    git(shop.remote, "branch", "-D", JOURNAL)
    shop.edit(TITLE, "name: Another product")
    jobs = applied(shop, runner)
    assert "the store remembers entry" in jobs["apply"].log
    assert "a part is missing" in jobs["apply"].log


def test_a_branch_that_moved_is_planned_again_and_has_to_be_as_approved(shop: Shop, runner: Runner):
    request = reviewed(shop, runner)
    shop.edit("# One product.", "# One product, of many.")
    jobs = merged(shop, runner, request)
    assert {"validate": 0, "approved": 0, "apply": 0} == codes(jobs), jobs
    assert "same writes" in jobs["approved"].log
    assert ["First product"] == shop.titles()


def test_writes_that_nobody_approved_are_refused_and_can_be_approved_by_hand(shop: Shop, runner: Runner):
    request = reviewed(shop, runner)
    shop.edit(TITLE, "name: Unseen product")
    jobs = merged(shop, runner, request)
    assert {"validate": 0, "approved": 5} == codes(jobs)
    assert "store eu: product/first-product: planned otherwise than approved" in jobs["approved"].log
    assert "Run the workflow by hand" in jobs["approved"].log
    assert [] == shop.titles()
    by_hand = runner.play("workflow_dispatch", what="apply")
    assert {"approved": 0, "apply": 0} == codes(by_hand), by_hand
    assert ["Unseen product"] == shop.titles()


def test_without_an_approved_plan_nothing_is_applied_unless_there_is_nothing_to_apply(shop: Shop, runner: Runner):
    jobs = runner.play("push")
    assert {"validate": 0, "approved": 5} == codes(jobs)
    assert "nobody approved a plan of it; nothing was applied" in jobs["approved"].log
    assert [] == shop.titles()
    applied(shop, runner)
    shop.commit("words for people")
    assert 0 == runner.play("push")["approved"].code


def test_a_plan_of_a_fork_or_one_that_has_expired_approves_nothing(shop: Shop, runner: Runner):
    request = reviewed(shop, runner)
    (run,) = shop.memory.runs
    run.expired = True
    shop.merge(request)
    assert "or its plan has expired" in runner.play("push")["approved"].log
    run.expired, run.source, request.source = False, 11, 11
    jobs = runner.play("push")
    assert {"validate": 0, "approved": 5} == codes(jobs)
    assert "was planned by no" in jobs["approved"].log
    assert [] == shop.titles()


def test_a_request_of_a_fork_is_checked_and_gets_no_plan(shop: Shop, runner: Runner):
    assert {"validate": 0} == codes(runner.play("pull_request", shop.request(fork=True)))
    assert [] == shop.memory.notes


def test_what_a_stranger_wrote_with_our_marker_is_left_alone(shop: Shop, runner: Runner):
    shop.memory.notes.append(Note(1, f"{MARKER}\nall is well", STRANGER))
    reviewed(shop, runner)
    first, ours = (note.body.splitlines()[1] for note in shop.memory.notes)
    assert ("all is well", "### Plan: 4 changes in 1 store") == (first, ours)


def test_a_limit_is_accepted_in_git_with_a_reason_and_an_end(shop: Shop, runner: Runner):
    applied(shop, runner)
    shop.edit("price: {EUR: 19.00}", "price: {EUR: 99.00}")
    shop.commit("five times the price")
    request = shop.request()
    refused = runner.play("pull_request", request)["plan"]
    assert 4 == refused.code
    assert "in CI a limit is accepted in git" in refused.log
    proposed = shop.memory.notes[-1].body.partition("```yaml\n")[2].partition("```")[0]
    assert "# stores/eu.yaml" in proposed

    until = datetime.now(UTC).date() + timedelta(days=14)
    assert f"{{rule: price-move, reason: WHY, until: {until}}}" in proposed
    with (shop.root / "stores/eu.yaml").open("a") as file:
        file.write(proposed.replace("WHY", "it is gold now"))
    request.head = shop.commit("accept it")
    assert 0 == runner.play("pull_request", request)["plan"].code
    assert "accepted in git until" in shop.memory.notes[-1].body
    assert {"validate": 0, "approved": 0, "apply": 0} == codes(merged(shop, runner, request))
    assert "it is gold now" in git(shop.remote, "show", f"{JOURNAL}:journal/eu.jsonl")


def test_a_limit_that_was_merged_all_the_same_is_not_applied(shop: Shop, runner: Runner):
    applied(shop, runner)
    shop.edit("price: {EUR: 19.00}", "price: {EUR: 99.00}")
    shop.commit("five times the price")
    request = shop.request()
    runner.play("pull_request", request)
    jobs = merged(shop, runner, request)
    assert {"validate": 0, "approved": 4} == codes(jobs)
    assert "price-move" in jobs["approved"].log


def test_a_comment_never_shows_the_plan_of_an_older_commit(shop: Shop, runner: Runner):
    request = reviewed(shop, runner)
    shop.edit("price: {EUR: 19.00}", "price: nineteen")
    request.head = shop.commit("worse")
    assert 3 == runner.play("pull_request", request)["plan"].code
    (note,) = shop.memory.notes
    assert f"{MARKER}\n### No plan of " in note.body
    assert f"{PRODUCT}:14:12" in note.body


def test_drift_is_one_issue_that_is_opened_updated_and_closed(shop: Shop, runner: Runner):
    applied(shop, runner)
    shop.retitle("Sale!")
    first = runner.play("schedule")["drift"]
    assert 0 == first.code, first.log
    (issue,) = shop.memory.issues
    assert (("catalog-drift",), True) == (issue.labels, issue.is_open)
    assert "Sale!" in issue.body

    assert "issue: unchanged" in runner.play("schedule")["drift"].log
    shop.retitle("@everybody Last chance")
    assert "issue: updated" in runner.play("schedule")["drift"].log
    (issue,) = shop.memory.issues
    assert '`"@everybody Last chance"`' in issue.body

    shop.retitle("First product")
    assert "issue: closed" in runner.play("schedule")["drift"].log
    assert not issue.is_open
    assert "The stores are as git says again" in issue.notes[-1]
    shop.retitle("Sale!")
    assert "issue: opened" in runner.play("schedule")["drift"].log
    assert [False, True] == [each.is_open for each in shop.memory.issues]


def test_a_store_that_cannot_be_read_leaves_the_issue_open(shop: Shop, runner: Runner):
    applied(shop, runner)
    shop.retitle("Sale!")
    runner.play("schedule")
    shop.edit(f"url: sandbox:{shop.name}", "url: https://127.0.0.1:9", "stores/eu.yaml")
    with (shop.root / "stores/eu.yaml").open("a") as file:
        file.write("credentials: {token: {env: PATH}}\n")
    jobs = runner.play("schedule")
    assert 7 == jobs["drift"].code
    assert shop.memory.issues[0].is_open


def test_every_problem_of_every_file_is_said_beside_its_line(shop: Shop, runner: Runner):
    shop.edit("price: {EUR: 19.00}", "price: nineteen")
    shop.edit("currency: EUR", "currency: Euro", "stores/eu.yaml")
    shop.edit("product:", "produkt:", "mappings/default.yaml")
    done = runner.play("push")["validate"]
    assert 3 == done.code
    told = done.log if shop.host == "github" else (shop.root / ".reconciler/code-quality.json").read_text()
    for file in (PRODUCT, "stores/eu.yaml", "mappings/default.yaml"):
        assert file in told
    if shop.host == "github":
        assert f"::error file={PRODUCT},line=14,col=12::" in done.log
        assert "| where | what | what to do |" in done.summary
        assert "3" == done.outputs["exit-code"]
    else:
        assert "<failure" in (shop.root / ".reconciler/junit.xml").read_text()
        assert 3 == len({each["fingerprint"] for each in json.loads(told)})
