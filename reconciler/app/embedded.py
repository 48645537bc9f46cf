"""Which embedded stores a repository names."""

from pathlib import Path

from reconciler.app.workspace import VOCABULARY
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores


def embedded_in(root: Path) -> tuple[tuple[str, str], ...]:
    """Return name and currency of every embedded store that a store file names."""
    stores = load_stores(WorkTree(root), VOCABULARY)
    return tuple((store.sandbox_name, store.currency) for store in stores if store.sandbox_name is not None)


def currency_of(root: Path, name: str) -> str | None:
    """Return the currency that the repository gives to an embedded store; None when no store file names it."""
    return dict(embedded_in(root)).get(name)
