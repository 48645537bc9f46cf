"""Rules that are ready to run: each field of a resource has one, evaluated over a scope."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, assert_never

from reconciler.mapping.pricing import EXACT, PriceStep, cut, ending_problem, price_steps, priced, too_fine
from reconciler.mapping.refusal import Refused
from reconciler.mapping.template import LEFT_OUT, Compiled, Scope, Unusable, compiled
from reconciler.mapping.vet import Misuse, Read
from reconciler.mapping.views import MONEY, UNSEEN, Amounts, LeftOut, Nothing, currency_of, kind_of, looked_up, stripped
from reconciler.model.money import exact
from reconciler.model.origin import Place
from reconciler.model.rules import Constant, PriceRule, Rule, Template, UnionRule, Unmanaged
from reconciler.model.store import Store

_OF_RECORD: Final = 2  # names: a record's, and its field's
_REMEMBERED: Final = 256  # sets of values
_TOLD_APART: Final = frozenset({str, bool, type(None), Nothing})  # a number is not told apart from another spelling


def _as_it_is(value: object, currency: str) -> Iterator[object]:
    del currency
    yield value


def _no_steps(scope: Scope) -> tuple[PriceStep, ...]:
    del scope
    return ()


@dataclass(frozen=True, slots=True)
class FieldRule:
    """The rule of one field, ready to run."""

    kind: str
    field: str
    place: Place
    text: str
    """The rule as its author wrote it, for people."""
    value: Callable[[Scope], object]
    """The value for a scope, or LEFT_OUT. Raises Refused, and LeftOutUsed when text lacks one of its parts."""
    reads: tuple[Read, ...] = ()
    """The fields that it reads, in order."""
    steps: Callable[[Scope], tuple[PriceStep, ...]] = _no_steps
    """What happens to a price on its way; nothing for other rules."""
    currency: str | None = None  # the one that it asks for; None: the store's
    undo: Callable[[object, str], Iterator[object]] = _as_it_is
    """Values that the rule might have made a value of, given the store's currency; whether it does is to be tried."""

    @property
    def trail(self) -> str:
        """The rule as one line for people: ``mappings/eu.yaml:12 product.title``."""
        return f"{self.place.file}:{self.place.line} {self.kind}.{self.field}"

    @staticmethod
    def source(scope: Scope, read: Read) -> object:
        """Return the value of a field that a rule reads, or ``left out``. For people."""
        value: object = scope.names[str(read[0])]
        for name in read[1:]:
            value = looked_up(value, name)
        return LEFT_OUT.value if isinstance(value, LeftOut) else stripped(value)


def field_rule(rule: Rule, kind: str, field: str, roots: tuple[str, ...]) -> FieldRule | None:
    """Return the rule of a field, ready to run; None when the field is not managed. Raises Unusable."""
    match rule:
        case Unmanaged():
            return None
        case Constant(value=value):
            return FieldRule(kind, field, rule.place, repr(value), lambda _: value)
        case Template():
            template = compiled(rule.text, roots)
            return FieldRule(kind, field, rule.place, rule.text, _native(template), template.reads)
        case PriceRule():
            return _price(rule, kind, field, roots)
        case UnionRule():
            return _union(rule, kind, field, roots)
        case _:
            assert_never(rule)


def unusable_in(rule: Rule, store: Store) -> Misuse | None:
    """Return why a rule cannot work in a store; None when it can."""
    problem = ending_problem(rule, store.currency) if isinstance(rule, PriceRule) else None
    return Misuse(f"{problem.summary}, in store {store.name}", problem.hint) if problem else None


def _native(template: Compiled) -> Callable[[Scope], object]:
    def value(scope: Scope) -> object:
        made = template.value(scope)
        return made if made is LEFT_OUT else stripped(made)

    def money(scope: Scope) -> object:
        made, currency = value(scope), currency_of(scope.names["store"])
        if isinstance(made, Decimal) and too_fine(made, currency):
            raise Refused(f"{made:f} is finer than {currency} goes", "a price rule rounds: multiply, add, ending")
        return made

    whole = money if any(name in MONEY for read in template.reads for name in read[1:2]) else value
    if template.path is not None:
        return _bare(template.path, whole)
    return _either(*template.either, whole) if template.either else _remembering(template.reads, whole)


def _remembering(reads: Sequence[Read], whole: Callable[[Scope], object]) -> Callable[[Scope], object]:
    """Return the rule of an expression, which is run once for each set of values: a catalog has few states and flags.

    What it makes follows from what it reads: filters and tests are functions of values, and nothing else is called.
    """
    if any(len(read) != _OF_RECORD for read in reads):
        return whole
    fields = [(str(record), str(name)) for record, name in reads]
    made: dict[tuple[object, ...], object] = {}

    def value(scope: Scope) -> object:
        given = tuple([scope.names[record].bare(name) for record, name in fields])
        if not _TOLD_APART.issuperset(map(type, given)) or UNSEEN in given:
            return whole(scope)
        if given in made:
            return made[given]
        found = whole(scope)
        if len(made) < _REMEMBERED and type(found) in _TOLD_APART:
            made[given] = found
        return found

    return value


