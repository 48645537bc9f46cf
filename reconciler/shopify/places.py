"""Places: what a store calls its locations and publications, and their ids. Shopify: ``locations``, ``publications``.

Names are neither unique nor for ever, so a store's file may give an id instead. (shopify.dev, Location, 2026-10) Of
publications those of apps count, which sales channels are: where else it is published a product does not tell unasked.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from reconciler.model.directory import Directory, PlaceKind
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.meant import meant
from reconciler.model.origin import Place
from reconciler.model.store import Store
from reconciler.shopify.asking import Client

DOCUMENTS: Final[Mapping[PlaceKind, str]] = {
    "location": "query Locations($after: String) { locations(first: 250, after: $after) "
    "{ pageInfo { hasNextPage endCursor } nodes { id name } } }",
    "publication": "query Publications($after: String) { publications(first: 100, after: $after, catalogType: APP) "
    "{ pageInfo { hasNextPage endCursor } nodes { id name } } }",
}
SCOPES: Final[Mapping[PlaceKind, str]] = {"location": "read_locations", "publication": "read_publications"}
_IDS: Final[Mapping[PlaceKind, str]] = {
    "location": "gid://shopify/Location/",
    "publication": "gid://shopify/Publication/",
}


def read_directory(client: Client, store: Store, met: Collection[PlaceKind] = ()) -> Directory:
    """Return the places that the store's file names, with their ids; asks only for the kinds that it names.

    ``met``: kinds of places that the store's objects may be in although the file names none: they get their titles.

    Raises InvalidInput for names that no place has, or several.
    """
    places: dict[PlaceKind, Mapping[str, str]] = {}
    titles: dict[PlaceKind, Mapping[str, str]] = {}
    problems: list[Diagnostic] = []
    for kind, named in store.document.places().items():
        if named or kind in met:
            try:
                places[kind], titles[kind] = read_places(client, store, kind)
            except InvalidInput as error:
                problems += error.diagnostics
    if problems:
        raise InvalidInput(problems)
    return Directory(places, titles)


def read_places(client: Client, store: Store, kind: PlaceKind) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return git's names of a kind of place with their ids, and the ids of all there are with the store's names.

    Raises InvalidInput for names that no place has, or several.
    """
    there = dict(_all(client, kind))
    problems: list[Diagnostic] = []
    resolved = dict(_resolved(kind, store.document.places()[kind], there, store, problems))
    if problems:
        raise InvalidInput(problems)
    return resolved, there


def _all(client: Client, kind: PlaceKind) -> Iterator[tuple[str, str]]:
    after: str | None = None
    while True:
        connection = client.query(DOCUMENTS[kind], {"after": after}).data[f"{kind}s"]
        yield from ((node["id"], node["name"]) for node in connection["nodes"])
        if not connection["pageInfo"]["hasNextPage"]:
            return
        after = connection["pageInfo"]["endCursor"]


def _resolved(
    kind: PlaceKind, named: Mapping[str, str], there: Mapping[str, str], store: Store, problems: list[Diagnostic]
) -> Iterator[tuple[str, str]]:
    """Yield git's name → id."""
    taken: dict[str, str] = {}
    for name, title in named.items():
        ids = [title] if title in there else [place_id for place_id, known in there.items() if known == title]
        if len(ids) == 1:
            other = taken.setdefault(ids[0], name)
            if other == name:
                yield name, ids[0]
                continue
            summary = f"{other} and {name} are the same {kind} of store {store.name}, {there[ids[0]]}"
            problems.append(Diagnostic(summary, Place(store.file), "keep one of the two names"))
            continue
        if ids:
            hint = f"write the id of the one you mean: {' or '.join(sorted(ids))}"
            problems.append(Diagnostic(f"{len(ids)} {kind}s are called {title}", Place(store.file), hint))
        else:
            known = meant(title, there.values(), f"it has {', '.join(sorted(there.values())) or 'none'}")
            wrong = "id" if title.startswith(_IDS[kind]) else "name"
            summary = f"store {store.name} has no {kind} of the {wrong} {title}"
            problems.append(Diagnostic(summary, Place(store.file), known))
