"""Every document that kinds send, held against the official schema, version by version."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from types import ModuleType

import pytest
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, OperationType, parse, validate

from reconciler.kinds import CODECS, KINDS, MODULES
from reconciler.sandbox.language.cost import Pricing
from reconciler.sandbox.language.schema import the_schema
from reconciler.shopify import automatic, collection_sources, gift_cards, items, uploads
from reconciler.shopify.codec import Codec, Owner, Read, Slice
from reconciler.shopify.queries import (
    Tree,
    below_document,
    has_below,
    ids_document,
    mark_document,
    owned_document,
    page_document,
    rest_document,
    trees,
)
from reconciler.shopify.repertoire import OF_NO_KIND, looking_back, place_documents, reads_of, repertoire
from reconciler.shopify.throttle import UNSEEN_READ_COST
from tests.kinds.test_cases import CASES, mutations
from tests.official_schema import VERSIONS, official_schema

# Modules that several kinds take their mutations from.
SHARED = (collection_sources, items, uploads)


def reads(version: str) -> tuple[str, ...]:
    """The read documents of the kinds that a version has all of."""
    wanted = [kind.name for kind in KINDS if CODECS[kind.name].since <= version]
    read = zip(KINDS.roots(), trees(KINDS, CODECS, wanted), strict=True)
    return tuple(text for root, tree in read if root.name in wanted for text in reads_of(tree))


def looks_back(version: str) -> tuple[str, ...]:
    """What is asked before a removal and before a rollback, of those kinds."""
    wanted = [kind.name for kind in KINDS if CODECS[kind.name].since <= version]
    return tuple(piece.text for piece in looking_back(KINDS, CODECS, wanted))


def beside(version: str) -> tuple[str, ...]:
    """What is asked of products beside their kinds, and of automatic collections where they have no sources yet."""
    return (gift_cards.DOCUMENT, *(automatic.DOCUMENTS if version < collection_sources.SINCE else ()))


def writes(version: str) -> tuple[str, ...]:
    """The mutations of those kinds."""
    return tuple(text for codec in CODECS.values() if codec.since <= version for text in codec.documents)


def _codecs(module: ModuleType) -> Sequence[Codec]:
    return getattr(module, "CODECS", None) or (module.CODEC,)


def _mutations(module: ModuleType) -> list[str]:
    held = vars(module).values()
    texts = [each for value in held for each in (value if isinstance(value, tuple) else (value,))]
    return [text for text in texts if isinstance(text, str) and text.startswith("mutation ")]


PLACES = tuple(piece.text for piece in place_documents(["location", "publication"]))
READS = reads(VERSIONS[-1])
WRITES = writes(VERSIONS[-1])


@cache  # most documents are the same in every version
def parsed(document: str) -> DocumentNode:
    return parse(document)


def operation(document: str) -> OperationDefinitionNode:
    """The one operation of a document."""
    (found,) = [node for node in parsed(document).definitions if isinstance(node, OperationDefinitionNode)]
    return found


def name_of(document: str) -> str:
    name = operation(document).name
    return name.value if name else "nameless"


OF_VERSIONS = [
    pytest.param(document, version, id=f"{name_of(document)}-{version}")
    for version in VERSIONS
    for document in dict.fromkeys(
        [*reads(version), *writes(version), *looks_back(version), *beside(version), *OF_NO_KIND, *PLACES]
    )
]


@pytest.mark.network
@pytest.mark.parametrize(("document", "version"), OF_VERSIONS)
def test_every_document_is_valid_in_the_official_schema(document, version):
    assert [] == validate(official_schema(version), parsed(document))


def test_no_read_asks_for_more_than_is_expected_of_one_that_was_never_sent():
    queries = [text for text in (*READS, *looks_back(VERSIONS[-1]), *PLACES) if text.startswith("query ")]
    asked = {name_of(text): Pricing(the_schema(), {}, {}).requested(operation(text)) for text in queries}
    assert {} == {name: points for name, points in asked.items() if points > UNSEEN_READ_COST}
    assert 1 < len([points for points in asked.values() if points > UNSEEN_READ_COST / 2])


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_kind_lists_every_mutation_of_its_module(module):
    listed = {text for codec in _codecs(module) for text in codec.documents}
    unlisted = [name_of(text) for text in _mutations(module) if text not in listed]
    told = f"add {', '.join(unlisted)} to documents= of the codec in {module.__name__}: doctor does not check it"
    assert [] == unlisted, told
    for codec in _codecs(module):
        assert codec.documents, f"the codec of {codec.kind} lists no mutation: give it documents="


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_what_a_kind_sends_is_among_the_documents_that_it_lists(case):
    for mutation in mutations(case):
        kinds = {address.kind for address in mutation.covers}
        listed = {text for kind in kinds for text in CODECS[kind].documents}
        told = (
            f"{name_of(mutation.document)} is sent and not listed: add it to documents= of {', '.join(sorted(kinds))}"
        )
        assert mutation.document in listed, told


@pytest.mark.parametrize("module", SHARED, ids=lambda module: module.__name__)
def test_a_mutation_that_kinds_share_is_listed_by_one_of_them(module):
    unlisted = [name_of(text) for text in _mutations(module) if text not in {*WRITES, *OF_NO_KIND}]
    assert [] == unlisted, (
        f"add {', '.join(unlisted)} to documents= of the codecs that send it: doctor does not check it"
    )


def test_what_ends_a_change_is_a_mutation_that_some_kind_sends():
    fields = (each for text in WRITES for each in operation(text).selection_set.selections)
    sent = {each.name.value for each in fields if isinstance(each, FieldNode)}
    named = {
        root
        for codec in CODECS.values()
        for root in (*(codec.makes_whole or "").split(), *frozenset().union(*codec.ended_by.values()))
    }
    assert named
    assert set() == named - sent


def test_the_repertoire_of_all_kinds_is_every_document():
    pieces = repertoire(KINDS, CODECS, [kind.name for kind in KINDS])
    assert {*READS, *WRITES, *looks_back(VERSIONS[-1]), *automatic.DOCUMENTS, gift_cards.DOCUMENT, *OF_NO_KIND} == {
        piece.text for piece in pieces
    }


def test_the_repertoire_of_a_catalog_leaves_out_the_kinds_that_it_does_not_speak_of():
    needed = {kind for piece in repertoire(KINDS, CODECS, ["product"]) for kind in piece.kinds}
    assert {"product", "variant"} <= needed
    assert "redirect" not in needed


def test_a_document_asks_for_the_version_of_the_youngest_kind_in_it():
    since = {piece.name: piece.since for piece in repertoire(KINDS, CODECS, ["stock"])}
    assert CODECS["stock"].since == since["Given_products"]
    assert CODECS["variant"].since == since["CreateVariants"]


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


def test_a_connection_of_something_else_is_asked_for_by_the_ids_of_that():
    owned = Tree(replace(LEAF, owner=Owner("Branch", "branch"), has_id=False))
    tree = Tree(Read("Tree", "trees", "name", _nothing, page_size=3), (owned,))
    leaves = f"leaves(first: 7) {{ {PAGE} nodes {{ size }} }}"
    expected = f"query Owned_Branch($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Branch {{ id {leaves} }} }} }}"
    assert expected == owned_document(owned)
    assert not has_below(tree)
    assert "leaves" not in ids_document(tree)


def test_a_connection_that_shows_a_part_at_a_time_is_paged_part_by_part():
    wall = Slice('key: "w"', "wall")
    stones = Tree(replace(BARE.root, further=(wall,)))
    asked = 'query Page_stones_wall($after: String) { stones(first: 1, after: $after, key: "w")'
    assert asked in page_document(stones, wall)


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
        "query Rest_leaves_Tree($id: ID!, $after: String) { node(id: $id) { ... on Tree "
        f"{{ leaves(first: 250, after: $after) {{ {PAGE} nodes {{ id size }} }} }} }} }}"
    ) == rest_document("Tree", LEAF)


def test_a_key_travels_as_a_variable_and_never_inside_a_document():
    assert "value: $key" in mark_document(TREE)


def test_what_has_no_identifier_is_not_found_by_a_mark():
    with pytest.raises(ValueError, match="Stone is not found by a mark"):
        mark_document(BARE)
