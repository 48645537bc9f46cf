"""``snapshot`` and ``plan --snapshot``, as a user runs them."""

from tests.cli.conftest import Project


def test_a_snapshot_is_made_once_and_planned_against_without_token_or_network(project: Project, monkeypatch) -> None:
    said = project.run("snapshot", "eu", "--json")
    file = project.root / "snapshots" / "eu.jsonl"
    assert (0, str(file), "eu") == (said.code, said.json["file"], said.json["store"])
    assert {"product", "collection"} <= set(said.json["kinds"])

    live = project.run("plan", "eu", "--json").json["plans"][0]["plan"]
    monkeypatch.setattr("reconciler.cli.embedded.EmbeddedStores.shop", _unreachable)
    held = project.run("plan", "--snapshot", str(file), "--json").json["plans"][0]["plan"]
    assert {"taken_at": said.json["taken_at"], "digest": said.json["digest"]} == held["against"]
    for plan in (live, held):
        for varying in ("against", "digest", "header"):
            del plan[varying]
    assert live == held

    shown = project.run("plan", "eu", "--snapshot", str(file))
    assert (
        f"SNAPSHOT: made against a snapshot of {said.json['taken_at']} (SHA-256 {said.json['digest'][:12]})"
        in shown.out
    )
    comment = project.run("show", str(project.root / "plans" / "eu.json"), "--format", "markdown").out
    assert "made against a snapshot of" in comment

    file.write_bytes(file.read_bytes()[:-20])
    refused = project.run("plan", "eu", "--snapshot", str(file), "--json")
    assert (5, "snapshot-refused") == (refused.code, refused.json["error"]["kind"])
    assert "it was cut short; make a new one" in refused.json["error"]["message"]


def test_a_snapshot_of_another_store_is_refused(project: Project) -> None:
    assert 0 == project.run("snapshot", "eu").code
    file = project.root / "snapshots" / "eu.jsonl"
    project.write("stores/us.yaml", (project.root / "stores/eu.yaml").read_text(encoding="utf-8"))
    other = project.run("plan", "us", "--snapshot", str(file))
    assert 5 == other.code
    assert f"no snapshot of store us was given: {file} is of store eu; make it: reconciler snapshot us" in other.err
    more = project.run("plan", "eu", "us", "--snapshot", str(file))
    assert 5 == more.code
    missing = project.run("plan", "eu", "--snapshot", "nowhere.jsonl")
    assert (64, True) == (missing.code, "nowhere.jsonl: the snapshot cannot be read" in missing.err)


def _unreachable(*asked: object, **more: object) -> None:
    raise AssertionError(asked)
