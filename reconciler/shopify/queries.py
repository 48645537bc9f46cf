"""One Read, several documents: a page of roots, given objects with what hangs on them, one by its mark, the rest.

``nodes(ids:)`` costs the same for 1 id as for 250, a connection of n costs ``2 + floor(2 ln n) × (1 + children)``, and
connections within connections multiply (measured, 2026-08). So a page of roots asks for the roots alone; what hangs on
them, and on their children in turn, is asked for by ids, many at once. Documents are built from selections
once and cached; no value of a user ever becomes part of one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from reconciler.model.kind import KindSet
from reconciler.shopify.codec import Codec, Owner, Read, Slice
from reconciler.shopify.identity import MARK_KEY, MARK_NAMESPACE, MARK_SELECTION

_PAGE = "pageInfo { hasNextPage endCursor }"
IDS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Tree:
    """A Read with those of the kinds that hang on it, and on them in turn."""

    root: Read
    children: "tuple[Tree, ...]" = ()


def trees(kinds: KindSet, codecs: Mapping[str, Codec], wanted: Collection[str] | None = None) -> tuple[Tree, ...]:
    """Return what is read of every root kind; of their children only those of the kinds that are wanted."""
    read = frozenset(kind.name for kind in kinds) if wanted is None else kinds.with_parents(wanted)
    return tuple(_tree(root.name, kinds, codecs, read) for root in kinds.roots())


def _tree(kind: str, kinds: KindSet, codecs: Mapping[str, Codec], read: frozenset[str]) -> Tree:
    children = [child.name for child in kinds if child.parent == kind and child.name in read]
    return Tree(codecs[kind].read, tuple(_tree(child, kinds, codecs, read) for child in children))


@cache
def page_document(tree: Tree, piece: Slice | None = None) -> str:
    """Return the query for a page of roots, or of a slice, without what hangs on them. Variable: ``after``."""
    arguments = f"first: {tree.root.page_size}, after: $after"
    if own := piece.arguments if piece else tree.root.arguments:
        arguments = f"{arguments}, {own}"
    fields = f"id {tree.root.selection} {tree.root.beside}".rstrip()
    return (
        f"query Page_{_name(tree.root)}{f'_{piece.name}' if piece else ''}($after: String) "
        f"{{ {tree.root.connection}({arguments}) {{ {_PAGE} nodes {{ {fields} }} }} }}"
    )


@cache
def count_document(root: Read) -> str:
    """Return the query for how many roots there are; without a limit it would count 10,000 at most."""
    return f"query Count_{_name(root)} {{ {root.counted_by}(limit: null) {{ count }} }}"


@cache
def ids_document(tree: Tree) -> str:
    """Return the query for given roots with what hangs on them. Variable: ``ids``, up to IDS_AT_ONCE."""
    return (
        f"query Given_{_name(tree.root)}($ids: [ID!]!) "
        f"{{ nodes(ids: $ids) {{ ... on {tree.root.type} {{ {_node(tree)} }} }} }}"
    )


def has_below(tree: Tree) -> bool:
    """Return whether something that hangs on an object is asked for by the object's own id."""
    return bool(_children(tree))


@cache
def below_document(tree: Tree) -> str:
    """Return the query for what hangs on given objects. Variable: ``ids``, up to IDS_AT_ONCE."""
    return (
        f"query Below_{tree.root.type}($ids: [ID!]!) "
        f"{{ nodes(ids: $ids) {{ ... on {tree.root.type} {{ id {_children(tree)} }} }} }}"
    )


@cache
def owned_document(tree: Tree) -> str:
    """Return the query for children whose connection is another object's. Variable: ``ids``, of those objects."""
    owner = owner_of(tree.root)
    return (
        f"query Owned_{owner.type}($ids: [ID!]!) "
        f"{{ nodes(ids: $ids) {{ ... on {owner.type} {{ id {_below(tree.root)} }} }} }}"
    )


def owner_of(read: Read) -> Owner:
    """Return what has the connection, where it is not the parent. Raises ValueError where it is."""
    if read.owner is None:
        message = f"the connection {read.connection} is its parent's own"
        raise ValueError(message)
    return read.owner


