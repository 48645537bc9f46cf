"""Validation: what pydantic refuses, said as a person would, with the place of the value at fault.

pydantic's own words name Python types and branches of unions. Each problem is told once for each place: where a value
fits no branch of a union, the branches' complaints become one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar, cast

from pydantic import BaseModel, ValidationError

from reconciler.loading.places import Locator
from reconciler.model.errors import Diagnostic
from reconciler.model.meant import meant, nearest
from reconciler.model.origin import FieldPath

Model = TypeVar("Model", bound=BaseModel)

LONGEST_SHOWN: Final = 60  # characters of a value in a message

# What a pattern asks for, by the name of the field that has one.
_EXPECTED: Final = {
    "weight": "a number and g, kg, oz or lb, such as 250 g",
    "taxonomy": "a code of Shopify's product taxonomy, such as aa-1-13-8",
    "url": "https://NAME.myshopify.com or sandbox:NAME",
    "api_version": "a quarter, such as 2026-10",
    "currency": "a currency code, such as EUR",
    "publish_at": "a moment with its time zone, such as 2026-12-01T08:00:00Z",
}
_WANTED: Final = {
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "literal_error": "text",
}
_AMOUNTS: Final = frozenset({"price", "compare_at_price", "cost"})
_MEMBERS: Final = {
    "stock": "a whole number, or a mapping with quantity or adjust",
    "images": "a file or an address, or a mapping with one",
}
"""What is in a field whose members can be written in two ways, of which a complaint would name one."""


@dataclass(frozen=True, slots=True)
class _Problem:
    """One complaint, with the way to the value in the document; the branches of unions are left out of it."""

    path: FieldPath
    kind: str
    value: object
    limits: Mapping[str, Any]


def validated(model: type[Model], value: object, locator: Locator) -> Model:
    """Return the model that a document makes. Raises Refused with everything that is wrong with it."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Refused(list(_diagnostics(error, model, value, locator))) from None


class Refused(Exception):
    """A document that fits no model. Never leaves the room: whoever loads collects the problems of all files."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} problems")
        self.diagnostics = diagnostics


def spelled(value: object) -> str:
    """Return a value for a message: text in quotes, shortened, and lists and mappings by what they are."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        case str():
            return '"' + _shortened(value).replace("\n", "\\n").replace("\r", "\\r") + '"'
        case Mapping():
            return "a mapping"
        case _:
            return "a list"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def path_text(path: FieldPath) -> str:
    """Return a path for a message: the last name, with what it stands in where that says more."""
    names = [part for part in path if part != ""]
    if not names:
        return "the document"
    last = names[-1]
    if isinstance(last, int):
        return f"{path_text(tuple(names[:-1]))} number {last + 1}"
    above = next((name for name in reversed(names[:-1]) if isinstance(name, str)), None)
    return last if above in {None, "variants", "products"} else f"{above}.{last}"


def _diagnostics(
    error: ValidationError, model: type[BaseModel], value: object, locator: Locator
) -> Iterator[Diagnostic]:
    by_path: dict[FieldPath, list[_Problem]] = {}
    for details in error.errors(include_url=False):
        path = _document_path(details["loc"], value, missing=details["type"] == "missing")
        problem = _Problem(path, details["type"], details["input"], details.get("ctx", {}))
        if not (problem.kind == "too_short" and problem.value):  # members that are refused do not count as missing
            by_path.setdefault(path, []).append(problem)
    misspelled = _misspelled(by_path, model)
    for path, problems in by_path.items():
        if path in misspelled:
            continue
        # A union complains at the value itself for each branch that it did not take.
        deeper = any(len(other) > len(path) and other[: len(path)] == path for other in by_path)
        told = [problem for problem in problems if problem.kind not in _WANTED]
        if deeper and (not told or _mixed(problems)):
            continue
        yield _told(told if told and not _mixed(problems) else problems, model, locator)


def _misspelled(by_path: Mapping[FieldPath, Sequence[_Problem]], model: type[BaseModel]) -> set[FieldPath]:
    """Return the fields that are missing only because their names are misspelled, which is told there."""
    odd = [path for path, problems in by_path.items() if problems[0].kind == "extra_forbidden"]
    return {
        (*path[:-1], near)
        for path in odd
        if (near := nearest(str(path[-1]), sorted(known_fields(model, path[:-1])))) is not None
        and any(each.kind == "missing" for each in by_path.get((*path[:-1], near), ()))
    }


def _mixed(problems: Sequence[_Problem]) -> bool:
    """Whether the branches of a union complain of the type and of more: then only the type is worth telling."""
    return len(problems) > 1 and any(problem.kind in _WANTED for problem in problems)


def _document_path(location: Sequence[str | int], document: object, *, missing: bool) -> FieldPath:
    path: list[str | int] = []
    at = document
    for position, step in enumerate(location):
        inside: Any = at  # a mapping or a list, whose step is a key or a position
        if _has(at, step):
            at = inside[step]
        elif missing and position == len(location) - 1:
            at = None
        else:
            continue  # the branch of a union, or an amount that stands for every currency
        path.append(step)
    return tuple(path)


def _has(collection: object, step: str | int) -> bool:
    if isinstance(collection, Mapping):
        return step in collection
    return isinstance(collection, list) and isinstance(step, int) and step < len(collection)


