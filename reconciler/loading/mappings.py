"""Mappings: how fields become fields, from ``mappings/*.yaml``, on top of the default that we ship.

Three layers, each overriding the one before field by field: ours, the repository's ``mappings/default.yaml``, and
the file that the store names. A rule keeps its place, so a trail says which layer decided.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib import resources
from pathlib import PurePosixPath
from typing import Final, cast, get_args

from reconciler.loading.places import FilePlaces, Places
from reconciler.loading.policy import Vocabulary, ownership_problems
from reconciler.loading.scalars import YamlValue
from reconciler.loading.source import Source, digest
from reconciler.loading.validation import spelled
from reconciler.loading.yaml import parse
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.meant import meant
from reconciler.model.metafields import METAFIELDS_ON, metafield_name
from reconciler.model.money import exact
from reconciler.model.origin import FieldPath, Place
from reconciler.model.ownership import Ownership
from reconciler.model.rules import (
    Constant,
    MappingRules,
    MetafieldRule,
    Owner,
    PriceRule,
    Rounding,
    Rule,
    Template,
    UnionRule,
    Unmanaged,
)

FOLDER: Final = "mappings"
DEFAULT: Final = "default"
BUILTIN: Final = "builtin/default.yaml"
SUFFIXES: Final = (".yaml", ".yml")

_RULES: Final = ("price", "union", "value", "unmanaged")
_PRICE: Final = ("from", "currency", "multiply", "add", "end_with", "rounding")
_CURRENCY_LENGTH: Final = 3
METAFIELDS: Final = "metafields"
OWNERSHIP: Final = "ownership"
_ANY_RULE: Final = 'write "{{ template }}", {price: ...}, {union: [...]}, {value: ...}, {unmanaged: true} or null'


def load_mapping(source: Source, name: str | None, vocabulary: Vocabulary) -> MappingRules:
    """Return the rules of a mapping with all that it inherits; the default mapping for None.

    Raises InvalidInput with every problem of every layer, and when no file has the name.
    """
    shipped = _Builtin()
    files = _by_name(source)
    layers: list[tuple[Source, str]] = [(shipped, BUILTIN)]
    if DEFAULT in files:
        layers.append((source, files[DEFAULT]))
    if name is not None and name != DEFAULT:
        if name not in files:
            hint = meant(name, {*files, DEFAULT})
            raise InvalidInput([Diagnostic(f"there is no mapping {name}", Place(f"{FOLDER}/{name}.yaml"), hint)])
        layers.append((source, files[name]))
    rules: dict[str, dict[str, Rule]] = {}
    metafields: dict[str, dict[str, MetafieldRule]] = {}
    owners: dict[str, Owner] = {}
    inputs: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for origin, file in layers:
        try:
            content = origin.read(file)
            inputs[file] = digest(content)
            layer = _Layer(Places(origin).of(file), vocabulary, problems)
            document = parse(file, content)
            for kind, field, rule in layer.rules(document):
                rules.setdefault(kind, {})[field] = rule
            for owner, metafield, made in layer.metafields(document):
                metafields.setdefault(owner, {})[metafield] = made
            owners |= layer.owners(document)
        except InvalidInput as error:
            problems += error.diagnostics
    if problems:
        raise InvalidInput(problems)
    return MappingRules(name=name or DEFAULT, rules=rules, inputs=inputs, metafields=metafields, ownership=owners)


def mapping_problems(source: Source, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Yield every problem of every mapping, also of those that no store names; what several inherit, more than once."""
    try:
        names = [None, *_by_name(source)]
    except InvalidInput as error:
        yield from error.diagnostics
        return
    for name in names:
        try:
            load_mapping(source, name, vocabulary)
        except InvalidInput as error:
            yield from error.diagnostics


def _by_name(source: Source) -> Mapping[str, str]:
    """Return name → file. Raises InvalidInput when two files have one name, and for files that nothing reads."""
    found: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for file in source.files(FOLDER, SUFFIXES):
        name = PurePosixPath(file).stem
        if PurePosixPath(file).parent != PurePosixPath(FOLDER):
            summary = f"nothing reads this file; mappings are read from {FOLDER}/"
            problems.append(Diagnostic(summary, Place(file), "move it there, or rename it"))
        elif name in found:
            problems.append(Diagnostic(f"the mapping {name} has two files, {found[name]} too", Place(file), "keep one"))
        else:
            found[name] = file
    if problems:
        raise InvalidInput(problems)
    return found


