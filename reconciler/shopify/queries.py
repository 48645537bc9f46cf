"""One Read, several documents: a page of a root with its children, given ids, one by its mark, the rest of a page.

Documents are built from selections once and cached; no value of a user ever becomes part of one. A connection of n
costs ``2 + floor(2 ln n) × (1 + children)``, and ``nodes(ids:)`` the same for 1 id as for 250. (measured, 2026-08)
"""

from dataclasses import dataclass
from functools import cache

from reconciler.shopify.codec import Read
from reconciler.shopify.identity import MARK_KEY, MARK_NAMESPACE

_PAGE = "pageInfo { hasNextPage endCursor }"
IDS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Tree:
    """A root's Read with those of the kinds that hang on it."""

    root: Read
    children: tuple[Read, ...] = ()


@cache
def page_document(tree: Tree) -> str:
    """Return the query for a page of roots, each with the first page of every kind of child. Variable: ``after``."""
    arguments = f"first: {tree.root.page_size}, after: $after"
    if tree.root.arguments:
        arguments = f"{arguments}, {tree.root.arguments}"
    return (
        f"query Page_{tree.root.connection}($after: String) "
        f"{{ {tree.root.connection}({arguments}) {{ {_PAGE} nodes {{ {_node(tree)} }} }} }}"
    )


@cache
def ids_document(tree: Tree) -> str:
    """Return the query for given roots. Variable: ``ids``, up to IDS_AT_ONCE."""
    return f"query Given_{tree.root.connection}($ids: [ID!]!) {{ nodes(ids: $ids) {{ {_fragment(tree)} }} }}"


@cache
def mark_document(tree: Tree) -> str:
    """Return the query for the root that carries a mark. Variable: ``key``."""
    if tree.root.identifier is None:
        message = f"{tree.root.type} is not found by a mark"
        raise ValueError(message)
    custom_id = f'{{namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}", value: $key}}'
    return (
        f"query Marked_{tree.root.connection}($key: String!) "
        f"{{ {tree.root.identifier}(identifier: {{customId: {custom_id}}}) {{ {_node(tree)} }} }}"
    )


@cache
def rest_document(parent_type: str, child: Read) -> str:
    """Return the query for the further children of one parent. Variables: ``id``, ``after``."""
    rest = f"{child.connection}(first: 250, after: $after) {{ {_PAGE} nodes {{ id {child.selection} }} }}"
    return (
        f"query Rest_{child.connection}($id: ID!, $after: String) "
        f"{{ node(id: $id) {{ ... on {parent_type} {{ {rest} }} }} }}"
    )


def _fragment(tree: Tree) -> str:
    return f"... on {tree.root.type} {{ {_node(tree)} }}"


def _node(tree: Tree) -> str:
    children = " ".join(
        f"{child.connection}(first: {child.page_size}) {{ {_PAGE} nodes {{ id {child.selection} }} }}"
        for child in tree.children
    )
    return f"id {tree.root.selection} {children}".rstrip()


def documents(trees: tuple[Tree, ...]) -> tuple[str, ...]:
    """Return every read document of these trees: what tests and doctor hold against a schema."""
    found = []
    for tree in trees:
        found += [page_document(tree), ids_document(tree)]
        if tree.root.identifier:
            found.append(mark_document(tree))
        found += [rest_document(tree.root.type, child) for child in tree.children]
    return tuple(found)
