"""Asynchronous product operations, as clients poll them. Shopify: productOperation and the types it may answer with."""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.shops.context import Args, Binding, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Product
from reconciler.sandbox.storage.operations import OPERATIONS, Operation
from reconciler.sandbox.wire.errors import invalid_id
from reconciler.sandbox.wire.ids import gid, parse_gid


class _View:
    """An operation as it is shown."""

    def __init__(self, row: Operation) -> None:
        self.row = row


class SetOperation(_View):
    """A productSet that runs, or ran, on its own."""


class DeleteOperation(_View):
    """A productDelete that runs, or ran, on its own."""


class DuplicateOperation(_View):
    """A productDuplicate that runs, or ran, on its own."""


_VIEWS: dict[str, type[_View]] = {
    "ProductSetOperation": SetOperation,
    "ProductDeleteOperation": DeleteOperation,
    "ProductDuplicateOperation": DuplicateOperation,
}


def _find(kind: str) -> Any:
    def find(context: Context, number: int) -> Any:
        row = OPERATIONS.find(context.database, number)
        if row is None or row.kind != kind:
            return None
        if row.status == "CREATED":
            _begin(context, row)
        return _VIEWS[kind](row)

    return find


def _begin(context: Context, row: Operation) -> None:
    """Set an operation going that is looked at for the first time: by the next look its work is done."""
    row.status = "ACTIVE"
    with context.database.savepoint():
        OPERATIONS.update(context.database, [row])


def _operation(_root: Any, context: Context, args: Args) -> Any:
    parsed = parse_gid(args["id"])
    if parsed is None or parsed.kind not in _VIEWS:
        raise invalid_id(args["id"])
    return _find(parsed.kind)(context, parsed.number)


def _product(view: Any, context: Context, _args: Args) -> Product | None:
    return PRODUCTS.find(context.database, view.row.product_id) if view.row.status == "COMPLETE" else None


def _original(view: Any, context: Context, _args: Args) -> Product | None:
    return PRODUCTS.find(context.database, view.row.product_id)


def _duplicate(view: Any, context: Context, _args: Args) -> Product | None:
    return PRODUCTS.find(context.database, view.row.new_product_id)


def _viewed(name: str, kind: str) -> Any:
    def resolve(payload: Any, _context: Context, _args: Args) -> Any:
        row = payload.get(name)
        return _VIEWS[kind](row) if row else None

    return resolve


def _deleted(view: Any, _context: Context, _args: Args) -> str | None:
    number = view.row.deleted_product_id
    return gid("Product", number) if number is not None else None


KINDS = {view: kind for kind, view in _VIEWS.items()}
NODES = {kind: _find(kind) for kind in _VIEWS}

_SHARED: dict[str, Binding] = {
    "id": lambda view, _context, _args: gid(view.row.kind, view.row.id),
    "status": attrgetter("row.status"),
    "product": _product,
    "userErrors": attrgetter("row.user_errors"),
}

SCOPES = {
    "read_products": ("productOperation",),
}

FIELDS: Fields = {
    "QueryRoot": {"productOperation": _operation},
    "ProductSetOperation": _SHARED,
    "ProductDeleteOperation": {**_SHARED, "deletedProductId": _deleted},
    "ProductDuplicateOperation": {**_SHARED, "product": _original, "newProduct": _duplicate},
    "ProductSetPayload": {"productSetOperation": _viewed("productSetOperation", "ProductSetOperation")},
    "ProductDeletePayload": {"productDeleteOperation": _viewed("productDeleteOperation", "ProductDeleteOperation")},
    "ProductDuplicatePayload": {
        "productDuplicateOperation": _viewed("productDuplicateOperation", "ProductDuplicateOperation")
    },
}
