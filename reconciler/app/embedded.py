"""Which store file stands for an embedded store."""

from pathlib import Path

from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores


def currency_of(root: Path, name: str) -> str | None:
    """Return the currency that the repository gives to an embedded store; None when no store file names it."""
    stores = load_stores(WorkTree(root))
    return next((store.currency for store in stores if store.sandbox_name == name), None)
