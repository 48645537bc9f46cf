"""What no input may cost us: more than five seconds of the processor, more than 500 MB, an error that is not ours."""

import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from reconciler.model.errors import ReconcilerError

SECONDS: Final = 5.0  # of the processor: a busy machine is not the input's fault
MEGABYTES: Final = 500
_UNIT = 1024 if sys.platform == "linux" else 1  # of ru_maxrss, in bytes


class Hung(Exception):
    """It took longer than any input may."""


def survived(act: Callable[[], object]) -> ReconcilerError | None:
    """Return how the input was refused; None where it was taken. Anything else that is raised is a defect of ours."""
    before = _peak_bytes()
    refusal = None
    with _within(SECONDS):
        try:
            act()
        except ReconcilerError as error:
            refusal = error
    assert _peak_bytes() - before < MEGABYTES * 2**20
    assert refusal is None or str(refusal).strip()
    return refusal


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    def hung(number: int, frame: FrameType | None) -> None:
        raise Hung

    old = signal.signal(signal.SIGPROF, hung)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
