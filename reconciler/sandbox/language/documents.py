"""Documents: parsed and validated once, however often they are sent."""

import re
import threading
from collections import OrderedDict

from graphql import (
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
)

from reconciler.sandbox.language.validation import document_problems
from reconciler.sandbox.wire.documents import Document
from reconciler.sandbox.wire.errors import Problem

_KEPT = 256
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\.\.\.|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|\S')
_TOKEN_NAMES = {
    "{": "LCURLY",
    "}": "RCURLY",
    "(": "LPAREN",
    ")": "RPAREN",
    "[": "LBRACKET",
    "]": "RBRACKET",
    ":": "COLON",
    "=": "EQUALS",
    "!": "BANG",
    "$": "VAR_SIGN",
    "@": "DIR_SIGN",
    "|": "PIPE",
    "&": "AMP",
    "...": "ELLIPSIS",
}


class Documents:
    """The documents seen last, by their text."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._lock = threading.Lock()  # shops share the documents, and run at the same time

    def read(self, text: str) -> Document:
        """Return the document of this text."""
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
            document = self._read(text)
            self._known[text] = document
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return document

    def _read(self, text: str) -> Document:
        try:
            node = parse(text)
        except GraphQLSyntaxError as error:
            return Document(problems=[_syntax_problem(text, error)])
        except RecursionError:
            return Document(
                problems=[{"message": "document is nested too deeply", "extensions": {"code": "PARSE_ERROR"}}]
            )
        return Document(
            operations=[one for one in node.definitions if isinstance(one, OperationDefinitionNode)],
            fragments={one.name.value: one for one in node.definitions if isinstance(one, FragmentDefinitionNode)},
            node=node,
            problems=document_problems(self._schema, node),
        )


def _syntax_problem(text: str, error: GraphQLSyntaxError) -> Problem:
    place = error.locations[0] if error.locations else None
    line, column = (place.line, place.column) if place else (1, 1)
    offset = next(iter(error.positions or ()), 0)
    match = _TOKEN.match(text, offset)
    if match is None:
        tokens = [found.start() for found in _TOKEN.finditer(text)]
        line, column = _line_and_column(text, tokens[-1] if tokens else 0)
        what = "end of file"
    else:
        what = f'{_token_name(match[0])} ("{match[0]}")'
    return {
        "message": f"syntax error, unexpected {what} at [{line}, {column}]",
        "locations": [{"line": line, "column": column}],
        "extensions": {"code": "PARSE_ERROR"},
    }


def _token_name(token: str) -> str:
    if token in _TOKEN_NAMES:
        return _TOKEN_NAMES[token]
    if token.startswith('"'):
        return "STRING"
    if token[0].isalpha() or token[0] == "_":
        return "IDENTIFIER"
    return "INT" if token[0].isdigit() or token[0] == "-" else "invalid token"


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
