"""Conditions and expressions of GitHub and rules of GitLab, as far as our files use them: anything else is an error."""

import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|/\^[^/]*\$/|[a-z]+\(\)|&&|\|\||==|!=|=~|!|[()]|\$?[A-Za-z_][\w.-]*|\s+")


def github(expression: str, known: Mapping[str, Any]) -> Any:
    """Return the value of an expression; names that are not known are an error."""
    return _evaluated(expression, lambda name: _of_github(name, known))


def filled(text: Any, known: Mapping[str, Any]) -> str:
    """Return text with the values of its ${{ }}."""
    if isinstance(text, bool):
        return "true" if text else "false"
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _text(github(found[1].strip(), known)), str(text))


def gitlab(expression: str, known: Mapping[str, str]) -> bool:
    """Return whether a rule of GitLab holds; a variable that is not set is null."""
    return bool(_evaluated(expression, lambda name: known.get(name.removeprefix("$"))))


def _evaluated(expression: str, value: Any) -> Any:
    words: list[str] = []
    values: list[Any] = []
    at = 0
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        assert found, f"not read here: {expression[at:]}"
        at = found.end()
        token = found[0]
        words.append(_word(token, values, value))
    return eval("".join(words), {"values": values, "re": _Match})


class _Match:
    """`x =~ /y/` as `x @ y`."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __matmul__(self, pattern: "_Match") -> bool:
        return re.search(str(pattern.value), str(self.value)) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Match) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)


def _word(token: str, values: list[Any], value: Any) -> str:
    operators = {"&&": " and ", "||": " or ", "!": " not ", "==": "==", "!=": "!=", "=~": "@", "(": "(", ")": ")"}
    if token.isspace():
        return ""
    if token in operators:
        return operators[token]
    if token[0] in "'\"" or token[0] == "/":
        values.append(_Match(token[1:-1]))
    else:
        values.append(_Match(value(token)))
    return f"values[{len(values) - 1}]"


def _of_github(name: str, known: Mapping[str, Any]) -> Any:
    is_given = name in known or name.startswith(("github.event.", "inputs.", "needs.", "steps."))
    assert is_given, f"not known here: {name}"
    return known.get(name)


def _text(value: Any) -> str:
    value = value.value if isinstance(value, _Match) else value
    return "true" if value is True else "false" if value is False else "" if value is None else str(value)
