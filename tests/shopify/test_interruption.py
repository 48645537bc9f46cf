"""An interruption reaches whoever is at work in other threads, and waits for them, but not for ever."""

import threading
import time

from reconciler.shopify.interruption import Interruption

LONG_S, SHORT_S = 20.0, 0.05


def test_a_sleeper_wakes_up_and_is_waited_for() -> None:
    interruption, asleep, ended = Interruption(), threading.Event(), threading.Event()

    def work() -> None:
        with interruption.at_work():
            asleep.set()
            interruption.sleep(LONG_S)
            ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert asleep.wait(LONG_S)
    began = time.monotonic()
    interruption.come(LONG_S)
    assert ended.is_set()
    assert time.monotonic() - began < LONG_S
    thread.join()


def test_whoever_does_not_end_is_waited_for_so_long_and_no_longer() -> None:
    interruption = Interruption()
    with interruption.at_work():
        interruption.come(SHORT_S)
    assert interruption.came


def test_whoever_sleeps_afterwards_sleeps() -> None:
    interruption = Interruption()
    interruption.come(0)
    began = time.monotonic()
    interruption.sleep(SHORT_S)
    assert time.monotonic() - began >= SHORT_S
