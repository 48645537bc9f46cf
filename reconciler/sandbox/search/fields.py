"""What one field of a search can ask of a row, as SQL: numbers, texts, words, values, times, amounts, flags."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reconciler.sandbox.search.syntax import Term
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.wire.clock import moment, timestamp
from reconciler.sandbox.wire.errors import bad_request
from reconciler.sandbox.wire.ids import parse_gid

Condition: TypeAlias = tuple[str, list[Any]]
NOTHING: Condition = ("0", [])


@dataclass(slots=True)
class Asked:
    """One search while it is read, and what came up."""

    context: Context
    warnings: list[dict[str, Any]] = field(default_factory=list)


Field: TypeAlias = Callable[[Term, Asked], Condition]


def warn(asked: Asked, name: str, message: str, code: str) -> None:
    """Add a warning for ``extensions.search``."""
    asked.warnings.append({"field": name, "message": message, "code": code})


def number_field(column: str, kind: str) -> Field:
    """Return a field that asks for numbers or global ids of a kind, several by comma, or a range of them."""

    def condition(term: Term, asked: Asked) -> Condition:
        numbers = []
        for word in term.value.split(","):
            parsed = parse_gid(word.strip())
            text = parsed.tail if parsed and parsed.kind == kind else word.strip()
            if not text.isdigit():
                message = f"Expected field to be a positive integer or UUID, received `{word.strip()}`."
                asked.warnings.append({"field": term.field, "message": message})
                return NOTHING
            numbers.append(int(text))
        if term.sign:
            return f"{column} {term.sign} ?", numbers[:1]
        return f"{column} IN ({', '.join('?' * len(numbers))})", list(numbers)

    return condition


def text_field(column: str, *, splits: bool = False) -> Field:
    """Return a field that asks for a text as a whole, by case-folded equality, a prefix, or anything at all."""

    def condition(term: Term, _asked: Asked) -> Condition:
        words = term.value.split(",") if splits and not term.is_quoted else [term.value]
        return any_like(column, words, is_quoted=term.is_quoted)

    return condition


def any_like(column: str, words: list[str], *, is_quoted: bool) -> Condition:
    """Return the condition that one of the words is like the column."""
    found = [_like(column, word.strip(), is_quoted=is_quoted) for word in words if word.strip()]
    if not found:
        return f"coalesce({column}, '') = ''", []
    return "(" + " OR ".join(sql for sql, _ in found) + ")", [one for _, values in found for one in values]


def _like(column: str, word: str, *, is_quoted: bool) -> Condition:
    if word == "*" and not is_quoted:
        return f"coalesce({column}, '') <> ''", []
    folded = word.casefold()
    if folded.endswith("*") and not is_quoted:
        return f"substr(fold({column}), 1, {len(folded) - 1}) = ?", [folded[:-1]]
    return f"fold({column}) = ?", [folded]


def words_field(column: str) -> Field:
    """Return a field that asks for words that follow one another in a text."""

    def condition(term: Term, _asked: Asked) -> Condition:
        if term.value == "*" and not term.is_quoted:
            return f"{column} <> ''", []
        return f"has_words({column}, ?)", [term.value]

    return condition


def enum_field(column: str, values: tuple[str, ...]) -> Field:
    """Return a field that asks for one of some values, several by comma; another value finds nothing."""

    def condition(term: Term, asked: Asked) -> Condition:
        words = [word.strip().upper() for word in term.value.split(",")]
        wrong = [word for word in words if word not in values]
        if wrong:
            warn(asked, str(term.field), f"Input `{term.value}` is not an accepted value.", "invalid_value")
            return NOTHING
        return f"{column} IN ({', '.join('?' * len(words))})", list(words)

    return condition


def time_field(column: str) -> Field:
    """Return a field that asks for a moment, a day, a month, a year, or what is before or after one."""

    def condition(term: Term, asked: Asked) -> Condition:
        value = term.value.strip()
        if value.lower() == "now":
            # Rows have whole seconds, and now is a fraction later.
            sign = {"<": "<=", ">=": ">"}.get(term.sign, term.sign or "=")
            return f"{column} {sign} ?", [timestamp(asked.context.shop.clock())]
        is_whole = re.fullmatch(r"\d{4}(-\d\d){0,2}", value)
        parsed = moment(value + "-01-01"[len(value) - 10 :] if is_whole and len(value) < len("2026-01-01") else value)
        if parsed is None:
            raise bad_request(f"Invalid timestamp for query filter `{term.field}`.")
        if not term.is_quoted and ":" in term.value:
            # Unquoted, the real parser takes the minutes for one more field. (recorded on 2026-04)
            warn(asked, term.value.split(":")[-2], "Invalid search field for this query.", "invalid_field")
        if not term.sign and is_whole:
            return f"substr({column}, 1, {len(value)}) = ?", [value]
        return f"{column} {term.sign or '='} ?", [parsed]

    return condition


def amount_field(column: str) -> Field:
    """Return a field that asks for an amount, or a range of amounts."""

    def condition(term: Term, _asked: Asked) -> Condition:
        try:
            return f"CAST({column} AS REAL) {term.sign or '='} ?", [float(term.value)]
        except ValueError:
            return NOTHING

    return condition


def flag_field(sql: str) -> Field:
    """Return a field that asks for whether something holds."""

    def condition(term: Term, _asked: Asked) -> Condition:
        return (sql if term.value.lower() in {"true", "1"} else f"NOT {sql}"), []

    return condition


def some_variant(inner: Field) -> Field:
    """Return a field of products that asks for a variant; in ``inner`` it is called ``v``."""

    def condition(term: Term, asked: Asked) -> Condition:
        sql, values = inner(term, asked)
        return f"EXISTS (SELECT 1 FROM variants v WHERE v.product_id = products.id AND {sql})", values  # noqa: S608 ours

    return condition


def tag(term: Term, _asked: Asked) -> Condition:
    """Return the condition that a product has one of the tags."""
    words = term.value.split(",") if not term.is_quoted else [term.value]
    sql, values = any_like("tag.value", words, is_quoted=term.is_quoted)
    return f"EXISTS (SELECT 1 FROM json_each(products.tags) tag WHERE {sql})", values  # noqa: S608 ours


def tag_not(term: Term, asked: Asked) -> Condition:
    """Return the condition that a product has none of the tags."""
    sql, values = tag(term, asked)
    return f"NOT {sql}", values


def of_product(inner: Field) -> Field:
    """Return a field of variants that asks for their product; in ``inner`` it is called ``products``."""

    def condition(term: Term, asked: Asked) -> Condition:
        sql, values = inner(term, asked)
        return f"EXISTS (SELECT 1 FROM products WHERE products.id = variants.product_id AND {sql})", values  # noqa: S608

    return condition
