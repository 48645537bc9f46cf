"""Lookup: which objects carry given marks, or have given handles, many in one query. Shopify: ``productByIdentifier``.

Identifiers are looked up in the store itself, while a search may lag behind it; there is none for SKUs, so what shares
one with another product is not found that way. (shopify.dev, product lookups, 2026-10)
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.json import Json
from reconciler.shopify.asking import Client
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Read
from reconciler.shopify.identity import mark_in
from reconciler.shopify.queries import sought_document

_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """An object that was found."""

    id: str
    mark: str | None
    """The key that it carries; None: it is not ours."""


Lookup = Callable[[Read, Sequence[str], Sequence[str]], tuple[Sequence[Seen | None], Sequence[Seen | None]]]
"""What is read of a kind of root, marks, handles → what carries each mark, and what has each handle."""


def look_up(
    client: Client, root: Read, marks: Sequence[str], handles: Sequence[str]
) -> tuple[Sequence[Seen | None], Sequence[Seen | None]]:
    """Return what carries each mark, and what has each handle; None for nobody. Raises StoreRefused.

    Marks can be asked for only once their definition is in the store.
    """
    asked = [*((True, each) for each in marks), *((False, each) for each in handles)]
    found = [seen for few in in_batches(asked, _AT_ONCE) for seen in _few(client, root, few)]
    return found[: len(marks)], found[len(marks) :]


def _few(client: Client, root: Read, asked: Sequence[tuple[bool, str]]) -> Iterator[Seen | None]:
    marks = [value for is_mark, value in asked if is_mark]
    handles = [value for is_mark, value in asked if not is_mark]
    named = {f"m{place}": value for place, value in enumerate(marks)}
    named |= {f"h{place}": value for place, value in enumerate(handles)}
    variables: dict[str, Json] = dict(named)
    data = client.query(sought_document(root, len(marks), len(handles)), variables).data
    for name in named:
        node = data[name]
        yield Seen(str(node["id"]), mark_in(node)) if node is not None else None
