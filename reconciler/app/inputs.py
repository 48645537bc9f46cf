"""What a plan was made from: one digest over every file that can change it, and the commit they belong to."""

import hashlib

from reconciler import __version__
from reconciler.loading.git import head
from reconciler.loading.source import Source, WorkTree
from reconciler.model.plan import Inputs
from reconciler.model.store import Store

_YAML = (".yaml", ".yml")


def inputs_of(tree: WorkTree, store: Store) -> Inputs:
    """Return the inputs of a store's plan as the work tree holds them now."""
    commit, dirty = head(tree.root)
    return Inputs(digest=inputs_digest(tree, store), commit=commit, dirty=dirty)


def inputs_digest(source: Source, store: Store) -> str:
    """Return the SHA-256 over engine version, catalog, mappings and the store's own file, names and bytes.

    Every mapping counts: a plan that is refused once too often costs a minute, one that is applied wrongly a day.
    """
    digest = hashlib.sha256(f"reconciler {__version__}\n".encode())
    files = [*source.files("catalog", _YAML), *source.files("mappings", _YAML), store.file]
    for file in sorted(set(files)):
        content = hashlib.sha256(source.read(file)).hexdigest()
        digest.update(f"{content} {file}\n".encode())
    return digest.hexdigest()
