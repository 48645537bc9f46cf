"""The journal between runs of CI: fetched from its branch before an apply, and kept there after it, come what may."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reconciler.app.journal.file import FOLDER
from reconciler.loading.git_branch import Branch
from reconciler.loading.git_command import GitFailed
from reconciler.model.errors import ReconcilerError


@contextmanager
def kept_journal(branch: Branch, why: str, told: Callable[[str], None]) -> Iterator[None]:
    """Have the journal of earlier runs here, and put it back when this is over, also after a failure.

    Raises ReconcilerError before anything is done when it cannot be fetched, and at the end when it cannot be kept.
    """
    try:
        commit = branch.fetched(FOLDER)
    except GitFailed as failure:
        raise ReconcilerError(
            f"the journal cannot be fetched from branch {branch.name}: {failure}; nothing was applied, because what "
            "it would have recorded had no place to go"
        ) from None
    told(
        f"journal: branch {branch.name}, commit {commit[:12]}"
        if commit is not None
        else f"journal: there is no branch {branch.name} yet; this run begins it"
    )
    try:
        yield
    except BaseException:
        told(_kept(branch, commit, why)[0])
        raise
    said, is_kept = _kept(branch, commit, why)
    if not is_kept:
        raise ReconcilerError(said)
    told(said)


def _kept(branch: Branch, parent: str | None, why: str) -> tuple[str, bool]:
    """Keep the journal; return what to say of it, and whether it is safe."""
    if not (branch.root / FOLDER).is_dir():
        return "journal: nothing was written", True
    try:
        commit = branch.keep(FOLDER, why, parent)
    except GitFailed as failure:
        where = f"take it from the artefact of this run and commit it there as {FOLDER}/ before the next apply"
        return f"the journal was written and cannot be kept on branch {branch.name}: {failure}; {where}", False
    return f"journal: kept on branch {branch.name}, commit {commit[:12]}" if commit else "journal: nothing new", True
