"""Adopting: for each rule that can be turned round, and each shape of file, what the files say afterwards."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.app.importing.adopting import Adopting
from reconciler.app.importing.draft import Draft
from reconciler.app.repository.workspace import open_workspace
from reconciler.kinds import KINDS
from reconciler.loading.writer import block_text
from reconciler.model.address import Address
from reconciler.model.drift import Drifted, DriftedField
from reconciler.model.money import amount_text
from tests import case_files

CASES = case_files.read(Path(__file__).parent / "cases" / "adoption.yaml")
STORE = "url: sandbox:{}\nchannel: web\ncurrency: {}\nlocations: {{oslo: O}}\n"
FILES = {
    "catalog/products/shirt.yaml": """\
key: shirt
name: Shirt
description: {markdown: "**Soft**"}
brand: B   # who makes it
tags: [soft, old, new]
attributes: {cloth: Linen}
categories: [tops]
metafields:
  custom.care: Wash
  custom.sizes: {type: list.number_integer, value: [1, 2]}
options: {Size: [S, M]}
variants:
  # the small one
  - {sku: S-S, options: {Size: S}, price: {EUR: 49.00, USD: 55.00}, # S
     cost: 9}
  - {sku: S-M, options: {Size: M}, price: {EUR: 49.00, USD: 55.00}, compare_at_price: {EUR: 60, USD: 70},
     stock: {oslo: {quantity: 7, intent: seed}}}
""",
    "catalog/products/rest.yaml": """\
products:
  # one of many
  - key: cap
    name: Cap
    description: <p>Warm</p>
    brand: B
    variants:
      - sku: CAP
        price: 10 # for all
        barcode: "0012"
        weight: 100 g
        taxable: true
        stock: {oslo: 5}
""",
    "catalog/products/pictures.yaml": """\
key: scarf
name: Scarf
images:
  - https://a.example/front.png
  - {url: 'https://a.example/back.png', alt: Back}   # behind
variants: [{sku: SCARF, price: 10, image: https://a.example/back.png}]
""",
    "catalog/collections/tops.yaml": "key: tops\nname: Tops # on top\n",
    "catalog/metafields.yaml": "product.custom.care: {name: Care, type: single_line_text_field}\n",
    "catalog/stock/erp.csv": "sku;location;quantity\nSCARF;oslo;4\nS-S;oslo;4\n",
    "stores/eu.yaml": STORE.format("eu", "EUR"),
    "stores/us.yaml": STORE.format("us", "USD"),
}


def files_of(case: Mapping[str, Any]) -> dict[str, str]:
    return {file: text for file, text in {**FILES, **case.get("files", {})}.items() if text is not None}


def drifted(case: Mapping[str, Any], draft: Draft) -> Iterator[Drifted]:
    for text, fields in case.get("drift", {}).items():
        address = Address.parse(text)
        asked = draft.views["eu"].group(KINDS.root_of(address)).resources[address].spelled()
        changed = tuple(DriftedField(path, asked.get(path), store, "store") for path, store in fields.items())
        yield Drifted(address, "edited", changed)
    for text in case.get("removed", ()):
        yield Drifted(Address.parse(text), "removed", ())
    for text, fields in case.get("added", {}).items():
        held = tuple(DriftedField(path, None, store, "store") for path, store in fields.items())
        yield Drifted(Address.parse(text), "added", held)


def written(files: Mapping[str, str], root: Path) -> None:
    for file, text in files.items():
        target = root / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def expected(case: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, str]:
    after: dict[str, str] = {}
    for file, pairs in case.get("changes", {}).items():
        text = before[file]
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert 1 <= text.count(old)
            text = text.replace(old, new, 1)
        after[file] = text
    if "override" in case:
        after["stores/eu.yaml"] = f"{before['stores/eu.yaml']}overrides:\n{case['override']}"
    return after


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_files_say_what_the_store_holds_and_nothing_else(case: Mapping[str, Any], tmp_path: Path) -> None:
    before = files_of(case)
    written(before, tmp_path)
    start = Draft.of(open_workspace(tmp_path))
    wanted = list(drifted(case, start))
    held = {(each.address, field.path): field.store for each in wanted for field in each.fields}
    adopting = Adopting("eu", start, held)
    adopting.adopt(wanted)
    after = {file: content.decode() for file, content in adopting.draft.tree.contents.items()}
    if "refused" in case:
        assert [case["refused"]] == [each.path for each in adopting.refused]
        assert {} == after
        return
    assert [] == adopting.refused
    assert expected(case, before) == after
    if "elsewhere" in case:
        told = {str(each.address): {each.path: [each.before, each.after]} for each in adopting.elsewhere(start)}
        assert case["elsewhere"] == told
    if "because" in case:
        assert [case["because"]] == [each.because for each in adopting.adopted]
    adopting.draft.check()


RULES = st.fixed_dictionaries(
    {"from": st.just("{{ variant.price }}")},
    optional={
        "multiply": st.sampled_from(["1.25", "0.5", "1.1", "3"]),
        "add": st.sampled_from(["1", "-0.5", "10.01"]),
        "end_with": st.sampled_from(["0.99", "0.95", "9.99"]),
        "currency": st.sampled_from(["EUR", "USD"]),
        "rounding": st.sampled_from(["nearest", "up", "down"]),
    },
)
TEXTS = frozenset({"from", "currency", "rounding"})
CENTS = st.integers(1, 999_999).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rule=RULES, price=CENTS)
def test_any_price_is_adopted_whatever_the_rule_and_nothing_else_changes(rule: dict[str, str], price: str) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        price_rule = {name: value if name in TEXTS else Decimal(value) for name, value in rule.items()}
        mapping = block_text({"variant": {"price": {"price": price_rule}}})
        written({**FILES, "mappings/default.yaml": mapping}, root)
        start = Draft.of(open_workspace(root))
        shirt, small = Address("product", "shirt"), Address("variant", "shirt/S-S")
        before = start.views["eu"].group(shirt).resources
        asked = before[small].spelled()["price"]
        adopting = Adopting("eu", start, {(small, "price"): amount_text(Decimal(price))})
        adopting.adopt(
            [Drifted(small, "edited", (DriftedField("price", asked, amount_text(Decimal(price)), "store"),))]
        )
        adopting.draft.check()
        after = adopting.draft.views["eu"].group(shirt).resources
    assert [] == adopting.refused
    assert amount_text(Decimal(price)) == after[small].spelled()["price"]
    assert {at: each for at, each in before.items() if at != small} == {
        at: each for at, each in after.items() if at != small
    }
