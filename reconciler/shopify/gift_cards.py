"""Gift cards: products of another sort, with rules of their own for tax, shipping and price. Shopify: ``isGiftCard``.

They are few, so they are searched for; a search may miss one that was made in the last seconds.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.shopify.asking import Client
from reconciler.shopify.nodes import next_page, nodes_of

DOCUMENT: Final = """\
query GiftCards($after: String) {
  products(first: 250, after: $after, query: "gift_card:true") {
    pageInfo { hasNextPage endCursor }
    nodes { id isGiftCard }
  }
}"""


def gift_cards(client: Client) -> Iterator[str]:
    """Yield the ids of all products that are gift cards. Raises StoreRefused."""
    after: str | None = None
    while True:
        page = client.query(DOCUMENT, {"after": after}).data["products"]
        yield from (str(node["id"]) for node in nodes_of(page, "gift cards") if node["isGiftCard"])
        after = next_page(page, after, "gift cards")
        if after is None:
            return
