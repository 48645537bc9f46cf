"""Tracing: the way of one value, from the line of the catalog through the rule to the field of a store."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from reconciler.mapping.compile import Mapper
from reconciler.mapping.misfits import said
from reconciler.mapping.refusal import Refused
from reconciler.mapping.rule import FieldRule
from reconciler.mapping.subject import Subject, path_to, value_at
from reconciler.mapping.template import LEFT_OUT, LeftOutUsed
from reconciler.model.address import Address
from reconciler.model.catalog import Entry
from reconciler.model.document import Markdown
from reconciler.model.origin import Place


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way of a value."""

    place: Place | None
    """The line of the catalog, or of the rule; None for what happens to the value in the kind."""
    what: str
    """The field that is read, or what the rule does."""
    value: object
    """The value after the step; text for what has none: ``left out``, or why it fails."""


def trace(mapper: Mapper, entry: Entry, address: Address, field: str) -> tuple[Step, ...]:
    """Return the steps that make a field's value, first to last; none when no rule makes the field.

    A value that cannot be made ends in the reason.
    """
    rule, subject = mapper.rule(address.kind, field), mapper.subject(entry, address)
    if rule is None or subject is None:
        return ()
    return (*_sources(mapper, rule, subject, entry), *_made(mapper, rule, subject))


def _sources(mapper: Mapper, rule: FieldRule, subject: Subject, entry: Entry) -> Iterator[Step]:
    currency = rule.currency or mapper.store.currency
    for read in dict.fromkeys(rule.reads):
        name = ".".join(map(str, read))
        if read[0] == "store":
            yield Step(Place(mapper.store.file), name, rule.source(subject.scope, read))
            continue
        path = path_to(read, subject, entry.document, currency)
        if path is None:
            owner = subject.path if read[0] == "variant" else ()
            yield Step(entry.locate(owner), name, rule.source(subject.scope, read))
        else:
            yield Step(entry.locate(path), name, _as_written(value_at(path, entry.document)))


def _as_written(value: object) -> object:
    match value:
        case Markdown(markdown=text):
            return text
        case {"": amount}:  # one amount, for whichever currency
            return amount
        case _:
            return value


def _made(mapper: Mapper, rule: FieldRule, subject: Subject) -> Iterator[Step]:
    spelled = f"{rule.kind}.{rule.field}"
    try:
        value = rule.value(subject.scope)
        for step in rule.steps(subject.scope):
            yield Step(rule.place, step.did, step.amount)
    except (Refused, LeftOutUsed) as problem:
        yield Step(rule.place, f"{spelled}: {rule.text}", f"fails: {problem}")
        return
    if value is LEFT_OUT:
        yield Step(rule.place, f"{spelled}: {rule.text}", LEFT_OUT.value)
        return
    yield Step(rule.place, f"{spelled}: {rule.text}", value)
    try:
        canonical = mapper.canonical(rule.kind, rule.field, value)
    except ValidationError as error:
        yield Step(None, f"{rule.kind} accepts", f"fails: {said(error.errors()[0])}")
        return
    if canonical != value:
        yield Step(None, f"{rule.kind} keeps", canonical)
