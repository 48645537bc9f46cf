"""Reads that show what only a client makes, and nothing in the recording made: another capture did, and kept it.

An object is accounted for if the scenario's seed names it, a mutation before the read answered with it, or one might
have made it out of sight: one that makes such objects, or a bulk operation. What is not compared is not looked at.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.conformance.paths import Masks, is_left_out, under
from tests.conformance.scenario import Scenario, Step

_GID = re.compile(r"gid://shopify/(?P<kind>\w+)/\d+")
_MAKERS: Mapping[str, frozenset[str]] = {
    "Collection": frozenset({"collectionCreate", "collectionDuplicate"}),
    "Metaobject": frozenset({"metaobjectCreate", "metaobjectUpsert"}),
    "MetaobjectDefinition": frozenset(
        {"metaobjectDefinitionCreate", "standardMetaobjectDefinitionEnable", "standardMetafieldDefinitionEnable"}
    ),
    "PriceList": frozenset({"priceListCreate"}),
    "Product": frozenset({"productCreate", "productDuplicate", "productSet"}),
}
_MAKES_ANYTHING = "bulkOperationRunMutation"


def unmade(scenario: Scenario) -> dict[int, frozenset[str]]:
    """Return the ids of what each read shows although nothing made it, by the number of the step."""
    known = set(_ids(scenario.seed))
    asked: set[str] = set()
    found: dict[int, frozenset[str]] = {}
    for step in scenario.steps:
        if step.is_mutation:
            asked |= step.roots
            known |= set(_ids(step.content.get("response")))
        elif step.kind == "graphql" and _MAKES_ANYTHING not in asked:
            strange = frozenset(_strange(_shown(scenario, step), known, asked))
            found |= {step.number: strange} if strange else {}
    return found


def _ids(value: Any) -> Iterator[str]:
    return (one.group() for one in _GID.finditer(json.dumps(value)))


def _strange(shown: Iterator[str], known: set[str], asked: set[str]) -> Iterator[str]:
    for gid in shown:
        one = _GID.fullmatch(gid)
        makers = _MAKERS.get(one["kind"]) if one else None
        if makers and gid not in known and not makers & asked:
            yield gid


def _shown(scenario: Scenario, step: Step) -> Iterator[str]:
    masks = scenario.masks
    for key in ("steps", step.number, "response"):
        masks = under(masks, key)
    return _texts(step.content.get("response"), masks)


def _texts(value: Any, masks: Masks) -> Iterator[str]:
    if is_left_out(masks):
        return
    match value:
        case str():
            yield value
        case dict():
            for key, one in value.items():
                yield from _texts(one, under(masks, key))
        case list():
            for index, one in enumerate(value):
                yield from _texts(one, under(masks, index))
        case _:
            pass
