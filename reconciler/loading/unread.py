"""Unread: the names that documents say which could not be read.

Whatever looks for one of them elsewhere is a consequence, and mending the document is enough; told beside the cause it
would only hide it.
"""

import re
from collections.abc import Iterator, Mapping

from reconciler.loading.scalars import YamlValue

_BETWEEN = re.compile(r"[\[\]{},#]|: |- ")
_AROUND = " \t\"':"


def names_of(value: YamlValue) -> Iterator[str]:
    """Yield every text in a document that was parsed, keys among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from names_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_of(inner)


def names_in(content: bytes) -> Iterator[str]:
    """Yield what may be a name in a file that is no YAML: what stands between its signs, and each word of that."""
    for line in content.decode("utf-8", "replace").splitlines():
        for part in _BETWEEN.split(line):
            yield part.strip(_AROUND)
            yield from (word.strip(_AROUND) for word in part.split())
