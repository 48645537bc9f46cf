"""Address: the name that a resource keeps for life, stable in git: ``variant/linen-shirt/LS-M``.

A child's key begins with its root's key, so the group that it belongs to can be read off its name.
"""

from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema


class Address(NamedTuple):
    """Kind and key. Sorts by kind, then key."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"

    @property
    def root_key(self) -> str:
        """The key of the root that this address hangs on; the key itself for a root."""
        return self.key.partition("/")[0]

    @property
    def stand_in(self) -> str:
        """What stands for an id that nobody knows yet, where a plan foresees; a store would refuse it."""
        return f"new:{self}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Return the address that ``str`` spelled. Raises ValueError when a part is missing."""
        kind, slash, key = text.partition("/")
        if not (kind and slash and key):
            message = f"{text!r} is not an address; expected KIND/KEY, such as product/linen-shirt"
            raise ValueError(message)
        return cls(kind, key)


def _parse(value: object) -> object:
    return Address.parse(value) if isinstance(value, str) else value


AddressText = Annotated[
    Address,
    BeforeValidator(_parse),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[^/]+/.+$", "examples": ["variant/linen-shirt/LS-M"]}),
]
"""An address that travels as text in JSON."""
