"""Reverting: the command that takes back in git what a run applied, and what to know before it is run.

The way from the commit before the run to that of the run is walked along first parents: each step is a commit, or a
merge, which is reverted as one. Only steps that touch files of the store are named. The rejected choice is the range
``BEFORE..COMMIT``: git walks it through both sides of a merge, and takes back what the store never asked for.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.loading.git_command import GitFailed, git

_MOST_STEPS: Final = 500
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Reverting:
    """What takes a run back in git."""

    command: str | None
    """None: there is nothing that does."""
    remarks: tuple[str, ...] = ()
    """Why there is none, or what else the command takes back."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the way to a commit."""

    commit: str
    parent: str
    mainline: int | None
    """Which parent of a merge it is seen from; None: it is no merge."""
    files: frozenset[str]


def reverting(root: Path, base: str | None, commit: str, inputs: Collection[str]) -> Reverting:
    """Return what takes back what a store was asked between two commits. ``inputs``: the files that it is made from.

    ``base``: the commit that was recorded before the run; None: none was, or nobody knows.
    """
    if base is None:
        return Reverting(None, ("it is not recorded which commit the store was at before the run",))
    if base == commit:
        return Reverting(None, (f"the store was at commit {commit[:12]} before the run, too, so git changed nothing",))
    compare = f"compare the files: git diff {base} {commit}"
    try:
        steps = tuple(_way(root, base, commit))
        prefix = git(root, "rev-parse", "--show-prefix").strip()
    except GitFailed as failure:
        return Reverting(None, (f"git cannot tell the commits of the run ({failure}); {compare}",))
    if not steps:
        return Reverting(None, (f"no line of commits leads from {base[:12]} to {commit[:12]}; {compare}",))
    ours = _is_input(prefix, inputs)
    touching = [step for step in steps if any(map(ours, step.files))]
    if not touching:
        return Reverting(None, (f"no commit from {base[:12]} to {commit[:12]} touches the files of the store",))
    return Reverting(_command(steps, touching), tuple(_more(touching, ours)))


def _way(root: Path, base: str, commit: str) -> Iterator[_Step]:
    """Yield the steps from a commit back to the base, along first parents; none where these do not lead there."""
    listed = git(
        root, "rev-list", "--first-parent", "--parents", f"--max-count={_MOST_STEPS}", f"{base}..{commit}", "--"
    )
    chain: list[tuple[str, str, int | None]] = []
    for row in listed.splitlines():
        at, *parents = row.split(" ")
        mainline = parents.index(base) if base in parents else 0
        if not parents:
            return
        chain.append((at, parents[mainline], mainline + 1 if len(parents) > 1 else None))
        if base in parents:
            break
    if not chain or chain[-1][1] != base:
        return
    for at, parent, number in chain:
        names = git(root, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", parent, at, "--")
        yield _Step(at, parent, number, frozenset(filter(None, names.split("\0"))))


def _is_input(prefix: str, inputs: Collection[str]) -> Callable[[str], bool]:
    named = {f"{prefix}{file}" for file in inputs}
    return lambda file: file in named or file.startswith(f"{prefix}catalog/")


def _command(steps: Sequence[_Step], touching: Sequence[_Step]) -> str:
    """Return the command, the newest commit first."""
    first, last = touching[-1], touching[0]
    is_one_line = steps.index(first) - steps.index(last) == len(touching) - 1
    if len(touching) > 1 and is_one_line and all(step.mainline is None for step in touching):
        return f"git revert {first.parent}..{last.commit}"
    side = [step for step in touching if step.mainline not in {None, 1}]
    rest = [step for step in touching if step not in side]
    # With -m 1, git takes commits that are no merges along as they are.
    option = "-m 1 " if any(step.mainline for step in rest) else ""
    commands = [f"git revert {option}{' '.join(step.commit for step in rest)}"] if rest else []
    commands += [f"git revert -m {step.mainline} {step.commit}" for step in side]
    return " && ".join(commands)


def _more(touching: Sequence[_Step], ours: Callable[[str], bool]) -> Iterator[str]:
    """Yield what the command takes back that the store was never asked."""
    others = sorted({file for step in touching for file in step.files if not ours(file)})
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        yield f"it takes back more than this store was asked: {', '.join(others[:_NAMED])}{more}"