def _told(problems: Sequence[_Problem], model: type[BaseModel], locator: Locator) -> Diagnostic:
    problem = problems[0]
    path, name = problem.path, path_text(problem.path)
    match problem.kind:
        case "extra_forbidden":
            key = str(path[-1])
            known = known_fields(model, path[:-1])
            return Diagnostic(f"{key} is not a field here", locator.key(path), meant(key, sorted(known)))
        case "missing":
            return Diagnostic(f"{name} is missing", locator.value(path[:-1]), f"add {path[-1]}: ...")
        case _ if all(each.kind in _WANTED for each in problems) or _mixed(problems):
            return _wrong_type(problems, name, locator)
        case _:
            return Diagnostic(f"{name} {_fault(problem)}", locator.value(path), _cure(problem))


def _wrong_type(problems: Sequence[_Problem], name: str, locator: Locator) -> Diagnostic:
    problem = problems[0]
    kinds = [each.kind for each in problems if each.kind in _WANTED]
    place, value = locator.value(problem.path), problem.value
    if "literal_error" in kinds:
        expected: str = problem.limits.get("expected", "").replace("'", "")
        choices = expected.replace(" or ", ", ").split(", ")
        hint = meant(str(value), choices, "") or None
        return Diagnostic(f"{name} {spelled(value)} is not known; expected {expected}", place, hint)
    wanted = " or ".join(dict.fromkeys(_WANTED[kind] for kind in kinds))
    if problem.path and problem.path[-1] in _AMOUNTS:
        wanted = "an amount, or amounts by currency"
    if len(problem.path) > 1:
        wanted = _MEMBERS.get(str(problem.path[-2]), wanted)
    written = locator.written(problem.path)
    if "string_type" in kinds and written is not None and isinstance(value, bool | int | Decimal):
        return Diagnostic(f"{name} {_misread(written, value)}", place, f'quote it: "{written}"')
    if value is None:
        return Diagnostic(f"{name} is empty; expected {wanted}", place, "give it, or delete the line")
    if wanted == "true or false" and isinstance(value, str):
        return Diagnostic(f"{name} {spelled(value)} is text; expected true or false", place, "write true or false")
    if wanted == "a list" and isinstance(value, str):
        return Diagnostic(f"{name} {spelled(value)} is text; expected a list", place, "write it as [one, two]")
    return Diagnostic(f"{name} is {_described(value)}; expected {wanted}", place)


def _misread(written: str, value: bool | int | Decimal) -> str:  # noqa: FBT001  the value, whatever its type
    if isinstance(value, bool):
        return f"{written} was read as true or false, not as text"
    lost = " and lost its zeros" if written.lstrip("+-").startswith("0") and len(spelled(value)) < len(written) else ""
    return f"{written} was read as the number {spelled(value)}{lost}"


def _described(value: object) -> str:
    match value:
        case bool():
            return spelled(value)
        case int() | Decimal():
            return f"the number {spelled(value)}"
        case str():
            return f"the text {spelled(value)}"
        case _:
            return spelled(value)


def _fault(problem: _Problem) -> str:
    shown, limits = spelled(problem.value), problem.limits
    size = len(cast("Any", problem.value)) if isinstance(problem.value, str | list | dict) else 0
    match problem.kind:
        case "string_too_long":
            return f"{shown} has {size} characters; at most {limits['max_length']} fit"
        case "string_too_short":
            return "is empty; expected text"
        case "too_long":
            return f"has {size} entries; at most {limits['max_length']} fit"
        case "too_short":
            return "is empty; expected at least one entry"
        case "greater_than_equal":
            return f"{shown} is too small; expected at least {limits['ge']}"
        case "less_than_equal":
            return f"{shown} is too large; expected at most {limits['le']}"
        case "string_pattern_mismatch":
            expected = _EXPECTED.get(str(problem.path[-1]), f"text of the form {limits['pattern']}")
            return f"{shown} does not fit; expected {expected}"
        case "value_error":
            return _said(str(limits["error"]), problem.value)
        case _:
            known = _EXPECTED.get(str(problem.path[-1])) if problem.path else None
            return f"{shown} does not fit; expected {known}" if known else f"{shown} does not fit here"


def _said(sentence: str, value: object) -> str:
    """Return what one of our own validators said, after the name of the field."""
    if isinstance(value, list):
        return f"is {spelled(value)}; expected an amount, or amounts by currency"
    if isinstance(value, str | int | Decimal):
        sentence = sentence.replace(repr(value if isinstance(value, str) else spelled(value)), spelled(value), 1)
    return sentence if sentence.startswith(("'", '"', spelled(value))) else f"is not right: {sentence}"


def _cure(problem: _Problem) -> str | None:
    match problem.kind:
        case "value_error" if isinstance(problem.value, str) and re.fullmatch(r"\d+,\d+", problem.value):
            return f"write it with a point: {problem.value.replace(',', '.')}"
        case "string_too_long":
            return "shorten it"
        case "string_too_short" | "too_short":
            return "give it, or delete the line"
        case _:
            return None


def known_fields(model: type[BaseModel], path: FieldPath) -> list[str]:
    """Return the fields of the model that a path leads to, from the model's own schema."""
    schema = model.model_json_schema()
    at: list[Any] = [schema]
    for step in path:
        at = [below for node in at for below in _below(_resolved(node, schema), step)]
    return [name for node in at for part in _resolved(node, schema) for name in part.get("properties", {})]


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a schema node without references and unions: every shape that it allows."""
    if "$ref" in node:
        return _resolved(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    if "anyOf" in node:
        return [shape for branch in node["anyOf"] for shape in _resolved(branch, schema)]
    return [node]


def _below(shapes: Iterable[Mapping[str, Any]], step: str | int) -> Iterator[Mapping[str, Any]]:
    for shape in shapes:
        if isinstance(step, int):
            yield shape.get("items", {})
        elif step in shape.get("properties", {}):
            yield shape["properties"][step]
        elif isinstance(shape.get("additionalProperties"), dict):
            yield shape["additionalProperties"]
