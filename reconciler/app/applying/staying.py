"""Staying: the lease of a run is kept while this program works for long without asking the store anything.

To look again at a large catalog takes minutes of our own time, and a lease is kept along with requests.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from reconciler.shopify.client import WriteClient

STAY_S: Final = 15.0  # between looks at the lease, which is prolonged when half of it is left
_LOG: Final = logging.getLogger(__name__)


@contextmanager
def staying(client: WriteClient) -> Iterator[None]:
    """Keep the lease from another thread. By the end that thread has ended: nobody else writes the lease then."""
    over = Event()

    def keep() -> None:
        # A look is work of its own, whose error is noted and not raised: nobody here could answer it, and the client
        # sends nothing more once the lease has run out.
        with ThreadPoolExecutor(1) as looks:
            while not over.wait(STAY_S):
                error = looks.submit(client.stay).exception()
                if error is not None:
                    _LOG.debug(
                        "store %s: its lease could not be looked at; tried again later", client.store, exc_info=error
                    )

    thread = Thread(target=keep, name=f"lease of {client.store}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
