"""The custom scalars: what they accept, what they become inside, how they are written out."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, ValueNode, value_from_ast_untyped


def install_scalars(schema: GraphQLSchema) -> None:
    """Give the schema's custom scalars their behaviour; those not named here pass text through."""
    for name, parse in _PARSERS.items():
        scalar = schema.get_type(name)
        if isinstance(scalar, GraphQLScalarType):
            accept = _refusing(name, parse)
            scalar.coerce_input_value = accept
            scalar.coerce_input_literal = _from_literal(accept)
    unsigned = schema.get_type("UnsignedInt64")
    if isinstance(unsigned, GraphQLScalarType):
        unsigned.coerce_output_value = str


def _from_literal(accept: Callable[[Any], Any]) -> Callable[[ValueNode], Any]:
    return lambda node: accept(value_from_ast_untyped(node))


def _refusing(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parse_value(value: Any) -> Any:
        try:
            return parse(value)
        except (ValueError, TypeError, InvalidOperation) as problem:
            raise GraphQLError(f"Could not coerce value {_literal(value)} to {name}") from problem

    return parse_value


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(value)
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError(value)
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _json(value: Any) -> Any:
    return cast("object", value)


def _unsigned(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(value)
    number = int(value)
    if not 0 <= number < 2**64:
        raise ValueError(value)
    return number


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "Money": _decimal,
    "Decimal": _decimal,
    "HTML": _text,
    "URL": _text,
    "UnsignedInt64": _unsigned,
    "DateTime": _text,
    "JSON": _json,
}
