"""Put the lines of bulk exports together again, against the limit: parsing each line once and throwing it away.

    python -m benchmarks.ingest                    # about 2,300,000 lines
    python -m benchmarks.ingest --products 2400    # about 100,000

Lines come as the API may send them ungrouped: all products, then all variants, then what hangs on them.
"""

import argparse
import gc
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from reconciler.kinds import CODECS, KINDS
from reconciler.shopify.export_documents import Branch, Export, exports_of
from reconciler.shopify.queries import trees
from reconciler.shopify.regrouped import Lines, indexed, whole

VARIANTS, IMAGES, METAFIELDS, LEVELS = 4, 3, 2, 1


def rows(export: Export, products: int) -> Iterator[dict[str, Any]]:
    """Yield the lines of an export of as many products, all of one level before those of the next."""
    parents = [(f"gid://shopify/Product/{number}", export.root) for number in range(products)]
    yield from (filled(own, branch, None) for own, branch in parents)
    while parents:
        deeper: list[tuple[str, Branch]] = []
        for place in range(max(len(branch.below) for _, branch in parents)):
            for parent, above in parents:
                if place < len(above.below):
                    branch = above.below[place]
                    tail = f"{place + 1}{parent.rpartition('/')[2]}"
                    for count in range(many(branch)):
                        own = f"gid://shopify/{branch.type or 'Image'}/{tail}{count}"
                        deeper.append((own, branch))
                        yield filled(own, branch, parent)
        parents = [(own, branch) for own, branch in deeper if branch.below]


def many(branch: Branch) -> int:
    """Return how many lines hang on one parent there."""
    known = {"ProductVariant": VARIANTS, "Metafield": METAFIELDS, "InventoryLevel": LEVELS}
    return known.get(branch.type or "", IMAGES)


def filled(own: str, branch: Branch, parent: str | None) -> dict[str, Any]:
    """Return a line; one that only carries others has nothing but its id."""
    row: dict[str, Any] = {"__typename": branch.type or "MediaImage", "id": own}
    if branch.is_home:
        row |= {"title": f"Called {own}", "text": "Woven from long fibres. " * 2, "price": "49.90", "tags": ["a", "b"]}
        row |= {"metafield": {"value": own}, "inventoryItem": {"id": own, "tracked": True, "unitCost": None}}
    return row if parent is None else {**row, "__parentId": parent}


def written(folder: Path, products: int) -> list[tuple[Export, Path]]:
    """Write the files of all exports of products."""
    tree = next(each for each in trees(KINDS, CODECS) if each.root.type == "Product")
    files = []
    for number, export in enumerate(exports_of(tree)):
        file = folder / f"{number}.jsonl"
        with file.open("wb") as out:
            out.writelines(orjson.dumps(row) + b"\n" for row in rows(export, products))
        files.append((export, file))
    return files


def discarded(files: Sequence[tuple[Export, Path]]) -> None:
    """Parse every line."""
    for _, file in files:
        with file.open("rb") as lines:
            for line in lines:
                orjson.loads(line)


def ingested(files: Sequence[tuple[Export, Path]]) -> None:
    """Put every product together."""
    made: list[Lines] = [indexed(export, file.open("rb")) for export, file in files]
    for root_id in made[0].roots():
        whole(made, root_id.decode())


def cpu_s(work: Callable[[Sequence[tuple[Export, Path]]], None], files: Sequence[tuple[Export, Path]]) -> float:
    """Return the processor time of a piece of work."""
    gc.collect()
    began = time.process_time()
    work(files)
    return time.process_time() - began


def peak_mb() -> float:
    """Return the most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True)
class Ingested:
    """What was put together, beside what parsing alone took."""

    lines: int
    megabytes: float
    limit_s: float
    ours_s: float
    peak_before_mb: float
    peak_mb: float

    def as_rows(self) -> Mapping[str, str]:
        """Return the figures of the table, by measure."""
        return {
            f"{self.lines:,} lines of exports / parsed and dropped by orjson": f"{self.ours_s / self.limit_s:.2f}",
            "peak of that, MB": f"{self.peak_mb:.0f}",
        }


def ingest(products: int) -> Ingested:
    """Measure it. The peak is of this process, which has to be a young one."""
    with tempfile.TemporaryDirectory() as folder:
        with multiprocessing.get_context("spawn").Pool(1) as other:  # whose memory is not ours
            files = other.apply(written, (Path(folder), products))
        lines = sum(sum(1 for _ in file.open("rb")) for _, file in files)
        size = sum(file.stat().st_size for _, file in files)
        limit = cpu_s(discarded, files)
        before = peak_mb()
        ours = cpu_s(ingested, files)
        return Ingested(lines, size / 1e6, limit, ours, before, peak_mb())


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description="Lines of exports, put together.")
    parser.add_argument("--products", type=int, default=55_000)
    parser.add_argument("--json", action="store_true", help="only the figures, for the table")
    options = parser.parse_args()
    found = ingest(options.products)
    if options.json:
        print(json.dumps(found.as_rows()))
        return
    print(f"{options.products:,} products, {found.lines:,} lines, {found.megabytes:.0f} MB")
    print(f"parsed and thrown away {found.limit_s:6.2f} s   peak {found.peak_before_mb:4.0f} MB")
    print(f"put together           {found.ours_s:6.2f} s   peak {found.peak_mb:4.0f} MB")
    print(f"{(found.peak_mb - found.peak_before_mb) * 1e6 / found.lines:.0f} bytes a line")
    for name, value in found.as_rows().items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
