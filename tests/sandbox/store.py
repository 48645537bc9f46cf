"""How the sandbox's tests speak to it: over HTTP, as any client does."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import requests

VERSION = "2026-10"
_PATIENCE_S = 20
_CONNECTED = requests.Session()  # a connection for each request costs more than most answers


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]

    def put(self, name: str, **settings: Any) -> requests.Response:
        """Make or change a shop."""
        return _CONNECTED.put(f"{self.url}/_sandbox/shops/{name}", json=settings, timeout=_PATIENCE_S)

    def shop(self, name: str, **settings: Any) -> "Store":
        """Return a shop made with these settings."""
        answer = self.put(name, **{"currency": "EUR", "plan": "enterprise", **settings})
        assert answer.status_code == 200, answer.text
        return Store(self.url, answer.json())


@dataclass(frozen=True)
class Store:
    """A shop and the token to it."""

    server_url: str
    shop: dict[str, Any]

    def post(self, body: dict[str, Any], *, version: str = VERSION, **headers: str) -> requests.Response:
        """Send a GraphQL request and return the response."""
        url = f"{self.server_url}{self.shop['url_path']}/admin/api/{version}/graphql.json"
        sent = {"X-Shopify-Access-Token": self.shop["token"], **headers}
        return _CONNECTED.post(url, json=body, headers=sent, timeout=_PATIENCE_S)

    def answer(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """Return the whole envelope."""
        response = self.post({"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        content: dict[str, Any] = response.json()
        return content

    def run(self, query: str, /, **variables: Any) -> Any:
        """Return ``data``; any top-level error fails the test."""
        answer = self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def mutate(self, query: str, /, **variables: Any) -> Any:
        """Return the payload of a mutation with one root; user errors fail the test."""
        payload = next(iter(self.run(query, **variables).values()))
        assert payload["userErrors"] == [], payload["userErrors"]
        return payload

    def refusal(self, query: str, /, **variables: Any) -> Any:
        """Return the payload of a mutation that has user errors."""
        payload = next(iter(self.run(query, **variables).values()))
        assert payload["userErrors"], payload
        return payload

    def set_product(self, given: dict[str, Any], **identifier: Any) -> Any:
        """Return the product that a productSet made."""
        return self.mutate(PRODUCT_SET, given=given, identifier=identifier or None)["product"]

    def product(self, gid: str) -> Any:
        """Return a product in full."""
        return self.run(PRODUCT, id=gid)["product"]


def started(data_dir: Path, *arguments: str) -> Server:
    """Start a server on a data directory and return it when it listens."""
    command = [sys.executable, "-m", "reconciler.sandbox", "serve", "--data", str(data_dir), *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the server ended before it listened"
    return Server(orjson.loads(line)["url"], process)


def ended(server: Server) -> None:
    """Stop a server and wait for it."""
    server.process.terminate()
    server.process.wait(timeout=_PATIENCE_S)
    for stream in (server.process.stdin, server.process.stdout):
        if stream:
            stream.close()


FIELDS = """
  id handle title descriptionHtml vendor productType status tags templateSuffix createdAt updatedAt
  seo { title description } category { id } hasOnlyDefaultVariant tracksInventory isGiftCard
  options { id name position values optionValues { id name hasVariants } }
  variants(first: 50) { nodes {
    id title sku barcode price compareAtPrice position inventoryPolicy taxable updatedAt
    selectedOptions { name value }
    inventoryItem { id sku tracked requiresShipping harmonizedSystemCode unitCost { amount currencyCode }
      measurement { weight { unit value } } }
    metafields(first: 10) { nodes { namespace key type value } } } }
  metafields(first: 20) { nodes { namespace key type value } }
"""
PRODUCT = "query P($id: ID!) { product(id: $id) {" + FIELDS + "} }"
PRODUCT_SET = (
    "mutation S($identifier: ProductSetIdentifiers, $given: ProductSetInput!) {"
    " productSet(identifier: $identifier, input: $given) { product {"
    + FIELDS
    + "} userErrors { code field message } } }"
)
PRODUCT_CREATE = (
    "mutation C($given: ProductCreateInput) {"
    " productCreate(product: $given) { product {" + FIELDS + "} shop { name } userErrors { field message } } }"
)
PRODUCT_UPDATE = (
    "mutation U($given: ProductUpdateInput, $identifier: ProductUpdateIdentifiers) {"
    " productUpdate(product: $given, identifier: $identifier) { product {"
    + FIELDS
    + "} userErrors { field message } } }"
)
DEFINITION_CREATE = """mutation D($given: MetafieldDefinitionInput!) { metafieldDefinitionCreate(definition: $given) {
  createdDefinition { id name namespace key description ownerType pinnedPosition type { name category }
    capabilities { uniqueValues { enabled eligible } adminFilterable { enabled status } } access { admin storefront }
    validations { name value } }
  userErrors { code field message } } }"""
METAFIELDS_SET = """mutation M($rows: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $rows) {
  metafields { id namespace key type value jsonValue compareDigest updatedAt }
  userErrors { code elementIndex field message } } }"""


def a_product(*sizes: str, **fields: Any) -> dict[str, Any]:
    """Return a productSet input with one variant a size."""
    return {
        "title": "Linen Shirt",
        "productOptions": [{"name": "Size", "values": [{"name": size} for size in sizes]}],
        "variants": [{"optionValues": [{"optionName": "Size", "name": size}], "price": "49"} for size in sizes],
        **fields,
    }


def a_variant(size: str, **fields: Any) -> dict[str, Any]:
    """Return a variant of a productSet input."""
    return {"optionValues": [{"optionName": "Size", "name": size}], **fields}


def titles(product: Any) -> list[str]:
    """Return the titles of a product's variants in order."""
    return [variant["title"] for variant in product["variants"]["nodes"]]


def ids(product: Any) -> list[str]:
    """Return the ids of a product's variants in order."""
    return [variant["id"] for variant in product["variants"]["nodes"]]
