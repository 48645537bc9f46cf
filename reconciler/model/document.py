"""Document: the base of everything that a person writes into a file, and the plain types that documents share."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from typing_extensions import TypeAliasType

from reconciler.model.money import Amount

_KEY = re.compile(r"[^\s/\x00-\x1f]+")


class Document(BaseModel):
    """A mapping of a file; a field that it leaves out is not in ``model_fields_set``."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        message = f"{text!r} cannot be a key: a key has no spaces and no slashes"
        raise ValueError(message)
    return text


Text = StrictStr
Key = Annotated[StrictStr, Field(min_length=1, max_length=255), AfterValidator(_key)]


def _in_a_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Moved = Annotated[
    tuple[Key, ...],
    BeforeValidator(_in_a_list, json_schema_input_type=Key | Annotated[list[Key], Field(min_length=1)]),
]
"""Keys that something had before; one need not be in a list."""
AttributeValue = TypeAliasType(
    "AttributeValue",
    "StrictStr | StrictBool | StrictInt | Amount | list[AttributeValue] | dict[str, AttributeValue] | None",
)


class Markdown(Document):
    """A description written in Markdown; stores receive the HTML that it renders to."""

    markdown: Text
    """The text, in Markdown."""


class Seo(Document):
    """What search engines show instead of the name and the description."""

    title: Text | None = None
    """The line that is clicked on."""
    description: Text | None = None
    """The text below it."""