class _Builtin:
    """The mapping that comes with the package, as a source."""

    def files(self, folder: str, suffixes: object) -> list[str]:
        del folder, suffixes
        return [BUILTIN]

    def read(self, file: str) -> bytes:
        return resources.files("reconciler.loading").joinpath(file).read_bytes()


class _Layer:
    """One file of a mapping. Problems are collected, and the rules at fault left out."""

    def __init__(self, places: FilePlaces, vocabulary: Vocabulary, problems: list[Diagnostic]) -> None:
        self._places = places
        self._vocabulary = vocabulary
        self._fields = vocabulary.fields
        self._problems = problems

    def rules(self, document: YamlValue) -> Iterator[tuple[str, str, Rule]]:
        """Yield kind, field and rule."""
        if not isinstance(document, Mapping):
            self._add((), f"the file holds {spelled(document)}; expected kinds, such as product: and variant:")
            return
        for kind, rules in document.items():
            if kind == OWNERSHIP:
                continue
            if kind not in self._fields:
                self._odd_key((kind,), f"{kind} is not a kind", meant(kind, self._fields))
            elif not isinstance(rules, Mapping):
                self._add((kind,), f"{kind} is {spelled(rules)}; expected its fields, each with a rule")
            else:
                for field, value in rules.items():
                    if not (field == METAFIELDS and kind in METAFIELDS_ON):
                        yield from self._field(kind, field, value)

    def metafields(self, document: YamlValue) -> Iterator[tuple[str, str, MetafieldRule]]:
        """Yield owner, name and rule of each metafield that stands under an owner's ``metafields``."""
        for kind in METAFIELDS_ON:
            rules = document.get(kind) if isinstance(document, Mapping) else None
            named = rules.get(METAFIELDS) if isinstance(rules, Mapping) else None
            if isinstance(named, Mapping):
                for name, value in named.items():
                    yield from self._metafield((kind, METAFIELDS, name), value)
            elif named is not None:
                self._add((kind, METAFIELDS), f"{METAFIELDS} is {spelled(named)}; expected names, each with a rule")

    def owners(self, document: YamlValue) -> dict[str, Owner]:
        """Return ``kind.field`` → who decides it, as ``ownership`` says."""
        given = document.get(OWNERSHIP) if isinstance(document, Mapping) else None
        if given is not None and not isinstance(given, Mapping):
            self._add((OWNERSHIP,), f"{OWNERSHIP} is {spelled(given)}; expected kind.field, each with an owner")
        found: dict[str, Owner] = {}
        for name, owner in given.items() if isinstance(given, Mapping) else ():
            if owner in get_args(Ownership):
                found[name] = Owner(cast("Ownership", owner), self._places.value((OWNERSHIP, name)))
            else:
                expected = f"expected {', '.join(get_args(Ownership))}"
                self._add((OWNERSHIP, name), f"the owner of {name} is {spelled(owner)}; {expected}")
        said = {name: owner.ownership for name, owner in found.items()}
        self._problems.extend(ownership_problems(said, self._vocabulary, self._places))
        return found

    def _metafield(self, path: FieldPath, value: YamlValue) -> Iterator[tuple[str, str, MetafieldRule]]:
        kind, _, name = (str(step) for step in path)
        try:
            metafield_name(name)
        except ValueError as error:
            self._odd_key(path, str(error), "write NAMESPACE.KEY")
            return
        type_name: YamlValue = None
        if isinstance(value, Mapping) and "type" in value:
            type_name = value["type"]
            rest = {key: part for key, part in value.items() if key != "type"}
            value = rest["from"] if rest.keys() == {"from"} else rest
        if type_name is not None and not isinstance(type_name, str):
            self._add((*path, "type"), f"type is {spelled(type_name)}; expected one such as single_line_text_field")
            return
        rule = self._rule(path, value)
        if rule is not None:
            yield kind, name, MetafieldRule(rule, type_name, self._places.value(path))

    def _field(self, kind: str, field: str, value: YamlValue) -> Iterator[tuple[str, str, Rule]]:
        path: FieldPath = (kind, field)
        if field not in self._fields[kind]:
            self._odd_key(path, f"{kind} has no field {field}", meant(field, self._fields[kind]))
            return
        rule = self._rule(path, value)
        if rule is not None:
            yield kind, field, rule

    def _rule(self, path: FieldPath, value: YamlValue) -> Rule | None:
        match value:
            case str():
                return self._template(path, value)
            case None:
                return Constant(None, self._places.value(path))
            case Mapping() if len(value) == 1 and next(iter(value)) in _RULES:
                name, part = next(iter(value.items()))
                return self._named(name, (*path, name), part, self._places.value(path))
            case Mapping():
                for key in value:
                    if key not in _RULES:
                        self._odd_key((*path, key), f"{key} is not a rule", meant(key, _RULES))
                if not value.keys() - set(_RULES):
                    self._add(path, f"{len(value)} rules for {path[-1]}; expected one", _ANY_RULE)
            case _:
                hint = f"write {{value: {spelled(value)}}} for a constant" if not isinstance(value, list) else _ANY_RULE
                self._add(path, f"the rule for {path[-1]} is {spelled(value)}; expected a template or a rule", hint)
        return None

    def _named(self, name: str, path: FieldPath, value: YamlValue, place: Place) -> Rule | None:
        match name:
            case "price":
                return self._price(path, value, place)
            case "union":
                return self._union(path, value, place)
            case "value":
                return self._constant(path, value, place)
            case _:
                if value is True:
                    return Unmanaged(place)
                self._add(path, f"unmanaged is {spelled(value)}; expected true", "delete the line to manage the field")
                return None

    def _template(self, path: FieldPath, text: str) -> Template:
        return Template(text, self._places.value(path))

    def _constant(self, path: FieldPath, value: YamlValue, place: Place) -> Constant | None:
        match value:
            case None | str() | bool() | int() | Decimal():
                return Constant(value, place)
            case list() if all(isinstance(member, str) for member in value):
                return Constant(tuple(cast("list[str]", value)), place)
            case _:
                self._add(path, f"value is {spelled(value)}; expected one value, or a list of texts")
                return None

    def _union(self, path: FieldPath, value: YamlValue, place: Place) -> UnionRule | None:
        if not isinstance(value, list) or not value:
            what = "empty" if value == [] else spelled(value)
            self._add(path, f"union is {what}; expected a list of templates and of lists of texts")
            return None
        sources: list[Template | Constant] = []
        for position, member in enumerate(value):
            at: FieldPath = (*path, position)
            if isinstance(member, str):
                sources.append(self._template(at, member))
            elif isinstance(member, list) and all(isinstance(text, str) for text in member):
                sources.append(Constant(tuple(cast("list[str]", member)), self._places.value(at)))
            else:
                self._add(at, f"{spelled(member)} cannot be joined; expected a template or a list of texts")
        return UnionRule(tuple(sources), place)

    def _price(self, path: FieldPath, value: YamlValue, place: Place) -> PriceRule | None:
        if not isinstance(value, Mapping):
            self._add(path, f"price is {spelled(value)}; expected from: and what to do with it")
            return None
        for key in value:
            if key not in _PRICE:
                self._odd_key((*path, key), f"{key} is not a part of a price rule", meant(key, _PRICE))
        source = value.get("from")
        if not isinstance(source, str):
            problem = f"from is {spelled(source)}" if "from" in value else "from is missing"
            self._add((*path, "from"), f"{problem}; expected a template", 'write from: "{{ variant.price }}"')
            return None
        return PriceRule(
            source=self._template((*path, "from"), source),
            place=place,
            currency=self._currency((*path, "currency"), value.get("currency")),
            multiply=self._number((*path, "multiply"), value.get("multiply")),
            add=self._number((*path, "add"), value.get("add")),
            ending=self._number((*path, "end_with"), value.get("end_with")),
            rounding=self._rounding((*path, "rounding"), value.get("rounding", "nearest")),
        )

    def _number(self, path: FieldPath, value: YamlValue) -> Decimal | None:
        if value is None:
            return None
        try:
            return exact(value)
        except ValueError:
            self._add(path, f"{path[-1]} is {spelled(value)}; expected a number, such as 1.2")
            return None

    def _currency(self, path: FieldPath, value: YamlValue) -> str | None:
        code = isinstance(value, str) and len(value) == _CURRENCY_LENGTH and value.isascii() and value.isupper()
        if value is not None and not code:
            self._add(path, f"currency is {spelled(value)}; expected a currency code, such as EUR")
        return value if isinstance(value, str) else None

    def _rounding(self, path: FieldPath, value: YamlValue) -> Rounding:
        if value not in get_args(Rounding):
            self._add(path, f"rounding is {spelled(value)}; expected nearest, up or down")
            return "nearest"
        return cast("Rounding", value)

    def _add(self, path: FieldPath, summary: str, hint: str | None = None) -> None:
        self._problems.append(Diagnostic(summary, self._places.value(path), hint))

    def _odd_key(self, path: FieldPath, summary: str, hint: str) -> None:
        self._problems.append(Diagnostic(summary, self._places.key(path), hint))
