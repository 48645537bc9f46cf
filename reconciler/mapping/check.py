"""Checks of a mapping whatever the product: syntax, and names that nothing has."""

from collections.abc import Iterator
from itertools import chain

from reconciler.mapping.rule import field_rule, unusable_in
from reconciler.mapping.subject import ROOTS
from reconciler.mapping.template import Unusable
from reconciler.mapping.vet import Misuse
from reconciler.model.errors import Diagnostic
from reconciler.model.kind import KindSet
from reconciler.model.meant import meant
from reconciler.model.metafields import METAFIELDS_ON
from reconciler.model.rules import MappingRules, Rule
from reconciler.model.store import Store


def check_rules(rules: MappingRules, kinds: KindSet) -> tuple[Diagnostic, ...]:
    """Return everything that is wrong with a mapping whatever the product."""
    problems = [
        _checked(kind, name, rule, kinds) for kind, table in rules.rules.items() for name, rule in table.items()
    ]
    problems += [
        _usable(each.rule, METAFIELDS_ON[owner], name, ROOTS[owner])
        for owner, table in rules.metafields.items()
        for name, each in table.items()
    ]
    return tuple(chain.from_iterable(problems))


def misplaced(rules: MappingRules, store: Store) -> Iterator[Diagnostic]:
    """Yield the rules that cannot work in a store: an ending that its currency does not have."""
    for rule in chain.from_iterable(table.values() for table in rules.rules.values()):
        misuse = unusable_in(rule, store)
        if misuse:
            yield _about(misuse, rule)


def never_retired(rules: MappingRules, store: Store, kinds: KindSet) -> Iterator[Diagnostic]:
    """Yield the fields that the mapping has only observed, and that the store writes to what leaves git."""
    way = store.document.on_remove
    written = {f"{kind.name}.{name}" for kind in kinds for name in kind.retire.get(way, ())}
    for name, owner in rules.ownership.items():
        if name in written and owner.ownership == "observe" and name not in store.document.ownership:
            summary = f"{name} is never written where it is observed, and on_remove: {way} of store {store.name} does"
            yield Diagnostic(summary, owner.place, f"write on_remove: keep into {store.file}")


def _checked(kind: str, name: str, rule: Rule, kinds: KindSet) -> Iterator[Diagnostic]:
    if kind not in ROOTS or kind not in kinds:
        known = [root for root in ROOTS if root in kinds]
        yield Diagnostic(f"{kind} is not a kind that rules make", rule.place, meant(kind, known))
        return
    fields = kinds[kind].resource.model_fields
    if name not in fields:
        yield Diagnostic(f"{kind}.{name} is not a field of a {kind} in a store", rule.place, meant(name, fields))
    yield from _usable(rule, kind, name, ROOTS[kind])


def _usable(rule: Rule, kind: str, name: str, roots: tuple[str, ...]) -> Iterator[Diagnostic]:
    try:
        field_rule(rule, kind, name, roots)
    except Unusable as unusable:
        for misuse in unusable.problems:
            yield _about(misuse, rule)


def _about(misuse: Misuse, rule: Rule) -> Diagnostic:
    within = f" (line {misuse.line} of the template)" if misuse.line > 1 else ""
    return Diagnostic(f"{misuse.summary}{within}", misuse.place or rule.place, misuse.hint)
