"""Every document that kinds send, held against the official schema, version by version."""

from dataclasses import replace

import pytest
from graphql import FieldNode, OperationDefinitionNode, OperationType, parse, validate

from reconciler.kinds import CODECS, KINDS, MODULES
from reconciler.shopify.codec import Read
from reconciler.shopify.queries import (
    Tree,
    below_document,
    documents,
    ids_document,
    mark_document,
    page_document,
    rest_document,
)
from reconciler.shopify.reader import trees
from tests.official_schema import VERSIONS, official_schema

READS = documents(trees(KINDS, CODECS))
WRITES = tuple(
    text
    for module in MODULES
    for text in vars(module).values()
    if isinstance(text, str) and text.startswith("mutation ")
)


def operation(document: str) -> OperationDefinitionNode:
    """The one operation of a document."""
    (definition,) = parse(document).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return definition


def name_of(document: str) -> str:
    name = operation(document).name
    return name.value if name else "nameless"


@pytest.mark.network
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("document", [*READS, *WRITES], ids=name_of)
def test_every_document_is_valid_in_the_official_schema(document, version):
    assert [] == validate(official_schema(version), parse(document))


def test_every_mutation_document_of_the_kinds_is_held_against_the_schema():
    roots = {
        selection.name.value
        for document in WRITES
        for selection in operation(document).selection_set.selections
        if isinstance(selection, FieldNode)
    }
    assert {
        "metafieldDefinitionCreate",
        "productDelete",
        "productSet",
        "productUpdate",
        "productVariantsBulkCreate",
        "productVariantsBulkDelete",
        "productVariantsBulkUpdate",
        "urlRedirectCreate",
        "urlRedirectDelete",
        "urlRedirectUpdate",
    } == roots


def test_every_read_document_is_a_query_with_a_name_of_its_own():
    assert {OperationType.QUERY} == {operation(document).operation for document in READS}
    assert len(READS) == len({name_of(document) for document in READS})


def test_no_write_document_is_anything_but_a_mutation():
    assert {OperationType.MUTATION} == {operation(document).operation for document in WRITES}


def _nothing(node):
    raise NotImplementedError(node)


LEAF = Read("Leaf", "leaves", "size", _nothing, page_size=7)
TREE = Tree(Read("Tree", "trees", "name", _nothing, page_size=3, identifier="treeByIdentifier"), (Tree(LEAF),))
BARE = Tree(Read("Stone", "stones", "weight", _nothing, page_size=1, arguments='key: "k"'))
PAGE = "pageInfo { hasNextPage endCursor }"


def test_a_page_asks_for_roots_alone():
    assert (
        f"query Page_trees($after: String) {{ trees(first: 3, after: $after) {{ {PAGE} nodes {{ id name }} }} }}"
    ) == page_document(TREE)


def test_what_hangs_on_objects_is_asked_for_by_their_ids():
    leaves = f"leaves(first: 7) {{ {PAGE} nodes {{ id size }} }}"
    expected = f"query Below_Tree($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Tree {{ id {leaves} }} }} }}"
    assert expected == below_document(TREE)


def test_a_connection_further_down_is_reached_by_its_path():
    deep = Tree(Read("Tree", "trees", "name", _nothing, page_size=3), (Tree(replace(LEAF, connection="crown.leaves")),))
    assert f"crown {{ leaves(first: 7) {{ {PAGE} nodes {{ id size }} }} }}" in below_document(deep)
    rest = f"crown {{ leaves(first: 250, after: $after) {{ {PAGE} nodes {{ id size }} }} }}"
    assert rest in rest_document("Tree", deep.children[0].root)


def test_facets_stand_in_the_selection_of_what_they_belong_to():
    facet = Tree(Read("Tree", "", "crown { height }", _nothing, page_size=0))
    tree = Tree(Read("Tree", "trees", "name", _nothing, page_size=3), (facet,))
    assert "... on Tree { id crown { height } }" in below_document(tree)


def test_further_arguments_of_a_connection_go_into_its_page():
    expected = f'{{ stones(first: 1, after: $after, key: "k") {{ {PAGE} nodes {{ id weight }} }} }}'
    assert expected == page_document(BARE).partition("($after: String) ")[2]


def test_given_ids_are_asked_for_with_all_that_hangs_on_them():
    within = f"id name leaves(first: 7) {{ {PAGE} nodes {{ id size }} }}"
    assert f"query Given_trees($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Tree {{ {within} }} }} }}" == ids_document(
        TREE
    )


def test_the_rest_of_the_children_comes_250_at_a_time():
    assert (
        "query Rest_leaves($id: ID!, $after: String) { node(id: $id) { ... on Tree "
        f"{{ leaves(first: 250, after: $after) {{ {PAGE} nodes {{ id size }} }} }} }} }}"
    ) == rest_document("Tree", LEAF)


def test_a_key_travels_as_a_variable_and_never_inside_a_document():
    assert "value: $key" in mark_document(TREE)


def test_what_has_no_identifier_is_not_found_by_a_mark():
    with pytest.raises(ValueError, match="Stone is not found by a mark"):
        mark_document(BARE)
