"""A group in the making: what rules and files say of one product or category, with everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from reconciler.mapping.member import Member
from reconciler.mapping.misfits import half_known, member_misfits, misfit, said, twice
from reconciler.mapping.refusal import Refused
from reconciler.mapping.rule import FieldRule
from reconciler.mapping.subject import Subject, path_to
from reconciler.mapping.template import LEFT_OUT, LeftOutUsed
from reconciler.model.address import Address
from reconciler.model.catalog import Entry
from reconciler.model.category import CategoryEntry
from reconciler.model.document import Document
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Origin
from reconciler.model.ownership import Ownership
from reconciler.model.resource import Resource
from reconciler.model.state import Desired

Rules = Mapping[str, Mapping[str, FieldRule]]
"""kind → field → rule."""


@dataclass(slots=True)
class GroupMaker:
    """Makes the resources of one entry in one store."""

    entry: Entry | CategoryEntry
    document: Document
    """What its file says of it."""
    types: Mapping[str, type[Resource]]
    rules: Rules
    currency: str
    problems: list[Diagnostic] = field(default_factory=list)
    subjects: dict[Address, Subject] = field(default_factory=dict)
    _resources: dict[Address, Resource] = field(default_factory=dict)
    _members: dict[Address, Member] = field(default_factory=dict)
    _absent: set[Address] = field(default_factory=set)

    def make(self, subject: Subject) -> None:
        """Make what a subject's rules say."""
        address, scope = subject.address, subject.scope
        if address in self.subjects:
            self.problems.append(twice(subject, self.entry))
        self.subjects[address] = subject
        values = dict(subject.given)
        for name, rule in self.rules[address.kind].items():
            try:
                value = rule.value(scope)
            except (Refused, LeftOutUsed) as trouble:
                self._tell(trouble, rule, subject)
            else:
                if value is not LEFT_OUT:
                    values[name] = value
        try:
            self._keep(address, self.types[address.kind].model_validate(values))
        except ValidationError as error:
            self.problems.extend(self._misfits(error, subject))

    def add(self, members: Iterable[Member]) -> None:
        """Add what comes along without a rule table, as far as there are kinds for it."""
        for member in members:
            if member.address.kind not in self.types:
                continue
            if member.address in self._members:
                first = self._members[member.address].place
                summary = f"{member.address} is given at {first}, too"
                self.problems.append(Diagnostic(summary, member.place, "keep one of them"))
            self._members[member.address] = member
            if member.values is None:
                self._absent.add(member.address)
                continue
            try:
                self._keep(member.address, self.types[member.address.kind].model_validate(member.values))
            except ValidationError as error:
                self.problems.extend(member_misfits(error, member))

    def field(self, address: Address, name: str) -> object:
        """Return a field of a resource that was made; None where it was not given."""
        resource = self._resources.get(address)
        return resource.managed().get(name) if resource is not None else None

    def value(self, rule: FieldRule, subject: Subject) -> object:
        """Return what a rule makes; where it cannot, the reason is a problem of the group."""
        try:
            return rule.value(subject.scope)
        except (Refused, LeftOutUsed) as trouble:
            self._tell(trouble, rule, subject)
        return LEFT_OUT

    def origin_of(self, rule: FieldRule, subject: Subject) -> Origin:
        """Return where the value of a rule came from."""
        currency = rule.currency or self.currency
        paths = (path_to(read, subject, self.document, currency) for read in rule.reads)
        given = next((path for path in paths if path is not None), None)
        if given is None and any(read[0] != "store" for read in rule.reads):
            given = subject.path  # all that it reads is left out: the product, or the variant, is the nearest place
        return Origin(self.entry.locate(given) if given is not None else None, (rule.trail,))

    def desired(self, claims: Iterable[tuple[Address, str]]) -> Desired:
        """Return the group. Raises InvalidInput with everything that is wrong with it."""
        if self.problems:
            raise InvalidInput(self.problems)
        owners: dict[Address, Ownership] = {
            address: member.owner for address, member in self._members.items() if member.owner is not None
        }
        return Desired(self._resources, self._origin, frozenset(self._absent), claimed=frozenset(claims), owners=owners)

    def _origin(self, address: Address, name: str) -> Origin | None:
        member = self._members.get(address)
        if member is not None:
            return Origin(member.place, member.trail)
        subject, rule = self.subjects.get(address), self.rules.get(address.kind, {}).get(name)
        if subject is not None and name in subject.given:
            return Origin(self.entry.locate((*subject.path, name)))
        return self.origin_of(rule, subject) if rule and subject else None

    def _keep(self, address: Address, resource: Resource) -> None:
        if resource.is_wanted:
            self._resources[address] = resource
        else:
            self._absent.add(address)

    def _tell(self, trouble: Refused | LeftOutUsed, rule: FieldRule, subject: Subject) -> None:
        if isinstance(trouble, Refused):
            self.problems.append(self._refused(trouble, rule, subject))
        else:
            self.problems.append(half_known(str(trouble), rule, subject, self.entry))

    def _refused(self, refused: Refused, rule: FieldRule, subject: Subject) -> Diagnostic:
        if refused.path is not None:
            return Diagnostic(refused.summary, self.entry.locate(refused.path), refused.hint)
        origin = self.origin_of(rule, subject)
        where = f" ({origin.place})" if origin.place else ""
        summary = f"{rule.kind}.{rule.field} of {subject.address}{where}: {refused.summary}"
        return Diagnostic(summary, rule.place, refused.hint)

    def _misfits(self, error: ValidationError, subject: Subject) -> Iterator[Diagnostic]:
        for each in error.errors(include_url=False):
            name = str(each["loc"][0]) if each["loc"] else ""
            summary = f"{name} of {subject.address}{misfit(each)}" if name else f"{subject.address}: {said(each)}"
            rule = self.rules[subject.address.kind].get(name)
            if rule is None:
                yield Diagnostic(summary, self.entry.locate(subject.path))
            else:
                place = self.origin_of(rule, subject).place or rule.place
                yield Diagnostic(summary, place, f"it was made by the rule at {rule.trail}")
