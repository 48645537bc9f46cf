"""Cases as data: conditions and a product in, whether the product is in the collection out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.effects.sorting import sorting
from reconciler.effects.subject import Knowledge, subject_of
from reconciler.kinds.metafield import Metafield
from reconciler.kinds.product import Product
from reconciler.kinds.stock import Stock
from reconciler.kinds.variant import Variant
from reconciler.model.address import Address
from reconciler.model.automatic import Automatic, Comparison, Condition, Opaque, Source
from reconciler.model.resource import Resource
from tests import case_files

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = {f"{file.stem}: {case['claim']}": case for file in FILES for case in case_files.read(file)}
KEYS = {"claim", "if", "match", "out", "selected", "one_variant", "product", "variants", "read", "new", "has"}
SHIRT = Address("product", "shirt")
VERDICTS = {True: True, False: False, "unknown": None}


def a_condition(said: Mapping[str, Any]) -> Condition:
    if "opaque" in said:
        return Opaque(said["opaque"])
    return Comparison(**{**said, "values": tuple(said.get("values", ()))})


def resources(case: Mapping[str, Any]) -> dict[Address, Resource]:
    fields = dict(case.get("product", {}))
    found: dict[Address, Resource] = {**metafields("metafield", "shirt", fields), SHIRT: Product(**fields)}
    for number, said in enumerate(case.get("variants", [])):
        of_variant = dict(said)
        key = f"shirt/{number}"
        found |= metafields("variant_metafield", key, of_variant)
        for place, pieces in of_variant.pop("stock", {}).items():
            found[Address("stock", f"{key}/{place}")] = Stock(available=pieces)
        found[Address("variant", key)] = Variant(**of_variant)
    return found


def metafields(kind: str, owner: str, fields: dict[str, Any]) -> dict[Address, Resource]:
    held = fields.pop("metafields", {})
    return {Address(kind, f"{owner}/{name}"): Metafield(type=of, value=value) for name, (of, value) in held.items()}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_case_is_decided_as_it_says(case: Mapping[str, Any]) -> None:
    assert set(case) <= KEYS
    source = Source(
        conditions=tuple(map(a_condition, case["if"])),
        match=case.get("match", "all"),
        out=tuple(map(a_condition, case.get("out", ()))),
        has_selected=case.get("selected", False),
        one_variant=case.get("one_variant", True),
    )
    held = resources(case)
    knowledge = Knowledge(frozenset(case.get("read", ())), made=held.keys() if case.get("new") else frozenset())
    ready = sorting(Automatic("Shelf", sources=(source,)), "EUR")
    product = subject_of(SHIRT, held, knowledge)
    assert VERDICTS[case["has"]] == ready.has(product)
    if case["has"] == "unknown" and any("opaque" in each for each in (*case["if"], *case.get("out", ()))):
        assert "who knows" in set(ready.doubts(product))
