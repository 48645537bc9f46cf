"""A scenario's seed, put right: what is to be made before the first step, told by everything the recording shows.

The seed was written from what was seen of an object at some time. What a step of the scenario makes was not there
before it: an object that a step answers as made, options that it adds, metafields that are no older than one it adds
(ids grow). Where an object was seen before anything changed it, that is what it was like. Objects are made in the order
in which they once were, which their numbers tell.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.conformance.paths import found_at, parsed
from tests.conformance.scenario import Scenario, Step

Seed = Mapping[str, Any]
_ORDERED = ("product", "collection")  # kinds of seed steps that make one object each
_AS_SEEN = ("title", "handle", "status", "vendor", "productType", "tags", "descriptionHtml", "templateSuffix", "seo")
_DEFAULT = {"name": "Title", "values": [{"name": "Default Title"}]}
_DEFAULT_VALUE = {"optionName": "Title", "name": "Default Title"}


def seed_steps(scenario: Scenario) -> Iterator[Seed]:
    """Yield the steps of a scenario's seed that are to be taken, put right and in order."""
    made = made_by(scenario)
    steps = [one for one in scenario.seed.get("steps") or () if first_of(one) not in made]
    for kind in _ORDERED:
        places = [place for place, one in enumerate(steps) if one.get("what") == kind]
        rows = sorted((steps[place] for place in places), key=lambda one: number_of(first_of(one)))
        for place, row in zip(places, rows, strict=True):
            steps[place] = row
    for step in steps:
        is_product = isinstance(found_at(step, parsed("variables.input")), dict) and step.get("what") == "product"
        yield _as_first_seen(_without(step, made), scenario) if is_product else step


def states_of(scenario: Scenario) -> dict[str, Mapping[str, Any]]:
    """Return the recorded state of each object that was there before, by its id."""
    return {one["id"]: one["state"] for one in scenario.seed.get("objects") or () if one["state"]}


def made_by(scenario: Scenario) -> frozenset[str]:
    """Return the ids of what the scenario's own steps make."""
    known = states_of(scenario)
    return frozenset(one for step in scenario.steps for one in _made_in(step, known))


def first_of(step: Seed) -> str:
    """Return the id of the object that a step of a seed makes."""
    return next((str(one["literal"]) for one in step["bindings"]), "")


def number_of(gid: str) -> int:
    """Return the number in an id, 0 if there is none."""
    tail = gid.rpartition("/")[2]
    return int(tail) if tail.isdigit() else 0


def objects_in(answer: Any) -> Iterator[Mapping[str, Any]]:
    """Yield everything in an answer that has an id."""
    if isinstance(answer, dict):
        if isinstance(answer.get("id"), str):
            yield answer
        for one in answer.values():
            yield from objects_in(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from objects_in(one)


def _made_in(step: Step, known: Mapping[str, Any]) -> Iterator[str]:
    data = (step.content.get("response") or {}).get("data") or {}
    for payload in (one for one in data.values() if isinstance(one, dict)):
        for root in step.roots:
            made = payload.get(root.removesuffix("Create")) if root.endswith("Create") else None
            if isinstance(made, dict) and made.get("id"):
                yield made["id"]
        if "productCreateMedia" in step.roots:
            yield from (one["id"] for one in payload.get("media") or () if "id" in one)
        if "productOptionsCreate" in step.roots and not payload.get("userErrors"):
            names = {one.get("name") for one in (step.content.get("variables") or {}).get("options") or ()}
            options = (payload.get("product") or {}).get("options") or ()
            yield from (one["id"] for one in options if one.get("name") in names and "id" in one)
        if "metafieldsSet" in step.roots:
            ids = [one["id"] for one in payload.get("metafields") or () if "id" in one]
            new = [number_of(one) for one in ids if one not in known]
            yield from (one for one in ids if new and number_of(one) >= min(new))


def _without(step: Seed, made: frozenset[str]) -> Seed:
    """Return a product's step without the options and metafields that are made later."""
    given = dict(step["variables"]["input"])
    places = {one["from"]: one["literal"] for one in step["bindings"]}
    names = [f"data.productSet.product.options[{place}].id" for place in range(len(given.get("productOptions") or ()))]
    if names and all(places.get(one) in made for one in names):
        given["productOptions"] = [_DEFAULT]
        given["variants"] = [{**row, "optionValues": [_DEFAULT_VALUE]} for row in given.get("variants") or ()][:1]
        places = {place: gid for place, gid in places.items() if ".options[" not in place}
    rows = given.get("metafields") or []
    kept = [row for place, row in enumerate(rows) if places.get(f"data.productSet.product.m{place}.id") not in made]
    if len(kept) < len(rows):
        given["metafields"] = kept
        places = {place: gid for place, gid in places.items() if ".product.m" not in place}
    bindings = [{"from": place, "literal": literal} for place, literal in places.items()]
    return {**step, "variables": {**step["variables"], "input": given}, "bindings": bindings}


def _as_first_seen(step: Seed, scenario: Scenario) -> Seed:
    """Return a product's step with the fields that the first answer shows which tells of it before it is changed."""
    gid = first_of(step)
    for one in scenario.steps:
        shown = [found for found in objects_in(one.content.get("response")) if found["id"] == gid]
        if not shown:
            continue
        if _changes(one):
            break
        seen = {key: shown[0][key] for key in _AS_SEEN if shown[0].get(key) is not None}
        return {**step, "variables": {**step["variables"], "input": {**step["variables"]["input"], **seen}}}
    return step


def _changes(step: Step) -> bool:
    """Say whether a step may have changed something: it is a mutation, and nothing of it was refused."""
    if not (step.content.get("query") or "").lstrip().removeprefix("#graphql").lstrip().startswith("mutation"):
        return False
    data = (step.content.get("response") or {}).get("data") or {}
    return not any((one or {}).get("userErrors") for one in data.values() if isinstance(one, dict))
