"""A user's mistake is told in one message, with the exit code of the contract, and never as a traceback."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.plan_text import parse_plan, plan_json, sealed
from tests.cli.conftest import CUP, SHIRT, Project
from tests.shopify.scripted import Reply, ScriptedStore

REAL = "url: {url}\nchannel: web\ncurrency: EUR\ncredentials: {{token: {{env: MISTAKE_TOKEN}}}}\n"
TOKEN = "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"


def _file(name: str, text: str | bytes) -> Callable[[Project], object]:
    return lambda project: project.write(name, text)


def _store(text: str) -> Callable[[Project], object]:
    return _file("stores/eu.yaml", text)


FILES = {
    "an empty catalog": (lambda p: [f.unlink() for f in (p.root / "catalog/products").iterdir()], "no products"),
    "no catalog folder": (
        lambda p: shutil.rmtree(p.root / "catalog"),
        "catalog",
    ),
    "an unknown key": (
        _file("catalog/products/x.yaml", "key: x\nnmae: X\nvariants: [{price: 1}]\n"),
        "x.yaml:2:1: nmae",
    ),
    "a number for a SKU": (
        _file("catalog/products/x.yaml", "key: x\nname: X\nvariants:\n  - sku: 0012\n    price: 1\n"),
        'quote it: "0012"',
    ),
    "a missing price": (_file("catalog/products/x.yaml", "key: x\nname: X\nvariants: [{sku: A}]\n"), "price"),
    "a duplicate key in a mapping": (
        _file("catalog/products/x.yaml", "key: x\nname: X\nname: Y\nvariants: [{price: 1}]\n"),
        "x.yaml:3:1",
    ),
    "a duplicate product key": (_file("catalog/products/x.yaml", CUP.replace("CUP", "C2")), "cup"),
    "a duplicate SKU": (_file("catalog/products/x.yaml", CUP.replace("key: cup", "key: mug")), "CUP"),
    "an anchor": (_file("catalog/products/x.yaml", "key: &a x\nname: *a\nvariants: [{price: 1}]\n"), "x.yaml:1"),
    "a tag": (
        _file("catalog/products/x.yaml", "key: !!python/object x\nname: X\nvariants: [{price: 1}]\n"),
        "x.yaml:1",
    ),
    "two documents": (_file("catalog/products/x.yaml", f"{CUP}---\n{SHIRT}"), "x.yaml"),
    "not UTF-8": (_file("catalog/products/x.yaml", "key: x\nname: Größe\n".encode("latin-1")), "UTF-8"),
    "broken YAML": (_file("catalog/products/x.yaml", "key: [x\nname: X\n"), "x.yaml:"),
    "an empty file": (_file("catalog/products/x.yaml", ""), "x.yaml"),
    "a list for a product": (_file("catalog/products/x.yaml", "- 1\n- 2\n"), "x.yaml"),
    "infinity for a price": (
        _file("catalog/products/x.yaml", "key: x\nname: X\nvariants: [{price: .inf}]\n"),
        "finite",
    ),
    "a price with too many decimals": (
        _file("catalog/products/x.yaml", "key: x\nname: X\nvariants: [{price: 1.999}]\n"),
        "1.999",
    ),
    "a price in another currency": (
        _file("catalog/products/x.yaml", "key: x\nname: X\nvariants: [{price: {USD: 1}}]\n"),
        "EUR",
    ),
    "an undeclared option value": (
        _file(
            "catalog/products/x.yaml",
            SHIRT.replace("Size: M}", "Size: XL}").replace("key: shirt", "key: x").replace("S-", "X-"),
        ),
        "XL",
    ),
    "a handle with capitals": (
        _file("catalog/products/x.yaml", "key: x\nname: X\nhandle: Big One\nvariants: [{price: 1}]\n"),
        "Big One",
    ),
    "a link that leads out": (lambda p: (p.root / "catalog/products/x.yaml").symlink_to("/etc/hostname"), "x.yaml"),
    "a channel of no store": (
        _file("catalog/products/x.yaml", "key: x\nname: X\nchannels: [wbe]\nvariants: [{price: 1}]\n"),
        "x.yaml:3:12: no store sells through wbe\n    hint: did you mean web?",
    ),
    "a literal token": (
        _store(f"url: https://x.myshopify.com\nchannel: web\ncurrency: EUR\ncredentials: {{token: {TOKEN}}}\n"),
        "eu.yaml:4",
    ),
    "an unknown currency": (_store("url: sandbox:x\nchannel: web\ncurrency: Euro\n"), "Euro"),
    "an unknown mapping": (_store("url: sandbox:x\nchannel: web\ncurrency: EUR\nmapping: nope\n"), "nope"),
    "a URL without encryption": (
        _store("url: http://example.com\nchannel: web\ncurrency: EUR\ncredentials: {token: {env: T}}\n"),
        "http",
    ),
    "an unknown name in a template": (
        _file("mappings/default.yaml", 'product: {title: "{{ product.nmae }}"}\n'),
        "nmae",
    ),
    "broken template syntax": (
        _file("mappings/default.yaml", 'product: {title: "{{ product.name "}\n'),
        "default.yaml:1",
    ),
    "an unknown field in a mapping": (_file("mappings/default.yaml", 'product: {titel: "x"}\n'), "titel"),
    "a way out of the sandbox": (
        _file("mappings/default.yaml", "product: {title: \"{{ ''.__class__ }}\"}\n"),
        "default.yaml:1",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_mistake_in_a_file_is_told_with_its_place(name: str, project: Project) -> None:
    prepare, expected = FILES[name]
    prepare(project)
    said = project.run("validate")
    assert (3, "") == (said.code, said.out)
    assert expected in said.err
    assert TOKEN not in said.err
    assert "Traceback" not in said.err
    as_json = project.run("validate", "--json")
    assert 3 == as_json.json["error"]["exit_code"]
    assert [] != as_json.json["error"]["diagnostics"]
    assert TOKEN not in as_json.out


def test_a_channel_of_no_store_is_no_reason_to_take_a_product_out_of_a_store_that_is_planned(project: Project) -> None:
    project.write("catalog/products/x.yaml", "key: x\nname: X\nchannels: [wbe]\nvariants: [{price: 1}]\n")
    said = project.run("plan", "eu")
    assert 3 == said.code
    assert "x.yaml:3:12: no store sells through wbe\n    hint: did you mean web?" in said.err


def test_values_without_a_type_are_not_told_where_the_definition_cannot_be_read(project: Project) -> None:
    project.write("catalog/metafields.yaml", "product.custom.made: {name: Made, tpye: single_line_text_field}\n")
    made = "metafields: {custom.made: by hand, custom.other: x}\nvariants:"
    project.write("catalog/products/cup.yaml", CUP.replace("variants:", made, 1))
    said = project.run("validate", "--json").json["error"]["diagnostics"]
    assert ["tpye is not a field here", "metafield custom.other of product/cup has no type"] == [
        each["summary"].partition(", and")[0] for each in said
    ]


WORDS = {
    "no such command": (["paln"], 64, "there is no command paln; did you mean plan?"),
    "no command like it": (["xyzzy"], 64, "there is no command xyzzy; `reconciler --help` lists them"),
    "no such command of a group": (["sandbox", "qery"], 64, "Did you mean 'query'?"),
    "no such option": (["plan", "--frobnicate"], 64, "frobnicate"),
    "no such store": (["plan", "euu"], 64, "did you mean eu"),
    "no such embedded store": (
        ["sandbox", "query", "nosuch", "{shop{id}}"],
        64,
        "embedded store nosuch; expected one of",
    ),
    "one with a slip": (["sandbox", "query", "WARM", "{shop{id}}"], 64, "no embedded store WARM; did you mean warm?"),
    "none to be emptied": (["sandbox", "reset", "nosuch"], 64, "there is no embedded store nosuch; expected one of"),
    "no name for a store": (["sandbox", "reset", "Not A Name"], 64, "Not A Name"),
    "no port": (["sandbox", "serve", "--port", "99999"], 64, "99999"),
    "no such plan file": (["apply", "plans/nope.json"], 64, "nope.json"),
    "no such plan file to show": (["show", "nope.json"], 64, "nope.json"),
    "no such plans to compare": (["compare", "nope", "nope"], 64, "nope"),
    "a pattern that fits nothing": (["plan", "--only", "product/cpu"], 64, "--only product/cpu: it fits nothing"),
    "a pattern of drift that fits nothing": (["drift", "--only", "field:prize"], 64, "--only field:prize"),
    "no such address": (["explain", "variant/shrit/S-S"], 64, "did you mean shirt"),
    "no address at all": (["explain", "shirt"], 64, "KIND/KEY"),
    "no such export": (["import", "csv", "nope.csv"], 3, "nope.csv"),
    "no such dump": (["import", "json", "nope.json"], 3, "nope.json"),
    "no such currency": (["import", "json", "nope.json", "--currency", "euro"], 64, "euro"),
    "a store and a plan at once": (["apply", "eu", "plans/eu.json"], 64, "not both"),
    "nobody to ask": (["apply", "eu"], 64, "--yes"),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_mistake_on_the_command_line_is_told(name: str, project: Project) -> None:
    words, code, expected = WORDS[name]
    said = project.run(*words)
    assert (code, "") == (said.code, said.out)
    assert expected in said.err
    assert "Traceback" not in said.err
    as_json = project.run(*words, "--json")
    assert code == as_json.json["error"]["exit_code"]


def test_a_git_ref_that_is_not_there_is_told(project: Project) -> None:
    said = project.run("plan", "--changed-since", "nope")
    assert (64, "") == (said.code, said.out)
    assert "nope" in said.err


@pytest.mark.parametrize(
    "left", ['{"url": "http://127.0.0.1:9"}', '{"url": "no url"}', "[]", "[" * 5000, "", '{"url": 7}']
)
def test_an_address_that_a_killed_server_left_behind_is_no_obstacle(left: str, tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text(left)
    with EmbeddedStores(tmp_path) as stores:
        assert stores.shop("eu", "EUR")[0].endswith("/eu")


def test_a_terminal_that_cannot_spell_a_title_shows_the_rest(project: Project) -> None:
    project.write("catalog/products/cup.yaml", CUP.replace("Cup", "Кружка ☕"))
    words = [sys.executable, "-m", "reconciler", "plan", "--project", str(project.root)]
    done = subprocess.run(words, capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert b"\\u041a" in done.stdout


def test_a_missing_project_is_told(project: Project) -> None:
    said = project.bare("validate", "--project", "/nowhere/at/all")
    assert 64 == said.code
    assert "stores/" in said.err


ANSWERS = {
    401: ("MISTAKE_TOKEN", b'{"errors":"[API] Invalid API key or access token"}'),
    402: ("402", b'{"errors":"Unavailable Shop"}'),
    403: ("403", b'{"errors":"Forbidden"}'),
    404: ("stores/eu.yaml", b'{"errors":"Not Found"}'),
    423: ("423", b'{"errors":"Locked"}'),
}


@pytest.mark.parametrize("status", ANSWERS)
def test_a_store_that_refuses_us_is_told_with_the_cure(
    status: int, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, body = ANSWERS[status]
    monkeypatch.setenv("MISTAKE_TOKEN", TOKEN)
    with ScriptedStore(*[Reply(body, status=status)] * 3) as store:
        project.write("stores/eu.yaml", REAL.format(url=store.url))
        said = project.run("plan")
    assert 7 == said.code
    assert expected in said.err
    assert TOKEN not in said.err


def test_a_store_that_is_down_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTAKE_TOKEN", TOKEN)
    project.write("stores/eu.yaml", REAL.format(url="http://127.0.0.1:9"))
    said = project.run("plan", "--json")
    assert 7 == said.code
    assert "refused" in said.json["errors"][0]["error"]["message"]
    assert TOKEN not in said.out + said.err


def test_an_unset_variable_is_told_by_name(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MISTAKE_TOKEN", raising=False)
    project.write("stores/eu.yaml", REAL.format(url="https://eu.myshopify.com"))
    said = project.run("plan")
    assert 3 == said.code
    assert "stores/eu.yaml" in said.err
    assert "MISTAKE_TOKEN" in said.err


def test_a_shop_in_another_currency_is_told(project: Project) -> None:
    project.stores.shop(project.shop, "EUR")
    project.write("stores/eu.yaml", f"url: sandbox:{project.shop}\nchannel: web\ncurrency: USD\n")
    said = project.run("plan")
    assert said.code in {3, 7}
    assert "USD" in said.err
    assert "EUR" in said.err


def test_one_store_that_fails_stops_no_other(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTAKE_TOKEN", TOKEN)
    with ScriptedStore(*[Reply(b'{"errors":"Unavailable Shop"}', status=402)] * 3) as store:
        project.write("stores/us.yaml", REAL.format(url=store.url))
        said = project.run("plan", "--json")
    assert 7 == said.code
    assert ["us"] == [failure["store"] for failure in said.json["errors"]]
    assert ["eu"] == [planned["plan"]["target"]["store"] for planned in said.json["plans"]]


def _planned(project: Project) -> Path:
    assert 0 == project.run("plan").code
    return project.root / "plans" / "eu.json"


def _truncated(plan: Path) -> None:
    plan.write_bytes(plan.read_bytes()[:-200])


def _edited(plan: Path) -> None:
    plan.write_text(plan.read_text(encoding="utf-8").replace('"49.00"', '"4.90"'), encoding="utf-8")


def _of_another_store(plan: Path) -> None:
    read = parse_plan(plan.read_bytes())
    plan.write_bytes(plan_json(sealed(replace(read, target=replace(read.target, shop_id="gid://shopify/Shop/1")))))


def _of_another_version(plan: Path) -> None:
    read = parse_plan(plan.read_bytes())
    plan.write_bytes(plan_json(sealed(replace(read, target=replace(read.target, api_version="2026-07")))))


def _of_another_engine(plan: Path) -> None:
    read = parse_plan(plan.read_bytes())
    plan.write_bytes(plan_json(sealed(replace(read, engine="0.0.1"))))


def _not_json(plan: Path) -> None:
    plan.write_bytes(b"\x00\xff not a plan")


def _of_another_format(plan: Path) -> None:
    document = json.loads(plan.read_bytes())
    plan.write_text(json.dumps({**document, "format": "reconciler-plan/99"}), encoding="utf-8")


def _with_a_number_that_json_has_not(plan: Path) -> None:
    plan.write_bytes(plan.read_bytes().replace(b"{", b'{"x": NaN,', 1))


DAMAGE = {
    "holding NaN": (_with_a_number_that_json_has_not, "digest"),
    "truncated": (_truncated, "not a whole"),
    "edited by hand": (_edited, "digest"),
    "for another shop": (_of_another_store, "shop"),
    "for another API version": (_of_another_version, "2026-07"),
    "of another engine": (_of_another_engine, "0.0.1"),
    "no JSON": (_not_json, "plan"),
    "of another format": (_of_another_format, "format"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_plan_that_is_not_as_it_was_written_is_refused(name: str, project: Project) -> None:
    damage, expected = DAMAGE[name]
    plan = _planned(project)
    damage(plan)
    said = project.run("apply", str(plan))
    assert (5, "") == (said.code, said.out)
    assert expected in said.err
    assert [] == project.ask("{ products(first: 1) { nodes { id } } }")["products"]["nodes"]


def test_a_plan_of_other_files_is_refused(project: Project) -> None:
    plan = _planned(project)
    project.write("catalog/products/cup.yaml", CUP.replace("9.00", "8.00"))
    said = project.run("apply", str(plan))
    assert 5 == said.code
    assert "files changed" in said.err


def test_a_limit_that_nobody_accepted_stops_an_apply(project: Project) -> None:
    assert 0 == project.run("apply", "eu", "--yes").code
    project.ask(
        "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }",
        {"p": {"title": "Bowl", "handle": "bowl"}},
    )
    project.write(
        "catalog/products/bowl.yaml", CUP.replace("cup", "bowl").replace("Cup", "Bowl").replace("CUP", "BOWL")
    )
    plan = _planned(project)
    said = project.run("apply", str(plan))
    assert 4 == said.code
    assert "--accept adopt" in said.err
    said = project.run("apply", str(plan), "--accept", "adpot")
    assert (64, True) == (said.code, "did you mean adopt?" in said.err)
    said = project.run("apply", str(plan), "--accept", "adopt", "--accept", "price-move")
    assert 0 == said.code
    assert "note: --accept price-move was not needed: nothing here breaks that limit" in said.err
    assert "--accept adopt" not in said.err


# Linux has the one device that is full without filling a disk; elsewhere there is none.
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def full(**place: object) -> tuple[int, str]:
        file = project.write("plans/temporary", "")
        return os.open("/dev/full", os.O_WRONLY), str(file)

    monkeypatch.setattr(tempfile, "mkstemp", full)
    said = project.run("plan")
    assert (1, "") == (said.code, said.out)
    assert "No space left" in said.err
    assert "eu.json" in said.err


def test_a_folder_that_cannot_be_written_is_told(project: Project) -> None:
    project.write("plans", "a file where the folder should be")
    said = project.run("plan")
    assert 1 == said.code
    assert "plans" in said.err