def _bare(path: Read, whole: Callable[[Scope], object]) -> Callable[[Scope], object]:
    """Return what takes a field as it is, as most rules do; ``whole`` is how its view says it.

    No view is money here: an amount comes out of a mapping of currencies, which has one.
    """
    match path:
        case (str(root), str(name)):

            def value(scope: Scope) -> object:
                given = scope.names[root].bare(name)
                return whole(scope) if given is UNSEEN else given

            return value
        case (str(root), str(name), str(inner)):

            def value_below(scope: Scope) -> object:
                given = scope.names[root].bare_below(name, inner)
                return whole(scope) if given is UNSEEN else given

            return value_below
        case _:
            return whole


def _either(path: Read, otherwise: Read, whole: Callable[[Scope], object]) -> Callable[[Scope], object]:
    """Return what takes a field as it is, and another one where the first is left out: a handle, or the key."""
    match path, otherwise:
        case (str(root), str(name)), (str(second), str(instead)):

            def value(scope: Scope) -> object:
                given, fallback = scope.names[root].bare(name), scope.names[second].bare(instead)
                if given is UNSEEN or fallback is UNSEEN:
                    return whole(scope)
                return fallback if given is LEFT_OUT else given

            return value
        case _:
            return whole


def _price(rule: PriceRule, kind: str, field: str, roots: tuple[str, ...]) -> FieldRule:
    source = compiled(rule.source.text, roots)

    record, name = source.path if source.path and len(source.path) == _OF_RECORD else ("", "")

    def start(scope: Scope) -> object:
        amount = scope.names[str(record)].amount(str(name), rule.currency) if name in MONEY else UNSEEN
        if amount is not UNSEEN:
            return amount
        found = source.value(scope)
        return found if found is LEFT_OUT or found is None else _amount(found, rule)

    def value(scope: Scope) -> object:
        amount = start(scope)
        return priced(amount, rule, currency_of(scope.names["store"])) if isinstance(amount, Decimal) else amount

    def steps(scope: Scope) -> tuple[PriceStep, ...]:
        amount, currency = start(scope), currency_of(scope.names["store"])
        if not isinstance(amount, Decimal):
            return ()
        taken = PriceStep(f"take the amount in {rule.currency or currency}", amount)
        return taken, *price_steps(amount, rule, currency)

    text = f"price of {rule.source.text}"
    return FieldRule(
        kind,
        field,
        rule.place,
        text,
        value,
        source.reads,
        steps,
        rule.currency,
        lambda made, in_: _unpriced(made, rule, in_),
    )


def _unpriced(made: object, rule: PriceRule, currency: str) -> Iterator[object]:
    """Yield the amount itself, which an ending leaves alone, and the amount before it was multiplied and added to."""
    if made is None:
        yield None
        return
    amount = exact(made)
    if rule.multiply is None and rule.add is None:
        yield amount
    elif rule.multiply != 0:
        before = EXACT.divide(EXACT.subtract(amount, rule.add or Decimal(0)), rule.multiply or Decimal(1))
        yield from (cut(before, currency, rounding) for rounding in ("nearest", "down", "up"))


def _amount(found: object, rule: PriceRule) -> Decimal:
    if isinstance(found, Amounts):
        return found.amount(rule.currency)
    try:
        return exact(found)
    except ValueError as error:
        raise Refused(f"a price rule needs an amount, and got {kind_of(found)}: {found}") from error


def _union(rule: UnionRule, kind: str, field: str, roots: tuple[str, ...]) -> FieldRule:
    parts: list[FieldRule] = []
    problems: list[Misuse] = []
    for source in rule.sources:
        try:
            part = field_rule(source, kind, field, roots)
        except Unusable as unusable:
            problems.extend(replace(misuse, place=source.place) for misuse in unusable.problems)
        else:
            parts.extend([part] if part else [])
    if problems:
        raise Unusable(problems)

    def value(scope: Scope) -> object:
        return _united([part.value(scope) for part in parts])

    reads = tuple(dict.fromkeys(read for part in parts for read in part.reads))
    own = {member.casefold() for source in rule.sources if isinstance(source, Constant) for member in _texts(source)}

    def undo(made: object, currency: str) -> Iterator[object]:
        del currency
        members = made if isinstance(made, list | tuple) else ()
        yield tuple(member for member in members if member.casefold() not in own)

    text = f"union of {', '.join(part.text for part in parts)}"
    return FieldRule(kind, field, rule.place, text, value, reads, undo=undo)


def _texts(source: Constant) -> tuple[str, ...]:
    return source.value if isinstance(source.value, tuple) else ()


def _united(lists: Sequence[object]) -> object:
    """A source that is left out adds nothing; when all are, so is the union. The same for null."""
    there = [each for each in lists if each is not LEFT_OUT]
    given = [each for each in there if each is not None]
    if not given:
        return None if there else LEFT_OUT
    first: dict[str, str] = {}
    for member in (member for each in given for member in _members(each)):
        first.setdefault(member.casefold(), member)
    return tuple(first.values())


def _members(value: object) -> Iterator[str]:
    for member in value if isinstance(value, tuple) else (value,):
        if not isinstance(member, str):
            raise Refused(f"a union is made of text, and got {kind_of(member)}: {member}", "quote it in the catalog")
        yield member


__all__ = ["FieldRule", "field_rule", "unusable_in"]
