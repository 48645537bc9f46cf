"""Staying: the lease of a run is kept while this program works for long without asking the store anything.

To look again at a large catalog takes minutes of our own time, and a lease is kept along with requests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from reconciler.shopify.client import WriteClient

STAY_S: Final = 15.0  # between looks at the lease, which is prolonged when half of it is left


@contextmanager
def staying(client: WriteClient) -> Iterator[None]:
    """Keep the lease from another thread. By the end that thread has ended: nobody else writes the lease then."""
    over = Event()

    def keep() -> None:
        while not over.wait(STAY_S):
            client.stay()

    thread = Thread(target=keep, name=f"lease of {client.store}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
