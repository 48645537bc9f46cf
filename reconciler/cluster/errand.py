"""Errands: what a worker is asked, and what it answers, as words of JSON.

A scheduler sees these and nothing else: names of artefacts, digests, and how an error reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from reconciler.cluster.shipping import Shipment
from reconciler.model.errors import Diagnostic, InvalidInput, ReconcilerError, notes_beside

_PACKAGE: Final = "reconciler."


@dataclass(frozen=True, slots=True)
class Errand:
    """One phase for one store."""

    engine: str
    """The version that asks: another one would make another plan."""
    machine: str
    """The machine that asks; its embedded stores are nowhere else."""
    embedded: str
    """Where those are kept there."""
    artefacts: str
    shipment: Shipment
    commit: str | None
    dirty: bool
    inputs: str
    """The digest of what the store's plan is made from."""
    store: str
    named: tuple[str, ...]
    """All stores that the phase is for; the others need not be right."""
    phase: str
    told: str
    """The artefact that says what is to be done."""
    log: str | None = None
    """Where the journal of the store is, and what the run adds to it; None for what writes nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """An error as it reads, with the full name of its class."""

    kind: str
    parts: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    """What was noted beside it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an errand: an artefact, or an error that we can explain."""

    result: str | None
    error: Told | None = None


def told(error: ReconcilerError) -> Told:
    """Return an error for whoever asked."""
    diagnostics = error.diagnostics if isinstance(error, InvalidInput) else ()
    return Told(_name_of(type(error)), tuple(str(part) for part in error.args), diagnostics, tuple(notes_beside(error)))


def raised(error: Told) -> ReconcilerError:
    """Return the error that reads so, of the same class; what it carries beside is left behind."""
    kind = known_classes().get(error.kind, ReconcilerError)
    made = kind.__new__(kind, *error.parts)
    if isinstance(made, InvalidInput):
        InvalidInput.__init__(made, error.diagnostics)
    else:
        made.__init__(*error.parts)  # type: ignore[misc]
    for note in error.notes:
        made.add_note(note)
    return made


def errand_text(errand: Errand) -> str:
    """Return an errand as it travels."""
    return _errands().dump_json(errand).decode()


def errand_of(text: str) -> Errand:
    """Return the errand that a text is."""
    return _errands().validate_json(text)


def answer_text(answer: Answer) -> str:
    """Return an answer as it travels."""
    return _answers().dump_json(answer).decode()


def answer_of(text: str) -> Answer:
    """Return the answer that a text is."""
    return _answers().validate_json(text)


def known_classes() -> Mapping[str, type[ReconcilerError]]:
    """Return the classes of errors by their full names: those of this package that were imported, and no others.

    An answer may name anything; it has nothing imported.
    """
    return {_name_of(each): each for each in _classes(ReconcilerError) if each.__module__.startswith(_PACKAGE)}


def _name_of(kind: type[ReconcilerError]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _classes(root: type[ReconcilerError]) -> Iterator[type[ReconcilerError]]:
    yield root
    for each in root.__subclasses__():
        yield from _classes(each)


@cache
def _errands() -> TypeAdapter[Errand]:
    return TypeAdapter(Errand)


@cache
def _answers() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
