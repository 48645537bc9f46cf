"""The garbage collector, kept from walking over a catalog again and again.

A loaded catalog is hundreds of thousands of objects that stay, and none of them is in a cycle. The collector walks over
all of them each time that as many again were made: half of the time of loading a large one. So it waits while files
are loaded, and leaves alone afterwards what was loaded by then. Counting references frees a catalog as before.

What stores answer is as many objects again for each page, which counting frees before the next one: while stores are
planned, the collector looks for cycles a few times instead of a thousand.

A small catalog is not worth it: before the next one is loaded, what is left alone has to be walked over in full, which
takes longer than to load a small one.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

LARGE = 100_000  # objects


@contextmanager
def waiting() -> Iterator[None]:
    """Let the collector wait, then take what is there by the end for something that stays, if it is much."""
    if gc.get_freeze_count():
        gc.unfreeze()  # what an earlier catalog left behind is looked at once more
        gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    before = gc.get_count()[0]
    try:
        yield
    finally:
        if gc.get_count()[0] - before >= LARGE:
            gc.freeze()
        if was_on:
            gc.enable()


@contextmanager
def seldom() -> Iterator[None]:
    """Let the collector look only once as much as a large catalog was made anew; a whole command may be inside."""
    before = gc.get_threshold()
    gc.set_threshold(LARGE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
