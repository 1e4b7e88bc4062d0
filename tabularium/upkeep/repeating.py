"""All that is due, again and again."""

import logging
import random
from collections.abc import Callable
from time import monotonic

from django.db import connections

from tabularium.upkeep.running import run_once

SPREAD = 0.1
"""By so much of itself a pause is shorter or longer, so that several machines do not fall into step."""

SAID_AGAIN_AFTER = 3600.0
"""Seconds after which a failure that stays is written to the log once more."""

_log = logging.getLogger("tabularium.upkeep")


def keep_running(every: float, *, pause: Callable[[float], None], stop: Callable[[], bool]) -> None:
    """Do what is due, pause, and begin again, until told to stop.

    Args:
        every: seconds between two runs.
        pause: waits so many seconds, less if it is time to stop.
        stop: whether it is time to stop; asked between entries too.
    """
    said: dict[tuple[str, str], float] = {}
    while not stop():
        report = run_once(stop=stop)
        connections.close_all()
        _tell(report.failures, said)
        if stop():
            return
        # What failed is not tried again and again without a breath.
        at_once = report.tick.left and not report.failures
        pause(0.0 if at_once else every * (1 + SPREAD * random.uniform(-1, 1)))  # noqa: S311 - no secret


def _tell(failures: dict[str, str], said: dict[tuple[str, str], float]) -> None:
    """Write failures to the log: at once when they are new, and then once an hour."""
    now = monotonic()
    for gone in [each for each, at in said.items() if now - at >= SAID_AGAIN_AFTER]:
        del said[gone]
    for what, why in failures.items():
        if (what, why) not in said:
            said[what, why] = now
            _log.error("Upkeep failed: %s: %s", what, why)
