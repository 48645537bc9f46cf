"""Schemas: what an editor says of a file is what `validate` says of it, and every field has words and an example."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator

from reconciler.app.repository.modeline import with_modeline
from reconciler.app.repository.validate import validated
from reconciler.app.repository.workspace import LISTINGS
from reconciler.app.scaffold.schemas import schemas
from reconciler.app.scaffold.starting import Answers, started
from reconciler.cli.files import FAMILIES
from reconciler.loading.yaml import parse
from reconciler.model.errors import InvalidInput
from reconciler.model.plan_text import plan_json
from tests.render.plans import side_effects

HERE = Path(__file__).parents[3]
OURS = {"plan", "store-list"}  # written by the program, for programs
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


@cache
def every_schema() -> Mapping[str, Mapping[str, Any]]:
    return schemas()


def validator(family: str, part: Mapping[str, Any] | None = None) -> Validator:
    schema = every_schema()[family]
    of_part = schema if part is None else {**part, "$defs": schema.get("$defs", {})}
    checker = Draft202012Validator if family in OURS else Draft7Validator
    return checker(of_part)


def read(text: str) -> Any:
    """Return what an editor sees: the values of YAML, without exact decimals."""
    return json.loads(json.dumps(parse("file.yaml", text.encode()), default=_number))


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)


def problems(family: str, text: str) -> list[str]:
    return [error.message for error in validator(family).iter_errors(read(text))]


def fields(node: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every property of a schema, with its way."""
    if isinstance(node, Mapping):
        for name, field in node.get("properties", {}).items():
            yield f"{path}/{name}", field
        for key, below in node.items():
            if key not in {"examples", "default", "const", "enum"}:
                yield from fields(below, f"{path}/{key}")
    elif isinstance(node, list):
        for below in node:
            yield from fields(below, path)


def wired(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield schema and file, as the editor's settings of a repository bring them together."""
    settings = json.loads((root / ".vscode/settings.json").read_text())
    for schema, globs in settings["yaml.schemas"].items():
        assert (root / schema).is_file(), schema
        yield from ((Path(schema).stem, file) for pattern in globs for file in sorted(root.glob(pattern)))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    started(tmp_path, Answers("eu", "https://my-shop.myshopify.com", "EUR", "none"))
    return tmp_path


def test_the_command_knows_every_schema():
    assert list(FAMILIES) == list(every_schema())


@pytest.mark.parametrize("family", FAMILIES)
def test_schemas_are_schemas(family):
    type(validator(family)).check_schema(dict(every_schema()[family]))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_field_has_words(family):
    found = dict(fields(every_schema()[family]))
    assert found
    assert [] == [path for path, field in found.items() if not field.get("description", "").strip()]
    assert [] == [path for path, field in found.items() if re.search(r"\n|``", field["description"])]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_field_has_an_example_that_it_accepts(family):
    for path, field in fields(every_schema()[family]):
        assert field.get("examples"), path
        for example in field["examples"]:
            assert [] == [error.message for error in validator(family, field).iter_errors(example)], path


def test_a_plan_is_what_its_schema_asks_for():
    plan = json.loads(plan_json(side_effects()))
    assert [] == [error.message for error in validator("plan").iter_errors(plan)]
    assert [] != list(validator("plan").iter_errors({**plan, "changes": [{**plan["changes"][0], "action": "guess"}]}))


def test_editors_speak_draft_7():
    assert "prefixItems" not in json.dumps({name: part for name, part in every_schema().items() if name not in OURS})


def test_the_files_of_the_example_and_of_a_new_repository_are_what_their_schemas_ask_for(new: Path):
    beginnings = list(wired(new))
    for folder in ("catalog", "stores", "mappings"):
        for file in (HERE / folder).rglob("*.yaml"):
            target = new / folder / file.relative_to(HERE / folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    found = list(wired(new))
    assert {"catalog", "store", "mapping"} == {family for family, _ in beginnings}
    assert set(FAMILIES) - OURS == {family for family, _ in found}
    for family, file in [*beginnings, *found]:
        assert [] == problems(family, file.read_text()), file


def test_no_file_of_the_catalog_is_without_a_schema(new: Path):
    families = dict.fromkeys((new / f"catalog/{name}.yaml" for name in LISTINGS), "listed")
    for file in (*families, *(new / f"catalog/{folder}/deep/a.yml" for folder in ("products", "collections", "stock"))):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    everything = {
        path for path in new.rglob("*.y*ml") if path.parts[len(new.parts)] in {"catalog", "stores", "mappings"}
    }
    assert everything == {file for _, file in wired(new)}


def test_the_modelines_of_a_new_repository_lead_to_the_schemas_of_its_settings(new: Path):
    for family, file in wired(new):
        found = MODELINE.match(file.read_text())
        assert found, file
        assert new / "schemas" / f"{family}.json" == (file.parent / found[1]).resolve()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("catalog/products/a.yaml", "../../schemas/catalog.json"),
        ("catalog/collections/deep/a.yml", "../../../schemas/collections.json"),
        ("catalog/metafields.yaml", "../schemas/metafields.json"),
        ("catalog/stock/eu.csv", None),
        ("catalog/images/a.png", None),
        ("stores/eu.yaml", None),
    ],
)
def test_what_an_import_writes_names_its_schema(new: Path, file: str, expected: str | None):
    found = MODELINE.match(with_modeline(new, file, b"key: a\n").decode())
    assert expected == (found[1] if found else None)