@cache
def mark_document(tree: Tree) -> str:
    """Return the query for the root that carries a mark, with what hangs on it. Variable: ``key``."""
    if tree.root.identifier is None:
        message = f"{tree.root.type} is not found by a mark"
        raise ValueError(message)
    custom_id = f'{{namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}", value: $key}}'
    return (
        f"query Marked_{_name(tree.root)}($key: String!) "
        f"{{ {tree.root.identifier}(identifier: {{customId: {custom_id}}}) {{ {_node(tree)} }} }}"
    )


@cache
def marks_document(root: Read, count: int) -> str:
    """Return the query for which of some marks something carries. Variables: ``m0``, ``m1`` and so on, of each the key.

    Each is asked for under the name of its variable, and costs a point.
    """
    return _by_identifiers("Marks", root, dict(_by_marks(count)), "id")


@cache
def sought_document(root: Read, marks: int, handles: int) -> str:
    """Return the query for who carries so many marks, and has so many handles. Variables: ``m0``…, ``h0``…."""
    by_handle = {f"h{place}": f"{{handle: $h{place}}}" for place in range(handles)}
    return _by_identifiers("Sought", root, dict(_by_marks(marks)) | by_handle, f"id {MARK_SELECTION}")


def _by_marks(count: int) -> Iterator[tuple[str, str]]:
    """Yield a variable and an identifier for each of so many marks."""
    custom_id = f'namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}", value:'
    yield from ((f"m{place}", f"{{customId: {{{custom_id} $m{place}}}}}") for place in range(count))


def _by_identifiers(verb: str, root: Read, asked: Mapping[str, str], selection: str) -> str:
    given = ", ".join(f"${name}: String!" for name in asked)
    fields = " ".join(f"{name}: {root.identifier}(identifier: {who}) {{ {selection} }}" for name, who in asked.items())
    return f"query {verb}_{_name(root)}({given}) {{ {fields} }}"


@cache
def rest_document(parent_type: str, child: Read) -> str:
    """Return the query for the further children of one parent. Variables: ``id``, ``after``."""
    *above, connection = child.connection.split(".")
    rest = f"{connection}({_arguments(child, 'first: 250, after: $after')}) {{ {_PAGE} nodes {{ {_own(child)} }} }}"
    for name in reversed(above):
        rest = f"{name} {{ {rest} }}"
    return (
        f"query Rest_{connection}_{parent_type}($id: ID!, $after: String) "
        f"{{ node(id: $id) {{ ... on {parent_type} {{ {rest} }} }} }}"
    )


def _name(root: Read) -> str:
    return root.name or root.connection


def _node(tree: Tree) -> str:
    return f"id {tree.root.selection} {_children(tree)}".rstrip()


def _children(tree: Tree) -> str:
    """Return the fields of a parent for its children: connections on one path stand in one selection."""
    return " ".join(_below(child.root) for child in tree.children if not child.root.owner)


def _below(child: Read) -> str:
    if not child.connection:
        return child.selection
    *above, connection = child.connection.split(".")
    text = f"{connection}({_arguments(child, f'first: {child.page_size}')}) {{ {_PAGE} nodes {{ {_own(child)} }} }}"
    for name in reversed(above):
        text = f"{name} {{ {text} }}"
    return text


def _arguments(child: Read, window: str) -> str:
    return f"{window}, {child.arguments}" if child.arguments else window


def _own(child: Read) -> str:
    return f"id {child.selection}" if child.has_id else child.selection


def documents(trees: tuple[Tree, ...]) -> tuple[str, ...]:
    """Return every read document of these trees: what tests and doctor hold against a schema."""
    return tuple(dict.fromkeys(text for tree in trees for text in _documents(tree)))


def _documents(tree: Tree) -> Iterator[str]:
    for piece in (None, *tree.root.further):
        yield page_document(tree, piece)
    if tree.root.counted_by:
        yield count_document(tree.root)
    yield ids_document(tree)
    if tree.root.identifier:
        yield mark_document(tree)
        yield marks_document(tree.root, IDS_AT_ONCE)
        yield sought_document(tree.root, 1, 1)
    yield from _further(tree)


def _further(tree: Tree) -> Iterator[str]:
    if tree.children:
        yield below_document(tree)
    for child in tree.children:
        if child.root.owner is not None:
            yield owned_document(child)
        if child.root.connection:
            yield rest_document(child.root.owner.type if child.root.owner else tree.root.type, child.root)
        yield from _further(child)
