"""``audit``: what an apply left in the journal, shown, filtered and proved."""

import json

import pytest

from reconciler.app.journal.file import Journal
from tests.cli.conftest import Project


@pytest.fixture
def applied(project: Project) -> Project:
    assert 0 == project.run("apply", "eu", "--yes").code
    return project


def events(project: Project, *words: str) -> list[str]:
    said = project.run("audit", "log", "--json", *words)
    assert 0 == said.code, said
    return [entry["record"]["event"] for entry in said.json["entries"]]


def test_a_log_tells_a_run_from_its_beginning_to_its_end(applied: Project):
    found = events(applied)
    assert ("begun", "ended") == (found[0], found[-1])
    assert {"begun", "requested", "answered", "told", "ended"} == set(found)


def test_every_request_that_writes_has_its_answer_with_the_stores_name_of_it(applied: Project):
    entries = [entry["record"] for entry in applied.run("audit", "log", "--json").json["entries"]]
    asked = [record["request"] for record in entries if record["event"] == "requested"]
    answered = {record["request"]: record for record in entries if record["event"] == "answered"}
    assert asked == list(answered) == list(range(1, len(asked) + 1))
    assert all(record["request_id"] for record in answered.values())


def test_a_log_is_filtered_by_address(applied: Project):
    said = applied.run("audit", "log", "--address", "variant/shirt/*")
    assert "variant/shirt/S-M" in said.out
    assert "begun" not in said.out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--since", "2999-01-01"), False),
        (("--until", "2999-01-01"), True),
        (("--until", "2000-01-01"), False),
        (("--run", "2*"), True),
        (("--run", "1*"), False),
        (("--actor", "*"), True),
        (("--actor", "nobody"), False),
    ],
)
def test_a_log_is_filtered(words: tuple[str, ...], found: bool, applied: Project):
    assert found is bool(events(applied, *words))


def test_runs_are_listed_with_what_came_of_each(applied: Project):
    applied.write("catalog/products/cup.yaml", "key: cup\nname: Mug\nvariants: [{sku: CUP, price: 9.00}]\n")
    assert 0 == applied.run("apply", "eu", "--yes").code
    first, second = applied.run("audit", "runs", "--json").json["runs"]
    assert ("complete", "eu", None, None) == (first["state"], first["store"], first["commit"], first["undoes"])
    assert (1, 1) == (second["changes"], second["counts"]["applied"])
    assert 0 == applied.run("rollback", second["run"]).code
    assert 0 == applied.run("apply", str(applied.root / "plans/eu-rollback.json")).code
    said = applied.run("audit", "runs")
    assert 3 == said.out.count(" eu  ")
    assert f"takes back {second['run']}; 1 change: complete, 1 applied" in said.out
    assert [second["run"]] == [each["undoes"] for each in applied.run("audit", "runs", "--json").json["runs"][2:]]
    back = applied.run("audit", "runs", "--run", second["run"]).out
    assert (1, True) == (back.count(" eu  "), "taken back by " in back)
    assert "nothing that fits" in applied.run("audit", "runs", "--actor", "nobody").out
    unnamed = applied.run("rollback")
    assert 64 == unnamed.code
    assert all(run in unnamed.err for run in (first["run"], second["run"]))
    assert first["run"] in applied.run("rollback", "20260101T000000Z-abcdef-0000").err


def test_a_run_that_was_killed_is_unfinished(applied: Project):
    file = applied.root / "journal/eu.jsonl"
    file.write_bytes(b"".join(line for line in file.read_bytes().splitlines(keepends=True) if b'"ended"' not in line))
    (run,) = applied.run("audit", "runs", "--json").json["runs"]
    assert ("unfinished", None) == (run["state"], run["ended_at"])
    assert run["counts"]["applied"]


def test_a_time_that_is_none_is_told(applied: Project):
    said = applied.run("audit", "log", "--since", "yesterday")
    assert (64, "error: 'yesterday' is no time; expected 2026-11-28 or 2026-11-28T06:15, in UTC\n") == (
        said.code,
        said.err,
    )


def test_without_a_journal_there_is_nothing_to_show_or_to_doubt(project: Project):
    assert "there is no journal in journal/: nothing was applied, or not from here\n" == project.run("audit", "log").out
    assert (0, "journal/eu.jsonl: nothing was applied yet\n") == (
        (said := project.run("audit", "verify")).code,
        said.out,
    )


