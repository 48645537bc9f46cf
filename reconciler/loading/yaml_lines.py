"""Everyday YAML, line by line: one key, item or value a line, several times faster than any reader of all YAML.

What a file holds besides this is left to the reference reader, and errors are: here a file is read exactly as there, or
not at all. So what is read is listed, and whatever is not listed is not read. The rejected choice is a parser made in
another language: those that are fast make floats of decimals, and drop tags in silence. (docs/adr/033)
"""

import re
from typing import Final

from reconciler.loading.scalars import WORDS, Inexact, YamlValue, plain

_DEEPEST: Final = 40  # columns, so that nothing is nested deeper than any reader allows
_ODD: Final = ("\t", "\r", "\ufeff")
_KEY: Final = r"[^\W\d][\w.\-/]{0,99}+(?: [\w.\-/]{1,99}+){0,4}+"
_QUOTED_KEY: Final = r"\"[^\"\\\n]{0,200}\"|'[^'\n]{0,200}'"
_TEXT: Final = r"[^\W\d_][^#:\n]*(?<! )$"
_LINE: Final = re.compile(rf"^( *)(- +)?(?:({_KEY}|{_QUOTED_KEY}):(?: +(?:({_TEXT})|(.*)))?|(.*))$", re.MULTILINE)
_QUOTED: Final = re.compile(r"(?:\"([^\"\\]*)\"|'([^']*)') *(?: #.*)?")
_BARE: Final = r" *(?:[\w.+]|-[\w.])[^,:\[\]{}#\"'&*!|>%@`]*"  # in brackets, with what white space follows
_IN_QUOTES: Final = r" *(?:\"[^\"\\]*\"|'[^']*') *"
_ITEM: Final = rf"(?:{_BARE}|{_IN_QUOTES})"
_PAIR: Final = rf" *{_KEY}: {_ITEM}"
_LIST: Final = re.compile(rf"\[((?:{_ITEM}(?:,{_ITEM})*+)?+) *\] *(?: #.*)?")
_PAIRS: Final = re.compile(rf"\{{((?:{_PAIR}(?:,{_PAIR})*+)?+) *\}} *(?: #.*)?")
_MEMBERS: Final = re.compile(r"(?:[^,\"']|\"[^\"]*\"|'[^']*')+")
_NEVER_PLAIN: Final = frozenset("-?:,[]{}#&*!|>'\"%@` ")
_NUMBER_BELOW_ZERO: Final = re.compile(r"-[\w.]")
_BREAKS: Final = re.compile("\n+")


def by_lines(text: str) -> YamlValue:
    """Return what a text of YAML says; None where it is to be read by the reference reader."""
    if any(odd in text for odd in _ODD):
        return None
    try:
        return _Document(text).value()
    except (_Uncommon, Inexact):
        return None


class _Uncommon(Exception):
    """A line is none of those that are read here."""


