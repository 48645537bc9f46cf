"""The garbage collector, kept from walking over a catalog again and again.

A loaded catalog is hundreds of thousands of objects that stay, and none of them is in a cycle. The collector walks over
all of them each time that as many again were made: half of the time of loading a large one. So it waits while files
are loaded, and leaves alone afterwards what was loaded by then. Counting references frees a catalog as before.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def waiting() -> Iterator[None]:
    """Let the collector wait, then take what is there by the end for something that stays."""
    if gc.get_freeze_count():
        gc.unfreeze()  # what an earlier catalog left behind is looked at once more
        gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
