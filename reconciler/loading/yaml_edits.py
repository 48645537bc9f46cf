"""Edits of YAML files: one value changes, and every other byte stays: comments, order, quotes, white space.

The new text is put into the place of the old one, found by the marks of the nodes. What comes out is parsed again, and
has to say what the file said before, but for the edit. The rejected choice is to load the file with ruamel.yaml and to
dump it: comments survive that, but indentation, aligned columns and broken lines do not, and a reviewer would have to
look for the one word that changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from reconciler.loading.scalars import YamlValue
from reconciler.loading.writer import block_text, flow_text
from reconciler.loading.yaml import compose, parse
from reconciler.model.edit import New
from reconciler.model.origin import FieldPath

_BOM: Final = "\ufeff"
_STEP: Final = 2  # columns of a level, as the writer indents
_BLOCK_SCALARS: Final = ("|", ">")


class Unwritable(Exception):
    """A place that cannot be edited without touching more than was asked for; the message says why."""


def with_value(file: str, content: bytes, path: FieldPath, value: object, order: Sequence[str] = ()) -> bytes:
    """Return the file with a value at a path. ``order``: the names that may stand beside a key that is new.

    Raises Unwritable, and InvalidInput for a file that is not YAML.
    """
    before = parse(file, content)
    page = _Page(file, content)
    holder, rest = page.deepest(path)
    if not rest:
        text = page.replaced(path, value)
    elif isinstance(holder.node, MappingNode) and holder.node.value:
        text = page.added(holder, rest, value, order)
    elif _at(before, there := path[: len(path) - len(rest)]) in (None, {}):
        text = page.replaced(there, _nested(rest, value))
    else:
        raise Unwritable(f"{file} has no mapping there that {rest[0]} could go to")
    return _checked(page, text, lambda: _set(before, path, value))


def with_members(file: str, content: bytes, path: FieldPath, members: Sequence[int | New]) -> bytes:
    """Return the file with other members in a list: each the position of one that is there, or new.

    Raises Unwritable, and InvalidInput for a file that is not YAML.
    """
    before = parse(file, content)
    page = _Page(file, content)
    at, rest = page.deepest(path)
    if rest or not isinstance(at.node, SequenceNode):
        raise Unwritable(f"{file} has no list there")
    if at.node.flow_style or not at.node.value:
        text = page.flow_members(at, members)
    elif not members:
        text = page.emptied(at)
    else:
        text = page.block_members(at, members)
    held = _at(before, path)
    old = held if isinstance(held, list) else []
    wanted = [each.value if isinstance(each, New) else old[each] for each in members]
    return _checked(page, text, lambda: _set(before, path, wanted))


@dataclass(frozen=True, slots=True)
class _Met:
    """A node with what stands above it."""

    node: Node
    key: Node | None
    above: tuple[Node, ...]

    @property
    def in_flow(self) -> bool:
        return any(isinstance(node, CollectionNode) and node.flow_style for node in self.above)


class _Page:
    """The text of one file, with its nodes."""

    def __init__(self, file: str, content: bytes) -> None:
        decoded = content.decode("utf-8")
        self.file = file
        self.bom = _BOM if decoded.startswith(_BOM) else ""
        self.text = decoded.removeprefix(_BOM)
        self.eol = "\r\n" if "\r\n" in self.text else "\n"
        self.root = compose(file, content)

    def deepest(self, path: FieldPath) -> tuple[_Met, FieldPath]:
        """Return the last node on a path that is there, and the rest of the path."""
        met = _Met(self.root, None, ())
        for position, step in enumerate(path):
            found = _step(met.node, step)
            if found is None:
                return met, path[position:]
            met = _Met(found[1], found[0], (*met.above, met.node))
        return met, ()

    def replaced(self, path: FieldPath, value: object) -> str:
        """Return the text with another value in the place of a node."""
        met, _ = self.deepest(path)
        start, end = met.node.start_mark.index, self._end(met.node)
        column = self._indent_of_parent(met)
        if met.in_flow or _is_short(value):
            new = flow_text(value, _quotes(met.node))
        elif isinstance(value, str):
            new = self._indented(block_text(value), column + _STEP).lstrip()
        elif isinstance(met.node, CollectionNode) and not met.node.flow_style:
            new = self._indented(block_text(value), met.node.start_mark.column).lstrip()
        else:
            new = flow_text(value, None)
        before = self.text[:start]
        gap = " " if before.endswith((":", "-")) else ""
        return f"{before}{gap}{new}{self._after(met.node, end, new)}"

    def added(self, holder: _Met, rest: FieldPath, value: object, order: Sequence[str]) -> str:
        """Return the text with one more key in a mapping that has some."""
        mapping = holder.node
        assert isinstance(mapping, MappingNode)  # noqa: S101  the caller looked
        key, nested = str(rest[0]), _nested(rest[1:], value)
        before = _predecessor(mapping, key, order)
        if mapping.flow_style or holder.in_flow:
            pair = flow_text({key: nested}, None)[1:-1]
            if before is None:
                at = mapping.start_mark.index + 1
                return f"{self.text[:at]}{pair}, {self.text[at:]}"
            at = self._end(before)
            return f"{self.text[:at]}, {pair}{self.text[at:]}"
        column = mapping.start_mark.column
        lines = self._indented(block_text({key: nested}), column)
        if before is None:
            at = mapping.start_mark.index
            return f"{self.text[:at]}{lines.lstrip()}{' ' * column}{self.text[at:]}"
        return self._line_after(self._end(before), lines)

    def flow_members(self, at: _Met, members: Sequence[int | New]) -> str:
        """Return the text with other members between brackets; what is kept is not written anew."""
        node = at.node
        spans = [(each.start_mark.index, self._end(each)) for each in node.value]
        start, end = node.start_mark.index, node.end_mark.index
        kept = [each for each in members if isinstance(each, int)]
        if "#" in self.text[start:end] and kept != list(range(len(spans))):
            raise Unwritable(f"{self.file} has comments between the brackets of line {node.start_mark.line + 1}")
        if kept == list(range(len(spans))) and kept == list(members[: len(kept)]) and kept:
            news = [flow_text(each.value, None) for each in members[len(kept) :] if isinstance(each, New)]
            last = spans[-1][1]
            return self.text[:last] + "".join(f", {new}" for new in news) + self.text[last:]
        written = [
            flow_text(each.value, None) if isinstance(each, New) else self.text[slice(*spans[each])] for each in members
        ]
        return f"{self.text[:start]}[{', '.join(written)}]{self.text[end:]}"

    def block_members(self, at: _Met, members: Sequence[int | New]) -> str:
        """Return the text with other lines of a list; each that is kept goes with the lines that follow it."""
        node = at.node
        column, starts = node.start_mark.column, [self._dash_line(each, at) for each in node.value]
        ends = [self._line_end(self._end(each)) for each in node.value]
        segments = [self.text[start:after] for start, after in pairwise([*starts, ends[-1]])]
        wholes = [self._ended(self.text[start:end]) for start, end in zip(starts, ends, strict=True)]
        as_flow = isinstance(node.value[-1], CollectionNode) and bool(node.value[-1].flow_style)
        kept = [each for each in members if isinstance(each, int)]
        in_order = kept == sorted(kept)
        written: list[str] = []
        for each in members:
            if isinstance(each, New):
                written.append(self._member(each.value, column, as_flow=as_flow))
            elif in_order:
                written.append(self._ended(segments[each]))
            else:
                written.append(wholes[each])
        if in_order:  # what stood between a member that goes and the next one stays: it is about the next one
            written = self._with_orphans(members, written, segments, wholes)
        text = "".join(written)
        if ends[-1] == len(self.text) and not self.text.endswith("\n"):
            text = text.removesuffix(self.eol)
        return f"{self.text[: starts[0]]}{text}{self.text[ends[-1] :]}"

    def _with_orphans(
        self, members: Sequence[int | New], written: list[str], segments: Sequence[str], wholes: Sequence[str]
    ) -> list[str]:
        """Put the comments that followed members which go behind the member before them."""
        kept = {each: position for position, each in enumerate(members) if isinstance(each, int)}
        lost: dict[int, str] = {}
        for position, segment in enumerate(segments):
            if position not in kept:
                before = max((at for each, at in kept.items() if each < position), default=-1)
                lost[before] = lost.get(before, "") + segment[len(wholes[position]) :]
        result = [lost.get(-1, "")]
        for position, text in enumerate(written):
            result.append(text + lost.get(position, ""))
        return result

    def emptied(self, at: _Met) -> str:
        """Return the text with an empty list in place of one that stands in lines."""
        if at.key is None:
            raise Unwritable(f"{self.file} is nothing but a list, which would be empty")
        node = at.node
        colon = self.text.index(":", at.key.end_mark.index) + 1
        start, end = self._dash_line(node.value[0], at), self._line_end(self._end(node))
        return f"{self.text[:colon]} []{self.text[colon:start]}{self.text[end:]}"

    def _member(self, value: object, column: int, *, as_flow: bool) -> str:
        if as_flow or _is_short(value):
            return f"{' ' * column}- {flow_text(value, None)}{self.eol}"
        inner = self._indented(block_text(value), column + _STEP)
        return f"{' ' * column}- {inner.lstrip()}"

    def _dash_line(self, member: Node, at: _Met) -> int:
        """Return where the line of a member's dash begins."""
        column, index = at.node.start_mark.column, member.start_mark.index
        while index >= 0:
            start = self.text.rfind("\n", 0, index) + 1
            if self.text[start + column : start + column + 1] == "-" and not self.text[start : start + column].strip():
                return start
            index = start - 1
        raise Unwritable(
            f"the list at line {at.node.start_mark.line + 1} of {self.file} does not begin on its own line"
        )

    def _indent_of_parent(self, met: _Met) -> int:
        above = met.above[-1] if met.above else None
        return above.start_mark.column if above is not None else -_STEP

    def _end(self, node: Node) -> int:
        """Return where the text of a node ends, without the white space and comments behind it."""
        if isinstance(node, CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(node, MappingNode) else last)
        end: int = node.end_mark.index
        if isinstance(node, ScalarNode) and node.style in _BLOCK_SCALARS:
            header = self.text[node.start_mark.index :].partition("\n")[0]
            return end if "+" in header else len(self.text[:end].rstrip())
        return end

    def _after(self, node: Node, end: int, new: str) -> str:
        """Return what follows a node that was replaced; text in lines takes the end of the last one with it."""
        rest = self.text[end:]
        in_lines = isinstance(node, ScalarNode) and node.style in _BLOCK_SCALARS
        if new.endswith("\n"):
            return rest.removeprefix("\r").removeprefix("\n") if rest[:1] in {"\r", "\n"} or not rest else rest
        return rest if not in_lines or rest[:1] in {"\r", "\n", ""} else self.eol + rest

    def _line_end(self, index: int) -> int:
        """Return where the next line begins."""
        found = self.text.find("\n", index - 1 if self.text[index - 1 : index] == "\n" else index)
        return len(self.text) if found < 0 else found + 1

    def _line_after(self, end: int, lines: str) -> str:
        at = self._line_end(end)
        before = self._ended(self.text[:at])
        after = self.text[at:]
        return before + (lines if after or self.text.endswith("\n") else lines.removesuffix(self.eol)) + after

    def _ended(self, text: str) -> str:
        return text if text.endswith("\n") or not text else text + self.eol

    def _indented(self, text: str, column: int) -> str:
        lines = text.splitlines()
        return "".join(f"{' ' * column if each else ''}{each}{self.eol}" for each in lines)


