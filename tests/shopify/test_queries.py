"""Every document that kinds send, held against the official schema, version by version."""

import ast
from collections.abc import Iterator

import pytest
from graphql import FieldNode, GraphQLError, OperationDefinitionNode, OperationType, parse, validate

from reconciler.kinds import CODECS, KINDS, MODULES
from reconciler.shopify.codec import Read
from reconciler.shopify.preflight import DOCUMENT as PREFLIGHT
from reconciler.shopify.queries import Tree, documents, ids_document, mark_document, page_document, rest_document
from reconciler.shopify.reader import trees
from tests.architecture import PACKAGE, sources
from tests.official_schema import VERSIONS, official_schema

READS = documents(trees(KINDS, CODECS))
WRITES = tuple(
    text
    for module in MODULES
    for text in vars(module).values()
    if isinstance(text, str) and text.startswith("mutation ")
)

NEEDS: dict[str, str] = {}  # the first version that takes a document, by its name, where the oldest does not


def spelled() -> Iterator[str]:
    """Every text in the engine's sources that is a document as it stands."""
    for source in sources(PACKAGE):
        for node in source.nodes if source.room != "sandbox" else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "{" in node.value:
                try:
                    parse(node.value)
                except GraphQLError:
                    continue
                yield node.value


SPELLED = tuple(spelled())


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
@pytest.mark.parametrize("document", [*READS, *SPELLED], ids=name_of)
def test_every_document_is_valid_in_the_official_schema(document, version):
    needed = NEEDS.get(name_of(document), VERSIONS[0])
    problems = validate(official_schema(version), parse(document))
    assert (version < needed) == bool(problems), problems


def test_every_document_that_is_sent_is_held_against_the_schema():
    assert {*WRITES, PREFLIGHT} <= set(SPELLED)


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
    } == roots


def test_every_read_document_is_a_query_with_a_name_of_its_own():
    assert {OperationType.QUERY} == {operation(document).operation for document in READS}
    assert len(READS) == len({name_of(document) for document in READS})


def test_no_write_document_is_anything_but_a_mutation():
    assert {OperationType.MUTATION} == {operation(document).operation for document in WRITES}


def _nothing(node):
    raise NotImplementedError(node)


LEAF = Read("Leaf", "leaves", "size", _nothing, page_size=7)
TREE = Tree(Read("Tree", "trees", "name", _nothing, page_size=3, identifier="treeByIdentifier"), (LEAF,))
BARE = Tree(Read("Stone", "stones", "weight", _nothing, page_size=1, arguments='key: "k"'))
PAGE = "pageInfo { hasNextPage endCursor }"


def test_a_page_asks_for_roots_each_with_the_first_page_of_its_children():
    leaves = f"leaves(first: 7) {{ {PAGE} nodes {{ id size }} }}"
    assert (
        "query Page_trees($after: String) "
        f"{{ trees(first: 3, after: $after) {{ {PAGE} nodes {{ id name {leaves} }} }} }}"
    ) == page_document(TREE)


def test_further_arguments_of_a_connection_go_into_its_page():
    expected = f'{{ stones(first: 1, after: $after, key: "k") {{ {PAGE} nodes {{ id weight }} }} }}'
    assert expected == page_document(BARE).partition("($after: String) ")[2]


def test_given_ids_are_asked_for_with_all_that_a_page_asks_for():
    within = page_document(TREE).partition("nodes { ")[2].removesuffix(" } } }")
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
