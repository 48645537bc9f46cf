"""A fresh shop with what a scenario takes for granted: places, markets, languages, and the objects of its seed.

Everything is asked for through the API that is under test, so a shop cannot hold what a client could not have made.
"""

import string
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.shops.beginnings import APP_TITLE
from tests.conformance.bulk import NEVER_MS
from tests.conformance.earlier import add_the_rest, has_own_channel, scopes_seen, stocked
from tests.conformance.filled import as_made
from tests.conformance.names import Names
from tests.conformance.paths import found_at, parsed
from tests.conformance.scenario import Scenario
from tests.conformance.seeds import seed_steps
from tests.sandbox.store import Server, Store

# What every shop has, in the order of the listing, and how one more is made.
_LISTINGS = {
    "App": ("{ currentAppInstallation { app { id } } }", "currentAppInstallation.app"),
    "AppInstallation": ("{ currentAppInstallation { id } }", "currentAppInstallation"),
    "Domain": ("{ shop { primaryDomain { id } } }", "shop.primaryDomain"),
    "Location": ("{ locations(first: 50, sortKey: ID) { nodes { id } } }", "locations.nodes"),
    "Market": ("{ markets(first: 50) { nodes { id } } }", "markets.nodes"),
    "MarketWebPresence": ("{ webPresences(first: 50) { nodes { id } } }", "webPresences.nodes"),
    "Publication": ("{ publications(first: 50) { nodes { id } } }", "publications.nodes"),
    "Shop": ("{ shop { id } }", "shop"),
}
_ONE_MORE = {
    "Location": 'mutation { locationAdd(input: {name: "Store room NUMBER", address: {countryCode: CA}})'
    " { userErrors { message } } }",
    "Market": 'mutation { marketCreate(input: {name: "Market NUMBER"}) { userErrors { message } } }',
    "MarketWebPresence": 'mutation { webPresenceCreate(input: {subfolderSuffix: "sLETTER", defaultLocale: "en"})'
    " { userErrors { message } } }",
    "Publication": "mutation { publicationCreate(input: {autoPublish: false}) { userErrors { message } } }",
}
_SHOPS = {"heelo": "harry-test-heelo", "vbts": "very-big-test-store"}  # also the default vendor of their products

_PROCESSING_MS = 700  # of a file: a real shop takes two seconds, and recordings look at files before they are done


class NotToBeStaged(Exception):
    """The shop refuses what the scenario takes for granted."""


class StateUnknown(Exception):
    """The recording reads objects of its own shop that nothing in it rebuilds."""


def staged(server: Server, shop_name: str, scenario: Scenario, names: Names) -> Store:
    """Return a shop in which the scenario can begin. Raises NotToBeStaged and StateUnknown."""
    display_name = _SHOPS.get(scenario.content.get("store") or "", "Conformance")
    own: dict[str, Any] = {"publications": [APP_TITLE]} if has_own_channel(scenario) else {}
    own |= scopes_seen(scenario)
    own |= {"bulk_start_ms": NEVER_MS, "bulk_finish_ms": NEVER_MS, "media_processing_ms": _PROCESSING_MS}
    first = scenario.places.names.get(scenario.places.first or "")
    if first:
        own["locations"] = [first]
    store = server.shop(shop_name, display_name=display_name, currency="CAD", **own)
    _bind_what_every_shop_has(store, scenario, names)
    if scenario.content.get("needs") == "objects":
        _refuse_what_nothing_rebuilds(scenario, names)
    _set_languages(store, scenario.seed.get("locales"))
    for number, step in enumerate(seed_steps(scenario)):
        for one in as_made(stocked(store, scenario, step), scenario):
            _sow(store, number, one, names)
    add_the_rest(store, scenario, names)
    return store