def test_a_store_without_a_journal_is_told(applied: Project):
    said = applied.run("audit", "log", "us")
    assert 64 == said.code
    assert "store us has no journal" in said.err


def test_a_journal_that_nobody_touched_is_whole_and_the_store_agrees(applied: Project):
    said = applied.run("audit", "verify")
    assert 0 == said.code, said
    assert "journal/eu.jsonl is whole" in said.out
    assert "and it is the one that is here; it is told before a run writes its last entries" in said.out


def test_a_changed_entry_is_told_with_its_line(applied: Project):
    file = applied.root / "journal/eu.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"result":"applied"', b'"result":"skipped"', 1))
    said = applied.run("audit", "verify", "--json")
    assert (1, False) == (said.code, said.json["journals"][0]["whole"])
    line = said.json["journals"][0]["broken"]["line"]
    assert '"skipped"' in file.read_text().splitlines()[line - 1]
    broken = f"journal/eu.jsonl:{line}: its hash does not fit"
    assert broken in applied.run("audit", "verify", "--offline").out
    applied.write("catalog/products/cup.yaml", "key: cup\nname: Mug\nvariants: [{sku: CUP, price: 9.00}]\n")
    said = applied.run("apply", "eu", "--yes")
    assert (0, True) == (said.code, broken in said.out), said
    assert "docs/journal.md" in said.out


def test_an_apply_does_not_begin_where_a_line_of_the_journal_is_no_entry(applied: Project):
    file = applied.root / "journal/eu.jsonl"
    first, *rest = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([first, b"{}\n", *rest]))
    applied.write("catalog/products/cup.yaml", "key: cup\nname: Jug\nvariants: [{sku: CUP, price: 9.00}]\n")
    said = applied.run("apply", "eu", "--yes")
    assert (True, True) == (0 != said.code, "journal/eu.jsonl:2: it is no entry" in said.err), said
    assert "Jug" not in {
        each["title"] for each in applied.ask("{ products(first: 9) { nodes { title } } }")["products"]["nodes"]
    }


def test_a_journal_that_is_gone_is_missed_by_the_store_alone(applied: Project):
    for file in (applied.root / "journal").iterdir():
        file.unlink()
    assert 0 == applied.run("audit", "verify", "--offline").code
    said = applied.run("audit", "verify")
    assert 1 == said.code
    assert "journal/eu.jsonl:1: store eu remembers entry" in said.out


def test_a_broken_journal_is_not_appended_to(applied: Project):
    head = applied.root / "journal/eu.head"
    head.write_bytes(head.read_bytes().replace(b"00", b"90", 1))
    applied.write("catalog/products/cup.yaml", "key: cup\nname: Mug\nvariants: [{sku: CUP, price: 9.00}]\n")
    said = applied.run("apply", "eu", "--yes")
    assert 1 == said.code
    assert "journal/eu.jsonl: it ends with entry" in said.err
    assert (
        "Cup"
        == applied.ask('{ products(first: 9, query: "title:Cup") { nodes { title } } }')["products"]["nodes"][0][
            "title"
        ]
    )


def test_an_apply_of_nothing_begins_no_run(applied: Project):
    before = (applied.root / "journal/eu.jsonl").read_bytes()
    said = applied.run("apply", "eu", "--yes", "--json")
    report = said.json["reports"][0]
    assert (0, 0, None) == (said.code, report["mutations"], report["run"])
    assert before == (applied.root / "journal/eu.jsonl").read_bytes()


def test_a_journal_in_a_folder_that_cannot_be_written_stops_an_apply_before_it_writes(project: Project):
    project.write("journal", "in the way")
    said = project.run("apply", "eu", "--yes")
    assert 1 == said.code
    assert "journal/eu.jsonl: the journal cannot be written" in said.err
    assert [] == project.ask("{ products(first: 9) { nodes { id } } }")["products"]["nodes"]


def test_hostile_text_is_shown_and_obeyed_by_no_terminal(project: Project):
    name = json.dumps("\x1b[2J\u202e\nCup")
    project.write("catalog/products/cup.yaml", f"key: cup\nname: {name}\nvariants: [{{sku: CUP, price: 9.00}}]\n")
    project.run("apply", "eu", "--yes")
    said = project.run("audit", "log", "--address", "product/cup")
    assert "\\x1b[2J\\u202e" in said.out
    assert not {"\x1b", "\u202e"} & set(said.out)


