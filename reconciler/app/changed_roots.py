"""Changed roots: which products and collections a plan of what changed since a git ref looks at."""

from collections.abc import Collection
from pathlib import Path

from reconciler.app.store_view import StoreView
from reconciler.loading.catalog import COLLECTIONS, PRODUCTS, SUFFIXES, keys_in
from reconciler.loading.git import changed_files, content_at
from reconciler.model.address import Address
from reconciler.model.catalog import ListedEntry


def roots_changed(repository: Path, view: StoreView, ref: str) -> Collection[Address] | None:
    """Return the roots whose files changed since a ref; None, that is all, when the store or a mapping did."""
    changed = changed_files(repository, ref)
    listings = {entry.file for entry in view.entries.values() if isinstance(entry, ListedEntry)}
    if view.store.file in changed or any(file.startswith("mappings/") or file in listings for file in changed):
        return None
    now = {root for root in view.roots() if any(file in changed for file in view.files(root))}
    return now | _roots_before(repository, ref, changed)


def _roots_before(repository: Path, ref: str, changed: Collection[str]) -> set[Address]:
    """Return the roots that the changed files gave at the ref: some may be gone, and have to leave the store."""
    folders = (f"{PRODUCTS}/", f"{COLLECTIONS}/")
    files = [file for file in changed if file.startswith(folders) and file.endswith(SUFFIXES)]
    return {address for file in files for address in keys_in(file, content_at(repository, ref, file))}
