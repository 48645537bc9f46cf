"""Ids: whose id a thing goes by, and that it is named in its own group even where another group has the same one."""

from collections.abc import Mapping

import pytest

from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.model.kind import Kind
from reconciler.model.state import Found, FoundGroup
from reconciler.planning.identity import ids_by_root, named_as_planned

GOES_BY = {
    "mark": "its own",
    "metafield_definition": "its own",
    "product": "its own",
    "variant": "its own",
    "image": "its own, in any number of products",
    "image_order": "made up of the product's",
    "variant_image": "made up of the variant's",
    "stock": "its own",
    "adjustment": "made up of the variant's",
    "collection": "its own",
    "membership": "the product's",
    "product_order": "the collection's",
    "collection_image": "the collection's",
    "metafield": "its own",
    "variant_metafield": "its own",
    "collection_metafield": "its own",
    "publication": "the publication's",
    "collection_publication": "the publication's",
    "redirect": "its own",
}
CHILDREN = [kind for kind in KINDS if kind.parent is not None]


def test_the_kinds_that_have_ids_of_their_own_are_those_that_say_so():
    assert {name: whose.startswith("its own") for name, whose in GOES_BY.items()} == {
        kind.name: kind.own_id for kind in KINDS
    }


def test_what_has_an_id_of_its_own_is_a_node_of_a_connection():
    reads = {kind.name: CODECS[kind.name].read for kind in KINDS}
    nodes = {name for name, read in reads.items() if read.has_id and read.connection and read.arranged is None}
    assert nodes == {kind.name for kind in KINDS if kind.own_id}


def a_group(kind: Kind) -> tuple[Address, FoundGroup]:
    """Return the root ``a`` with one child of the kind, whose id is X, below a parent ``a/V`` where that is no root."""
    root = KINDS.root(kind.name)
    child = Found(kind.name, "X", kind.resource(), mark="m")
    if kind.parent == root:
        return Address(root, "a"), FoundGroup(Found(root, "R", KINDS[root].resource(), mark="a"), (child,))
    parent = Found(str(kind.parent), "V", KINDS[str(kind.parent)].resource(), parent="R")
    children = (parent, child.below("V"))
    return Address(root, "a"), FoundGroup(Found(root, "R", KINDS[root].resource(), mark="a"), children)


@pytest.mark.parametrize("kind", CHILDREN, ids=lambda kind: kind.name)
def test_a_child_is_named_in_its_own_group_whatever_has_the_same_id_elsewhere(kind):
    root, group = a_group(kind)
    above = {Address(str(kind.parent), "a/V"): "V"} if kind.parent != root.kind else {}
    here, there = Address(kind.name, "a/V/own"), Address(kind.name, "b/V/own")

    def named_with(references: dict[Address, str]) -> Mapping[Address, str]:
        known = ids_by_root({**above, **references}, KINDS)
        return named_as_planned(root, (), group, kinds=KINDS, directory=Directory(), references=known).ids

    assert {here: "X"} == {at: own for at, own in named_with({here: "X", there: "X"}).items() if own == "X"}
    assert {"a"} == {at.root_key for at in named_with({there: "X"})}
