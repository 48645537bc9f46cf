"""The use case ``validate``: files only, no store; every problem of every file and every mapping at once."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reconciler.app.repository.collector import waiting
from reconciler.app.repository.inputs import inputs_digest
from reconciler.app.repository.notes import refusing_tracked_notes
from reconciler.app.repository.workspace import VOCABULARY, Workspace, checked_views, open_workspace
from reconciler.loading.mappings import mapping_problems
from reconciler.mapping.select import selected
from reconciler.model.counting import counted
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.json import Json
from reconciler.model.origin import Place
from reconciler.model.store import SecretReference, Store


@dataclass(frozen=True, slots=True)
class StoreCount:
    """How much of the catalog reaches one store."""

    store: str
    products: int
    variants: int


@dataclass(frozen=True, slots=True)
class Validated:
    """A repository without a problem."""

    products: int
    variants: int
    stores: tuple[StoreCount, ...]
    warnings: tuple[Diagnostic, ...]
    inputs: str
    """The SHA-256 over everything that the plans of all stores are made from."""

    def text(self) -> str:
        """Return the words for a person."""
        lines = [f"{_counts(self)[0]} with {_counts(self)[1]}, no problems."]
        lines += [f"  {each.store}: {', '.join(_counts(each))}" for each in self.stores]
        return "\n".join(lines)

    def document(self) -> Json:
        """Return the same for a program."""
        return {
            "products": self.products,
            "variants": self.variants,
            "stores": {each.store: {"products": each.products, "variants": each.variants} for each in self.stores},
            "inputs": self.inputs,
            "warnings": [str(warning) for warning in self.warnings],
        }


def _counts(of: Validated | StoreCount) -> tuple[str, str]:
    return counted(of.products, "product"), counted(of.variants, "variant")


def validated(root: Path) -> Validated:
    """Return what the files hold. Raises InvalidInput with every problem."""
    with waiting(), refusing_tracked_notes(root):
        workspace = open_workspace(root)
        problems = dict.fromkeys(mapping_problems(workspace.tree, VOCABULARY))  # also of mappings that no store names
        try:
            views = checked_views(workspace)
        except InvalidInput as error:
            raise InvalidInput([*(problems | dict.fromkeys(error.diagnostics))]) from None
        if problems:
            raise InvalidInput([*problems])
    products = [entry.gist for entry in workspace.catalog.entries.values()]
    return Validated(
        products=len(products),
        variants=sum(len(product.skus) for product in products),
        stores=tuple(_count(workspace, store) for store in workspace.stores),
        warnings=tuple(warning for store in workspace.stores for warning in _unset(store)),
        inputs=inputs_digest({name: inputs_digest(view.inputs) for name, view in views.items()}),
    )


def _count(workspace: Workspace, store: Store) -> StoreCount:
    products = [workspace.catalog.entries[key].gist for key in selected(workspace.catalog, store)]
    return StoreCount(store.name, len(products), sum(len(product.skus) for product in products))


def _unset(store: Store) -> Iterator[Diagnostic]:
    """Yield the environment variables that are not set: an error when the store is asked, not before."""
    credentials = store.document.credentials
    references = (credentials.token, credentials.client_id, credentials.client_secret) if credentials else ()
    for reference in references:
        if isinstance(reference, SecretReference) and reference.env and not os.environ.get(reference.env):
            yield Diagnostic(
                f"environment variable {reference.env} is not set",
                Place(store.file),
                "set it before plan or apply",
                "warning",
            )
