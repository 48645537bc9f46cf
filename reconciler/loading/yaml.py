"""YAML: the reference reader. libyaml composes, our own constructor builds values that are kept exact.

Scalars follow YAML 1.2; duplicate keys, anchors, aliases, merge keys, tags and second documents are refused, each with
its place. What libyaml would read by YAML 1.1 rules of its own (the line breaks U+0085, U+2028 and U+2029) is refused
too. The rejected choices: CSafeLoader, which reads 1.1 and makes floats; faster engines, which lose values or lines;
ruamel.yaml, which is the oracle in tests, and twenty times slower. Everyday files do not come here: ``yaml_lines``
reads them, exactly as this would.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml
from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.events import AliasEvent, Event, NodeEvent
from yaml.nodes import MappingNode, Node, ScalarNode

from reconciler.loading.scalars import Inexact, YamlValue, is_text, plain
from reconciler.loading.yaml_lines import by_lines
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

DEEPEST: Final = 64  # collections within collections
MOST_PROBLEMS: Final = 100  # of one file; the rest follows from these, or the file is no catalog

_PLAIN: Final = "plain"
_QUOTED: Final = "quoted"
# C0 and C1 controls, surrogates and non-characters, which YAML forbids; and the line breaks that only YAML 1.1 has.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_NO_TEXT: Final = "0000"
_PROPERTY: Final = re.compile(r"(?:^|[\s,\[{:])(?:[&*]\S|!)")  # what an anchor, an alias or a tag would look like
_DIGITS: Final = re.compile(r"[-+]?\d+")
_REST: Final = re.compile(r"\d+(?:\.\d+)?")
_THOUSAND: Final = 3  # digits behind a comma that stands for thousands
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class _TooDeep(Exception):
    """Collections are nested deeper than any catalog is."""


class _Exact:
    """What our loaders have in common: no resolving, because the constructor does it, and a limit of depth."""

    _depth = 0

    def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
        """Return whether the node was plain: a bool for collections of libyaml, else (plain, quoted)."""
        del kind, value
        return _PLAIN if (implicit if isinstance(implicit, bool) else implicit[0]) else _QUOTED

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        del parent, index
        self._depth += 1
        if self._depth > DEEPEST:
            raise _TooDeep

    def ascend_resolver(self) -> None:
        self._depth -= 1


# Where libyaml is missing, PyYAML's own parser reads the same, eight times slower.
_FASTEST: Final[type] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def engine(base: type) -> Any:
    """Return our loader class on top of one of PyYAML's."""
    return type("ExactLoader", (_Exact, base), {})


_ENGINE: Final = engine(_FASTEST)


def parse(file: str, content: bytes) -> YamlValue:
    """Return what a YAML file says. Raises InvalidInput with every problem of the file."""
    value = by_lines(_decoded(file, content))
    return value if value is not None else parse_by_reference(file, content)


def parse_by_reference(file: str, content: bytes, loader_class: Any = _ENGINE) -> YamlValue:
    """Return what a YAML file says, as the reference reader has it. Raises as ``parse``."""
    constructor = _Constructor(file)
    root = compose(file, content, loader_class)
    value = constructor.value(root)
    problems = [*constructor.problems, *(_without_text(file, root) if b"\\" in content else ())]
    if problems:
        raise InvalidInput(problems[:MOST_PROBLEMS])
    if value is None:
        raise _empty(file)
    return value


def compose(file: str, content: bytes, loader_class: Any = _ENGINE) -> Node:
    """Return the nodes of a YAML file with their marks. Raises InvalidInput for what is not one YAML document."""
    text = _decoded(file, content)
    if _PROPERTY.search(text) and (problems := list(_properties(file, text, loader_class))):
        raise InvalidInput(problems)
    loader = loader_class(text)
    try:
        if not loader.check_node():
            raise _empty(file)
        root: Node = loader.get_node()
        if loader.check_node():
            second = loader.get_node()
            hint = "put each document in a file of its own, or the products in one list"
            raise _refused(file, second.start_mark, "a second document begins here; expected one", hint)
    except _TooDeep:
        raise _refused(file, None, f"nested deeper than {DEEPEST} levels", "a catalog needs fewer than ten") from None
    except YAMLError as error:
        raise InvalidInput([_syntax(file, text, error)]) from None
    finally:
        loader.dispose()
    return root


