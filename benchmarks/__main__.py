"""Everything that is compared, in one run: our plan, the floors, git and octoDNS; one table of ratios.

    python -m benchmarks --sizes 1000,10000 --rounds 5     # what `make bench` does
    python -m benchmarks --sizes 10000,1000000:1           # a million variants, once

Processor time is what counts: of the whole process, with what it waited for. The store is another process.
"""

import argparse
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from benchmarks.catalogs import STORES, Shape
from benchmarks.grounds import Ground, open_to_plans, prepared
from benchmarks.measured import Job, medians
from benchmarks.report import Kept, Measured, written

HERE = Path(__file__).resolve().parent
LINES_OF_PRODUCTS = 24_000
"""Products whose exports have about a million lines."""
CLEAN = ("git", "checkout", "--quiet", "--", "catalog")
CACHE = ".reconciler/cache"  # what plans remember; a cold one finds nothing there


def jobs(ground: Ground, peers: Path) -> Mapping[str, Job]:
    """Return what is measured of a size, by name, in turn: a warm plan knows what the one before it found."""
    repository, environment = ground.repository, {"PYTHONPATH": str(HERE.parent)}
    plan = (sys.executable, "-m", "reconciler", "plan", "bench")
    forget = ("rm", "-rf", CACHE)
    edit = (sys.executable, "-c", _EDIT, str(ground.a_file))
    edit_all = (sys.executable, "-c", _EDIT, str(ground.repository / "catalog" / "products"))
    python, floors = str(peers / "bin" / "python"), str(HERE / "floors.py")
    found = {
        "plan, cold": Job(plan, repository, (CLEAN, forget), environment),
        "plan, warm": Job(plan, repository, (), environment),
        "plan, one file changed": Job(plan, repository, (edit,), environment),
        "plan, all files changed": Job(plan, repository, (edit_all,), environment),
        "plan of two stores, cold": Job((*plan[:-1], *STORES), repository, (CLEAN, forget), environment),
        "YAML, parsed and dropped": Job((python, floors, "yaml", str(repository / "catalog")), repository, (CLEAN,)),
        "JSON, parsed and dropped": Job((python, floors, "json", str(ground.as_json)), repository),
        "git status": Job(("git", "status", "--porcelain"), repository, (CLEAN,)),
        "octoDNS, dry run": Job(
            (str(peers / "bin" / "octodns-sync"), "--config-file", "octodns.yaml"), ground.zone, (), {"PYTHONPATH": ""}
        ),
        "--help": Job((sys.executable, "-m", "reconciler", "--help"), repository, (), environment),
    }
    return {
        name: job for name, job in found.items() if ground.shape.variants <= LARGEST.get(name, ground.shape.variants)
    }


PHASES = "phases"
LARGEST = {
    "plan, warm": 100_000,
    "plan, one file changed": 100_000,
    "plan, all files changed": 10_000,
    "plan of two stores, cold": 10_000,
    "octoDNS, dry run": 100_000,
    PHASES: 10_000,
}
"""Variants of the largest catalog that something is measured on, where a run of larger ones would take hours."""
_EDIT = """\
import pathlib, re, sys
named = pathlib.Path(sys.argv[1])
for file in named.rglob("*.yaml") if named.is_dir() else [named]:
    text = file.read_text()
    file.write_text(re.sub(r"barcode: \\"4(\\d)", lambda found: f'barcode: "4{(int(found[1]) + 1) % 10}', text))
"""


def measured(shape: Shape, rounds: int, options: argparse.Namespace) -> Measured:
    """Return the medians of one size, and what the phases of its plan take."""
    ground = prepared(shape, options.data)
    with open_to_plans(ground):
        try:
            found = medians(jobs(ground, options.peers), rounds)
        finally:
            subprocess.run(CLEAN, cwd=ground.repository, check=True)
        by_phase = dict(_phases(ground, rounds)) if shape.variants <= LARGEST[PHASES] else {}
        return Measured(shape.variants, rounds, found, by_phase)


def _phases(ground: Ground, rounds: int) -> Iterator[tuple[str, float]]:
    """Yield what each phase takes, in seconds."""
    command = (sys.executable, "-m", "benchmarks.phases", str(ground.repository))
    answers = [
        orjson.loads(subprocess.run(command, cwd=HERE.parent, check=True, stdout=subprocess.PIPE).stdout)
        for _ in range(rounds)
    ]
    yield from ((name, statistics.median(answer[name] for answer in answers)) for name in answers[0])


def figures(benchmark: str, *words: str) -> Iterator[tuple[str, str]]:
    """Yield what another benchmark measured, once, in a process of its own."""
    print(f"benchmarks.{benchmark}", file=sys.stderr, flush=True)
    command = (sys.executable, "-m", f"benchmarks.{benchmark}", *words, "--json")
    found = subprocess.run(command, cwd=HERE.parent, check=True, stdout=subprocess.PIPE).stdout
    yield from orjson.loads(found).items()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Our plan beside floors and peers.")
    parser.add_argument("--sizes", default="1000,10000", help="variants, by commas; with :N, measured N times")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=HERE.parent / ".bench", help="where generated catalogs are kept")
    parser.add_argument("--peers", type=Path, default=HERE.parent / ".venv-peers", help="an environment with peers.txt")
    parser.add_argument("--into", type=Path, help="a page whose table is written anew")
    options = parser.parse_args()
    options.data, options.peers = options.data.resolve(), options.peers.resolve()
    others = [*figures("ingest", "--products", str(LINES_OF_PRODUCTS)), *figures("applying")]
    kept = Kept(options.data / "measured.json")
    for said in options.sizes.split(","):
        variants, _, rounds = said.partition(":")
        kept.add(measured(Shape(int(variants)), int(rounds or options.rounds), options))
        written(kept.sizes(), others, options.into)  # what comes next may take hours


if __name__ == "__main__":
    main()
