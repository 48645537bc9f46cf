"""``rollback`` as a user runs it: a plan file, what to do in git, and a run that comes undone."""

import subprocess

from tests.cli.conftest import CUP, SHIRT, Project


def _applied(project: Project) -> str:
    said = project.run("apply", "eu", "--yes", "--json")
    assert 0 == said.code, said.err
    run: str = said.json["reports"][0]["run"]
    return run


def _git(project: Project, *words: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    done = subprocess.run(["git", *who, "-C", project.root, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _committed(project: Project) -> str:
    if not (project.root / ".git").exists():
        _git(project, "init", "--quiet")
    _git(project, "add", "catalog", "stores")
    _git(project, "commit", "--quiet", "--message", "x")
    return _git(project, "rev-parse", "HEAD")


def test_a_rollback_is_planned_shown_and_applied_like_any_plan(project: Project) -> None:
    project.write("catalog/products/shirt.yaml", SHIRT)
    project.write("catalog/products/cup.yaml", CUP)
    _committed(project)
    _applied(project)
    project.write("catalog/products/cup.yaml", CUP.replace("9.00", "7.00"))
    changed = _committed(project)
    run = _applied(project)
    planned = project.run("rollback", run)
    assert 0 == planned.code, planned.err
    assert f"ROLLBACK: takes back run {run}" in planned.out
    assert f"In git: git revert {changed}\n" in planned.out
    assert "reconciler apply" in planned.out
    applied = project.run("apply", str(project.root / "plans" / "eu-rollback.json"))
    assert 0 == applied.code, (applied.out, applied.err)
    again = project.run("plan", "--json").json["plans"][0]["plan"]
    fields = [(each["path"], each["before"], each["after"], each["cause"]) for each in again["changes"][0]["fields"]]
    assert [("price", "9.00", "7.00", "git")] == fields, "git has not taken it back yet, and nobody edited the store"
    _git(project, "revert", "--no-edit", changed)
    assert [] == project.run("plan", "--json").json["plans"][0]["plan"]["changes"]


def test_json_is_one_document_with_the_plan_and_the_command(project: Project) -> None:
    project.write("catalog/products/cup.yaml", CUP)
    run = _applied(project)
    said = project.run("rollback", run, "--json", "--out", str(project.root / "elsewhere"))
    assert (run, None, ["the run applied no commit"]) == (said.json["undoes"], said.json["revert"], said.json["in_git"])
    (each,) = said.json["plans"]
    assert str(project.root / "elsewhere" / "eu-rollback.json") == each["file"]
    assert run == each["plan"]["undoes"]
    assert "product/cup" in {change["address"] for change in each["plan"]["changes"]}


def test_a_run_that_overwrote_an_edit_needs_nothing_in_git(project: Project) -> None:
    _committed(project)
    _applied(project)
    found = project.ask('{ products(first: 9, query: "title:Cup") { nodes { id } } }')["products"]["nodes"][0]["id"]
    edit = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
    project.ask(edit, {"p": {"id": found, "title": "Becher"}})
    said = project.run("rollback", _applied(project))
    assert "In git there is nothing to revert: the store was at commit " in said.out
    assert "git revert" not in said.out
    adopt = "reconciler drift eu --adopt product/cup --field title"
    assert 'product/cup title: the run overwrote "Becher", an edit in the store, which no commit says' in said.out
    assert f"once it is back: {adopt} --project" in said.out


def test_a_run_that_no_journal_knows_is_wrong_usage(project: Project) -> None:
    project.write("catalog/products/cup.yaml", CUP)
    said = project.run("rollback", "20260101T000000Z-abcdef-0000")
    assert 64 == said.code
    assert "knows a run 20260101T000000Z-abcdef-0000; nothing was applied from here yet" in said.err


def test_a_run_of_which_nothing_goes_back_is_not_to_be_reverted_in_git(project: Project) -> None:
    """The last run means what the first one wrote: to revert the first one's commit would take the last one back."""
    runs = []
    for price in ("9.00", "7.00", "8.00", "7.00"):
        project.write("catalog/products/cup.yaml", CUP.replace("9.00", price))
        _committed(project)
        runs.append(_applied(project))
    said = project.run("rollback", runs[1])
    assert f"run {runs[3]} wrote 7.00 since" in said.out
    assert "In git there is nothing to revert: nothing goes back.\n" in said.out
    assert "git revert" not in said.out
    assert "asks for the same changes" not in said.out
