"""What objects are seen to have had before the first step that a seed step cannot say.

There are older files where a page of files has another one behind it. Variants are stocked as they were, products put
into the collections that they were in, and given the media that they had and the metafields that the recorded app kept
for itself: the seed cannot name its namespace, the API fills it in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.shops.scopes import KNOWN_SCOPES
from tests.conformance.names import Names
from tests.conformance.paths import found_at, parsed
from tests.conformance.scenario import Scenario
from tests.conformance.seeds import Seed, first_of, made_by, number_of, objects_in, states_of
from tests.sandbox.store import Store

_State = Mapping[str, Any]
_OWN = "app--"
_PLACE = "{ locations(first: 1, sortKey: ID) { nodes { id } } }"
_COLLECT = """mutation C($title: String!, $handle: String) { collectionCreate(input: {title: $title, handle: $handle}) {
  collection { id } userErrors { message } } }"""
_JOIN = """mutation J($id: ID!, $collections: [ID!]!) {
  productUpdate(product: {id: $id, collectionsToJoin: $collections}) { userErrors { message } } }"""
_SHOW = """mutation S($id: ID!, $media: [CreateMediaInput!]) { productUpdate(product: {id: $id}, media: $media) {
  product { media(first: 250) { nodes { id } } } userErrors { message } } }"""
_PICTURE = "https://images.example/old.png"
_NEXT_PAGE = parsed("data.files.pageInfo.hasNextPage")
_FILE = """mutation { fileCreate(files: [{originalSource: "https://images.example/old.png", contentType: IMAGE}]) {
  userErrors { message } } }"""
_KEEP = """mutation K($rows: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $rows) {
  metafields { id compareDigest } userErrors { message } } }"""


def has_own_channel(scenario: Scenario) -> bool:
    """Say whether something is seen published on the recorded app's own publication: then the app is a channel."""
    answers = (step.content.get("response") for step in scenario.steps)
    return any(one.get("publishedOnCurrentPublication") is True for answer in answers for one in objects_in(answer))


def scopes_seen(scenario: Scenario) -> dict[str, list[str]]:
    """Return the scopes that the recorded app is seen to have and to ask for, as far as there are such."""
    seen = {}
    for wish, name in (("scopes", "accessScopes"), ("requested_scopes", "requestedAccessScopes")):
        answers = (step.content.get("response") for step in scenario.steps)
        shown = (one[name] for answer in answers for one in objects_in(answer) if one.get(name))
        handles = [row.get("handle") for row in next(shown, ())]
        if handles:
            seen[wish] = [one for one in handles if one in KNOWN_SCOPES]
    return seen


def stocked(store: Store, scenario: Scenario, step: Seed) -> Seed:
    """Return a product's seed step with the stock of its variants, unless their levels are told one by one."""
    states = states_of(scenario)
    variants = [states.get(one, {}) for one in _refs(states.get(first_of(step), {}), "variants")]
    items = [states.get((one.get("inventoryItem") or {}).get("$ref", ""), {}) for one in variants]
    rows = step["variables"]["input"].get("variants") or () if step.get("what") == "product" else ()
    if len(rows) != len(variants) or not any(one.get("inventoryQuantity") for one in variants):
        return step
    if any("inventoryLevels" in key for one in items for key in one):
        return step
    place = store.run(_PLACE)["locations"]["nodes"][0]["id"]
    new = [
        {**row, "inventoryQuantities": [{"locationId": place, "name": "available", "quantity": quantity}]}
        if (quantity := variant.get("inventoryQuantity"))
        else row
        for row, variant in zip(rows, variants, strict=True)
    ]
    variables = step["variables"]
    return {**step, "variables": {**variables, "input": {**variables["input"], "variants": new}}}


def add_the_rest(store: Store, scenario: Scenario, names: Names) -> None:
    """Give the shop as many files as it is seen to have, and the products of the seed what else they have."""
    for step in scenario.steps:
        if found_at(step.content.get("response"), _NEXT_PAGE):
            store.run(_FILE)
    states, made = states_of(scenario), made_by(scenario)
    for gid, state in states.items():
        if not gid.startswith("gid://shopify/Product/") or not names.knows(gid):
            continue
        owner = str(names.rewritten(gid))
        wanted = sorted(set(_refs(state, "collections")) - made, key=number_of)
        collections = [_collection(store, one, states, names) for one in wanted]
        if collections:
            store.run(_JOIN, id=owner, collections=collections)
        _show(store, owner, [(one, states[one]) for one in _refs(state, "media") if one not in made], names)
        _keep(store, owner, [(one, states[one]) for one in _refs(state, "metafields") if one in states], names)


def _refs(state: _State, name: str) -> list[str]:
    return [one["$ref"] for one in state.get(name) or () if "$ref" in one]


def _collection(store: Store, gid: str, states: Mapping[str, _State], names: Names) -> str:
    if not names.knows(gid):
        state = states[gid]
        made = store.mutate(_COLLECT, title=state["title"], handle=state.get("handle"))
        names.bind(gid, made["collection"]["id"])
    return str(names.rewritten(gid))


def _show(store: Store, owner: str, media: Sequence[tuple[str, _State]], names: Names) -> None:
    """Give a product media that nothing else of the seed makes, in the order in which it showed them."""
    rows = [
        {"mediaContentType": one["mediaContentType"], "alt": one.get("alt"), "originalSource": one.get("originUrl")}
        for gid, one in media
        if not names.knows(gid)
    ]
    if not rows:
        return
    given = [{**row, "originalSource": row["originalSource"] or _PICTURE} for row in rows]
    shown = store.mutate(_SHOW, id=owner, media=given)["product"]["media"]["nodes"]
    for (gid, _), node in zip(media, shown[-len(rows) :], strict=True):
        names.bind(gid, node["id"])


def _keep(store: Store, owner: str, metafields: Sequence[tuple[str, _State]], names: Names) -> None:
    own = [(gid, state) for gid, state in metafields if str(state.get("namespace")).startswith(_OWN)]
    rows = [{"ownerId": owner, **{key: state[key] for key in ("key", "type", "value")}} for _, state in own]
    if not rows:
        return
    for (gid, state), row in zip(own, store.mutate(_KEEP, rows=rows)["metafields"], strict=True):
        names.bind(gid, row["id"])
        if state.get("compareDigest"):
            names.bind(state["compareDigest"], row["compareDigest"])