def place_of(file: str, mark: Mark) -> Place:
    """Return the position of a mark, counted from 1."""
    return Place(file, mark.line + 1, mark.column + 1)


class _Constructor:
    """Builds values from nodes, and goes on after a problem, to find them all."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Diagnostic] = []

    def value(self, node: Node) -> YamlValue:
        if type(node) is ScalarNode:
            return node.value if node.tag is _QUOTED else self._plain(node)
        if type(node) is MappingNode:
            return self._mapping(node)
        return [self.value(member) for member in node.value]

    def _plain(self, node: ScalarNode) -> YamlValue:
        try:
            return plain(node.value)
        except Inexact as inexact:
            shown = _shortened(node.value)
            hint = f'write all its digits, or quote it if it is text: "{shown}"'
            self._add(node, f"{shown} is {inexact}; only exact decimals are read", hint)
            return None

    def _mapping(self, node: MappingNode) -> YamlValue:
        mapping: dict[str, YamlValue] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if type(key_node) is not ScalarNode or (key_node.tag is _PLAIN and not (is_text(key) and key != "<<")):
                self._odd_key(key_node, node)
            elif key in mapping:
                first = next(other for other, _ in node.value if other.value == key)
                where = place_of(self._file, first.start_mark)
                self._add(key_node, f"{_shortened(key)} is given twice, first at {where}", "keep one of them")
            else:
                mapping[key] = self.value(value_node)
        return mapping

    def _odd_key(self, node: Node, mapping: MappingNode) -> None:
        if (amount := _split_by_comma(node, mapping)) is not None:
            self._add(node, *amount)
        elif not isinstance(node, ScalarNode):
            self._add(node, "a list or a mapping cannot be a key; expected text", "write the key as text")
        elif node.value == "<<":
            self._add(node, "merge keys (<<) are not read", "write the values out, or move them to a mapping rule")
        elif not node.value:
            self._add(node, "the key is empty; expected text before the colon", 'quote it if it is meant: ""')
        else:
            shown = _shortened(node.value)
            self._add(node, f"the key {shown} is not read as text", f'quote it: "{shown}"')

    def _add(self, node: Node, summary: str, hint: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Diagnostic(summary, place_of(self._file, node.start_mark), hint))


def _without_text(file: str, node: Node) -> Iterator[Diagnostic]:
    """Yield each scalar that spells the one character which no store keeps. Only an escape can."""
    if isinstance(node, ScalarNode):
        if "\0" in node.value:
            summary = "the character U+0000 cannot stand in a text, however it is spelled"
            yield Diagnostic(summary, place_of(file, node.start_mark), "delete it")
        return
    for member in node.value:
        for below in member if isinstance(member, tuple) else (member,):
            yield from _without_text(file, below)


def _split_by_comma(key: Node, mapping: MappingNode) -> tuple[str, str] | None:
    """Return what is wrong with an amount like ``{EUR: 84,00}``, whose comma ends the value; None for another key."""
    keys = [each for each, _ in mapping.value]
    position = keys.index(key)
    if position == 0:
        return None
    before, after = mapping.value[position - 1][1], mapping.value[position][1]
    together = before.end_mark.line == key.start_mark.line and before.end_mark.column + 1 == key.start_mark.column
    if not (together and type(before) is type(key) is ScalarNode and after.value == ""):
        return None
    if not (_DIGITS.fullmatch(before.value) and _REST.fullmatch(key.value)):
        return None
    amount = f"{before.value},{key.value}"
    if "." in key.value or len(key.value) == _THOUSAND:
        return f"the comma in {amount} ends the number", f"write it without: {before.value}{key.value}"
    return f"the comma in {amount} ends the number", f"write it with a point: {before.value}.{key.value}"


def _decoded(file: str, content: bytes) -> str:
    if content.startswith(_UTF16):
        raise _refused(file, None, "the file is UTF-16; expected UTF-8", "save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        byte = content[error.start]
        raise InvalidInput(
            [Diagnostic(f"byte 0x{byte:02X} is not UTF-8", _place_at(file, before, len(before)), "save it as UTF-8")]
        ) from None
    if odd := _FORBIDDEN.search(text):
        code = f"{ord(odd.group()):04X}"
        hint = "delete it" if code == _NO_TEXT else f'write it as "\\u{code}" in double quotes, or delete it'
        summary = f"the character U+{code} cannot stand in YAML as it is"
        raise InvalidInput([Diagnostic(summary, _place_at(file, text, odd.start()), hint)])
    return text


def _properties(file: str, text: str, loader_class: Any) -> Iterator[Diagnostic]:
    """Yield every anchor, alias and tag, found before anything is built: aliases of aliases explode."""
    loader = loader_class(text)
    found = 0
    try:
        while loader.check_event() and found < MOST_PROBLEMS:
            event = loader.get_event()
            for summary, hint in _refused_properties(event):
                found += 1
                yield Diagnostic(summary, place_of(file, event.start_mark), hint)
    except YAMLError as error:
        yield _syntax(file, text, error)
    finally:
        loader.dispose()


def _refused_properties(event: Event) -> Iterator[tuple[str, str]]:
    quoting = "quote the text if that is what it is"
    if isinstance(event, AliasEvent):
        yield f"the alias *{_shortened(event.anchor or '')} is not read", f"write the value out, or {quoting}"
    elif isinstance(event, NodeEvent):
        tag: str | None = getattr(event, "tag", None)
        if event.anchor:
            yield f"the anchor &{_shortened(event.anchor)} is not read", f"delete it, or {quoting}"
        if tag:
            spelled = tag.replace("tag:yaml.org,2002:", "!!")
            yield f"the tag {_shortened(spelled)} is not read", f"delete it, or {quoting}"


def _syntax(file: str, text: str, error: YAMLError) -> Diagnostic:
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Diagnostic("this is not YAML", Place(file), str(error).splitlines()[0].lower())
    mark = error.problem_mark
    summary = f"this is not YAML: {error.problem}"
    if error.context and error.context_mark is not None and error.context_mark.line != mark.line:
        summary += f" {error.context} that begins at line {error.context_mark.line + 1}"
    return Diagnostic(summary, place_of(file, mark), _cure(text, mark))


def _cure(text: str, mark: Mark) -> str:
    """Return what to do, judged by the character that the parser stopped at."""
    lines = re.split(r"\r\n|\r|\n", text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    stopped_at = line[mark.column : mark.column + 1]
    if stopped_at == "\t" or (line[: mark.column].isspace() and "\t" in line[: mark.column]):
        return "indent with spaces, not tabs"
    if stopped_at and stopped_at in "@`%":
        return f"quote text that begins with {stopped_at}"
    if stopped_at == ":":
        return "quote text that contains a colon and a space, or correct the indentation"
    if mark.line >= len(lines) - 1 and not stopped_at:
        return "close the quote or the bracket that is still open"
    return "look at the quotes, colons and indentation here and on the line above"


def _place_at(file: str, text: str, position: int) -> Place:
    before = re.split(r"\r\n|\r|\n", text[:position])
    return Place(file, len(before), len(before[-1]) + 1)


def _empty(file: str) -> InvalidInput:
    return _refused(file, None, "the file is empty", "write what belongs here, or delete it")


def _refused(file: str, mark: Mark | None, summary: str, hint: str) -> InvalidInput:
    return InvalidInput([Diagnostic(summary, place_of(file, mark) if mark else Place(file), hint)])


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004  what fits a message