def test_no_token_is_in_a_journal(applied: Project):
    token = applied.stores.shop(applied.shop, "EUR")[1]
    kept = b"".join(file.read_bytes() for file in (applied.root / "journal").iterdir())
    assert token.encode() not in kept


def test_a_journal_that_was_deleted_stays_incomplete_after_the_next_apply_until_somebody_says_why(applied: Project):
    for file in (applied.root / "journal").glob("eu.*"):
        file.unlink()
    applied.write("catalog/products/cup.yaml", "key: cup\nname: Mug\nvariants: [{sku: CUP, price: 9.00}]\n")
    first = applied.run("apply", "eu", "--yes")
    assert "a part is missing; it is where that run was applied" in first.out + first.err
    applied.write("catalog/products/cup.yaml", "key: cup\nname: Jug\nvariants: [{sku: CUP, price: 9.00}]\n")
    second = applied.run("apply", "eu", "--yes")
    assert (0, False) == (second.code, "a part is missing" in second.out + second.err)
    said = applied.run("audit", "verify")
    assert 1 == said.code
    assert "journal/eu.jsonl:1: run " in said.out
    assert "which store eu remembered: what was before is gone" in said.out
    run = applied.run("audit", "log", "--json").json["entries"][0]["record"]["run"]
    assert (5, True) == ((refused := applied.run("rollback", run)).code, "began without entry" in refused.err)
    assert 0 == applied.run("audit", "acknowledge", "eu", "--reason", "the old runner kept none").code
    said = applied.run("audit", "verify")
    assert (0, True) == (said.code, "says: the old runner kept none" in said.out)
    assert ["the old runner kept none"] == [
        each["reason"] for each in applied.run("audit", "verify", "--json").json["journals"][0]["acknowledged"]
    ]
    assert 64 == applied.run("audit", "acknowledge", "eu", "--reason", "again").code
    assert 0 == applied.run("rollback", run).code


def test_a_journal_that_was_begun_anew_and_is_longer_by_now_is_missed_too(applied: Project):
    journal = Journal(applied.root, "eu")
    seq = sum(1 for _ in journal.entries())
    (first,) = [entry.record for entry in journal.entries() if entry.seq == 1]
    for file in (applied.root / "journal").glob("eu.*"):
        file.unlink()
    for _ in range(seq + 1):
        journal.append(first)
    journal.close()
    applied.write("catalog/products/cup.yaml", "key: cup\nname: Mug\nvariants: [{sku: CUP, price: 9.00}]\n")
    assert "a part is missing" in (said := applied.run("apply", "eu", "--yes")).out + said.err
    told = applied.run("audit", "verify").out
    assert f"journal/eu.jsonl:{seq + 2}: run " in told
    assert "began without entry" in told


def test_what_verify_misses_is_settled_by_acknowledging_it_before_and_after_the_next_apply(applied: Project):
    journal, head = applied.root / "journal/eu.jsonl", applied.root / "journal/eu.head"
    whole = journal.read_bytes()
    acknowledging = ("audit", "acknowledge", "eu", "--reason", "the disk was full")
    assert "lacks nothing that store eu remembers" in (said := applied.run(*acknowledging)).err
    assert 64 == said.code
    journal.write_bytes(b"".join(whole.splitlines(keepends=True)[:-2]))
    told = applied.run("audit", "verify", "--offline").out.strip()
    refused = applied.run(*acknowledging)
    assert (1, True) == (refused.code, told in refused.err)
    assert "move both away to begin anew" in refused.err
    for file in (journal, head):
        file.unlink()
    told = applied.run("audit", "verify").out
    assert "which is gone; " in told
    assert "reconciler audit acknowledge eu" in told
    assert 0 == applied.run(*acknowledging).code
    said = applied.run("audit", "verify")
    assert (0, True) == (said.code, "says: the disk was full" in said.out)
    applied.write("catalog/products/cup.yaml", "key: cup\nname: Mug\nvariants: [{sku: CUP, price: 9.00}]\n")
    said = applied.run("apply", "eu", "--yes")
    assert (0, False) == (said.code, "a part is missing" in said.out + said.err)
    assert 0 == applied.run("audit", "verify").code
    assert 64 == applied.run(*acknowledging).code
