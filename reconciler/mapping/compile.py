"""Compilation: one product and the rules of a store become the group that git asks for.

A ``Mapper`` compiles every rule once; then each product is views, values and the validation of its resources. Origins
are found only for the fields that somebody asks about, because few values change. All problems of a product are
raised together.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reconciler.mapping.refusal import Refused
from reconciler.mapping.rule import FieldRule, field_rule, unusable_in
from reconciler.mapping.subject import ROOTS, Subject, path_to, subjects
from reconciler.mapping.template import LEFT_OUT, LeftOutUsed, Unusable
from reconciler.mapping.vet import Misuse
from reconciler.mapping.views import did_you_mean, store_view
from reconciler.model.address import Address
from reconciler.model.catalog import Entry
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.kind import KindSet
from reconciler.model.origin import Origin
from reconciler.model.resource import Resource
from reconciler.model.rules import MappingRules, Rule
from reconciler.model.state import Desired
from reconciler.model.store import Store


class Mapper:
    """The rules of one store, compiled. Raises InvalidInput with everything that is wrong with them."""

    def __init__(self, rules: MappingRules, store: Store, kinds: KindSet) -> None:
        problems = [*check_rules(rules, kinds), *_misplaced(rules, store)]
        if problems:
            raise InvalidInput(problems)
        self.store = store
        self._store_names = store_view(store)
        self._types = {kind: kinds[kind].resource for kind in ROOTS if kind in kinds}
        self._rules = {kind: _table(kind, rules.rules.get(kind, {})) for kind in self._types}

    def group(self, entry: Entry) -> Desired:
        """Return the product and its variants as the store is to have them. Raises InvalidInput."""
        problems: list[Diagnostic] = []
        resources: dict[Address, Resource] = {}
        made: dict[Address, Subject] = {}
        for subject in self.subjects(entry):
            if subject.address in made:
                problems.append(_twice(subject, entry))
            made[subject.address] = subject
            values, refused = self._values(subject, entry)
            problems.extend(refused)
            try:
                resources[subject.address] = self._types[subject.address.kind].model_validate(values)
            except ValidationError as error:
                problems.extend(self._misfits(error, subject, entry))
        if problems:
            raise InvalidInput(problems)

        def origin(address: Address, field: str) -> Origin | None:
            rule = self.rule(address.kind, field)
            return self._origin(rule, made[address], entry) if rule and address in made else None

        return Desired(resources, origin)

    def subjects(self, entry: Entry) -> Iterator[Subject]:
        """Yield what the product makes in the store: itself, then its variants in order."""
        for subject in subjects(entry, self.store, self._store_names):
            if subject.address.kind in self._types:
                yield subject

    def subject(self, entry: Entry, address: Address) -> Subject | None:
        """Return what the product makes at an address; None when it makes nothing there."""
        return next((subject for subject in self.subjects(entry) if subject.address == address), None)

    def rule(self, kind: str, field: str) -> FieldRule | None:
        """Return the rule of a field; None when the field is not managed."""
        return self._rules.get(kind, {}).get(field)

    def canonical(self, kind: str, field: str, value: object) -> object:
        """Return the value as the kind spells it. Raises pydantic.ValidationError."""
        return self._types[kind].model_validate({field: value}).managed()[field]

    def _values(self, subject: Subject, entry: Entry) -> tuple[dict[str, object], list[Diagnostic]]:
        values: dict[str, object] = {}
        problems: list[Diagnostic] = []
        for field, rule in self._rules[subject.address.kind].items():
            try:
                value = rule.value(subject.scope)
            except Refused as refused:
                problems.append(self._refused(refused, rule, subject, entry))
            except LeftOutUsed as used:
                problems.append(_half_known(str(used), rule, subject, entry))
            else:
                if value is not LEFT_OUT:
                    values[field] = value
        return values, problems

    def _origin(self, rule: FieldRule, subject: Subject, entry: Entry) -> Origin:
        currency = rule.currency or self.store.currency
        paths = (path_to(read, subject, entry, currency) for read in rule.reads)
        given = next((path for path in paths if path is not None), None)
        if given is None and any(read[0] != "store" for read in rule.reads):
            given = subject.path  # all that it reads is left out: the product, or the variant, is the nearest place
        return Origin(entry.locate(given) if given is not None else None, (rule.trail,))

    def _refused(self, refused: Refused, rule: FieldRule, subject: Subject, entry: Entry) -> Diagnostic:
        if refused.path is not None:
            return Diagnostic(refused.summary, entry.locate(refused.path), refused.hint)
        origin = self._origin(rule, subject, entry)
        where = f" ({origin.place})" if origin.place else ""
        summary = f"{rule.kind}.{rule.field} of {subject.address}{where}: {refused.summary}"
        return Diagnostic(summary, rule.place, refused.hint)

    def _misfits(self, error: ValidationError, subject: Subject, entry: Entry) -> Iterator[Diagnostic]:
        for each in error.errors(include_url=False):
            field = str(each["loc"][0]) if each["loc"] else ""
            summary = f"{field} of {subject.address}{_misfit(each)}" if field else f"{subject.address}: {said(each)}"
            rule = self.rule(subject.address.kind, field)
            if rule is None:
                yield Diagnostic(summary, entry.locate(subject.path))
            else:
                place = self._origin(rule, subject, entry).place or rule.place
                yield Diagnostic(summary, place, f"it was made by the rule at {rule.trail}")


def check_rules(rules: MappingRules, kinds: KindSet) -> tuple[Diagnostic, ...]:
    """Return everything that is wrong with a mapping whatever the product: syntax, and names that nothing has."""
    problems = (
        _checked(kind, field, rule, kinds) for kind, table in rules.rules.items() for field, rule in table.items()
    )
    return tuple(chain.from_iterable(problems))


def said(details: ErrorDetails) -> str:
    """Return why a kind refuses a value: the sentence of its own validator, or pydantic's."""
    return str(details["ctx"]["error"]) if details["type"] == "value_error" else details["msg"]


