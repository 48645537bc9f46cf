"""The main job through the program itself: files, plan, review, apply, nothing left."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reconciler.cli.files import FAMILIES
from tests.cli.conftest import CUP, SHIRT, STORE, Project


def test_the_main_job(project: Project) -> None:
    assert "2 products with 3 variants" in project.run("validate").out
    first = project.run("plan", "--detailed-exitcode")
    assert 2 == first.code
    assert "to create" in first.out
    applied = project.run("apply", project.file("plans/eu.json"))
    assert 0 == applied.code
    assert "6 applied" in applied.out
    assert 0 == project.run("plan", "--detailed-exitcode").code
    project.write("catalog/products/cup.yaml", CUP.replace("9.00", "8.50"))
    assert "9.00 → 8.50 EUR" in project.run("plan").out
    assert 0 == project.run("apply", "eu", "--yes").code
    assert 0 == project.run("plan", "--detailed-exitcode").code


def test_json_is_one_document_on_stdout(project: Project) -> None:
    planned = project.run("plan", "--json")
    assert ["eu"] == [each["plan"]["target"]["store"] for each in planned.json["plans"]]
    reported = project.run("apply", project.file("plans/eu.json"), "--json")
    assert {"applied": 6, "already-so": 0, "stale": 0, "failed": 0, "skipped": 0} == reported.json["reports"][0][
        "counts"
    ]
    explained = project.run("explain", "variant/cup/CUP", "--json")
    assert "catalog/products/cup.yaml:3:30" == explained.json["stores"]["eu"]["fields"]["price"][0]["place"]


def test_a_plan_file_fits_its_published_schema(project: Project) -> None:
    project.run("plan")
    schema = project.run("schema", "plan").json
    plan = json.loads(Path(project.file("plans/eu.json")).read_bytes())
    jsonschema.Draft202012Validator(schema).validate(plan)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**plan, "changes": [{"action": "explode"}]})


EXAMPLE = [
    ("catalog", "catalog/products/*.yaml"),
    ("collections", "catalog/collections/*.yaml"),
    ("stock", "catalog/stock/*.yaml"),
    ("metafields", "catalog/metafields.yaml"),
    ("redirects", "catalog/redirects.yaml"),
    ("store", "stores/*.yaml"),
    ("mapping", "mappings/*.yaml"),
]


@pytest.mark.parametrize(("family", "files"), EXAMPLE)
def test_the_example_of_the_catalog_fits_its_published_schema(project: Project, family: str, files: str) -> None:
    import yaml

    schema = jsonschema.Draft202012Validator(project.run("schema", family).json)
    found = sorted(Path().glob(files))
    assert found
    for file in found:
        schema.validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def test_every_family_of_files_has_a_schema(project: Project) -> None:
    assert list(FAMILIES) == list(project.run("schema").json)


def test_show_needs_no_store_and_no_fitting_files(project: Project) -> None:
    project.run("plan")
    project.write("catalog/products/cup.yaml", "not: a product\n")
    project.write("stores/eu.yaml", "neither: a store\n")
    said = project.run("show", project.file("plans/eu.json"), "--all")
    assert 0 == said.code
    assert "catalog/products/shirt.yaml" in said.out


def test_a_plan_of_changed_files_looks_at_those_only(project: Project) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words],
            cwd=project.root,
            check=True,
            capture_output=True,
        )

    git("init", "-q", "-b", "main")
    project.write(".gitignore", ".reconciler/\nplans/\n")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    project.run("apply", "eu", "--yes")
    project.write("catalog/products/cup.yaml", CUP.replace("9.00", "8.50"))
    said = project.run("plan", "--changed-since", "main", "--json")
    plan = said.json["plans"][0]["plan"]
    assert ["variant/cup/CUP"] == [change["address"] for change in plan["changes"]]
    assert "main" == plan["scope"]["changed_since"]
    assert plan["inputs"]["dirty"]
    (project.root / "catalog/products/shirt.yaml").unlink()
    since_removal = project.run("plan", "--changed-since", "main", "--json").json["plans"][0]["plan"]
    assert [("variant/cup/CUP", "update"), ("product/shirt", "remove")] == _actions(since_removal)
    git("add", "-A")
    git("commit", "-q", "-m", "second")
    later = project.run("plan", "--changed-since", "HEAD", "--json").json["plans"][0]["plan"]
    assert [] == _actions(later)


def _actions(plan: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change["address"], change["action"]) for change in plan["changes"]]


def test_the_token_is_nowhere(
    project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    base_url, token = project.stores.shop(project.shop, "EUR")
    monkeypatch.setenv("STORY_TOKEN", token)
    store = f"url: {base_url}\nchannel: web\ncurrency: EUR\ncredentials: {{token: {{env: STORY_TOKEN}}}}\n"
    project.write("stores/eu.yaml", store)
    project.write("catalog/products/shirt.yaml", SHIRT)
    words = (
        ["plan", "-v"],
        ["apply", project.file("plans/eu.json"), "-v"],
        ["plan", "--json"],
        ["show", project.file("plans/eu.json")],
    )
    said = [project.run(*each) for each in words]
    monkeypatch.setenv("STORY_TOKEN", f"{token}x")
    said.append(project.run("plan", "-v"))
    assert [0, 0, 0, 0, 7] == [each.code for each in said]
    streams = "".join(each.out + each.err for each in said) + caplog.text
    assert "productSet" not in streams or "title" in streams
    files = [file for file in project.root.rglob("*") if file.is_file() and ".reconciler" not in file.parts]
    assert [] == [file for file in files if token.encode() in file.read_bytes()]
    assert token not in streams


def test_the_program_runs_as_a_process_of_its_own(project: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "plan", "--json", "--project", str(project.root)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert 1 == len(json.loads(done.stdout)["plans"])


def test_the_demo_plays_to_its_end(tmp_path: Path, project: Project) -> None:
    said = project.bare("demo", "--into", str(tmp_path / "demo"))
    assert 0 == said.code, said.err
    assert "No changes. Store us is as git says." in said.out
    assert "price is now 79.00, the plan expected 84.00" in said.out
    assert said.err.rstrip().endswith(f"cd {tmp_path / 'demo'} && reconciler plan eu")


def test_two_stores_start_one_server_between_them(tmp_path: Path, project: Project) -> None:
    for name in ("eu", "us"):
        (tmp_path / "stores").mkdir(exist_ok=True)
        (tmp_path / "stores" / f"{name}.yaml").write_text(STORE.format(name=name))
    (tmp_path / "catalog" / "products").mkdir(parents=True)
    (tmp_path / "catalog" / "products" / "cup.yaml").write_text(CUP)
    said = project.bare("plan", "--project", str(tmp_path))
    assert (0, 2) == (said.code, said.out.count("3 to create")), said.err


def test_a_broken_limit_is_let_through_by_the_very_command_that_is_shown(project: Project) -> None:
    assert 0 == project.run("apply", "eu", "--yes").code
    project.write("catalog/products/cup.yaml", CUP.replace("9.00}", "0.90, cost: 4.00}"))
    said = project.run("plan")
    shown = said.out.partition("is meant, apply it with reconciler ")[2].split()
    assert ["--accept", "price-move", "--accept", "below-cost"] == shown[2:6]
    assert ["--project", str(project.root)] == shown[6:]
    assert 4 == project.run("apply", project.file("plans/eu.json")).code
    applied = project.bare(*shown)
    assert 0 == applied.code, applied.err
    assert f"reconciler audit log --run {applied.out.partition('audit log --run ')[2]}".splitlines()[0].endswith(
        f" --project {project.root}"
    )


def test_one_thing_is_counted_as_one(project: Project) -> None:
    (project.root / "catalog/products/shirt.yaml").unlink()
    assert "1 product with 1 variant, no problems.\n  eu: 1 product, 1 variant\n" == project.run("validate").out


def test_explain_says_values_as_a_file_would(project: Project) -> None:
    project.write("catalog/products/cup.yaml", f'{CUP}tags: [blue, "a: b"]\n')
    said = project.run("explain", "product/cup").out
    assert 'product.tags → [blue, "a: b"]  (catalog/products/cup.yaml:4:7)' in said
    said = project.run("explain", "variant/shirt/S-S").out
    assert "variant.options → {Size: S}" in said
    assert [] == [line for line in said.splitlines() if "'Size'" in line or "True" in line or "(('" in line]


def test_a_key_that_moves_and_takes_its_handle_along_is_told_with_the_way_to_keep_it(project: Project) -> None:
    assert 0 == project.run("apply", "eu", "--yes").code
    project.write("catalog/products/cup.yaml", CUP.replace("key: cup", "key: mug\nmoved: cup"))
    said = project.run("plan").out
    assert "product/mug: its handle follows its key, from cup to mug, and so does its address in the shop" in said
    project.write("catalog/products/cup.yaml", CUP.replace("key: cup", "key: mug\nmoved: cup\nhandle: cup"))
    assert "follows its key" not in project.run("plan").out
