"""Policy: what files decide by kind and field, held against the kinds and fields that there are."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.loading.places import Locator
from reconciler.model.address import Address
from reconciler.model.errors import Diagnostic
from reconciler.model.limits import Limits
from reconciler.model.meant import meant
from reconciler.model.origin import FieldPath
from reconciler.model.store import StoreDocument


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What files may name."""

    fields: Mapping[str, frozenset[str]]
    """Kind → the names of its fields."""
    mergeable: Mapping[str, frozenset[str]]
    """Kind → those of its fields that are sets, so that other people's members can be left alone."""
    children: frozenset[str]
    """Kinds that hang on another, of which other people's can be left alone as a whole, or taken away."""
    retiring: Mapping[str, frozenset[str]]
    """Way of removing → the fields, as ``kind.field``, that it writes."""
    overridable: Mapping[str, frozenset[str]]
    """Kind → those of its fields that one store may have otherwise than rules say."""
    roots: Mapping[str, str] = field(default_factory=dict)
    """Kind → the kind of root that it hangs on."""


def policy_problems(document: StoreDocument, vocabulary: Vocabulary, places: Locator) -> Iterator[Diagnostic]:
    """Yield what the store decides about nothing that there is, and what it cannot decide so."""
    yield from ownership_problems(document.ownership, vocabulary, places)
    for name, owner in document.ownership.items():
        if owner == "observe" and name in vocabulary.retiring.get(document.on_remove, ()):
            summary = f"{name} is never written where it is observed, and on_remove: {document.on_remove} writes it"
            yield Diagnostic(summary, places.value(("ownership", name)), "write on_remove: keep")
    for kind in document.limits.removed:
        if kind not in vocabulary.fields:
            place = places.key(("limits", "removed", kind))
            yield Diagnostic(f"{kind} is not a kind", place, meant(kind, vocabulary.fields))
    for text, fields in document.overrides.items():
        yield from _override(text, fields, vocabulary, places)


def ownership_problems(
    ownership: Mapping[str, str], vocabulary: Vocabulary, places: Locator, root: str | None = None
) -> Iterator[Diagnostic]:
    """Yield what ``ownership`` of a file says of nothing that there is; of a root's file, what hangs on another one."""
    for name, owner in ownership.items():
        yield from _ownership(name, owner, vocabulary, places)
        kind = name.partition(".")[0]
        if root is not None and kind in vocabulary.fields and vocabulary.roots.get(kind, kind) != root:
            summary = f"{kind} is nothing that hangs on a {root}, so its file cannot say who decides it"
            yield Diagnostic(summary, places.key(("ownership", name)), "write it into the file of a store or a mapping")


def with_default_limits(document: StoreDocument) -> StoreDocument:
    """Return the document with our limits for the kinds that it sets none for."""
    removed = {**Limits().removed, **document.limits.removed}
    return document.model_copy(update={"limits": document.limits.model_copy(update={"removed": removed})})


def _ownership(name: str, owner: str, vocabulary: Vocabulary, places: Locator) -> Iterator[Diagnostic]:
    path: FieldPath = ("ownership", name)
    kind, dot, name_of_field = name.partition(".")
    if kind not in vocabulary.fields:
        yield Diagnostic(f"{kind} is not a kind", places.key(path), meant(kind, vocabulary.fields))
    elif not dot:
        if owner not in {"merge", "enforce"} or kind not in vocabulary.children:
            summary = f"{kind} is a kind, not a field, and cannot be {owner}"
            yield Diagnostic(summary, places.value(path), f"write {kind}.FIELD: {owner} for each field")
    elif name_of_field not in vocabulary.fields[kind]:
        hint = meant(name_of_field, vocabulary.fields[kind])
        yield Diagnostic(f"{kind} has no field {name_of_field}", places.key(path), hint)
    elif owner == "merge" and name_of_field not in vocabulary.mergeable[kind]:
        yield Diagnostic(f"{name} is one value; merge is for sets", places.value(path), _unmerged(vocabulary))


def _override(text: str, fields: Collection[str], vocabulary: Vocabulary, places: Locator) -> Iterator[Diagnostic]:
    path: FieldPath = ("overrides", text)
    try:
        kind = Address.parse(text).kind
    except ValueError as error:
        yield Diagnostic(str(error), places.key(path))
        return
    known = vocabulary.overridable
    if kind not in known:
        yield Diagnostic(f"{kind} is not a kind that has overrides", places.key(path), meant(kind, known))
        return
    if not fields:
        yield Diagnostic(f"{text} overrides nothing", places.value(path), "name a field with its value, or delete it")
    for name in fields:
        if name not in known[kind]:
            fixed = name in vocabulary.fields[kind]
            says = f"{kind}.{name} cannot be overridden" if fixed else f"{kind} has no field {name}"
            yield Diagnostic(says, places.key((*path, name)), meant(name, known[kind]))


def _unmerged(vocabulary: Vocabulary) -> str:
    sets = [f"{kind}.{field}" for kind, fields in vocabulary.mergeable.items() for field in sorted(fields)]
    known = f", and merge for {', '.join(sets)} alone" if sets else ""
    return f"write enforce, seed or observe{known}"