def _checked(kind: str, field: str, rule: Rule, kinds: KindSet) -> Iterator[Diagnostic]:
    if kind not in ROOTS or kind not in kinds:
        known = [name for name in ROOTS if name in kinds]
        yield Diagnostic(f"{kind} is not a kind that rules make", rule.place, did_you_mean(kind, known))
        return
    fields = kinds[kind].resource.model_fields
    if field not in fields:
        yield Diagnostic(
            f"{kind}.{field} is not a field of a {kind} in a store", rule.place, did_you_mean(field, fields)
        )
    try:
        field_rule(rule, kind, field, ROOTS[kind])
    except Unusable as unusable:
        for misuse in unusable.problems:
            yield _about(misuse, rule)


def _misplaced(rules: MappingRules, store: Store) -> Iterator[Diagnostic]:
    for rule in chain.from_iterable(table.values() for table in rules.rules.values()):
        misuse = unusable_in(rule, store)
        if misuse:
            yield _about(misuse, rule)


def _about(misuse: Misuse, rule: Rule) -> Diagnostic:
    within = f" (line {misuse.line} of the template)" if misuse.line > 1 else ""
    return Diagnostic(f"{misuse.summary}{within}", misuse.place or rule.place, misuse.hint)


def _table(kind: str, rules: Mapping[str, Rule]) -> dict[str, FieldRule]:
    ready = {field: field_rule(rule, kind, field, ROOTS[kind]) for field, rule in rules.items()}
    return {field: rule for field, rule in ready.items() if rule is not None}


def _half_known(name: str, rule: FieldRule, subject: Subject, entry: Entry) -> Diagnostic:
    owner = subject.path if name.startswith("variant") else ()
    hint = f"give it one, or write {{{{ {name} | default('') }}}}"
    return Diagnostic(
        f"{rule.kind}.{rule.field} needs {name}, which {entry.locate(owner)} leaves out", rule.place, hint
    )


def _misfit(details: ErrorDetails) -> str:
    """Return what is wrong with a value, after the name of its field; a kind's own sentence shows the value itself."""
    says = said(details)
    if details["type"] == "value_error":
        return f": {says}"
    return f" cannot be {details['input']!r}: {says[:1].lower()}{says[1:]}"


def _twice(subject: Subject, entry: Entry) -> Diagnostic:
    identity = subject.address.key.partition("/")[2]
    return Diagnostic(
        f"two variants of {entry.product.key} are called {identity!r}",
        entry.locate(subject.path),
        "give each an own sku, or a key",
    )
