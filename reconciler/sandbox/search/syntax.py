"""The search syntax: text to a tree. ``field:value``, quotes, AND, OR, NOT, ``-``, parentheses, ``>=``, ``*``.

Nothing is ever refused: what makes no sense is left out, as on the real API (a lone parenthesis, a dangling OR).
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_REST = r"(?:\\.|[^\s()])*"
# A field takes what follows it, a parenthesis too: ``tag:(value`` looks for that very text. (recorded on 2026-04)
_TOKEN = re.compile(
    rf"""\s*(?:(?P<open>-?\()|(?P<close>\))
    |(?P<term>-?(?:[\w.\-$]+:(?:[<>]=?)?(?:{_QUOTED}|(?:\\.|[^\s"')]){_REST})?|{_QUOTED}|(?:\\.|[^\s()"']){_REST}))
    |(?P<junk>\S))""",
    re.VERBOSE,
)
_FIELD = re.compile(r"(?P<field>[\w.\-$]+):(?P<rest>.*)", re.DOTALL)
_OPERATOR = re.compile(r"(?P<sign>[<>]=?)?(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; ``field`` is None for a bare word. ``sign`` is one of ``< <= > >=`` or empty."""

    field: str | None
    value: str
    sign: str = ""
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class All:
    """All of the conditions; none at all holds for every row."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the conditions at least."""

    parts: tuple["Query", ...]


Query: TypeAlias = Term | Not | All | AnyOf


def parse_query(text: str) -> Query:
    """Return the tree of a search text."""
    return _Parser(text).any_of()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = [match for match in _TOKEN.finditer(text) if not match["junk"]]
        self._at = 0

    def any_of(self) -> Query:
        parts = [self._all()]
        while self._word() == "OR":
            self._at += 1
            parts.append(self._all())
        kept = tuple(part for part in parts if part != All(()))
        if len(kept) == 1:
            return kept[0]
        return AnyOf(kept) if kept else All(())

    def _all(self) -> Query:
        parts: list[Query] = []
        while self._at < len(self._tokens) and self._word() != "OR" and not self._tokens[self._at]["close"]:
            if self._word() == "AND":
                self._at += 1
                continue
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Query:
        if self._word() == "NOT":
            self._at += 1
            return Not(self._one()) if self._at < len(self._tokens) else All(())
        token = self._tokens[self._at]
        self._at += 1
        if token["open"]:
            inner = self.any_of()
            if self._at < len(self._tokens) and self._tokens[self._at]["close"]:
                self._at += 1
            return Not(inner) if token["open"].startswith("-") else inner
        return _term(token["term"] or "")

    def _word(self) -> str:
        return (self._tokens[self._at]["term"] or "") if self._at < len(self._tokens) else ""


def _term(text: str) -> Query:
    is_negated = text.startswith("-") and len(text) > 1
    body = text[1:] if is_negated else text
    match = _FIELD.fullmatch(body)
    field, rest = (match["field"], match["rest"]) if match else (None, body)
    operator = _OPERATOR.fullmatch(rest) if field else None
    sign, raw = (operator["sign"] or "", operator["value"]) if operator else ("", rest)
    is_quoted = len(raw) > 1 and raw[0] in "\"'" and raw[-1] == raw[0]
    value = re.sub(r"\\(.)", r"\1", raw[1:-1] if is_quoted else raw)
    term = Term(field, value, sign, is_quoted)
    return Not(term) if is_negated else term
