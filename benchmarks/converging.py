"""End to end: a catalog goes from an empty store to converged, and the second plan is empty.

    python -m benchmarks.converging                     # 100,000 variants
    python -m benchmarks.converging --variants 10000    # fewer

Each step is a process of its own, whose processor time and peak memory are shown. The store is another one.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.catalogs import Shape, write_repository
from benchmarks.filling import served
from benchmarks.measured import Job, run

HERE = Path(__file__).resolve().parent
STEPS = {
    "plan, of an empty store": ("plan", "bench"),
    "apply": ("apply", "plans/bench.json"),
    "plan again": ("plan", "bench"),
}


def main() -> None:
    """Run the command line. Exits with 1 where the second plan is not empty."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.converging", description="From empty to converged.")
    parser.add_argument("--variants", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_repository(root, Shape(options.variants))
        with served(root):
            for name, words in STEPS.items():
                began = time.monotonic()
                command = (sys.executable, "-m", "reconciler", *words)
                found = run(Job(command, root, environment={"PYTHONPATH": str(HERE.parent)}))
                wall_s = time.monotonic() - began
                print(
                    f"{name:24} {wall_s:8.1f} s   processor {found.cpu_s:8.1f} s   peak {found.peak_mb:6.0f} MB",
                    flush=True,
                )
            left = len(json.loads((root / "plans" / "bench.json").read_bytes())["changes"])
    print(f"{options.variants:,} variants; changes in the second plan: {left}")
    sys.exit(left > 0)


if __name__ == "__main__":
    main()
