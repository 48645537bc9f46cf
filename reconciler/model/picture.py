"""Picture: an image of a product or a collection, as a file says it: a file of the repository, or an address."""

import re
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictStr, model_validator

from reconciler.model.document import Document, Text

LONGEST_STEM = 60
"""Of a key, the part that comes from a name."""

_NO_NAMES = frozenset({"", "."})
_UNUSUAL = re.compile(r"[^A-Za-z0-9]+")
_ADDRESS = re.compile(r"https?://[^\s/]+/\S*")
_EVERYDAY = re.compile(
    r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(/[A-Za-z0-9._~%/-]*)(?:\?[A-Za-z0-9._~%/=&-]*)?"
)
"""An address whose parts are told at a glance."""


def plain_stem(stem: str) -> str:
    """Return the stem of a file's name in small ASCII letters and digits, the rest as dashes."""
    return _UNUSUAL.sub("-", stem).strip("-").lower()


def stem_in_key(stem: str) -> str:
    """Return what a plain stem is within a key: not too long, and never empty."""
    return stem[:LONGEST_STEM].strip("-") or "image"


def path_in(address: str) -> str:
    """Return the path of a web address, or the file that it is, decoded: as ``urlsplit`` has it, which takes long."""
    everyday = _EVERYDAY.fullmatch(address)
    return unquote(everyday[1] if everyday else urlsplit(address).path)


def without_query(address: str) -> str | None:
    """Return an everyday address up to its question mark; None for another one."""
    return address.partition("?")[0] if _EVERYDAY.fullmatch(address) else None


def stem_in(path: str) -> str:
    """Return the last name of a path without its suffix, as ``pathlib`` has it, which takes ten times as long."""
    name = path.rpartition("/")[2]
    if name in _NO_NAMES:  # a path that ends in a slash, or in nothing
        name = next((name for name in reversed(path.split("/")) if name not in _NO_NAMES), "")
    before, _, suffix = name.rpartition(".")
    return before if before and suffix else name


def _spelled_out(value: object) -> object:
    if isinstance(value, str):
        return {"url" if "://" in value else "file": value}
    return value


def _web_address(text: str) -> str:
    if not (_EVERYDAY.fullmatch(text) or (_ADDRESS.fullmatch(text) and _can_be_split(text))):
        message = f"{text!r} is not the address of an image, such as https://example.com/shirt.jpg"
        raise ValueError(message)
    return text


def _can_be_split(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:  # brackets that hold no IPv6 address
        return False


def _file_path(text: str) -> str:
    if "\0" in text:
        message = f"{text!r} is not the path of a file, such as images/shirt.jpg"
        raise ValueError(message)
    return text


class Image(Document):
    """One picture. Written as text it is a file, or the address where it is."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["file"]}, {"required": ["url"]}]})

    file: Annotated[StrictStr, Field(min_length=1), AfterValidator(_file_path)] | None = None
    """A file, relative to ``catalog/``: ``images/linen-shirt/front.jpg``."""
    url: Annotated[StrictStr, Field(max_length=2048), AfterValidator(_web_address)] | None = None
    """Where the store fetches it, once."""
    alt: Annotated[Text, Field(max_length=512)] | None = None
    """What people hear who cannot see it."""
    known_as: Annotated[StrictStr, Field(max_length=255, pattern=r"^[a-z0-9][a-z0-9-]*$")] | None = None
    """What a store calls a picture that it had before git did, so that it is known again: ``img-1203``."""
    sha256: Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Of the file that has that name in the store: when the file changes it is another picture."""

    @model_validator(mode="after")
    def _one_source(self) -> "Image":
        if (self.file is None) == (self.url is None):
            message = "expected exactly one of file and url"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _digest_of_a_known_file(self) -> "Image":
        if (self.sha256 is not None) != (self.known_as is not None and self.file is not None):
            message = "sha256 says which content of a file is known_as that; give both with a file, and neither alone"
            raise ValueError(message)
        return self

    @property
    def source(self) -> str:
        """The file or the address."""
        return self.file or self.url or ""


Picture = Annotated[Image, BeforeValidator(_spelled_out, json_schema_input_type=StrictStr | Image)]
"""An image, or its file or address alone."""
