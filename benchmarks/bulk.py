"""Load a catalog into the embedded store by one bulk mutation, and read it back by one bulk query.

    python -m benchmarks.bulk                     # 25,000 products with 4 variants each
    python -m benchmarks.bulk --products 1000     # a smaller one

The store is a process of its own, as always; its processor time and its peak memory are what /proc says of it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import requests

SIZES = ("S", "M", "L", "XL", "XXL")
COLOURS = ("Red", "Blue", "Green", "Black", "White")
TIMEOUT_S = 600
POLL_S = 0.25
STAGE = """mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
  stagedTargets { url parameters { name value } } userErrors { field message } } }"""
LOAD = """mutation S($identifier: ProductSetIdentifiers!, $input: ProductSetInput!) {
  productSet(identifier: $identifier, input: $input, synchronous: true) {
    product { id } userErrors { field message code } } }"""
EXPORT = """{ products { edges { node {
  id handle title descriptionHtml vendor productType status tags createdAt updatedAt
  options { id name values }
  variants { edges { node {
    id title sku barcode price compareAtPrice position inventoryPolicy taxable selectedOptions { name value }
    inventoryItem { id tracked requiresShipping measurement { weight { unit value } } } } } }
  metafields { edges { node { id namespace key type value } } } } } } }"""
RUN_MUTATION = """mutation R($text: String!, $path: String!) {
  bulkOperationRunMutation(mutation: $text, stagedUploadPath: $path) {
    bulkOperation { id } userErrors { field message code } } }"""
RUN_QUERY = """mutation R($text: String!) { bulkOperationRunQuery(query: $text) {
  bulkOperation { id } userErrors { field message code } } }"""
POLL = """query Q($id: ID!) { bulkOperation(id: $id) {
  status errorCode objectCount rootObjectCount fileSize url } }"""


@dataclass(frozen=True)
class Store:
    """The shop that is measured, and the process that serves it."""

    url: str
    token: str
    pid: int

    def run(self, query: str, **variables: Any) -> Any:
        headers = {"X-Shopify-Access-Token": self.token}
        body = {"query": query, "variables": variables}
        content = requests.post(self.url, json=body, headers=headers, timeout=TIMEOUT_S).json()
        if "errors" in content:
            raise SystemExit(f"refused: {content['errors']}")
        return next(iter(content["data"].values()))


def lines(products: int, variants: int) -> Iterator[bytes]:
    """Yield the variables of one productSet after the other."""
    pairs = [(size, colour) for colour in COLOURS for size in SIZES][:variants]
    options = {"Size": dict.fromkeys(one for one, _ in pairs), "Colour": dict.fromkeys(one for _, one in pairs)}
    for number in range(products):
        handle = f"product-{number}"
        given = {
            "handle": handle,
            "title": f"Product {number}",
            "descriptionHtml": f"<p>{'Woven from long fibres. ' * 10}</p>",
            "vendor": f"Vendor {number % 40}",
            "productType": f"Type {number % 15}",
            "tags": [f"season-{number % 4}", f"line-{number % 9}"],
            "productOptions": [
                {"name": name, "values": [{"name": one} for one in values]} for name, values in options.items()
            ],
            "variants": [
                {
                    "optionValues": [{"optionName": "Size", "name": size}, {"optionName": "Colour", "name": colour}],
                    "price": f"{10 + number % 90}.90",
                    "sku": f"P{number}-{size}-{colour}",
                    "inventoryItem": {"tracked": True, "measurement": {"weight": {"value": 0.2, "unit": "KILOGRAMS"}}},
                }
                for size, colour in pairs
            ],
            "metafields": [
                {"namespace": "custom", "key": key, "type": "single_line_text_field", "value": f"{key} {number}"}
                for key in ("material", "fit")
            ],
        }
        yield orjson.dumps({"identifier": {"handle": handle}, "input": given}) + b"\n"


def upload(store: Store, content: bytes) -> str:
    """Return the path under which the lines are kept."""
    wished = {"resource": "BULK_MUTATION_VARIABLES", "filename": "lines.jsonl", "mimeType": "text/jsonl"}
    target = store.run(STAGE, input=[{**wished, "httpMethod": "POST"}])["stagedTargets"][0]
    parameters = {one["name"]: one["value"] for one in target["parameters"]}
    answer = requests.post(target["url"], data=parameters, files={"file": content}, timeout=TIMEOUT_S)
    answer.raise_for_status()
    return str(parameters["key"])


def waited_for(store: Store, started: Any) -> tuple[Any, int]:
    """Return the operation when it is done, and how often it was asked for."""
    if started["userErrors"]:
        raise SystemExit(f"refused: {started['userErrors']}")
    polls = 0
    while True:
        time.sleep(POLL_S)
        polls += 1
        found = store.run(POLL, id=started["bulkOperation"]["id"])
        if found["status"] not in {"CREATED", "RUNNING"}:
            return found, polls


def measured(name: str, store: Store, variants: int, start: tuple[Any, float, float]) -> Any:
    """Print what an operation took; return it."""
    started, began_s, cpu_s = start
    found, polls = waited_for(store, started)
    if found["status"] != "COMPLETED":
        raise SystemExit(f"{name} ended as {found['status']} with {found['errorCode']}")
    wall_s, used_s = time.monotonic() - began_s, cpu_seconds(store.pid) - cpu_s
    print(
        f"{name:8} {wall_s:7.1f} s   processor {used_s:7.1f} s   {used_s / variants * 1e6:6.0f} us a variant   "
        f"{found['objectCount']:>8} objects   {int(found['fileSize']) / 1e6:6.1f} MB   "
        f"peak {peak_mb(store.pid):5.0f} MB   asked {polls} times meanwhile"
    )
    return found


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid: int) -> float:
    """Return the most memory that a process ever held."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def benchmark(folder: Path, products: int, variants: int) -> None:
    """Run both ways once and print what they took."""
    command = [sys.executable, "-m", "reconciler.sandbox", "serve", "--data", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        url = orjson.loads(process.stdout.readline())["url"]
        shop = requests.put(f"{url}/_sandbox/shops/bench", json={"plan": "enterprise"}, timeout=TIMEOUT_S).json()
        api = f"{url}{shop['url_path']}/admin/api/2026-10/graphql.json"
        store = Store(api, shop["token"], process.pid)
        content = b"".join(lines(products, variants))
        print(f"{products:,} products, {products * variants:,} variants, {len(content) / 1e6:.1f} MB of input")
        path = upload(store, content)
        print(f"{'upload':8} {'':66} peak {peak_mb(store.pid):5.0f} MB")
        began_s, cpu_s = time.monotonic(), cpu_seconds(process.pid)
        run = store.run(RUN_MUTATION, text=LOAD, path=path)
        measured("load", store, products * variants, (run, began_s, cpu_s))
        began_s, cpu_s = time.monotonic(), cpu_seconds(process.pid)
        run = store.run(RUN_QUERY, text=EXPORT)
        measured("export", store, products * variants, (run, began_s, cpu_s))
    finally:
        process.terminate()
        process.wait(timeout=TIMEOUT_S)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk", description="Bulk operations, measured.")
    parser.add_argument("--products", type=int, default=25_000)
    parser.add_argument("--variants", type=int, default=4, help="of each product; 25 at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        benchmark(Path(folder), options.products, options.variants)


if __name__ == "__main__":
    main()
