"""What is said of a document that a store's schema does not take."""

from graphql import build_schema

from reconciler.app.sessions.doctor import _mistakes
from reconciler.model.errors import Diagnostic
from reconciler.model.origin import Place
from reconciler.shopify.introspection import StoreSchema
from reconciler.shopify.repertoire import Piece
from tests.shopify.scripted import a_store

SCHEMA = StoreSchema(build_schema("type Query { shop: Shop! } type Shop { id: ID! }"))
TEXT = "query Sources { shop { sources } }"
SAID = "Sources (collection): Cannot query field 'sources' on type 'Shop' in 2026-10"


def test_a_document_that_fits_is_passed_over():
    assert [] == list(_mistakes(Piece("query Shop { shop { id } }"), SCHEMA, a_store()))


def test_a_field_of_a_later_version_is_told_with_that_version():
    expected = Diagnostic(SAID, Place("stores/eu.yaml"), "set api_version to 2027-01 or later, which has it")
    assert [expected] == list(_mistakes(Piece(TEXT, ("collection",), "2027-01"), SCHEMA, a_store()))


def test_a_field_that_no_version_is_known_to_have_is_ours_to_mend():
    expected = Diagnostic(SAID, hint="this is ours to mend: report it, with the version")
    assert [expected] == list(_mistakes(Piece(TEXT, ("collection",), "2026-01"), SCHEMA, a_store()))
