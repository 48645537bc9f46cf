"""Drift: what a store holds that git did not ask for, as a value; made of a plan, read by renderers and by adoption."""

from dataclasses import dataclass
from typing import Literal

from reconciler.model.address import Address
from reconciler.model.change import Cause
from reconciler.model.json import Json
from reconciler.model.origin import Origin
from reconciler.model.plan import Inputs, Scope, Target

How = Literal["edited", "removed", "added"]
"""edited: fields are otherwise. removed: git asks for it, and it is gone. added: one more than git's whole set."""


@dataclass(frozen=True, slots=True)
class DriftedField:
    """One field that the store has otherwise."""

    path: str
    git: Json
    store: Json
    cause: Cause | None
    """store: only the store changed it. both: git did as well. None: nobody knows which side changed."""
    origin: Origin | None = None
    """Where git's value comes from."""


@dataclass(frozen=True, slots=True)
class Drifted:
    """One thing that the store has otherwise, with what a reader may do about it."""

    address: Address
    how: How
    fields: tuple[DriftedField, ...]
    """Of something added: all that it holds; of something removed: all that git asks for."""
    adopt: str | None = None
    """The command that writes it to the files; None: nothing can."""
    instead: str | None = None
    """What to do where nothing can be adopted, or besides."""
    silence: str | None = None
    """A line of the store's file that lets the store decide: ``ownership: {product.title: observe}``. It speaks of all
    things of that kind.
    """
    narrower: str | None = None
    """A line of the product's or category's own file that lets every store decide of this one alone."""
    along: tuple[Address, ...] = ()
    """What is gone because this is gone: it comes back with it, or not at all."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A count that customers moved: no drift."""

    address: Address
    git: Json
    store: Json


@dataclass(frozen=True, slots=True)
class Watched:
    """A field that git only watches, and that differs: the store decides it, so that it is no drift."""

    address: Address
    path: str
    git: Json
    store: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What one store holds that git did not ask for."""

    target: Target
    file: str
    """The store's file."""
    inputs: Inputs
    scope: Scope
    complete: bool
    errored: bool
    """A part of the store could not be read: of that nothing is known."""
    items: tuple[Drifted, ...]
    sold: tuple[Moved, ...] = ()
    watched: tuple[Watched, ...] = ()
    pending: int = 0
    """Changes of git that the store does not have yet; `plan` shows them."""
    notes: tuple[str, ...] = ()
    project: str | None = None
    """The repository, where the reader's commands have to name it."""

    @property
    def is_two_way(self) -> bool:
        """Whether no base is known, so that nobody can say which side changed."""
        return self.inputs.base_commit is None
