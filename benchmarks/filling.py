"""Fill an embedded store with what a generated repository asks for, by one bulk mutation of our own requests."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import requests

from benchmarks.bulk import RUN_MUTATION, TIMEOUT_S, Store, upload, waited_for
from reconciler.app.repository.workspace import checked_views, open_workspace
from reconciler.kinds import CODECS, KINDS
from reconciler.model.state import Live
from reconciler.planning.group import plan_group
from reconciler.planning.order import ordered
from reconciler.planning.project import projected
from reconciler.planning.scope import Policy
from reconciler.shopify.codec import Mutation
from reconciler.shopify.steps import Compiler, GroupWrite, Known

BYTES_AT_ONCE = 90_000_000
"""Of one upload: a bulk mutation takes 100 MB."""


@contextmanager
def served(root: Path, plan: str = "enterprise") -> Iterator[Store]:
    """Serve the embedded store of a repository; on the largest plan, a bucket is never what is waited for."""
    command = [sys.executable, "-m", "reconciler.sandbox", "serve", "--data", str(root / ".reconciler" / "sandbox")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        url = orjson.loads(process.stdout.readline())["url"]
        wished = {"plan": plan, "currency": "EUR"}
        shop = requests.put(f"{url}/_sandbox/shops/bench", json=wished, timeout=TIMEOUT_S).json()
        yield Store(f"{url}{shop['url_path']}/admin/api/2026-10/graphql.json", shop["token"], process.pid)
    finally:
        process.terminate()
        process.wait(timeout=TIMEOUT_S)


def fill(root: Path, store: Store) -> None:
    """Bring the store to what the repository asks for. Definitions and what our keys need go first, by apply."""
    alone = ["--only", "metafield_definition/*", "--only", "mark/*"]
    for words in (["plan", "bench", *alone], ["apply", "plans/bench.json"]):
        subprocess.run([sys.executable, "-m", "reconciler", *words], cwd=root, check=True, stdout=subprocess.DEVNULL)
    for document, lines in _loads(root):
        run = store.run(RUN_MUTATION, text=document, path=upload(store, lines))
        found, _ = waited_for(store, run)
        answers = requests.get(found["url"], timeout=TIMEOUT_S).content
        if found["status"] != "COMPLETED" or b'"errors"' in answers or b'"message"' in answers:
            raise SystemExit(f"the store was not filled: {found} {answers[:500]!r}")
    time.sleep(1)  # the store gets its images ready


def _loads(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield a mutation and the variables of many of it, so many at once as a store takes."""
    document, lines, size = "", list[bytes](), 0
    for mutation in _mutations(root):
        line = orjson.dumps(mutation.variables) + b"\n"
        if size + len(line) > BYTES_AT_ONCE:
            yield document, b"".join(lines)
            lines, size = [], 0
        document, size = mutation.document, size + len(line)
        lines.append(line)
    yield document, b"".join(lines)


def _mutations(root: Path) -> Iterator[Mutation]:
    view = checked_views(open_workspace(root))["bench"]
    compiler, policy = Compiler(KINDS, CODECS), Policy(ownership=view.mapper.ownership)
    for address in view.addresses("product"):
        changes = ordered(plan_group(view.group(address), Live(), kinds=KINDS, policy=policy).changes, KINDS)
        after = projected(Live(), changes, KINDS).resources
        yield from compiler.forecast([GroupWrite(address, changes, Live(), after)], Known())
