"""Products that were filled: their options were added to one variant, and CREATE made the others.

It shows: the variants behind the first all stand at one place, and no other mutation puts two at the same. Such a
product is made as it once was, with one variant, and then filled; what its variants have is written after that.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.conformance.scenario import Scenario
from tests.conformance.seeds import Seed, first_of, states_of

_MADE, _FILLED = "data.productSet.product.", "data.productOptionsCreate.product."
_DEFAULT = {"name": "Title", "values": [{"name": "Default Title"}]}
_DEFAULT_VALUE = {"optionName": "Title", "name": "Default Title"}
_LATER = ("variants.", "options[")
_FILL = """mutation F($id: ID!, $options: [OptionCreateInput!]!) {
  productOptionsCreate(productId: $id, options: $options, variantStrategy: CREATE) {
    product {
      options { id name optionValues { id name } }
      variants(first: 100) { nodes { id inventoryItem { id } } }
    }
    userErrors { message }
  }
}"""
_WRITE = """mutation W($id: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $rows) { userErrors { message } }
}"""


def as_made(step: Seed, scenario: Scenario) -> Iterator[Seed]:
    """Yield a seed step, or those that make and fill its product."""
    states = states_of(scenario)
    gid = first_of(step)
    variants = [one["$ref"] for one in states.get(gid, {}).get("variants") or () if "$ref" in one]
    if step.get("what") != "product" or not _was_filled([states.get(one, {}).get("position") for one in variants]):
        yield step
        return
    given = step["variables"]["input"]
    first, rows = {**given["variants"][0], "optionValues": [_DEFAULT_VALUE]}, _written(given["variants"], variants)
    made = {**given, "productOptions": [_DEFAULT], "variants": [first]}
    yield {**step, "variables": {**step["variables"], "input": made}, "bindings": _bound(step, later=False)}
    fill = {"id": gid, "options": given["productOptions"]}
    yield {"what": "filled", "query": _FILL, "variables": fill, "bindings": _bound(step, later=True)}
    yield {"what": "filled", "query": _WRITE, "variables": {"id": gid, "rows": rows}, "bindings": []}


def _was_filled(places: list[Any]) -> bool:
    return len(places) > len({1, 2}) and [1] + [2] * (len(places) - 1) == places


def _written(rows: list[Mapping[str, Any]], variants: list[str]) -> list[dict[str, Any]]:
    """Return what is to be written to the variants; their options are there already."""
    return [
        {"id": gid, **{key: value for key, value in row.items() if key != "optionValues"}}
        for gid, row in zip(variants, rows, strict=True)
    ]


def _bound(step: Seed, *, later: bool) -> list[dict[str, str]]:
    """Return the bindings of what is made first, or of what is filled in."""
    found = []
    for one in step["bindings"]:
        place = str(one["from"]).removeprefix(_MADE)
        if place.startswith(_LATER) is later:
            found.append({"literal": one["literal"], "from": (_FILLED if later else _MADE) + place})
    return found
