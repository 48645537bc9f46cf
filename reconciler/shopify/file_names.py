"""File names: the one thing of an uploaded image that a store gives back, and how it changes on the way.

A store appends an underscore and a UUID to the stem when the name is taken, and ``?v=`` to the address; both may change
at any time. What is before them stays. (observed, 2026-04)
"""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

_UUID = re.compile(r"_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


def stem_of(address: str) -> str:
    """Return the stem of the file's name as it was uploaded: without the store's own ending, suffix and version."""
    return _UUID.sub("", PurePosixPath(unquote(urlsplit(address).path)).stem)


def suffix_of(address: str) -> str:
    """Return the suffix of a file or an address, with its dot: a name must agree with it, capitals included."""
    return PurePosixPath(unquote(urlsplit(address).path)).suffix


def without_version(address: str) -> str:
    """Return an address without what changes when the file is processed again."""
    return urlsplit(address)._replace(query="", fragment="").geturl()
