"""The process that `tabularium serve` starts for what is due, and the watch over it.

It is a process of its own: what the web's workers do and how often they are started anew does not touch
it. Killed at any moment it leaves every entry either before its step or after it.
"""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from time import monotonic

STOPPED_WITHIN = 20.0
"""Seconds in which the process finishes the entry that it is at; then it is killed."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds before it is started anew when it died; twice as many each time."""

LIVED_LONG = 600.0
"""Seconds after which a death is no sequel of the one before."""

_SIGNALS = {signal.SIGINT, signal.SIGTERM}
_log = logging.getLogger("tabularium.upkeep")


_spawn = multiprocessing.get_context("spawn")


@contextmanager
def upkeep_beside(every: float) -> Iterator[None]:
    """Do all that is due every so many seconds, in another process, until the block ends."""
    stop = threading.Event()
    # The first is started here: a server that forks is not to do so while a thread imports.
    first = _started(every)
    # A daemon, so that a server that dies is not kept alive by the watch.
    watch = threading.Thread(target=_watch, args=(first, every, stop), name="upkeep", daemon=True)
    watch.start()
    try:
        yield
    finally:
        stop.set()
        watch.join(STOPPED_WITHIN + 5)


def _started(every: float) -> BaseProcess:
    """The process, in which signals are held back until it has put handlers in place."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        process = _spawn.Process(target=run, args=(every, os.getpid()), name="upkeep", daemon=True)
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process


def _watch(process: BaseProcess, every: float, stop: threading.Event) -> None:
    pause = FIRST_PAUSE
    while True:
        began = monotonic()
        while process.is_alive() and not stop.wait(0.2):
            pass
        if stop.is_set():
            _end(process)
            return
        pause = FIRST_PAUSE if monotonic() - began > LIVED_LONG else pause
        _log.error("Upkeep ended with %s; again in %.0f s.", process.exitcode, pause)
        if stop.wait(pause):
            return
        pause = min(2 * pause, LONGEST_PAUSE)
        process = _started(every)


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(STOPPED_WITHIN)
    if process.is_alive():
        process.kill()
        process.join()


def run(every: float, server: int) -> None:
    """Do what is due until told to stop, or until the server that started this is no more.

    Args:
        every: seconds between two runs.
        server: number of the process that started this; it may be gone before the first line here.
    """
    # Ctrl-C goes to every process of a group; the server stops this one when it stops.
    os.setpgrp()
    told = threading.Event()
    heard, tell = os.pipe()

    def hear(*_: object) -> None:
        if not told.is_set():
            told.set()
            os.write(tell, b"!")

    for each in _SIGNALS:
        signal.signal(each, hear)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def pause(seconds: float) -> None:
        wait([heard], timeout=seconds)

    def stop() -> bool:
        # The server may have been killed, and then tells nobody.
        return told.is_set() or os.getppid() != server

    import django

    django.setup()
    from tabularium.upkeep.repeating import keep_running

    keep_running(every, pause=pause, stop=stop)
