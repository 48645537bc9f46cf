"""The table of ratios, as Markdown, with the machine that it was measured on."""

import math
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.measured import Run

BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
COLD, WARM, ONE = "plan, cold", "plan, warm", "plan, one file changed"
ALL, TWO = "plan, all files changed", "plan of two stores, cold"
YAML, JSON, GIT, OCTODNS, HELP = (
    "YAML, parsed and dropped",
    "JSON, parsed and dropped",
    "git status",
    "octoDNS, dry run",
    "--help",
)


@dataclass(frozen=True)
class Measured:
    """One size: the medians of whole processes by name, and processor seconds by phase."""

    variants: int
    rounds: int
    runs: Mapping[str, Run]
    phases: Mapping[str, float]

    def cpu_s(self, name: str) -> float:
        """Return its processor seconds; not a number for what is not measured at this size."""
        return self.runs[name].cpu_s if name in self.runs else math.nan


@dataclass(frozen=True)
class Kept:
    """What was measured of each size last, in a file: the largest take hours, and are measured apart."""

    file: Path

    def add(self, measured: Measured) -> None:
        """Keep what was measured, in place of what was before of its size."""
        sizes = {each.variants: each for each in self.sizes()} | {measured.variants: measured}
        self.file.write_bytes(_SIZES.dump_json([sizes[variants] for variants in sorted(sizes)], indent=2))

    def sizes(self) -> list[Measured]:
        """Return all sizes, the smallest first."""
        return _SIZES.validate_json(self.file.read_bytes()) if self.file.exists() else []


_SIZES = TypeAdapter(list[Measured])
GOALS: Mapping[str, str] = {
    "parsed and dropped by orjson": "4",
    "peak of that": "60 + 0.1 KB a line",
    "/ the least": "1.1",
    "changes nothing": "0",
    "throttled": "0",
    "share": "at least 0.9",
}
"""Of what is measured once, by a part of its name."""


def written(sizes: Sequence[Measured], others: Sequence[tuple[str, str]], page: Path | None) -> None:
    """Print the tables, and put them into a page between its marks. ``others``: measure and figure, of one run."""
    text = "\n".join([*_lines(sizes), *_of_one_run(others)]) + "\n"
    sys.stdout.write(text)
    if page is not None:
        before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        page.write_text(f"{before}{BEGIN}{text}{END}{rest.partition(END)[2]}", encoding="utf-8")


def _lines(sizes: Sequence[Measured]) -> Iterator[str]:
    yield f"{_machine()}. Medians of runs in turn, {datetime.now(UTC):%Y-%m-%d}."
    yield from ("", _row("measure", "goal", *(f"{each.variants:,} variants" for each in sizes)), _rule(len(sizes) + 2))
    yield _row("runs", "5", *(str(each.rounds) for each in sizes))
    yield _row("cold plan / YAML parsed and dropped by the fastest parser", "2.5", *_ratios(sizes, COLD, YAML))
    yield _row("cold plan / octoDNS dry run, per variant and record", "0.1", *_ratios(sizes, COLD, OCTODNS))
    yield _row("warm plan / git status", "5", *_ratios(sizes, WARM, GIT))
    yield _row("warm plan / cold plan", "0.2", *_ratios(sizes, WARM, COLD))
    yield _row("one file changed / warm plan", "1.2", *_ratios(sizes, ONE, WARM))
    yield _row("all files changed / cold plan", "2", *_ratios(sizes, ALL, COLD))
    yield _row("each further store / the first, less start-up", "0.35", *(_said(_further(each)) for each in sizes))
    yield _row("growth exponent from the size before", "1.05, of a million 1.10", *_exponents(sizes))
    yield _row("peak of a cold plan, MB", "60 + 0.3 KB a variant", *(f"{_peak(each):.0f}" for each in sizes))
    yield _row("--help, seconds", "0.15", *(f"{each.cpu_s(HELP):.2f}" for each in sizes))
    yield from (
        "",
        _row("processor seconds", *(f"{each.variants:,} variants" for each in sizes)),
        _rule(len(sizes) + 1),
    )
    for name in (COLD, WARM, ONE, ALL, TWO, YAML, JSON, GIT, OCTODNS):
        yield _row(name, *(_said(each.cpu_s(name)) for each in sizes))
    apart = [each for each in sizes if each.phases]
    if apart:
        yield from (
            "",
            _row("phase, seconds", *(f"{each.variants:,} variants" for each in apart)),
            _rule(len(apart) + 1),
        )
        for name in apart[0].phases:
            yield _row(name, *(f"{each.phases[name]:.2f}" for each in apart))


def _of_one_run(others: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from ("", _row("measured once", "goal", "figure"), _rule(3))
    for name, figure in others:
        yield _row(name, next(goal for part, goal in GOALS.items() if part in name), figure)


def _ratios(sizes: Sequence[Measured], ours: str, theirs: str) -> Iterator[str]:
    return (_said(each.cpu_s(ours) / each.cpu_s(theirs)) for each in sizes)


def _said(figure: float) -> str:
    return "not measured" if math.isnan(figure) else f"{figure:.2f}"


def _further(size: Measured) -> float:
    """Return what a second store adds, beside a first one alone; neither with what it takes to start."""
    first = size.cpu_s(COLD) - size.cpu_s(HELP)
    return (size.cpu_s(TWO) - size.cpu_s(COLD)) / first


def _exponents(sizes: Sequence[Measured]) -> Iterator[str]:
    """Yield how the time beyond start-up grows: 1 where it grows as the catalog does."""
    yield ""
    for small, large in pairwise(sizes):
        grown = (large.cpu_s(COLD) - large.cpu_s(HELP)) / (small.cpu_s(COLD) - small.cpu_s(HELP))
        yield f"{math.log(grown) / math.log(large.variants / small.variants):.2f}"


def _peak(size: Measured) -> float:
    return size.runs[COLD].peak_mb


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(columns: int) -> str:
    return f"|---{'|--:' * (columns - 1)}|"


def _machine() -> str:
    described = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(": ")[2] for line in described.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = names[0] if names else platform.machine()
    python = f"CPython {platform.python_version()}"
    return f"{os.cpu_count()} cores ({processor}), {memory:.0f} GB, {platform.system()}, {python}"