def _bind_what_every_shop_has(store: Store, scenario: Scenario, names: Names) -> None:
    wanted: dict[str, list[str]] = {}
    for one in scenario.seed.get("ambient") or ():
        if one["id"] not in scenario.makes:
            wanted.setdefault(one["type"], []).append(one["id"])
    for kind, recorded in wanted.items():
        skipped, called = _places(scenario, recorded) if kind == "Location" else (0, {})
        if kind == "MarketWebPresence":
            skipped = _place_in_listing(scenario, "webPresences", recorded[0])
        lacking = recorded[max(0, len(_listed(store, kind)) - skipped) :]
        for number, one in enumerate(lacking, start=len(recorded) - len(lacking)):
            _add(store, kind, number, called.get(one))
        ours = _listed(store, kind)[skipped:]
        if len(ours) < len(recorded):
            raise NotToBeStaged(f"{len(recorded)} of {kind} are needed and the shop has {len(ours)}")
        for then, now in zip(recorded, ours, strict=False):
            names.bind(then, now)


def _places(scenario: Scenario, recorded: list[str]) -> tuple[int, Mapping[str, str]]:
    """Return how many of our locations, oldest first, stand for none of these, and the names of those to be made.

    What a scenario lists it lists in order, whatever came before. Else the first location of the recorded shop is
    ours; where it is none of these, they are others.
    """
    first = scenario.places.first
    if first is None or any("locations" in step.roots for step in scenario.steps):
        return 0, {}
    recorded.sort(key=lambda one: one != first)
    return int(first not in recorded), scenario.places.names


def _place_in_listing(scenario: Scenario, root: str, recorded: str) -> int:
    """Return how many stand before this one where the scenario lists them; the first is the shop's own, and stays."""
    for step in scenario.steps:
        rows = found_at(step.content.get("response"), parsed(f"data.{root}.nodes"))
        ids = [row.get("id") for row in rows] if isinstance(rows, list) else []
        if recorded in ids:
            return ids.index(recorded)
    return 0


def _add(store: Store, kind: str, number: int, name: str | None) -> None:
    letter = string.ascii_lowercase[number]
    query = _ONE_MORE.get(kind, "").replace("NUMBER", str(number)).replace("LETTER", letter)
    if query:
        store.post({"query": query.replace(f"Store room {number}", name or f"Store room {number}")})


def _listed(store: Store, kind: str) -> list[str]:
    query, place = _LISTINGS.get(kind, ("{ shop { id } }", "nothing"))
    found = found_at(store.post({"query": query}).json().get("data"), parsed(place))
    rows = found if isinstance(found, list) else [found] if found else []
    return [row["id"] for row in rows]


def _refuse_what_nothing_rebuilds(scenario: Scenario, names: Names) -> None:
    objects = scenario.seed.get("objects") or ()
    missing = scenario.seed.get("unbound") or [one["id"] for one in objects]
    unknown = [gid for gid in missing if not names.knows(gid)]
    if unknown:
        raise StateUnknown(f"{len(unknown)} objects of the recorded shop are read that nothing rebuilds")


def _set_languages(store: Store, wanted: Mapping[str, str] | None) -> None:
    for locale, state in (wanted or {}).items():
        _granted(
            store, f'mutation {{ shopLocaleEnable(locale: "{locale}") {{ userErrors {{ message }} }} }}', {}, locale
        )
        if state == "published":
            update = f'shopLocaleUpdate(locale: "{locale}", shopLocale: {{published: true}})'
            _granted(store, f"mutation {{ {update} {{ userErrors {{ message }} }} }}", {}, locale)


def _sow(store: Store, number: int, step: Mapping[str, Any], names: Names) -> None:
    literals = [one["literal"] for one in step["bindings"]]
    if literals and all(names.knows(one) for one in literals):
        return
    answer = _granted(store, step["query"], names.rewritten(step.get("variables") or {}), f"seed step {number}")
    for one in step["bindings"]:
        ours = found_at(answer, parsed(one["from"]))
        if ours is not None:
            names.bind(one["literal"], ours)


def _granted(store: Store, query: str, variables: Mapping[str, Any], what: str) -> Any:
    answer = store.post({"query": query, "variables": variables}).json()
    refusals = [answer["errors"]] if answer.get("errors") else []
    for payload in (answer.get("data") or {}).values():
        for key, value in (payload or {}).items():
            if key.lower().endswith("errors") and value:
                refusals.append(value)
    if refusals:
        raise NotToBeStaged(f"{what} is refused: {refusals[0]}")
    return answer
