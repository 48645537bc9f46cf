"""The shape of JSON values, for the edges where a type cannot say more."""

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import JsonValue

Json: TypeAlias = JsonValue
JsonObject: TypeAlias = Mapping[str, JsonValue]

__all__ = ["Json", "JsonObject"]
