"""Growing: nodes as a store answers them → groups, with what hangs on them, level by level."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.errors import StoreRefused
from reconciler.model.json import JsonObject
from reconciler.model.state import Found, FoundGroup
from reconciler.shopify.asking import Client
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Read
from reconciler.shopify.identity import OWN_APP, as_files_say, says_some_app
from reconciler.shopify.nodes import Nodes, Paged, next_page, nodes_of
from reconciler.shopify.queries import IDS_AT_ONCE, Tree, owned_document, owner_of, rest_document


class Grower:
    """Makes groups of nodes. ``formerly``: the address that a root had before → the one that git gives it now."""

    def __init__(self, client: Client, formerly: Mapping[Address, Address]) -> None:
        self._client = client
        self._paged = Paged(client)
        self._formerly = formerly
        self._app_number: str | None = None

    def found(self, read: Read, node: JsonObject) -> Found | None:
        """Return what a node is; its mark as files have it: the key of today, our own app's namespace by its name."""
        found = read.parse(node)
        if found is not None and read.names is not None and found.mark:
            now = self._formerly.get(Address(read.names, found.mark))
            return replace(found, mark=now.key) if now is not None else found
        if found is None or not (read.has_namespace and found.mark and says_some_app(found.mark)):
            return found
        return replace(found, mark=as_files_say(found.mark, self.own_app()))

    def own_app(self) -> str:
        """Return the number of the app that asks."""
        if self._app_number is None:
            app = self._client.query(OWN_APP, {}).data["currentAppInstallation"]["app"]
            self._app_number = str(app["id"]).rpartition("/")[2]
        return self._app_number

    def grown(self, tree: Tree, nodes: Sequence[JsonObject], source: Nodes) -> Mapping[str, FoundGroup]:
        """Return root id → its group: what hangs on the roots' children is asked for, for all of them at once."""
        roots = {str(node["id"]): root for node in nodes if (root := self.found(tree.root, node)) is not None}
        children: dict[str, list[Found]] = {root_id: [] for root_id in roots}
        owners = {root_id: root_id for root_id in roots}
        parents = dict(roots)
        level = [(tree, node) for node in nodes if str(node["id"]) in roots]
        while level:
            deeper: list[tuple[Tree, str]] = []
            for child, parent_id, found in self._of_level(level, parents):
                root_id = owners[parent_id]
                children[root_id] += found
                if child.children:
                    owners |= dict.fromkeys((each.id for each in found), root_id)
                    parents |= {each.id: each for each in found}
                    deeper += [(child, each.id) for each in found]
            level = list(_next_level(deeper, source))
        return {root_id: FoundGroup(root, tuple(children[root_id])) for root_id, root in roots.items()}

    def _of_level(
        self, level: Sequence[tuple[Tree, JsonObject]], parents: Mapping[str, Found]
    ) -> Iterator[tuple[Tree, str, list[Found]]]:
        """Yield a kind of children, the id of the parent, and its children of that kind."""
        apart: dict[Tree, dict[str, str]] = {}
        for above, node in level:
            parent_id = str(node["id"])
            for child in above.children:
                if child.root.owner is None:
                    yield child, parent_id, self._children(above.root.type, parent_id, child.root, node)
                elif (owner_id := parents[parent_id].handles.get(child.root.owner.handle)) is not None:
                    apart.setdefault(child, {})[owner_id] = parent_id
        for child, owned in apart.items():
            for few in in_batches(list(owned), IDS_AT_ONCE):
                for owner_id, holder in zip(few, self._paged.given(owned_document(child), few), strict=True):
                    if holder is None:
                        raise StoreRefused(f"{owner_id} went away while it was read; run the command again")
                    found = self._children(owner_of(child.root).type, owned[owner_id], child.root, holder)
                    yield child, owned[owner_id], found

    def _children(self, type_name: str, parent_id: str, child: Read, node: JsonObject) -> list[Found]:
        """Return the children that the connection of a node holds, and the order of them where that is a thing."""
        if not child.connection:
            facets = child.parse_facets(node) if child.parse_facets else ()
            return [each.below(parent_id) for each in facets]
        parsed = (self.found(child, each) for each in self._all_nodes(type_name, child, node))
        found = [each.below(parent_id) for each in parsed if each is not None]
        if child.arranged is None:
            return found
        facet = child.arranged(parent_id, found).below(parent_id)
        return [*(each for each in found if each.kind != facet.kind), facet]

    def _all_nodes(self, type_name: str, child: Read, node: JsonObject) -> Iterator[JsonObject]:
        """Yield the nodes of a connection that the node has, with those of the pages that follow."""
        owner_id = str(node["id"])
        connection = _at(node, child.connection)
        after: str | None = None
        while True:
            yield from nodes_of(connection, child.connection)
            after = next_page(connection, after, child.connection)
            if after is None:
                return
            answer = self._client.query(rest_document(type_name, child), {"id": owner_id, "after": after})
            owner = answer.data["node"]
            if owner is None:
                raise StoreRefused(f"{owner_id} went away while it was read; run the command again")
            connection = _at(owner, child.connection)


def _next_level(wanted: Iterable[tuple[Tree, str]], source: Nodes) -> Iterator[tuple[Tree, JsonObject]]:
    by_tree: dict[Tree, list[str]] = {}
    for tree, node_id in wanted:
        by_tree.setdefault(tree, []).append(node_id)
    for tree, ids in by_tree.items():
        for few in in_batches(ids, IDS_AT_ONCE):
            for node in source.below(tree, few):
                if node is None:
                    raise StoreRefused(f"a {tree.root.type} went away while it was read; run the command again")
                yield tree, node


def _at(node: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = node
    for name in path.split("."):
        found = found[name]
    return found