class _Document:
    """A text on its way to a value: row by row.

    A row is indentation, dash, key, the key's value if it is text without doubt, any other value, what has no key.
    """

    __slots__ = ("_at", "_lines", "_rows", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._rows: list[tuple[str, str, str, str, str, str]] = _LINE.findall(text)
        self._lines: list[str] = []
        self._at = 0

    def value(self) -> YamlValue:
        """Return what the document says. Raises _Uncommon."""
        if self._rows[0] == ("", "", "", "", "", "---"):
            self._at = 1
        self._pass_by_blanks()
        value = self._collection(0)
        if self._at < len(self._rows):
            raise _Uncommon
        return value

    def _collection(self, indent: int) -> YamlValue:
        """Return the list or the mapping that begins here, in that column."""
        if self._at == len(self._rows) or indent > _DEEPEST:
            raise _Uncommon
        lead, dash, key, _, _, _ = self._rows[self._at]
        if len(lead) != indent or not (dash or key):
            raise _Uncommon
        return self._list(indent) if dash else self._mapping(indent)

    def _mapping(self, indent: int) -> dict[str, YamlValue]:
        made: dict[str, YamlValue] = {}
        while self._at < len(self._rows):
            lead, dash, key, text, value, rest = self._rows[self._at]
            if key and not dash and len(lead) == indent:
                self._at += 1
                name = key[1:-1] if key[0] in "\"'" else key
                if name in made or key in WORDS:
                    raise _Uncommon
                made[name] = WORDS.get(text, text) if text else self._value(value, indent)
            elif not (dash or key or (rest and rest[0] != "#")):
                self._at += 1
            elif len(lead) < indent:
                break
            else:
                raise _Uncommon
        return made

    def _list(self, indent: int) -> list[YamlValue]:
        made: list[YamlValue] = []
        while self._at < len(self._rows):
            lead, dash, key, text, value, rest = self._rows[self._at]
            if dash and len(lead) == indent:
                if key:
                    within = indent + len(dash)
                    self._rows[self._at] = (" " * within, "", key, text, value, rest)
                    made.append(self._collection(within))
                elif not rest or rest[0] == "#":
                    raise _Uncommon
                else:
                    self._at += 1
                    made.append(self._value(rest, indent))
            elif not (dash or key or (rest and rest[0] != "#")):
                self._at += 1
            elif len(lead) < indent or (len(lead) == indent and not dash):
                break
            else:
                raise _Uncommon
        return made

    def _value(self, text: str, indent: int) -> YamlValue:
        """Return the value that stands behind a key or a dash in that column, or in the lines below it."""
        if not text or text[0] == "#":
            return self._below(indent)
        return self._block(text, indent) if text[0] in "|>" else _inline(text)

    def _below(self, indent: int) -> YamlValue:
        self._pass_by_blanks()
        if self._at == len(self._rows):
            return None
        lead, dash, _, _, _, _ = self._rows[self._at]
        if len(lead) > indent or (dash and len(lead) == indent):
            return self._collection(len(lead))
        return None

    def _block(self, header: str, indent: int) -> str:
        """Return the text of the lines below: as they are, or folded into one line."""
        content: list[str] = []
        if not self._lines:
            self._lines = self._text.split("\n")
        lines = self._lines
        first = lines[self._at] if self._at < len(lines) else ""
        lead = first[: len(first) - len(first.lstrip(" "))]
        if header not in {"|", "|-", ">", ">-"} or not first.strip(" ") or len(lead) <= indent:
            raise _Uncommon
        while self._at < len(lines) and (lines[self._at].startswith(lead) or not lines[self._at].strip(" ")):
            content.append(lines[self._at][len(lead) :])
            self._at += 1
        last = lines[self._at] if self._at < len(lines) else ""
        if (self._at == len(lines) and lines[-1]) or len(last) - len(last.lstrip(" ")) > indent:
            raise _Uncommon  # no line break at the end; or a line between the columns of the text and the key
        text = "\n".join(content).rstrip("\n")
        if any(line.isspace() for line in content) or (header[0] == ">" and "\n " in text):
            raise _Uncommon
        if header[0] == ">":
            text = _BREAKS.sub(lambda breaks: breaks[0][1:] or " ", text)
        return text if header[1:] else f"{text}\n"

    def _pass_by_blanks(self) -> None:
        while self._at < len(self._rows):
            _, dash, key, _, _, rest = self._rows[self._at]
            if dash or key or (rest and rest[0] != "#"):
                return
            self._at += 1


def _inline(text: str) -> YamlValue:
    """Return a value that stands on one line."""
    first = text[0]
    if first in _NEVER_PLAIN:
        if first in "\"'":
            found = _QUOTED.fullmatch(text)
            if found is None or found.lastindex is None:
                raise _Uncommon
            return found[found.lastindex]
        if first in "[{":
            return _flow(text)
        if not _NUMBER_BELOW_ZERO.match(text):
            raise _Uncommon
    if " #" in text:
        text = text[: text.index(" #")]
    text = text.rstrip(" ")
    if ": " in text or text[-1] == ":":
        raise _Uncommon
    return plain(text)


def _flow(text: str) -> YamlValue:
    """Return a list or a mapping of scalars in brackets."""
    found = (_LIST if text[0] == "[" else _PAIRS).fullmatch(text)
    if found is None:
        raise _Uncommon
    inside = found[1]
    parts = inside.split(",") if not ('"' in inside or "'" in inside) else _MEMBERS.findall(inside)
    if not inside:
        return [] if text[0] == "[" else {}
    if text[0] == "[":
        return [_member(part.strip(" ")) for part in parts]
    made: dict[str, YamlValue] = {}
    for part in parts:
        key, _, value = part.partition(": ")
        name = key.strip(" ")
        if name in made or name in WORDS:
            raise _Uncommon
        made[name] = _member(value.strip(" "))
    return made


def _member(text: str) -> YamlValue:
    return text[1:-1] if text[0] in "\"'" else plain(text)
