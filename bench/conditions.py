"""On what was measured, and how much the machine wavers."""

import os
import platform
import statistics
import time
from dataclasses import dataclass

_LOOP = 4_000_000


@dataclass(frozen=True, slots=True)
class Noise:
    """Seconds of one fixed loop of arithmetic, repeated.

    Differences between measurements that are not well beyond `highest / lowest` are ties.
    """

    lowest: float
    median: float
    highest: float


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))


def memory() -> int:
    """Bytes of memory of the machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def python() -> str:
    """Version of the interpreter."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def loop_times(repeats: int) -> list[float]:
    """Seconds of the loop, each time."""
    return [_loop() for _ in range(repeats)]


def noise(times: list[float]) -> Noise:
    """What repeated times of the loop say."""
    return Noise(min(times), statistics.median(times), max(times))


def _loop() -> float:
    started = time.perf_counter()
    total = 0
    for number in range(_LOOP):
        total += number & 7
    assert total
    return time.perf_counter() - started
