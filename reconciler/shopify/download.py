"""Download: the bytes of a file that a store serves. Shopify: the address of an Image, on its public servers.

Such an address needs no token and gets none. What is gone for good is told from what may be had another time.
"""

import time
from collections.abc import Callable
from typing import Final

from reconciler.shopify.wire import Broken, Received, Wire

LARGEST: Final = 32 * 1024 * 1024
"""What a file of the repository may have at most, because there it will be."""
_ATTEMPTS: Final = 3
_GONE: Final = frozenset({404, 410})
_PAUSE_S: Final = 0.5

Get = Callable[[str], Received | Broken]


class NotThere(Exception):
    """The store serves nothing under the address, and will not; there is nothing to keep."""


class NotHad(Exception):
    """The bytes could not be had this time; the message says why."""


def downloaded(url: str, get: Get | None = None) -> bytes:
    """Return the bytes behind an address. Raises NotThere, or NotHad after a few attempts."""
    ask = get or _get
    problem = ""
    for attempt in range(_ATTEMPTS):
        time.sleep(attempt * _PAUSE_S)  # not before the first
        match ask(url):
            case Received(status=200, body=body):
                return body
            case Received(status=status) if status in _GONE:
                raise NotThere(url)
            case Received(status=status):
                problem = f"the store answers {status}"
            case Broken(reason=reason):
                problem = reason
    raise NotHad(problem)


def _get(url: str) -> Received | Broken:
    wire = Wire(url, largest_answer=LARGEST)
    try:
        return wire.get(url)
    finally:
        wire.close()
