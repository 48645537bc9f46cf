"""Resource: the declared or observed fields of one address.

Git's values and Shopify's pass through the same class, so the canonical form lives in one place, and ``==`` is the
only test of equality. A field that was not given is not managed; one given as None is cleared.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

from reconciler.model.json import Json


class Resource(BaseModel):
    """Base of the fields of every kind. All fields are optional; what counts is which were given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def is_wanted(self) -> bool:
        """Whether it is to be there at all; a kind may have a value that says no."""
        return True

    @classmethod
    def keyed(cls, key: str) -> dict[str, Json]:
        """Return the fields that a key says, for a kind that is listed in a file. Raises ValueError for no such key."""
        del key
        return {}

    def managed(self) -> dict[str, Any]:
        """Return the fields that were given, canonical, in the order of their declaration."""
        given, values = self.__pydantic_fields_set__, self.__dict__
        return {name: values[name] for name in type(self).__pydantic_fields__ if name in given}

    def spelled(self) -> dict[str, Json]:
        """Return the fields that were given as JSON values, in the order of their declaration."""
        given = self.model_fields_set
        return {name: value for name, value in self.model_dump(mode="json").items() if name in given}