def test_a_repository_without_schemas_gets_no_line_that_leads_nowhere(tmp_path: Path):
    assert b"key: a\n" == with_modeline(tmp_path, "catalog/products/a.yaml", b"key: a\n")


STORE = "url: https://my-shop.myshopify.com\nchannel: web\ncurrency: EUR\n"
PRODUCT = "key: mug\nname: Mug\nvariants: [{sku: MUG, price: 9.50}]\n"
MISTAKES = {
    "a misspelled key": ("catalog", f"{PRODUCT}titel: Mug\n"),
    "a misspelled key of one of many": ("catalog", "products: [{key: mug, nme: Mug, variants: [{price: 1}]}]"),
    "a misspelled key of a variant": ("catalog", "key: mug\nname: Mug\nvariants: [{sku: MUG, prise: 9.50}]"),
    "a SKU that lost its zeros": ("catalog", "key: mug\nname: Mug\nvariants: [{sku: 0012, price: 9.50}]"),
    "a price that is a word": ("catalog", "key: mug\nname: Mug\nvariants: [{sku: MUG, price: cheap}]"),
    "a currency that is none": ("catalog", "key: mug\nname: Mug\nvariants: [{sku: MUG, price: {Euro: 1}}]"),
    "a status that is none": ("catalog", f"{PRODUCT}status: visible\n"),
    "no variants": ("catalog", "key: mug\nname: Mug\n"),
    "an image from two places": ("catalog", f"{PRODUCT}images: [{{file: images/a.png, url: https://a.b/c.png}}]\n"),
    "a quantity and a change": ("catalog", f"{PRODUCT}".replace("9.50", "9, stock: {oslo: {quantity: 1, adjust: 2}}")),
    "a change without a reference": ("stock", "{MUG: {oslo: {adjust: 2}}}"),
    "a client without a secret": ("store", f"{STORE}credentials: {{client_id: a}}\n"),
    "a condition on nothing": ("collections", "key: a\nname: A\nconditions: {rules: [{field: colour, values: [red]}]}"),
    "a row without its sku": ("stock", "- {location: oslo, quantity: 1}"),
    "a definition of no type": ("metafields", "product.custom.a: {typ: boolean}"),
    "a redirect with a typo": ("redirects", "/a: {traget: /b}"),
    "a literal token": ("store", f"{STORE}credentials: {{token: shpat_0123456789abcdef}}\n"),
    "a literal client secret": ("store", f"{STORE}credentials: {{client_id: a, client_secret: b}}\n"),
    "a secret from two places": ("store", f"{STORE}credentials: {{token: {{env: A, file: b}}}}\n"),
    "a hook in clear": ("store", f"{STORE}notify: {{url: 'https://hooks.example/T0/B0'}}\n"),
    "a limit that is none": ("store", f"{STORE}limits: {{price_moves: 10}}\n"),
    "an exception for nobody": ("store", f"{STORE}limits: {{exceptions: [{{margin: 3}}]}}\n"),
    "a version that never was": ("store", f"{STORE}api_version: 2026-11\n"),
    "an override of no field": ("store", f"{STORE}overrides: {{product/a: {{titel: A}}}}\n"),
    "a field that no kind has": ("mapping", 'product: {titel: "{{ product.name }}"}'),
    "a rule that is none": ("mapping", "product: {title: {values: A}}"),
    "two rules": ("mapping", "product: {title: {value: A, unmanaged: true}}"),
    "an owner that is none": ("mapping", "ownership: {product.tags: share}"),
}
PLACES = {
    "catalog": "catalog/products/first-product.yaml",
    "collections": "catalog/collections/a.yaml",
    "stock": "catalog/stock/a.yaml",
    "metafields": "catalog/metafields.yaml",
    "redirects": "catalog/redirects.yaml",
    "store": "stores/eu.yaml",
    "mapping": "mappings/default.yaml",
}


@pytest.mark.parametrize(("family", "text"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_shows_in_the_editor_and_in_validate(new: Path, family: str, text: str):
    assert problems(family, text)
    file = new / PLACES[family]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    with pytest.raises(InvalidInput) as refused:
        validated(new)
    assert PLACES[family] in {each.place.file for each in refused.value.diagnostics if each.place is not None}