def _step(node: Node, step: str | int) -> tuple[Node | None, Node] | None:
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return None, node.value[step]
    return None


def _predecessor(mapping: MappingNode, key: str, order: Sequence[str]) -> Node | None:
    """Return the value that a new key goes behind: that of the nearest name before it, or the last; None: the first."""
    if key not in order:
        last: Node = mapping.value[-1][1]
        return last
    before = set(order[: order.index(key)])
    there: list[Node] = [value for name, value in mapping.value if name.value in before]
    return there[-1] if there else None


def _is_short(value: object) -> bool:
    """Whether a value stands in one line: no collection with anything in it, no text of several lines."""
    if isinstance(value, str):
        return "\n" not in value
    return not (isinstance(value, list | tuple | dict) and value)


def _quotes(node: Node) -> str | None:
    style = node.style if isinstance(node, ScalarNode) else None
    return style if style in {"'", '"'} else None


def _nested(path: FieldPath, value: object) -> object:
    for step in reversed(path):
        if not isinstance(step, str):
            raise Unwritable(f"there is no list for member {step} of it")
        value = {step: value}
    return value


def _checked(page: _Page, text: str, wanted: Callable[[], object]) -> bytes:
    content = (page.bom + text).encode()
    if parse(page.file, content) != _plain(wanted()):
        raise Unwritable(f"{page.file} would say something else than it was to say")
    return content


def _plain(value: object) -> object:
    """Return a value as a parser would give it back."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list | tuple) else value


def _at(document: YamlValue, path: FieldPath) -> YamlValue:
    for step in path:
        document = document[step]  # type: ignore[index]
    return document


def _set(document: YamlValue, path: FieldPath, value: object) -> object:
    """Return the document with a value at a path."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(document, list) and isinstance(step, int):
        return [_set(each, rest, value) if at == step else each for at, each in enumerate(document)]
    held = document if isinstance(document, dict) else {}
    return {**held, str(step): _set(held.get(str(step)), rest, value)}
