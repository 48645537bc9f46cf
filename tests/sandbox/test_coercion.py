"""Input types become functions when they are first needed, and requests come in several threads."""

from graphql import build_schema, parse

from reconciler.sandbox.language.coercion import Coercion

SCHEMA = build_schema(
    "type Query { a: Int } input Row { price: String barcode: String item: Item } input Item { sku: String }"
)
DOCUMENT = parse("query Rows($row: Row) { a }")
GIVEN = {"price": "18.00", "barcode": "1", "item": {"sku": "A"}}


def fitted(coercion):
    return coercion.fitting(DOCUMENT.definitions[0], {"row": GIVEN}).coerced["row"]


def test_a_request_never_meets_a_type_that_another_is_only_half_through_with(monkeypatch):
    coercion, field = Coercion(SCHEMA), Coercion._field
    meanwhile: list[object] = []

    def interrupted(self, name, given):
        if name == "item" and not meanwhile:
            meanwhile.append(None)
            meanwhile.append(fitted(coercion))
        return field(self, name, given)

    monkeypatch.setattr(Coercion, "_field", interrupted)
    assert GIVEN == fitted(coercion)
    assert GIVEN == meanwhile[1]
