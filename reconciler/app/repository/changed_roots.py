"""Changed roots: which products and collections a plan of what changed since a git ref looks at."""

from collections.abc import Collection
from pathlib import Path

from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.loading.catalog import COLLECTIONS, PRODUCTS, SUFFIXES, keys_in
from reconciler.loading.git import changed_files, content_at
from reconciler.model.address import Address
from reconciler.model.catalog import ListedEntry
from reconciler.model.plan import Plan, Scope

LookedAt = Collection[Address] | None
"""Roots; None: all."""


def roots_of(scope: Scope, repository: Path, view: StoreView) -> LookedAt:
    """Return the roots whose files changed since the ref of a scope; None, that is all, when a store or a mapping did.

    All are looked at as well where the scope names no ref.
    """
    if scope.changed_since is None:
        return None
    ref = scope.changed_since
    changed = changed_files(repository, ref)
    listings = {entry.file for entry in view.entries.values() if isinstance(entry, ListedEntry)}
    if view.store.file in changed or any(file.startswith("mappings/") or file in listings for file in changed):
        return None
    now = {root for root in view.roots() if any(file in changed for file in view.files(root))}
    return now | _roots_before(repository, ref, changed)


def roots_written(plan: Plan) -> Collection[Address]:
    """Return the roots that a plan of what changed since a ref writes; none of any other plan.

    What it was about is looked at again once it is applied, not what changed since the ref: that may be another commit
    by then, such as the one that is applied, and nothing changed since.
    """
    return {KINDS.root_of(change.address) for change in plan.changes} if plan.scope.changed_since else ()


def _roots_before(repository: Path, ref: str, changed: Collection[str]) -> set[Address]:
    """Return the roots that the changed files gave at the ref: some may be gone, and have to leave the store."""
    folders = (f"{PRODUCTS}/", f"{COLLECTIONS}/")
    files = [file for file in changed if file.startswith(folders) and file.endswith(SUFFIXES)]
    return {address for file in files for address in keys_in(file, content_at(repository, ref, file))}
