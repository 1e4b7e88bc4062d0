"""All that is due, again and again."""

import logging
import random
import time
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from django.db import connections

from tabularium import clock
from tabularium.upkeep.running import run_once

SPREAD = 0.1
"""By so much of itself a pause is shorter or longer, so that several machines do not fall into step."""

SAID_AGAIN_AFTER = 3600.0
"""Seconds after which a failure that stays is written to the log once more."""

MOST_AHEAD = timedelta(days=1)
"""By so much more than time went by the clock may go ahead: what is due by a wrong one cannot be undone."""

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""What nobody sets. Linux counts the time in it for which a machine slept."""

_JUMPED = (
    "it jumped ahead by {days} days, and nothing is done, for what is erased is gone. Put it right; if it is"
    " right, start the server anew."
)

_log = logging.getLogger("tabularium.upkeep")


def keep_running(every: float, *, pause: Callable[[float], None], stop: Callable[[], bool]) -> None:
    """Do what is due, pause, and begin again, until told to stop.

    Nothing is done while the clock is ahead of the time that went by since the beginning.

    Args:
        every: seconds between two runs.
        pause: waits so many seconds, less if it is time to stop.
        stop: whether it is time to stop; asked between entries too.
    """
    said: dict[tuple[str, str], float] = {}
    began = clock.now() - _went_by()
    while not stop():
        ahead = clock.now() - _went_by() - began
        if ahead > MOST_AHEAD:
            _tell({"the clock": _JUMPED.format(days=ahead.days)}, said)
            pause(every)
            continue
        report = run_once(stop=stop)
        connections.close_all()
        _tell(report.failures, said)
        if stop():
            return
        # What failed is not tried again and again without a breath.
        at_once = report.tick.left and not report.failures
        pause(0.0 if at_once else every * (1 + SPREAD * random.uniform(-1, 1)))  # noqa: S311 - no secret


def _went_by() -> timedelta:
    return timedelta(seconds=time.clock_gettime(_STEADY))


def _tell(failures: dict[str, str], said: dict[tuple[str, str], float]) -> None:
    """Write failures to the log: at once when they are new, and then once an hour."""
    now = monotonic()
    for gone in [each for each, at in said.items() if now - at >= SAID_AGAIN_AFTER]:
        del said[gone]
    for what, why in failures.items():
        if (what, why) not in said:
            said[what, why] = now
            _log.error("Upkeep failed: %s: %s", what, why)
