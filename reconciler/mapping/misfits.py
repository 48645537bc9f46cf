"""Misfits: values that a kind refuses, as problems with the place that they came from."""

from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reconciler.mapping.member import Member
from reconciler.mapping.rule import FieldRule
from reconciler.mapping.subject import Subject
from reconciler.model.catalog import Entry
from reconciler.model.category import CategoryEntry
from reconciler.model.errors import Diagnostic


def said(details: ErrorDetails) -> str:
    """Return why a kind refuses a value: the sentence of its own validator, or pydantic's."""
    return str(details["ctx"]["error"]) if details["type"] == "value_error" else details["msg"]


def misfit(details: ErrorDetails) -> str:
    """Return what is wrong with a value, after the name of its field; a kind's own sentence shows the value itself."""
    says = said(details)
    if details["type"] == "value_error":
        return f": {says}"
    return f" cannot be {details['input']!r}: {says[:1].lower()}{says[1:]}"


def member_misfits(error: ValidationError, member: Member) -> Iterator[Diagnostic]:
    """Yield a problem for each value of a member that its kind refuses."""
    for each in error.errors(include_url=False):
        name = str(each["loc"][0]) if each["loc"] else ""
        summary = f"{name} of {member.address}{misfit(each)}" if name else f"{member.address}: {said(each)}"
        hint = f"it was made by the rule at {member.trail[-1]}" if member.trail else None
        yield Diagnostic(summary, member.place, hint)


def half_known(name: str, rule: FieldRule, subject: Subject, entry: Entry | CategoryEntry) -> Diagnostic:
    """Return the problem of a text that lacks one of its parts."""
    owner = subject.path if name.startswith(subject.own) and subject.own else ()
    hint = f"give it one, or write {{{{ {name} | default('') }}}}"
    return Diagnostic(
        f"{rule.kind}.{rule.field} needs {name}, which {entry.locate(owner)} leaves out", rule.place, hint
    )


def twice(subject: Subject, entry: Entry | CategoryEntry) -> Diagnostic:
    """Return the problem of two resources of one address."""
    owner, _, identity = subject.address.key.partition("/")
    kind = subject.address.kind
    hint = "give each an own sku, or a key" if kind == "variant" else "keep one of them"
    return Diagnostic(f"two {kind}s of {owner} are called {identity!r}", entry.locate(subject.path), hint)
