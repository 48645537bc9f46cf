"""Apply to a store that charges points and is 300 ms away: what is sent beside the least, and how busy the bucket is.

    python -m benchmarks.applying                              # 500 products whose prices change, 100 points a second
    python -m benchmarks.applying --products 2000 --plan plus  # more of them, 1,000 points a second

The least is one productVariantsBulkUpdate for each product, at ten points and a fifth of one for each variant. Every
operation is counted by its name: what is read again before it is written is the price of preconditions, and our own
notes on the store are a few a run. The share is taken while the bucket was nearly empty: what was spent of what was
restored. (shopify.dev: input complexity of productVariantsBulkUpdate)
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.catalogs import VARIANTS, Shape, write_repository
from benchmarks.delaying import Answered, far_away
from benchmarks.filling import fill, served

HERE = Path(__file__).resolve().parent
LATENCY_S = 0.3
LEAST_POINTS = 10 + 0.2 * VARIANTS
NEARLY_EMPTY = 1.0
"""Seconds of restoring that are left in a bucket that counts as empty."""
FAR = """\
url: {url}
channel: bench
currency: EUR
credentials: {{token: {{env: BENCH_TOKEN}}}}
"""
COMMIT = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "--all", "--message=x")


@dataclass(frozen=True)
class Applied:
    """What one apply sent, and how long it took."""

    products: int
    seconds: float
    answers: Sequence[Answered]
    mutations_of_nothing: int
    """That the next apply sent, which had nothing to change."""

    def beside_the_least(self) -> tuple[float, float]:
        """Return all mutations beside the fewest, and their points beside the fewest points."""
        sent = [each.points for each in self.answers if each.is_mutation]
        return len(sent) / self.products, sum(sent) / (self.products * LEAST_POINTS)

    @property
    def throttled(self) -> int:
        return sum(each.is_throttled for each in self.answers)

    @property
    def restore_rate(self) -> float:
        return max(each.restore_rate for each in self.answers)

    def by_operation(self) -> Mapping[str, tuple[int, float]]:
        """Return how many of each were sent, and for how many points."""
        names = sorted({each.operation for each in self.answers})
        sent = {name: [each.points for each in self.answers if each.operation == name] for name in names}
        return {name: (len(points), sum(points)) for name, points in sent.items()}

    def share(self) -> float | None:
        """Return what was spent of what was restored; None where the bucket was never nearly empty."""
        empty = [each.at_s for each in self.answers if each.available < NEARLY_EMPTY * each.restore_rate]
        if not empty or empty[-1] == empty[0]:
            return None
        spent = sum(each.points for each in self.answers if empty[0] < each.at_s <= empty[-1])
        return spent / (self.restore_rate * (empty[-1] - empty[0]))

    def as_rows(self) -> Mapping[str, str]:
        """Return the figures of the table, by measure."""
        calls, points = self.beside_the_least()
        share = self.share()
        return {
            "calls of apply / the least": f"{calls:.2f}",
            "points of apply / the least": f"{points:.2f}",
            "mutations of an apply that changes nothing": str(self.mutations_of_nothing),
            "throttled answers": str(self.throttled),
            "share of the restore rate": "the bucket was never empty" if share is None else f"{share:.2f}",
        }


def applied(products: int, plan: str) -> Applied:
    """Change the prices of a catalog, and apply that to a store far away on such a plan of Shopify's."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_repository(root, Shape(products * VARIANTS))
        _git(root, "init", "--quiet")
        (root / ".gitignore").write_text(".reconciler/\nplans/\n", encoding="utf-8")
        with served(root) as store:
            fill(root, store)
        with served(root, plan) as store:
            shop = urlsplit(store.url.partition("/admin/")[0])
            with far_away(f"{shop.scheme}://{shop.netloc}", LATENCY_S) as far:
                (root / "stores" / "bench.yaml").write_text(FAR.format(url=far.url + shop.path), encoding="utf-8")
                os.environ["BENCH_TOKEN"] = store.token
                _git(root, "add", "--all")
                _git(root, *COMMIT)
                for file in (root / "catalog" / "products").rglob("*.yaml"):
                    text = file.read_text(encoding="utf-8")
                    file.write_text(re.sub(r"EUR: (\d+)\.90", r"EUR: \1.80", text), encoding="utf-8")
                _git(root, *COMMIT)
                _reconciler(root, "plan", "bench")
                far.answers.clear()
                began = time.monotonic()
                _reconciler(root, "apply", "plans/bench.json", "--accept", "prices-changed")
                seconds = time.monotonic() - began
                answers = tuple(far.answers)
                far.answers.clear()
                _reconciler(root, "plan", "bench")
                _reconciler(root, "apply", "plans/bench.json")
    return Applied(products, seconds, answers, sum(each.is_mutation for each in far.answers))


def _git(root: Path, *words: str) -> None:
    subprocess.run(("git", *words), cwd=root, check=True)


def _reconciler(root: Path, *words: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    command = (sys.executable, "-m", "reconciler", *words)
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.applying", description="Apply to a store far away.")
    parser.add_argument("--products", type=int, default=500)
    parser.add_argument("--plan", choices=("standard", "advanced", "plus", "enterprise"), default="standard")
    parser.add_argument("--json", action="store_true", help="only the figures, for the table")
    options = parser.parse_args()
    found = applied(options.products, options.plan)
    if options.json:
        print(json.dumps(found.as_rows()))
        return
    print(f"{found.products} products, {found.seconds:.1f} s, {found.restore_rate:.0f} points a second")
    for name, (calls, points) in found.by_operation().items():
        print(f"{name:40} {calls:6} calls {points:8.0f} points")
    for name, value in found.as_rows().items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
