"""Templates: sandboxed Jinja2 over a product, a variant and a store, compiled once for each text.

Text that is one ``{{ expression }}`` keeps the expression's type. A field that the catalog leaves out makes the whole
value LEFT_OUT; inside composed text it is an error, because half a title is worse than none. A bare name such as
``{{ product.name }}``, which is what most rules are, is looked up without running Jinja2 at all: seven times faster.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Final

from jinja2 import nodes
from jinja2.environment import Template as JinjaTemplate
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from reconciler.mapping.filters import (
    FILTERS,
    LONGEST_TEXT,
    TESTS,
    calculated,
    decimal_of,
    joined_text,
    signed,
    text_of,
)
from reconciler.mapping.refusal import Refused
from reconciler.mapping.vet import Misuse, Read, Vocabulary, either_of, misuses, path_of, reads
from reconciler.mapping.views import LEFT_OUT, Fields, LeftOut, LeftOutUsed, looked_up

LONGEST_TEMPLATE: Final = 10_000
_DECIMAL: Final = "=decimal"  # names that no template can spell
_TEXT: Final = "=text"
_MARKUP: Final = re.compile(r"\{[{%#]")


class Unusable(Exception):
    """A template that can never have a value. Never leaves the mapping."""

    def __init__(self, problems: Iterable[Misuse]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class Scope:
    """The names that the expressions of one resource may use, with their views."""

    __slots__ = ("_context", "names")

    def __init__(self, names: dict[str, Fields]) -> None:
        self.names = names
        self._context: Context | None = None

    @property
    def context(self) -> Context:
        """The names as Jinja2 takes them; made when the first template needs it."""
        if self._context is None:
            self._context = Context(sandbox(), {**self.names}, None, {})
        return self._context


class Compiled:
    """A template that is ready to run."""

    __slots__ = ("_template", "_text", "either", "path", "reads", "single")

    def __init__(self, text: str, tree: nodes.Template | None) -> None:
        expression = _single(tree) if tree else None
        self.reads: tuple[Read, ...] = reads(tree) if tree else ()
        """The fields that it reads, in the order of the text."""
        self.single = expression is not None
        """Whether it keeps the expression's type."""
        self._text = text
        self.path: Read | None = path_of(expression) if expression else None
        """What it reads, where that is all it does."""
        self.either: tuple[Read, Read] | None = either_of(expression) if expression else None
        """What it reads, and what it reads where that is left out, where that is all it does."""
        self._template = _prepared(tree, expression) if tree and not self.path else None

    def value(self, scope: Scope) -> object:
        """Return the value for a resource: of the expression's type, or text, or LEFT_OUT.

        Raises LeftOutUsed when composed text needs what the catalog leaves out, and Refused for all other trouble.
        """
        try:
            value = self._value(scope)
        except LeftOutUsed:
            if self.single:
                return LEFT_OUT
            raise
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise Refused(f"the expression fails: {error}") from error
        if isinstance(value, Undefined) or (isinstance(value, tuple | list) and any(map(_is_left_out, value))):
            return LEFT_OUT
        return value

    def _value(self, scope: Scope) -> object:
        if self.path is not None:
            value: object = scope.names[str(self.path[0])]
            for part in self.path[1:]:
                value = value.field(part) if isinstance(value, Fields) else looked_up(value, part)  # type: ignore[arg-type]
            return value
        if self._template is None:
            return self._text
        written = _bounded(self._template.root_render_func(scope.context))
        return scope.context.vars["result"] if self.single else written


@cache
def compiled(text: str, roots: tuple[str, ...]) -> Compiled:
    """Return the template that a text is, for rules that may use these names. Raises Unusable."""
    if not _MARKUP.search(text):
        return Compiled(text, None)
    if len(text) > LONGEST_TEMPLATE:
        raise Unusable([Misuse(f"the template has {len(text)} characters; {LONGEST_TEMPLATE} is the most")])
    trimmed = text.strip()
    try:
        tree = sandbox().parse(trimmed if trimmed[:2] == "{{" and trimmed[-2:] == "}}" else text)
        if problems := misuses(tree, Vocabulary(roots, FILTERS, TESTS)):
            raise Unusable(problems)
        return Compiled(text, tree)
    except TemplateSyntaxError as error:
        raise Unusable([Misuse(str(error.message), line=error.lineno)]) from error
    except (SyntaxError, RecursionError, MemoryError, OverflowError) as error:
        raise Unusable([Misuse("the template is nested too deeply")]) from error


class _Sandbox(ImmutableSandboxedEnvironment):
    """Looks names up in views only, and calculates exactly."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def getattr(self, obj: object, attribute: str) -> object:
        return looked_up(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        return looked_up(obj, argument)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        del context
        return calculated(operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: object) -> object:
        del context
        return signed(operator, arg)

    def is_safe_callable(self, obj: object) -> bool:
        del obj
        return False


@cache
def sandbox() -> ImmutableSandboxedEnvironment:
    """Return the environment of all templates, with nothing in it but our filters and tests."""
    environment = _Sandbox(finalize=text_of, keep_trailing_newline=True, optimized=False, cache_size=0)
    environment.globals.clear()
    environment.filters.clear()
    environment.filters.update({**FILTERS, _DECIMAL: decimal_of, _TEXT: joined_text})
    environment.tests.clear()
    environment.tests.update(TESTS)
    return environment


class _Exact(NodeTransformer):
    """Number literals become decimals, and ``~`` spells values as composed text does."""

    def visit_Const(self, node: nodes.Const) -> nodes.Expr:  # noqa: N802  a name of Jinja2's
        if isinstance(node.value, float):
            literal = nodes.Const(format(Decimal(repr(node.value)), "f"), lineno=node.lineno)
            return nodes.Filter(literal, _DECIMAL, [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802  a name of Jinja2's
        self.generic_visit(node)
        return nodes.Filter(nodes.List(node.nodes, lineno=node.lineno), _TEXT, [], [], None, None, lineno=node.lineno)


def _single(tree: nodes.Template) -> nodes.Expr | None:
    match tree.body:
        case [nodes.Output(nodes=[expression])] if not isinstance(expression, nodes.TemplateData):
            return expression
        case _:
            return None


def _prepared(tree: nodes.Template, expression: nodes.Expr | None) -> JinjaTemplate:
    if expression is not None:
        body = nodes.Assign(nodes.Name("result", "store", lineno=1), expression, lineno=1)
        tree = nodes.Template([body], lineno=1)
    environment = sandbox()
    exact: nodes.Template = _Exact().visit(tree)
    exact.set_environment(environment)
    return environment.from_string(exact)


def _is_left_out(value: object) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_is_left_out, value))
    return isinstance(value, Undefined)


def _bounded(written: Iterable[str]) -> str:
    parts: list[str] = []
    room = LONGEST_TEXT
    for part in written:
        room -= len(part)
        if room < 0:
            raise Refused(f"the text grows beyond {LONGEST_TEXT} characters")
        parts.append(part)
    return "".join(parts)


__all__ = ["LEFT_OUT", "Compiled", "LeftOut", "LeftOutUsed", "Scope", "Unusable", "compiled", "sandbox"]
